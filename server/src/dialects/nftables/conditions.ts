import { IntervalSet } from '../../model/intervals.js';
import { IpSet } from '../../model/ip.js';
import { NameSet } from '../../model/names.js';
import { ALL_PROTOCOLS, ANY_PACKET, type PacketBox, PacketSet } from '../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../model/ports.js';
import { type DataType, ETHER_TYPE, type FieldInfo, fieldInfo, NFPROTO, PORT_PROTOCOLS, STATE_BITS } from './fields.js';
import type { Expression, MatchStatement, NodeProblem, RelationalOperator, SetElement, Span } from './syntax.js';
import { combine, fits, type SetSource, type Tuple, ValueReader, type Values } from './values.js';

/** The properties of packets that a condition restricts; absent ones may have any value. */
export type Restriction = Partial<PacketBox>;

/** Bits for the phases of a connection. */
export const FIRST = 1;
export const ANSWER = 2;
const BOTH = FIRST | ANSWER;

/** One way in which a condition can hold. */
export interface Alternative {
  /** Holds for the packets of any of them. */
  readonly restrictions: readonly Restriction[];
  /** {@link FIRST}, {@link ANSWER} or both. */
  readonly phases: number;
  /** Each has to hold as well. */
  readonly opaque: readonly string[];
}

/** A condition holds where one of the alternatives does. None: it never holds. */
export type Condition = readonly Alternative[];

/** What the conditions of a rule are read with. */
export interface ConditionContext extends SetSource {
  readonly problems: NodeProblem[];
  /** Whether connections are tracked where the rule stands; `unknown` where that depends on other rules. */
  readonly tracking: 'on' | 'off' | 'unknown';
  /** The source is not the one that is asked about any more. */
  readonly sourceUnknown: boolean;
  /** The text of a part of the rule. */
  text(span: Span): string;
}

const NO_TEXTS: readonly string[] = [];
const NO_RESTRICTION: readonly Restriction[] = [{}];
export const ALWAYS: Condition = [{ restrictions: NO_RESTRICTION, phases: BOTH, opaque: NO_TEXTS }];
const NEVER: Condition = [];

const V4_ONLY = IpSet.all.ofFamily(4);
const V6_ONLY = IpSet.all.ofFamily(6);
const FAMILY: Readonly<Record<4 | 6, Restriction>> = { 4: { source: V4_ONLY }, 6: { source: V6_ONLY } };

const PROTOCOL_SETS = new Map<number, IntervalSet<number>>();

function protocolSet(protocol: number): IntervalSet<number> {
  let set = PROTOCOL_SETS.get(protocol);
  if (!set) {
    set = IntervalSet.of([protocol, protocol]);
    PROTOCOL_SETS.set(protocol, set);
  }
  return set;
}

/** How many boxes the condition of one rule may need; beyond, it counts as opaque. */
const RESTRICTION_LIMIT = 20_000;

/** Both conditions. */
export function both(a: Condition, b: Condition): Condition {
  if (a === ALWAYS) return b;
  if (b === ALWAYS) return a;
  const alternatives: Alternative[] = [];
  for (const left of a) {
    for (const right of b) {
      const phases = left.phases & right.phases;
      const restrictions = phases === 0 ? [] : product(left.restrictions, right.restrictions);
      if (restrictions.length === 0) continue;
      const opaque = left.opaque.length === 0 ? right.opaque : [...left.opaque, ...right.opaque];
      alternatives.push({ restrictions, phases, opaque });
    }
  }
  return alternatives;
}

function product(a: readonly Restriction[], b: readonly Restriction[]): readonly Restriction[] {
  if (a === NO_RESTRICTION) return b;
  if (b === NO_RESTRICTION) return a;
  const restrictions: Restriction[] = [];
  for (const left of a) {
    for (const right of b) {
      const merged = merge(left, right);
      if (merged) restrictions.push(merged);
    }
  }
  return restrictions;
}

