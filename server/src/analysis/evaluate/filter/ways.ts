// The ways that the packets of a requirement take through a filter, each of which is asked by itself.
import { Memo } from '../../../kept/memo.js';
import { spend } from '../../../model/budget.js';
import type { FilterPoint, Hook } from '../../../model/filter.js';
import { IpSet, parsePrefix } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { prefixesOf } from '../../../model/packet-text.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import { type AttachedInterface, networksOf, profileOf, type Route } from '../../../model/surroundings.js';
import type { NetworkContext } from '../network-context.js';
import type { End } from './ends.js';
import { alternatives, clientNetworks, hostPart, type Part, partsOf } from './way-ends.js';

/** Packets that are asked together. */
export interface Way {
  /**
   * All that has to pass on this way. Where the addresses do not say by which interface a packet comes or goes, it may be
   * any of those in its box.
   */
  readonly packets: PacketSet;
  /**
   * How messages call it where there are several: `inside (10.20.0.0/16)`, with who is there, or a profile of the host that
   * asks.
   */
  readonly label?: string;
  /** Set where the label is of a network alone, since the file does not name its interface. */
  readonly isUnnamed?: true;
  readonly who?: string;
  /**
   * `every`: one of several ways that all have to be open. `network`: the network of some clients, which need not be those
   * that the requirement is for. `aside`: a network of servers or guests, which is not asked for. `either`: one of several
   * ways of which the file does not show which one is taken.
   */
  readonly weight: 'every' | 'network' | 'aside' | 'either';
  /** For `either`: the interfaces that the way assumes some addresses to be behind. */
  readonly assumed?: readonly string[];
  /** Whether the way fixes the interfaces, so that none may be chosen. */
  readonly isBound: boolean;
  /** The addresses of a client network, where the file shows them. */
  readonly network?: IpSet;
}

/** What the ways of a requirement depend on, for one address family. */
export interface Passage {
  /** The packets that the requirement lists. */
  readonly asked: PacketBox;
  readonly from: End;
  readonly to: End;
  readonly direction: 'outbound' | 'inbound';
  /** The roles of both ends. */
  readonly roles: { readonly from: string | undefined; readonly to: string | undefined };
}

/** A passage by interfaces. */
interface RouterPassage extends Passage {
  readonly setOf: (names: readonly string[]) => NameSet;
  /** Every interface but one; those that the file does not show where it shows no other. */
  readonly butFor: (name: string) => NameSet;
  /** The end that the host itself is, where it does not send packets on. */
  readonly own: OwnEnd;
}

type OwnEnd = 'from' | 'to' | undefined;

/** What a host receives comes in by an interface and goes out by none, and what it sends the other way round. */
const OWN_ENDS: Readonly<Record<Hook, OwnEnd>> = { input: 'to', output: 'from', forward: undefined };

/** The ways of a passage through a point; none where nothing of it passes there. */
export function waysOf(passage: Passage, point: FilterPoint, network: NetworkContext): Way[] {
  const usable = PacketSet.from(point.paths?.[passage.direction] ?? [ANY_PACKET]);
  const ways = unrestrictedWays(passage, point, network);
  return ways.flatMap((way) => {
    const packets = way.packets.intersect(usable);
    return packets.isEmpty ? [] : [{ ...way, packets }];
  });
}

function unrestrictedWays(passage: Passage, point: FilterPoint, network: NetworkContext): Way[] {
  const { surroundings, hook } = point;
  if (surroundings?.kind === 'profiles') return profileWays(passage, surroundings.names, network);
  const interfaces = hook ? joinedInterfaces(surroundings?.interfaces ?? [], network) : [];
  if (hook && interfaces.length > 0) return interfaceWays(passage, interfaces, OWN_ENDS[hook]);
  return [anyWay(passage)];
}

/** Where nothing is known of interfaces, some will do. */
function anyWay({ asked }: Passage): Way {
  return { packets: PacketSet.of(asked), weight: 'every', isBound: false };
}

/**
 * One way for each profile that the host may be in. "Only one profile is applied at a time"; a member of a domain is in the
 * Domain profile where it reaches a domain controller (*Windows Firewall overview*), which servers do and clients do not always.
 */
function profileWays({ asked, direction, roles }: Passage, names: readonly string[], network: NetworkContext): Way[] {
  const own = network.role ?? (direction === 'inbound' ? roles.to : roles.from);
  const isServer = own !== undefined && own !== 'clients';
  const wanted = network.profiles ?? (isServer ? ['domain'] : undefined);
  const isActive = (name: string) =>
    wanted === undefined || wanted.some((one) => one.toLowerCase() === profileOf(name).toLowerCase());
  const active = names.filter(isActive);
  const end = direction === 'inbound' ? 'inInterface' : 'outInterface';
  return active.map((name) => ({
    packets: PacketSet.of({ ...asked, [end]: NameSet.of(name) }),
    label: name,
    weight: 'every',
    isBound: true,
  }));
}

