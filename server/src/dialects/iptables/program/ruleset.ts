import type { QuotedLine } from '../../../model/evidence.js';
import type { OpaqueCondition } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import type { Rule } from '../meaning/rule.js';
import type { Operation } from '../syntax/command.js';
import type { Word } from '../syntax/words.js';

/** A rule with its place in a run. Offsets count from the start of the run. */
export interface RunEntry {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
  /** The rule as the file writes it. */
  readonly text: string;
  /** What has to hold for the rule to be in the chain at all: the test of an `if` in a script. */
  readonly conditions: readonly OpaqueCondition[];
}

/** Rules that follow each other in one chain. The same object as long as the file holds the same text for them. */
export interface Run {
  readonly entries: readonly RunEntry[];
}

/** A run at its place. */
export interface PlacedRun {
  readonly uri: string;
  /** The offset from which the entries' places count. */
  readonly start: number;
  readonly run: Run;
}

/** A chain as the commands have left it. */
export interface Chain {
  readonly name: string;
  readonly runs: readonly PlacedRun[];
  /** For the built-in chains. */
  readonly policy: Policy | undefined;
}

export interface Policy {
  readonly action: 'accept' | 'deny';
  /** The statement that sets it; `undefined` for the kernel's own. */
  readonly statement: QuotedLine | undefined;
  /** Policies that a script sets in some cases only, the latest first. */
  readonly alternatives: readonly ConditionalPolicy[];
}

export interface ConditionalPolicy {
  readonly action: 'accept' | 'deny';
  readonly statement: QuotedLine;
  readonly conditions: readonly OpaqueCondition[];
}

export type TableName = 'filter' | 'nat' | 'mangle' | 'raw' | 'security';

export interface Table {
  readonly name: TableName;
  readonly chains: ReadonlyMap<string, Chain>;
}

/** The tables of one address family. */
export interface Ruleset {
  readonly family: AddressFamily;
  readonly tables: ReadonlyMap<TableName, Table>;
}

export const BUILT_IN_CHAINS: Readonly<Record<TableName, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

export function isTableName(name: string): name is TableName {
  return Object.hasOwn(BUILT_IN_CHAINS, name);
}

/** One command that changes a table. */
export interface Step {
  readonly operation: Operation;
  readonly table: TableName;
  readonly chain: Word | undefined;
  readonly argument: Word | undefined;
  readonly rule: Rule;
  readonly statement: QuotedLine;
  readonly conditions: readonly OpaqueCondition[];
}

/** Why a step has no effect: what iptables answers to it. */
export type Refusal =
  | 'no-such-chain'
  | 'chain-exists'
  | 'no-such-rule'
  | 'bad-number'
  | 'not-built-in'
  | 'bad-policy'
  | 'built-in'
  | 'in-use';

interface MutableChain {
  name: string;
  runs: PlacedRun[];
  policy: Policy | undefined;
}

/** Carries out commands in their order. */
export class RulesetBuilder {
  private readonly tables = new Map<TableName, Map<string, MutableChain>>();

  constructor(readonly family: AddressFamily) {}

  /** The tables as they are now; later steps do not change what was returned. */
  build(): Ruleset {
    const tables = new Map<TableName, Table>();
    for (const [name, chains] of this.tables) {
      const copies = [...chains].map(([key, chain]): [string, Chain] => [key, { ...chain, runs: [...chain.runs] }]);
      tables.set(name, { name, chains: new Map(copies) });
    }
    return { family: this.family, tables };
  }

  /** Begins a table as iptables-restore does: built-in chains stay, everything in them goes. */
  restart(table: TableName): void {
    const before = this.tables.get(table);
    this.tables.delete(table);
    for (const [name, chain] of this.table(table)) chain.policy = before?.get(name)?.policy ?? chain.policy;
  }

  chainNames(table: TableName): string[] {
    return [...this.table(table).keys()];
  }

  /** Puts the tables of another rule set in the place of those of the same name. */
  replaceTables(ruleset: Ruleset): void {
    for (const { name, chains } of ruleset.tables.values()) {
      const copies = [...chains].map(([key, chain]): [string, MutableChain] => [
        key,
        { ...chain, runs: [...chain.runs] },
      ]);
      this.tables.set(name, new Map(copies));
    }
  }