/** What both restrictions leave; `undefined` where that is nothing. */
function merge(a: Restriction, b: Restriction): Restriction | undefined {
  const merged: { -readonly [Key in keyof PacketBox]?: PacketBox[Key] } = { ...a };
  if (b.source) merged.source = a.source ? a.source.intersect(b.source) : b.source;
  if (b.destination) merged.destination = a.destination ? a.destination.intersect(b.destination) : b.destination;
  if (b.protocols) merged.protocols = a.protocols ? intersectNumbers(a.protocols, b.protocols) : b.protocols;
  if (b.sourcePorts)
    merged.sourcePorts = a.sourcePorts ? intersectNumbers(a.sourcePorts, b.sourcePorts) : b.sourcePorts;
  if (b.destinationPorts) {
    merged.destinationPorts = a.destinationPorts
      ? intersectNumbers(a.destinationPorts, b.destinationPorts)
      : b.destinationPorts;
  }
  if (b.inInterface) merged.inInterface = a.inInterface ? a.inInterface.intersect(b.inInterface) : b.inInterface;
  if (b.outInterface) merged.outInterface = a.outInterface ? a.outInterface.intersect(b.outInterface) : b.outInterface;
  return isImpossible(merged) ? undefined : merged;
}

function intersectNumbers(a: IntervalSet<number>, b: IntervalSet<number>): IntervalSet<number> {
  return a === b ? a : a.intersect(b);
}

function isImpossible(restriction: Restriction): boolean {
  const { source, destination } = restriction;
  if (source || destination) {
    const noV4 = source?.v4.isEmpty === true || destination?.v4.isEmpty === true;
    if (noV4 && (source?.v6.isEmpty === true || destination?.v6.isEmpty === true)) return true;
  }
  return (
    restriction.protocols?.isEmpty === true ||
    restriction.sourcePorts?.isEmpty === true ||
    restriction.destinationPorts?.isEmpty === true ||
    restriction.inInterface?.isEmpty === true ||
    restriction.outInterface?.isEmpty === true
  );
}

/** Holds under a condition that the file does not decide. */
export function opaqueCondition(text: string, restriction: Restriction = {}): Condition {
  return [{ restrictions: [restriction], phases: BOTH, opaque: [text] }];
}

/** The boxes of a restriction's packets in one family, or in both. */
export function boxOf(restriction: Restriction, family: 4 | 6 | undefined): PacketBox | undefined {
  const own =
    family === undefined || isOfFamily(restriction, family) ? restriction : merge(restriction, FAMILY[family]);
  return (
    own && {
      source: own.source ?? ANY_PACKET.source,
      destination: own.destination ?? ANY_PACKET.destination,
      protocols: own.protocols ?? ANY_PACKET.protocols,
      sourcePorts: own.sourcePorts ?? ANY_PACKET.sourcePorts,
      destinationPorts: own.destinationPorts ?? ANY_PACKET.destinationPorts,
      inInterface: own.inInterface ?? ANY_PACKET.inInterface,
      outInterface: own.outInterface ?? ANY_PACKET.outInterface,
    }
  );
}

/** Whether an address of either end tells the family already. */
function isOfFamily({ source, destination }: Restriction, family: 4 | 6): boolean {
  if (family === 4) return source?.v6.isEmpty === true || destination?.v6.isEmpty === true;
  return source?.v4.isEmpty === true || destination?.v4.isEmpty === true;
}

/** The condition that a comparison makes. */
export function matchCondition(match: MatchStatement, context: ConditionContext): Condition {
  const { left, operator, right, mask } = match;
  switch (left.kind) {
    case 'field':
      return fieldCondition(match, left.field, operator, right, mask, context);
    case 'concatenation':
      return concatenationCondition(match, left.parts, operator, right, context);
    case 'binary':
      return maskedCondition(match, left, operator, right, context);
    default:
      return opaqueCondition(context.text(match));
  }
}

function fieldCondition(
  match: MatchStatement,
  name: string,
  operator: RelationalOperator,
  right: Expression,
  mask: Expression | undefined,
  context: ConditionContext,
): Condition {
  const info = fieldInfo(name);
  const base = requirements(info);
  const simple =
    !mask && (operator === 'implicit' || operator === '==') ? singleValue(info, name, right, context) : undefined;
  if (simple) return simple;
  const opaque = () => opaqueCondition(context.text(match), base);
  if (mask) {
    const reader = new ValueReader(info.type, context, context.problems);
    const [maskBits, value] = [reader.constant(mask), reader.constant(right)];
    if (maskBits === undefined || value === undefined) return opaque();
    return decided(info, base, (bits) => ((bits & maskBits) === value) !== (operator === '!='), context) ?? opaque();
  }
  if (right.kind === 'word' && (right.text === 'exists' || right.text === 'missing')) {
    if (info.dimension !== 'fragment-header') return opaque();
    return (right.text === 'missing') !== (operator === '!=') ? ALWAYS : NEVER;
  }
  if (info.dimension === 'fragment-header') return NEVER;
  if (info.type.bits) {
    const test = bitTest(info.type, operator, right, context);
    return (test && decided(info, base, test, context)) ?? opaque();
  }
  if (operator === '<' || operator === '>' || operator === '<=' || operator === '>=') {
    return orderedCondition(match, info, operator, right, context);
  }
  const reader = new ValueReader(info.type, context, context.problems);
  reader.add(right);
  return valuesCondition(info, reader.result(), operator === '!=' || operator === '!', match, context);
}

