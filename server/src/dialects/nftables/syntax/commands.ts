// Reads commands, which files contain outside of blocks: `add rule inet filter forward accept`.
import { COMMANDS, CT_OBJECTS, isWordOf, LISTS, OBJECT_KINDS, SHOWING_COMMANDS } from '../vocabulary/words.js';
import type { Cursor } from './cursor.js';
import { parseSet, parseVariable } from './expressions.js';
import { parseFamily, parseObjectSettings } from './objects.js';
import { parseRule } from './rule.js';
import type { Content, Name, ObjectKind, RulePlace, Target, Verb } from './tree.js';

export function parseCommand(cursor: Cursor, opens: boolean): Content {
  let verb: Verb = 'add';
  if (cursor.token.kind === 'word' && isWordOf(COMMANDS, cursor.token.text)) {
    verb = cursor.token.text;
    cursor.take();
  }
  if (cursor.token.kind === 'word' && isWordOf(SHOWING_COMMANDS, cursor.token.text)) {
    while (!cursor.atEnd) cursor.take();
    return { kind: 'property' };
  }
  const { token } = cursor;
  const known = token.kind === 'word' ? OBJECT_KINDS.get(token.text) : undefined;
  if (known) return parseObjectCommand(cursor, verb, known, opens);
  if (cursor.acceptWord('element')) {
    const target = parseTarget(cursor, true);
    const elements = cursor.isMark('$') ? parseVariable(cursor) : parseSet(cursor);
    return { kind: 'element', verb, target, elements };
  }
  if (
    (cursor.isWord('ruleset') && (verb === 'flush' || verb === 'list') && cursor.take()) ||
    (verb === 'list' && cursor.token.kind === 'word' && LISTS.has(cursor.token.text))
  ) {
    if (LISTS.has(cursor.token.text)) cursor.take();
    const family = parseFamily(cursor);
    if (cursor.acceptWord('table')) parseTarget(cursor, false);
    const target: Target = { family, table: undefined, name: undefined };
    return { kind: 'object', verb, object: 'ruleset', type: 'ruleset', target, byHandle: false };
  }
  if (cursor.acceptWord('meter')) {
    const target = parseTarget(cursor, true);
    return { kind: 'object', verb, object: 'meter', type: 'meter', target, byHandle: false };
  }
  // Only adding needs no word for what it is about (`base_cmd` and `add_cmd` of the grammar).
  if (!cursor.acceptWord('rule') && verb !== 'add')
    throw cursor.unexpected(`what to ${verb}: a table, chain, rule, set …`);
  return parseRuleCommand(cursor, verb);
}

function parseRuleCommand(cursor: Cursor, verb: Verb): Content {
  const target = parseTarget(cursor, true);
  const position = parseRulePlace(cursor, verb);
  if (verb === 'delete' || verb === 'destroy') {
    return {
      kind: 'rule',
      verb,
      target,
      position,
      body: { statements: [], start: cursor.lastEnd, end: cursor.lastEnd },
    };
  }
  return { kind: 'rule', verb, target, position, body: parseRule(cursor) };
}

/** `handle N`, which deleting and replacing need; a new rule may also have a `position N` or an `index N`. */
function parseRulePlace(cursor: Cursor, verb: Verb): RulePlace | undefined {
  const { token } = cursor;
  const isNew = verb !== 'delete' && verb !== 'destroy' && verb !== 'replace';
  if (cursor.isWord('handle') || (isNew && (cursor.isWord('position') || cursor.isWord('index')))) {
    const by = cursor.take().text === 'index' ? 'index' : 'handle';
    const value = cursor.expectNumber();
    return { by, value, start: token.start, end: cursor.lastEnd };
  }
  if (!isNew) throw cursor.unexpected("'handle'");
  return undefined;
}

function parseTarget(cursor: Cursor, named: boolean): Target {
  const family = parseFamily(cursor) ?? 'ip';
  const table = cursor.expectName('the name of a table');
  return { family, table, name: named ? cursor.expectName('a name') : undefined };
}

function parseObjectCommand(cursor: Cursor, verb: Verb, object: ObjectKind, opens: boolean): Content {
  const type = parseObjectType(cursor);
  const family = parseFamily(cursor) ?? 'ip';
  const byHandleHere = cursor.isWord('handle') && object === 'table';
  const table = byHandleHere ? undefined : cursor.expectName('the name of a table');
  let name: Name | undefined;
  let byHandle = false;
  if (cursor.acceptWord('handle')) {
    cursor.expectNumber();
    byHandle = true;
  } else if (object !== 'table') {
    name = cursor.expectName(`the name of a ${type}`);
  }
  if (verb === 'rename') cursor.expectName('a name');
  // `add counter ip filter web packets 0 bytes 0`: the configuration without a block.
  if (object === 'object' && !opens && (verb === 'add' || verb === 'create')) parseObjectSettings(cursor);
  return { kind: 'object', verb, object, type, target: { family, table, name }, byHandle };
}

export function parseObjectType(cursor: Cursor): string {
  const { text } = cursor.take();
  if (text !== 'ct') return text;
  return `ct ${cursor.expectKey(CT_OBJECTS, "'helper', 'timeout' or 'expectation'")}`;
}
