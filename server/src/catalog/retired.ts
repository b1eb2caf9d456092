// Whether a withdrawn endpoint is still required by another document.
import { HostSet } from '../model/hosts.js';
import { IpSet } from '../model/ip.js';
import type { Requirement, RetiredEndpoint } from './requirement.js';
import { requirementAddresses, requirementHosts } from './requirement-sets.js';

/** Whether one of some requirements requires what another document no longer lists, or for a part of it. */
export function isStillAskedFor({ host, prefix }: RetiredEndpoint, requirements: readonly Requirement[]): boolean {
  if (host !== undefined) {
    const hosts = HostSet.pattern(host);
    return requirements.some((requirement) => asksWithin(requirement, hosts));
  }
  const addresses = prefix === undefined ? IpSet.empty : IpSet.parse(prefix);
  return requirements.some((requirement) => requirementAddresses(requirement).overlaps(addresses));
}

/** Whether a requirement has a host pattern of its own inside `hosts`: the file's wide pattern may be there for it. */
function asksWithin(requirement: Requirement, hosts: HostSet): boolean {
  if (requirementHosts(requirement).intersect(hosts).isEmpty) return false;
  return (requirement.flow.to.hosts ?? []).some((pattern) => HostSet.pattern(pattern).subtract(hosts).isEmpty);
}
