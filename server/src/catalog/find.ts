// The reverse look-up: which sets of which documents list a host, an address or a port.
import { smallest } from '../kept/lists.js';
import { HostSet } from '../model/hosts.js';
import { type Address, IpSet, isEveryAddress, PRIVATE_SPACE, parsePrefix } from '../model/ip.js';
import { editDistance } from '../text/edit-distance.js';
import type { Catalog } from './catalog.js';
import { feedsOf } from './feed-addresses.js';
import { readOn } from './feeds.js';
import { CLOUDS, type Cloud, type Pack, type Requirement, type RetiredEndpoint } from './requirement.js';
import { requirementPorts } from './requirement-sets.js';
import { hostsOf, type NamedEndpoint, priorityOf, type Relation, type Served } from './service-index.js';

/** A set of a document that lists what was asked. */
export interface Listing {
  readonly pack: Pick<Pack, 'id' | 'title' | 'version'>;
  /** The day of the copy, `YYYY-MM-DD`, where its networks come from feeds. */
  readonly read?: string;
  /** The clouds in whose catalog it is; every one where the pack belongs to none. */
  readonly clouds: readonly Cloud[];
  /** What the set lists, one text for each thing that was asked. */
  readonly matches: readonly { readonly listed: string; readonly relation: Relation }[];
  /** What the document asks for this set: to reach it, and how proxies treat it. */
  readonly requirements: readonly Requirement[];
}

/** An endpoint that a document listed once. */
export interface FormerListing extends RetiredEndpoint {
  readonly cloud: Cloud | undefined;
  /** The prefixes inside of it that documents list today. */
  readonly remaining: readonly string[];
}

/** The nearest texts that a document lists. */
export interface Near {
  readonly listed: string;
  readonly requirement: Requirement;
  /** Of IPv4: how many addresses the listed network is below what was asked, or above it where negative. */
  readonly below?: number;
}

export interface Found {
  readonly listings: readonly Listing[];
  readonly former: readonly FormerListing[];
  /** Only where nothing lists what was asked. */
  readonly nearest: readonly Near[];
  /** Of addresses that were asked, those that no document lists; absent where there are none. */
  readonly unlisted?: IpSet;
  /** Whether what was asked is an address of private networks, which no document of the internet lists. */
  readonly isPrivate: boolean;
}

/** Looks an endpoint up in the catalogs of several clouds, the reader's own first. */
export function findEndpoint(endpoint: NamedEndpoint, catalogs: ReadonlyMap<Cloud, Catalog>): Found {
  const listings = new Map<string, Listing>();
  for (const [cloud, catalog] of catalogs) {
    for (const { pack, served } of setsOf(catalog, catalog.served(endpoint))) {
      const [first] = served;
      if (!first) continue;
      const key = `${pack.id} ${pack.version} ${first.requirement.id}`;
      const known = listings.get(key);
      const read = readOn(feedsOf(pack, first.requirement));
      listings.set(key, {
        pack: { id: pack.id, title: pack.title, version: pack.version },
        ...(read === undefined ? {} : { read }),
        clouds: pack.cloud === undefined ? [...(known?.clouds ?? []), cloud] : [pack.cloud],
        matches: first.matches,
        requirements: served.map(({ requirement }) => requirement),
      });
    }
  }
  const unlisted = addressesOf(endpoint)?.subtract(listedBy(listings.values()));
  return {
    listings: ordered([...listings.values()], endpoint),
    former: formerlyListed(endpoint, catalogs),
    nearest: listings.size > 0 ? [] : nearestOf(endpoint, catalogs),
    ...(unlisted?.isEmpty === false ? { unlisted } : {}),
    isPrivate: addressesOf(endpoint)?.intersect(PRIVATE_SPACE).isEmpty === false,
  };
}

/** Of sets that have only a port in common with what is asked, those that carry most traffic are meant most often. */
function ordered(listings: Listing[], { host, prefix }: NamedEndpoint): readonly Listing[] {
  if (host !== undefined || prefix !== undefined) return listings;
  const rank = ({ requirements: [main] }: Listing) => (main ? priorityOf(main) : 0);
  return listings.sort((a, b) => rank(a) - rank(b));
}

