import { WORD_OPERATORS } from '../vocabulary/reserved-words.js';
import { type Cursor, Unreadable } from './cursor.js';
import {
  listFrom,
  parseArgument,
  parseBasic,
  parseComment,
  parseConcatenation,
  parseConnectionCount,
  parseCounts,
  parseElementOptions,
  parseLimit,
  parseMapReference,
  parseObjectReference,
  parseOptionType,
  parseQuota,
  parseRight,
  parseSet,
  parseVerdict,
} from './expressions.js';
import type {
  EffectStatement,
  Expression,
  MatchStatement,
  RelationalOperator,
  RuleBody,
  RuleStatement,
  Span,
  TranslateStatement,
} from './tree.js';

/** The statements of one rule, up to the end of the statement or of the anonymous chain around it. */
export function parseRule(cursor: Cursor): RuleBody {
  const { start } = cursor.token;
  const statements: RuleStatement[] = [];
  let terminal: RuleStatement | undefined;
  do {
    if (terminal && isEnd(cursor)) break;
    if (cursor.acceptWord('comment')) {
      parseComment(cursor);
      if (!isEnd(cursor)) throw cursor.unexpected('the end of the rule behind its comment');
      break;
    }
    const statement = parseStatement(cursor);
    if (terminal) {
      cursor.report(statement, 'nft refuses a statement behind one that ends the rule');
    }
    statements.push(statement);
    if (isTerminal(statement)) terminal = statement;
  } while (!isEnd(cursor));
  return { statements, start, end: cursor.lastEnd };
}

function isEnd(cursor: Cursor): boolean {
  return cursor.atEnd || cursor.token.kind === 'newline' || cursor.isMark(';') || cursor.isMark('}');
}

/** Statements behind which nft accepts no other (`STMT_F_TERMINAL` in its sources). */
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

function parseStatement(cursor: Cursor): RuleStatement {
  const { token } = cursor;
  if (token.kind !== 'word') return parseMatch(cursor);
  const spanFrom = (): Span => ({ start: token.start, end: cursor.lastEnd });
  const effect = (name: EffectStatement['name'], target?: string): EffectStatement => ({
    kind: 'effect',
    name,
    target,
    ...spanFrom(),
  });
  switch (token.text) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
      return parseVerdictStatement(cursor);
    case 'counter':
      cursor.take();
      if (cursor.acceptWord('name')) parseObjectReference(cursor);
      else parseCounts(cursor);
      return effect('counter');
    case 'log':
      parseLog(cursor);
      return effect('log');
    case 'limit':
      parseLimit(cursor);
      return { kind: 'condition', name: 'limit', set: undefined, ...spanFrom() };
    case 'quota':
      cursor.take();
      if (cursor.acceptWord('name')) parseObjectReference(cursor);
      else parseQuota(cursor);
      return { kind: 'condition', name: 'quota', set: undefined, ...spanFrom() };
    case 'ct':
      if (cursor.next.text === 'count') {
        cursor.take();
        parseConnectionCount(cursor);
        return { kind: 'condition', name: 'ct count', set: undefined, ...spanFrom() };
      }
      if (cursor.next.text === 'timeout' || cursor.next.text === 'expectation') {
        const target = `ct ${cursor.next.text}`;
        cursor.take();
        cursor.take();
        cursor.expectWord('set');
        parseObjectReference(cursor);
        return effect('set', target);
      }
      return parseMatch(cursor);
    case 'reject':
      return parseReject(cursor);
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return parseTranslation(cursor, token.text);
    case 'tproxy':
      cursor.take();
      if (!cursor.acceptWord('ip')) cursor.acceptWord('ip6');
      cursor.expectWord('to');
      parseAddressAndPort(cursor);
      return { kind: 'terminal', name: 'tproxy', ...spanFrom() };
    case 'queue':
      parseQueue(cursor);
      return { kind: 'terminal', name: 'queue', ...spanFrom() };
    case 'synproxy':
      parseSynproxy(cursor);
      return { kind: 'terminal', name: 'synproxy', ...spanFrom() };
    case 'dup':
      cursor.take();
      cursor.expectWord('to');
      parseArgument(cursor);
      if (cursor.acceptWord('device')) parseArgument(cursor);
      return effect('dup');
    case 'fwd':
      cursor.take();
      if (!cursor.acceptWord('ip')) cursor.acceptWord('ip6');
      cursor.expectWord('to');
      parseArgument(cursor);
      if (cursor.acceptWord('device')) parseArgument(cursor);
      return { kind: 'terminal', name: 'fwd', ...spanFrom() };
    case 'notrack':
      cursor.take();
      return effect('notrack');
    case 'flow':
      return parseFlow(cursor, effect);
    case 'meter':
      return parseMeter(cursor, spanFrom);
    case 'set':
    case 'add':
    case 'update':
    case 'delete':
      return parseSetUpdate(cursor, spanFrom, effect);
    case 'reset':
      cursor.take();
      cursor.expectWord('tcp');
      cursor.expectWord('option');
      parseOptionType(cursor);
      return effect('strip');
    default:
      return parseMatch(cursor);
  }
}