/** The conditions of single ports and the like, which rules repeat. */
const knownValues = new Map<string, Condition>();

/** How many are kept. */
const KNOWN_LIMIT = 20_000;

/** The comparison with one address or one port, which is what most comparisons are; `undefined` for all others. */
function singleValue(
  info: FieldInfo,
  name: string,
  right: Expression,
  context: ConditionContext,
): Condition | undefined {
  switch (info.dimension) {
    case 'source':
    case 'destination': {
      if (info.dimension === 'source' && context.sourceUnknown) return undefined;
      if (right.kind !== 'prefix' && (right.kind !== 'word' || right.form !== 'address')) return undefined;
      const reader = new ValueReader(info.type, context, context.problems);
      reader.add(right);
      const { addresses, unknown } = reader.result();
      if (unknown.length > 0) return opaqueCondition(context.text(right), requirements(info));
      const restriction = info.dimension === 'source' ? { source: addresses } : { destination: addresses };
      return [{ restrictions: [restriction], phases: BOTH, opaque: NO_TEXTS }];
    }
    case 'source-port':
    case 'destination-port':
    case 'protocol': {
      if (right.kind !== 'number' && right.kind !== 'word') return undefined;
      const key = `${name} ${right.text}`;
      const known = knownValues.get(key);
      if (known) return known;
      const reader = new ValueReader(info.type, context, context.problems);
      reader.add(right);
      const values = reader.result();
      if (values.unknown.length > 0) return opaqueCondition(context.text(right), requirements(info));
      const condition = valuesCondition(info, values, false, right, context);
      if (knownValues.size >= KNOWN_LIMIT) knownValues.clear();
      knownValues.set(key, condition);
      return condition;
    }
    default:
      return undefined;
  }
}

const knownRequirements = new WeakMap<FieldInfo, Restriction>();

/** The packets that have a field at all. */
function requirements(info: FieldInfo): Restriction {
  let known = knownRequirements.get(info);
  if (!known) {
    const { family, protocol } = info;
    known = {
      ...(family === undefined ? {} : FAMILY[family]),
      ...(protocol === undefined ? {} : { protocols: protocolSet(protocol) }),
    };
    knownRequirements.set(info, known);
  }
  return known;
}

/** How a bit field is compared: with any of some flags, with all, or with each of a set; `undefined` where it is unknown. */
function bitTest(
  type: DataType,
  operator: RelationalOperator,
  right: Expression,
  context: ConditionContext,
): ((bits: number) => boolean) | undefined {
  if (right.kind === 'set' || right.kind === 'set-reference') {
    const reader = new ValueReader(type, context, context.problems);
    reader.add(right);
    const { numbers, unknown } = reader.result();
    if (unknown.length > 0) return undefined;
    return (bits) => numbers.has(bits) !== (operator === '!=' || operator === '!');
  }
  const value = new ValueReader(type, context, context.problems).constant(right);
  if (value === undefined) return undefined;
  switch (operator) {
    case 'implicit':
      return (bits) => (bits & value) !== 0;
    case '!':
      return (bits) => (bits & value) === 0;
    case '==':
      return (bits) => bits === value;
    case '!=':
      return (bits) => bits !== value;
    case '<':
      return (bits) => bits < value;
    case '>':
      return (bits) => bits > value;
    case '<=':
      return (bits) => bits <= value;
    case '>=':
      return (bits) => bits >= value;
  }
}

/** SYN alone opens a connection, SYN and ACK together answer it. */
const SYN = 0x02;
const SYN_ACK = 0x12;

/** The condition on a field whose value the phase decides; `undefined` for other fields. */
function decided(
  { dimension }: FieldInfo,
  base: Restriction,
  test: (value: number) => boolean,
  context: ConditionContext,
): Condition | undefined {
  switch (dimension) {
    case 'tcp-flags':
      return inPhases((test(SYN) ? FIRST : 0) | (test(SYN_ACK) ? ANSWER : 0), [base]);
    case 'direction':
      return inPhases((test(0) ? FIRST : 0) | (test(1) ? ANSWER : 0), [base]);
    case 'fragment-offset':
      return undefined;
    case 'state':
      // Without an entry of conntrack, the state reads as invalid (nft_ct_get_eval of Linux).
      if (context.tracking === 'off') return test(STATE_BITS.invalid) ? ALWAYS : NEVER;
      return context.tracking === 'on' ? stateCondition(test) : undefined;
    default:
      return undefined;
  }
}

