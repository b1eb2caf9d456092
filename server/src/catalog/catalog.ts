// The requirement packs that files are checked against, and how selectors choose among their requirements.
import { ENDPOINT_LISTS, PACKS } from '../../generated/catalog-data.js';
import { Interned, Memo } from '../kept/memo.js';
import { packFromEndpoints } from './endpoints.js';
import { COMMON_ROLES } from './pack-file.js';
import type { Cloud, Pack, Requirement, RetiredEndpoint } from './requirement.js';
import { type Place, ServiceIndex } from './service-index.js';

/** What a file is checked against where nothing else is said. */
export const DEFAULT_SELECTORS: readonly string[] = ['teams', 'm365+optimize', 'm365+allow'];

/** What selectors name, and the selectors among them that name nothing. */
export interface Selection {
  /** In the order of the catalog, each once. */
  readonly requirements: readonly Requirement[];
  readonly unknownSelectors: readonly string[];
}

/** An immutable set of requirement packs. */
export class Catalog {
  readonly requirements: readonly Requirement[];
  /** Everything that a document of the catalog lists no more. */
  readonly retired: readonly RetiredEndpoint[];
  /** Every role that a flow may name, with what it is. */
  readonly roles: ReadonlyMap<string, string>;
  private readonly ids: ReadonlyMap<string, Requirement>;
  private readonly tagsOf: ReadonlyMap<Requirement, ReadonlySet<string>>;
  private services: ServiceIndex | undefined;
  private readonly versions = new Memo<Pack, Catalog>();
  /** What tenant restrictions require; made once, so that what is kept for a requirement still holds. */
  private restrictions: readonly Requirement[] | undefined;

  private constructor(readonly packs: readonly Pack[]) {
    this.requirements = packs.flatMap((pack) => pack.requirements);
    this.retired = packs.flatMap((pack) => pack.retired ?? []);
    this.roles = new Map([COMMON_ROLES, ...packs.map((pack) => pack.roles ?? {})].flatMap(Object.entries));
    this.ids = new Map(this.requirements.map((requirement) => [requirement.id, requirement]));
    // The id of its pack works as a tag of every requirement.
    this.tagsOf = new Map(
      packs.flatMap((pack) =>
        pack.requirements.map((requirement) => [requirement, new Set([...requirement.tags, pack.id])] as const),
      ),
    );
  }

  /** A catalog of packs. A later pack replaces an earlier one with the same id. */
  static of(packs: readonly Pack[]): Catalog {
    return new Catalog([...new Map(packs.map((pack) => [pack.id, pack])).values()]);
  }

  /** The packs that come with Lintel, for the users of one Microsoft cloud. */
  static builtIn(cloud: Cloud = 'worldwide'): Catalog {
    return Catalog.of(builtInPacks(cloud));
  }

  /** This catalog with another version of one of its packs; itself where it has no such pack. */
  withVersion(pack: Pack): Catalog {
    if (!this.packs.some(({ id }) => id === pack.id)) return this;
    return this.versions.of(pack, () => Catalog.of([...this.packs, pack]));
  }

  byId(id: string): Requirement | undefined {
    return this.ids.get(id);
  }

  /** The words that selectors can join, sorted. */
  get tags(): readonly string[] {
    return [...new Set([...this.tagsOf.values()].flatMap((tags) => [...tags]))].sort();
  }

  /**
   * The requirements that selectors name: each an id with `*` for any text, or tags joined by `+` that a requirement has
   * to carry all of. A requirement that refines another selected one is left out where the role that it is about is not
   * among `declaredRoles`. Tenant restrictions add what they ask for, and take out what contradicts that.
   */
  select(
    selectors: readonly string[],
    declaredRoles: ReadonlySet<string> = new Set(),
    tenantRestrictions = false,
  ): Selection {
    const unknownSelectors: string[] = [];
    const selected = new Set<Requirement>();
    for (const selector of selectors) {
      const named = this.namedBy(selector);
      if (named.length === 0) unknownSelectors.push(selector);
      for (const requirement of named) selected.add(requirement);
    }
    const spokenFor = ({ refines, flow }: Requirement) => {
      const wider = refines === undefined ? undefined : this.ids.get(refines);
      return wider !== undefined && selected.has(wider) && !declaredRoles.has(flow.from.role ?? '');
    };
    const requirements = this.requirements.filter(
      (requirement) => selected.has(requirement) && !spokenFor(requirement),
    );
    return { requirements: tenantRestrictions ? this.restrict(requirements) : requirements, unknownSelectors };
  }

  private restrict(selected: readonly Requirement[]): Requirement[] {
    this.restrictions ??= this.requirements.flatMap((requirement) => {
      const kind = requirement.underTenantRestrictions;
      return kind === undefined ? [] : [{ ...requirement, kind, required: kind !== 'advice' }];
    });
    const ids = new Set(this.restrictions.map(({ id }) => id));
    const contradicted = this.restrictions.flatMap(({ conflictsWith = [] }) => conflictsWith);
    const others = selected.filter(({ id }) => !ids.has(id) && !contradicted.some((glob) => matchesGlob(id, glob)));
    return [...others, ...this.restrictions];
  }

  private namedBy(selector: string): readonly Requirement[] {
    const current = this.requirements.filter(({ retired }) => retired === undefined);
    if (/[/*]/.test(selector)) return current.filter(({ id }) => matchesGlob(id, selector));
    const tags = selector.split('+');
    return current.filter((requirement) => tags.every((tag) => this.tagsOf.get(requirement)?.has(tag)));
  }

  /** The requirements that a host, prefix or port serves, the most specific first; all that is given has to fit. */
  servedBy(place: Place): readonly Requirement[] {
    this.services ??= new ServiceIndex(this.requirements);
    return this.services.servedBy(place);
  }
}

const builtIn = new Interned<Cloud, readonly Pack[]>(Object.keys(ENDPOINT_LISTS).length);

/** The packs that come with Lintel: the endpoints of one cloud, and those that hold for it or for every cloud. */
export function builtInPacks(cloud: Cloud): readonly Pack[] {
  return builtIn.of(cloud, () => {
    const { instance, version, endpoints } = ENDPOINT_LISTS[cloud];
    return [
      packFromEndpoints(instance, version, endpoints),
      ...PACKS.filter((pack) => pack.cloud === undefined || pack.cloud === cloud),
    ];
  });
}

/** Whether `text` is `pattern`, in which `*` stands for any text, slashes included. */
function matchesGlob(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
