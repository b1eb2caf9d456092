// Reports jumps that form a loop. The kernel rejects such a ruleset (ELOOP); `nft -c` does not.
import type { Problem } from '../../dialect.js';
import { type Jump, jumpLoops } from '../../shared/jump-loops.js';
import { jumpsOf } from '../program/rule-statements.js';
import type { Chain, Ruleset } from '../program/ruleset.js';

export function jumpLoopProblems({ tables }: Ruleset): Problem[] {
  return [...tables.values()].flatMap(({ chains }) => {
    const starts = [...chains.values()].filter(({ base }) => base);
    return jumpLoops(starts, jumpsFrom).map(
      ({ uri, range, target }): Problem => ({
        code: 'syntax-error',
        uri,
        range,
        message: `this leads back to the chain ${target.name}, from which it came: the kernel refuses such a ruleset`,
      }),
    );
  });
}

function* jumpsFrom({ table, dependentRules }: Chain): Generator<Jump<Chain>> {
  for (const rule of dependentRules) {
    for (const name of new Set(jumpsOf(rule, table))) {
      const target = table.chains.get(name);
      if (target) yield { target, uri: rule.statement.uri, range: rule.statement.range };
    }
  }
}
