import type { FilterRule, OpaqueCondition, Phase } from '../../model/filter.js';
import { IpSet } from '../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../model/packets.js';
import {
  type AddressTypeCondition,
  ANSWER_ONLY,
  BOTH_PHASES,
  FIRST_ONLY,
  type Rule,
  type StateCondition,
} from './rule.js';
import type { TableName } from './ruleset.js';
import type { SetMembers } from './sets.js';

/** Where packets are when they meet a chain: the built-in chains that lead to it. */
export type Position = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** What the rest of the rule set adds to the meaning of a rule. */
export interface RuleContext {
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

/** Whether a rule means the same whatever stands around it. */
export function isPlain(rule: Rule): boolean {
  return rule.states.length === 0 && rule.sets.length === 0 && rule.addressTypes.length === 0;
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
  if (context.table === 'nat') return parts.flatMap((part) => inPhase(part, 'first', FIRST_ONLY));
  const beforeTranslation = context.translatesSources && context.positions.has('PREROUTING');
  return beforeTranslation ? parts.flatMap(untranslated) : parts;
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
 * A first packet is NEW, its answer ESTABLISHED; where tracking is off, both are UNTRACKED. SNAT and DNAT stand beside
 * these for connections whose addresses have been translated.
 */
function withState(part: Meaning, condition: StateCondition, context: RuleContext): Meaning[] {
  const { states, negated, text } = condition;
  const has = (state: string) => states.has(state) !== negated;
  const translated =
    (states.has('DNAT') && context.translatesDestinations) || (states.has('SNAT') && context.translatesSources);
  const phased = (value: (state: string) => boolean): Phase[] =>
    part.phases.filter((phase) => value(phase === 'first' ? 'NEW' : 'ESTABLISHED'));
  if (translated && !states.has('NEW')) {
    // The answer has been seen from both ends, so it may carry either mark; a first packet has the mark of its destination.
    return part.phases.length === 0 ? [] : [open(part, text)];
  }
  const tracked: Meaning = { ...part, phases: samePhases(phased(has)) };
  const { untracked } = context;
  if (untracked?.isEmpty) return tracked.phases.length === 0 ? [] : [tracked];
  const untrackedValue = has('UNTRACKED');
  const all = phased(() => true);
  if (!untracked || untracked.boxes.length > BOX_LIMIT) {
    const surely = part.phases.filter((phase) => has(phase === 'first' ? 'NEW' : 'ESTABLISHED') && untrackedValue);
    const perhaps = all.filter(
      (phase) => !surely.includes(phase) && (untrackedValue || has(phase === 'first' ? 'NEW' : 'ESTABLISHED')),
    );
    const sure = surely.length > 0 ? [{ ...part, phases: samePhases(surely) }] : [];
    return perhaps.length > 0 ? [...sure, open({ ...part, phases: samePhases(perhaps) }, text)] : sure;
  }
  const seen = tracked.phases.length > 0 ? split(tracked, untracked, false) : [];
  return untrackedValue ? [...seen, ...split({ ...part, phases: samePhases(all) }, untracked, true)] : seen;
}

/** One array for equal lists of phases. */
function samePhases(phases: readonly Phase[]): readonly Phase[] {
  if (phases.length === 2) return BOTH_PHASES;
  return phases[0] === 'answer' ? ANSWER_ONLY : phases[0] === 'first' ? FIRST_ONLY : phases;
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
  if (!part.phases.includes('answer') || part.match.every(({ destination }) => destination === IpSet.all))
    return [part];
  const widened = part.match.map((box) => ({ ...box, destination: IpSet.all }));
  return [
    ...inPhase(part, 'first', FIRST_ONLY),
    { match: widened, phases: ANSWER_ONLY, opaque: [...part.opaque, { text: 'the translated address' }] },
  ];
}
