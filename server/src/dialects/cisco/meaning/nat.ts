// The lists at an interface with NAT, where packets have translated addresses.
import { addAll } from '../../../kept/lists.js';
import { Interned } from '../../../kept/memo.js';
import type { FilterChain, Phase } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet, TCP, UDP } from '../../../model/packets.js';
import { ALL_PORTS } from '../../../model/ports.js';
import { type RuleTemplate, RunChain, RunDerivation, runsOf } from '../../../model/rule-runs.js';
import type { Interface } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import {
  answering,
  areFollowed,
  asInside,
  interfacesAt,
  keyOfAnswers,
  keyOfPair,
  ownAddress,
  packetsFrom,
  packetsTo,
  type StaticPair,
  staticPairs,
} from './static-nat.js';

type Direction = 'in' | 'out';

/** A chain with the packets that enter it, and the phases in which they do. */
interface PhaseChain {
  readonly chain: string;
  readonly phases: readonly Phase[];
  readonly packets: readonly PacketBox[];
}

const ALL_PACKETS: readonly PacketBox[] = [ANY_PACKET];
const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];

/** The rules of a list at an interface of a router, which may be on one side of NAT. */
export function chainsAt(
  nat: Interface['nat'],
  program: Program,
  chains: Map<string, FilterChain>,
  list: string,
  direction: Direction,
): readonly PhaseChain[] {
  if (nat === 'outside') return outsideChains(program, chains, list, direction);
  if (nat === 'inside') return insideChains(program, chains, list, direction);
  return [{ chain: list, phases: BOTH_PHASES, packets: ALL_PACKETS }];
}

/**
 * The rules of a list at an interface with `ip nat outside`, where inside addresses are translated to ones that the
 * file need not name. Packets are filtered there after NAT when they leave and before it when they come in (*NAT Order of
 * Operation*). A test of an inside address may therefore match or not.
 */
export function translatedChain(chains: Map<string, FilterChain>, list: string, direction: Direction): string {
  return derivedChain(chains, list, `${list} (${direction}, translated)`, TRANSLATIONS[direction]);
}

/**
 * The same, exact as far as the file tells which inside addresses are translated to which ones. Connections from inside are
 * asked by their inside addresses, those from outside by the addresses that are known there. A dynamic translation begins with
 * a packet from inside, so that what comes from outside first to such an address stays unknown.
 */
function outsideChains(
  program: Program,
  chains: Map<string, FilterChain>,
  list: string,
  direction: Direction,
): readonly PhaseChain[] {
  const unknown = translatedChain(chains, list, direction);
  const { translations, isComplete } = sourceTranslations(program, chains);
  // The rules may be in another part of the configuration.
  const isShown = translations.length > 0 || program.nat.router.some(({ rule }) => rule.fixed);
  if (!isShown) return [{ chain: unknown, phases: BOTH_PHASES, packets: ALL_PACKETS }];
  const derivation = derivations.of(`${direction} ${keyOf(translations)}`, () => {
    return new RunDerivation((rule) => followed(rule, translations, direction));
  });
  const exact = derivedChain(chains, list, `${list} (${direction}, followed)`, derivation);
  const fromInside = isComplete ? EVERYTHING : PacketSet.join(translations.map(({ packets }) => packets));
  const fromOutside = knownOutside(program, direction === 'out');
  if (direction === 'in') {
    return [
      ...eachFor('reply', [[exact, fromInside.replies()]], unknown),
      ...eachFor('first', [[list, fromOutside]], unknown),
    ];
  }
  // Answers of a server that the question calls by its own address.
  const answers = translations.filter(({ pair }) => pair?.localPorts.equals(pair.globalPorts));
  const named = PacketSet.join(answers.map(({ packets }) => packets));
  return [
    ...eachFor('first', [[exact, fromInside]], unknown),
    ...eachFor(
      'reply',
      [
        [exact, named],
        [list, fromOutside.replies().subtract(named)],
      ],
      unknown,
    ),
  ];
}

const EVERYTHING = PacketSet.of(ANY_PACKET);

/** Chains for some packets each, and another one for all the others. */
function eachFor(
  phase: Phase,
  parts: readonly (readonly [chain: string, packets: PacketSet])[],
  otherwise: string,
): readonly PhaseChain[] {
  const others = EVERYTHING.subtract(PacketSet.join(parts.map(([, packets]) => packets)));
  return [...parts, [otherwise, others] as const]
    .map(([chain, packets]): PhaseChain => ({ chain, phases: [phase], packets: packets.boxes }))
    .filter((part) => part.packets.length > 0);
}

/**
 * What comes from outside to addresses of which the file tells where they lead: to static ones, past the inside interfaces, or
 * to any where no translation is dynamic. The answers of an inside address that is translated are not among the last.
 */