/** The requirements of one set are those of a pack with the same destinations: to reach them, and each treatment. */
function setsOf(catalog: Catalog, served: readonly Served[]): { readonly pack: Pack; readonly served: Served[] }[] {
  const sets = new Map<string, { pack: Pack; served: Served[] }>();
  for (const one of served) {
    const { id, flow } = one.requirement;
    const pack = catalog.packOf(one.requirement);
    if (!pack) continue;
    const key = `${id.slice(0, id.lastIndexOf('/'))} ${JSON.stringify(flow.to)}`;
    const known = sets.get(key);
    if (known) known.served.push(one);
    else sets.set(key, { pack, served: [one] });
  }
  return [...sets.values()];
}

function listedBy(listings: Iterable<Listing>): IpSet {
  const prefixes = [...listings].flatMap(({ requirements }) =>
    requirements.flatMap(({ flow }) => [...(flow.to.prefixes ?? []), ...(flow.from.prefixes ?? [])]),
  );
  return IpSet.parseAll(prefixes.filter((prefix) => !isEveryAddress(prefix)));
}

function addressesOf({ prefix }: NamedEndpoint): IpSet | undefined {
  const parsed = prefix === undefined ? undefined : parsePrefix(prefix);
  return parsed && IpSet.of(parsed);
}

/** What listed an endpoint once, and no longer does. */
export function formerlyListed(endpoint: NamedEndpoint, catalogs: ReadonlyMap<Cloud, Catalog>): FormerListing[] {
  const addresses = addressesOf(endpoint);
  const hosts = endpoint.host === undefined ? undefined : hostsOf(endpoint.host);
  const found = new Map<RetiredEndpoint, FormerListing>();
  for (const catalog of catalogs.values()) {
    for (const pack of catalog.packs) {
      for (const one of pack.retired ?? []) {
        const isAsked =
          (one.prefix !== undefined && addresses?.overlaps(IpSet.parse(one.prefix))) ||
          (one.host !== undefined && hosts && !hosts.intersect(HostSet.pattern(one.host)).isEmpty);
        if (isAsked) found.set(one, { ...one, cloud: pack.cloud, remaining: remainingOf(one, catalog) });
      }
    }
  }
  return [...found.values()];
}

function remainingOf({ prefix }: RetiredEndpoint, catalog: Catalog): string[] {
  if (prefix === undefined) return [];
  const was = IpSet.parse(prefix);
  const listed = catalog.requirements.flatMap(({ flow }) => flow.to.prefixes ?? []);
  return [...new Set(listed)].filter((text) => was.containsAll(IpSet.parse(text)));
}

const NEAREST_LIMIT = 3;

/** The listed texts that are most like what was asked, the nearest first; each once. */
function nearestOf(endpoint: NamedEndpoint, catalogs: ReadonlyMap<Cloud, Catalog>): Near[] {
  const measure = measureOf(endpoint);
  const best = new Map<string, { readonly near: Near; readonly distance: number }>();
  const listing = endpoint.ports === undefined ? (one: Requirement) => one.kind !== 'forbid' : () => true;
  for (const requirement of [...catalogs.values()].flatMap(({ requirements }) => requirements.filter(listing))) {
    for (const [listed, distance, below] of measure(requirement)) {
      const near = { listed, requirement, ...(below === undefined ? {} : { below }) };
      if (!best.has(listed)) best.set(listed, { near, distance });
    }
  }
  return [...best.values()]
    .sort((a, b) => a.distance - b.distance)
    .slice(0, NEAREST_LIMIT)
    .map(({ near }) => near);
}

/** A listed text, how far it is from what was asked, and {@link Near.below}. */
type Measured = readonly [listed: string, distance: number, below?: number];

type Measure = (requirement: Requirement) => readonly Measured[];

