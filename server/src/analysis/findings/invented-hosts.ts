// Hosts that are missing only in theory: names that happen to match an expression, below a documented wildcard.
import { HostSet } from '../../model/hosts.js';
import type { Evaluation, Share } from '../evaluate/evaluation.js';

/** Labels that names below a wildcard really have. */
const USUAL_LABELS = ['www', 'api', 'login', 'eu', 'us', 'cdn', 'static', 'contoso', 'contoso-my', 'a.b', 'eu-1.api'];

/**
 * Whether a share misses nothing but names below wildcards that an expression of the file picks out, such as every name with
 * `games` in it: no documented name, no subdomain that the file names, and none of the usual names.
 */
export function onlyInventedHosts(evaluation: Pick<Evaluation, 'requirement'>, share: Share): boolean {
  return !missesUsualHosts(evaluation, share) && !missesListedHosts(evaluation, share);
}

/** Whether a share misses a documented name, or one of the usual names below a documented wildcard. Names are looked up, nothing is searched. */
export function missesUsualHosts({ requirement }: Pick<Evaluation, 'requirement'>, { missing }: Share): boolean {
  if (missing.kind !== 'hosts') return true;
  return (requirement.flow.to.hosts ?? []).some((pattern) => {
    if (!pattern.includes('*')) return missing.hosts.has(pattern);
    return USUAL_LABELS.some((label) => missing.hosts.has(pattern.replace('*', label)));
  });
}

/** Whether what a share misses of a documented host is a list of names, or has a wildcard elsewhere than as its first label. */
function missesListedHosts({ requirement }: Pick<Evaluation, 'requirement'>, { missing }: Share): boolean {
  if (missing.kind !== 'hosts' || missing.hosts.isEmpty) return true;
  return (requirement.flow.to.hosts ?? []).some((pattern) => {
    const own = missing.hosts.intersect(HostSet.pattern(pattern));
    return (!pattern.startsWith('*.') || own.isListOfNames) && !own.isEmpty;
  });
}
