// The addresses of packs that refer to endpoint sets, so that an updated endpoint list changes them as well.
import { Memo } from '../kept/memo.js';
import type { Endpoint, Pack, Requirement, RequirementFlow } from './requirement.js';

/**
 * A pack with the addresses of the endpoint sets that it refers to, from the first of the lists that has addresses for them;
 * the pack itself where nothing changes.
 */
export function withSetAddresses(pack: Pack, lists: readonly Pack[]): Pack {
  const requirements = pack.requirements.map((requirement) => resolved(requirement, lists));
  return requirements.every((one, index) => one === pack.requirements[index]) ? pack : { ...pack, requirements };
}

function resolved(requirement: Requirement, lists: readonly Pack[]): Requirement {
  const { flow } = requirement;
  if (!flow.from.sets && !flow.to.sets) return requirement;
  const [from, to] = [flow.from, flow.to].map((end) => addressed(end, lists)) as [Endpoint, Endpoint];
  const changed: RequirementFlow = { ...flow, from, to };
  return from === flow.from && to === flow.to ? requirement : { ...requirement, flow: changed };
}

function addressed(end: Endpoint, lists: readonly Pack[]): Endpoint {
  if (!end.sets) return end;
  const prefixes = [...new Set(end.sets.flatMap((set) => addressesOf(set, lists)))];
  return prefixes.join() === (end.prefixes ?? []).join() ? end : { ...end, prefixes };
}

function addressesOf(set: number, lists: readonly Pack[]): readonly string[] {
  for (const list of lists) {
    const found = addressesBySet.of(list, addressesOfSets).get(String(set));
    if (found) return found;
  }
  return [];
}

const addressesBySet = new Memo<Pack, ReadonlyMap<string, readonly string[]>>();

/** What a list has, by the number of the set, which the identifiers of its requirements contain: `m365-worldwide/11/udp`. */
function addressesOfSets({ id, requirements }: Pack): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const requirement of requirements) {
    const { prefixes = [] } = requirement.flow.to;
    const [pack, set] = requirement.id.split('/');
    if (requirement.kind !== 'reach' || pack !== id || set === undefined || prefixes.length === 0) continue;
    found.set(set, [...(found.get(set) ?? []), ...prefixes]);
  }
  return found;
}