function knownOutside(program: Program, isAnswered: boolean): PacketSet {
  if (!areFollowed(program)) return PacketSet.none;
  const all = staticPairs(program);
  const pairs = all.filter(({ unknown }) => unknown === undefined);
  const isStatic = pairs.length === program.nat.router.filter(({ rule }) => !rule.outside).length;
  // Lists see the address that others send to, whatever a translation makes of it.
  const asSent = isAnswered ? pairs : all.filter(({ global }) => !global.containsAll(IpSet.all.ofFamily(4)));
  const inside = interfacesAt(program, 'inside');
  const past = PacketSet.of({ ...ANY_PACKET, outInterface: inside.complement() });
  const local = PacketSet.of({ ...ANY_PACKET, destination: IpSet.join(pairs.map((pair) => pair.local)) });
  const others = isAnswered ? EVERYTHING.subtract(local) : EVERYTHING;
  return PacketSet.join([...asSent.map(packetsTo), past, ...(isStatic ? [others] : [])]);
}

/**
 * The rules of a list at an interface with `ip nat inside`. Addresses that others use for inside ones have been translated
 * back there: those of what comes in first, and of the answers to it.
 */
function insideChains(
  program: Program,
  chains: Map<string, FilterChain>,
  list: string,
  direction: Direction,
): readonly PhaseChain[] {
  const { router } = program.nat;
  if (!router.some(({ rule }) => rule.isStatic)) return [{ chain: list, phases: BOTH_PHASES, packets: ALL_PACKETS }];
  const unknown = translatedChain(chains, list, direction === 'in' ? 'out' : 'in');
  if (!areFollowed(program)) {
    const [own, other]: readonly [Phase, Phase] = direction === 'in' ? ['first', 'reply'] : ['reply', 'first'];
    return [
      { chain: list, phases: [own], packets: ALL_PACKETS },
      { chain: unknown, phases: [other], packets: ALL_PACKETS },
    ];
  }
  // What comes in first has been translated by a chain of its own.
  if (direction === 'out') return [{ chain: list, phases: BOTH_PHASES, packets: ALL_PACKETS }];
  const pairs = staticPairs(program);
  const translation = { pairs, outside: interfacesAt(program, 'outside') };
  const derivation = derivations.of(`answers ${keyOfAnswers(translation)}`, () => {
    return new RunDerivation((rule) => answering(rule, translation));
  });
  const answers = derivedChain(chains, list, `${list} (answers)`, derivation);
  const unsure = pairs.filter(({ unknown: reason }) => reason !== undefined).map((pair) => packetsTo(pair).replies());
  return [
    { chain: list, phases: ['first'], packets: ALL_PACKETS },
    ...eachFor('reply', [[answers, EVERYTHING.subtract(PacketSet.join(unsure))]], unknown),
  ];
}

function derivedChain(chains: Map<string, FilterChain>, list: string, name: string, derivation: RunDerivation): string {
  const chain = chains.get(list);
  if (!chain) return list;
  if (!chains.has(name))
    chains.set(name, new RunChain(name, () => runsOf(chain).map((placed) => derivation.of(placed))));
  return name;
}

/** Runs of rules with translated addresses, for each direction. */
const TRANSLATIONS: Readonly<Record<Direction, RunDerivation>> = {
  in: new RunDerivation((rule) => translated(rule, 'in')),
  out: new RunDerivation((rule) => translated(rule, 'out')),
};

/** Derivations by what they depend on, so that runs stay as they are across edits of other lines. */
const derivations = new Interned<string, RunDerivation>(64);

const SIDES = { in: 'destination', out: 'source' } as const;

function translated(rule: RuleTemplate, direction: Direction): RuleTemplate {
  const side = SIDES[direction];
  if (rule.match.every((box) => coversFamilies(box[side]))) return rule;
  return {
    match: rule.match.map((box) => ({ ...box, [side]: familiesOf(box[side]) })),
    phases: rule.phases,
    opaque: [...rule.opaque, GIVEN_ADDRESS],
    action: rule.action,
  };
}

function coversFamilies(set: IpSet): boolean {
  return familiesOf(set).equals(set);
}

function familiesOf(set: IpSet): IpSet {
  const v4 = set.v4.isEmpty ? IpSet.empty : IpSet.all.ofFamily(4);
  return set.v6.isEmpty ? v4 : v4.union(IpSet.all.ofFamily(6));
}

/** Packets from inside with the addresses that their sources are translated to: one of these, or those of a pair. */
interface SourceTranslation {
  readonly packets: PacketSet;
  readonly addresses: IpSet;
  readonly pair?: StaticPair;
}

function keyOf(translations: readonly SourceTranslation[]): string {
  return translations
    .map(({ packets, addresses, pair }) => {
      const interfaces = packets.boxes.map(({ inInterface }) => inInterface.key);
      return `${packets.boundsKey} ${interfaces.join()} ${addresses.key} ${pair ? keyOfPair(pair) : ''}`;
    })
    .join(';');
}

/** How many entries the list of a translation may have, and how many parts its packets. */
const ENTRY_LIMIT = 200;
const BOX_LIMIT = 32;

