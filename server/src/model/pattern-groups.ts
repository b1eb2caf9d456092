// What a group of a regular expression holds, where that is a part of the text that can be cut out.
import { parseJavascriptRegex } from './javascript-regex-parser.js';
import { characterTest, type Pattern, type PatternNode } from './javascript-regex-tree.js';
import type { TextOperation } from './text-operations.js';

/**
 * The operations that make `new RegExp(source, flags).exec(text)[group]` from a text in which the expression is found, in their order;
 * `undefined` where that is not known. Known is a group between constants and anchors (`^www\.(.*)\.com$`), up to or behind a character
 * that cannot be in it (`^(\w+):\/\/`, `\.([^.]+)$`), and one of several parts between separators (`([^.]+)\.([^.]+)$`).
 */
export function groupOperations(source: string, flags: string, group: number): readonly TextOperation[] | undefined {
  const reading = parseJavascriptRegex(source, flags);
  if (reading.kind !== 'pattern' || reading.pattern.flags.multiline) return undefined;
  const { pattern } = reading;
  const parts = partsOf(pattern.node);
  const atStart = parts[0]?.kind === 'start' || pattern.flags.sticky;
  const atEnd = parts[parts.length - 1]?.kind === 'end';
  const inner = parts.slice(parts[0]?.kind === 'start' ? 1 : 0, atEnd ? -1 : undefined);
  const place = { inner, atStart, atEnd, pattern };
  if (group === 0) return atStart && atEnd ? [] : runOperations(place, inner, 0);
  const at = inner.findIndex((part) => part.kind === 'group' && part.index === group);
  const own = inner[at];
  if (own?.kind !== 'group') return undefined;
  return cutOperations(place, at, own.body) ?? runOperations(place, inner, at);
}

interface Place {
  /** The parts of the pattern between its anchors. */
  readonly inner: readonly PatternNode[];
  readonly atStart: boolean;
  readonly atEnd: boolean;
  readonly pattern: Pattern;
}

function partsOf(node: PatternNode): readonly PatternNode[] {
  return node.kind === 'sequence' ? node.parts : [node];
}

/** A group with constants around it. */
function cutOperations(
  { inner, atStart, atEnd, pattern }: Place,
  at: number,
  body: PatternNode,
): readonly TextOperation[] | undefined {
  const before = inner.slice(0, at);
  const after = inner.slice(at + 1);
  const operations: TextOperation[] = [];
  if (atStart && before.every(isLiteral)) {
    if (before.length > 0) operations.push({ kind: 'drop', count: before.length });
    if (atEnd && after.every(isLiteral)) {
      return after.length === 0 ? operations : [...operations, { kind: 'drop-last', count: after.length }];
    }
    const what = separator(after[0], body, pattern);
    return what === undefined ? undefined : [...operations, { kind: 'until-first', what }];
  }
  const what = atEnd && after.length === 0 ? separator(before[before.length - 1], body, pattern) : undefined;
  return what === undefined
    ? undefined
    : [
        { kind: 'from-last', what },
        { kind: 'drop', count: 1 },
      ];
}

function isLiteral(node: PatternNode): boolean {
  return node.kind === 'literal' && node.code <= 0xffff;
}

/** The character of a node, if it cannot be in another node. */
function separator(node: PatternNode | undefined, body: PatternNode, { flags }: Pattern): string | undefined {
  if (node?.kind !== 'literal' || node.code >= 128) return undefined;
  const unit = String.fromCharCode(node.code);
  if (flags.ignoreCase && unit.toLowerCase() !== unit.toUpperCase()) return undefined;
  return canHold(body, node.code, flags) ? undefined : unit;
}

function canHold(node: PatternNode, code: number, flags: Pattern['flags']): boolean {
  switch (node.kind) {
    case 'literal':
    case 'class':
      return characterTest(node, flags)(code);
    case 'sequence':
      return node.parts.some((part) => canHold(part, code, flags));
    case 'alternatives':
      return node.options.some((option) => canHold(option, code, flags));
    case 'group':
    case 'repeat':
      return canHold(node.body, code, flags);
    case 'reference':
      return true;
    default:
      return false;
  }
}

/** Parts without a separator, which stands once between two of them: the items of the text at its start or end. */
function runOperations(
  { atStart, atEnd, pattern }: Place,
  inner: readonly PatternNode[],
  at: number,
): readonly TextOperation[] | undefined {
  if (atStart === atEnd || at % 2 !== 0 || inner.length % 2 !== 1) return undefined;
  const what = allButOne(inner[at], pattern);
  if (what === undefined) return undefined;
  const fits = inner.every((part, i) =>
    i % 2 === 0 ? allButOne(part, pattern) === what : isLiteral(part) && separator(part, NOTHING, pattern) === what,
  );
  if (!fits || (at === 0 && inner.length > 1 && inner[0]?.kind !== 'group')) return undefined;
  const index = atStart ? at / 2 : (at - inner.length - 1) / 2;
  return [{ kind: 'item', separator: what, index }];
}

const NOTHING: PatternNode = { kind: 'sequence', parts: [] };

/** The character that cannot be in a run of all others, as `.` in `([^.]+)`. */
function allButOne(node: PatternNode | undefined, pattern: Pattern): string | undefined {
  const run = node?.kind === 'group' ? node.body : node;
  if (run?.kind !== 'repeat' || run.lazy || run.min > 1 || run.max !== Number.POSITIVE_INFINITY) return undefined;
  if (run.body.kind !== 'class') return undefined;
  const test = characterTest(run.body, pattern.flags);
  const others = Array.from({ length: 128 }, (_, code) => code).filter((code) => !test(code));
  const [only] = others;
  return only !== undefined && others.length === 1 ? String.fromCharCode(only) : undefined;
}
