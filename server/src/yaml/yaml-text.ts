// YAML and JSON texts with the positions of their values, and the errors of schemas at these positions.
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import type { SchemaError } from '../../generated/validators.js';
import { shortened } from '../text/lines.js';
import { range, type TextRange } from '../text/range.js';
import { readBounded, type YamlDocument } from './bounded-document.js';

/** A defect of a YAML or JSON text. */
export interface YamlProblem {
  readonly range: TextRange;
  readonly message: string;
}

/** The keys and indices that lead to a part of a text. */
export type Path = readonly (string | number)[];

/** How many syntax errors are reported. */
const PROBLEM_LIMIT = 100;

/** Texts with more aliases than this are not read, because aliases can exhaust memory. */
const ALIAS_LIMIT = 200;

/** A YAML or JSON text with its value and the positions of its parts. Reading never throws; defects are in `problems`. */
export class YamlText {
  private readonly pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  private constructor(
    private readonly document: Document | undefined,
    /** The text as plain data; `undefined` where it could not be read. */
    readonly value: unknown,
    readonly problems: readonly YamlProblem[],
    /** Where the value may be another one: at keys that a map has twice, and at tags of other programs. */
    readonly doubtful: readonly Path[] = [],
  ) {}

  /** @param isForgiving whether a text with errors has the value of what can be read of it, instead of none */
  static parse(text: string, isForgiving = false): YamlText {
    const document = readBounded(text);
    if (typeof document === 'string') return YamlText.unreadable(document);
    try {
      const syntax = [...syntaxProblems(document, text), ...invalidAliases(document)];
      const doubts = doubtsOf(document);
      const problems = [...syntax, ...unknownTags(document), ...doubts.problems];
      // Of a merge conflict, either side may be meant.
      const isReadable = isForgiving ? !hasConflict(text) : syntax.length === 0;
      if (!isReadable) return new YamlText(document, undefined, problems);
      return new YamlText(document, document.toJS({ maxAliasCount: ALIAS_LIMIT }), problems, doubts.paths);
    } catch {
      // The library recurses on nested collections and refuses texts with too many aliases by throwing.
      return YamlText.unreadable('the file is nested too deeply, or has too many aliases, to be read');
    }
  }

  private static unreadable(message: string): YamlText {
    return new YamlText(undefined, undefined, [{ range: range(0, 0), message }]);
  }

  /** The node of the value at a path; `undefined` where there is none. */
  nodeAt(path: Path): Node | undefined {
    const node = path.reduce<unknown>((holder, key) => this.childOf(holder, key), this.document?.contents);
    return isNode(node) ? node : undefined;
  }

  /** The range of the value at a path; where there is none, that of the innermost existing value around it. */
  rangeOf(path: Path): TextRange {
    let node: unknown = this.document?.contents;
    let place = range(0, 0);
    for (const key of path) {
      node = this.childOf(node, key);
      if (!isNode(node) || !node.range) return place;
      place = range(node.range[0], node.range[1]);
    }
    return place;
  }

  /** The range of a key of the map at a path; where there is none, that of the map's first key. */
  keyRangeOf(path: Path, key: string): TextRange {
    const map = this.nodeAt(path);
    if (!isMap(map)) return this.rangeOf(path);
    const pair = this.pairsOf(map).get(key) ?? map.items[0];
    if (!pair || !isNode(pair.key) || !pair.key.range) return this.rangeOf(path);
    return range(pair.key.range[0], pair.key.range[1]);
  }

  private childOf(node: unknown, key: string | number): unknown {
    if (isSeq(node)) return node.items[Number(key)];
    return isMap(node) ? this.pairsOf(node).get(`${key}`)?.value : undefined;
  }

  /** The pairs of a map by their keys, because the library searches linearly. */
  private pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.pairs.get(map);
    if (known) return known;
    const pairs = new Map(map.items.map((pair) => [isScalar(pair.key) ? `${pair.key.value}` : '', pair]));
    this.pairs.set(map, pairs);
    return pairs;
  }
}

