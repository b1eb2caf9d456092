// Reads the statements of one rule.
import { isWordOf, STATEMENTS, type StatementWord } from '../vocabulary/words.js';
import { parseMatch } from './comparison.js';
import { type Cursor, Unreadable } from './cursor.js';
import {
  parseArgument,
  parseConcatenation,
  parseElementOptions,
  parseMapReference,
  parseObjectReference,
  parseVerdict,
} from './expressions.js';
import { parseOptionType } from './fields.js';
import { parseLog } from './log.js';
import { parseComment, parseConnectionCount, parseCounts, parseLastUse, parseQuota, parseRate } from './rates.js';
import {
  parseForward,
  parseQueue,
  parseReject,
  parseSynproxy,
  parseTranslation,
  parseTransparentProxy,
} from './terminal.js';
import type { ConditionStatement, EffectStatement, RuleBody, RuleStatement } from './tree.js';

/** The statements of one rule, up to the end of the statement or of the anonymous chain around it. */
export function parseRule(cursor: Cursor): RuleBody {
  const { start } = cursor.token;
  const statements: RuleStatement[] = [];
  let terminal = false;
  do {
    if (terminal && cursor.atRuleEnd) break;
    if (cursor.acceptWord('comment')) {
      parseComment(cursor);
      if (!cursor.atRuleEnd) throw cursor.unexpected('end of rule after the comment');
      break;
    }
    const statement = parseStatement(cursor);
    if (terminal) cursor.report(statement, 'nft rejects statements after one that ends the rule');
    statements.push(statement);
    terminal ||= isTerminal(statement);
  } while (!cursor.atRuleEnd);
  return { statements, start, end: cursor.lastEnd };
}

/** Statements after which nft accepts no other (`STMT_F_TERMINAL` in its sources). */
function isTerminal(statement: RuleStatement): boolean {
  switch (statement.kind) {
    case 'verdict':
      return statement.verdict !== 'continue';
    case 'reject':
    case 'translate':
      return true;
    case 'terminal':
      return statement.name === 'queue' || statement.name === 'fwd';
    default:
      return false;
  }
}

/** The readers of statements, by their first word. */
const PARSERS: Readonly<Record<StatementWord, (cursor: Cursor) => RuleStatement>> = {
  accept: parsePlainVerdict,
  drop: parsePlainVerdict,
  continue: parsePlainVerdict,
  return: parsePlainVerdict,
  jump: parseJump,
  goto: parseJump,
  reject: parseReject,
  dnat: parseTranslation,
  snat: parseTranslation,
  masquerade: parseTranslation,
  redirect: parseTranslation,
  queue: parseQueue,
  tproxy: parseTransparentProxy,
  synproxy: parseSynproxy,
  fwd: parseForward,
  limit: (cursor) => condition(cursor, 'limit', parseRate),
  quota: (cursor) => condition(cursor, 'quota', parseQuota),
  meter: parseMeter,
  counter: (cursor) => effect(cursor, 'counter', () => parseNamed(cursor, parseCounts)),
  log: (cursor) => effect(cursor, 'log', parseLog),
  last: (cursor) => effect(cursor, 'last', parseLastUse),
  notrack: (cursor) => effect(cursor, 'notrack', () => undefined),
  dup: (cursor) => effect(cursor, 'dup', parseDuplicate),
  flow: (cursor) => effect(cursor, 'flow', parseFlow),
  reset: (cursor) => effect(cursor, 'strip', parseStrippedOption),
  set: parseSetUpdate,
  add: parseSetUpdate,
  update: parseSetUpdate,
  delete: parseSetUpdate,
};

function parseStatement(cursor: Cursor): RuleStatement {
  const { token, next } = cursor;
  if (token.kind !== 'word') return parseMatch(cursor);
  if (isWordOf(STATEMENTS, token.text)) return PARSERS[token.text](cursor);
  if (token.text === 'ct' && next.text === 'count') {
    cursor.take();
    parseConnectionCount(cursor);
    return { kind: 'condition', name: 'ct count', set: undefined, start: token.start, end: cursor.lastEnd };
  }
  if (token.text === 'ct' && (next.text === 'timeout' || next.text === 'expectation')) {
    cursor.take();
    cursor.take();
    cursor.expectWord('set');
    parseObjectReference(cursor);
    return { kind: 'effect', name: 'set', target: `ct ${next.text}`, start: token.start, end: cursor.lastEnd };
  }
  if (token.text === 'xt' && (next.text === 'match' || next.text === 'target'))
    throw new Unreadable(token, "nft lists extensions of iptables as 'xt' and cannot load them: use iptables-nft");
  if (token.text === 'tunnel' && next.text === 'name') {
    cursor.take();
    cursor.take();
    parseObjectReference(cursor);
    return { kind: 'effect', name: 'set', target: 'tunnel', start: token.start, end: cursor.lastEnd };
  }
  return parseMatch(cursor);
}

/** An effect whose first word is followed by what `read` takes. */
function effect(cursor: Cursor, name: EffectStatement['name'], read: (cursor: Cursor) => void): EffectStatement {
  const { start } = cursor.take();
  read(cursor);
  return { kind: 'effect', name, target: undefined, start, end: cursor.lastEnd };
}

