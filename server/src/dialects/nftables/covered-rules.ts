import type { FilterModel } from '../../model/filter.js';
import type { Statement } from '../../model/proxy.js';
import type { Problem } from '../dialect.js';
import { shadowedRules } from '../filter-rules.js';

/**
 * Rules that never decide. One rule of a file may have come to several of the model (the elements of a vmap, the phases of a
 * connection, the sides of a router): it is told only where all of them are covered.
 */
export function coveredRules(model: FilterModel): Problem[] {
  const parts = new Map<string, number>();
  const chains = [...model.chains.values()];
  for (const { rules } of chains) {
    for (const { statement, match, phases } of rules) {
      if (match.length === 0 || phases.length === 0) continue;
      const key = keyOf(statement);
      parts.set(key, (parts.get(key) ?? 0) + 1);
    }
  }
  const found = new Map<string, Problem[]>();
  for (const problem of shadowedRules(chains.map(({ rules }) => rules))) {
    const key = keyOf(problem);
    found.set(key, [...(found.get(key) ?? []), problem]);
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
