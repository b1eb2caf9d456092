// What a rule matches in its chain: the meaning of states, address types and sets depends on the rule set.
import { addAll } from '../../../kept/lists.js';
import type { OpaqueCondition } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, intersectBoxes, type PacketBox, PacketSet } from '../../../model/packets.js';
import { type RegisterTest, TRANSLATED_DESTINATION } from '../../../model/registers.js';
import { BROADCAST, MULTICAST, ROUTED, routedTypeAt } from '../../shared/address-types.js';
import { ALL_TRACKED, CONNECTED, EXCLUDED, mayBeIcmp, STRAY, TRACKED, type Untracked } from '../../shared/untracked.js';
import type { RunTests } from '../program/ruleset.js';
import type { SetMembers } from '../program/set-members.js';
import {
  type AddressTypeCondition,
  BOTH_PHASES,
  FIRST_ONLY,
  REPLY_ONLY,
  type Rule,
  type SetCondition,
  type StateCondition,
  type TupleCondition,
} from '../syntax/rule/rule.js';
import type { BuiltInChain, TableName } from '../vocabulary/words.js';
import { inPhase, type Meaning, split, withTest, withUnknown } from './parts.js';
import { BOX_LIMIT, isTooMuch, TRACKING_CLASSES, withStrayState } from './tracking.js';
import { tupleParts } from './tuples.js';

/** The context in the rule set on which the meaning of a rule in one of its chains depends. */
export interface RuleContext {
  readonly family: AddressFamily;
  readonly table: TableName;
  /** The built-in chains that lead to the chain: the hooks at which packets traverse it. */
  readonly positions: ReadonlySet<BuiltInChain>;
  /** What connection tracking does not know of the packets here; `undefined` where that is unknown. */
  readonly untracked: Untracked | undefined;
  /** Whether something in the rule set makes the kernel track connections, without which it passes over nat. */
  readonly tracksConnections: boolean;
  /** Whether some rule changes destinations, and whether some rule changes sources. */
  readonly translatesDestinations: boolean;
  readonly translatesSources: boolean;
  /** The packets that match a set; `undefined` where it is defined elsewhere. */
  readonly setMembers: (condition: SetCondition) => SetMembers | 'unknown' | undefined;
  /** Whether some rule that decides tests what others set. */
  readonly followsMarks: boolean;
  /** Whether packets carry that they are not tracked, because no list of packets says which are not. */
  readonly followsTracking: boolean;
}

/**
 * A key for all of the context that the meaning of rules depends on; `undefined` where it depends on packets or sets, which
 * have no short key.
 */
export function meaningKey({ states, sets, addressTypes }: RunTests, context: RuleContext): string | undefined {
  if (sets || addressTypes) return undefined;
  if ((states || context.table === 'nat') && context.untracked !== ALL_TRACKED) return undefined;
  const { table, positions, translatesDestinations, translatesSources, family } = context;
  return [
    context.followsMarks,
    context.followsTracking,
    table === 'nat' && `nat ${context.tracksConnections}`,
    table === 'raw',
    positions.has('PREROUTING'),
    translatesDestinations,
    translatesSources,
    family,
  ].join(' ');
}

/** What a rule matches in its context, as alternatives each of which may match independently. */
export function meaningsOf(rule: Rule, context: RuleContext): readonly Meaning[] {
  let parts: readonly Meaning[] = [rule];
  for (const state of rule.states) parts = parts.flatMap((part) => withState(part, state, context));
  for (const tuple of rule.tuples) parts = parts.flatMap((part) => withTuple(part, tuple, context));
  for (const type of rule.addressTypes) parts = parts.flatMap((part) => withAddressType(part, type, context));
  for (const set of rule.sets) {
    const members = membersOf(set, context);
    parts = parts.flatMap((part) =>
      !members || members === 'unknown' ? [withUnknown(part, set.text)] : withMembers(part, members, set),
    );
  }
  if (context.table === 'nat') return parts.flatMap((part) => atTranslation(part, context));
  const beforeTranslation = context.translatesSources && context.positions.has('PREROUTING');
  return beforeTranslation ? parts.flatMap(untranslated) : parts;
}

