import type { FilterRule, OpaqueCondition, Phase } from '../../../model/filter.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { ANY_PACKET, intersectBoxes, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { TableName } from '../program/ruleset.js';
import type { SetMembers } from '../program/sets.js';
import {
  type AddressTypeCondition,
  BOTH_PHASES,
  FIRST_ONLY,
  REPLY_ONLY,
  type Rule,
  type StateCondition,
} from './rule.js';
import { mayBeIcmp, TRACKING_CLASSES } from './tracking.js';

/** Where packets are when they meet a chain: the built-in chains that lead to it. */
export type Position = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** What the rest of the rule set adds to the meaning of a rule. */
export interface RuleContext {
  readonly family: AddressFamily;
  readonly table: TableName;
  readonly positions: ReadonlySet<Position>;
  /** The packets that connection tracking does not see; `undefined` where that cannot be told. */
  readonly untracked: PacketSet | undefined;
  /** Whether some rule changes destinations, and whether some rule changes sources. */
  readonly translatesDestinations: boolean;
  readonly translatesSources: boolean;
  /** The content of a set; `undefined` where it is kept elsewhere. */
  readonly setMembers: (name: string) => SetMembers | undefined;
}

/** A part of a rule's meaning: all of what it matches here, under the same conditions. */
export type Meaning = Pick<FilterRule, 'match' | 'phases' | 'opaque'>;

/** What some rules test that their surroundings give a meaning. */
export interface Needs {
  readonly states: boolean;
  /** Sets, and the types of addresses. */
  readonly lists: boolean;
}

export function needsOf(rules: readonly Rule[]): Needs {
  return {
    states: rules.some(({ states }) => states.length > 0),
    lists: rules.some(({ sets, addressTypes }) => sets.length + addressTypes.length > 0),
  };
}

/**
 * What of its surroundings the meaning of rules depends on, as a key; `undefined` where it depends on what no short key
 * tells.
 */
export function meaningKey({ states, lists }: Needs, context: RuleContext): string | undefined {
  if (lists) return undefined;
  if ((states || context.table === 'nat') && context.untracked?.isEmpty !== true) return undefined;
  const { table, positions, translatesDestinations, translatesSources, family } = context;
  return [table === 'nat', positions.has('PREROUTING'), translatesDestinations, translatesSources, family].join(' ');
}

/** What a rule matches in its surroundings, as parts of which each may match by itself. */
export function meaningsOf(rule: Rule, context: RuleContext): readonly Meaning[] {
  let parts: readonly Meaning[] = [rule];
  for (const state of rule.states) parts = parts.flatMap((part) => withState(part, state, context));
  for (const type of rule.addressTypes) parts = parts.flatMap((part) => withAddressType(part, type, context));
  for (const set of rule.sets) {
    const members = context.setMembers(set.name.text);
    parts = parts.flatMap((part) =>
      !members || members === 'unknown' ? [open(part, set.text)] : withMembers(part, members.boxes(set), set.negated),
    );
  }
  if (context.table === 'nat') return parts.flatMap((part) => atTranslation(part, context));
  const beforeTranslation = context.translatesSources && context.positions.has('PREROUTING');
  return beforeTranslation ? parts.flatMap(untranslated) : parts;
}

/** The rules of nat see only packets that open a connection (iptables(8), TABLES). */
function atTranslation(part: Meaning, context: RuleContext): Meaning[] {
  const first = inPhase(part, 'first', FIRST_ONLY);
  const opening = first.flatMap((one) => withFirstState(one, (state) => state === 'NEW', '', context));
  const { untracked } = context;
  if (!untracked) return opening.map((one) => open(one, 'whether the packet is tracked'));
  return untracked.isEmpty ? opening : opening.flatMap((one) => split(one, untracked, false));
}

function open(part: Meaning, text: string): Meaning {
  return { match: part.match, phases: part.phases, opaque: [...part.opaque, { text }] };
}

function inPhase(part: Meaning, phase: Phase, only: readonly Phase[]): Meaning[] {
  return part.phases.includes(phase) ? [{ match: part.match, phases: only, opaque: part.opaque }] : [];
}

/** How many products a rule may fall into before it is left open. */
const BOX_LIMIT = 64;

/** The part within, or outside, some packets. */
function split(part: Meaning, packets: PacketSet, inside: boolean): Meaning[] {
  const match = PacketSet.of(...part.match);
  const { boxes } = inside ? match.intersect(packets) : match.subtract(packets);
  return boxes.length === 0 ? [] : [{ match: boxes, phases: part.phases, opaque: part.opaque }];
}

function withMembers(part: Meaning, members: readonly PacketBox[], negated: boolean): Meaning[] {
  return split(part, PacketSet.of(...members), !negated);
}

/**
 * A first packet is mostly NEW, its answer ESTABLISHED; where tracking is off, both are UNTRACKED. SNAT and DNAT stand
 * beside these for connections whose addresses have been translated.
 */
