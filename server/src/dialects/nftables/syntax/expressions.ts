// Reads expressions: values, fields, sets and maps, and the verdicts that maps may hold.
import { HEADERS } from '../vocabulary/field-names.js';
import { mayBeValue, WORD_OPERATORS } from '../vocabulary/reserved-words.js';
import { type Cursor, Unreadable } from './cursor.js';
import { parseField, parseRawPayload } from './fields.js';
import {
  parseComment,
  parseConnectionCount,
  parseCounts,
  parseLastUse,
  parseQuota,
  parseRate,
  parseTime,
} from './rates.js';
import type {
  BinaryExpression,
  Expression,
  FieldExpression,
  SetElement,
  SetExpression,
  SetReferenceExpression,
  VariableExpression,
  Verdict,
  WordExpression,
} from './tree.js';

/** The position of an expression: left or right in a comparison, or the argument of a statement, which may be either. */
type ExpressionPosition = 'left' | 'right' | 'argument';

/** How tightly binary operators bind. */
const BINDING: ReadonlyMap<string, { readonly operator: BinaryExpression['operator']; readonly level: number }> =
  new Map([
    ['|', { operator: '|', level: 1 }],
    ['^', { operator: '^', level: 2 }],
    ['&', { operator: '&', level: 3 }],
    ['<<', { operator: '<<', level: 4 }],
    ['>>', { operator: '>>', level: 4 }],
  ]);

/** `basic_expr` of the grammar: values joined by bit operators that bind at least as tightly as `level`. */
export function parseBasic(cursor: Cursor, side: ExpressionPosition, level = 1): Expression {
  let left = parsePrimary(cursor, side);
  for (;;) {
    const { token } = cursor;
    if (token.kind !== 'mark' && token.kind !== 'word') return left;
    const sign = token.kind === 'word' ? WORD_OPERATORS.get(token.text) : token.text;
    const binding = sign === undefined ? undefined : BINDING.get(sign);
    if (!binding || binding.level < level) return left;
    cursor.take();
    const right = parseBasic(cursor, side === 'left' ? 'right' : side, binding.level + 1);
    left = { kind: 'binary', operator: binding.operator, left, right, start: left.start, end: right.end };
  }
}

function parsePrimary(cursor: Cursor, side: ExpressionPosition): Expression {
  const { token } = cursor;
  switch (token.kind) {
    case 'number':
      cursor.take();
      return { kind: 'number', text: token.text, start: token.start, end: token.end };
    case 'quoted':
    case 'wildcard':
    case 'address':
      cursor.take();
      return { kind: 'word', form: token.kind, text: token.text, start: token.start, end: token.end };
    case 'mark':
      if (token.text === '(') {
        cursor.take();
        const inner = cursor.nested(() => parseBasic(cursor, side));
        cursor.expectMark(')');
        return inner;
      }
      if (token.text === '$') return parseVariable(cursor);
      if (token.text === '@' && side !== 'right') return parseRawPayload(cursor);
      throw cursor.unexpected('a value');
    case 'word': {
      if (side !== 'right') {
        const field = token.text === 'jhash' ? parseHash(cursor) : parseField(cursor);
        if (field) return field;
        if (side === 'left' && HEADERS.has(token.text)) {
          if (cursor.next.kind === 'word')
            throw new Unreadable(cursor.next, `'${cursor.next.text}' is not a field of ${token.text}`);
          cursor.take();
          throw cursor.unexpected('a field of the header');
        }
      }
      if (!mayBeValue(token.text)) throw cursor.unexpected('a value');
      cursor.take();
      return { kind: 'word', form: 'word', text: token.text, start: token.start, end: token.end };
    }
    default:
      throw cursor.unexpected('a value');
  }
}

