// Reads the settings of counters, quotas, limits and the other objects of a table, and of flowtables.
import { FAMILIES, type Family, isWordOf } from '../vocabulary/words.js';
import type { Cursor } from './cursor.js';
import { parseBasic } from './expressions.js';
import { parseComment, parseCounts, parseQuota, parseRate, parseTime } from './rates.js';
import type { Content } from './tree.js';

/** The family that a command may name. */
export function parseFamily(cursor: Cursor): Family | undefined {
  const { token } = cursor;
  if (token.kind !== 'word' || !isWordOf(FAMILIES, token.text)) return undefined;
  cursor.take();
  return token.text;
}

/** A line of a counter, quota, limit or other object. Its parts are not stored, since no verdict depends on them. */
export function parseObjectEntry(cursor: Cursor): Content {
  parseObjectSettings(cursor);
  return { kind: 'property' };
}

export function parseObjectSettings(cursor: Cursor): void {
  while (!cursor.atEnd) {
    const { token } = cursor;
    if (token.kind === 'number') {
      parseQuota(cursor);
      continue;
    }
    if (token.kind === 'quoted') {
      cursor.take();
      continue;
    }
    switch (token.kind === 'word' ? token.text : '') {
      case 'packets':
      case 'bytes':
        parseCounts(cursor);
        break;
      case 'over':
      case 'until':
        parseQuota(cursor);
        break;
      case 'rate':
        parseRate(cursor);
        break;
      case 'comment':
        cursor.take();
        parseComment(cursor);
        break;
      case 'type':
        cursor.take();
        cursor.expectString('the name of a helper in quotes');
        cursor.expectWord('protocol');
        cursor.expectOneOf(new Set(['tcp', 'udp']), "'tcp' or 'udp'");
        break;
      case 'protocol':
        cursor.take();
        cursor.expectOneOf(new Set(['tcp', 'udp']), "'tcp' or 'udp'");
        break;
      case 'l3proto':
        cursor.take();
        if (!parseFamily(cursor)) throw cursor.unexpected('a family');
        break;
      case 'policy':
        cursor.take();
        parseTimeoutPolicy(cursor);
        break;
      case 'ip':
      case 'ip6':
        cursor.take();
        cursor.expectOneOf(new Set(['saddr', 'daddr']), "'saddr' or 'daddr'");
        parseBasic(cursor, 'right');
        break;
      case 'direction':
        cursor.take();
        cursor.expectOneOf(new Set(['ingress', 'egress']), "'ingress' or 'egress'");
        break;
      case 'erspan':
      case 'vxlan':
      case 'geneve':
        cursor.take();
        break;
      case 'class':
      case 'opt-type':
      case 'id':
      case 'sport':
      case 'ttl':
      case 'tos':
      case 'version':
      case 'index':
      case 'gbp':
      case 'dport':
      case 'size':
      case 'mss':
      case 'wscale':
        cursor.take();
        cursor.expectNumber();
        break;
      case 'timeout':
        cursor.take();
        parseTime(cursor);
        break;
      case 'data':
        cursor.take();
        cursor.expectString('the data of an option in quotes');
        break;
      case 'timestamp':
      case 'sack-perm':
      case 'sack-permitted':
        cursor.take();
        break;
      default:
        throw cursor.unexpected('a setting of the object');
    }
  }
}

/** `= { established: 100, close: 4 }` of a conntrack timeout. */
function parseTimeoutPolicy(cursor: Cursor): void {
  cursor.expectMark('=');
  cursor.expectMark('{');
  do {
    cursor.acceptNewline();
    cursor.expectString('a state');
    cursor.expectMark(':');
    if (cursor.token.kind === 'number') cursor.expectNumber();
    else parseTime(cursor);
    cursor.acceptNewline();
  } while (cursor.acceptMark(','));
  cursor.expectMark('}');
}
