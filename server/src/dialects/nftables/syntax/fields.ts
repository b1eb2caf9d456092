// Reads fields: headers, and the keys of meta, ct, fib and the other sources of packet properties.
import {
  CT_DIRECTED_KEYS,
  CT_KEYS,
  EXTENSION_HEADERS,
  FIB_KEYS,
  FINGERPRINT_KEYS,
  HEADERS,
  IP_OPTION_FIELDS,
  IP_OPTIONS,
  IPV6_ROUTING_FIELDS,
  META_QUALIFIED,
  META_UNQUALIFIED,
  ROUTE_KEYS,
  SCTP_CHUNK_FIELDS,
  SCTP_CHUNKS,
  SOCKET_KEYS,
  TCP_OPTION_FIELDS,
  TCP_OPTIONS,
  TUNNEL_HEADERS,
  TUNNEL_KEYS,
} from '../vocabulary/field-names.js';
import { mayBeValue } from '../vocabulary/reserved-words.js';
import { type Cursor, Unreadable } from './cursor.js';
import type { FieldExpression } from './tree.js';

/** `@th,16,16`: bits of a header by position. */
export function parseRawPayload(cursor: Cursor): FieldExpression {
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
  if (TUNNEL_HEADERS.has(text) && HEADERS.has(next.text)) {
    cursor.take();
    const inner = parseField(cursor);
    if (!inner) throw cursor.unexpected('a field of the packet in the tunnel');
    return field(`${text} ${inner.field}`);
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
      cursor.expectOneOf(ROUTING_EXTENSION_FIELDS[text], `a field of ${text}`);
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
    case 'tunnel':
      if (!TUNNEL_KEYS.has(next.text)) return undefined;
      cursor.take();
      return field(`tunnel ${cursor.take().text}`);
    case 'numgen':
    case 'symhash':
      return parseGenerator(cursor, field);
    default:
      return fields ? undefinedHeader(cursor) : undefined;
  }
}

/** Fields of the routing headers with a number of their own (`rt0_hdr_field`, `rt2_hdr_field` and `srh_hdr_field` of the grammar). */
const ROUTING_EXTENSION_FIELDS = {
  rt0: new Set(['addr']),
  rt2: new Set(['addr']),
  srh: new Set(['last-entry', 'flags', 'tag', 'sid', 'seg-left']),
} as const;

type MakeField = (name: string) => FieldExpression;

/** A header without one of its fields, which can only be a value (`meta l4proto tcp`). */
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
    if (cursor.expectNumber() > 255) throw new Unreadable(token, 'expected a TCP option number from 0 to 255');
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

/** `rt nexthop` is a lookup in the routing table; `rt type` is the routing header of IPv6. */
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
  const result = cursor.expectOneOf(FIB_KEYS, "'oif', 'oifname', 'type' or 'check'");
  if (flags.includes('saddr') === flags.includes('daddr')) {
    throw new Unreadable({ start: token.start, end: cursor.lastEnd }, 'fib needs either saddr or daddr');
  }
  if (flags.includes('iif') && flags.includes('oif')) {
    throw new Unreadable({ start: token.start, end: cursor.lastEnd }, 'fib accepts iif or oif, not both');
  }
  return field(`fib ${flags.join(' . ')} ${result}`);
}

function parseSocket(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  const key = cursor.expectOneOf(SOCKET_KEYS, 'a key of socket');
  if (key === 'cgroupv2') {
    cursor.expectWord('level');
    cursor.expectNumber();
  }
  return field(`socket ${key}`);
}

function parseFingerprint(cursor: Cursor, field: MakeField): FieldExpression {
  cursor.take();
  if (cursor.acceptWord('ttl')) cursor.expectOneOf(new Set(['loose', 'skip']), "'loose' or 'skip'");
  return field(`osf ${cursor.expectOneOf(FINGERPRINT_KEYS, "'name' or 'version'")}`);
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

/** `numgen inc mod 2 offset 1`, `symhash mod 4`. */
function parseGenerator(cursor: Cursor, field: MakeField): FieldExpression {
  const { text } = cursor.take();
  if (text === 'numgen') cursor.expectOneOf(new Set(['inc', 'random']), "'inc' or 'random'");
  cursor.expectWord('mod');
  cursor.expectNumber();
  if (cursor.acceptWord('offset')) cursor.expectNumber();
  return field(text);
}
