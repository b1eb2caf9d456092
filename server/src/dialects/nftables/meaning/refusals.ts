// Reports the rules that nft refuses because of the headers that they are about: `udp dport 53 tcp sport 1024`.

import { addAll } from '../../../kept/lists.js';
import { protocolSet, TCP } from '../../../model/packets.js';
import { numberInC } from '../../../text/c-numbers.js';
import type { LineProblem } from '../../shared/line-problem.js';
import { expressionsOf, ownStatements } from '../program/rule-statements.js';
import { keyText } from '../program/sets.js';
import type {
  Expression,
  MatchStatement,
  RejectStatement,
  RuleBody,
  RuleStatement,
  TerminalStatement,
  TranslateStatement,
} from '../syntax/tree.js';
import { refusedInFamily } from '../vocabulary/families.js';
import { fieldInfo } from '../vocabulary/field-types.js';
import { ANY_NETWORK, followingHeader, HEADER_LAYERS } from '../vocabulary/headers.js';
import type { Family } from '../vocabulary/words.js';
import { ALWAYS, BOTH, type Condition, FAMILY, inPhases, type Restriction } from './condition.js';
import { ProtocolContext, Refusal } from './protocol-context.js';
import { overlapIn, overlapMessage } from './set-overlaps.js';

const CONNECTION_PORT = /^ct (?:original |reply )?proto-(?:src|dst)$/;

/** What nft refuses in a rule of a table: one problem for the rule, and one for each rule of its anonymous chains. */
export function refusalsOf(body: RuleBody, family: Family): LineProblem[] {
  const problems: LineProblem[] = [];
  const context = new ProtocolContext(family);
  let refused = false;
  for (const statement of ownStatements(body)) {
    if (statement.kind === 'anonymous-chain')
      for (const rule of statement.rules) addAll(problems, refusalsOf(rule, family));
    const refusal: Refusal | undefined = refused
      ? undefined
      : (refusalOf(statement, context) ?? overlapRefusal(statement));
    if (refusal) problems.push(refusal.problem);
    refused ||= refusal !== undefined;
  }
  return problems;
}

/**
 * What nft tests at the beginning of a rule, for statements that stand later in it: `reject with tcp reset` rejects only TCP, and
 * a map in front of it sees only TCP as well.
 */
export function testedFirst(body: RuleBody, family: Family): Condition {
  const statements = ownStatements(body);
  if (!statements.some(mayTestFirst)) return ALWAYS;
  const context = new ProtocolContext(family);
  for (const statement of statements) {
    // What is refused is not followed further.
    if (refusalOf(statement, context)) break;
  }
  const { network, transport } = context.tested;
  const restriction: Restriction = {
    ...(network === undefined ? {} : FAMILY[network === 'ip' ? 4 : 6]),
    ...(transport === undefined ? {} : { protocols: protocolSet(TCP) }),
  };
  return network === undefined && transport === undefined ? ALWAYS : inPhases(BOTH, [restriction]);
}

function mayTestFirst(statement: RuleStatement): boolean {
  if (statement.kind === 'reject') return statement.answer !== 'default';
  return statement.kind === 'match' || statement.kind === 'verdict-map' || statement.kind === 'effect';
}

/** Follows a statement. */
function refusalOf(statement: RuleStatement, context: ProtocolContext): Refusal | undefined {
  const refused = refusedInFamily(wordsOf(statement), context.family);
  return refused === undefined ? followed(statement, context) : new Refusal(statement, refused);
}

/** The words of a statement that the families of tables are listed by. */
function wordsOf(statement: RuleStatement): string {
  if (statement.kind === 'effect' && statement.name === 'set') return statement.target ?? '';
  return statement.kind === 'condition' || statement.kind === 'terminal' ? statement.name : '';
}

function followed(statement: RuleStatement, context: ProtocolContext): Refusal | undefined {
  switch (statement.kind) {
    case 'match':
      return enter(statement.left, context) ?? afterMatch(statement, context);
    case 'translate':
      return translationRefusal(statement, context);
    case 'terminal':
      return terminalRefusal(statement, context);
    case 'reject':
      return rejectRefusal(statement, context);
    case 'effect': {
      const { target = '', name } = statement;
      if (name === 'dup' && context.family !== 'ip' && context.family !== 'ip6' && context.family !== 'netdev')
        return new Refusal(statement, `dup works only in tables of the families ip, ip6 and netdev`);
      const [header = ''] = target.split(' ', 1);
      const setsHeader = name === 'set' && HEADER_LAYERS.has(header) && target !== 'tcp option';
      const own = setsHeader
        ? context.enter({ kind: 'field', field: target, start: statement.start, end: statement.end })
        : undefined;
      const expressions = expressionsOf(statement);
      return own ?? enterAll(name === 'update' ? expressions.flatMap(withoutOpenPorts) : expressions, context);
    }
    case 'verdict-map':
    case 'condition':
      return enterAll(expressionsOf(statement), context);
    default:
      return undefined;
  }
}

