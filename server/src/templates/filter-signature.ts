// What a packet filter does, as a text: equal for filters that treat all packets in the same way by rules in the same order.
import type { FilterChain, FilterRule } from '../model/filter.js';
import type { Model } from '../model/model.js';

/** Names are left out: a filter does the same under another name. */
export function signatureOf(model: Model): string {
  if (model.kind !== 'filter') return '';
  const points = model.points.map(({ hook, stateful, chains }) => [
    hook,
    stateful,
    chains.map((chain) => [chain.policy, chain.families, rulesOf(chain)]),
  ]);
  return JSON.stringify([model.families, points, [...model.chains.values()].map(rulesOf)]);
}

function rulesOf({ rules }: FilterChain): unknown {
  return rules.map(ruleOf);
}

function ruleOf({ match, phases, limit, opaque, action }: FilterRule): unknown {
  const boxes = match.map((box) => Object.values(box).map((set: { readonly key: string }) => set.key));
  return [boxes, phases, [...(limit?.states ?? [])], opaque.length, action.kind];
}
