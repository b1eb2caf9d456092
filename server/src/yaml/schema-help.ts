// Hover and completion from a JSON Schema, for YAML and JSON texts.
import { isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { Interned } from '../kept/memo.js';
import { range, type TextRange } from '../text/range.js';
import { readBounded, type YamlDocument } from './bounded-document.js';
import type { Path } from './yaml-text.js';

/** The parts of JSON Schema that hover and completion use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly pattern?: string;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** The schema with names added, each with its description, as keys of the map at the path `[step, ...rest]`. */
export function withKeys(
  schema: JsonSchema,
  [step, ...rest]: readonly string[],
  names: Iterable<readonly [name: string, description: string]>,
): JsonSchema {
  const { properties, additionalProperties: any } = schema;
  if (step !== undefined) {
    return { ...schema, properties: { ...properties, [step]: withKeys(properties?.[step] ?? {}, rest, names) } };
  }
  const own = [...names].map(([name, description]) => {
    return [name, { ...(typeof any === 'object' ? any : {}), description }] as const;
  });
  return { ...schema, properties: Object.fromEntries(own) };
}

/** A key or a value of a YAML text at an offset, with the schemas that describe it. */
export interface YamlPosition {
  readonly path: Path;
  readonly range: TextRange;
  readonly role: 'key' | 'value';
  readonly schemas: readonly JsonSchema[];
}

/** The key or value that stands at an offset; `undefined` between them. */
export function placeAt(text: string, offset: number, schema: JsonSchema): YamlPosition | undefined {
  const document = readWithoutErrors(text);
  const found = document && find(document.contents, [], (node) => covers(node, offset));
  if (!found) return undefined;
  const nodeRange = found.node.range ?? [offset, offset, offset];
  return {
    path: found.path,
    range: range(nodeRange[0], nodeRange[1]),
    role: found.role,
    schemas: schemasAt(schema, found.path),
  };
}

/** What can be written at an offset: the keys or the values that the schema knows there. */
export interface YamlSuggestions {
  /** What the suggestion replaces. */
  readonly range: TextRange;
  readonly path: Path;
  readonly suggestions: readonly YamlSuggestion[];
}

export interface YamlSuggestion {
  readonly text: string;
  readonly role: 'key' | 'value';
  readonly description: string;
}

/** A word that no file contains, inserted where the user is about to type. */
const PLACEHOLDER = 'lintelisbeingtypedhere';

/**
 * What can be written at an offset. `valuesFor` adds values that depend on more than the schema; where `fitting` is given,
 * its names are the only keys or values.
 */
export function suggestionsAt(
  text: string,
  offset: number,
  schema: JsonSchema,
  valuesFor: (path: Path) => readonly string[],
  fitting?: { readonly role: 'key' | 'value'; readonly names: readonly string[] },
): YamlSuggestions | undefined {
  const word = wordAround(text, offset);
  const places = placesOf(text, word);
  const suggestions: YamlSuggestion[] = [];
  for (const { role, path, siblings } of places) {
    const known = role === 'key' ? keysAt(schema, path, siblings) : valuesAt(schema, path, valuesFor);
    for (const suggestion of fitting?.role === role ? named(fitting.names, role, siblings, known) : known)
      if (!suggestions.some(({ text: known }) => known === suggestion.text)) suggestions.push(suggestion);
  }
  return suggestions.length === 0 ? undefined : { range: word, path: places[0]?.path ?? [], suggestions };
}

/** The path of what is typed at an offset; for a key, of the map that it is a key of. */
export function typedPathAt(text: string, offset: number): Path | undefined {
  return placesOf(text, wordAround(text, offset))[0]?.path;
}

/** A word alone on its line may become a key or a value: both are tried. */
function placesOf(text: string, word: TextRange): Located[] {
  const [before, after] = [text.slice(0, word.start), text.slice(word.end)];
  const lineRest = after.slice(0, lineEnd(after, 0));
  const asValue = locate(`${before}${PLACEHOLDER}${after}`);
  const asKey = lineRest.trim() === '' ? locate(`${before}${PLACEHOLDER}: 0${after}`) : undefined;
  return [asKey, asValue].filter((place) => place !== undefined);
}

/** Names with what the schema says of those that it knows. */
function named(
  names: readonly string[],
  role: 'key' | 'value',
  siblings: readonly string[],
  known: readonly YamlSuggestion[],
): YamlSuggestion[] {
  const isNew = (text: string) => role === 'value' || !siblings.includes(text);
  return names
    .filter(isNew)
    .map((text) => known.find((suggestion) => suggestion.text === text) ?? { text, role, description: '' });
}

function wordAround(text: string, offset: number): TextRange {
  const isWord = (unit: string | undefined) => unit !== undefined && /[\w./*+-]/.test(unit);
  let start = offset;
  while (start > 0 && isWord(text[start - 1])) start--;
  // The dash of a list item does not belong to the word after it.
  if (text[start] === '-' && (start + 1 >= text.length || /\s/.test(text[start + 1] ?? ' '))) start = offset;
  let end = offset;
  while (isWord(text[end])) end++;
  return range(start, end);
}

function lineEnd(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}

interface Located {
  readonly path: Path;
  readonly role: 'key' | 'value';
  /** The other keys of the map that holds the key. */
  readonly siblings: readonly string[];
}

function locate(text: string): Located | undefined {
  const document = readWithoutErrors(text);
  const found = document && find(document.contents, [], (node) => isScalar(node) && node.value === PLACEHOLDER);
  if (!found) return undefined;
  const path = found.role === 'key' ? found.path.slice(0, -1) : found.path;
  const holder = found.role === 'key' ? document.getIn(path, true) : undefined;
  const map = path.length === 0 && found.role === 'key' ? document.contents : holder;
  const siblings = isMap(map) ? map.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : [])) : [];
  return { path, role: found.role, siblings };
}