/** The first error of each line, as the others mostly follow from it. A merge conflict is reported as such. */
function syntaxProblems({ errors }: YamlDocument, text: string): YamlProblem[] {
  if (errors.length === 0) return [];
  const conflicts = [...text.matchAll(CONFLICT)].slice(0, PROBLEM_LIMIT);
  if (conflicts.length > 0) {
    return conflicts.map(({ 0: { length }, index }) => {
      return { range: range(index, index + length), message: 'a merge conflict has not been resolved here' };
    });
  }
  const lines = new Set<number>();
  return errors.slice(0, PROBLEM_LIMIT).flatMap(({ pos, code, message }) => {
    // The library reports errors at the end of the text after its end.
    const [start, end] = [Math.min(pos[0], text.length), Math.min(pos[1], text.length)];
    const line = text.lastIndexOf('\n', start - 1);
    if (lines.has(line)) return [];
    lines.add(line);
    if (code === 'NON_STRING_KEY') return [{ range: range(start, end), message: 'a key has to be a string here' }];
    if (code !== 'MULTIPLE_DOCS') return [{ range: range(start, end), message }];
    return [{ range: range(start, start), message: 'a second document begins here; a file has only one' }];
  });
}

/** The line that begins one side of a conflict. */
const CONFLICT = /^<{7} [^\r\n]*/gm;

function hasConflict(text: string): boolean {
  return text.search(CONFLICT) >= 0;
}

/** Tags of other programs, which may make of a value whatever they like. */
function unknownTags({ warnings }: YamlDocument): YamlProblem[] {
  return warnings.slice(0, PROBLEM_LIMIT).flatMap(({ code, pos, message }) => {
    return code === 'TAG_RESOLVE_FAILED' ? [{ range: range(pos[0], pos[1]), message }] : [];
  });
}

/**
 * Reports what begins with `*` but repeats nothing, mostly a pattern without quotes, and takes it for a text; and what
 * repeats a value that it is a part of, which would have no end.
 */
function invalidAliases(document: Document): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const anchors = new Set<string>();
  visit(document, {
    Node(_, node, around) {
      if (!isAlias(node)) {
        if (node.anchor) anchors.add(node.anchor);
        return undefined;
      }
      const isEndless = around.some((one) => isCollection(one) && one.anchor === node.source);
      if (anchors.has(node.source) && !isEndless) return undefined;
      const text = `*${node.source}`;
      const [start, end] = node.range ?? [0, 0];
      if (problems.length < PROBLEM_LIMIT) {
        problems.push({
          range: range(start, end),
          message: isEndless
            ? `${text} repeats a value that it is a part of`
            : `${text} repeats a value that is not there; a text that begins with * needs quotes`,
        });
      }
      const scalar = new Scalar(text);
      scalar.range = node.range ?? null;
      return scalar;
    },
  });
  return problems;
}

/** The tags of the core schema; what another one makes of a value is not known. */
const CORE_TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((tag) => `tag:yaml.org,2002:${tag}`),
);

/** Where the value of a text may be another one, and what is wrong there. */
interface Doubts {
  readonly paths: readonly Path[];
  readonly problems: readonly YamlProblem[];
}

/**
 * Keys that a map has twice, which is an error: "mapping keys must be unique" (YAML 1.2.2, 3.2.1.3), and either value may be meant; and
 * values with a tag of another program.
 */
function doubtsOf(document: Document): Doubts {
  const paths: Path[] = [];
  const problems: YamlProblem[] = [];
  let aliases = 0;
  const collect = (node: unknown, path: Path): void => {
    if (isAlias(node)) aliases++;
    else if (isNode(node) && node.tag !== undefined && !CORE_TAGS.has(node.tag)) paths.push(path);
    if (isSeq(node)) for (const [i, item] of node.items.entries()) collect(item, [...path, i]);
    if (!isMap(node)) return;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      const own = [...path, isScalar(key) ? `${key.value}` : ''];
      if (isScalar(key) && seen.has(key.value) && key.range) {
        paths.push(own);
        problems.push({ range: range(key.range[0], key.range[1]), message: `duplicate key "${key.value}"` });
      }
      if (isScalar(key)) seen.add(key.value);
      collect(value, own);
    }
  };
  collect(document.contents, []);
  if (aliases > ALIAS_LIMIT) throw new RangeError('too many aliases');
  // What is repeated elsewhere has the places of its first one.
  return { paths: aliases > 0 && paths.length > 0 ? [[]] : paths, problems };
}

/** A violation of a schema: the path of the invalid value, and the keyword that it violates. */
export interface SchemaProblem extends YamlProblem {
  readonly path: Path;
  readonly keyword: string;
  /** The invalid key below the path, where the key is the problem. */
  readonly key?: string;
}

