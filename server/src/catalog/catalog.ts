// The requirement packs that files are checked against, and how selectors choose among their requirements.
import { endpointList, endpointPack, ownPacks } from '../../generated/catalog-data.js';
import { addTo } from '../kept/lists.js';
import { Interned, Memo } from '../kept/memo.js';
import { once } from '../kept/once.js';
import { IpSet } from '../model/ip.js';
import { withoutContradicted } from './contradictions.js';
import { packOfList } from './endpoints.js';
import { matchesGlob } from './glob.js';
import { type MediaPorts, withMediaPorts } from './media-ports.js';
import { COMMON_ROLES } from './pack-file.js';
import { CLOUDS, type Cloud, type Pack, type Requirement, type RetiredEndpoint } from './requirement.js';
import { requirementAddresses } from './requirement-sets.js';
import { type NamedEndpoint, type Served, ServiceIndex } from './service-index.js';
import { withSetAddresses } from './set-addresses.js';

/** The default selectors. */
export const DEFAULT_SELECTORS: readonly string[] = ['teams', 'm365+optimize', 'm365+allow', 'network-basics'];

/** The requirements that selectors match, and the selectors that match nothing. */
export interface Selection {
  /** In the order of the catalog, each once. */
  readonly requirements: readonly Requirement[];
  readonly unknownSelectors: readonly string[];
}

/** An immutable set of requirement packs. */
export class Catalog {
  readonly requirements: readonly Requirement[];
  /** Everything that a document of the catalog no longer lists. */
  readonly retired: readonly RetiredEndpoint[];
  /** Every role that a flow may name, with what it is. */
  readonly roles: ReadonlyMap<string, string>;
  private readonly ids: ReadonlyMap<string, Requirement>;
  /** The current requirements that selectors match. */
  private readonly matched = new Interned<string, readonly Requirement[]>(1_000);
  private packsByRequirement: ReadonlyMap<Requirement, Pack> | undefined;
  private services: ServiceIndex | undefined;
  private addresses: HostAddresses | undefined;
  private readonly versions = new Memo<Pack, Catalog>();
  /** What tenant restrictions require; made once, so that memos by requirement stay valid. */
  private restrictions: readonly Requirement[] | undefined;
  /** What these leave of the others. */
  private readonly uncontradicted = new Memo<Requirement, Requirement | undefined>();

  private constructor(
    readonly packs: readonly Pack[],
    private readonly mediaPorts: MediaPorts | undefined,
  ) {
    this.requirements = packs.flatMap((pack) => pack.requirements);
    this.retired = packs.flatMap((pack) => pack.retired ?? []);
    this.roles = new Map([COMMON_ROLES, ...packs.map((pack) => pack.roles ?? {})].flatMap(Object.entries));
    this.ids = new Map(this.requirements.map((requirement) => [requirement.id, requirement]));
  }

  /**
   * A catalog of packs. A later pack replaces an earlier one with the same id. Media ports that a network declares replace
   * those of its requirements, so that everything that reads the catalog asks for the same.
   */
  static of(packs: readonly Pack[], mediaPorts?: MediaPorts): Catalog {
    const byId = new Map(packs.map((pack) => [pack.id, pack]));
    const own = [...byId.values()].map((pack) => {
      if (pack.cloud === undefined) return pack;
      const inUse = byId.get(`m365-${pack.cloud}`);
      return withSetAddresses(pack, [...(inUse ? [inUse] : []), ...builtInPacks(pack.cloud).slice(0, 1)]);
    });
    return new Catalog(mediaPorts ? own.map((pack) => withDeclaredPorts(pack, mediaPorts)) : own, mediaPorts);
  }

  /** The built-in packs for one Microsoft cloud. */
  static builtIn(cloud: Cloud = 'worldwide'): Catalog {
    return Catalog.of(builtInPacks(cloud));
  }

  /** This catalog with another version of one of its packs; itself where it has no such pack. */
  withVersion(pack: Pack): Catalog {
    if (!this.packs.some(({ id }) => id === pack.id)) return this;
    return this.versions.of(pack, () => Catalog.of([...this.packs, pack], this.mediaPorts));
  }

  /** The pack that lists a requirement of this catalog. */
  packOf(requirement: Requirement): Pack | undefined {
    this.packsByRequirement ??= new Map(
      this.packs.flatMap((pack) => pack.requirements.map((one) => [one, pack] as const)),
    );
    return this.packsByRequirement.get(requirement);
  }

  byId(id: string): Requirement | undefined {
    return this.ids.get(id);
  }

  /** The tags that selectors can join, sorted. */
  get tags(): readonly string[] {
    const all = this.packs.flatMap((pack) => pack.requirements.flatMap((requirement) => tagsOf(requirement, pack)));
    return [...new Set(all)].sort();
  }

