// Static translations of a router: which inside addresses others know by which address.
import { addAll } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { FilterRule } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { RuleTemplate } from '../../../model/rule-runs.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Interface } from '../program/interfaces.js';
import { addressesOf } from '../program/own-addresses.js';
import type { Program } from '../program/program.js';
import type { StaticNat } from '../syntax/static-nat.js';
import type { Translation } from './translations.js';

/** One address, or network, and what it is translated to: one to one in their order, like its ports. */
export interface StaticPair {
  readonly line: PlacedLine;
  readonly local: IpSet;
  /** All that it may be where it is not known. */
  readonly global: IpSet;
  readonly protocols: PacketBox['protocols'];
  readonly localPorts: PortSet;
  readonly globalPorts: PortSet;
  /** Why it is not known whether, or to what, it is translated. */
  readonly unknown: string | undefined;
  /** Whether another one translates the same, so that what goes out first has the address of either. */
  readonly isOneOfSeveral: boolean;
}

const known = new Memo<Program, readonly StaticPair[]>();

/** How many are followed. */
const PAIR_LIMIT = 256;

/** Those that name ports come first, then single addresses, then networks. */
export function staticPairs(program: Program): readonly StaticPair[] {
  return known.of(program, () => {
    const pairs = program.nat.router.flatMap(({ rule, line }) =>
      rule.fixed ? [pairOf(program, rule.fixed, line)] : [],
    );
    const sorted = pairs.slice(0, PAIR_LIMIT).sort((a, b) => rank(a) - rank(b) || Number(a.local.size - b.local.size));
    const isRival = (one: StaticPair, other: StaticPair) =>
      one !== other &&
      rank(one) === rank(other) &&
      one.local.size === other.local.size &&
      !packetsFrom(one).intersect(packetsFrom(other)).isEmpty;
    return sorted.map((pair) => ({ ...pair, isOneOfSeveral: sorted.some((other) => isRival(pair, other)) }));
  });
}

function rank({ localPorts }: StaticPair): number {
  return localPorts.equals(ALL_PORTS) ? 1 : 0;
}

function pairOf(program: Program, { global, unread, ...rest }: StaticNat, line: PlacedLine): StaticPair {
  const own = 'interface' in global ? ownAddress(program.interfaces, global.interface) : global;
  const address = 'interface' in global ? `the address of interface ${global.interface}` : undefined;
  const option = unread === undefined ? undefined : `what '${unread}' does in a translation`;
  const unknown = own ? option : address;
  return { ...rest, line, global: own ?? IpSet.all.ofFamily(4), unknown, isOneOfSeveral: false };
}

/** The address that a translation to an interface gives: its first one. */
export function ownAddress(interfaces: readonly Interface[], name: string | undefined): IpSet | undefined {
  const one = interfaces.find((other) => other.name.toLowerCase() === name?.toLowerCase());
  return one && addressesOf(one).find(({ own }) => !own.v4.isEmpty)?.own;
}

/** Whether all static rules are ones that are followed, whatever is known of their addresses. */
export function areFollowed({ nat }: Program): boolean {
  return (
    nat.router.length <= PAIR_LIMIT &&
    nat.router.every(({ rule }) => !rule.isStatic || (rule.fixed ?? rule.outside) !== undefined)
  );
}

/** The names of the interfaces on one side of NAT. */
export function interfacesAt({ interfaces }: Program, side: 'inside' | 'outside'): NameSet {
  return NameSet.from(interfaces.flatMap(({ nat, name }) => (nat === side ? [name] : [])));
}

/** What comes from an inside address, as it is before it is translated. */
export function packetsFrom({ local, protocols, localPorts }: StaticPair): PacketSet {
  return PacketSet.of({ ...ANY_PACKET, source: local, protocols, sourcePorts: localPorts });
}

/** What goes to an inside address, as others send it. */
export function packetsTo({ global, protocols, globalPorts }: StaticPair): PacketSet {
  return PacketSet.of({ ...ANY_PACKET, destination: global, protocols, destinationPorts: globalPorts });
}

/**
 * The destinations that a packet from outside gets before it is routed ("NAT outside-to-inside (global-to-local
 * translation)" precedes "Routing", *NAT Order of Operation*).
 */
export function routerTranslations(program: Program): readonly Translation[] {
  return areFollowed(program) ? translationsOfPairs(program) : [];
}

/** The same, whatever other rules do. */
export function translationsOfPairs(program: Program): readonly Translation[] {
  const outside = program.interfaces.filter(({ nat }) => nat === 'outside');
  return staticPairs(program).flatMap((pair) =>
    outside.map(({ name }): Translation => {
      const { line, local, global, protocols, localPorts, globalPorts, unknown } = pair;
      const ends = { from: global, fromPorts: globalPorts, to: local, toPorts: localPorts };
      const base = {
        line,
        object: undefined,
        real: 'any',
        at: name,
        out: 'any',
        isTowardsSource: true,
        isDynamic: false,
      };
      return { ...base, source: IpSet.all, sourcePorts: ALL_PORTS, protocols, unknown, ...ends };
    }),
  );
}