function inPhases(phases: number, restrictions: readonly Restriction[]): Condition {
  return phases === 0 || restrictions.length === 0 ? NEVER : [{ restrictions, phases, opaque: NO_TEXTS }];
}

const ICMP = protocolSet(1);
const ICMP6 = protocolSet(58);
const NOT_ICMP = ALL_PROTOCOLS.subtract(ICMP).subtract(ICMP6);

/**
 * The types of ICMP with which a connection can begin, those that tell an error of another connection, and those that
 * conntrack does not look at (nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c of Linux). All others are invalid.
 */
const ICMP_STATES = [
  { protocols: ICMP, opening: [8, 13, 15, 17], errors: [3, 4, 5, 11, 12], untracked: [] },
  {
    protocols: ICMP6,
    opening: [128, 139],
    errors: Array.from({ length: 128 }, (_, type) => type),
    untracked: [130, 131, 132, 133, 134, 135, 136, 143],
  },
] as const;

/** The ports dimension of ICMP boxes holds type and code. */
function typePorts(types: readonly number[]): PortSet {
  return IntervalSet.from(types.map((type) => [type * 256, type * 256 + 255] as const));
}

const ICMP_PORTS = ICMP_STATES.map(({ protocols, opening, errors, untracked }) => {
  const [opens, tells, ignored] = [typePorts(opening), typePorts(errors), typePorts(untracked)];
  return { protocols, opens, tells, ignored, invalid: ALL_PORTS.subtract(opens).subtract(tells).subtract(ignored) };
});

function stateCondition(test: (bits: number) => boolean): Condition {
  const first: Restriction[] = [];
  const opaque: Restriction[] = [];
  if (test(STATE_BITS.new)) first.push({ protocols: NOT_ICMP });
  for (const { protocols, opens, tells, ignored, invalid } of ICMP_PORTS) {
    let ports: PortSet = IntervalSet.empty<number>();
    if (test(STATE_BITS.new)) ports = ports.union(opens);
    if (test(STATE_BITS.untracked)) ports = ports.union(ignored);
    if (test(STATE_BITS.invalid)) ports = ports.union(invalid);
    if (test(STATE_BITS.invalid) && test(STATE_BITS.related)) ports = ports.union(tells);
    else if (test(STATE_BITS.invalid) || test(STATE_BITS.related)) opaque.push({ protocols, destinationPorts: tells });
    if (!ports.isEmpty) first.push({ protocols, destinationPorts: ports });
  }
  const condition: Alternative[] = [...inPhases(FIRST, first)];
  if (test(STATE_BITS.established)) condition.push({ restrictions: NO_RESTRICTION, phases: ANSWER, opaque: NO_TEXTS });
  if (opaque.length > 0) condition.push({ restrictions: opaque, phases: FIRST, opaque: [ICMP_ERROR] });
  return condition;
}

/** Why the state of an ICMP error is not known. */
const ICMP_ERROR = 'whether the ICMP error belongs to a connection';

const MAX_V6 = (1n << 128n) - 1n;

function orderedCondition(
  match: MatchStatement,
  info: FieldInfo,
  operator: '<' | '>' | '<=' | '>=',
  right: Expression,
  context: ConditionContext,
): Condition {
  const reader = new ValueReader(info.type, context, context.problems);
  reader.add(right);
  const { numbers, addresses, unknown } = reader.result();
  const opaque = () => opaqueCondition(context.text(match), requirements(info));
  if (unknown.length > 0) return opaque();
  const upwards = operator === '>' || operator === '>=';
  const strict = operator === '<' || operator === '>';
  const values = {
    numbers: IntervalSet.empty<number>(),
    addresses: IpSet.empty,
    names: NameSet.none,
    unknown: NO_TEXTS,
  };
  if (info.type.kind === 'number') {
    const bound = numbers.min;
    if (bound === undefined) return opaque();
    const range: [number, number] = upwards ? [bound + (strict ? 1 : 0), info.type.max] : [0, bound - (strict ? 1 : 0)];
    return valuesCondition(info, { ...values, numbers: IntervalSet.of(range) }, false, match, context);
  }
  const first = addresses.first;
  if (first?.family === 4) {
    const step = strict ? 1 : 0;
    const range: [number, number] = upwards ? [first.value + step, 0xffff_ffff] : [0, first.value - step];
    const set = new IpSet(IntervalSet.of(range), IntervalSet.empty());
    return valuesCondition(info, { ...values, addresses: set }, false, match, context);
  }
  if (first) {
    const step = strict ? 1n : 0n;
    const range: [bigint, bigint] = upwards ? [first.value + step, MAX_V6] : [0n, first.value - step];
    const set = new IpSet(IntervalSet.empty(), IntervalSet.of(range));
    return valuesCondition(info, { ...values, addresses: set }, false, match, context);
  }
  return opaque();
}