/** The interfaces that the file shows, with what the workspace says about them. */
function joinedInterfaces(own: readonly AttachedInterface[], { interfaces }: NetworkContext): AttachedInterface[] {
  if (!interfaces || interfaces.size === 0) return [...own];
  const declared = [...interfaces].map(
    ([name, networks]): AttachedInterface =>
      networks === 'internet'
        ? { name, side: 'outside' }
        : { name, side: 'inside', networks: behind(interfaces).get(name) ?? networks },
  );
  const known = IpSet.join(declared.flatMap(({ networks }) => networks ?? []));
  const others = own.filter(({ name }) => !interfaces.has(name)).flatMap((one) => withoutPlaced(one, known));
  // A file that shows no interfaces may have more than are declared.
  return [...declared, ...(own.length > 0 ? others : [UNKNOWN_INTERFACE])];
}

const placed = new Memo<NonNullable<NetworkContext['interfaces']>, ReadonlyMap<string, IpSet>>();

/** Of declared networks that overlap, the smaller one counts, as it does for a router. */
function behind(interfaces: NonNullable<NetworkContext['interfaces']>): ReadonlyMap<string, IpSet> {
  return placed.of(interfaces, () => {
    const routes = [...interfaces].flatMap(([name, networks]): Route[] =>
      networks === 'internet'
        ? []
        : networks.toPrefixes().flatMap((text) => {
            const prefix = parsePrefix(text);
            return prefix ? [{ prefix, interface: name }] : [];
          }),
    );
    return networksOf(routes);
  });
}

/** Some interface that no other one stands for. */
const UNKNOWN_INTERFACE: AttachedInterface = { name: '', side: 'between' };

/** An interface without what is known to be behind another one, where the file does not say which one it is. */
function withoutPlaced(one: AttachedInterface, known: IpSet): readonly AttachedInterface[] {
  if (one.name !== '' || !one.networks) return [one];
  const networks = one.networks.subtract(known);
  return networks.isEmpty ? [] : [{ ...one, networks }];
}

/** Interfaces by their names; the empty name stands for those that no other name stands for, of which it is any. */
function namesIn(interfaces: readonly AttachedInterface[]): (names: readonly string[]) => NameSet {
  const named = interfaces.flatMap(({ name }) => (name === '' ? [] : [name]));
  const singles = new Map<string, NameSet>();
  return (names) => {
    const [only] = names;
    if (only !== undefined && only !== '' && names.length === 1) {
      const known = singles.get(only) ?? NameSet.of(only);
      singles.set(only, known);
      return known;
    }
    const own = NameSet.from(names.filter((name) => name !== ''));
    return names.includes('') ? own.union(NameSet.from(named).complement()) : own;
  };
}

function interfaceWays(through: Passage, all: readonly AttachedInterface[], own: OwnEnd): Way[] {
  const { asked, from, to, roles, direction } = through;
  const isOfClients = roles.from === 'clients' && !from.isKnown && own !== 'from';
  const interfaces = isOfClients ? all : withoutThoseOfRules(all);
  if (interfaces.length === 0) return [anyWay(through)];
  const setOf = namesIn(interfaces);
  const elsewhere = new Map<string, NameSet>();
  const butFor = (name: string) => {
    const known = elsewhere.get(name);
    if (known) return known;
    const others = interfaces.flatMap((one) => (one.name === name ? [] : [one.name]));
    const all = others.length > 0 ? setOf(others) : setOf([name]).complement();
    elsewhere.set(name, all);
    return all;
  };
  const passage: RouterPassage = { setOf, butFor, own, ...through };
  const clients = isOfClients ? clientNetworks(asked.source, interfaces) : undefined;
  const isReceiver = direction === 'inbound' && roles.to !== undefined;
  const destinations =
    own === 'to'
      ? [[hostPart(asked.destination)]]
      : alternatives(partsOf(asked.destination, to, interfaces, isReceiver ? 'receiver' : 'to'));
  if (clients) return clients.flatMap((client) => clientWays(passage, client, destinations));
  const sources = own === 'from' ? [hostPart(asked.source)] : partsOf(asked.source, from, interfaces, 'from');
  return sources.flatMap((source) => {
    const isOpen = source.behind === 'one' || destinations.length > 1;
    const isNamed = source.behind === 'one' || sources.length > 1;
    const naming = { weight: isOpen ? 'either' : 'every', isNamed } as const;
    return alternatives([source]).flatMap(([one]) => (one ? waysFrom(passage, one, destinations, naming) : []));
  });
}

/** The interfaces that more than rules show, and that there may be others. */
function withoutThoseOfRules(interfaces: readonly AttachedInterface[]): readonly AttachedInterface[] {
  const others = interfaces.filter(({ fromRules }) => !fromRules);
  return others.length === 0 || others.length === interfaces.length ? others : [...others, UNKNOWN_INTERFACE];
}