  has(table: TableName, chain: string): boolean {
    return this.table(table).has(chain);
  }

  /** Makes a chain, or empties it where it is there already (`:NAME -`). */
  declare(table: TableName, chain: string): void {
    const known = this.table(table).get(chain);
    if (known) known.runs = [];
    else this.table(table).set(chain, { name: chain, runs: [], policy: undefined });
  }

  /** Appends rules; false where the chain does not exist. */
  append(table: TableName, chain: string, run: PlacedRun): boolean {
    const known = this.table(table).get(chain);
    known?.runs.push(run);
    return known !== undefined;
  }

  /** Carries out one command; tells why where iptables would refuse it. */
  apply(step: Step): Refusal | undefined {
    const chains = this.table(step.table);
    const { operation } = step;
    if (operation === 'check' || operation === 'list' || operation === 'zero') return undefined;
    if (operation === 'flush') return this.flush(step, chains);
    if (operation === 'delete-chain') return this.deleteChains(step, chains);
    const name = step.chain?.text ?? '';
    if (operation === 'new-chain') {
      if (chains.has(name)) return 'chain-exists';
      chains.set(name, { name, runs: [], policy: undefined });
      return undefined;
    }
    const chain = chains.get(name);
    if (!chain) return 'no-such-chain';
    switch (operation) {
      case 'append':
        chain.runs.push(runOf(step));
        return undefined;
      case 'insert':
        return insertAt(chain, step);
      case 'replace':
        return replaceAt(chain, step);
      case 'delete':
        return deleteFrom(chain, step);
      case 'policy':
        return setPolicy(chain, step);
      case 'rename-chain':
        if (chain.policy) return 'built-in';
        chains.delete(name);
        chain.name = step.argument?.text ?? '';
        chains.set(chain.name, chain);
        return undefined;
    }
  }

  private table(name: TableName): Map<string, MutableChain> {
    let chains = this.tables.get(name);
    if (!chains) {
      chains = new Map(
        BUILT_IN_CHAINS[name].map((chain): [string, MutableChain] => [
          chain,
          { name: chain, runs: [], policy: { action: 'accept', statement: undefined, alternatives: [] } },
        ]),
      );
      this.tables.set(name, chains);
    }
    return chains;
  }

  private flush(step: Step, chains: Map<string, MutableChain>): Refusal | undefined {
    const one = step.chain && chains.get(step.chain.text);
    if (step.chain && !one) return 'no-such-chain';
    for (const chain of one ? [one] : chains.values()) {
      // In some cases only: the rules stay in the others.
      chain.runs = step.conditions.length === 0 ? [] : allUnder(chain.runs, step);
    }
    return undefined;
  }

  private deleteChains(step: Step, chains: Map<string, MutableChain>): Refusal | undefined {
    if (step.conditions.length > 0) return undefined;
    if (!step.chain) {
      for (const [name, chain] of chains) if (!chain.policy && chain.runs.length === 0) chains.delete(name);
      return undefined;
    }
    const chain = chains.get(step.chain.text);
    if (!chain) return 'no-such-chain';
    if (chain.policy) return 'built-in';
    if (chain.runs.length > 0) return 'in-use';
    chains.delete(chain.name);
    return undefined;
  }
}

function runOf({ rule, statement, conditions }: Step): PlacedRun {
  const { start, end } = statement.range;
  const entry = { rule, start: 0, end: end - start, text: statement.text, conditions };
  return { uri: statement.uri, start, run: { entries: [entry] } };
}

/** The rules with the doubt whether a step has removed them. */
function allUnder(runs: readonly PlacedRun[], step: Step): PlacedRun[] {
  const doubt = { text: `not ${step.conditions.map(({ text }) => text).join(' and ')}` };
  return runs.map((placed) => ({
    ...placed,
    run: { entries: placed.run.entries.map((entry) => ({ ...entry, conditions: [...entry.conditions, doubt] })) },
  }));
}