function parseVerdictStatement(cursor: Cursor): RuleStatement {
  const { token, next } = cursor;
  if ((token.text === 'jump' || token.text === 'goto') && next.kind === 'mark' && next.text === '{') {
    cursor.take();
    // The kernel binds no anonymous chain to another; nft says so only within blocks.
    if (cursor.isInAnonymousChain) cursor.report(cursor.token, 'too many levels of nesting');
    cursor.take();
    const isOuter = !cursor.isInAnonymousChain;
    cursor.isInAnonymousChain = true;
    const rules = cursor.nested(() => parseAnonymousChain(cursor));
    if (isOuter) cursor.isInAnonymousChain = false;
    cursor.expectMark('}');
    return { kind: 'anonymous-chain', verdict: token.text, rules, start: token.start, end: cursor.lastEnd };
  }
  const verdict = parseVerdict(cursor);
  if (!verdict) throw cursor.unexpected('a verdict');
  return verdict;
}

function parseAnonymousChain(cursor: Cursor): RuleBody[] {
  const rules: RuleBody[] = [];
  for (;;) {
    while (cursor.isMark(';') || (cursor.token.kind === 'newline' && !cursor.atEnd)) cursor.take();
    if (cursor.isMark('}') || cursor.atEnd) return rules;
    rules.push(parseRule(cursor));
    if (cursor.isMark('}')) throw cursor.unexpected("';' or the end of the line");
  }
}

/** Comparisons, verdict maps, and statements that set what a comparison could test (`meta mark set 1`). */
function parseMatch(cursor: Cursor): RuleStatement {
  const { token } = cursor;
  const first = parseBasic(cursor, 'left');
  const left = concatenate(cursor, first);
  if (cursor.isWord('vmap')) {
    cursor.take();
    const map = cursor.isMark('{') ? parseSet(cursor) : parseMapReference(cursor);
    if (map.kind === 'set') {
      for (const element of map.elements) {
        if (element.value?.kind !== 'verdict') throw new Unreadable(element, 'every element of a vmap needs a verdict');
      }
    }
    return { kind: 'verdict-map', key: left, map, start: token.start, end: map.end };
  }
  if (left.kind === 'field' && cursor.acceptWord('set')) {
    // A helper, like a secmark, is set by the name of an object.
    if (left.field === 'ct helper' || left.field === 'meta secmark') parseObjectReference(cursor);
    else parseArgument(cursor);
    return { kind: 'effect', name: 'set', target: left.field, start: token.start, end: cursor.lastEnd };
  }
  if (!hasField(left)) {
    throw new Unreadable(left, `'${textOf(left)}' is neither a statement nor something to compare`);
  }
  return parseComparison(cursor, mapped(cursor, left));
}

function concatenate(cursor: Cursor, first: Expression): Expression {
  if (!cursor.isMark('.')) return first;
  const parts = [first];
  while (cursor.acceptMark('.')) parts.push(parseBasic(cursor, 'left'));
  return { kind: 'concatenation', parts, start: first.start, end: cursor.lastEnd };
}

/** `ip saddr map { … }` on the left side of a comparison. */
function mapped(cursor: Cursor, key: Expression): Expression {
  if (!cursor.acceptWord('map')) return key;
  const map = cursor.isMark('{') ? parseSet(cursor) : parseMapReference(cursor);
  return { kind: 'map', key, map, start: key.start, end: map.end };
}

function hasField(expression: Expression): boolean {
  switch (expression.kind) {
    case 'field':
      return true;
    case 'binary':
      return hasField(expression.left);
    case 'concatenation':
      return expression.parts.every(hasField);
    case 'map':
      return hasField(expression.key);
    default:
      return false;
  }
}

function textOf(expression: Expression): string {
  if (expression.kind === 'word' || expression.kind === 'number') return expression.text;
  return expression.kind === 'variable' ? `$${expression.name}` : 'this';
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
  let mask: Expression | undefined;
  if (cursor.acceptMark('/')) {
    const first = parseBasic(cursor, 'right');
    mask = listFrom(cursor, first, 'right');
  }
  return { kind: 'match', left, operator: operator ?? 'implicit', right, mask, start: left.start, end: cursor.lastEnd };
}

