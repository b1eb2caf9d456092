// What remains of a requirement where others contradict it for some of its hosts.
import { HostSet } from '../model/hosts.js';
import { matchesGlob } from './glob.js';
import type { Requirement } from './requirement.js';
import { requirementHosts } from './requirement-sets.js';

/**
 * A requirement without the hosts for which some requirements contradict it; itself where none does, and `undefined` where
 * nothing is left. Its other hosts keep the treatment that their document asks for.
 */
export function withoutContradicted(
  requirement: Requirement,
  contradicting: readonly Requirement[],
): Requirement | undefined {
  const against = contradicting.filter(({ conflictsWith = [] }) =>
    conflictsWith.some((glob) => matchesGlob(requirement.id, glob)),
  );
  if (against.length === 0) return requirement;
  const { hosts } = requirement.flow.to;
  // What names no hosts, at either side, is contradicted as a whole.
  if (!hosts || against.some(({ flow }) => !flow.to.hosts)) return undefined;
  const taken = HostSet.union(against.map(requirementHosts));
  const left = hosts.filter((host) => HostSet.pattern(host).intersect(taken).isEmpty);
  if (left.length === 0) return undefined;
  return { ...requirement, flow: { ...requirement.flow, to: { ...requirement.flow.to, hosts: left } } };
}