/** The condition that a field has one of some values, or with `negated` none of them. */
function valuesCondition(
  info: FieldInfo,
  values: Values,
  negated: boolean,
  place: Span,
  context: ConditionContext,
): Condition {
  const base = requirements(info);
  if (info.dimension === 'state' || info.dimension === 'direction' || info.dimension === 'tcp-flags') {
    if (values.unknown.length > 0) return opaqueCondition(context.text(place), base);
    return (
      decided(info, base, (bits) => values.numbers.has(bits) !== negated, context) ??
      opaqueCondition(context.text(place), base)
    );
  }
  const parts = dimensionParts(info, values, negated);
  if (!parts || (info.dimension === 'source' && context.sourceUnknown))
    return opaqueCondition(context.text(place), base);
  const { unknown } = values;
  const certain: Alternative[] = [];
  if (unknown.length === 0 || !negated) certain.push(...alternatives(parts.having, parts.beyond, NO_TEXTS));
  if (unknown.length === 0) return certain;
  const doubt = `${context.text(place)} (${[...new Set(unknown)].slice(0, 3).join(', ')})`;
  // What is known not to match may match all the same, and the reverse.
  const open = negated ? parts.having : dimensionParts(info, values, true)?.having;
  return [...certain, ...alternatives(open ?? [], [], [doubt])];
}

function alternatives(
  having: readonly Restriction[],
  beyond: readonly Restriction[],
  opaque: readonly string[],
): Alternative[] {
  const possible = having.filter((restriction) => !isImpossible(restriction));
  const result: Alternative[] = [];
  if (possible.length > 0) result.push({ restrictions: possible, phases: BOTH, opaque });
  if (beyond.length > 0) result.push({ restrictions: beyond, phases: BOTH, opaque: [...opaque, BEYOND_PORTS] });
  return result;
}

/** Why a comparison of ports is not decided for packets without ports. */
const BEYOND_PORTS = 'what protocols without ports have in place of the port';

const WITH_PORTS = IntervalSet.of(...[...PORT_PROTOCOLS.values()].map((protocol) => [protocol, protocol] as const));
const WITHOUT_PORTS = ALL_PROTOCOLS.subtract(WITH_PORTS);

/** The packets with a value; `undefined` where the field is opaque. */
function dimensionParts(
  info: FieldInfo,
  values: Values,
  negated: boolean,
): { readonly having: readonly Restriction[]; readonly beyond: readonly Restriction[] } | undefined {
  const base = requirements(info);
  const only = (restriction: Restriction) => ({ having: [{ ...base, ...restriction }], beyond: [] });
  const numbers = (all: IntervalSet<number>) =>
    negated ? all.subtract(values.numbers) : all.intersect(values.numbers);
  switch (info.dimension) {
    case 'source':
    case 'destination': {
      const all = info.family === 4 ? V4_ONLY : V6_ONLY;
      const addresses = negated ? all.subtract(values.addresses) : values.addresses;
      return { having: [info.dimension === 'source' ? { source: addresses } : { destination: addresses }], beyond: [] };
    }
    case 'protocol':
      return only({ protocols: numbers(ALL_PROTOCOLS) });
    case 'source-port':
    case 'destination-port': {
      const ports = numbers(ALL_PORTS);
      const restriction = info.dimension === 'source-port' ? { sourcePorts: ports } : { destinationPorts: ports };
      if (info.protocol !== undefined) return only(restriction);
      // `th` reads the same place of every protocol's header.
      return { having: [{ ...restriction, protocols: WITH_PORTS }], beyond: [{ protocols: WITHOUT_PORTS }] };
    }
    case 'family': {
      const known = info.type.name === 'nf_proto' ? [NFPROTO.ipv4, NFPROTO.ipv6] : [ETHER_TYPE.ip, ETHER_TYPE.ip6];
      const having = ([4, 6] as const)
        .filter((_, i) => values.numbers.has(known[i] ?? 0) !== negated)
        .map((family) => FAMILY[family]);
      return { having: having.length === 2 ? NO_RESTRICTION : having, beyond: [] };
    }
    case 'in-interface':
    case 'out-interface': {
      const names = negated ? values.names.complement() : values.names;
      return only(info.dimension === 'in-interface' ? { inInterface: names } : { outInterface: names });
    }
    case 'icmp-type': {
      const types = numbers(IntervalSet.of([0, 255])).intervals;
      return only({
        destinationPorts: IntervalSet.from(types.map(([low, high]) => [low * 256, high * 256 + 255] as const)),
      });
    }
    case 'icmp-code': {
      const codes = numbers(IntervalSet.of([0, 255])).intervals;
      const ports: [number, number][] = [];
      for (let type = 0; type < 256; type++)
        for (const [low, high] of codes) ports.push([type * 256 + low, type * 256 + high]);
      return only({ destinationPorts: IntervalSet.from(ports) });
    }
    default:
      return undefined;
  }
}

