import { Cursor, Unreadable } from './cursor.js';
import {
  parseComment,
  parseConcatenation,
  parseCounts,
  parseElementOptions,
  parseQuota,
  parseRate,
  parseRight,
  parseSet,
  parseTime,
  parseVariable,
} from './expressions.js';
import { parseRule } from './rule.js';
import type {
  BlockKind,
  Content,
  Expression,
  Family,
  Name,
  ObjectKind,
  Priority,
  StatementNode,
  Target,
  Verb,
} from './tree.js';

const NO_REFERENCES: StatementNode['references'] = [];
const NO_PROBLEMS: StatementNode['problems'] = [];

/** Reads one statement as it may stand in a block of a kind. `opens` tells that `{` follows it. */
export function parseStatementText(text: string, block: BlockKind, opens: boolean): StatementNode {
  const cursor = new Cursor(text);
  let content: Content;
  try {
    content = parseContent(cursor, block, opens);
    if (!cursor.atEnd) throw cursor.unexpected('the end of the statement');
  } catch (failure) {
    if (!(failure instanceof Unreadable)) throw failure;
    cursor.report(failure.span, failure.message);
    content = { kind: 'unreadable' };
  }
  const { references, problems } = cursor;
  return {
    text,
    content,
    references: references.length > 0 ? references : NO_REFERENCES,
    problems: problems.length > 0 ? problems : NO_PROBLEMS,
  };
}

function parseContent(cursor: Cursor, block: BlockKind, opens: boolean): Content {
  const common = parseCommon(cursor);
  if (common) return common;
  switch (block) {
    case 'file':
      return parseCommand(cursor, opens);
    case 'table':
      return parseTableEntry(cursor, opens);
    case 'chain':
      return parseChainEntry(cursor);
    case 'set':
    case 'map':
      return parseSetEntry(cursor, block);
    case 'flowtable':
      return parseFlowtableEntry(cursor);
    case 'object':
      return parseObjectEntry(cursor);
  }
}

/** `common_block` of the grammar: what may stand in every block. */
function parseCommon(cursor: Cursor): Content | undefined {
  const { token } = cursor;
  if (token.kind !== 'word') return undefined;
  switch (token.text) {
    case 'include': {
      cursor.take();
      const { token: path } = cursor;
      if (path.kind !== 'quoted') throw cursor.unexpected('a path in quotes');
      cursor.take();
      return { kind: 'include', path: { start: path.start, end: path.end, text: path.text } };
    }
    case 'define':
    case 'redefine': {
      cursor.take();
      const name = cursor.expectName('the name of a variable');
      cursor.expectMark('=');
      return { kind: 'define', verb: token.text, name, value: parseInitializer(cursor) };
    }
    case 'undefine':
      cursor.take();
      return { kind: 'undefine', name: cursor.expectName('the name of a variable') };
    default:
      return undefined;
  }
}

function parseInitializer(cursor: Cursor): Expression {
  if (cursor.isMark('{')) return parseSet(cursor, true);
  if (cursor.isMark('-')) {
    const { start } = cursor.take();
    const value = cursor.expectNumber();
    return { kind: 'number', text: `-${value}`, start, end: cursor.lastEnd };
  }
  return parseRight(cursor);
}

const FAMILIES: ReadonlyMap<string, Family> = new Map(
  (['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'] as const).map((family) => [family, family]),
);

const VERBS: ReadonlySet<string> = new Set([
  'add',
  'create',
  'insert',
  'replace',
  'delete',
  'flush',
  'rename',
  'list',
  'reset',
  'get',
]);

/** The first words of objects, and the kind of each. `ct` is followed by what it declares. */
export const OBJECTS: ReadonlyMap<string, ObjectKind> = new Map([
  ['table', 'table'],
  ['chain', 'chain'],
  ['set', 'set'],
  ['map', 'map'],
  ['flowtable', 'flowtable'],
  ['counter', 'object'],
  ['quota', 'object'],
  ['limit', 'object'],
  ['secmark', 'object'],
  ['synproxy', 'object'],
  ['ct', 'object'],
]);