/** The errors of a generated validator at their positions in a text, each with what is allowed there. */
export function schemaProblems(errors: readonly SchemaError[], text: YamlText): SchemaProblem[] {
  return errors.flatMap((error) => {
    // The error of the oneOf or anyOf itself covers those of its branches.
    if (/\/(?:oneOf|anyOf)\/\d+\//.test(error.schemaPath) || error.keyword === 'if') return [];
    // An invalid key is reported once: by its form where it has to have one, otherwise by the list of what is allowed.
    if (error.keyword === 'propertyNames' && error.parentSchema?.propertyNames?.pattern === undefined) return [];
    if (error.propertyName !== undefined && error.keyword !== 'enum') return [];
    const path = pathOf(error.instancePath, text.value);
    const key = error.propertyName ?? error.params.additionalProperty ?? error.params.propertyName;
    const named = key === undefined ? {} : { key: String(key) };
    return [{ path, keyword: error.keyword, ...named, ...describe(error, path, text) }];
  });
}

function pathOf(pointer: string, value: unknown): Path {
  const path: (string | number)[] = [];
  let at: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replace(/~1/g, '/').replace(/~0/g, '~');
    path.push(Array.isArray(at) ? Number(key) : key);
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  }
  return path;
}

function describe(error: SchemaError, path: Path, text: YamlText): YamlProblem {
  const schema = error.parentSchema ?? {};
  const { params } = error;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const allowed = Object.keys(schema.properties ?? {}).join(', ');
      return { range: text.keyRangeOf(path, key), message: `unknown key "${key}"; allowed: ${allowed}` };
    }
    case 'required': {
      const key = String(params.missingProperty);
      return { range: text.keyRangeOf(path, key), message: `"${key}" is missing` };
    }
    case 'propertyNames':
      return {
        range: text.keyRangeOf(path, String(params.propertyName)),
        message: `"${params.propertyName}" is not a name of lower-case words joined by hyphens`,
      };
    case 'oneOf':
    case 'anyOf': {
      const branches = schema.oneOf ?? schema.anyOf ?? [];
      const names = branches.flatMap((branch) => branch.required ?? []);
      const forms = branches.flatMap((branch) => branch.enum ?? article([branch.type ?? []].flat()));
      const message =
        names.length > 0 ? `needs exactly one of ${names.join(', ')}` : isNot(error.data, forms.join(' or '));
      return { range: text.rangeOf(path), message };
    }
    case 'enum':
      return {
        range: error.propertyName === undefined ? text.rangeOf(path) : text.keyRangeOf(path, error.propertyName),
        message: `${quoted(error.propertyName ?? error.data)} is not one of ${(schema.enum ?? []).join(', ')}`,
      };
    case 'type': {
      const types = [schema.type ?? []].flat();
      const isList = schema.examples?.some((example) => typeof example === 'string' && example.includes(','));
      const inCommas = isList ? asOneText(error.data) : undefined;
      const message =
        inCommas === undefined ? isNot(error.data, article(types)) : `a list is one text here: "${inCommas}"`;
      return { range: text.rangeOf(path), message };
    }
    case 'pattern': {
      const example = schema.examples?.[0];
      const hint = example === undefined ? '' : `, such as ${quoted(example)}`;
      return { range: text.rangeOf(path), message: `${quoted(error.data)} does not have the expected form${hint}` };
    }
    default:
      return { range: text.rangeOf(path), message: outOfBounds(error) };
  }
}

/** A list of simple values as one text. */
function asOneText(value: unknown): string | undefined {
  const isSimple = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  return Array.isArray(value) && value.length > 0 && value.every(isSimple) ? shortened(value.join(','), 60) : undefined;
}

/** A value of another kind, or none. */
function isNot(value: unknown, wanted: string): string {
  return value === null ? `a value is missing here: it has to be ${wanted}` : `${quoted(value)} is not ${wanted}`;
}

/** What is wrong with a value that is too small, too large or repeated. */
function outOfBounds({ data, keyword, params }: SchemaError): string {
  switch (keyword) {
    case 'minimum':
      return `${quoted(data)} is less than ${params.limit}`;
    case 'maximum':
      return `${quoted(data)} is more than ${params.limit}`;
    case 'uniqueItems':
      return 'this list has an entry twice';
    default:
      return `${Array.isArray(data) ? 'an empty list' : data === '' ? 'an empty text' : 'an empty map'} means nothing here`;
  }
}

/** A value as its author wrote it, as far as one line can show it. */
function quoted(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return value === null ? 'nothing' : 'a map';
  return shortened(JSON.stringify(value) ?? 'nothing', 60);
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'empty',
};

function article(types: readonly string[]): string {
  return types.map((type) => TYPE_NAMES[type] ?? type).join(' or ');
}
