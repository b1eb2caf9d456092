// Whether a retired endpoint is still required by another document.
import { HostSet } from '../model/hosts.js';
import { IpSet } from '../model/ip.js';
import type { Requirement, RetiredEndpoint } from './requirement.js';
import { requirementAddresses, requirementHosts } from './requirement-sets.js';

/** Whether one of some requirements still lists a retired endpoint or a part of it. */
export function isStillRequired({ host, prefix }: RetiredEndpoint, requirements: readonly Requirement[]): boolean {
  if (host !== undefined) {
    const hosts = HostSet.pattern(host);
    return requirements.some((requirement) => asksWithin(requirement, hosts));
  }
  const addresses = prefix === undefined ? IpSet.empty : IpSet.parse(prefix);
  return requirements.some((requirement) => requirementAddresses(requirement).overlaps(addresses));
}

/** Whether a requirement has a host pattern inside `hosts`: a wide pattern of the file may serve it. */
function asksWithin(requirement: Requirement, hosts: HostSet): boolean {
  if (requirementHosts(requirement).intersect(hosts).isEmpty) return false;
  return (requirement.flow.to.hosts ?? []).some((pattern) => HostSet.pattern(pattern).subtract(hosts).isEmpty);
}
