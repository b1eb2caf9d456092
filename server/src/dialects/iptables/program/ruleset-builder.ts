// Executes commands of iptables one after another.
import type { QuotedLine } from '../../../model/evidence.js';
import type { OpaqueCondition } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import { NO_RULE, type Rule } from '../syntax/rule/rule.js';
import { BUILT_IN_CHAINS, COMMANDS, type TableName } from '../vocabulary/words.js';
import {
  allUnder,
  deleteFrom,
  insertAt,
  joinedRuns,
  type MutableChain,
  replaceAt,
  runOf,
  setPolicy,
} from './chain-edits.js';
import type { Chain, PlacedChainRun, Ruleset, Table } from './ruleset.js';
import type { Refusal, TableCommand } from './table-command.js';

export class RulesetBuilder {
  private readonly tables = new Map<TableName, Map<string, MutableChain>>();

  constructor(readonly family: AddressFamily) {}

  /** The tables as they are now; later commands do not change what was returned. */
  build(): Ruleset {
    const tables = new Map<TableName, Table>();
    for (const [name, chains] of this.tables) {
      const copies = [...chains].map(([key, chain]): [string, Chain] => [
        key,
        { ...chain, runs: joinedRuns(chain.runs) },
      ]);
      tables.set(name, { name, chains: new Map(copies) });
    }
    return { family: this.family, tables };
  }

  /** Begins a table as iptables-restore does: the built-in chains stay, with their policies and without rules. */
  restart(table: TableName): void {
    const before = this.tables.get(table);
    this.tables.delete(table);
    for (const [name, chain] of this.table(table)) chain.policy = before?.get(name)?.policy ?? chain.policy;
  }

  /** Whether a rule tests or changes a set. */
  refersTo(set: string): boolean {
    for (const chains of this.tables.values()) {
      for (const { runs } of chains.values()) {
        for (const { run } of runs) {
          if (!run.tests.sets && run.setChangers.length === 0) continue;
          if (run.rules.some(({ rule }) => [...rule.sets, ...rule.setChanges].some(({ name }) => name.text === set)))
            return true;
        }
      }
    }
    return false;
  }

  /** Puts a rule with an unknown effect in front of those of every built-in chain of some tables. */
  insertUnknown(
    tables: Iterable<TableName>,
    reason: string,
    statement: QuotedLine,
    conditions: readonly OpaqueCondition[],
  ): void {
    const rule: Rule = { ...NO_RULE, action: { kind: 'undecided', reason } };
    for (const table of tables) {
      for (const text of BUILT_IN_CHAINS[table]) {
        const chain = { start: 0, end: 0, text };
        this.apply({ table, chain, argument: undefined, statement, conditions, rule, operation: 'insert' });
      }
    }
  }

  chainNames(table: TableName): string[] {
    return [...this.table(table).keys()];
  }

  /** Replaces tables by those of the same name in another rule set. */
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

  /** Creates a chain, or flushes an existing one (`:NAME -`). */
  declare(table: TableName, chain: string): void {
    const known = this.table(table).get(chain);
    if (known) known.runs = [];
    else this.table(table).set(chain, { name: chain, runs: [], policy: undefined });
  }

  /** Appends rules; false where the chain does not exist. */
  append(table: TableName, chain: string, run: PlacedChainRun): boolean {
    const known = this.table(table).get(chain);
    known?.runs.push(run);
    return known !== undefined;
  }

  /** Executes one command; returns why iptables rejects it, if it does. */
  apply(command: TableCommand): Refusal | undefined {
    const chains = this.table(command.table);
    const { operation } = command;
    if (COMMANDS[operation].treatment === 'no-effect') return undefined;
    if (operation === 'flush') return this.flush(command, chains);
    if (operation === 'delete-chain') return this.deleteChains(command, chains);
    const name = command.chain?.text ?? '';
    if (operation === 'new-chain') {
      if (chains.has(name)) return 'chain-exists';
      chains.set(name, { name, runs: [], policy: undefined });
      return undefined;
    }
    const chain = chains.get(name);
    if (!chain) return 'no-such-chain';
    switch (operation) {
      case 'append':
        chain.runs.push(runOf(command));
        return undefined;
      case 'insert':
        return insertAt(chain, command);
      case 'replace':
        return replaceAt(chain, command);
      case 'delete':
        return deleteFrom(chain, command);
      case 'policy':
        return setPolicy(chain, command);
      case 'rename-chain':
        if (chain.policy) return 'built-in';
        chains.delete(name);
        chain.name = command.argument?.text ?? '';
        chains.set(chain.name, chain);
        return undefined;
      default:
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

  private flush(command: TableCommand, chains: Map<string, MutableChain>): Refusal | undefined {
    const one = command.chain && chains.get(command.chain.text);
    if (command.chain && !one) return 'no-such-chain';
    for (const chain of one ? [one] : chains.values()) {
      // Conditional: the rules stay under the opposite condition.
      chain.runs = command.conditions.length === 0 ? [] : allUnder(chain.runs, command);
    }
    return undefined;
  }

  private deleteChains(command: TableCommand, chains: Map<string, MutableChain>): Refusal | undefined {
    if (command.conditions.length > 0) return undefined;
    if (!command.chain) {
      for (const [name, chain] of chains) if (!chain.policy && chain.runs.length === 0) chains.delete(name);
      return undefined;
    }
    const chain = chains.get(command.chain.text);
    if (!chain) return 'no-such-chain';
    if (chain.policy) return 'built-in';
    if (chain.runs.length > 0) return 'in-use';
    chains.delete(chain.name);
    return undefined;
  }
}