const CT_OBJECTS: ReadonlySet<string> = new Set(['helper', 'timeout', 'expectation']);

/** Commands that only look at the ruleset. */
const LISTS: ReadonlySet<string> = new Set(
  'tables chains sets maps counters quotas limits secmarks synproxys flowtables meters hooks'.split(' '),
);

function parseCommand(cursor: Cursor, opens: boolean): Content {
  let verb: Verb = 'add';
  if (cursor.token.kind === 'word' && VERBS.has(cursor.token.text)) verb = cursor.take().text as Verb;
  if (cursor.isWord('monitor') || cursor.isWord('export') || cursor.isWord('import') || cursor.isWord('describe')) {
    // They show something and change nothing.
    while (!cursor.atEnd) cursor.take();
    return { kind: 'property' };
  }
  const { token } = cursor;
  const known = token.kind === 'word' ? OBJECTS.get(token.text) : undefined;
  if (known) return parseObjectCommand(cursor, verb, known, opens);
  if (cursor.acceptWord('element')) {
    const target = parseTarget(cursor, true);
    const elements = cursor.isMark('$') ? parseVariable(cursor) : parseSet(cursor);
    return { kind: 'element', verb, target, elements };
  }
  if (
    cursor.acceptWord('ruleset') ||
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
  cursor.acceptWord('rule');
  return parseRuleCommand(cursor, verb);
}

function parseRuleCommand(cursor: Cursor, verb: Verb): Content {
  const target = parseTarget(cursor, true);
  let position: { by: 'handle' | 'index'; value: number } | undefined;
  if (cursor.isWord('handle') || cursor.isWord('position') || cursor.isWord('index')) {
    const by = cursor.take().text === 'index' ? 'index' : 'handle';
    position = { by, value: cursor.expectNumber() };
  }
  if (verb === 'delete') {
    if (!position) throw cursor.unexpected("'handle'");
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

function parseFamily(cursor: Cursor): Family | undefined {
  const family = cursor.token.kind === 'word' ? FAMILIES.get(cursor.token.text) : undefined;
  if (family) cursor.take();
  return family;
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

function parseObjectType(cursor: Cursor): string {
  const { text } = cursor.take();
  if (text !== 'ct') return text;
  return `ct ${cursor.expectOneOf(CT_OBJECTS, "'helper', 'timeout' or 'expectation'")}`;
}

function parseTableEntry(cursor: Cursor, opens: boolean): Content {
  if (cursor.acceptWord('flags')) {
    const flag = cursor.expectName('a flag of a table');
    if (flag.text !== 'dormant' && flag.text !== 'owner')
      throw new Unreadable(flag, `'${flag.text}' is no flag of a table`);
    return { kind: 'table-flags', flag };
  }
  if (cursor.acceptWord('comment')) {
    parseComment(cursor);
    return { kind: 'property' };
  }
  const { token } = cursor;
  const object = token.kind === 'word' ? OBJECTS.get(token.text) : undefined;
  if (!object || object === 'table') {
    throw cursor.unexpected("'chain', 'set', 'map' or another object of a table");
  }
  const type = parseObjectType(cursor);
  const name = cursor.expectName(`the name of a ${type}`);
  if (!opens) throw cursor.unexpected("'{'");
  const target: Target = { family: undefined, table: undefined, name };
  return { kind: 'object', verb: 'add', object, type, target, byHandle: false };
}

function parseChainEntry(cursor: Cursor): Content {
  if (cursor.isWord('type')) return parseHook(cursor);
  if (cursor.acceptWord('policy')) {
    const place = cursor.token;
    if (cursor.isMark('$')) return { kind: 'policy', policy: parseVariable(cursor), place };
    const policy = cursor.expectOneOf(new Set(['accept', 'drop']), "'accept' or 'drop'");
    return { kind: 'policy', policy: policy === 'drop' ? 'drop' : 'accept', place };
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

const CHAIN_TYPES: ReadonlySet<string> = new Set(['filter', 'nat', 'route']);
const HOOKS: ReadonlySet<string> = new Set([
  'ingress',
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
  'egress',
]);

function parseHook(cursor: Cursor): Content {
  cursor.expectWord('type');
  const type = cursor.expectString('a type of chain');
  if (!CHAIN_TYPES.has(type.text))
    throw new Unreadable(type, `'${type.text}' is no type of chain: filter, nat or route`);
  cursor.expectWord('hook');
  const hook = cursor.expectString('a hook');
  if (!HOOKS.has(hook.text)) throw new Unreadable(hook, `'${hook.text}' is no hook`);
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

const SET_FLAGS: ReadonlySet<string> = new Set(['constant', 'interval', 'timeout', 'dynamic']);

function parseSetEntry(cursor: Cursor, block: 'set' | 'map'): Content {
  const { token } = cursor;
  switch (token.kind === 'word' ? token.text : '') {
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
      let verdicts = false;
      if (block === 'map') {
        cursor.expectMark(':');
        cursor.acceptWord('interval');
        verdicts = cursor.acceptWord('verdict');
        if (!verdicts) parseConcatenation(cursor, 'left');
      }
      return { kind: 'set-typeof', key, verdicts };
    }
    case 'flags': {
      cursor.take();
      const flags: Name[] = [];
      do {
        const flag = cursor.token;
        cursor.expectOneOf(SET_FLAGS, 'a flag of a set: constant, dynamic, interval or timeout');
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
      return { kind: 'property' };
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
    case 'ct':
      return parseStatefulSettings(cursor);
    default:
      break;
  }
  throw cursor.unexpected(`a property of a ${block}: type, flags, elements, timeout, size …`);
}

function parseStatefulSettings(cursor: Cursor): Content {
  parseElementOptions(cursor);
  if (cursor.acceptWord('quota')) parseQuota(cursor);
  return { kind: 'property' };
}

/** The types that sets can have, joined by `.`. */
function parseTypes(cursor: Cursor): Name[] {
  const types: Name[] = [];
  do {
    const { token } = cursor;
    if (token.kind !== 'word') throw cursor.unexpected('a type');
    cursor.take();
    if (!DATA_TYPES.has(token.text)) throw new Unreadable(token, `'${token.text}' is no type of nft`);
    types.push({ start: token.start, end: token.end, text: token.text });
  } while (cursor.acceptMark('.'));
  return types;
}

/** The data types of nft, with the kinds of objects that a map may have as values. */
const DATA_TYPES: ReadonlySet<string> = new Set(
  `verdict nf_proto bitmask integer string lladdr ipv4_addr ipv6_addr ether_addr ether_type arp_op inet_proto
   inet_service icmp_type tcp_flag dccp_pkttype mh_type time mark iface_index iface_type realm classid uid gid ct_state
   ct_dir ct_status icmp6_type icmpv6_type ct_label pkt_type icmp_code icmpv6_code icmpx_code devgroup dscp ecn
   fib_addrtype boolean ct_event ifname igmp_type day hour cgroupsv2 counter quota limit secmark synproxy`.split(/\s+/),
);

function parseFlowtableEntry(cursor: Cursor): Content {
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

/** A line of a counter, quota, limit or other object. No verdict depends on it, so its parts are not kept. */
function parseObjectEntry(cursor: Cursor): Content {
  parseObjectSettings(cursor);
  return { kind: 'property' };
}

function parseObjectSettings(cursor: Cursor): void {
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
    cursor.expectNumber();
    cursor.acceptNewline();
  } while (cursor.acceptMark(','));
  cursor.expectMark('}');
}
