// Reads the statements of the blocks of chains and flowtables.
import { CHAIN_TYPES, HOOKS, isWordOf, POLICIES } from '../vocabulary/words.js';
import { type Cursor, Unreadable } from './cursor.js';
import { parseVariable } from './expressions.js';
import { parseComment } from './rates.js';
import { parseRule } from './rule.js';
import type { Content, Expression, Priority } from './tree.js';

export function parseChainEntry(cursor: Cursor): Content {
  if (cursor.isWord('type')) return parseHook(cursor);
  if (cursor.acceptWord('policy')) {
    const place = cursor.token;
    if (cursor.isMark('$')) return { kind: 'policy', policy: parseVariable(cursor), place };
    const policy = cursor.expectKey(POLICIES, "'accept' or 'drop'");
    return { kind: 'policy', policy, place };
  }
  if (cursor.acceptWord('flags')) {
    cursor.expectWord('offload');
    return { kind: 'property' };
  }
  if (cursor.acceptWord('comment')) {
    parseComment(cursor);
    return { kind: 'property' };
  }
  return { kind: 'rule', verb: 'add', target: undefined, position: undefined, body: parseRule(cursor) };
}

function parseHook(cursor: Cursor): Content {
  cursor.expectWord('type');
  const type = cursor.expectString('a chain type');
  if (!isWordOf(CHAIN_TYPES, type.text))
    throw new Unreadable(type, `invalid chain type '${type.text}': expected filter, nat or route`);
  cursor.expectWord('hook');
  const hook = cursor.expectString('a hook');
  if (!isWordOf(HOOKS, hook.text)) throw new Unreadable(hook, `invalid hook '${hook.text}'`);
  let devices: readonly Expression[] = [];
  if (cursor.acceptWord('device')) devices = [parseDevice(cursor)];
  else if (cursor.acceptWord('devices')) {
    cursor.expectMark('=');
    devices = parseDevices(cursor);
  }
  return { kind: 'hook', type, hook, devices, priority: parsePriority(cursor) };
}

function parseDevice(cursor: Cursor): Expression {
  if (cursor.isMark('$')) return parseVariable(cursor);
  const { token } = cursor;
  cursor.expectString('the name of an interface');
  const form = token.kind === 'quoted' || token.kind === 'wildcard' ? token.kind : 'word';
  return { kind: 'word', form, text: token.text, start: token.start, end: token.end };
}

function parseDevices(cursor: Cursor): readonly Expression[] {
  if (cursor.isMark('$')) return [parseVariable(cursor)];
  cursor.expectMark('{');
  const devices: Expression[] = [];
  cursor.acceptNewline();
  do {
    cursor.acceptNewline();
    if (cursor.isMark('}')) break;
    devices.push(parseDevice(cursor));
    cursor.acceptNewline();
  } while (cursor.acceptMark(','));
  cursor.expectMark('}');
  return devices;
}

function parsePriority(cursor: Cursor): Priority {
  const { start } = cursor.token;
  cursor.expectWord('priority');
  const priority = (name: string | undefined, offset: number, variable: Priority['variable']): Priority => ({
    name,
    offset,
    variable,
    start,
    end: cursor.lastEnd,
  });
  if (cursor.isMark('$')) {
    const variable = parseVariable(cursor);
    return priority(undefined, 0, variable);
  }
  if (cursor.acceptMark('-')) {
    const value = cursor.expectNumber();
    return priority(undefined, -value, undefined);
  }
  if (cursor.token.kind === 'number') {
    const value = cursor.expectNumber();
    return priority(undefined, value, undefined);
  }
  const name = cursor.token.kind === 'word' ? cursor.take().text : cursor.expectName('a priority').text;
  let offset = 0;
  if (cursor.acceptMark('+')) offset = cursor.expectNumber();
  else if (cursor.acceptMark('-')) offset = -cursor.expectNumber();
  return priority(name, offset, undefined);
}

export function parseFlowtableEntry(cursor: Cursor): Content {
  if (cursor.acceptWord('hook')) {
    cursor.expectString('a hook');
    parsePriority(cursor);
  } else if (cursor.acceptWord('devices')) {
    cursor.expectMark('=');
    parseDevices(cursor);
  } else if (cursor.acceptWord('flags')) {
    cursor.expectWord('offload');
  } else {
    cursor.expectWord('counter');
  }
  return { kind: 'property' };
}
