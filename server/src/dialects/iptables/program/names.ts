import type { Location, TextRange } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { targetExtension } from '../vocabulary/extensions.js';
import type { Chain, Ruleset, Run, Table, TableName } from './ruleset.js';

/** A chain that a run's rules go to, with the first rule that does. */
interface Reference {
  readonly start: number;
  readonly end: number;
}

const references = new WeakMap<Run, ReadonlyMap<string, Reference>>();

/** The chains that the rules of a run name as targets. */
export function chainsNamedBy(run: Run): ReadonlyMap<string, Reference> {
  let known = references.get(run);
  if (!known) {
    const found = new Map<string, Reference>();
    for (const { rule, start } of run.entries) {
      const { target } = rule;
      if (target && rule.action === undefined && !found.has(target.text)) {
        found.set(target.text, { start: start + target.start, end: start + target.end });
      }
    }
    known = found;
    references.set(run, known);
  }
  return known;
}

/** "chain name … too long (must be under 29 chars)" of iptables, and "longer than 31 characters" of ipset. */
const CHAIN_LENGTH = 28;
const SET_LENGTH = 31;

/** The targets that every table knows without an extension, and what the kernel calls its own chains. */
const BUILT_IN = /^(?:ACCEPT|DROP|QUEUE|RETURN|INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)$/;

/** Why a chain or a set cannot have a name. */
export function nameFault(kind: string, name: string): string | undefined {
  if (kind === 'set') {
    if (name.length > SET_LENGTH) return `ipset takes names of up to ${SET_LENGTH} characters`;
  } else if (kind.endsWith(' chain')) {
    if (name.length > CHAIN_LENGTH) return `iptables takes names of up to ${CHAIN_LENGTH} characters`;
    if (BUILT_IN.test(name)) return 'iptables means something else by it';
    if (targetExtension(name, 4) || targetExtension(name, 6)) return 'a target has this name';
  } else return 'it has no name that can be changed';
  return /^[\w.][\w.:+-]*$/.test(name) ? undefined : 'it takes letters, digits, and . _ : + -';
}

/** The chains of one file by name: defined, missing, unused. */
export class NameScope {
  private readonly definitions = new Map<string, TextRange>();
  /** Where the lines of the present table that declare its chains stand. */
  private readonly declared = new Map<string, TextRange>();
  private readonly found: Problem[] = [];

  constructor(private readonly uri: string) {}

  define(table: TableName, chain: string, range: TextRange): void {
    this.definitions.set(`${table} ${chain}`, range);
  }

  /** A new table, whose chains are declared anew. */
  openTable(): void {
    this.declared.clear();
  }

  /** A line that declares a chain; the second one for the same chain empties it (`iptables-restore`). */
  declare(chain: string, range: TextRange): void {
    const { uri } = this;
    const earlier = this.declared.get(chain);
    if (!earlier) {
      this.declared.set(chain, range);
      return;
    }
    this.found.push({
      code: 'duplicate-name',
      uri,
      range,
      message: `the chain '${chain}' is declared already, and this takes the rules in front of it out again`,
      related: [{ uri, range: earlier, message: `the first declaration of '${chain}'` }],
    });
  }

  /** A command for a chain that does not exist. */
  missing(chain: string, range: TextRange): void {
    this.found.push({
      code: 'undefined-name',
      uri: this.uri,
      range,
      message: `the table has no chain '${chain}' here, so iptables refuses the line`,
    });
  }

  /** What is wrong with the names, once every command is carried out. */
  problems(ruleset: Ruleset): Problem[] {
    const problems = [...this.found];
    for (const table of ruleset.tables.values()) {
      const used = new Set<string>();
      for (const chain of table.chains.values()) this.checkTargets(table, chain, used, problems);
      problems.push(...circles(table));
      for (const [name, chain] of table.chains) {
        const range = this.definitions.get(`${table.name} ${name}`);
        if (used.has(name) || chain.policy || !range) continue;
        problems.push({ code: 'unused-name', uri: this.uri, range, message: `no rule leads to the chain '${name}'` });
      }
    }
    return problems;
  }

  private checkTargets(table: Table, chain: Chain, used: Set<string>, problems: Problem[]): void {
    for (const { uri, start, run } of chain.runs) {
      for (const [name, { start: from, end }] of chainsNamedBy(run)) {
        used.add(name);
        const target = table.chains.get(name);
        if (target && !target.policy) continue;
        const range = { start: start + from, end: start + end };
        const message = target
          ? `no rule may lead to '${name}', because the kernel enters it by itself`
          : `there is no chain '${name}' in the table ${table.name}, and iptables has no such target`;
        problems.push({ code: target ? 'syntax-error' : 'undefined-name', uri, range, message });
      }
    }
  }
}

/** Rules that close a circle of chains which the kernel enters; it refuses such tables. */
function circles(table: Table): Problem[] {
  const problems: Problem[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const start of table.chains.values()) {
    if (!start.policy) continue;
    // By hand and not by recursion, because a file may have thousands of chains in a row.
    const path = [{ chain: start, targets: targetsOf(start) }];
    state.set(start.name, 'open');
    for (let top = path[path.length - 1]; top; top = path[path.length - 1]) {
      const next = top.targets.next();
      if (next.done) {
        state.set(top.chain.name, 'done');
        path.pop();
        continue;
      }
      const { name, place } = next.value;
      const target = table.chains.get(name);
      if (!target || target.policy || state.get(name) === 'done') continue;
      if (state.get(name) === 'open') {
        const message = `the kernel refuses chains that lead back to themselves: '${top.chain.name}' leads to '${name}'`;
        problems.push({ code: 'syntax-error', ...place, message });
      } else {
        state.set(name, 'open');
        path.push({ chain: target, targets: targetsOf(target) });
      }
    }
  }
  return problems;
}

function* targetsOf(chain: Chain): Generator<{ name: string; place: Location }> {
  for (const { uri, start, run } of chain.runs) {
    for (const [name, reference] of chainsNamedBy(run)) {
      yield { name, place: { uri, range: { start: start + reference.start, end: start + reference.end } } };
    }
  }
}