/** The ends of packets that a rule tests the translated address of. */
export type Side = 'source' | 'destination';

const PORTS = { source: 'sourcePorts', destination: 'destinationPorts' } as const;

/**
 * The packets with inside addresses that a box matches once they are translated to the ones outside; `undefined` for none.
 */
export function asInside(box: PacketBox, pair: StaticPair, side: Side): PacketBox | undefined {
  return mapped(box, side, [pair.global, pair.local], [pair.globalPorts, pair.localPorts]);
}

/** The same for packets with outside addresses and a box that sees those inside. */
function asOutside(box: PacketBox, pair: StaticPair, side: Side): PacketBox | undefined {
  return mapped(box, side, [pair.local, pair.global], [pair.localPorts, pair.globalPorts]);
}

type Mapping<Set> = readonly [seen: Set, asked: Set];

function mapped(box: PacketBox, side: Side, addresses: Mapping<IpSet>, ports: Mapping<PortSet>): PacketBox | undefined {
  const own = box[side].intersect(addresses[0]);
  const ownPorts = box[PORTS[side]].intersect(ports[0]);
  if (own.isEmpty || ownPorts.isEmpty) return undefined;
  const offset = Number(addresses[1].v4.min ?? 0) - Number(addresses[0].v4.min ?? 0);
  const isMoved = !ports[0].equals(ports[1]);
  const shift = (ports[1].min ?? 0) - (ports[0].min ?? 0);
  return {
    ...box,
    [side]: new IpSet(moved(own.v4, offset), IntervalSet.empty()),
    [PORTS[side]]: isMoved ? moved(ownPorts, shift) : ownPorts,
  };
}

function moved(set: IntervalSet<number>, offset: number): IntervalSet<number> {
  return IntervalSet.from(set.intervals.map(([low, high]) => [low + offset, high + offset] as const));
}

/** What is known of the answers to outside: the static translations, and the interfaces that such an answer leaves by. */
export interface AnswerTranslation {
  readonly pairs: readonly StaticPair[];
  readonly outside: NameSet;
}

export function answerTranslation(program: Program): AnswerTranslation {
  const pairs = areFollowed(program) ? staticPairs(program).filter(({ unknown }) => unknown === undefined) : [];
  return { pairs, outside: interfacesAt(program, 'outside') };
}

/** The answers to outside of which the file does not tell the addresses inside. */
export function unknownAnswers(program: Program): PacketSet {
  const outInterface = interfacesAt(program, 'outside');
  const leaving = PacketSet.of({ ...ANY_PACKET, inInterface: interfacesAt(program, 'inside'), outInterface });
  if (!areFollowed(program)) return leaving;
  const unknown = staticPairs(program).filter((pair) => pair.unknown !== undefined);
  return leaving.intersect(PacketSet.join(unknown.map((pair) => packetsTo(pair).replies())));
}

/** Equal for translations of the same answers. */
export function keyOfAnswers({ pairs, outside }: AnswerTranslation): string {
  return `${outside.key} ${pairs.map(keyOfPair).join(';')}`;
}

export function keyOfPair({ local, global, protocols, localPorts, globalPorts }: StaticPair): string {
  return [local, global, protocols, localPorts, globalPorts].map(({ key }) => key).join(' ');
}

/** A rule at an inside interface as it is about answers to outside, which the question calls by the outside addresses. */
export function answering(rule: RuleTemplate, translation: AnswerTranslation): RuleTemplate {
  const { phases, limit, opaque, action }: Omit<FilterRule, 'statement'> = rule;
  return { match: answersSeen(rule.match, translation), phases, limit, opaque, action };
}

/** The answers that a translation is about, and those that one before it has taken. */
interface OwnAnswers {
  readonly pair: StaticPair;
  readonly asked: PacketSet;
  readonly taken: PacketSet;
}

const ownAnswers = new Memo<AnswerTranslation, readonly OwnAnswers[]>();

function ownAnswersOf({ pairs, outside }: AnswerTranslation): readonly OwnAnswers[] {
  let taken = PacketSet.none;
  return pairs.map((pair) => {
    const { global: source, protocols, globalPorts: sourcePorts } = pair;
    const asked = PacketSet.of({ ...ANY_PACKET, source, protocols, sourcePorts, outInterface: outside });
    const before = taken;
    taken = taken.union(asked);
    return { pair, asked, taken: before };
  });
}

/** The answers by their outside addresses that boxes match which see the inside ones. */
export function answersSeen(boxes: readonly PacketBox[], translation: AnswerTranslation): PacketBox[] {
  const match: PacketBox[] = [];
  for (const box of boxes) {
    let untouched = PacketSet.of(box);
    for (const { pair, asked, taken } of ownAnswers.of(translation, ownAnswersOf)) {
      const seen = asOutside(box, pair, 'source');
      if (seen) addAll(match, PacketSet.of(seen).intersect(asked).subtract(taken).boxes);
      untouched = untouched.subtract(asked);
    }
    addAll(match, untouched.boxes);
  }
  return match;
}
