// What a packet filter says about itself and the networks around it, where that depends on what a template leaves open.
import type { BaseChain, FilterChain, FilterModel, FilterPoint, FilterRule } from '../model/filter.js';
import { undecided, unknownRule } from './open-rules.js';

/** A filter that is made from the same template. */
export interface Other {
  readonly model: FilterModel;
  /** The variable that makes the difference. */
  readonly name: string;
}

/**
 * The filter without what others that are made from the template do not say: where the networks around a point differ, it may
 * be that packets count which the others leave out, so that nothing is known of those that it denies.
 *
 * @param base the same filter as it was read; its points stand in the same order as those of the others
 */
export function withOpenPoints(filter: FilterModel, base: FilterModel, others: readonly Other[]): FilterModel {
  let changed = false;
  let denied: string | undefined;
  const points = filter.points.map((point, i) => {
    const own = base.points[i];
    if (!own) return point;
    const differing = others.flatMap(({ model, name }) => {
      const other = model.points.find((one, at) => one.hook === own.hook && (one.name === own.name || at === i));
      return other ? [{ other, name }] : [];
    });
    const use = differing.find(({ other }) => useOf(other) !== useOf(own));
    if (use) {
      changed = true;
      return { ...point, chains: point.chains.map((chain) => undecidedChain(chain, use.name, 'all')) };
    }
    const around = differing.find(({ other }) => networksOf(other) !== networksOf(own));
    if (!around) return point;
    changed = true;
    denied = around.name;
    const { surroundings: _, ...rest } = point;
    return { ...rest, chains: point.chains.map((chain) => undecidedChain(chain, around.name, 'denied')) };
  });
  if (!changed) return filter;
  const name = denied;
  if (name === undefined) return { ...filter, points };
  const chains = [...filter.chains].map(([key, chain]): [string, FilterChain] => [
    key,
    withRules(chain, rulesWithoutDenials(chain, name)),
  ]);
  return { ...filter, points, chains: new Map(chains) };
}

function rulesWithoutDenials({ rules }: FilterChain, name: string): FilterRule[] {
  return rules.map((rule) => (rule.action.kind === 'deny' ? { ...rule, action: undecided(name) } : rule));
}

function withRules<Of extends FilterChain>({ rulesFor: _, ...rest }: Of, rules: readonly FilterRule[]) {
  return { ...rest, rules };
}

function useOf({ stateful, byNameOnly, unasked, about }: FilterPoint): string {
  return JSON.stringify([stateful, byNameOnly === true, unasked !== undefined, about]);
}

/** The networks by the sides that they are on, as the file declares them; names of interfaces are as good as any others. */
export function networksOf({ surroundings }: FilterPoint): string {
  if (surroundings?.kind !== 'interfaces') return '';
  const sides = surroundings.interfaces.flatMap(({ side, networks, published, fromRules }) =>
    !fromRules && (networks || published) ? [JSON.stringify([side, networks?.key, published?.key])] : [],
  );
  return sides.sort().join();
}

function undecidedChain(chain: BaseChain, name: string, what: 'all' | 'denied'): BaseChain {
  const statement = chain.policyStatement ?? chain.rules[0]?.statement;
  if (!statement) return chain;
  const unknown = unknownRule(name, statement);
  if (what === 'all') return withRules(chain, [unknown, ...chain.rules]);
  const rules = rulesWithoutDenials(chain, name);
  return withRules(chain, chain.policy === 'deny' ? [...rules, unknown] : rules);
}