const LOG_LEVELS: ReadonlySet<string> = new Set([
  'emerg',
  'alert',
  'crit',
  'err',
  'warn',
  'notice',
  'info',
  'debug',
  'audit',
]);

function parseLog(cursor: Cursor): void {
  cursor.expectWord('log');
  for (;;) {
    if (cursor.acceptWord('prefix')) cursor.expectString('a text in quotes');
    else if (cursor.acceptWord('level')) {
      const level = cursor.expectString('a log level');
      if (!LOG_LEVELS.has(level.text)) throw new Unreadable(level, `'${level.text}' is no log level`);
    } else if (cursor.isWord('group') || cursor.isWord('snaplen') || cursor.isWord('queue-threshold')) {
      cursor.take();
      cursor.expectNumber();
    } else if (cursor.acceptWord('flags')) parseLogFlags(cursor);
    else return;
  }
}

function parseLogFlags(cursor: Cursor): void {
  const flag = cursor.expectOneOf(new Set(['tcp', 'ip', 'skuid', 'ether', 'all']), 'a log flag');
  if (flag === 'ip') cursor.expectWord('options');
  if (flag !== 'tcp') return;
  const parts = new Set(['sequence', 'options']);
  do cursor.expectOneOf(parts, "'sequence' or 'options'");
  while (cursor.acceptMark(','));
}

function parseReject(cursor: Cursor): RuleStatement {
  const { start } = cursor.token;
  cursor.expectWord('reject');
  let withReset = false;
  if (cursor.acceptWord('with')) {
    if (cursor.acceptWord('tcp')) {
      cursor.expectWord('reset');
      withReset = true;
    } else {
      const family = cursor.expectOneOf(
        new Set(['icmp', 'icmpv6', 'icmpx']),
        "'icmp', 'icmpv6', 'icmpx' or 'tcp reset'",
      );
      cursor.acceptWord('type');
      const code = cursor.token;
      if (code.kind !== 'number' && !(code.kind === 'word' && REJECT_CODES[family]?.has(code.text))) {
        throw cursor.unexpected(`a code of ${family}`);
      }
      cursor.take();
    }
  }
  return { kind: 'reject', withReset, start, end: cursor.lastEnd };
}

const REJECT_CODES: Readonly<Record<string, ReadonlySet<string>>> = {
  icmp: new Set([
    'net-unreachable',
    'host-unreachable',
    'prot-unreachable',
    'port-unreachable',
    'net-prohibited',
    'host-prohibited',
    'admin-prohibited',
    'frag-needed',
  ]),
  icmpv6: new Set([
    'no-route',
    'admin-prohibited',
    'addr-unreachable',
    'port-unreachable',
    'policy-fail',
    'reject-route',
  ]),
  icmpx: new Set(['port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable']),
};

const NAT_FLAGS: ReadonlySet<string> = new Set(['random', 'fully-random', 'persistent']);

function parseTranslation(cursor: Cursor, name: TranslateStatement['name']): TranslateStatement {
  const { start } = cursor.token;
  cursor.take();
  let family: TranslateStatement['family'];
  let complex = false;
  if (cursor.isWord('ip') || cursor.isWord('ip6')) {
    const keyword = cursor.next.text;
    // `dnat ip to …`; but `dnat ip saddr map …` begins with a field.
    if (keyword === 'to' || keyword === 'addr' || keyword === 'interval' || keyword === 'prefix') {
      family = cursor.take().text === 'ip' ? 'ip' : 'ip6';
    }
  }
  if (cursor.acceptWord('addr')) {
    cursor.expectMark('.');
    cursor.expectWord('port');
    complex = true;
  } else if (cursor.acceptWord('interval') || cursor.acceptWord('prefix')) {
    complex = true;
  }
  const needsTo = name === 'masquerade' || name === 'redirect' || complex || family !== undefined;
  const hasArgument = needsTo ? cursor.isWord('to') : !isEnd(cursor);
  let end: { address: Expression | undefined; port: Expression | undefined } = { address: undefined, port: undefined };
  if (hasArgument) {
    cursor.acceptWord('to');
    if (name === 'redirect' && !cursor.isMark(':')) end = { address: undefined, port: parseArgument(cursor) };
    else end = parseAddressAndPort(cursor);
  } else if (name === 'dnat' || name === 'snat') {
    throw cursor.unexpected('an address');
  }
  while (cursor.token.kind === 'word' && NAT_FLAGS.has(cursor.token.text)) {
    cursor.take();
    if (!cursor.acceptMark(',')) break;
  }
  return { kind: 'translate', name, family, ...end, complex, start, end: cursor.lastEnd };
}

