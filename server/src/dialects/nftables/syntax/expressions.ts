import {
  CT_DIRECTED_KEYS,
  CT_KEYS,
  EXTENSION_HEADERS,
  HEADERS,
  IP_OPTION_FIELDS,
  IP_OPTIONS,
  IPV6_ROUTING_FIELDS,
  META_QUALIFIED,
  META_UNQUALIFIED,
  ROUTE_KEYS,
  SCTP_CHUNK_FIELDS,
  SCTP_CHUNKS,
  TCP_OPTION_FIELDS,
  TCP_OPTIONS,
} from '../vocabulary/field-names.js';
import { mayBeValue, WORD_OPERATORS } from '../vocabulary/reserved-words.js';
import { type Cursor, Unreadable } from './cursor.js';
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

/** Where an expression stands: left of a comparison, right of one, or as the argument of a statement, which may be both. */
type Side = 'left' | 'right' | 'argument';

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
export function parseBasic(cursor: Cursor, side: Side, level = 1): Expression {
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

function parsePrimary(cursor: Cursor, side: Side): Expression {
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
        const field = parseField(cursor);
        if (field) return field;
        if (side === 'left' && HEADERS.has(token.text) && cursor.next.kind === 'word') {
          throw new Unreadable(cursor.next, `'${cursor.next.text}' is no field of ${token.text}`);
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

export function parseVariable(cursor: Cursor): VariableExpression {
  const { start } = cursor.token;
  cursor.expectMark('$');
  const name = cursor.expectName('the name of a variable');
  cursor.references.push({ kind: 'variable', name: name.text, start: name.start, end: name.end });
  return { kind: 'variable', name: name.text, start, end: name.end };
}

export function parseSetReference(cursor: Cursor): SetReferenceExpression {
  const { start } = cursor.token;
  cursor.expectMark('@');
  const name = cursor.expectName('the name of a set');
  cursor.references.push({ kind: 'set', name: name.text, start: name.start, end: name.end });
  return { kind: 'set-reference', name: name.text, start, end: name.end };
}

/** `@th,16,16`: bits of a header by position. */
function parseRawPayload(cursor: Cursor): FieldExpression {
  const { start } = cursor.token;
  cursor.expectMark('@');
  const base = cursor.expectOneOf(new Set(['ll', 'nh', 'th', 'ih']), "'ll', 'nh', 'th' or 'ih'");
  cursor.expectMark(',');
  const offset = cursor.expectNumber();
  cursor.expectMark(',');
  const length = cursor.expectNumber();
  return { kind: 'field', field: `@${base},${offset},${length}`, start, end: cursor.lastEnd };
}

/** A field, if one begins here. */
export function parseField(cursor: Cursor): FieldExpression | undefined {
  const { token, next } = cursor;
  const field = (name: string): FieldExpression => ({
    kind: 'field',
    field: name,
    start: token.start,
    end: cursor.lastEnd,
  });
  const { text } = token;
  const fields = HEADERS.get(text);
  const name = fields && next.kind === 'word' ? fields.get(next.text) : undefined;
  if (name !== undefined) {
    cursor.take();
    cursor.take();
    return field(name);
  }
  if (META_UNQUALIFIED.has(text) && !(text === 'ipsec' && (next.text === 'in' || next.text === 'out'))) {
    cursor.take();
    return field(`meta ${text}`);
  }
  switch (text) {
    case 'meta': {
      cursor.take();
      const key = cursor.token;
      if (key.kind !== 'word' || !(META_QUALIFIED.has(key.text) || META_UNQUALIFIED.has(key.text))) {
        throw cursor.unexpected('a key of meta');
      }
      cursor.take();
      return field(`meta ${key.text}`);
    }
    case 'ct':
      return parseConntrackField(cursor, field);
    case 'tcp':
      return next.text === 'option' ? parseTcpOption(cursor, field) : undefinedHeader(cursor);
    case 'ip':
      return next.text === 'option' ? parseIpOption(cursor, field) : undefinedHeader(cursor);
    case 'sctp':
      return next.text === 'chunk' ? parseSctpChunk(cursor, field) : undefinedHeader(cursor);
    case 'arp':
      if (next.text !== 'saddr' && next.text !== 'daddr') return undefinedHeader(cursor);
      cursor.take();
      cursor.take();
      return field(`arp ${next.text} ${cursor.expectOneOf(new Set(['ether', 'ip']), "'ether' or 'ip'")}`);
    case 'rt':
      return parseRoute(cursor, field);
    case 'rt0':
    case 'rt2':
    case 'srh':
      cursor.take();
      cursor.take();
      if (cursor.acceptMark('[')) {
        cursor.expectNumber();
        cursor.expectMark(']');
      }
      return field(text);
    case 'exthdr':
      cursor.take();
      return field(`exthdr ${cursor.expectOneOf(EXTENSION_HEADERS, 'an extension header')}`);
    case 'fib':
      return parseFib(cursor, field);
    case 'socket':
      return parseSocket(cursor, field);
    case 'osf':
      return parseFingerprint(cursor, field);
    case 'ipsec':
      return parseIpsec(cursor, field);
    case 'numgen':
    case 'jhash':
    case 'symhash':
      return parseGenerator(cursor, field);
    default:
      return fields ? undefinedHeader(cursor) : undefined;
  }
}

type MakeField = (name: string) => FieldExpression;

/** A header without one of its fields: a value (`meta l4proto tcp`), if the grammar allows one there at all. */
function undefinedHeader(cursor: Cursor): undefined {
  if (!mayBeValue(cursor.token.text)) {
    cursor.take();
    throw cursor.unexpected('a field of the header');
  }
  return undefined;
}

function parseConntrackField(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  const { token } = cursor;
  if (token.text !== 'original' && token.text !== 'reply') {
    return field(`ct ${cursor.expectOneOf(CT_KEYS, 'a key of ct')}`);
  }
  cursor.take();
  if (cursor.isWord('ip') || cursor.isWord('ip6')) {
    const family = cursor.take().text;
    return field(`ct ${token.text} ${family} ${cursor.expectOneOf(new Set(['saddr', 'daddr']), "'saddr' or 'daddr'")}`);
  }
  return field(`ct ${token.text} ${cursor.expectOneOf(CT_DIRECTED_KEYS, 'a key of ct')}`);
}

function parseTcpOption(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  cursor.take();
  if (cursor.acceptMark('@')) {
    parseOptionType(cursor);
    cursor.expectMark(',');
    cursor.expectNumber();
    cursor.expectMark(',');
    cursor.expectNumber();
    return field('tcp option');
  }
  parseOptionType(cursor);
  if (cursor.token.kind === 'word' && TCP_OPTION_FIELDS.has(cursor.token.text)) cursor.take();
  return field('tcp option');
}

export function parseOptionType(cursor: Cursor): void {
  if (cursor.token.kind === 'number') {
    const { token } = cursor;
    if (cursor.expectNumber() > 255) throw new Unreadable(token, 'a TCP option is a number from 0 to 255');
  } else {
    cursor.expectOneOf(TCP_OPTIONS, 'a TCP option');
  }
}

function parseIpOption(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  cursor.take();
  cursor.expectOneOf(IP_OPTIONS, 'an IP option');
  if (cursor.token.kind === 'word' && IP_OPTION_FIELDS.has(cursor.token.text)) cursor.take();
  return field('ip option');
}

function parseSctpChunk(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  cursor.take();
  cursor.expectOneOf(SCTP_CHUNKS, 'an SCTP chunk');
  if (cursor.token.kind === 'word' && SCTP_CHUNK_FIELDS.has(cursor.token.text)) cursor.take();
  return field('sctp chunk');
}

/** `rt nexthop` asks the routing table; `rt type` is the routing header of IPv6. */
function parseRoute(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  if (cursor.token.kind === 'word' && IPV6_ROUTING_FIELDS.has(cursor.token.text)) {
    cursor.take();
    return field('rt header');
  }
  const family = cursor.isWord('ip') || cursor.isWord('ip6') ? `${cursor.take().text} ` : '';
  return field(`rt ${family}${cursor.expectOneOf(ROUTE_KEYS, 'a key of rt')}`);
}

function parseFib(cursor: Cursor, field: MakeField): FieldExpression {
  const { token } = cursor;
  cursor.take();
  const flags: string[] = [];
  const known = new Set(['saddr', 'daddr', 'mark', 'iif', 'oif']);
  do flags.push(cursor.expectOneOf(known, 'saddr, daddr, mark, iif or oif'));
  while (cursor.acceptMark('.'));
  const result = cursor.expectOneOf(new Set(['oif', 'oifname', 'type']), "'oif', 'oifname' or 'type'");
  if (flags.includes('saddr') === flags.includes('daddr')) {
    throw new Unreadable({ start: token.start, end: cursor.lastEnd }, 'fib needs one of saddr and daddr');
  }
  if (flags.includes('iif') && flags.includes('oif')) {
    throw new Unreadable({ start: token.start, end: cursor.lastEnd }, 'fib takes iif or oif, not both');
  }
  return field(`fib ${flags.join(' . ')} ${result}`);
}

function parseSocket(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  const key = cursor.expectOneOf(new Set(['transparent', 'mark', 'wildcard', 'cgroupv2']), 'a key of socket');
  if (key === 'cgroupv2') {
    cursor.expectWord('level');
    cursor.expectNumber();
  }
  return field(`socket ${key}`);
}

function parseFingerprint(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  if (cursor.acceptWord('ttl')) cursor.expectOneOf(new Set(['loose', 'skip']), "'loose' or 'skip'");
  return field(`osf ${cursor.expectOneOf(new Set(['name', 'version']), "'name' or 'version'")}`);
}

function parseIpsec(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  cursor.take();
  if (cursor.acceptWord('spnum')) cursor.expectNumber();
  if (cursor.acceptWord('ip') || cursor.acceptWord('ip6')) {
    cursor.expectOneOf(new Set(['saddr', 'daddr']), "'saddr' or 'daddr'");
  } else {
    cursor.expectOneOf(new Set(['reqid', 'spi']), "'reqid' or 'spi'");
  }
  return field('ipsec');
}

function parseGenerator(cursor: Cursor, field: MakeField): FieldExpression {
  const { text } = cursor.take();
  if (text === 'numgen') cursor.expectOneOf(new Set(['inc', 'random']), "'inc' or 'random'");
  if (text === 'jhash') cursor.nested(() => parseConcatenation(cursor, 'left'));
  cursor.expectWord('mod');
  cursor.expectNumber();
  if (text === 'jhash' && cursor.acceptWord('seed')) cursor.expectNumber();
  if (cursor.acceptWord('offset')) cursor.expectNumber();
  return field(text);
}

/** Values joined by `.`; prefixes and ranges are allowed on the right side only. */
export function parseConcatenation(cursor: Cursor, side: Side): Expression {
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
function parseMultiple(cursor: Cursor, side: Side = 'right'): Expression {
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

export function listFrom(cursor: Cursor, first: Expression, side: Side): Expression {
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

/** How a chain is named: by itself or by a variable. */
export function parseChainReference(cursor: Cursor): WordExpression | VariableExpression {
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
 * `{ … }`. A line may end behind the bracket, behind a comma and behind an element, but only once (`opt_newline`).
 * `empty` allows a set without elements, which only definitions may be.
 */
export function parseSet(cursor: Cursor, empty = false): SetExpression {
  const { start } = cursor.token;
  cursor.expectMark('{');
  const elements: SetElement[] = [];
  if (empty && cursor.acceptMark('}')) return { kind: 'set', elements, start, end: cursor.lastEnd };
  elements.push(parseElement(cursor));
  while (cursor.acceptMark(',')) {
    // A comma behind the last element is allowed.
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

/** What may follow the key of an element; tells whether it makes the element come or go. */
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
        conditional = true;
        parseLimit(cursor);
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

/** A time such as `1h30m`; a plain number is none. */
export function parseTime(cursor: Cursor): void {
  const { token } = cursor;
  if (token.kind !== 'word' || !/^\d/.test(token.text)) throw cursor.unexpected('a time such as 10m');
  cursor.take();
}

/** The longest comment that nft keeps (NFTNL_UDATA_COMMENT_MAXLEN). */
const COMMENT_LIMIT = 128;

export function parseComment(cursor: Cursor): void {
  const text = cursor.expectString('a comment in quotes');
  if (text.text.length > COMMENT_LIMIT) throw new Unreadable(text, `a comment has at most ${COMMENT_LIMIT} characters`);
}

/** What a counter has counted so far. */
export function parseCounts(cursor: Cursor): void {
  while (cursor.isWord('packets') || cursor.isWord('bytes')) {
    cursor.take();
    cursor.expectNumber();
  }
}

const TIME_UNITS: ReadonlySet<string> = new Set(['second', 'minute', 'hour', 'day', 'week']);

/** Units of bytes; with `/second` and the like they form one word, because a word may hold a slash. */
const DATA_UNIT = /^(?:bytes|kbytes|mbytes)$/;
const DATA_RATE = /^(?:bytes|kbytes|mbytes)\/(?:second|minute|hour|day|week)$/;

/** `limit rate …`, or the `rate …` inside a limit object. */
export function parseLimit(cursor: Cursor): void {
  cursor.expectWord('limit');
  if (cursor.acceptWord('name')) {
    parseObjectReference(cursor);
    return;
  }
  parseRate(cursor);
}

export function parseRate(cursor: Cursor): void {
  cursor.expectWord('rate');
  if (!cursor.acceptWord('over')) cursor.acceptWord('until');
  cursor.expectNumber();
  let inBytes = false;
  if (cursor.token.kind === 'word' && DATA_RATE.test(cursor.token.text)) {
    cursor.take();
    inBytes = true;
  } else {
    if (cursor.token.kind === 'word' && DATA_UNIT.test(cursor.token.text)) {
      cursor.take();
      inBytes = true;
    }
    cursor.expectMark('/');
    cursor.expectOneOf(TIME_UNITS, 'a unit of time');
  }
  if (!cursor.acceptWord('burst')) return;
  const { token } = cursor;
  if (cursor.expectNumber() === 0) throw new Unreadable(token, 'the burst of a limit is greater than 0');
  if (inBytes) parseDataUnit(cursor);
  else cursor.expectWord('packets');
}

function parseDataUnit(cursor: Cursor): void {
  const { token } = cursor;
  if (token.kind !== 'word' || !DATA_UNIT.test(token.text)) throw cursor.unexpected("'bytes', 'kbytes' or 'mbytes'");
  cursor.take();
}

/** `over 10 mbytes used 3 bytes`, behind `quota`. */
export function parseQuota(cursor: Cursor): void {
  if (!cursor.acceptWord('over')) cursor.acceptWord('until');
  cursor.expectNumber();
  parseDataUnit(cursor);
  if (cursor.acceptWord('used')) {
    cursor.expectNumber();
    parseDataUnit(cursor);
  }
}

/** `count over 20`, behind `ct`. */
export function parseConnectionCount(cursor: Cursor): void {
  cursor.expectWord('count');
  cursor.acceptWord('over');
  cursor.expectNumber();
}

/** The name of a counter, quota, limit or other object: a value or a map of values. */
export function parseObjectReference(cursor: Cursor): void {
  const argument = parseArgument(cursor);
  if (argument.kind === 'word') {
    cursor.references.push({ kind: 'object', name: argument.text, start: argument.start, end: argument.end });
  }
}