/** `jhash ip saddr . tcp sport mod 2 seed 7 offset 1`. */
function parseHash(cursor: Cursor): FieldExpression {
  const { start } = cursor.take();
  cursor.nested(() => parseConcatenation(cursor, 'left'));
  cursor.expectWord('mod');
  cursor.expectNumber();
  if (cursor.acceptWord('seed')) cursor.expectNumber();
  if (cursor.acceptWord('offset')) cursor.expectNumber();
  return { kind: 'field', field: 'jhash', start, end: cursor.lastEnd };
}

export function parseVariable(cursor: Cursor): VariableExpression {
  const { start } = cursor.token;
  cursor.expectMark('$');
  const name = cursor.expectName('the name of a variable');
  cursor.references.push({ kind: 'variable', name: name.text, start: name.start, end: name.end });
  return { kind: 'variable', name: name.text, start, end: name.end };
}

function parseSetReference(cursor: Cursor): SetReferenceExpression {
  const { start } = cursor.token;
  cursor.expectMark('@');
  const name = cursor.expectName('the name of a set');
  cursor.references.push({ kind: 'set', name: name.text, start: name.start, end: name.end });
  return { kind: 'set-reference', name: name.text, start, end: name.end };
}

/** Values joined by `.`; prefixes and ranges are allowed on the right side only. */
export function parseConcatenation(cursor: Cursor, side: ExpressionPosition): Expression {
  const part = () => (side === 'right' ? parseMultiple(cursor) : parseBasic(cursor, side));
  const first = part();
  return concatenationFrom(cursor, first, part);
}

function concatenationFrom(cursor: Cursor, first: Expression, part: () => Expression): Expression {
  if (!cursor.isMark('.')) return first;
  const parts = [first];
  while (cursor.acceptMark('.')) parts.push(part());
  return { kind: 'concatenation', parts, start: first.start, end: cursor.lastEnd };
}

/** A value, a prefix or a range. */
function parseMultiple(cursor: Cursor, side: ExpressionPosition = 'right'): Expression {
  const base = parseBasic(cursor, side);
  if (cursor.isMark('/') && cursor.next.kind === 'number') {
    cursor.take();
    const length = cursor.expectNumber();
    return { kind: 'prefix', base, length, start: base.start, end: cursor.lastEnd };
  }
  if (cursor.acceptMark('-')) {
    const high = parseBasic(cursor, side);
    return { kind: 'range', low: base, high, start: base.start, end: high.end };
  }
  return base;
}

/** The right side of a comparison, or the value of a variable. */
export function parseRight(cursor: Cursor): Expression {
  if (cursor.isMark('{')) return parseSet(cursor);
  if (cursor.isMark('@')) return parseSetReference(cursor);
  const first = parseConcatenation(cursor, 'right');
  return listFrom(cursor, first, 'right');
}

export function listFrom(cursor: Cursor, first: Expression, side: ExpressionPosition): Expression {
  if (!cursor.isMark(',')) return first;
  const items = [first];
  while (cursor.acceptMark(',')) items.push(parseBasic(cursor, side));
  return { kind: 'list', items, start: first.start, end: cursor.lastEnd };
}

/** `stmt_expr` of the grammar: what `dnat to`, `meta mark set` and the like take. */
export function parseArgument(cursor: Cursor): Expression {
  const multiple = parseMultiple(cursor, 'argument');
  if (multiple.kind === 'prefix' || multiple.kind === 'range') return multiple;
  const key = concatenationFrom(cursor, multiple, () => parseBasic(cursor, 'argument'));
  if (cursor.acceptWord('map')) {
    const map = cursor.isMark('{') ? parseSet(cursor) : parseMapReference(cursor);
    return { kind: 'map', key, map, start: key.start, end: map.end };
  }
  return listFrom(cursor, key, 'argument');
}

export function parseMapReference(cursor: Cursor): SetReferenceExpression | VariableExpression {
  return cursor.isMark('$') ? parseVariable(cursor) : parseSetReference(cursor);
}

