// Reads comparisons, verdict maps, and statements that set a field.
import { WORD_OPERATORS } from '../vocabulary/reserved-words.js';
import { type Cursor, Unreadable } from './cursor.js';
import {
  listFrom,
  parseArgument,
  parseBasic,
  parseConcatenation,
  parseMapReference,
  parseObjectReference,
  parseRight,
  parseSet,
} from './expressions.js';
import type { Expression, MatchStatement, RelationalOperator, RuleStatement } from './tree.js';

/** Comparisons, verdict maps, and statements that set what a comparison could test (`meta mark set 1`). */
export function parseMatch(cursor: Cursor): RuleStatement {
  const { token } = cursor;
  const left = parseConcatenation(cursor, 'left');
  const stray = partWithoutField(left);
  if (stray) throw new Unreadable(stray, `'${textOf(stray)}' is neither a statement nor a field`);
  if (cursor.isWord('vmap')) {
    cursor.take();
    const map = cursor.isMark('{') ? parseSet(cursor) : parseMapReference(cursor);
    if (map.kind === 'set') {
      for (const element of map.elements) {
        if (element.value?.kind !== 'verdict')
          throw new Unreadable(element, 'expected a verdict for every element of the vmap');
      }
    }
    return { kind: 'verdict-map', key: left, map, start: token.start, end: map.end };
  }
  if (left.kind === 'field' && cursor.acceptWord('set')) {
    // A helper, like a secmark, is set by the name of an object.
    const isObject = left.field === 'ct helper' || left.field === 'meta secmark';
    const value = isObject ? parseObjectReference(cursor) : parseArgument(cursor);
    const effect = {
      kind: 'effect',
      name: 'set',
      target: left.field,
      start: token.start,
      end: cursor.lastEnd,
    } as const;
    return value ? { ...effect, value } : effect;
  }
  return parseComparison(cursor, mapped(cursor, left));
}

/** `ip saddr map { … }` on the left side of a comparison. */
function mapped(cursor: Cursor, key: Expression): Expression {
  if (!cursor.acceptWord('map')) return key;
  const map = cursor.isMark('{') ? parseSet(cursor) : parseMapReference(cursor);
  return { kind: 'map', key, map, start: key.start, end: map.end };
}

/** What stands where nft needs a field. Beside one, nft 1.1 takes a constant in a concatenation: `ip saddr . "lo" @peers`. */
export function partWithoutField(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case 'field':
      return undefined;
    case 'binary':
      return partWithoutField(expression.left);
    case 'concatenation': {
      const strays = expression.parts.flatMap((part) => partWithoutField(part) ?? []);
      if (strays.length === expression.parts.length) return strays[0];
      return strays.find((stray) => stray.kind === 'word' && stray.form === 'word');
    }
    default:
      return expression;
  }
}

function textOf(expression: Expression): string {
  if (expression.kind === 'word' || expression.kind === 'number') return expression.text;
  return expression.kind === 'variable' ? `$${expression.name}` : 'a value';
}

const OPERATORS: ReadonlyMap<string, RelationalOperator> = new Map(
  (['==', '!=', '<', '>', '<=', '>=', '!'] as const).map((operator) => [operator, operator]),
);

function parseComparison(cursor: Cursor, left: Expression): MatchStatement {
  const { token } = cursor;
  const sign = token.kind === 'word' ? WORD_OPERATORS.get(token.text) : token.kind === 'mark' ? token.text : undefined;
  const operator = sign === undefined ? undefined : OPERATORS.get(sign);
  if (operator) cursor.take();
  const right = parseRight(cursor);
  const pair = right.kind === 'set' ? right.elements.find(({ value }) => value !== undefined) : undefined;
  if (pair)
    throw new Unreadable(pair, "a pair stands only in a map: 'vmap' or 'map' is missing in front of the braces");
  let mask: Expression | undefined;
  if (cursor.acceptMark('/')) {
    const first = parseBasic(cursor, 'right');
    mask = listFrom(cursor, first, 'right');
  }
  return { kind: 'match', left, operator: operator ?? 'implicit', right, mask, start: left.start, end: cursor.lastEnd };
}