/** The rules of nat see only packets that open a connection (iptables(8), TABLES). */
function atTranslation(part: Meaning, context: RuleContext): Meaning[] {
  const first = inPhase(part, 'first', FIRST_ONLY).map((one) =>
    context.tracksConnections ? one : withUnknown(one, 'whether connections are tracked'),
  );
  const opening = first.flatMap((one) => withFirstState(one, (state) => state === 'NEW', '', context));
  const { untracked } = context;
  if (!untracked) return opening.map((one) => withTest(one, 'whether the packet is tracked', TRACKED));
  const { packets } = untracked;
  return packets.isEmpty ? opening : opening.flatMap((one) => split(one, packets, false));
}

/** With more boxes than this, the packets outside of a set are not computed. */
const OUTSIDE_LIMIT = 2_048;

function withMembers(part: Meaning, { sure, possible }: SetMembers, { negated, text }: SetCondition): Meaning[] {
  if (!negated) {
    // What certainly matches comes first, so that leaving it in what possibly does changes nothing.
    const rest = (one: Meaning) => (sure.boxes.length > BOX_LIMIT ? [one] : split(one, sure, false));
    const perhaps = possible.isEmpty ? [] : split(part, possible, true).flatMap(rest);
    return [...split(part, sure, true), ...perhaps.map((one) => withUnknown(one, text))];
  }
  if (sure.boxes.length + possible.boxes.length > OUTSIDE_LIMIT) return [withUnknown(part, text)];
  const outside = sure.isEmpty ? [part] : split(part, sure, false);
  if (possible.isEmpty) return outside;
  const perhaps = outside.flatMap((one) => split(one, possible, true));
  return [...outside.flatMap((one) => split(one, possible, false)), ...perhaps.map((one) => withUnknown(one, text))];
}

/** The chains where packets have no interface of a direction yet, or any more, so that elements with one match none of them. */
const WITHOUT_INTERFACE: readonly (readonly ['inInterface' | 'outInterface', readonly BuiltInChain[]])[] = [
  ['inInterface', ['OUTPUT']],
  ['outInterface', ['PREROUTING', 'INPUT']],
];

/** The members of a set at the places from which the rule is reached. */
function membersOf(set: SetCondition, { setMembers, positions }: RuleContext): SetMembers | 'unknown' | undefined {
  const members = setMembers(set);
  if (!members || members === 'unknown') return members;
  const hasNames = [...members.sure.boxes, ...members.possible.boxes].some(
    ({ inInterface, outInterface }) => inInterface !== NameSet.any || outInterface !== NameSet.any,
  );
  if (!hasNames) return members;
  const isThere = (box: PacketBox): boolean | undefined => {
    let value: boolean | undefined = true;
    for (const [end, places] of WITHOUT_INTERFACE) {
      if (box[end] === NameSet.any) continue;
      const without = places.filter((one) => positions.has(one)).length;
      if (without > 0 && without === positions.size) return false;
      // Which packets keep their first interface behind the routing depends on the version of the kernel.
      if (without > 0 || (end === 'inInterface' && positions.has('POSTROUTING'))) value = undefined;
    }
    return value;
  };
  const kept = (boxes: readonly PacketBox[], values: readonly (boolean | undefined)[]) =>
    boxes.filter((box) => values.includes(isThere(box)));
  const open = kept(members.sure.boxes, [undefined]).map((box) => ({
    ...box,
    inInterface: NameSet.any,
    outInterface: NameSet.any,
  }));
  return {
    sure: PacketSet.from(kept(members.sure.boxes, [true])),
    possible: PacketSet.from([...open, ...kept(members.possible.boxes, [true, undefined])]),
  };
}