/** The translations that are followed, and whether no other packet from inside is translated. */
interface SourceTranslations {
  readonly translations: readonly SourceTranslation[];
  readonly isComplete: boolean;
}

/** Static entries come first: they stand in the translation table before any that a packet makes. */
function sourceTranslations(program: Program, chains: ReadonlyMap<string, FilterChain>): SourceTranslations {
  if (!areFollowed(program)) return { translations: [], isComplete: false };
  const inside = PacketSet.of({ ...ANY_PACKET, inInterface: interfacesAt(program, 'inside') });
  const translations: SourceTranslation[] = [];
  let all = PacketSet.none;
  let isSure = true;
  for (const pair of staticPairs(program)) {
    const packets = packetsFrom(pair).intersect(inside).subtract(all);
    all = all.union(packets);
    if (pair.unknown !== undefined || pair.isOneOfSeveral) isSure = false;
    else translations.push({ packets, addresses: pair.global, pair });
  }
  const dynamic = dynamicTranslations(program, chains, inside.subtract(all));
  const found = [...translations, ...(dynamic ?? [])];
  return { translations: found, isComplete: isSure && dynamic !== undefined && all.boxes.length <= BOX_LIMIT };
}

/** `undefined` where the file has one that is not followed. */
function dynamicTranslations(
  program: Program,
  chains: ReadonlyMap<string, FilterChain>,
  among: PacketSet,
): readonly SourceTranslation[] | undefined {
  const { router, pools } = program.nat;
  const found: SourceTranslation[] = [];
  let all = PacketSet.none;
  for (const { dynamic } of router.flatMap(({ rule }) => (rule.isStatic ? [] : [rule]))) {
    const chain = dynamic && chains.get(dynamic.list);
    const addresses =
      dynamic?.target === 'pool' ? pools.get(dynamic.name) : ownAddress(program.interfaces, dynamic?.name);
    const permitted = chain && permittedBy(chain);
    if (!permitted || !addresses || addresses.isEmpty) return undefined;
    const packets = permitted.intersect(among);
    // Of translations for the same packets, the file does not tell which is used.
    if (!packets.intersect(all).isEmpty) return undefined;
    all = all.union(packets);
    found.push({ packets, addresses });
  }
  return all.boxes.length > BOX_LIMIT ? undefined : found;
}

/** What a list permits; `undefined` where that is not certain or too much to follow. */
function permittedBy({ rules }: FilterChain): PacketSet | undefined {
  if (rules.length > ENTRY_LIMIT || rules.some(({ opaque }) => opaque.length > 0)) return undefined;
  let permitted = PacketSet.none;
  let denied = PacketSet.none;
  for (const { match, action } of rules) {
    const own = PacketSet.from(match);
    if (action.kind === 'accept') permitted = permitted.union(own.subtract(denied));
    else denied = denied.union(own);
    if (permitted.boxes.length + denied.boxes.length > BOX_LIMIT) return undefined;
  }
  return permitted;
}

/** The ports that a translation with `overload` may choose from: it keeps to a port of the same group ("1024–65535" of clients). */
const CHOSEN_PORTS = IntervalSet.of([1024, 65535]);

/** A rule as it is about packets that have not been translated yet, or no longer. */
function followed(rule: RuleTemplate, translations: readonly SourceTranslation[], direction: Direction): RuleTemplate {
  const side = SIDES[direction];
  const ports = direction === 'out' ? 'sourcePorts' : 'destinationPorts';
  const match: PacketBox[] = [];
  let isOpen = false;
  for (const box of rule.match) {
    let untouched = PacketSet.of(box);
    for (const { packets, addresses, pair } of translations) {
      const own = direction === 'out' ? packets : packets.replies();
      untouched = untouched.subtract(own);
      if (pair) {
        const exact = asInside(box, pair, side);
        if (exact) addAll(match, PacketSet.of(exact).intersect(own).boxes);
        continue;
      }
      if (!box[side].overlaps(addresses)) continue;
      const tests = testsChosenPort(box, direction);
      const seen = { ...box, [side]: IpSet.all, ...(tests ? { [ports]: ALL_PORTS } : {}) };
      const matched = PacketSet.of(seen).intersect(own);
      if (matched.isEmpty) continue;
      isOpen ||= tests || !box[side].containsAll(addresses);
      addAll(match, matched.boxes);
    }
    addAll(match, untouched.boxes);
  }
  const { phases, limit, opaque, action } = rule;
  return { match, phases, limit, opaque: isOpen ? [...opaque, GIVEN_ADDRESS] : opaque, action };
}

const GIVEN_ADDRESS = { text: 'the address that NAT gives' };

function testsChosenPort({ protocols, sourcePorts, destinationPorts }: PacketBox, direction: Direction): boolean {
  const hasPorts = protocols.has(TCP) || protocols.has(UDP);
  return hasPorts && !(direction === 'out' ? sourcePorts : destinationPorts).containsAll(CHOSEN_PORTS);
}