  /**
   * The requirements that selectors match: each is an id with `*` for any text, or tags joined by `+`, all of which a
   * requirement must have. A requirement that refines another selected one is left out unless its role is among
   * `declaredRoles`. Tenant restrictions add the requirements that they ask for, and take the hosts of these out of those that
   * contradict them.
   */
  select(
    selectors: readonly string[],
    declaredRoles: ReadonlySet<string> = new Set(),
    tenantRestrictions = false,
  ): Selection {
    const unknownSelectors: string[] = [];
    const selected = new Set<Requirement>();
    for (const selector of selectors) {
      const named = this.named(selector);
      if (named.length === 0) unknownSelectors.push(selector);
      for (const requirement of named) selected.add(requirement);
    }
    for (const requirement of this.requirements) {
      const { alongWith, flow } = requirement;
      const isMeant = alongWith !== undefined && selectors.includes(alongWith);
      if (isMeant && declaredRoles.has(flow.from.role ?? '')) selected.add(requirement);
    }
    const coveredByWider = ({ refines, flow }: Requirement) => {
      const wider = refines === undefined ? undefined : this.ids.get(refines);
      return wider !== undefined && selected.has(wider) && !declaredRoles.has(flow.from.role ?? '');
    };
    // How a proxy treats machines that nobody has is no question; that they cannot be reached is said in the coverage.
    const isOfNobody = ({ id, kind, onlyIfDeclared, flow }: Requirement) =>
      onlyIfDeclared && kind !== 'reach' && !declaredRoles.has(flow.from.role ?? '') && !selectors.includes(id);
    const requirements = this.requirements.filter(
      (requirement) => selected.has(requirement) && !coveredByWider(requirement) && !isOfNobody(requirement),
    );
    return { requirements: tenantRestrictions ? this.restrict(requirements) : requirements, unknownSelectors };
  }

  private restrict(selected: readonly Requirement[]): Requirement[] {
    this.restrictions ??= this.requirements.flatMap((requirement) => {
      const kind = requirement.underTenantRestrictions;
      return kind === undefined ? [] : [{ ...requirement, kind, required: kind !== 'advice' }];
    });
    const restrictions = this.restrictions;
    const ids = new Set(restrictions.map(({ id }) => id));
    const others = selected.flatMap((requirement) => {
      if (ids.has(requirement.id)) return [];
      return this.uncontradicted.of(requirement, (one) => withoutContradicted(one, restrictions)) ?? [];
    });
    return [...others, ...restrictions];
  }

  /** The current requirements that one selector matches. */
  named(selector: string): readonly Requirement[] {
    return this.matched.of(selector, () => this.search(selector));
  }

  private search(selector: string): readonly Requirement[] {
    const isCurrent = ({ retired }: Requirement) => retired === undefined;
    if (/[/*]/.test(selector))
      return this.requirements.filter((one) => isCurrent(one) && matchesGlob(one.id, selector));
    const wanted = selector.split('+');
    return this.packs.flatMap((pack) =>
      pack.requirements.filter((one) => isCurrent(one) && wanted.every((tag) => hasTag(one, pack, tag))),
    );
  }

  /** The addresses of hosts, by their names, where a requirement lists both. */
  get hostAddresses(): HostAddresses {
    this.addresses ??= new HostAddresses(this.requirements);
    return this.addresses;
  }

  /** The requirements that list a host, prefix or port, the most specific first; every given property has to match. */
  servedBy(endpoint: NamedEndpoint): readonly Requirement[] {
    return this.served(endpoint).map(({ requirement }) => requirement);
  }

  /** The same, each with what it lists. */
  served(endpoint: NamedEndpoint): readonly Served[] {
    this.services ??= new ServiceIndex(this.requirements);
    return this.services.served(endpoint);
  }
}

function withDeclaredPorts(pack: Pack, mediaPorts: MediaPorts): Pack {
  const requirements = pack.requirements.map((requirement) => withMediaPorts(requirement, mediaPorts));
  return requirements.every((one, i) => one === pack.requirements[i]) ? pack : { ...pack, requirements };
}

/** The id of its pack and the roles at its two ends work as tags of every requirement. */
function tagsOf({ tags, flow: { from, to } }: Requirement, pack: Pack): string[] {
  return [...tags, pack.id, from.role, to.role].filter((tag) => tag !== undefined);
}

/** Whether {@link tagsOf} has a tag. */
function hasTag({ tags, flow: { from, to } }: Requirement, pack: Pack, tag: string): boolean {
  return tags.includes(tag) || tag === pack.id || tag === from.role || tag === to.role;
}

/** The addresses of hosts that requirements name; they are read when somebody asks for a host. */
class HostAddresses {
  private readonly requirements = new Map<string, Requirement[]>();
  private readonly known = new Interned<string, IpSet>(10_000);

  constructor(requirements: readonly Requirement[]) {
    for (const requirement of requirements) {
      const { kind, retired, flow } = requirement;
      if (kind !== 'reach' || retired !== undefined || (flow.to.prefixes ?? []).length === 0) continue;
      // Of patterns it is not known whether each host that they match is at these addresses.
      for (const host of flow.to.hosts ?? []) if (!host.includes('*')) addTo(this.requirements, host, requirement);
    }
  }

  get(host: string): IpSet | undefined {
    const listing = this.requirements.get(host);
    return listing && this.known.of(host, () => IpSet.join(listing.map(requirementAddresses)));
  }
}

const builtIn = new Interned<Cloud, readonly Pack[]>(CLOUDS.length);

/** The built-in packs: the endpoints of one cloud, and the other packs for that cloud or for every cloud. */
export function builtInPacks(cloud: Cloud): readonly Pack[] {
  return builtIn.of(cloud, () => {
    const list = endpointPack(cloud) ?? packOfList(endpointList(cloud));
    const others = ownPacks().filter((pack) => pack.cloud === undefined || pack.cloud === cloud);
    return [list, ...others.map((pack) => withSetAddresses(pack, [list]))];
  });
}

/** Those of the built-in packs for some clouds that name networks which others publish. No endpoint list does. */
export function packsWithFeeds(clouds: readonly Cloud[]): readonly Pack[] {
  return ownPacks().filter(({ feeds, cloud }) => feeds && (cloud === undefined || clouds.includes(cloud)));
}

const titles = once(() => new Map(ownPacks().map(({ id, title }) => [id, title])));

/** The title of a pack of requirements that is built in. */
export function builtInTitle(pack: string): string | undefined {
  return titles().get(pack);
}