/**
 * A first packet is mostly NEW, its reply ESTABLISHED; where tracking is off, both are UNTRACKED. SNAT and DNAT are marks
 * that connections with translated addresses have in addition to the state.
 */
function withState(part: Meaning, condition: StateCondition, context: RuleContext): readonly Meaning[] {
  const { states, negated, text } = condition;
  const has = (state: string) => states.has(state) !== negated;
  if (context.table === 'raw') return withStateBeforeTracking(part, has, text, context);
  if (states.has('DNAT') || states.has('SNAT')) return withTranslation(part, condition, context);
  const { untracked } = context;
  if (!untracked || isTooMuch(untracked)) return withFollowedTracking(part, has, text, context);
  const { packets, strays } = untracked;
  const tracked = packets.isEmpty ? [part] : split(part, packets, false);
  const parts = tracked.flatMap((one) => [
    ...inPhase(one, 'first', FIRST_ONLY).flatMap((first) => withFirstState(first, has, text, context)),
    ...inPhase(one, 'reply', REPLY_ONLY).flatMap((reply) => withReplyState(reply, has, text, strays)),
  ]);
  return has('UNTRACKED') && !packets.isEmpty ? [...joined(parts), ...split(part, packets, true)] : joined(parts);
}

/** Replies by their states: those to packets that are not tracked belong to no connection that is known. */
function withReplyState(part: Meaning, has: (state: string) => boolean, text: string, strays: PacketSet): Meaning[] {
  const known = has('ESTABLISHED');
  if (strays.isEmpty) return known ? [part] : [];
  const unknown = split(part, strays, true).flatMap((one) => withStrayState(one, has, text));
  return [...(known ? split(part, strays, false) : []), ...unknown];
}

/**
 * The rules of raw come before connection tracking, where every packet is INVALID, or UNTRACKED after a rule that excludes
 * it from tracking (`conntrack_mt` in xt_conntrack.c).
 */
function withStateBeforeTracking(
  part: Meaning,
  has: (state: string) => boolean,
  text: string,
  { followsTracking }: RuleContext,
): readonly Meaning[] {
  if (has('INVALID') === has('UNTRACKED')) return has('INVALID') ? [part] : [];
  if (followsTracking) return [withTest(part, text, has('INVALID') ? TRACKED : EXCLUDED)];
  return has('INVALID') ? [part] : [];
}

function withoutMarks(states: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...states].filter((state) => state !== 'DNAT' && state !== 'SNAT'));
}

/**
 * A packet of a translated connection has that in addition to its state. Rules set that the destination is translated;
 * sources are translated after all filters, so only replies may belong to a connection with a translated source.
 */
function withTranslation(part: Meaning, condition: StateCondition, context: RuleContext): readonly Meaning[] {
  const { states, negated, text } = condition;
  const byState = (one: Meaning) => withState(one, { ...condition, states: withoutMarks(states) }, context);
  if (states.has('DNAT') && context.translatesDestinations) {
    const [translated, others] = [true, false].map((is) => withTest(part, text, translationTest(is)));
    const rest = { ...condition, states: new Set([...states].filter((state) => state !== 'DNAT')) };
    return [...(negated || !translated ? [] : [translated]), ...(others ? withState(others, rest, context) : [])];
  }
  if (!states.has('SNAT') || !context.translatesSources) return byState(part);
  return [
    ...inPhase(part, 'reply', REPLY_ONLY).map((one) => withUnknown(one, text)),
    ...inPhase(part, 'first', FIRST_ONLY).flatMap(byState),
  ];
}

/** The addresses and ports of a connection are those of its packets, as long as no rule translates them. */
function withTuple(part: Meaning, tuple: TupleCondition, context: RuleContext): Meaning[] {
  const { known, unknown } = tupleParts(part, tuple, context);
  return [...known, ...unknown.map((one) => withUnknown(one, tuple.text))];
}

