// The rule set in the kernel after all commands: tables, chains and rules.
import type { QuotedLine } from '../../../model/evidence.js';
import type { OpaqueCondition } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import { readsConnection } from '../../../model/registers.js';
import type { Location, TextRange } from '../../../text/range.js';
import type { Rule } from '../syntax/rule/rule.js';
import type { TableName } from '../vocabulary/words.js';

/** A rule in a chain. Offsets count from the start of its run. */
export interface ChainRule extends TextRange {
  readonly rule: Rule;
  /** The rule as the file writes it. */
  readonly text: string;
  /** The conditions under which the rule is in the chain at all: the test of an `if` in a script. */
  readonly conditions: readonly OpaqueCondition[];
}

/**
 * Consecutive rules of one chain. The same object as long as their text is unchanged, so that
 * results that depend on the rules alone are computed once.
 */
export class ChainRun {
  private knownTargets: ReadonlyMap<string, TextRange> | undefined;
  private knownFacts: RunFacts | undefined;

  constructor(readonly rules: readonly ChainRule[]) {}

  /** The chains that rules lead to, each with the range of the first target that names it, relative to the start of the run. */
  get targetChains(): ReadonlyMap<string, TextRange> {
    this.knownTargets ??= firstTargetsIn(this.rules);
    return this.knownTargets;
  }

  /** The targets of the rules by their names, chains among them. */
  get targets(): ReadonlySet<string> {
    return this.facts().targets;
  }

  /** The rules that change sets. */
  get setChangers(): readonly ChainRule[] {
    return this.facts().setChangers;
  }

  /** The rules with words that the kernel takes only in some places. */
  get placed(): readonly ChainRule[] {
    return this.facts().placed;
  }

  get tests(): RunTests {
    return this.facts().tests;
  }

  private facts(): RunFacts {
    this.knownFacts ??= factsOf(this.rules);
    return this.knownFacts;
  }
}

/** What rules test and do, as far as the meaning of the rest of the rule set depends on it, or theirs on that. */
export interface RunTests {
  readonly states: boolean;
  readonly sets: boolean;
  readonly addressTypes: boolean;
  /** Tests of what other rules set, such as marks. */
  readonly registers: boolean;
  /** Targets that set it. */
  readonly writes: boolean;
  /** Uses of what a connection remembers. */
  readonly connections: boolean;
  /** Rules that may do anything to a packet other than accept it unchanged. */
  readonly decides: boolean;
  /** Rules that exclude packets from connection tracking. */
  readonly untracks: boolean;
}

/** All that is asked of all rules of a run. */
interface RunFacts extends Pick<ChainRun, 'targets' | 'setChangers' | 'placed' | 'tests'> {}

/** Each rule is looked at once: files have a hundred thousand. */
function factsOf(rules: readonly ChainRule[]): RunFacts {
  const targets = new Set<string>();
  const setChangers: ChainRule[] = [];
  const placed: ChainRule[] = [];
  let [states, sets, addressTypes, registers] = [false, false, false, false];
  let [writes, connections, isDeciding, untracks] = [false, false, false, false];
  for (const one of rules) {
    const { rule } = one;
    states ||= rule.states.length > 0;
    sets ||= rule.sets.length > 0;
    addressTypes ||= rule.addressTypes.length > 0;
    registers ||= rule.opaque.some(({ test }) => test);
    writes ||= rule.action?.kind === 'set';
    connections ||= dependsOnConnection(rule);
    isDeciding ||= decides(rule);
    untracks ||= rule.untracks;
    if (rule.target) targets.add(rule.target.text);
    if (rule.setChanges.length > 0) setChangers.push(one);
    if (rule.places.length > 0) placed.push(one);
  }
  const tests = { states, sets, addressTypes, registers, writes, connections, decides: isDeciding, untracks };
  return { targets, setChangers, placed, tests };
}

function decides({ action }: Rule): boolean {
  return action?.kind === 'deny' || action?.kind === 'undecided' || action?.kind === 'rewrite';
}

function dependsOnConnection({ opaque, states, action }: Rule): boolean {
  return (
    opaque.some(({ test }) => test && readsConnection(test.of)) ||
    states.some((one) => one.states.has('DNAT')) ||
    (action?.kind === 'set' && readsConnection(action.to))
  );
}

function firstTargetsIn(rules: readonly ChainRule[]): ReadonlyMap<string, TextRange> {
  const found = new Map<string, TextRange>();
  for (const { rule, start } of rules) {
    const { target } = rule;
    if (target && rule.action === undefined && !found.has(target.text)) {
      found.set(target.text, { start: start + target.start, end: start + target.end });
    }
  }
  return found;
}

/** A run with its position in a file. */
export interface PlacedChainRun {
  readonly uri: string;
  /** The offset to which the ranges of the rules are relative. */
  readonly start: number;
  readonly run: ChainRun;
  /** Made by a command of a script, and so anew for each version of it. */
  readonly isOfCommand?: true;
}

/** A chain after all commands. */
export interface Chain {
  readonly name: string;
  readonly runs: readonly PlacedChainRun[];
  /** For the built-in chains. */
  readonly policy: Policy | undefined;
}

export interface Policy {
  readonly action: 'accept' | 'deny';
  /** The statement that sets it; `undefined` for the kernel's own. */
  readonly statement: QuotedLine | undefined;
  /** Policies that a script sets conditionally, the latest first. */
  readonly alternatives: readonly ConditionalPolicy[];
}

export interface ConditionalPolicy {
  readonly action: 'accept' | 'deny';
  readonly statement: QuotedLine;
  readonly conditions: readonly OpaqueCondition[];
}

export interface Table {
  readonly name: TableName;
  readonly chains: ReadonlyMap<string, Chain>;
}

/** The chains that a chain leads to, each with the first target that names it, wherever its runs end. */
export function targetChainsOf({ runs }: Chain): ReadonlyMap<string, Location> {
  const found = new Map<string, Location>();
  for (const { uri, start, run } of runs) {
    for (const [name, range] of run.targetChains) {
      if (found.has(name)) continue;
      found.set(name, { uri, range: { start: start + range.start, end: start + range.end } });
    }
  }
  return found;
}

/** The tables of one address family. */
export interface Ruleset {
  readonly family: AddressFamily;
  readonly tables: ReadonlyMap<TableName, Table>;
}

/** A rule set with the locations where commands define its chains, by {@link definitionKey}. */
export interface NamedRuleset {
  readonly ruleset: Ruleset;
  readonly definitions: ReadonlyMap<string, Location>;
  /** Whether commands that are not followed may use its chains. */
  readonly isOpen?: boolean;
}

export function definitionKey(table: TableName, chain: string): string {
  return `${table} ${chain}`;
}
