// Reads the statements of the block of a set or map.
import { CT_OBJECTS, DATA_TYPES, isWordOf, SET_FLAGS, SET_PROPERTIES } from '../vocabulary/words.js';
import { partWithoutField } from './comparison.js';
import { type Cursor, Unreadable } from './cursor.js';
import { parseConcatenation, parseElementOptions, parseSet, parseVariable } from './expressions.js';
import { parseComment, parseTime } from './rates.js';
import type { Content, Name } from './tree.js';

export function parseSetEntry(cursor: Cursor, block: 'set' | 'map'): Content {
  const { token } = cursor;
  switch (token.kind === 'word' && isWordOf(SET_PROPERTIES, token.text) ? token.text : undefined) {
    case 'type': {
      cursor.take();
      const types = parseTypes(cursor);
      let data: readonly Name[] = [];
      if (block === 'map') {
        cursor.expectMark(':');
        cursor.acceptWord('interval');
        data = parseTypes(cursor);
      }
      return { kind: 'set-type', types, data };
    }
    case 'typeof': {
      cursor.take();
      const key = parseConcatenation(cursor, 'left');
      const stray = partWithoutField(key);
      if (stray) throw new Unreadable(stray, 'expected a field such as ip saddr');
      let verdicts = false;
      if (block === 'map') {
        cursor.expectMark(':');
        cursor.acceptWord('interval');
        verdicts = cursor.acceptWord('verdict');
        if (!verdicts && !acceptObjectType(cursor)) parseConcatenation(cursor, 'left');
      }
      return { kind: 'set-typeof', key, verdicts };
    }
    case 'flags': {
      cursor.take();
      const flags: Name[] = [];
      do {
        const flag = cursor.token;
        cursor.expectKey(SET_FLAGS, 'a flag of a set: constant, dynamic, interval or timeout');
        flags.push({ start: flag.start, end: flag.end, text: flag.text });
      } while (cursor.acceptMark(','));
      return { kind: 'set-flags', flags };
    }
    case 'timeout':
    case 'gc-interval':
      cursor.take();
      parseTime(cursor);
      return token.text === 'timeout' ? { kind: 'timeout' } : { kind: 'property' };
    case 'size':
      cursor.take();
      cursor.expectNumber();
      return { kind: 'property' };
    case 'policy':
      cursor.take();
      cursor.expectOneOf(new Set(['performance', 'memory']), "'performance' or 'memory'");
      return { kind: 'property' };
    case 'auto-merge':
      if (block === 'map') break;
      cursor.take();
      return { kind: 'auto-merge' };
    case 'comment':
      cursor.take();
      parseComment(cursor);
      return { kind: 'property' };
    case 'elements': {
      cursor.take();
      cursor.expectMark('=');
      const elements = cursor.isMark('$') ? parseVariable(cursor) : parseSet(cursor);
      return { kind: 'elements', elements };
    }
    case 'counter':
    case 'limit':
    case 'quota':
    case 'last':
    case 'ct':
      return parseStatefulSettings(cursor);
    default:
      break;
  }
  throw cursor.unexpected(`a property of a ${block}: type, flags, elements, timeout, size …`);
}

/** What the values of a map may be beside those of fields: `typeof ip saddr : limit` (nft 1.1). */
function acceptObjectType(cursor: Cursor): boolean {
  const { token, next } = cursor;
  if (token.text === 'ct' && isWordOf(CT_OBJECTS, next.text) && next.text !== 'helper') {
    cursor.take();
    cursor.take();
    return true;
  }
  return ['counter', 'quota', 'limit', 'secmark', 'synproxy', 'tunnel', 'queue'].some((word) =>
    cursor.acceptWord(word),
  );
}

function parseStatefulSettings(cursor: Cursor): Content {
  parseElementOptions(cursor);
  return { kind: 'property' };
}

/** The types that sets can have, joined by `.`. */
function parseTypes(cursor: Cursor): Name[] {
  const types: Name[] = [];
  do {
    const { token } = cursor;
    if (token.kind !== 'word') throw cursor.unexpected('a type');
    cursor.take();
    if (!DATA_TYPES.has(token.text)) throw new Unreadable(token, `invalid type '${token.text}'`);
    types.push({ start: token.start, end: token.end, text: token.text });
  } while (cursor.acceptMark('.'));
  return types;
}
