// Reports targets that are not defined, and chains that no rule leads to.
import type { Problem } from '../../dialect.js';
import { type Chain, definitionKey, type NamedRuleset, type Table, targetChainsOf } from '../program/ruleset.js';

export function chainNameProblems(named: NamedRuleset): Problem[] {
  return [...named.ruleset.tables.values()].flatMap((table) => [
    ...[...table.chains.values()].flatMap((chain) => targetProblems(table, chain)),
    ...unusedChains(table, named),
  ]);
}

function targetProblems(table: Table, chain: Chain): Problem[] {
  return [...targetChainsOf(chain)].flatMap(([name, place]): Problem[] => {
    const target = table.chains.get(name);
    if (target && !target.policy) return [];
    if (target) {
      const message = `a rule cannot lead to the built-in chain '${name}'`;
      return [{ code: 'syntax-error', ...place, message }];
    }
    const message = `the table ${table.name} has no chain '${name}', and iptables has no target of this name`;
    return [{ code: 'undefined-name', ...place, message }];
  });
}

function unusedChains(table: Table, { definitions, isOpen }: NamedRuleset): Problem[] {
  if (isOpen) return [];
  const used = new Set<string>();
  for (const { runs } of table.chains.values()) {
    for (const { run } of runs) for (const name of run.targetChains.keys()) used.add(name);
  }
  return [...table.chains].flatMap(([name, { policy }]): Problem[] => {
    const definition = definitions.get(definitionKey(table.name, name));
    if (used.has(name) || policy || !definition) return [];
    return [{ code: 'unused-name', ...definition, message: `no rule leads to the chain '${name}'` }];
  });
}