/** `tcp flags & (syn | ack) == syn`, `ip saddr & 255.255.0.0 == 10.1.0.0`, `ip frag-off & 0x1fff != 0`. */
function maskedCondition(
  match: MatchStatement,
  left: Expression & { readonly kind: 'binary' },
  operator: RelationalOperator,
  right: Expression,
  context: ConditionContext,
): Condition {
  const text = context.text(match);
  const field = left.left;
  if (field.kind !== 'field') return opaqueCondition(text);
  const info = fieldInfo(field.field);
  const base = requirements(info);
  if (info.dimension === 'source' || info.dimension === 'destination') {
    return maskedAddress(info, left, operator, right, match, context);
  }
  if (info.type.kind !== 'number') return opaqueCondition(text, base);
  const reader = new ValueReader(info.type, context, context.problems);
  const mask = reader.constant(left.right);
  if (mask === undefined) return opaqueCondition(text, base);
  const compare = bitTest({ ...info.type, bits: true }, operator, right, context);
  if (!compare) return opaqueCondition(text, base);
  const test = (bits: number) => compare(combine(left.operator, bits, mask));
  if (info.dimension === 'fragment-offset') {
    // More fragments, and the offset; "do not fragment" may be set or not.
    if (left.operator !== '&' || (mask & 0xc000) !== 0) return opaqueCondition(text, base);
    return test(0) ? inPhases(BOTH, [base]) : NEVER;
  }
  return decided(info, base, test, context) ?? opaqueCondition(text, base);
}

function maskedAddress(
  info: FieldInfo,
  left: Expression & { readonly kind: 'binary' },
  operator: RelationalOperator,
  right: Expression,
  match: MatchStatement,
  context: ConditionContext,
): Condition {
  const read = (expression: Expression) => {
    const reader = new ValueReader(info.type, context, context.problems);
    reader.add(expression);
    return reader.result();
  };
  const [mask, wanted] = [read(left.right), read(right)];
  const [maskAddress, value] = [mask.addresses.first, wanted.addresses.first];
  const equality = operator === 'implicit' || operator === '==' || operator === '!=';
  if (left.operator !== '&' || !equality || !maskAddress || !value || right.kind !== 'word') {
    return opaqueCondition(context.text(match), requirements(info));
  }
  const width = maskAddress.family === 4 ? 32 : 128;
  const bits = BigInt(maskAddress.value).toString(2).padStart(width, '0');
  const length = bits.indexOf('0') < 0 ? width : bits.indexOf('0');
  if (bits.includes('1', length)) return opaqueCondition(context.text(match), requirements(info));
  const network = IpSet.of({ address: value, length });
  // A value with bits outside the mask is never equal.
  const reachable = network.first?.value === value.value ? network : IpSet.empty;
  return valuesCondition(
    info,
    { numbers: IntervalSet.empty<number>(), addresses: reachable, names: NameSet.none, unknown: NO_TEXTS },
    operator === '!=',
    match,
    context,
  );
}

/** The element tuples that a concatenation is compared with. */
interface TupleSet {
  readonly tuples: readonly Tuple[];
  readonly unknown: readonly string[];
}

function concatenationCondition(
  match: MatchStatement,
  parts: readonly Expression[],
  operator: RelationalOperator,
  right: Expression,
  context: ConditionContext,
): Condition {
  const text = context.text(match);
  const fields = fieldsOf(parts);
  if (!fields) return opaqueCondition(text);
  const base = fields.map((info) => requirements(info));
  const needed = base.reduce<Restriction | undefined>((all, one) => all && merge(all, one), {});
  if (!needed) return NEVER;
  const { tuples, unknown } = readTuples(fields, right, context);
  const conditions = tuples.map((tuple) => tupleCondition(fields, tuple, match, context));
  const negated = operator === '!=' || operator === '!';
  return combineTuples(conditions, needed, unknown, negated, text);
}

