// Packets for documented addresses that a translation sends elsewhere: nothing says whether the service answers there.
import type { Requirement } from '../../../catalog/requirement.js';
import { TRANSLATES } from '../../../model/chain-walk.js';
import type { FilterCase } from '../../../model/filter.js';

/** Whether a document gives the addresses that packets are for: others are not what it is about. */
export function givesDestination({ kind, flow }: Pick<Requirement, 'kind' | 'flow'>): boolean {
  return kind === 'reach' && flow.direction === 'outbound' && (flow.to.prefixes?.length ?? 0) > 0;
}

/** A case of packets for documented addresses: of those that pass, it is open what they reach if they then go elsewhere. */
export function openIfDiverted(one: FilterCase): FilterCase {
  if (one.outcome.kind !== 'accept') return one;
  const step = one.trace.find(({ effect }) => effect === TRANSLATES);
  if (!step) return one;
  const reason = 'it depends on whether the translated destination leads to the service';
  return { ...one, decidedBy: step.statement, outcome: { kind: 'undecided', reason } };
}