/** Splits the runs of a chain in front of its rule number `number`, counted from 1. */
function splitAt(chain: MutableChain, number: number): { before: PlacedRun[]; after: PlacedRun[] } | undefined {
  let left = number - 1;
  for (const [index, placed] of chain.runs.entries()) {
    const { entries } = placed.run;
    if (left === 0) return { before: chain.runs.slice(0, index), after: chain.runs.slice(index) };
    if (left < entries.length) {
      const part = (some: readonly RunEntry[]): PlacedRun => ({ ...placed, run: { entries: some } });
      return {
        before: [...chain.runs.slice(0, index), part(entries.slice(0, left))],
        after: [part(entries.slice(left)), ...chain.runs.slice(index + 1)],
      };
    }
    left -= entries.length;
  }
  return left === 0 ? { before: [...chain.runs], after: [] } : undefined;
}

function ruleNumber(step: Step, fallback: number): number | undefined {
  if (!step.argument) return fallback;
  return /^[1-9]\d{0,8}$/.test(step.argument.text) ? Number(step.argument.text) : undefined;
}

function insertAt(chain: MutableChain, step: Step): Refusal | undefined {
  const number = ruleNumber(step, 1);
  const parts = number === undefined ? undefined : splitAt(chain, number);
  if (!parts) return 'bad-number';
  chain.runs = [...parts.before, runOf(step), ...parts.after];
  return undefined;
}

function replaceAt(chain: MutableChain, step: Step): Refusal | undefined {
  const number = ruleNumber(step, 0);
  const parts = number === undefined ? undefined : splitAt(chain, number);
  if (!parts || parts.after.length === 0) return 'bad-number';
  chain.runs = [...parts.before, runOf(step), ...withoutFirst(parts.after, step)];
  return undefined;
}

function deleteFrom(chain: MutableChain, step: Step): Refusal | undefined {
  const number = step.argument ? ruleNumber(step, 0) : positionOf(chain, step.rule);
  if (number === undefined) return step.argument ? 'bad-number' : 'no-such-rule';
  const parts = splitAt(chain, number);
  if (!parts || parts.after.length === 0) return 'bad-number';
  chain.runs = [...parts.before, ...withoutFirst(parts.after, step)];
  return undefined;
}

/** Without the first rule; with it under the doubt whether it is there, where the step is carried out in some cases only. */
function withoutFirst(runs: readonly PlacedRun[], step: Step): PlacedRun[] {
  const [first, ...others] = runs;
  if (!first) return [];
  const [entry, ...rest] = first.run.entries;
  const kept = step.conditions.length > 0 && entry ? allUnder([{ ...first, run: { entries: [entry] } }], step) : [];
  return rest.length > 0 ? [...kept, { ...first, run: { entries: rest } }, ...others] : [...kept, ...others];
}

/** The number of the first rule that is equal to another one. */
function positionOf(chain: MutableChain, rule: Rule): number | undefined {
  const wanted = identityOf(rule);
  let number = 1;
  for (const { run } of chain.runs) {
    for (const entry of run.entries) {
      if (identityOf(entry.rule) === wanted) return number;
      number++;
    }
  }
  return undefined;
}

/** What iptables compares when it looks for a rule: what it matches and what it does. */
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
  const texts = [...rule.opaque, ...rule.states, ...rule.sets, ...rule.addressTypes].map(({ text }) => text);
  return JSON.stringify([boxes, rule.phases, texts, rule.target?.text, rule.goto]);
}

const POLICIES: Readonly<Record<string, Policy['action']>> = { ACCEPT: 'accept', DROP: 'deny' };

function setPolicy(chain: MutableChain, step: Step): Refusal | undefined {
  if (!chain.policy) return 'not-built-in';
  const name = step.argument?.text ?? '';
  const action = Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
  if (!action) return 'bad-policy';
  if (step.conditions.length === 0) chain.policy = { action, statement: step.statement, alternatives: [] };
  else {
    const { statement, conditions } = step;
    chain.policy = { ...chain.policy, alternatives: [{ action, statement, conditions }, ...chain.policy.alternatives] };
  }
  return undefined;
}
