// Finds the requirements that list a host, an address or a port.
import { once } from '../kept/once.js';
import { HostSet } from '../model/hosts.js';
import { IpSet, isEveryAddress, parsePrefix } from '../model/ip.js';
import { formatPorts, type PortSet } from '../model/ports.js';
import type { Requirement } from './requirement.js';
import { requirementPorts } from './requirement-sets.js';

/** An endpoint as a file names it: a host or pattern, an address or prefix, ports, or several of these together. */
export interface NamedEndpoint {
  /** A name, `*.example.com`, or `.example.com` for the name and everything below it. */
  readonly host?: string;
  /** `address` or `address/length`. */
  readonly prefix?: string;
  readonly ports?: PortSet;
  /** The protocol of `ports`; absent: TCP or UDP. */
  readonly protocol?: 'tcp' | 'udp';
}

/** How a listed text relates to what is asked: the same, wider, or with only a part in common. */
export type Relation = 'equal' | 'covers' | 'overlaps';

/** A requirement that lists an endpoint. */
export interface Served {
  readonly requirement: Requirement;
  /** What it lists, as the document writes it, with the relation to what is asked; for each given property one. */
  readonly matches: readonly { readonly listed: string; readonly relation: Relation }[];
}

/** How well a requirement matches: the kind of match first, then its narrowness. Higher is better. */
type Fit = readonly [kind: number, narrowness: number, listed: string];

const EQUAL = 2;
const COVERS = 1;
const OVERLAPS = 0;
const RELATIONS: readonly Relation[] = ['overlaps', 'covers', 'equal'];

/** Texts that requirements list, with the requirements by their place in the catalog. */
type Listed = ReadonlyMap<string, readonly number[]>;

interface ListedPorts {
  readonly ports: PortSet;
  readonly narrowness: number;
  readonly listed: string;
  readonly orders: number[];
}

/** Finds the requirements that list hosts, prefixes and ports. */
export class ServiceIndex {
  private readonly hostSets = new Map<string, HostSet>();
  private readonly prefixSets = new Map<string, IpSet>();
  private readonly hosts = once(() => this.listed(({ to, from }) => [...(to.hosts ?? []), ...(from.hosts ?? [])]));
  private readonly prefixes = once(() =>
    this.listed(({ to, from }) => [...(to.prefixes ?? []), ...(from.prefixes ?? [])]),
  );
  private readonly portSets = once(() => listedPorts(this.requirements));
  /** All that is listed of the internet: most addresses that a file names are nobody's service. */
  private readonly everyPrefix = once(() =>
    IpSet.parseAll([...this.prefixes().keys()].filter((prefix) => !isEveryAddress(prefix))),
  );

  constructor(private readonly requirements: readonly Requirement[]) {}

  /** The requirements that list an endpoint, the most specific first; every given property has to match. */
  served(endpoint: NamedEndpoint): readonly Served[] {
    const hostFits = endpoint.host === undefined ? undefined : fitsOf(this.hosts(), this.hostMatcher(endpoint.host));
    const prefixFits = endpoint.prefix === undefined ? undefined : this.prefixFits(endpoint.prefix);
    const { ports, protocol } = endpoint;
    const portFits = ports && this.portFits(ports);
    const found: { readonly requirement: Requirement; readonly order: number; readonly fits: readonly Fit[] }[] = [];
    for (const order of (hostFits ?? prefixFits ?? portFits ?? NO_FITS).keys()) {
      const requirement = this.requirements[order];
      // What must not pass goes by its ports: its addresses are those of everybody else.
      if (!requirement || (requirement.kind === 'forbid' && (hostFits || prefixFits))) continue;
      const asked = [
        ...(hostFits ? [hostFits.get(order)] : []),
        ...(prefixFits ? [prefixFits.get(order)] : []),
        ...(portFits ? [isOf(requirement, protocol) ? portFits.get(order) : undefined] : []),
      ];
      const fits = asked.filter((fit) => fit !== undefined);
      if (fits.length === asked.length) found.push({ requirement, order, fits });
    }
    // Ports say least: features name hosts of the service that they run on with fewer ports, and others use the same ports. They
    // decide among those of one category.
    const decisive = (fits: readonly Fit[]) => fits.slice(0, fits.length - (ports ? 1 : 0));
    found.sort(
      (a, b) =>
        compareFits(decisive(b.fits), decisive(a.fits)) ||
        priorityOf(a.requirement) - priorityOf(b.requirement) ||
        compareFits(b.fits, a.fits) ||
        a.order - b.order,
    );
    return found.map(({ requirement, fits }) => ({
      requirement,
      matches: fits.map(([kind, , listed]) => ({ listed, relation: RELATIONS[kind] ?? 'overlaps' })),
    }));
  }

