// The routing table that a file shows: its connected networks and static routes.
import { Memo } from '../../../kept/memo.js';
import { formatAddress, IpSet, PRIVATE_SPACE, type Prefix, parseAddress } from '../../../model/ip.js';
import { type AttachedInterface, networksOf, type Route } from '../../../model/surroundings.js';
import type { PlacedLine } from '../program/blocks.js';
import type { Interface } from '../program/interfaces.js';
import { addressesOf, type OwnAddress } from '../program/own-addresses.js';
import type { Program, TableRoute } from '../program/program.js';

/** Interfaces that carry no traffic of the networks that the device connects. */
const NO_TRANSIT = /^(?:loopback|null|mgmt|management|nve)/i;

/** A network behind an interface, with the line that shows it. */
export interface KnownNetwork {
  readonly interface: string;
  readonly addresses: IpSet;
  readonly line: PlacedLine;
  /** As {@link AttachedInterface.route} says. */
  readonly route: AttachedInterface['route'];
}

/** How many routes are followed, and through how many other routes each. */
const ROUTE_LIMIT = 10_000;
const DEPTH_LIMIT = 4;

/** A route to an interface, with its line. */
interface PlacedRoute extends Route, Pick<KnownNetwork, 'line' | 'route'> {}

/** The interfaces of one routing table, and where its routes lead. */
export class Routing {
  /** The names of the interfaces that the default route leads to. */
  readonly byDefault: ReadonlySet<string>;
  private readonly routes: readonly PlacedRoute[];
  private knownNetworks: readonly KnownNetwork[] | undefined;

  constructor(
    /** The interfaces that can carry traffic. */
    readonly interfaces: readonly Interface[],
    all: readonly TableRoute[],
  ) {
    const connected = interfaces.flatMap((one) =>
      addressesOf(one).map(
        ({ network, line }): PlacedRoute => ({ prefix: network, interface: one.name, line, route: 'connected' }),
      ),
    );
    const routes = all.slice(0, ROUTE_LIMIT);
    const resolver = new Resolver(interfaces, connected, routes);
    const resolved = routes.flatMap(({ prefix, targets, line }) => {
      const route = { neighbour: targets.find((target) => parseAddress(target)) ?? '' };
      return resolver.interfacesOf(targets).map((name): PlacedRoute => ({ prefix, interface: name, line, route }));
    });
    const isDefault = ({ prefix }: PlacedRoute) => prefix.length === 0;
    this.byDefault = new Set(resolved.filter(isDefault).map((route) => route.interface));
    this.routes = [...connected, ...resolved.filter((route) => !isDefault(route))];
  }

  /**
   * The networks behind the interfaces, without what the default route leads to. The addresses of the device itself are in
   * them: a network is declared as a whole, and one address in the middle of it that is nowhere helps nobody.
   */
  get networks(): readonly KnownNetwork[] {
    this.knownNetworks ??= knownNetworks(this.routes);
    return this.knownNetworks;
  }
}

function knownNetworks(routes: readonly PlacedRoute[]): KnownNetwork[] {
  const distinct = new Map<string, PlacedRoute>();
  for (const route of routes) {
    const key = `${keyOf(route.prefix)} ${route.interface}`;
    if (!distinct.has(key)) distinct.set(key, route);
  }
  const parts = networksOf([...distinct].map(([key, { prefix }]) => ({ prefix, interface: key })));
  return [...distinct].flatMap(([key, route]): KnownNetwork[] => {
    const addresses = parts.get(key);
    return addresses && !addresses.isEmpty
      ? [{ interface: route.interface, addresses, line: route.line, route: route.route }]
      : [];
  });
}

/** Finds the interfaces that routes lead to. */
class Resolver {
  private readonly names = new Map<string, string>();
  /** Interfaces by the text of a connected network; routes by that of theirs. */
  private readonly connected = new Map<string, string[]>();
  private readonly routes = new Map<string, TableRoute[]>();
  private readonly known = new Map<string, readonly string[]>();

  constructor(interfaces: readonly Interface[], connected: readonly Route[], routes: readonly TableRoute[]) {
    for (const { name } of interfaces) this.names.set(name.toLowerCase(), name);
    for (const { prefix, interface: name } of connected) add(this.connected, prefix, name);
    for (const route of routes) if (route.prefix.length > 0) add(this.routes, route.prefix, route);
  }

  /** By the first of some words that names an interface, or else a neighbour; a route to nowhere leads to its own name. */
  interfacesOf(targets: readonly string[], depth = 0): readonly string[] {
    for (const target of targets) {
      const name = this.names.get(target.toLowerCase());
      if (name !== undefined) return [name];
      if (/^null ?0?$/i.test(target)) return ['Null0'];
    }
    for (const target of targets) {
      if (!parseAddress(target)) continue;
      const known = this.known.get(target);
      if (known) return known;
      const found = this.towards(target, depth);
      this.known.set(target, found);
      return found;
    }
    return [];
  }

  /** The interfaces that lead to a neighbour: by the longest connected network that holds it, or else by a route. */
  private towards(neighbor: string, depth: number): readonly string[] {
    const address = parseAddress(neighbor);
    if (!address || depth > DEPTH_LIMIT) return [];
    for (let length = address.family === 4 ? 32 : 128; length > 0; length--) {
      const key = keyOf({ address, length });
      const names = this.connected.get(key);
      if (names) return names;
      const routes = this.routes.get(key);
      if (routes) return routes.flatMap(({ targets }) => this.interfacesOf(targets, depth + 1));
    }
    return [];
  }
}

