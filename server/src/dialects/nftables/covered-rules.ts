import type { FilterModel } from '../../model/filter.js';
import type { Statement } from '../../model/proxy.js';
import { runsOf } from '../../model/rule-runs.js';
import type { Problem } from '../dialect.js';
import { shadowedInRuns } from '../filter-rules.js';

/**
 * Rules that never decide. One rule of a file may have come to several of the model (the elements of a vmap, the phases of a
 * connection, the sides of a router): it is told only where all of them are covered.
 */
export function coveredRules(model: FilterModel): Problem[] {
  const chains = [...model.chains.values()];
  const found = new Map<string, Problem[]>();
  for (const problem of shadowedInRuns(chains.map(runsOf))) {
    const key = keyOf(problem);
    found.set(key, [...(found.get(key) ?? []), problem]);
  }
  if (found.size === 0) return [];
  const parts = new Map<string, number>();
  for (const { rules } of chains) {
    for (const { statement, match, phases } of rules) {
      if (match.length === 0 || phases.length === 0) continue;
      const key = keyOf(statement);
      parts.set(key, (parts.get(key) ?? 0) + 1);
    }
  }
  return [...found].flatMap(([key, problems]) => {
    const [first] = problems;
    if (!first || problems.length < (parts.get(key) ?? 0)) return [];
    return problems.find(({ code }) => code === 'shadowed-rule') ?? first;
  });
}

function keyOf({ uri, range }: Pick<Statement, 'uri' | 'range'>): string {
  return `${uri}#${range.start}`;
}
