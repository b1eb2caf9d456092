// The lists at an interface with NAT, where packets have translated addresses.
import { Interned } from '../../../kept/memo.js';
import type { FilterChain, Phase } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox, PacketSet, TCP, UDP } from '../../../model/packets.js';
import { type RuleTemplate, RunChain, RunDerivation, runsOf } from '../../../model/rule-runs.js';
import type { Interface } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import { addressesOf } from './routing.js';

type Direction = 'in' | 'out';

/** A chain with the phases in which packets enter it. */
interface PhaseChain {
  readonly chain: string;
  readonly phases: readonly Phase[];
}

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
  return [{ chain: list, phases: ['first', 'reply'] }];
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
 * The same, exact for connections from inside where the file tells which sources are translated to which addresses. A dynamic
 * translation begins with a packet from inside, so that what comes from outside first stays unknown.
 */
function outsideChains(
  program: Program,
  chains: Map<string, FilterChain>,
  list: string,
  direction: Direction,
): readonly PhaseChain[] {
  const unknown = translatedChain(chains, list, direction);
  const translations = sourceTranslations(program, chains);
  if (!translations) return [{ chain: unknown, phases: ['first', 'reply'] }];
  const derivation = derivations.of(`${direction} ${keyOf(translations)}`, () => {
    return new RunDerivation((rule) => followed(rule, translations, direction));
  });
  const chain = derivedChain(chains, list, `${list} (${direction}, followed)`, derivation);
  const [own, other]: readonly Phase[] = direction === 'out' ? ['first', 'reply'] : ['reply', 'first'];
  return own && other
    ? [
        { chain, phases: [own] },
        { chain: unknown, phases: [other] },
      ]
    : [];
}

/**
 * The rules of a list at an interface with `ip nat inside`. Addresses that others use for inside ones have been translated
 * back there: those of what comes in first, and of the answers to it.
 */
function insideChains(
  { nat }: Program,
  chains: Map<string, FilterChain>,
  list: string,
  direction: Direction,
): readonly PhaseChain[] {
  if (!nat.router.some(({ isStatic }) => isStatic)) return [{ chain: list, phases: ['first', 'reply'] }];
  const unknown = translatedChain(chains, list, direction === 'in' ? 'out' : 'in');
  const [own, other]: readonly Phase[] = direction === 'in' ? ['first', 'reply'] : ['reply', 'first'];
  return own && other
    ? [
        { chain: list, phases: [own] },
        { chain: unknown, phases: [other] },
      ]
    : [];
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
    opaque: [...rule.opaque, { text: 'the address that NAT gives' }],
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

/** Packets from inside with the addresses that their sources are translated to: one of these. */
interface SourceTranslation {
  readonly packets: PacketSet;
  readonly addresses: IpSet;
}

function keyOf(translations: readonly SourceTranslation[]): string {
  return translations
    .map(({ packets, addresses }) => {
      const interfaces = packets.boxes.map(({ inInterface }) => inInterface.key);
      return `${packets.boundsKey} ${interfaces.join()} ${addresses.key}`;
    })
    .join(';');
}

/** How many entries the list of a translation may have, and how many parts its packets. */
const ENTRY_LIMIT = 200;
const BOX_LIMIT = 32;

/** `undefined` where the file has no translation, or one that is not followed. */
function sourceTranslations(
  program: Program,
  chains: ReadonlyMap<string, FilterChain>,
): readonly SourceTranslation[] | undefined {
  const { router, pools } = program.nat;
  const inside = program.interfaces.filter(({ nat }) => nat === 'inside').map(({ name }) => name);
  const found: SourceTranslation[] = [];
  let all = PacketSet.none;
  for (const { dynamic } of router) {
    const chain = dynamic && chains.get(dynamic.list);
    const addresses = dynamic?.target === 'pool' ? pools.get(dynamic.name) : ownAddresses(program, dynamic?.name);
    const permitted = chain && permittedBy(chain);
    if (!permitted || !addresses || addresses.isEmpty) return undefined;
    const packets = permitted.intersect(PacketSet.of({ ...ANY_PACKET, inInterface: NameSet.of(...inside) }));
    // Of translations for the same packets, the file does not tell which is used.
    if (!packets.intersect(all).isEmpty) return undefined;
    all = all.union(packets);
    found.push({ packets, addresses });
  }
  return found.length === 0 || all.boxes.length > BOX_LIMIT ? undefined : found;
}

function ownAddresses({ interfaces }: Program, name: string | undefined): IpSet | undefined {
  const one = interfaces.find((other) => other.name.toLowerCase() === name?.toLowerCase());
  // A translation takes the first address.
  return one && addressesOf(one).find(({ own }) => !own.v4.isEmpty)?.own;
}

/** What a list permits; `undefined` where that is not certain or too much to follow. */
function permittedBy({ rules }: FilterChain): PacketSet | undefined {
  if (rules.length > ENTRY_LIMIT || rules.some(({ opaque }) => opaque.length > 0)) return undefined;
  let permitted = PacketSet.none;
  let denied = PacketSet.none;
  for (const { match, action } of rules) {
    const own = PacketSet.of(...match);
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
  const match: PacketBox[] = [];
  for (const box of rule.match) {
    let untouched = PacketSet.of(box);
    for (const { packets, addresses } of translations) {
      const own = direction === 'out' ? packets : packets.replies();
      untouched = untouched.subtract(own);
      const seen = PacketSet.of({ ...box, [side]: IpSet.all }).intersect(own);
      if (seen.isEmpty || !box[side].overlaps(addresses)) continue;
      if (!box[side].containsAll(addresses) || testsChosenPort(box, direction)) return translated(rule, direction);
      match.push(...seen.boxes);
    }
    match.push(...untouched.boxes);
  }
  const { phases, limit, opaque, action } = rule;
  return { match, phases, limit, opaque, action };
}

function testsChosenPort({ protocols, sourcePorts, destinationPorts }: PacketBox, direction: Direction): boolean {
  const hasPorts = protocols.has(TCP) || protocols.has(UDP);
  return hasPorts && !(direction === 'out' ? sourcePorts : destinationPorts).containsAll(CHOSEN_PORTS);
}
