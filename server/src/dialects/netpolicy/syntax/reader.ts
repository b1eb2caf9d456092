// Looks up values of a policy by path.

import { isMap, isScalar } from 'yaml';
import type { FindingCode } from '../../../model/codes.js';
import type { QuotedLine } from '../../../model/evidence.js';
import { isRecord } from '../../../text/json.js';
import { shortened } from '../../../text/lines.js';
import { range, type TextRange } from '../../../text/range.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { Problem } from '../../dialect.js';
import { type NetpolicyTree, pathKey } from './tree.js';

/** A value of the file with its path. */
export interface Part {
  readonly value: unknown;
  readonly path: Path;
}

/** Values that the schema rejects are read as absent, and so are those that may be another. */
export class Reader {
  readonly problems: Problem[];

  constructor(
    readonly uri: string,
    readonly tree: NetpolicyTree,
  ) {
    this.problems = [...tree.problems];
  }

  get root(): Part {
    return { value: this.tree.yaml.value, path: [] };
  }

  report(code: FindingCode, at: TextRange, message: string, details: Pick<Problem, 'asRole'> = {}): void {
    this.problems.push({ code, uri: this.uri, range: at, message, ...details });
  }

  rangeOf(path: Path): TextRange {
    return this.tree.yaml.rangeOf(path);
  }

  /** Whether the schema accepts a value, apart from keys that it lacks or should not have. */
  accepts({ path }: Part): boolean {
    return !this.tree.refused.has(pathKey(path));
  }

  /** Whether a map has all the keys that it needs, and no unknown one. */
  isComplete({ path }: Part): boolean {
    return !this.tree.incomplete.has(pathKey(path));
  }

  /** The entries of a map. */
  pairs(part: Part | undefined): [string, Part][] {
    const value = part?.value;
    if (!part || !isRecord(value) || !this.accepts(part)) return [];
    return Object.keys(value).map((key) => [key, { value: value[key], path: [...part.path, key] }]);
  }

  /** A value of a map; `undefined` where there is none. It may be one that the schema rejects. */
  child(part: Part | undefined, key: string): Part | undefined {
    const value = part?.value;
    if (!part || !isRecord(value) || !this.accepts(part) || !Object.hasOwn(value, key)) return undefined;
    return { value: value[key], path: [...part.path, key] };
  }

  /** The items of a list; a single value is a list of one. */
  items(part: Part | undefined): Part[] {
    if (!part || !this.accepts(part)) return [];
    if (!Array.isArray(part.value)) return [part];
    return part.value.map((value: unknown, i) => ({ value, path: [...part.path, i] }));
  }

  /** A value as a statement, with the range of its first line. */
  statement({ value, path }: Part): QuotedLine {
    const key = path[path.length - 1];
    const text = typeof key === 'string' ? `${key}: ${summary(value)}` : summary(value);
    return { uri: this.uri, range: this.firstLine(path), text: shortened(text, TEXT_LIMIT) };
  }

  /** A key with its value as a statement: `default: deny`. */
  pairStatement(part: Part): QuotedLine {
    const { start } = this.tree.yaml.keyRangeOf(part.path.slice(0, -1), String(part.path[part.path.length - 1]));
    const { end } = this.rangeOf(part.path);
    return { ...this.statement(part), range: this.clipped(range(start, Math.max(start, end))) };
  }

  private firstLine(path: Path): TextRange {
    const node = this.tree.yaml.nodeAt(path);
    const whole = this.rangeOf(path);
    const first = isMap(node) && !node.flow ? node.items[0] : undefined;
    // The text after the first value of a block is a comment.
    const end = isScalar(first?.value) ? first.value.range?.[1] : undefined;
    return this.clipped(range(whole.start, end ?? whole.end));
  }

  private clipped({ start, end }: TextRange): TextRange {
    const lineEnd = this.tree.text.slice(start, end).search(/[\r\n]/);
    return range(start, lineEnd < 0 ? end : start + lineEnd);
  }
}

/** How much of a statement its text shows, in UTF-16 code units. */
const TEXT_LIMIT = 200;

/** How many items of a list a text names. */
const ITEM_LIMIT = 8;

/** A value on one line. */
export function summary(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEM_LIMIT).map((item) => (typeof item === 'object' ? '…' : String(item)));
    return `[${items.join(', ')}${value.length > ITEM_LIMIT ? ', …' : ''}]`;
  }
  if (!isRecord(value)) return String(value);
  const pairs = Object.keys(value).slice(0, ITEM_LIMIT);
  if (pairs.length === 0) return '{}';
  return pairs.map((key) => `${key}: ${isRecord(value[key]) ? '…' : summary(value[key])}`).join(', ');
}