function translationTest(isTranslated: boolean): RegisterTest {
  const of = { operator: '&', left: 'status', right: TRANSLATED_DESTINATION } as const;
  const value = isTranslated ? TRANSLATED_DESTINATION : 0;
  return { of, values: IntervalSet.of([value, value]) };
}

/** First packets by their states. Only ICMP has packets that open no connection. */
function withFirstState(
  part: Meaning,
  has: (state: string) => boolean,
  text: string,
  { family }: RuleContext,
): Meaning[] {
  if (!part.match.some(mayBeIcmp)) return has('NEW') ? [part] : [];
  const definite: PacketBox[] = [];
  const possible: PacketBox[] = [];
  for (const { packets, states } of TRACKING_CLASSES[family]) {
    const values = states.map(has);
    if (!values.includes(true)) continue;
    const boxes = part.match.flatMap((box) => intersectBoxes(box, packets) ?? []);
    addAll(values.includes(false) ? possible : definite, boxes);
  }
  return [
    ...(definite.length > 0 ? [{ ...part, match: definite }] : []),
    // Only of errors it is unknown which of two states they have.
    ...(possible.length > 0
      ? [{ ...part, match: possible, opaque: [...part.opaque, { text, related: has('RELATED') }] }]
      : []),
  ];
}

/** Where no list of packets says which are tracked, they carry it themselves. */
function withFollowedTracking(
  part: Meaning,
  has: (state: string) => boolean,
  text: string,
  context: RuleContext,
): Meaning[] {
  const first = inPhase(part, 'first', FIRST_ONLY).flatMap((one) => withFirstState(one, has, text, context));
  const reply = inPhase(part, 'reply', REPLY_ONLY);
  const strays = reply.flatMap((one) => withStrayState(one, has, text));
  return [
    ...first.map((one) => withTest(one, text, TRACKED)),
    ...(has('ESTABLISHED') ? reply.map((one) => withTest(one, text, CONNECTED)) : []),
    ...strays.map((one) => withTest(one, text, STRAY)),
    ...(has('UNTRACKED') ? [withTest(part, text, EXCLUDED)] : []),
  ];
}

/** Joins a first packet and a reply under the same conditions into one part. */
function joined(parts: readonly Meaning[]): readonly Meaning[] {
  const [a, b] = parts;
  if (parts.length !== 2 || !a || !b || a.match !== b.match || a.opaque !== b.opaque) return parts;
  return [{ ...a, phases: BOTH_PHASES }];
}

/**
 * The type of an address depends on the routing table (`inet_addr_type`). Multicast and the limited broadcast
 * are known without it. Of the others, what is being forwarded goes to some other host, what is being delivered here
 * is a local address, and what comes from elsewhere has a foreign source.
 */
function withAddressType(part: Meaning, condition: AddressTypeCondition, context: RuleContext): Meaning[] {
  if (condition.end === 'link') return withPacketType(part, condition, context);
  if (context.family === 6) return withAddressType6(part, condition, context);
  const { types, negated, text } = condition;
  const end = endOf(condition);
  const known = knownType(end, context.positions);
  const value = (type: string) => types.has(type) !== negated;
  const parts: Meaning[] = [];
  const addPart = (addresses: IpSet, conditions: readonly OpaqueCondition[]) => {
    const box = { ...ANY_PACKET, [end === 'src' ? 'source' : 'destination']: addresses };
    for (const piece of split(part, PacketSet.of(box), true)) {
      parts.push({ ...piece, opaque: [...piece.opaque, ...conditions] });
    }
  };
  if (value('MULTICAST')) addPart(MULTICAST, []);
  if (value('BROADCAST')) addPart(BROADCAST, []);
  if (known !== undefined) {
    if (value(known)) addPart(ROUTED, []);
  } else if ([...types].some((type) => type !== 'MULTICAST')) addPart(ROUTED, [{ text }]);
  else if (negated) addPart(ROUTED, []);
  return parts;
}

