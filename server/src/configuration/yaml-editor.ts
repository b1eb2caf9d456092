// Documents, hover, completion, outline and folding of the YAML files that configure Lintel.
import { isMap, isScalar, isSeq } from 'yaml';
import type { Completions, Document, Entity, FittingNames, OutlineItem, Source } from '../dialects/dialect.js';
import type { PolicyModel } from '../model/model.js';
import type { TextRange } from '../text/range.js';
import { describeSchemas, type JsonSchema, placeAt, suggestionsAt } from '../yaml/schema-help.js';
import { type Path, YamlText } from '../yaml/yaml-text.js';
import type { ConfigurationProblem } from './lintel-file.js';

/** The model of a file that decides no traffic. */
const DECIDES_NOTHING: PolicyModel = { kind: 'policy', parts: [], addresses: new Map() };

/** The document of a file that configures Lintel. */
export function configurationDocument<Program>(
  source: Source,
  program: Program,
  problems: readonly ConfigurationProblem[],
  dependencies: readonly string[] = [],
): Document<Program, Program> {
  return {
    source,
    tree: program,
    program,
    model: DECIDES_NOTHING,
    problems: problems.map((problem) => ({ code: 'invalid-configuration', ...problem })),
    names: [],
    endpoints: [],
    dependencies,
  };
}

/** What the schema says about the key or value at an offset, with what `describe` adds about a value. */
export function helpAt(
  text: string,
  offset: number,
  schema: JsonSchema,
  describe: (path: Path, value: string) => string,
): Entity | undefined {
  const place = placeAt(text, offset, schema);
  if (!place) return undefined;
  const value = text.slice(place.range.start, place.range.end).replace(/^(["'])(.*)\1$/s, '$2');
  const own = place.role === 'value' ? describe(place.path, value) : '';
  const markdown = [own, describeSchemas(place.schemas)].filter(Boolean).join('\n\n');
  return markdown === '' ? undefined : { kind: 'keyword', range: place.range, markdown };
}

/** What can be written at an offset; only what fits, where that is known. */
export function completionsFor(
  text: string,
  offset: number,
  schema: JsonSchema,
  valuesFor: (path: Path) => readonly string[],
  fitting?: FittingNames,
): Completions | undefined {
  const found = suggestionsAt(text, offset, schema, valuesFor, fitting);
  if (!found) return undefined;
  const isQuoted = /["']/.test(text.charAt(found.range.start - 1));
  const items = found.suggestions.map(({ text: label, role, description }) => ({
    label,
    kind: role === 'key' ? ('keyword' as const) : ('value' as const),
    detail: '',
    ...(description === '' ? {} : { documentation: description }),
    // The value is typed after the key, on the same line.
    insertText: `${isQuoted ? label : written(label)}${role === 'key' && !isQuoted && !isFollowedByColon(text, found.range.end) ? ': ' : ''}`,
  }));
  return { range: found.range, items };
}

/** A name as YAML has to write it: names of files may have any character in them. */
function written(name: string): string {
  const isPlain = /^[\w./*+-][^:#,[\]{}"'`\\]*$/.test(name) && !/^[*-]|\s$|^(?:true|false|null|~)$/i.test(name);
  return isPlain && !/^[-+.\d][\d._e+-]*$/i.test(name) ? name : JSON.stringify(name);
}

function isFollowedByColon(text: string, offset: number): boolean {
  return text.charAt(offset) === ':';
}

/** The sections at the top of a file with their entries. An entry of a list is named by its key `nameKey`. */
export function outlineOf(text: string, sections: readonly string[], nameKey: string): readonly OutlineItem[] {
  const yaml = YamlText.parse(text);
  return sections.flatMap((section) => {
    const node = yaml.nodeAt([section]);
    if (!node?.range) return [];
    const nameRange = yaml.keyRangeOf([], section);
    const range = { start: nameRange.start, end: Math.max(nameRange.end, node.range[1]) };
    const children = entriesOf(yaml, section, nameKey);
    return [{ name: section, detail: '', kind: 'section' as const, range, nameRange, children }];
  });
}

function entriesOf(yaml: YamlText, section: string, nameKey: string): OutlineItem[] {
  const node = yaml.nodeAt([section]);
  const paths = isMap(node)
    ? node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []))
    : isSeq(node)
      ? node.items.keys()
      : [];
  return [...paths].map((step) => {
    const isKey = typeof step === 'string';
    const value = yaml.rangeOf([section, step]);
    const nameRange = isKey ? yaml.keyRangeOf([section], step) : yaml.rangeOf([section, step, nameKey]);
    const name = isKey ? step : scalarText(yaml, [section, step, nameKey]);
    const range = { start: Math.min(nameRange.start, value.start), end: Math.max(nameRange.end, value.end) };
    return { name, detail: '', kind: 'rule' as const, range, nameRange, children: [] };
  });
}

function scalarText(yaml: YamlText, path: Path): string {
  const node = yaml.nodeAt(path);
  return isScalar(node) ? String(node.value) : '';
}

export function foldingOf(text: string, sections: readonly string[], nameKey: string): readonly TextRange[] {
  return outlineOf(text, sections, nameKey).flatMap(({ range, children }) => [
    range,
    ...children.map((child) => child.range),
  ]);
}