  private hostMatcher(text: string): (pattern: string) => Fit | undefined {
    const host = text.toLowerCase();
    const asked = hostsOf(host);
    const isOneName = !host.startsWith('.') && !host.includes('*');
    const sameAs = host.startsWith('.') ? `*${host}` : host;
    return (pattern) => {
      const narrowness = pattern.replaceAll('*', '').length;
      if (pattern === sameAs) return [EQUAL, narrowness, pattern];
      const own = this.hostSets.get(pattern) ?? HostSet.pattern(pattern);
      this.hostSets.set(pattern, own);
      if (isOneName) return own.has(host) ? [COVERS, narrowness, pattern] : undefined;
      if (asked.intersect(own).isEmpty) return undefined;
      return [asked.subtract(own).isEmpty ? COVERS : OVERLAPS, narrowness, pattern];
    };
  }

  /** The texts that requirements list, each with those that list it. */
  private listed(textsOf: (flow: Requirement['flow']) => readonly string[]): Listed {
    const listed = new Map<string, number[]>();
    for (const [order, { flow }] of this.requirements.entries()) {
      for (const text of new Set(textsOf(flow))) {
        const known = listed.get(text);
        if (known) known.push(order);
        else listed.set(text, [order]);
      }
    }
    return listed;
  }

  /** Many requirements list the same ports: each set of them is compared once. */
  private portFits(asked: PortSet): ReadonlyMap<number, Fit> {
    const fits = new Map<number, Fit>();
    for (const { ports, narrowness, listed, orders } of this.portSets().values()) {
      if (!ports.overlaps(asked)) continue;
      const fit: Fit = [ports.containsAll(asked) ? COVERS : OVERLAPS, narrowness, listed];
      for (const order of orders) fits.set(order, fit);
    }
    return fits;
  }

  private prefixFits(text: string): ReadonlyMap<number, Fit> {
    const parsed = parsePrefix(text);
    const asked = parsed ? IpSet.of(parsed) : IpSet.empty;
    return this.everyPrefix().overlaps(asked) ? fitsOf(this.prefixes(), this.prefixMatcher(asked)) : NO_FITS;
  }

  private prefixMatcher(asked: IpSet): (prefix: string) => Fit | undefined {
    return (prefix) => {
      const own = this.prefixSets.get(prefix) ?? IpSet.parse(prefix);
      this.prefixSets.set(prefix, own);
      if (!own.overlaps(asked)) return undefined;
      const narrowness = parsePrefix(prefix)?.length ?? 0;
      if (isEveryAddress(prefix)) return undefined;
      if (own.equals(asked)) return [EQUAL, narrowness, prefix];
      return [own.containsAll(asked) ? COVERS : OVERLAPS, narrowness, prefix];
    };
  }
}

/** The names that an endpoint is about: `.example.com` is the name and everything below it. */
export function hostsOf(host: string): HostSet {
  return host.startsWith('.') ? HostSet.domain(host.slice(1)) : HostSet.pattern(host);
}

const NO_FITS: ReadonlyMap<number, Fit> = new Map();

/** How well requirements match by the best of the texts that they list, by their place; each text is compared once. */
function fitsOf(listed: Listed, match: (text: string) => Fit | undefined): ReadonlyMap<number, Fit> {
  const fits = new Map<number, Fit>();
  for (const [text, orders] of listed) {
    const fit = match(text);
    if (!fit) continue;
    for (const order of orders) {
      const known = fits.get(order);
      if (!known || compareFits([known], [fit]) < 0) fits.set(order, fit);
    }
  }
  return fits;
}

/** The ports that requirements list, by their texts, with the requirements by their place in the catalog. */
function listedPorts(requirements: readonly Requirement[]): ReadonlyMap<string, ListedPorts> {
  const listed = new Map<string, ListedPorts>();
  for (const [order, requirement] of requirements.entries()) {
    if (requirement.flow.ports === undefined) continue;
    const ports = requirementPorts(requirement);
    const text = formatPorts(ports);
    const known = listed.get(text);
    if (known) known.orders.push(order);
    else listed.set(text, { ports, narrowness: -sizeOf(ports), listed: text, orders: [order] });
  }
  return listed;
}

function isOf({ flow }: Requirement, protocol: NamedEndpoint['protocol']): boolean {
  return protocol === undefined || flow.protocol === 'any' || flow.protocol === protocol;
}

function sizeOf(ports: PortSet): number {
  return ports.intervals.reduce((size, [low, high]) => size + high - low + 1, 0);
}

function compareFits(a: readonly Fit[], b: readonly Fit[]): number {
  for (const [index, [kind, narrowness]] of a.entries()) {
    const [otherKind, otherNarrowness] = b[index] ?? [0, 0];
    if (kind !== otherKind) return kind - otherKind;
    if (narrowness !== otherNarrowness) return narrowness - otherNarrowness;
  }
  return 0;
}

/** A name or address in several sets follows the highest category ("Microsoft 365 IP Address and URL web service"). */
const PRIORITY = { optimize: 0, allow: 1, default: 2 } as const;

/** Lower comes first. */
export function priorityOf({ category }: Requirement): number {
  return category === undefined ? 3 : PRIORITY[category];
}