/** Reads a text that may be incomplete while it is typed, without its errors; `undefined` where it is too large or deep. */
function readWithoutErrors(text: string): YamlDocument | undefined {
  const document = latest.of(text, readBounded);
  return typeof document === 'string' ? undefined : document;
}

/** An editor asks about many places of one text. */
const latest = new Interned<string, YamlDocument | string>(1);

interface Found {
  readonly node: Node;
  readonly path: Path;
  readonly role: 'key' | 'value';
}

/** The first scalar for which `wanted` holds, keys before values, in the order of the text. */
function find(node: unknown, path: Path, wanted: (node: Node) => boolean): Found | undefined {
  if (isMap(node)) {
    for (const item of node.items as Pair[]) {
      if (!isPair(item) || !isScalar(item.key)) continue;
      const inner = [...path, String(item.key.value)];
      if (wanted(item.key)) return { node: item.key, path: inner, role: 'key' };
      const found = find(item.value, inner, wanted);
      if (found) return found;
    }
    return undefined;
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const found = find(item, [...path, index], wanted);
      if (found) return found;
    }
    return undefined;
  }
  return isScalar(node) && wanted(node) ? { node, path, role: 'value' } : undefined;
}

function covers(node: Node, offset: number): boolean {
  return node.range !== undefined && node.range !== null && node.range[0] <= offset && offset <= node.range[1];
}

/** How deep references and alternatives of a schema are followed. */
const DEPTH_LIMIT = 16;

/** Every schema that describes a path, alternatives included. */
export function schemasAt(root: JsonSchema, path: Path): JsonSchema[] {
  let current = expand(root, root, 0);
  for (const step of path) {
    current = current.flatMap((schema) => childSchemas(schema, step)).flatMap((schema) => expand(schema, root, 0));
  }
  return current;
}

function childSchemas(schema: JsonSchema, step: string | number): JsonSchema[] {
  if (typeof step === 'number') return schema.items ? [schema.items] : [];
  const { properties } = schema;
  const named = properties && Object.hasOwn(properties, step) ? properties[step] : undefined;
  if (named) return [named];
  const { additionalProperties } = schema;
  return typeof additionalProperties === 'object' ? [additionalProperties] : [];
}

function expand(schema: JsonSchema, root: JsonSchema, depth: number): JsonSchema[] {
  if (depth > DEPTH_LIMIT) return [];
  const alternatives = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  const target = schema.$ref === undefined ? undefined : resolveReference(root, schema.$ref);
  return [
    schema,
    ...(target ? expand(target, root, depth + 1) : []),
    ...alternatives.flatMap((alternative) => expand(alternative, root, depth + 1)),
  ];
}

function resolveReference(root: JsonSchema, reference: string): JsonSchema | undefined {
  const match = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference);
  const [, table, name] = match ?? [];
  if (name === undefined) return undefined;
  return table === '$defs' ? root.$defs?.[name] : root.definitions?.[name];
}

function keysAt(root: JsonSchema, path: Path, siblings: readonly string[]): YamlSuggestion[] {
  const keys: YamlSuggestion[] = [];
  for (const schema of schemasAt(root, path)) {
    for (const [key, own] of Object.entries(schema.properties ?? {})) {
      if (siblings.includes(key)) continue;
      keys.push({ text: key, role: 'key', description: describeSchemas(expand(own, root, 0)) });
    }
    const names = schema.propertyNames ? expand(schema.propertyNames, root, 0) : [];
    for (const key of names.flatMap((one) => one.enum ?? [])) {
      if (!siblings.includes(String(key))) keys.push({ text: String(key), role: 'key', description: '' });
    }
  }
  return keys;
}

function valuesAt(root: JsonSchema, path: Path, valuesFor: (path: Path) => readonly string[]): YamlSuggestion[] {
  const values: YamlSuggestion[] = valuesFor(path).map((text) => ({ text, role: 'value', description: '' }));
  for (const schema of schemasAt(root, path)) {
    const listed = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
    for (const value of listed)
      values.push({ text: String(value), role: 'value', description: schema.description ?? '' });
    if (schema.type === 'boolean') {
      for (const text of ['true', 'false']) values.push({ text, role: 'value', description: schema.description ?? '' });
    }
  }
  return values;
}

/** What schemas say about a key or value, as Markdown. */
export function describeSchemas(schemas: readonly JsonSchema[]): string {
  const lines: string[] = [];
  const add = (line: string | undefined) => {
    if (line && !lines.includes(line)) lines.push(line);
  };
  for (const schema of schemas) add(schema.description ?? schema.title);
  const listed = schemas.flatMap((schema) => (schema.const === undefined ? (schema.enum ?? []) : [schema.const]));
  if (listed.length > 0) add(`Allowed: ${[...new Set(listed)].map((value) => `\`${String(value)}\``).join(', ')}.`);
  const fallback = schemas.find((schema) => schema.default !== undefined)?.default;
  if (fallback !== undefined) add(`Default: \`${JSON.stringify(fallback)}\`.`);
  const example = schemas.find((schema) => schema.examples?.[0] !== undefined)?.examples?.[0];
  if (example !== undefined) add(`Example: \`${typeof example === 'string' ? example : JSON.stringify(example)}\`.`);
  return lines.join('\n\n');
}
