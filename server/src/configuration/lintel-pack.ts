// The language of requirement packs: files of an organisation's own requirements.
import catalogSchema from '../../../schemas/catalog.schema.json' with { type: 'json' };
import { builtInTitle, Catalog } from '../catalog/catalog.js';
import { COMMON_ROLES, loadPack } from '../catalog/pack-file.js';
import { unknownReferences } from '../catalog/unknown-selectors.js';
import type { Dialect, Source } from '../dialects/dialect.js';
import type { JsonSchema } from '../yaml/schema-help.js';
import { type Path, YamlText } from '../yaml/yaml-text.js';
import { completionsFor, configurationDocument, foldingOf, helpAt, outlineOf } from './yaml-editor.js';

/** The top-level keys that hold many things. */
const SECTIONS = ['roles', 'documents', 'feeds', 'requirements', 'retired'];

/** The top-level keys of every pack; no other kind of file has all of them. */
const KEYS = ['id', 'title', 'requirements'];

export const lintelPack: Dialect<undefined> = {
  id: 'lintel-pack',
  title: 'Lintel requirement pack',
  lineComment: ({ uri }) => (/\.json$/i.test(uri) ? undefined : '#'),
  detect: (path, text) => (/\.(?:ya?ml|json)$/i.test(path) && KEYS.every((key) => hasKey(text, key)) ? 0.9 : 0),
  parse: () => undefined,
  lower: (source) => configurationDocument(source, undefined, problemsOf(source)),
  emit: () => [],
  outline: ({ source }) => outlineOf(source.text, SECTIONS, 'id'),
  entityAt: ({ source }, offset) => helpAt(source.text, offset, SCHEMA, () => ''),
  completionsAt: ({ source }, offset) =>
    completionsFor(source.text, offset, SCHEMA, (path) => valuesAt(path, source.text)),
  foldingRanges: ({ source }) => foldingOf(source.text, SECTIONS, 'id'),
};

/** Ids of packs that are not built in may be those of others beside it, which only the workspace file lists. */
function problemsOf({ text, uri }: Source) {
  const { pack, problems, references } = loadPack(text, uri);
  const isKnown = (name = '') => name === pack?.id || builtInTitle(name) !== undefined || name.startsWith('m365-');
  const known = references.filter(({ id }) => isKnown(id.split('/')[0]));
  return [...problems, ...unknownReferences(pack?.requirements ?? [], known)];
}

const SCHEMA: JsonSchema = catalogSchema;

function hasKey(text: string, key: string): boolean {
  return new RegExp(`(?:(?:^|[{,])[ \\t]{0,8}"${key}"|^${key})[ \\t]{0,8}:`, 'm').test(text);
}

/** The values that can be written at a path: the names that the pack declares, and the known tags. */
function valuesAt(path: Path, text: string): readonly string[] {
  const key = [...path].reverse().find((step) => typeof step === 'string');
  if (key === 'role') return Object.keys({ ...COMMON_ROLES, ...namesUnder('roles', text) });
  if (key === 'feeds') return Object.keys(namesUnder('feeds', text));
  if (key === 'document') return Object.keys(namesUnder('documents', text));
  return key === 'tags' ? Catalog.builtIn().tags : [];
}

function namesUnder(section: string, text: string): object {
  const { value } = YamlText.parse(text);
  if (typeof value !== 'object' || value === null || !(section in value)) return {};
  const names: unknown = Reflect.get(value, section);
  return typeof names === 'object' && names !== null ? names : {};
}