function clientWays(
  passage: RouterPassage,
  client: Part & { readonly at: AttachedInterface },
  destinations: readonly (readonly Part[])[],
): Way[] {
  const { name, networks, side } = client.at;
  return destinations.flatMap((parts): Way[] => {
    const packets = packetsBetween(passage, client, parts);
    if (packets.isEmpty) return [];
    return [
      {
        packets,
        ...labelOf(name, networks && client.addresses),
        who: 'clients',
        weight: destinations.length > 1 ? 'either' : side === 'between' ? 'aside' : 'network',
        assumed: assumedIn(parts),
        isBound: [client, ...parts].every(({ behind }) => behind !== 'any'),
        ...(networks ? { network: client.addresses } : {}),
      },
    ];
  });
}

function assumedIn(parts: readonly Part[]): readonly string[] {
  return parts.flatMap(({ isAssumed, interfaces }) => (isAssumed ? interfaces : []));
}

function labelOf(name: string, networks: IpSet | undefined): Pick<Way, 'label' | 'isUnnamed'> {
  if (!networks) return { label: name };
  const prefixes = prefixesOf(networks);
  return name === '' ? { label: prefixes, isUnnamed: true } : { label: `${name} (${prefixes})` };
}

function waysFrom(
  passage: RouterPassage,
  source: Part,
  destinations: readonly (readonly Part[])[],
  { weight, isNamed }: { readonly weight: Way['weight']; readonly isNamed: boolean },
): Way[] {
  const { roles } = passage;
  const label = labelOf(source.isNowhere ? '' : (source.at?.name ?? source.interfaces.join(', ')), source.addresses);
  return destinations.flatMap((parts): Way[] => {
    const packets = packetsBetween(passage, source, parts);
    if (packets.isEmpty) return [];
    return [
      {
        packets,
        weight,
        assumed: assumedIn([source, ...parts]),
        isBound: [source, ...parts].every(({ behind }) => behind !== 'any'),
        ...(isNamed ? { ...label, who: roles.from ?? 'senders' } : {}),
      },
    ];
  });
}

/**
 * The packets from one part to others that go through the filter: what is behind one interface reaches itself directly.
 * Where the file shows no other interface, they come or go by one that it does not show.
 */
function packetsBetween(passage: RouterPassage, source: Part, destinations: readonly Part[]): PacketSet {
  return PacketSet.from(
    destinations.flatMap((destination) => {
      spend(PAIRED);
      return interfacePairs(source, destination, passage).map(
        (pair): PacketBox => ({
          ...passage.asked,
          source: source.addresses,
          destination: destination.addresses,
          ...pair,
        }),
      );
    }),
  );
}

/** What it costs to find by which interfaces packets go between two parts. */
const PAIRED = 25;

/** What it costs to put the name of an interface into a set. */
const NAMED = 5;

function interfacePairs(
  from: Part,
  to: Part,
  { setOf, butFor }: RouterPassage,
): Partial<Pick<PacketBox, 'inInterface' | 'outInterface'>>[] {
  if (to.isHost) return [{ inInterface: setOf(from.interfaces) }];
  if (from.isHost) return [{ outInterface: setOf(to.interfaces) }];
  const [only] = from.interfaces;
  const isSame = from.interfaces.length === 1 && to.interfaces.every((name) => name === only);
  // Behind interfaces that the file does not name, two networks need not be behind the same one.
  if (only !== undefined && only !== '' && isSame) {
    if (from.behind === 'all' && to.behind === 'all') {
      return turnsBack(from, to) ? [{ inInterface: setOf([only]), outInterface: setOf([only]) }] : [];
    }
    const [here, elsewhere] = [setOf([only]), butFor(only)];
    return [
      ...(to.behind === 'all' ? [] : [{ inInterface: here, outInterface: elsewhere }]),
      ...(from.behind === 'all' ? [] : [{ inInterface: elsewhere, outInterface: here }]),
    ];
  }
  // Each interface on one side has a set of all others on the other side.
  spend(NAMED * from.interfaces.length * to.interfaces.length);
  const apart = from.interfaces.filter((name) => name === '' || !to.interfaces.includes(name));
  const shared = from.interfaces.filter((name) => name !== '' && to.interfaces.includes(name));
  return [
    { inInterface: setOf(apart), outInterface: setOf(to.interfaces) },
    ...shared.map((name) => ({
      inInterface: setOf([name]),
      outInterface: setOf(to.interfaces.filter((other) => other !== name)),
    })),
  ];
}

/** Whether packets between two networks of one interface go in and out by it. */
function turnsBack({ at: from }: Part, { at: to, addresses }: Part): boolean {
  if (!from?.route || !to?.route || from === to || !to.networks?.containsAll(addresses)) return false;
  const neighbours = [from.route, to.route].map((route) => (route === 'connected' ? undefined : route.neighbour));
  return neighbours[0] === undefined || neighbours[0] !== neighbours[1];
}