function add<Value>(map: Map<string, Value[]>, prefix: Prefix, value: Value): void {
  const key = keyOf(prefix);
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

/** Equal for equal networks, whatever their host bits are. */
function keyOf(prefix: Prefix): string {
  const { first } = IpSet.of(prefix);
  return first ? `${formatAddress(first)}/${prefix.length}` : '';
}

/** The routing table that traffic to the internet takes, with the names of the interfaces that lead there. */
export interface InternetRouting {
  readonly routing: Routing;
  readonly outside: ReadonlySet<string>;
}

const routings = new Memo<Program, InternetRouting>();

/**
 * The way to the internet: that of the default route, else of NAT, of DHCP, of a line of a provider, or of the lowest security
 * level.
 */
export function internetRouting(program: Program): InternetRouting {
  return routings.of(program, () => {
    const tables = routingTables(program);
    for (const routing of tables) if (routing.byDefault.size > 0) return { routing, outside: routing.byDefault };
    for (const routing of tables) {
      const translating = routing.interfaces.filter(({ nat }) => nat === 'outside').map(({ name }) => name);
      if (translating.length > 0) return { routing, outside: new Set(translating) };
    }
    for (const routing of tables) {
      const learning = routing.interfaces.filter((one) => learnsDefault(one, program)).map(({ name }) => name);
      if (learning.length > 0) return { routing, outside: new Set(learning) };
    }
    const routing = tables.find(({ interfaces }) => interfaces.length > 0) ?? new Routing([], []);
    const { interfaces } = routing;
    return { routing, outside: program.platform === 'asa' ? leastSecure(interfaces) : linesOfProviders(interfaces) };
  });
}

/** The routing tables of the device, the global one first. A table whose routes lead into the global one belongs to it. */
function routingTables({ interfaces, routes }: Program): Routing[] {
  const joined = new Set(routes.flatMap(({ leaks, vrf }) => (leaks && vrf !== undefined ? [vrf] : [])));
  const tables = new Map<string, { readonly interfaces: Interface[]; readonly routes: TableRoute[] }>();
  const tableOf = ({ vrf }: { readonly vrf: string | undefined }) => {
    const key = vrf === undefined || joined.has(vrf) ? '' : vrf;
    const known = tables.get(key) ?? { interfaces: [], routes: [] };
    tables.set(key, known);
    return known;
  };
  tableOf({ vrf: undefined });
  for (const one of usableInterfaces(interfaces)) tableOf(one).interfaces.push(one);
  for (const route of routes) tableOf(route).routes.push(route);
  return [...tables.values()].map((table) => new Routing(table.interfaces, table.routes));
}

/** DHCP and PPP give a router its default route with the address, and an ASA where `setroute` says so (*ASA Command Reference*, `ip address dhcp`). */
function learnsDefault({ addresses }: Interface, { platform }: Program): boolean {
  const given = platform === 'asa' ? /^(?:dhcp|pppoe) setroute$/i : /^(?:dhcp|negotiated)(?: |$)/i;
  return addresses.some(({ text }) => given.test(text));
}

/**
 * A link of two public addresses (RFC 3021, and the /30 before it) beside private networks is the line of a provider, whose
 * routing protocol gives the routes that no statement shows: nobody there is a client.
 */
function linesOfProviders(usable: readonly Interface[]): ReadonlySet<string> {
  const isPrivate = ({ own }: OwnAddress) => PRIVATE_SPACE.containsAll(own);
  const isLink = ({ network: { address, length } }: OwnAddress) => length >= (address.family === 4 ? 30 : 126);
  const known = usable.map((one) => ({ name: one.name, addresses: addressesOf(one) }));
  if (!known.some(({ addresses }) => addresses.some(isPrivate))) return new Set();
  const isLine = (one: OwnAddress) => isLink(one) && !isPrivate(one);
  const lines = known.filter(({ addresses }) => addresses.length > 0 && addresses.every(isLine));
  return new Set(lines.map(({ name }) => name));
}

function leastSecure(usable: readonly Interface[]): ReadonlySet<string> {
  const levels = usable.map(levelOf);
  const lowest = levels.reduce((least, level) => Math.min(least, level), 100);
  const least = usable.filter((one) => levelOf(one) === lowest).map(({ name }) => name);
  // Where no level is shown, the name that every manual gives it.
  return new Set(least.length < usable.length ? least : least.filter((name) => /^outside$/i.test(name)));
}

/** "The ASA sets the inside interface to 100 and every other to 0" (*ASA Command Reference*, `nameif`). */
export function levelOf({ name, level }: Interface): number {
  return level ?? (name.toLowerCase() === 'inside' ? 100 : 0);
}

/** Interfaces that are up and serve other traffic than the device's own. A subinterface is down with its interface. */
export function usableInterfaces(interfaces: readonly Interface[]): readonly Interface[] {
  const isShut = shutAmong(interfaces);
  return interfaces.filter((one) => isTransit(one) && !isShut(one));
}

/** Those that would be, if they were not shut down. */
export function shutInterfaces(interfaces: readonly Interface[]): readonly Interface[] {
  const isShut = shutAmong(interfaces);
  return interfaces.filter((one) => isTransit(one) && isShut(one));
}

function isTransit({ management, name }: Interface): boolean {
  return !management && !NO_TRANSIT.test(name);
}

function shutAmong(interfaces: readonly Interface[]): (one: Interface) => boolean {
  const down = new Set(interfaces.filter(({ shutdown }) => shutdown).map(portOf));
  return (one) => {
    const port = portOf(one);
    return one.shutdown || (port.includes('.') && down.has(port.slice(0, port.indexOf('.'))));
  };
}

/** The name in the header of an interface, which `nameif` does not change. */
function portOf({ header: { own } }: Interface): string {
  return own.statement.kind === 'open-interface' ? own.statement.mode.name.toLowerCase() : '';
}
