// Which points of a filter the traffic of its network passes: those of a router, or those of the host itself.
import type { FilterChain, FilterModel, FilterPoint } from './filter.js';
import { ruleCountOf } from './rule-runs.js';

/** What a workspace says of the device that a file is for. */
export interface AskedAt {
  /** What is behind the interfaces of a router. */
  readonly interfaces?: { readonly size: number };
  /** The hook that is meant, whichever the file suggests. */
  readonly hook?: string;
}

/** The points that packets are asked at: where nothing else is said, of a host not those of what it would forward. */
export function askedPoints(model: FilterModel, network: AskedAt): readonly FilterPoint[] {
  const filtering = filteringPoints(model, network);
  if (network.hook !== undefined || !isOfHost(filtering, network)) return filtering;
  return filtering.filter(({ hook }) => hook !== 'forward');
}

/**
 * The points at which a file decides anything. One that filters, but not what is forwarded, and that shows no network is that
 * of a host, which forwards nothing: of what it sends and receives, the policies decide that the file sets. Where only a policy
 * denies what is forwarded, both may be.
 */
export function filteringPoints({ points }: FilterModel, network: AskedAt = {}): readonly FilterPoint[] {
  const usual = points.filter(({ byNameOnly }) => !byNameOnly);
  if (!usual.some(filtersAny)) return usual;
  const forwarding = usual.filter(({ hook }) => hook === 'forward');
  const showsNetwork = (one: FilterPoint) => isSet(one) && isAmongNetworks(one, network);
  const isRouter = forwarding.some((one) => filtersAny(one) || showsNetwork(one));
  const routes = forwarding.some((one) => one.chains.some(hasRules) || showsNetwork(one));
  return usual.filter((point) => {
    if (point.hook === undefined || filtersAny(point)) return true;
    return point.hook === 'forward' ? isRouter : !routes && isSet(point);
  });
}

/**
 * Whether a file is that of a host, which is no router: it has rules for what the host receives or sends, and none of what it
 * would forward, all of which a policy denies. `iptables-save` writes that policy for every host that has once set it. A file
 * that shows networks, or of which lintel.yaml says what is behind its interfaces, is that of a router.
 */
function isOfHost(points: readonly FilterPoint[], network: AskedAt): boolean {
  const forward = points.find(({ hook }) => hook === 'forward');
  if (!forward || isAmongNetworks(forward, network)) return false;
  const others = points.filter(({ hook }) => hook === 'input' || hook === 'output');
  const shared = new Set(others.flatMap(({ chains }) => chains.map((chain) => chain.name)));
  const own = forward.chains.filter((chain) => !shared.has(chain.name));
  const isShut = own.some((chain) => chain.policy === 'deny') && !own.some(hasRules);
  return isShut && others.some(({ chains }) => chains.some(hasRules));
}

function isAmongNetworks({ surroundings }: FilterPoint, { interfaces }: AskedAt): boolean {
  return surroundings !== undefined || (interfaces !== undefined && interfaces.size > 0);
}

/** Whether the file itself sets what happens at a point, and does not only leave it as the device has it. */
function isSet({ chains }: FilterPoint): boolean {
  return chains.some(({ isImplied }) => !isImplied);
}

function filtersAny({ chains }: FilterPoint): boolean {
  return chains.some((chain) => chain.policy === 'deny' || hasRules(chain));
}

function hasRules(chain: FilterChain): boolean {
  return chain.hasRules ?? ruleCountOf(chain) > 0;
}
