// The addresses of packs that refer to endpoint sets, so that an updated endpoint list changes them as well.
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
  for (const { id, requirements } of lists) {
    const own = requirements.filter((one) => one.kind === 'reach' && one.id.startsWith(`${id}/${set}/`));
    const found = own.flatMap(({ flow }) => flow.to.prefixes ?? []);
    if (found.length > 0) return found;
  }
  return [];
}
