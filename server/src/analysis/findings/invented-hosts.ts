// Hosts that are missing only in theory: names that happen to match an expression, below a documented wildcard.
import { HostSet } from '../../model/hosts.js';
import type { Evaluation, Share } from '../evaluate/evaluation.js';

/** Labels that names below a wildcard really have. */
const USUAL_LABELS = ['www', 'api', 'login', 'eu', 'us', 'cdn', 'static', 'contoso', 'contoso-my', 'a.b', 'eu-1.api'];

/**
 * Whether a share misses nothing but names below wildcards that an expression of the file picks out, such as every name with
 * `games` in it: no documented name, no subdomain that the file names, and none of the usual names.
 */
export function onlyInventedHosts({ requirement }: Pick<Evaluation, 'requirement'>, { missing }: Share): boolean {
  if (missing.kind !== 'hosts' || missing.hosts.isEmpty) return false;
  return (requirement.flow.to.hosts ?? []).every((pattern) => {
    const own = missing.hosts.intersect(HostSet.pattern(pattern));
    if (own.isEmpty) return true;
    if (!pattern.startsWith('*.') || own.isListOfNames) return false;
    return USUAL_LABELS.every((label) => !own.has(`${label}.${pattern.slice(2)}`));
  });
}
