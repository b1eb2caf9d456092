/**
 * What a zone-based policy firewall does with forwarded packets (*Cisco Security Configuration Guide: Zone-Based Policy
 * Firewall*, "Information About Zone-Based Policy Firewalls"; *Zone-Based Policy Firewall Design and Application Guide*):
 *
 * - traffic between interfaces of one zone passes, traffic between two zones passes as the policy of their pair says, and
 *   without a pair or a policy it is dropped; between an interface of a zone and one of none nothing passes;
 * - a policy compares a packet with its classes in order; `class-default` comes last and drops, unless it says otherwise;
 * - `inspect` permits sessions with their replies, `pass` permits packets of one direction only;
 * - lists of interfaces filter as well: "pinholes are not punched for return traffic in interface ACLs".
 *
 * The zone `self`, the router itself, has no part in forwarding: its pairs are points of their own.
 */
import type { BaseChain, FilterPoint, FilterRule, Phase } from '../../../model/filter.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Program } from '../program/program.js';
import { DEFAULT_ZONE, wayOf, type ZonePair } from '../program/zones.js';
import type { PolicyChains } from './zone-policies.js';

/** Adds the chains of the firewall to `chains`; `undefined` where no interface is in a zone. */
export function zoneChain(program: Program, policies: PolicyChains): BaseChain | undefined {
  const members = membersOf(program);
  if (members.zones.size === 0 && members.unknown.length === 0) return undefined;
  return new ZoneBuilder(program, policies, members).chain();
}

/** A point for each zone pair, which its name selects. */
export function pairPoints({ zones }: Program, policies: PolicyChains, taken: ReadonlySet<string>): FilterPoint[] {
  return [...zones.pairs.values()].flatMap((pair): FilterPoint[] => {
    if (taken.has(pair.name)) return [];
    const rules = [policies.rule(pair.header, { action: { kind: 'goto', chain: policies.chainOf(pair) } })];
    const chain: BaseChain = { name: `zone pair ${pair.name}`, rules, policy: 'deny', policyStatement: undefined };
    return [{ name: pair.name, hook: undefined, chains: [chain], stateful: false, byNameOnly: true }];
  });
}

/** An interface of a zone or of none, with the line that shows it. */
interface Member {
  readonly name: string;
  readonly line: PlacedLine;
}

interface Members {
  /** The interfaces of each zone. */
  readonly zones: ReadonlyMap<string, readonly Member[]>;
  /** Those in a zone that the file does not define. */
  readonly unknown: readonly Member[];
  /** Those in no zone. */
  readonly outside: readonly Member[];
}

function membersOf({ interfaces, zones }: Program): Members {
  const byZone = new Map<string, Member[]>();
  const unknown: Member[] = [];
  const seen = new Set<string>();
  const add = (zone: string, member: Member) => {
    const known = byZone.get(zone);
    if (known) known.push(member);
    else byZone.set(zone, [member]);
  };
  for (const { name, zone } of interfaces) {
    if (!zone || seen.has(name)) continue;
    seen.add(name);
    if (zones.zones.has(zone.name)) add(zone.name, { name, line: zone.line });
    else unknown.push({ name, line: zone.line });
  }
  const others = interfaces.filter(({ name }) => !seen.has(name)).map(({ name, header }) => ({ name, line: header }));
  // "The default zone": every interface that is in no other, once the zone is defined.
  if (!zones.zones.has(DEFAULT_ZONE)) return { zones: byZone, unknown, outside: others };
  for (const member of others) add(DEFAULT_ZONE, member);
  return { zones: byZone, unknown, outside: [] };
}

/** What drops first packets needs no word about replies: nobody replies to what was dropped. */
const FIRST: readonly Phase[] = ['first'];

/** How many zones a message names. */
const NAMED_ZONES = 3;

class ZoneBuilder {
  /** The interfaces of all zones. */
  private readonly inZones: NameSet;

  constructor(
    private readonly program: Program,
    private readonly policies: PolicyChains,
    private readonly members: Members,
  ) {
    this.inZones = namesOf([...members.zones.values()].flat());
  }

  chain(): BaseChain {
    const pairs = [...this.program.zones.pairs.values()].filter((pair) => this.isForwarding(pair));
    const rules = [
      ...this.unknownMembers(),
      ...pairs.flatMap((pair) => this.answers(pair)),
      ...pairs.map((pair) => {
        const action = { kind: 'goto', chain: this.policies.chainOf(pair) } as const;
        const match = this.between(pair.source, pair.destination);
        return this.policies.rule(pair.header, { match, phases: FIRST, action });
      }),
      ...this.withinZones(),
      ...this.betweenZones(),
      ...this.outsiders(),
    ];
    return { name: 'zones', rules, policy: 'accept', policyStatement: undefined };
  }

