// Whether a retired endpoint is still required by another document.
import { Memo } from '../kept/memo.js';
import { HostSet } from '../model/hosts.js';
import { IpSet, parsePrefix } from '../model/ip.js';
import type { Requirement, RetiredEndpoint } from './requirement.js';
import { requirementHosts } from './requirement-sets.js';

/** Whether one of some requirements still lists a retired endpoint or a part of it. */
export function isStillRequired(endpoint: RetiredEndpoint, requirements: readonly Requirement[]): boolean {
  return stillRequiring(endpoint, requirements).length > 0;
}

/** Those of some requirements that still list a retired endpoint or a part of it. */
export function stillRequiring(
  endpoint: RetiredEndpoint,
  requirements: readonly Requirement[],
): readonly Requirement[] {
  // What forbids to reach addresses does not ask for them.
  const current = requirements.filter(({ kind, retired }) => retired === undefined && kind !== 'forbid');
  const { host } = endpoint;
  if (host !== undefined) {
    const hosts = HostSet.pattern(host);
    return current.filter((requirement) => asksWithin(requirement, hosts));
  }
  const addresses = retiredAddresses(endpoint);
  return current.filter(
    ({ flow }) => overlapsListed(flow.to.prefixes, addresses) || overlapsListed(flow.from.prefixes, addresses),
  );
}

/** The addresses that are no longer listed: of a range that a narrower one replaced, the rest. */
export function retiredAddresses({ prefix, replacedBy = [] }: RetiredEndpoint): IpSet {
  return prefix === undefined ? IpSet.empty : IpSet.parse(prefix).subtract(IpSet.parseAll(replacedBy));
}

const NONE: readonly string[] = [];

/** Who lists every address lists none in particular. */
function overlapsListed(prefixes: readonly string[] = NONE, addresses: IpSet): boolean {
  return listedSets.of(prefixes, inParticular).overlaps(addresses);
}

/** The same for every endpoint of a file. */
const listedSets = new Memo<readonly string[], IpSet>();

function inParticular(prefixes: readonly string[]): IpSet {
  return IpSet.parseAll(prefixes.filter((text) => parsePrefix(text)?.length !== 0));
}

/** Whether a requirement has a host pattern inside `hosts`: a wide pattern of the file may serve it. */
function asksWithin(requirement: Requirement, hosts: HostSet): boolean {
  if (requirementHosts(requirement).intersect(hosts).isEmpty) return false;
  return (requirement.flow.to.hosts ?? []).some((pattern) => HostSet.pattern(pattern).subtract(hosts).isEmpty);
}