function measureOf(endpoint: NamedEndpoint): Measure {
  const asked = endpoint.prefix === undefined ? undefined : parsePrefix(endpoint.prefix);
  if (asked)
    return ({ flow }) =>
      (flow.to.prefixes ?? []).flatMap((listed): Measured[] => {
        const below = gapTo(asked.address, listed);
        if (below === undefined) return [];
        return [asked.address.family === 4 ? [listed, Math.abs(below), below] : [listed, Math.abs(below)]];
      });
  const { host } = endpoint;
  if (host !== undefined) return ({ flow }) => near(flow.to.hosts, (listed) => labelDistance(host, listed));
  return (requirement) => portDistance(endpoint, requirement);
}

function near(texts: readonly string[] = [], distanceOf: (listed: string) => number | undefined): Measured[] {
  return texts.flatMap((listed): Measured[] => {
    const distance = distanceOf(listed);
    return distance === undefined ? [] : [[listed, distance]];
  });
}

/** Two addresses are near where they begin with the same octet (IPv4), or the same 32 bits (IPv6, a registry's block) … */
const COMMON_BITS = { 4: 8, 6: 32 } as const;
/** … and of IPv4, where no more lie between than the network itself has, or a /24: what is further away belongs to somebody else. */
const SMALL_GAP = 2 ** 8;

/** How many addresses a listed network is below an address, or above it where negative; `undefined` where it is not near. */
function gapTo(asked: Address, listed: string): number | undefined {
  const other = parsePrefix(listed);
  if (!other || other.address.family !== asked.family || other.length === 0) return undefined;
  const around = IpSet.of({ address: asked, length: COMMON_BITS[asked.family] });
  const own = IpSet.of(other);
  if (!around.overlaps(own)) return undefined;
  const [low, high] = asked.family === 4 ? [own.v4.min, own.v4.max] : [own.v6.min, own.v6.max];
  if (low === undefined || high === undefined) return undefined;
  const at = BigInt(asked.value);
  const below = Number(at < BigInt(low) ? at - BigInt(low) : at - BigInt(high));
  const limit = Math.max(SMALL_GAP, 2 ** (32 - other.length));
  return asked.family === 4 && Math.abs(below) > limit ? undefined : below;
}

/**
 * Names are near where at least the last two labels are the same, which are what somebody registers, or where they differ by
 * a slip of the keyboard.
 */
function labelDistance(host: string, listed: string): number | undefined {
  const [own, other] = [bareName(host), bareName(listed)];
  const [ownLabels, otherLabels] = [own.split('.').reverse(), other.split('.').reverse()];
  const shorter = Math.min(ownLabels.length, otherLabels.length);
  let common = 0;
  while (common < shorter && ownLabels[common] === otherLabels[common]) common++;
  if (common >= 2) return ownLabels.length + otherLabels.length - 2 * common;
  const slips = editDistance(own, other);
  return slips <= SLIPS ? LABELS_OF_NAMES + slips : undefined;
}

/** How many typing errors a name may have. */
const SLIPS = 2;
/** A name has at most 127 labels (RFC 1035, section 2.3.4), so that every name with the same domain is nearer than a slip. */
const LABELS_OF_NAMES = 2 * 127;

function bareName(pattern: string): string {
  return pattern.replace(/^\*?\./, '');
}

function portDistance({ ports, protocol }: NamedEndpoint, requirement: Requirement): (readonly [string, number])[] {
  const { flow } = requirement;
  const [asked] = ports?.intervals ?? [];
  if (!asked || flow.ports === undefined || (protocol && flow.protocol !== 'any' && flow.protocol !== protocol))
    return [];
  const distance = smallest(
    requirementPorts(requirement).intervals.map(([low, high]) => Math.max(low - asked[1], asked[0] - high)),
  );
  return [[`${flow.protocol.toUpperCase()} ${flow.ports}`, distance]];
}

/** Whether a listing is in the catalog of every cloud. */
export function isInEveryCloud({ clouds }: Listing): boolean {
  return clouds.length === CLOUDS.length;
}