/** The fields of a concatenation; `undefined` where a part is something else. */
function fieldsOf(parts: readonly Expression[]): readonly FieldInfo[] | undefined {
  const fields: FieldInfo[] = [];
  for (const part of parts) {
    if (part.kind !== 'field') return undefined;
    fields.push(fieldInfo(part.field));
  }
  return fields;
}

function readTuples(fields: readonly FieldInfo[], right: Expression, context: ConditionContext): TupleSet {
  const types = fields.map(({ type }) => type);
  if (right.kind === 'set-reference') {
    const set = context.set(right.name);
    if (!set) return { tuples: [], unknown: [`@${right.name}`] };
    if (set.types.length !== types.length || set.types.some((type, i) => !fits(type, types[i] ?? type))) {
      const message = `the set ${right.name} has values of type ${set.types.map(({ name }) => name).join(' . ')}`;
      context.problems.push({ code: 'syntax-error', start: right.start, end: right.end, message });
      return { tuples: [], unknown: [`@${right.name}`] };
    }
    return { tuples: set.tuples, unknown: set.unknown };
  }
  return tuplesOf(types, right, context, context.problems);
}

/** The tuples that an expression of concatenations has. */
export function tuplesOf(
  types: readonly DataType[],
  expression: Expression,
  sets: SetSource,
  problems: NodeProblem[],
): TupleSet {
  const tuples: Tuple[] = [];
  const unknown: string[] = [];
  const pending: Expression[] = [expression];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.kind === 'set') {
      for (const element of next.elements) {
        if (element.key === '*') unknown.push('every other value');
        else if (element.conditional) unknown.push('an element that comes and goes');
        else pending.push(element.key);
      }
      continue;
    }
    if (next.kind === 'variable') {
      unknown.push(`$${next.name}`);
      continue;
    }
    const tuple = tupleOf(types, next, sets, problems);
    if (tuple) tuples.push(tuple);
    else unknown.push('a value that cannot be read');
  }
  return { tuples, unknown };
}

function tupleOf(
  types: readonly DataType[],
  expression: Expression,
  sets: SetSource,
  problems: NodeProblem[],
): Tuple | undefined {
  const parts = expression.kind === 'concatenation' ? expression.parts : [expression];
  if (parts.length !== types.length) {
    const message = `${types.length} values joined by '.' are needed, these are ${parts.length}`;
    problems.push({ code: 'syntax-error', start: expression.start, end: expression.end, message });
    return undefined;
  }
  return parts.map((part, i) => {
    const reader = new ValueReader(types[i] ?? WORD_TYPE, sets, problems);
    reader.add(part);
    return reader.result();
  });
}

const WORD_TYPE = fieldInfo('').type;

function tupleCondition(fields: readonly FieldInfo[], tuple: Tuple, place: Span, context: ConditionContext): Condition {
  let condition: Condition = ALWAYS;
  fields.forEach((info, i) => {
    const values = tuple[i];
    if (values) condition = both(condition, valuesCondition(info, values, false, place, context));
  });
  return condition;
}

function combineTuples(
  conditions: readonly Condition[],
  needed: Restriction,
  unknown: readonly string[],
  negated: boolean,
  text: string,
): Condition {
  const all = conditions.flat();
  const exact = all.every(({ phases, opaque }) => phases === BOTH && opaque.length === 0);
  const restrictions = compact(all.flatMap((alternative) => alternative.restrictions));
  if (!exact || restrictions.length > RESTRICTION_LIMIT) {
    return opaqueCondition(text, needed);
  }
  const certain: Alternative[] = restrictions.length > 0 ? [{ restrictions, phases: BOTH, opaque: NO_TEXTS }] : [];
  if (!negated && unknown.length === 0) return certain;
  const others = complementOf(restrictions, needed);
  if (!others) return opaqueCondition(text, needed);
  if (unknown.length === 0)
    return others.length > 0 ? [{ restrictions: others, phases: BOTH, opaque: NO_TEXTS }] : NEVER;
  const doubt = `${text} (${[...new Set(unknown)].slice(0, 3).join(', ')})`;
  const open: Alternative[] = others.length > 0 ? [{ restrictions: others, phases: BOTH, opaque: [doubt] }] : [];
  return negated ? open : [...certain, ...open];
}