/** What a statement adds to a set has the type of the set: nft does not ask which protocol the ports of `ct` are of. */
function withoutOpenPorts(expression: Expression): Expression[] {
  if (expression.kind === 'field') return CONNECTION_PORT.test(expression.field) ? [] : [expression];
  if (expression.kind !== 'concatenation') return [expression];
  return [{ ...expression, parts: expression.parts.flatMap(withoutOpenPorts) }];
}

function enterAll(expressions: readonly Expression[], context: ProtocolContext): Refusal | undefined {
  for (const expression of expressions) {
    const refusal = enter(expression, context);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Follows the fields of an expression. */
function enter(expression: Expression, context: ProtocolContext): Refusal | undefined {
  switch (expression.kind) {
    case 'field':
      return context.enter(expression);
    case 'binary':
      return enter(expression.left, context) ?? enter(expression.right, context);
    case 'concatenation':
      return expression.parts.find(isOpenAddress) ? openAddress(expression) : enterAll(expression.parts, context);
    case 'map':
      return isOpenAddress(expression.key) ? openAddress(expression.key) : enter(expression.key, context);
    default:
      return undefined;
  }
}

/** Anonymous maps, and sets of concatenations, with elements that do not go together; nft merges those of other sets. */
function overlapRefusal(statement: RuleStatement): Refusal | undefined {
  const lookups: { key: Expression; set: Expression; isMap: boolean }[] = [];
  if (statement.kind === 'verdict-map') lookups.push({ key: statement.key, set: statement.map, isMap: true });
  if (statement.kind === 'match' && statement.left.kind === 'concatenation')
    lookups.push({ key: statement.left, set: statement.right, isMap: false });
  for (const expression of expressionsOf(statement))
    if (expression.kind === 'map') lookups.push({ key: expression.key, set: expression.map, isMap: true });
  for (const { key, set, isMap } of lookups) {
    const parts = key.kind === 'concatenation' ? key.parts : [key];
    const types = parts.flatMap((part) => (part.kind === 'field' ? [fieldInfo(part.field).type] : []));
    const found = types.length === parts.length ? overlapIn([{ set, from: undefined }], types) : undefined;
    if (!found || (found.sameKey && !isMap)) continue;
    const { element, other, sameKey } = found;
    const texts = [keyText(element.element.key), keyText(other.element.key)] as const;
    return new Refusal(element.element, overlapMessage(texts, { sameKey, canMerge: false }));
  }
  return undefined;
}

/** `ct original saddr`, whose family is that of the rule. */
function isOpenAddress(expression: Expression): boolean {
  return expression.kind === 'field' && /^ct (?:original|reply) [sd]addr$/.test(expression.field);
}

function openAddress(expression: Expression): Refusal {
  return new Refusal(expression, 'specify either ip or ip6 for address matching');
}

/** Learns from a comparison, which headers packets have that it lets pass. */
function afterMatch({ left, operator, right, mask }: MatchStatement, context: ProtocolContext): Refusal | undefined {
  const isLookup = right.kind === 'set-reference' || (right.kind === 'set' && right.elements.length > 1);
  const network = context.header('network');
  if (isOpenAddress(left)) {
    if (isLookup) return openAddress(left);
    if (network === 'ip' || network === 'ip6') return wrongAddress(right, network);
  }
  if (left.kind === 'field' && left.field === 'rt nexthop' && (network === 'ip' || network === 'ip6'))
    return wrongAddress(right, network);
  if (left.kind !== 'field' || mask || (operator !== 'implicit' && operator !== '==')) return undefined;
  const { field } = left;
  for (const value of right.kind === 'set' ? right.elements.map(({ key }) => key) : [right]) {
    const number = value === '*' ? undefined : constantOf(field, value);
    if (number !== undefined) context.learn(field, number);
  }
  return undefined;
}

function constantOf(field: string, value: Expression): number | undefined {
  if (value.kind === 'number') return numberInC(value.text);
  return value.kind === 'word' ? fieldInfo(field).type.symbols?.get(value.text) : undefined;
}

function translationRefusal(statement: TranslateStatement, context: ProtocolContext): Refusal | undefined {
  const { address, port, name } = statement;
  const { family } = context;
  if (family !== 'ip' && family !== 'ip6' && family !== 'inet')
    return new Refusal(statement, `${name} works only in tables of the families ip, ip6 and inet`);
  if (address) {
    const network = context.header('network');
    const own = statement.family ?? (family === 'inet' ? network : family);
    if (own !== 'ip' && own !== 'ip6')
      return new Refusal(
        statement,
        `${name} needs a family in tables of the family inet: ${name} ip to, or ${name} ip6 to`,
      );
    if (network !== undefined && network !== own)
      return new Refusal(statement, `conflicting protocols specified: ${network} vs. ${own}`);
    const refusal: Refusal | undefined = wrongAddress(address, own) ?? enter(address, context);
    if (refusal) return refusal;
  }
  if (port) {
    // What the port is made from says the protocol too: `redirect to :tcp dport map { 80 : 8080 }` (nft 1.1).
    const refusal = enter(port, context);
    if (refusal) return refusal;
  }
  const mapsPorts = address?.kind === 'map' && address.map.kind === 'set' && address.map.elements.some(hasPort);
  if ((port || mapsPorts) && context.header('transport') === undefined)
    return new Refusal(port ?? statement, 'a port needs a protocol before it: tcp dport, or meta l4proto tcp');
  return undefined;
}

function hasPort({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'concatenation';
}

function wrongAddress(address: Expression, family: 'ip' | 'ip6'): Refusal | undefined {
  if (address.kind === 'range') return wrongAddress(address.low, family) ?? wrongAddress(address.high, family);
  if (address.kind !== 'word' || address.form !== 'address') return undefined;
  const isIpv6 = address.text.includes(':');
  if (isIpv6 === (family === 'ip6')) return undefined;
  return new Refusal(address, `expected an IPv${isIpv6 ? 4 : 6} address, found ${address.text}`);
}

function terminalRefusal(statement: TerminalStatement, context: ProtocolContext): Refusal | undefined {
  const { name } = statement;
  const { family } = context;
  if (name === 'fwd' && family !== 'netdev')
    return new Refusal(statement, 'fwd works only in tables of the family netdev');
  if (name !== 'tproxy') return undefined;
  if (family !== 'ip' && family !== 'ip6' && family !== 'inet')
    return new Refusal(statement, 'tproxy works only in tables of the families ip, ip6 and inet');
  const network = context.header('network');
  const own = statement.family ?? (family === 'inet' ? undefined : family);
  if (network !== undefined && own === undefined)
    return new Refusal(statement, `tproxy needs a family in tables of the family inet: tproxy ${network} to`);
  if (network !== undefined && network !== own)
    return new Refusal(statement, `conflicting protocols specified: ${network} vs. ${own}`);
  if (context.header('transport') !== undefined) return undefined;
  return new Refusal(statement, 'tproxy needs a protocol before it: tcp dport, or meta l4proto tcp');
}

function rejectRefusal(statement: RejectStatement, context: ProtocolContext): Refusal | undefined {
  const { answer } = statement;
  const { family } = context;
  const network = context.header('network');
  if (family === 'arp') return new Refusal(statement, 'cannot use reject with arp');
  if (answer === 'tcp reset' && !mayBeReset(context))
    return new Refusal(statement, 'you cannot use tcp reset with this protocol');
  if (answer === 'icmpx' && (family === 'ip' || family === 'ip6'))
    return new Refusal(statement, 'icmpx works only in tables of the families inet, bridge and netdev');
  if (
    family !== 'inet' &&
    family !== 'ip' &&
    family !== 'ip6' &&
    network !== undefined &&
    network !== 'ip' &&
    network !== 'ip6'
  )
    return new Refusal(statement, 'cannot reject this network family');
  if (answer === 'tcp reset') context.need('tcp');
  if (answer !== 'icmp' && answer !== 'icmpv6') return undefined;
  context.need(answer === 'icmp' ? 'ip' : 'ip6');
  const known = family === 'ip' || family === 'ip6' ? family : network;
  if (known === undefined || known === (answer === 'icmp' ? 'ip' : 'ip6')) return undefined;
  return new Refusal(statement, 'conflicting protocols specified: ip vs ip6');
}

/** A connection can be reset if it may be one of TCP. */
function mayBeReset(context: ProtocolContext): boolean {
  const transport = context.header('transport');
  return (
    transport === undefined ||
    (transport === 'tcp' && followingHeader(context.header('network') ?? ANY_NETWORK, 6) === 'tcp')
  );
}