  /** Whether a pair decides forwarded packets. Within a zone, only a policy does. */
  private isForwarding({ source, destination, policy }: ZonePair): boolean {
    const { zones } = this.members;
    return zones.has(source) && zones.has(destination) && (source !== destination || policy !== undefined);
  }

  private between(source: string, destination: string): PacketBox[] {
    const { zones } = this.members;
    return boxesBetween(namesOf(zones.get(source) ?? []), namesOf(zones.get(destination) ?? []));
  }

  /** Replies go back between the same interfaces. */
  private answers(pair: ZonePair): FilterRule[] {
    const { source, destination, header } = pair;
    const back = this.program.zones.pairs.get(wayOf(destination, source));
    const otherwise = back ? this.policies.chainOf(back, 'answer') : this.withoutPair(destination, source);
    const chain = this.policies.answersOf(pair, otherwise);
    if (chain === undefined) return [];
    const match = this.between(destination, source);
    return [this.policies.rule(header, { match, phases: ['reply'], action: { kind: 'goto', chain } })];
  }

  private withoutPair(source: string, destination: string): string {
    const [first] = this.members.zones.get(source) ?? [];
    const name = `no zone pair from ${source} to ${destination}`;
    return this.policies.add(name, first ? [this.denied(first.line, name, [ANY_PACKET], ['reply'])] : []);
  }

  private withinZones(): FilterRule[] {
    return [...this.members.zones].flatMap(([zone, [first]]) => {
      return first
        ? [this.policies.rule(first.line, { match: this.between(zone, zone), action: { kind: 'accept' } })]
        : [];
    });
  }

  /** What no pair has decided. */
  private betweenZones(): FilterRule[] {
    const { zones } = this.members;
    return [...zones].flatMap(([zone, own]) => {
      const [first] = own;
      if (!first || zones.size < 2) return [];
      const names = namesOf(own);
      const apart: string[] = [];
      for (const other of zones.keys()) {
        if (other !== zone && !this.program.zones.pairs.has(wayOf(zone, other))) apart.push(other);
        if (apart.length > NAMED_ZONES) break;
      }
      if (apart.length === 0) return [];
      const named = apart.length > NAMED_ZONES ? `${apart.slice(0, NAMED_ZONES).join(', ')}, …` : apart.join(', ');
      const match = boxesBetween(names, this.inZones.intersect(names.complement()));
      return [this.denied(first.line, `no zone pair from ${zone} to ${named}`, match)];
    });
  }

  /** Interfaces in no zone, and those that the file does not show. */
  private outsiders(): FilterRule[] {
    const { outside, zones } = this.members;
    const [first] = [...zones.values()].flat();
    if (!first) return [];
    const denied = outside.flatMap(({ name, line }) => {
      const own = NameSet.of(name);
      const match = [...boxesBetween(own, this.inZones), ...boxesBetween(this.inZones, own)];
      return [this.denied(line, `${name} is in no security zone`, match)];
    });
    const { interfaces } = this.program;
    const others = NameSet.from(interfaces.map(({ name }) => name)).complement();
    const match = [...boxesBetween(others, this.inZones), ...boxesBetween(this.inZones, others)];
    // Traffic needs two interfaces: a file with one is a part of a configuration.
    if (interfaces.length > 1) return [...denied, this.denied(first.line, 'the other interface is in no zone', match)];
    const opaque = [{ text: 'the zone of the other interface, which this file does not show' }];
    return [...denied, this.policies.rule(first.line, { match, phases: FIRST, opaque, action: { kind: 'deny' } })];
  }

  /** What is dropped at an interface whose zone is not known to exist. */
  private unknownMembers(): FilterRule[] {
    return this.members.unknown.map(({ name, line }) => {
      const own = NameSet.of(name);
      const match = [...boxesBetween(own, NameSet.any), ...boxesBetween(NameSet.any, own)];
      const opaque = [{ text: `'${line.own.raw.trim()}'` }];
      return this.policies.rule(line, { match, opaque, action: { kind: 'deny' } });
    });
  }

  /** A drop that no line states: `line` is where it is shown, `text` says what it is. */
  private denied(
    line: PlacedLine,
    text: string,
    match: readonly PacketBox[],
    phases: readonly Phase[] = FIRST,
  ): FilterRule {
    const rule = this.policies.rule(line, { match, phases, action: { kind: 'deny' } });
    return { ...rule, statement: { ...rule.statement, text: `(${text})` } };
  }
}

function namesOf(members: readonly Member[]): NameSet {
  return NameSet.from(members.map(({ name }) => name));
}

function boxesBetween(inInterface: NameSet, outInterface: NameSet): PacketBox[] {
  return [{ ...ANY_PACKET, inInterface, outInterface }];
}