/** The name of a counter, quota, limit or other object: a value or a map of values. */
export function parseObjectReference(cursor: Cursor): undefined {
  const argument = parseArgument(cursor);
  if (argument.kind === 'word') {
    cursor.references.push({ kind: 'object', name: argument.text, start: argument.start, end: argument.end });
  }
}

/** The name of a chain, or a variable that contains it. */
function parseChainReference(cursor: Cursor): WordExpression | VariableExpression {
  if (cursor.isMark('$')) return parseVariable(cursor);
  const name = cursor.expectName('the name of a chain');
  cursor.references.push({ kind: 'chain', name: name.text, start: name.start, end: name.end });
  return { kind: 'word', form: 'word', text: name.text, start: name.start, end: name.end };
}

/** A verdict, if one begins here. */
export function parseVerdict(cursor: Cursor): Verdict | undefined {
  const { token } = cursor;
  if (token.kind !== 'word') return undefined;
  switch (token.text) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
      cursor.take();
      return { kind: 'verdict', verdict: token.text, chain: undefined, start: token.start, end: token.end };
    case 'jump':
    case 'goto': {
      cursor.take();
      const chain = parseChainReference(cursor);
      return { kind: 'verdict', verdict: token.text, chain, start: token.start, end: chain.end };
    }
    default:
      return undefined;
  }
}

/**
 * `{ … }`. A line may end after the bracket, after a comma and after an element, but only once (`opt_newline`).
 * `empty` allows a set without elements, which only definitions may be.
 */
export function parseSet(cursor: Cursor, empty = false): SetExpression {
  const { start } = cursor.token;
  cursor.expectMark('{');
  const elements: SetElement[] = [];
  if (empty && cursor.acceptMark('}')) return { kind: 'set', elements, start, end: cursor.lastEnd };
  elements.push(parseElement(cursor));
  while (cursor.acceptMark(',')) {
    // A comma after the last element is allowed.
    const { token, next } = cursor;
    if (token.kind === 'mark' && token.text === '}') break;
    if (token.kind === 'newline' && next.kind === 'mark' && next.text === '}') {
      cursor.acceptNewline();
      break;
    }
    elements.push(parseElement(cursor));
  }
  cursor.expectMark('}');
  return { kind: 'set', elements, start, end: cursor.lastEnd };
}

function parseElement(cursor: Cursor): SetElement {
  cursor.acceptNewline();
  const { start } = cursor.token;
  if (cursor.isMark('{')) {
    const key = cursor.nested(() => parseSet(cursor));
    cursor.acceptNewline();
    return { key, value: undefined, conditional: false, start, end: key.end };
  }
  const key = cursor.acceptMark('*') ? '*' : parseConcatenation(cursor, 'right');
  const conditional = parseElementOptions(cursor);
  let value: SetElement['value'];
  if (cursor.acceptMark(':')) value = parseVerdict(cursor) ?? parseConcatenation(cursor, 'right');
  const end = cursor.lastEnd;
  cursor.acceptNewline();
  return { key, value, conditional, start, end };
}

/** Reads the options after the key of an element; true if the element has a timeout, limit or quota. */
export function parseElementOptions(cursor: Cursor): boolean {
  let conditional = false;
  for (;;) {
    const { token } = cursor;
    if (token.kind !== 'word') return conditional;
    switch (token.text) {
      case 'timeout':
      case 'expires':
        cursor.take();
        conditional = true;
        parseTime(cursor);
        break;
      case 'comment':
        cursor.take();
        parseComment(cursor);
        break;
      case 'counter':
        cursor.take();
        parseCounts(cursor);
        break;
      case 'limit':
        cursor.take();
        conditional = true;
        parseRate(cursor);
        break;
      case 'quota':
        cursor.take();
        conditional = true;
        parseQuota(cursor);
        break;
      case 'last':
        cursor.take();
        parseLastUse(cursor);
        break;
      case 'ct':
        if (cursor.next.text !== 'count') return conditional;
        conditional = true;
        cursor.take();
        parseConnectionCount(cursor);
        break;
      default:
        return conditional;
    }
  }
}
