// The language of workspace files (lintel.yaml), read, checked and edited like a dialect.
import lintelSchema from '../../../schemas/lintel.schema.json' with { type: 'json' };
import type { Catalog } from '../catalog/catalog.js';
import type { Requirement } from '../catalog/requirement.js';
import type { Dialect, Document } from '../dialects/dialect.js';
import { DIALECTS } from '../dialects/registry.js';
import { once } from '../kept/once.js';
import { FINDING_CODES } from '../model/codes.js';
import { formatYaml } from '../yaml/format-yaml.js';
import { type JsonSchema, withKeys } from '../yaml/schema-help.js';
import type { Path } from '../yaml/yaml-text.js';
import { Configuration, readConfiguration } from './configuration.js';
import { completionsFor, configurationDocument, foldingOf, helpAt, outlineOf } from './yaml-editor.js';

/** The names of a workspace file; the first takes precedence in a folder. */
export const LINTEL_FILE_NAMES = ['lintel.yaml', 'lintel.yml'] as const;

/** The configuration is both the tree and the program of a document. */
export const lintelConfig: Dialect<Configuration | undefined, Configuration | undefined> = {
  id: 'lintel-config',
  title: 'Lintel workspace file',
  lineComment: () => '#',
  detect: (path) => (LINTEL_FILE_NAMES.some((name) => name === path.replace(/^.*[\\/]/, '')) ? 1 : 0),
  parse: () => undefined,
  lower(source, _, sources) {
    const { configuration, problems, packUris } = readConfiguration(source, sources);
    return configurationDocument(source, configuration, problems, packUris);
  },
  emit: () => [],
  outline: ({ source }) => outlineOf(source.text, ['roles', 'files'], 'match'),
  entityAt({ source, tree }, offset) {
    const catalog = catalogOf(tree);
    return helpAt(source.text, offset, schemaFor(catalog), (path, value) =>
      isSelector(path) ? describeSelection(catalog.select([value]).requirements) : '',
    );
  },
  completionsAt({ source, tree }, offset, vocabulary) {
    const catalog = catalogOf(tree);
    const valuesFor = (path: Path) => valuesAt(path, catalog);
    return completionsFor(source.text, offset, schemaFor(catalog), valuesFor, vocabulary?.fitting);
  },
  foldingRanges: ({ source }) => foldingOf(source.text, ['roles', 'files', 'severity', 'fail-on'], 'match'),
  format: ({ source }, { indent }) => formatYaml(source.text, indent),
};

/** The configuration that a document holds; `undefined` where it is not a workspace file. */
export function configurationOf({ tree }: Document): Configuration | undefined {
  return tree instanceof Configuration ? tree : undefined;
}

function catalogOf(configuration: Configuration | undefined): Catalog {
  return (configuration ?? nothingConfigured()).catalogFor('worldwide');
}

/** Made when it is first asked for: it has a catalog, and most commands need none but that of their folder. */
const nothingConfigured = once(
  () =>
    readConfiguration({ uri: 'lintel:nothing', text: '' }, { roots: [], list: () => [], read: () => 'missing' })
      .configuration,
);

/** The schema with the names that the catalog adds: roles and codes. */
function schemaFor({ roles }: Catalog): JsonSchema {
  const codes = Object.entries(FINDING_CODES).map(([code, { title }]) => [code, title] as const);
  return withKeys(withKeys(withKeys(SCHEMA, ['roles'], roles), ['severity'], codes), ['fail-on'], codes);
}

const SCHEMA: JsonSchema = lintelSchema;

function isSelector([section, , key]: Path): boolean {
  return section === 'files' && key === 'require';
}

function valuesAt(path: Path, catalog: Catalog): readonly string[] {
  if (isSelector(path)) return [...catalog.tags, ...catalog.requirements.map(({ id }) => id)];
  const [section, , key] = path;
  if (section !== 'files') return [];
  if (key === 'role') return [...catalog.roles.keys()];
  return key === 'dialect' ? DIALECTS.map(({ id }) => id) : [];
}

/** How many requirements of a selector a hover lists. */
const REQUIREMENT_LIMIT = 10;

/** The requirements that a selector matches, as Markdown. */
export function describeSelection(requirements: readonly Requirement[]): string {
  const named = requirements.slice(0, REQUIREMENT_LIMIT).map(({ id, title }) => `- \`${id}\`: ${title}`);
  const rest = requirements.length - named.length;
  const count = requirements.length === 1 ? '1 requirement' : `${requirements.length} requirements`;
  return [`Selects ${count}:`, '', ...named, ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n');
}