function endOf({ end }: AddressTypeCondition): 'src' | 'dst' {
  return end === 'src' ? 'src' : 'dst';
}

/** The hooks where the type of packets to one host is known: what the host sends has no other yet, and it forwards no other. */
const OF_KNOWN_TYPE: ReadonlySet<BuiltInChain> = new Set(['FORWARD', 'OUTPUT']);

/** The type of the packet on the link (`ip_forward` of Linux, xt_pkttype.c); what is forwarded as multicast is not followed. */
function withPacketType(
  part: Meaning,
  { types, negated, text }: AddressTypeCondition,
  context: RuleContext,
): Meaning[] {
  if ([...context.positions].some((position) => !OF_KNOWN_TYPE.has(position))) return [withUnknown(part, text)];
  const toMany = PacketSet.of({ ...ANY_PACKET, destination: MULTICAST });
  const open = context.positions.has('FORWARD') ? split(part, toMany, true).map((one) => withUnknown(one, text)) : [];
  if (types.has('UNICAST') === negated) return open;
  return context.positions.has('FORWARD') ? [...split(part, toMany, false), ...open] : [part];
}

/** The addresses that `ipv6_addr_type` calls unicast: neither multicast, unspecified, nor IPv4 addresses that are mapped. */
const UNICAST6 = IpSet.all.subtract(IpSet.parse('ff00::/8', '::/128', '::ffff:0:0/96'));
const BY_ADDRESS: ReadonlyMap<string, IpSet> = new Map([
  ['MULTICAST', MULTICAST],
  ['UNICAST', UNICAST6],
  ['UNSPEC', IpSet.parse('::/128')],
]);

/**
 * For IPv6 the address has to have each of the types that follow from the address itself, and one of those that the routing
 * table shows (`match_type6` in xt_addrtype.c).
 */
function withAddressType6(part: Meaning, condition: AddressTypeCondition, context: RuleContext): Meaning[] {
  const { types, negated, text } = condition;
  const end = endOf(condition);
  const addresses = [...types].reduce((all, type) => all.intersect(BY_ADDRESS.get(type) ?? IpSet.all), IpSet.all);
  const within = (set: IpSet) => {
    return split(part, PacketSet.of({ ...ANY_PACKET, [end === 'src' ? 'source' : 'destination']: set }), true);
  };
  const others = negated ? within(IpSet.all.subtract(addresses)) : [];
  const routed = routedType([...types], knownType(end, context.positions), end);
  if (routed === undefined) return [...others, ...within(addresses).map((one) => withUnknown(one, text))];
  return routed === negated ? others : [...others, ...within(addresses)];
}

/** Whether the routing table gives an address one of some types; `undefined` where that is unknown. */
function routedType(types: readonly string[], known: string | undefined, end: 'src' | 'dst'): boolean | undefined {
  const asked = types.filter((type) => !BY_ADDRESS.has(type));
  if (asked.length === 0) return true;
  if (known === 'LOCAL' && asked.includes('LOCAL')) return true;
  // What is forwarded has a route, and goes to another host.
  const excluded = known === 'UNICAST' ? ['LOCAL', ...(end === 'dst' ? ['UNREACHABLE'] : [])] : [];
  return asked.every((type) => excluded.includes(type)) ? false : undefined;
}

function knownType(end: 'src' | 'dst', positions: ReadonlySet<BuiltInChain>): string | undefined {
  return routedTypeAt(end, positions)?.toUpperCase();
}

/** Before the translation, a reply of a translated connection still carries the translated destination. */
function untranslated(part: Meaning): Meaning[] {
  if (!part.phases.includes('reply') || part.match.every(({ destination }) => destination === IpSet.all)) return [part];
  const widened = part.match.map((box) => ({ ...box, destination: IpSet.all }));
  return [
    ...inPhase(part, 'first', FIRST_ONLY),
    { match: widened, phases: REPLY_ONLY, opaque: [...part.opaque, { text: 'the translated address' }] },
  ];
}