function withState(part: Meaning, condition: StateCondition, context: RuleContext): readonly Meaning[] {
  const { states, negated, text } = condition;
  const has = (state: string) => states.has(state) !== negated;
  // A translated packet has the mark of its translation beside its state; its source is translated behind all filters.
  if (!states.has('NEW') && (states.has('DNAT') || states.has('SNAT'))) {
    const first = states.has('DNAT') && context.translatesDestinations;
    const answer = first || (states.has('SNAT') && context.translatesSources);
    const marked = [
      ...(first ? inPhase(part, 'first', FIRST_ONLY) : []),
      ...(answer ? inPhase(part, 'reply', REPLY_ONLY) : []),
    ];
    const unmarked = [
      ...(first ? [] : inPhase(part, 'first', FIRST_ONLY)),
      ...(answer ? [] : inPhase(part, 'reply', REPLY_ONLY)),
    ];
    return [
      ...marked.map((one) => open(one, text)),
      ...unmarked.flatMap((one) => withState(one, { ...condition, states: withoutMarks(states) }, context)),
    ];
  }
  const { untracked } = context;
  if (!untracked || untracked.boxes.length > BOX_LIMIT) return withUnknownTracking(part, has, text, context);
  const tracked = untracked.isEmpty ? [part] : split(part, untracked, false);
  const parts = tracked.flatMap((one) => [
    ...inPhase(one, 'first', FIRST_ONLY).flatMap((first) => withFirstState(first, has, text, context)),
    ...(has('ESTABLISHED') ? inPhase(one, 'reply', REPLY_ONLY) : []),
  ]);
  return has('UNTRACKED') && !untracked.isEmpty ? [...joined(parts), ...split(part, untracked, true)] : joined(parts);
}

function withoutMarks(states: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...states].filter((state) => state !== 'DNAT' && state !== 'SNAT'));
}

/** First packets by their states. Only ICMP knows packets that open no connection. */
function withFirstState(
  part: Meaning,
  has: (state: string) => boolean,
  text: string,
  { family }: RuleContext,
): Meaning[] {
  if (!part.match.some(mayBeIcmp)) return has('NEW') ? [part] : [];
  const sure: PacketBox[] = [];
  const perhaps: PacketBox[] = [];
  for (const { packets, states } of TRACKING_CLASSES[family]) {
    const values = states.map(has);
    if (!values.includes(true)) continue;
    const boxes = part.match.flatMap((box) => intersectBoxes(box, packets) ?? []);
    (values.includes(false) ? perhaps : sure).push(...boxes);
  }
  return [
    ...(sure.length > 0 ? [{ ...part, match: sure }] : []),
    ...(perhaps.length > 0 ? [open({ ...part, match: perhaps }, text)] : []),
  ];
}

/** Where it is not known which packets are tracked, the rule matches surely only what it would match either way. */
function withUnknownTracking(
  part: Meaning,
  has: (state: string) => boolean,
  text: string,
  context: RuleContext,
): Meaning[] {
  const either = (state: string) => has(state) || has('UNTRACKED');
  const parts = [
    ...inPhase(part, 'first', FIRST_ONLY).flatMap((first) => withFirstState(first, either, text, context)),
    ...(either('ESTABLISHED') ? inPhase(part, 'reply', REPLY_ONLY) : []),
  ];
  return joined(parts).map((one) => open(one, text));
}

/** A first packet and an answer under the same conditions make one part again. */
function joined(parts: readonly Meaning[]): readonly Meaning[] {
  const [a, b] = parts;
  if (parts.length !== 2 || !a || !b || a.match !== b.match || a.opaque !== b.opaque) return parts;
  return [{ ...a, phases: BOTH_PHASES }];
}

const MULTICAST = IpSet.parse('224.0.0.0/4', 'ff00::/8');
const BROADCAST = IpSet.parse('255.255.255.255', '0.0.0.0/8');
const OTHER = IpSet.all.subtract(MULTICAST).subtract(BROADCAST);

/**
 * The type of an address is what the routing table says of it (`inet_addr_type`). Multicast and the limited broadcast
 * are known by themselves. Of the others, what is being forwarded goes to some other host, what is being delivered here
 * is a local address, and what comes from elsewhere is none of ours.
 */
function withAddressType(part: Meaning, condition: AddressTypeCondition, context: RuleContext): Meaning[] {
  const { end, types, negated, text } = condition;
  const known = knownType(end, context.positions);
  const value = (type: string) => types.has(type) !== negated;
  const parts: Meaning[] = [];
  const keep = (addresses: IpSet, conditions: readonly OpaqueCondition[]) => {
    const box = { ...ANY_PACKET, [end === 'src' ? 'source' : 'destination']: addresses };
    for (const piece of split(part, PacketSet.of(box), true)) {
      parts.push({ ...piece, opaque: [...piece.opaque, ...conditions] });
    }
  };
  if (value('MULTICAST')) keep(MULTICAST, []);
  if (value('BROADCAST')) keep(BROADCAST, []);
  if (known !== undefined) {
    if (value(known)) keep(OTHER, []);
  } else if ([...types].some((type) => type !== 'MULTICAST')) keep(OTHER, [{ text }]);
  else if (negated) keep(OTHER, []);
  return parts;
}

function knownType(end: 'src' | 'dst', positions: ReadonlySet<Position>): string | undefined {
  const only = positions.size === 1 ? [...positions][0] : undefined;
  if (end === 'dst') return only === 'FORWARD' ? 'UNICAST' : only === 'INPUT' ? 'LOCAL' : undefined;
  return only === 'OUTPUT' ? 'LOCAL' : only === undefined || only === 'POSTROUTING' ? undefined : 'UNICAST';
}

/** In front of the translation, an answer to a translated connection still carries the translated destination. */
function untranslated(part: Meaning): Meaning[] {
  if (!part.phases.includes('reply') || part.match.every(({ destination }) => destination === IpSet.all)) return [part];
  const widened = part.match.map((box) => ({ ...box, destination: IpSet.all }));
  return [
    ...inPhase(part, 'first', FIRST_ONLY),
    { match: widened, phases: REPLY_ONLY, opaque: [...part.opaque, { text: 'the translated address' }] },
  ];
}
