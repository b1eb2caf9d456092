// Applies one command to the rules or the policy of a chain.
import type { Rule } from '../syntax/rule/rule.js';
import { type ChainRule, ChainRun, type PlacedChainRun, type Policy } from './ruleset.js';
import type { Refusal, TableCommand } from './table-command.js';

/** A chain while commands are executed. */
export interface MutableChain {
  name: string;
  runs: PlacedChainRun[];
  policy: Policy | undefined;
}

export function runOf({ rule, statement, conditions }: TableCommand): PlacedChainRun {
  const { start, end } = statement.range;
  const only = { rule, start: 0, end: end - start, text: statement.text, conditions };
  return { uri: statement.uri, start, run: new ChainRun([only]), isOfCommand: true };
}

/** Runs of commands that follow each other as one: a loop of a script makes thousands, and each run is searched by itself. */
export function joinedRuns(runs: readonly PlacedChainRun[]): PlacedChainRun[] {
  const result: PlacedChainRun[] = [];
  let group: PlacedChainRun[] = [];
  const close = () => {
    const [first, second] = group;
    if (first && second) {
      const rules = group.flatMap(({ start, run }) =>
        run.rules.map((one) => changedRule(one, { start: start + one.start, end: start + one.end })),
      );
      result.push({ uri: first.uri, start: 0, run: new ChainRun(rules), isOfCommand: true });
    } else if (first) result.push(first);
    group = [];
  };
  for (const placed of runs) {
    if (!placed.isOfCommand || (group[0] && group[0].uri !== placed.uri)) close();
    if (placed.isOfCommand) group.push(placed);
    else result.push(placed);
  }
  close();
  return result;
}

/** The rules under the condition that a command has not removed them. */
export function allUnder(runs: readonly PlacedChainRun[], command: TableCommand): PlacedChainRun[] {
  const kept = { text: `not ${command.conditions.map(({ text }) => text).join(' and ')}` };
  return runs.map((placed) => ({
    ...placed,
    run: new ChainRun(placed.run.rules.map((one) => changedRule(one, { conditions: [...one.conditions, kept] }))),
  }));
}

/** A rule with something else. Of one that computes what it has, a spread would have nothing. */
function changedRule({ rule, text, start, end, conditions }: ChainRule, changes: Partial<ChainRule>): ChainRule {
  return { rule, text, start, end, conditions, ...changes };
}

/** Splits the runs of a chain before its rule number `number`, counted from 1. */
function splitAt(
  chain: MutableChain,
  number: number,
): { before: PlacedChainRun[]; after: PlacedChainRun[] } | undefined {
  let left = number - 1;
  for (const [index, placed] of chain.runs.entries()) {
    const { rules } = placed.run;
    if (left === 0) return { before: chain.runs.slice(0, index), after: chain.runs.slice(index) };
    if (left < rules.length) {
      const part = (some: readonly ChainRule[]): PlacedChainRun => ({ ...placed, run: new ChainRun(some) });
      return {
        before: [...chain.runs.slice(0, index), part(rules.slice(0, left))],
        after: [part(rules.slice(left)), ...chain.runs.slice(index + 1)],
      };
    }
    left -= rules.length;
  }
  return left === 0 ? { before: [...chain.runs], after: [] } : undefined;
}

function ruleNumber(command: TableCommand, fallback: number): number | undefined {
  if (!command.argument) return fallback;
  return /^[1-9]\d{0,8}$/.test(command.argument.text) ? Number(command.argument.text) : undefined;
}

export function insertAt(chain: MutableChain, command: TableCommand): Refusal | undefined {
  const number = ruleNumber(command, 1);
  const parts = number === undefined ? undefined : splitAt(chain, number);
  if (!parts) return 'bad-number';
  chain.runs = [...parts.before, runOf(command), ...parts.after];
  return undefined;
}

export function replaceAt(chain: MutableChain, command: TableCommand): Refusal | undefined {
  const number = ruleNumber(command, 0);
  const parts = number === undefined ? undefined : splitAt(chain, number);
  if (!parts || parts.after.length === 0) return 'bad-number';
  chain.runs = [...parts.before, runOf(command), ...withoutFirst(parts.after, command)];
  return undefined;
}

export function deleteFrom(chain: MutableChain, command: TableCommand): Refusal | undefined {
  const number = command.argument ? ruleNumber(command, 0) : positionOf(chain, command.rule);
  if (number === undefined) return command.argument ? 'bad-number' : 'no-such-rule';
  const parts = splitAt(chain, number);
  if (!parts || parts.after.length === 0) return 'bad-number';
  chain.runs = [...parts.before, ...withoutFirst(parts.after, command)];
  return undefined;
}

/** Without the first rule; where the command is conditional, the rule stays under the opposite condition. */
function withoutFirst(runs: readonly PlacedChainRun[], command: TableCommand): PlacedChainRun[] {
  const [first, ...others] = runs;
  if (!first) return [];
  const [rule, ...rest] = first.run.rules;
  const kept =
    command.conditions.length > 0 && rule ? allUnder([{ ...first, run: new ChainRun([rule]) }], command) : [];
  return rest.length > 0 ? [...kept, { ...first, run: new ChainRun(rest) }, ...others] : [...kept, ...others];
}

/** The number of the first rule that is equal to another one. */
function positionOf(chain: MutableChain, rule: Rule): number | undefined {
  const wanted = identityOf(rule);
  let number = 1;
  for (const { run } of chain.runs) {
    for (const own of run.rules) {
      if (identityOf(own.rule) === wanted) return number;
      number++;
    }
  }
  return undefined;
}

/** What iptables compares to find a rule: what it matches and what it does. */
function identityOf(rule: Rule): string {
  const boxes = rule.match.map((box) => [
    box.source.toPrefixes().join(),
    box.destination.toPrefixes().join(),
    box.protocols.intervals.join(';'),
    box.sourcePorts.intervals.join(';'),
    box.destinationPorts.intervals.join(';'),
    box.inInterface.describe(),
    box.outInterface.describe(),
  ]);
  const texts = [...rule.states, ...rule.sets, ...rule.addressTypes].map(({ text }) => text);
  // Marks may be written in several ways: `--mark 0x1` is `--mark 1/0xffffffff`.
  const tests = rule.opaque.map(({ text, test }) => (test ? [test.of, test.values.intervals] : text));
  return JSON.stringify([boxes, rule.phases, tests, texts, rule.target?.text, rule.goto, effectOf(rule)]);
}

/** What a target does with its options, as far as that is modelled. */
function effectOf({ action }: Rule): unknown {
  if (action?.kind === 'set') return [action.register, action.to];
  if (action?.kind !== 'rewrite') return undefined;
  return [action.destination?.toPrefixes(), action.destinationPorts?.intervals];
}

const POLICIES: Readonly<Record<string, Policy['action']>> = { ACCEPT: 'accept', DROP: 'deny' };

export function setPolicy(chain: MutableChain, command: TableCommand): Refusal | undefined {
  if (!chain.policy) return 'not-built-in';
  const name = command.argument?.text ?? '';
  const action = Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
  if (!action) return 'bad-policy';
  if (command.conditions.length === 0) chain.policy = { action, statement: command.statement, alternatives: [] };
  else {
    const { statement, conditions } = command;
    chain.policy = { ...chain.policy, alternatives: [{ action, statement, conditions }, ...chain.policy.alternatives] };
  }
  return undefined;
}