/** `limit rate …`, `quota …`, or the name of such an object. */
function condition(cursor: Cursor, name: ConditionStatement['name'], read: (cursor: Cursor) => void): RuleStatement {
  const { start } = cursor.take();
  parseNamed(cursor, read);
  return { kind: 'condition', name, set: undefined, start, end: cursor.lastEnd };
}

/** `name "x"`, or what `read` takes. */
function parseNamed(cursor: Cursor, read: (cursor: Cursor) => void): void {
  if (cursor.acceptWord('name')) parseObjectReference(cursor);
  else read(cursor);
}

function parsePlainVerdict(cursor: Cursor): RuleStatement {
  const verdict = parseVerdict(cursor);
  if (!verdict) throw cursor.unexpected('a verdict');
  return verdict;
}

/** `jump web` or `jump { … }`. */
function parseJump(cursor: Cursor): RuleStatement {
  const { token, next } = cursor;
  if (next.kind !== 'mark' || next.text !== '{') return parsePlainVerdict(cursor);
  cursor.take();
  // The kernel rejects nested anonymous chains; nft itself only within blocks.
  if (cursor.isInAnonymousChain) cursor.report(cursor.token, 'too many levels of nesting');
  cursor.take();
  const isOuter = !cursor.isInAnonymousChain;
  cursor.isInAnonymousChain = true;
  const rules = cursor.nested(() => parseAnonymousChain(cursor));
  if (isOuter) cursor.isInAnonymousChain = false;
  cursor.expectMark('}');
  const verdict = token.text === 'jump' ? 'jump' : 'goto';
  return { kind: 'anonymous-chain', verdict, rules, start: token.start, end: cursor.lastEnd };
}

function parseAnonymousChain(cursor: Cursor): RuleBody[] {
  const rules: RuleBody[] = [];
  for (;;) {
    while (cursor.isMark(';') || (cursor.token.kind === 'newline' && !cursor.atEnd)) cursor.take();
    if (cursor.isMark('}') || cursor.atEnd) return rules;
    rules.push(parseRule(cursor));
    if (cursor.isMark('}')) throw cursor.unexpected("';' or end of line");
  }
}

function parseDuplicate(cursor: Cursor): void {
  cursor.expectWord('to');
  parseArgument(cursor);
  if (cursor.acceptWord('device')) parseArgument(cursor);
}

function parseFlow(cursor: Cursor): void {
  if (!cursor.acceptWord('add')) cursor.expectWord('offload');
  cursor.expectMark('@');
  const table = cursor.expectString('the name of a flowtable');
  cursor.references.push({ kind: 'object', name: table.text, start: table.start, end: table.end });
}

/** `reset tcp option …`, which removes the option. */
function parseStrippedOption(cursor: Cursor): void {
  cursor.expectWord('tcp');
  cursor.expectWord('option');
  parseOptionType(cursor);
}

/** `meter name { ip saddr limit rate 10/second }`: a condition for each key. */
function parseMeter(cursor: Cursor): RuleStatement {
  const { start } = cursor.take();
  cursor.expectName('the name of a meter');
  if (cursor.acceptWord('size')) cursor.expectNumber();
  cursor.expectMark('{');
  const key = parseConcatenation(cursor, 'left');
  parseKeyOptions(cursor);
  parseStatement(cursor);
  cursor.expectMark('}');
  return { kind: 'condition', name: 'meter', set: undefined, key, start, end: cursor.lastEnd };
}

/** A timeout or comment of a key. */
function parseKeyOptions(cursor: Cursor): void {
  if (cursor.isWord('timeout') || cursor.isWord('expires') || cursor.isWord('comment')) parseElementOptions(cursor);
}

/** `add @blocked { ip saddr timeout 1h }` and, in its old form, `set add ip saddr @blocked`. */
function parseSetUpdate(cursor: Cursor): RuleStatement {
  const { start } = cursor.token;
  const isOldForm = cursor.acceptWord('set');
  cursor.expectOneOf(new Set(['add', 'update', 'delete']), "'add', 'update' or 'delete'");
  if (isOldForm) {
    const key = parseConcatenation(cursor, 'left');
    parseKeyOptions(cursor);
    const { name } = parseMapReference(cursor);
    return { kind: 'effect', name: 'update', target: name, key, start, end: cursor.lastEnd };
  }
  const { name } = parseMapReference(cursor);
  cursor.expectMark('{');
  const key = parseConcatenation(cursor, 'left');
  const isConditional = parseElementStatements(cursor);
  if (cursor.acceptMark(':')) {
    parseConcatenation(cursor, 'argument');
    parseKeyOptions(cursor);
  }
  cursor.expectMark('}');
  const { lastEnd: end } = cursor;
  return isConditional
    ? { kind: 'condition', name: 'update', set: name, key, start, end }
    : { kind: 'effect', name: 'update', target: name, key, start, end };
}

/** Reads the stateful statements of each element; true if one of them is a condition. */
function parseElementStatements(cursor: Cursor): boolean {
  parseKeyOptions(cursor);
  let isConditional = false;
  while (!cursor.isMark(':') && !cursor.isMark('}')) {
    const statement = parseStatement(cursor);
    if (statement.kind === 'condition') isConditional = true;
    else if (statement.kind !== 'effect' || (statement.name !== 'counter' && statement.name !== 'last')) {
      throw new Unreadable(statement, 'expected a counter, limit, quota, last or ct count for the element');
    }
  }
  return isConditional;
}
