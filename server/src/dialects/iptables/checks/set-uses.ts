// Reports rules that test or change sets in a manner that the sets do not allow, or that makes their content unknown.
import type { Problem } from '../../dialect.js';
import type { Program } from '../program/program.js';
import type { ChainRule, PlacedChainRun, Ruleset } from '../program/ruleset.js';
import { isForFamily } from '../program/set-content.js';
import type { SetStore } from '../program/sets.js';
import type { SetCondition } from '../syntax/rule/rule.js';

export function setUseProblems({ rulesets, sets }: Program): Problem[] {
  const runs = rulesets.flatMap((ruleset) => runsOf(ruleset).map((placed) => ({ placed, ruleset })));
  const tested = new Set<string>();
  for (const { placed } of runs)
    for (const { rule } of rulesWithSets(placed)) for (const { name } of rule.sets) tested.add(name.text);
  return runs.flatMap(({ placed, ruleset }) =>
    rulesWithSets(placed).flatMap((chainRule) => problemsOfRule(chainRule, placed, { ruleset, sets, tested })),
  );
}

interface Context {
  readonly ruleset: Ruleset;
  readonly sets: SetStore;
  /** The sets that some rule tests. */
  readonly tested: ReadonlySet<string>;
}

function runsOf({ tables }: Ruleset): PlacedChainRun[] {
  return [...tables.values()].flatMap(({ chains }) => [...chains.values()].flatMap(({ runs }) => runs));
}

function rulesWithSets({ run }: PlacedChainRun): readonly ChainRule[] {
  if (!run.tests.sets) return run.setChangers;
  return run.rules.filter(({ rule }) => rule.sets.length + rule.setChanges.length > 0);
}

function problemsOfRule(one: ChainRule, { uri, start }: PlacedChainRun, context: Context): Problem[] {
  const range = { start: start + one.start, end: start + one.end };
  const found: Pick<Problem, 'code' | 'message'>[] = one.rule.sets.flatMap((set) => faultOf(set, context) ?? []);
  for (const { name } of one.rule.setChanges) {
    if (!context.tested.has(name.text) || !context.sets.get(name.text)) continue;
    const message = `packets change the set '${name.text}' here: verdicts that depend on what it holds are undecided`;
    found.push({ code: 'unmodelled-statement', message });
  }
  return found.map((problem) => ({ ...problem, uri, range }));
}

function faultOf(
  { name, directions, negated }: SetCondition,
  { ruleset, sets }: Context,
): Pick<Problem, 'code' | 'message'> | undefined {
  const properties = sets.get(name.text)?.properties;
  if (!properties) return undefined;
  const { family } = ruleset;
  if (!isForFamily(properties, family)) {
    const message = `the set '${name.text}' is for IPv${properties.family}, and iptables rejects it in a rule for IPv${family}`;
    return { code: 'syntax-error', message };
  }
  const needed = properties.type.dimensions.length;
  if (directions.length >= needed) return undefined;
  const effect = negated ? 'every packet matches' : 'no packet matches';
  const given = directions.length === 1 ? '1 direction' : `${directions.length} directions`;
  const example = properties.type.dimensions.map((_, i) => directions[i] ?? directions[0]).join();
  return {
    code: 'never-matches',
    message: `the set '${name.text}' of the type ${properties.type.name} needs ${needed} directions and the rule gives ${given}, so that ${effect}: write ${example}`,
  };
}