/** `192.0.2.1`, `192.0.2.1:8080` or `:8080`. */
function parseAddressAndPort(cursor: Cursor): { address: Expression | undefined; port: Expression | undefined } {
  const address = cursor.isMark(':') ? undefined : parseArgument(cursor);
  const port = cursor.acceptMark(':') ? parseArgument(cursor) : undefined;
  return { address, port };
}

function parseQueue(cursor: Cursor): void {
  cursor.expectWord('queue');
  const flags = () => {
    do cursor.expectOneOf(new Set(['bypass', 'fanout']), "'bypass' or 'fanout'");
    while (cursor.acceptMark(','));
  };
  if (cursor.acceptWord('flags')) {
    flags();
    if (!cursor.acceptWord('to')) cursor.expectWord('num');
    parseArgument(cursor);
    return;
  }
  if (cursor.acceptWord('to')) {
    parseArgument(cursor);
    return;
  }
  for (;;) {
    if (cursor.acceptWord('num')) parseArgument(cursor);
    else if (cursor.isWord('bypass') || cursor.isWord('fanout')) flags();
    else return;
  }
}

function parseSynproxy(cursor: Cursor): void {
  cursor.expectWord('synproxy');
  if (cursor.acceptWord('name')) {
    parseObjectReference(cursor);
    return;
  }
  for (;;) {
    if (cursor.acceptWord('mss') || cursor.acceptWord('maxseg') || cursor.acceptWord('wscale')) cursor.expectNumber();
    else if (!(cursor.acceptWord('timestamp') || cursor.acceptWord('sack-perm') || cursor.acceptWord('sack-permitted')))
      return;
  }
}

function parseFlow(
  cursor: Cursor,
  effect: (name: EffectStatement['name'], target?: string) => EffectStatement,
): RuleStatement {
  cursor.expectWord('flow');
  if (!cursor.acceptWord('add')) cursor.expectWord('offload');
  cursor.expectMark('@');
  const table = cursor.expectString('the name of a flowtable');
  cursor.references.push({ kind: 'object', name: table.text, start: table.start, end: table.end });
  return effect('flow', table.text);
}

/** `meter name { ip saddr limit rate 10/second }`: a condition for each key. */
function parseMeter(cursor: Cursor, spanFrom: () => Span): RuleStatement {
  cursor.expectWord('meter');
  cursor.expectName('the name of a meter');
  if (cursor.acceptWord('size')) cursor.expectNumber();
  cursor.expectMark('{');
  parseConcatenation(cursor, 'left');
  parseKeyOptions(cursor);
  parseStatement(cursor);
  cursor.expectMark('}');
  return { kind: 'condition', name: 'meter', set: undefined, ...spanFrom() };
}

/** A timeout or comment of a key. */
function parseKeyOptions(cursor: Cursor): void {
  if (cursor.isWord('timeout') || cursor.isWord('expires') || cursor.isWord('comment')) parseElementOptions(cursor);
}

/** `add @blocked { ip saddr timeout 1h }` and, in its old form, `set add ip saddr @blocked`. */
function parseSetUpdate(
  cursor: Cursor,
  spanFrom: () => Span,
  effect: (name: EffectStatement['name'], target?: string) => EffectStatement,
): RuleStatement {
  const old = cursor.acceptWord('set');
  cursor.expectOneOf(new Set(['add', 'update', 'delete']), "'add', 'update' or 'delete'");
  if (old) {
    parseConcatenation(cursor, 'left');
    parseKeyOptions(cursor);
    const set = parseMapReference(cursor);
    return effect('update', set.name);
  }
  const set = parseMapReference(cursor);
  cursor.expectMark('{');
  parseConcatenation(cursor, 'left');
  const conditional = parseElementStatements(cursor);
  if (cursor.acceptMark(':')) {
    parseConcatenation(cursor, 'argument');
    parseKeyOptions(cursor);
  }
  cursor.expectMark('}');
  return conditional ? { kind: 'condition', name: 'update', set: set.name, ...spanFrom() } : effect('update', set.name);
}

/** The statements that are kept for each element; tells whether one of them is a condition. */
function parseElementStatements(cursor: Cursor): boolean {
  parseKeyOptions(cursor);
  let conditional = false;
  while (!cursor.isMark(':') && !cursor.isMark('}')) {
    const statement = parseStatement(cursor);
    if (statement.kind === 'condition') conditional = true;
    else if (statement.kind !== 'effect' || statement.name !== 'counter') {
      throw new Unreadable(statement, 'an element keeps a counter, limit, quota or ct count only');
    }
  }
  return conditional;
}