/** Up to how many boxes a complement is worked out; it grows with the square. */
const COMPLEMENT_LIMIT = 256;

function complementOf(restrictions: readonly Restriction[], needed: Restriction): readonly Restriction[] | undefined {
  if (restrictions.length > COMPLEMENT_LIMIT) return undefined;
  const cuts = restrictions.map((restriction) => ({ ...ANY_PACKET, ...restriction }));
  return PacketSet.of({ ...ANY_PACKET, ...needed }).subtract(PacketSet.of(...cuts)).boxes;
}

/** Joins restrictions that differ in their addresses only, of which sets of concatenations have many. */
function compact(restrictions: readonly Restriction[]): readonly Restriction[] {
  if (restrictions.length < 2) return restrictions;
  const groups = new Map<string, Restriction[]>();
  for (const restriction of restrictions) {
    const key = keyOf(restriction);
    const group = groups.get(key);
    if (group) group.push(restriction);
    else groups.set(key, [restriction]);
  }
  return [...groups.values()].map(joinAddresses);
}

/** Everything but the destination, or where that is absent the source, as text. */
function keyOf(restriction: Restriction): string {
  const { source, destination, protocols, sourcePorts, destinationPorts, inInterface, outInterface } = restriction;
  const ports = (set: IntervalSet<number> | undefined) => set?.intervals.join(' ') ?? '';
  const addresses = destination ? source : undefined;
  return [
    destination ? 'd' : 's',
    addresses ? addresses.toPrefixes().join(' ') : '',
    ports(protocols),
    ports(sourcePorts),
    ports(destinationPorts),
    inInterface?.describe() ?? '',
    outInterface?.describe() ?? '',
  ].join('|');
}

function joinAddresses(group: readonly Restriction[]): Restriction {
  const [first] = group;
  if (!first || group.length === 1) return first ?? {};
  const side = first.destination ? 'destination' : 'source';
  const sets = group.flatMap((restriction) => restriction[side] ?? []);
  if (sets.length === 0) return first;
  const v4 = sets.flatMap(({ v4 }) => v4.intervals);
  const v6 = sets.flatMap(({ v6 }) => v6.intervals);
  return { ...first, [side]: new IpSet(IntervalSet.from(v4), IntervalSet.from(v6)) };
}

/** The conditions of the elements of a verdict map. */
export function mapConditions(
  key: Expression,
  elements: readonly SetElement[],
  context: ConditionContext,
): { readonly element: SetElement; readonly condition: Condition }[] {
  const parts = key.kind === 'concatenation' ? key.parts : [key];
  const fields = fieldsOf(parts);
  const text = context.text(key);
  const result: { element: SetElement; condition: Condition }[] = [];
  let known: Condition[] = [];
  for (const element of elements) {
    if (element.key === '*') continue;
    const condition = fields ? elementCondition(fields, element, key, context) : opaqueCondition(text);
    known = [...known, condition];
    result.push({ element, condition });
  }
  for (const element of elements) {
    if (element.key !== '*') continue;
    const needed = (fields ?? []).reduce<Restriction | undefined>(
      (all, info) => all && merge(all, requirements(info)),
      {},
    );
    if (needed) result.push({ element, condition: noneOf(known, needed, text) });
  }
  return result;
}

function elementCondition(
  fields: readonly FieldInfo[],
  element: SetElement,
  place: Span,
  context: ConditionContext,
): Condition {
  if (element.key === '*') return ALWAYS;
  const { tuples, unknown } = tuplesOf(
    fields.map(({ type }) => type),
    element.key,
    context,
    context.problems,
  );
  if (unknown.length > 0 || element.conditional) return opaqueCondition(context.text(place));
  return tuples.flatMap((tuple) => tupleCondition(fields, tuple, place, context));
}

function noneOf(known: readonly Condition[], needed: Restriction, text: string): Condition {
  const all = known.flat();
  const result: Alternative[] = [];
  for (const phase of [FIRST, ANSWER]) {
    const here = all.filter(({ phases }) => (phases & phase) !== 0);
    const opaque = here.some((alternative) => alternative.opaque.length > 0);
    const certain = here.filter((alternative) => alternative.opaque.length === 0);
    const others = complementOf(
      certain.flatMap(({ restrictions }) => restrictions),
      needed,
    );
    if (!others) result.push({ restrictions: [needed], phases: phase, opaque: [text] });
    else if (others.length > 0)
      result.push({ restrictions: others, phases: phase, opaque: opaque ? [text] : NO_TEXTS });
  }
  return result;
}
