// Reports rules that never decide, because preceding rules match all that they match.
import type { FilterModel } from '../../../model/filter.js';
import type { Problem } from '../../dialect.js';
import { shadowedStatements } from '../../shared/shadowed-rules.js';
import type { Ruleset } from '../program/ruleset.js';

/** In a file with more rules than this, the check is skipped. */
const RULE_LIMIT = 20_000;

export function rulesWithoutEffect(rulesets: readonly Ruleset[], model: FilterModel): Problem[] {
  if (countRules(rulesets) > RULE_LIMIT) return [];
  return shadowedStatements([...new Set([...model.points.flatMap((point) => point.chains), ...model.chains.values()])]);
}

function countRules(rulesets: readonly Ruleset[]): number {
  let count = 0;
  for (const { tables } of rulesets) {
    for (const { chains } of tables.values()) {
      for (const { runs } of chains.values()) for (const { run } of runs) count += run.rules.length;
    }
  }
  return count;
}
