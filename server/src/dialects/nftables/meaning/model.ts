// Builds the packet filter model of a ruleset.
import { addAll } from '../../../kept/lists.js';
import { LatestMemo, Memo } from '../../../kept/memo.js';
import type { FilterAction, FilterChain, FilterModel, FilterRule } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import type { PacketSet } from '../../../model/packets.js';
import { fixedRun, type PlacedRun, placeRun, RuleRun, type RuleTemplate, RunChain } from '../../../model/rule-runs.js';
import type { Problem } from '../../dialect.js';
import { problemInFile } from '../../shared/line-problem.js';
import type { TrackedAt } from '../../shared/untracked.js';
import { jumpsOf } from '../program/rule-statements.js';
import {
  type Chain,
  isRule,
  type PlainRules,
  quotedLine,
  type RuleEntry,
  type Ruleset,
  rulesOf,
  type Table,
} from '../program/ruleset.js';
import type { ItemRun, StatementNode } from '../syntax/tree.js';
import { ALL_UNKNOWN, type Environment, Environments } from './environment.js';
import { type KnownInterfaces, namesInterface, withInterfaces } from './interfaces.js';
import { TableSets } from './named-sets.js';
import { routerSurroundings } from './networks.js';
import { partOfPlain } from './plain-meaning.js';
import { type ChainModel, FAMILIES, missingRule, pointsOf } from './points.js';
import { type RuleMeaning, type RulePart, ruleMeaning } from './rule-meaning.js';
import { untrackedPackets } from './untracked.js';

/** The model of a ruleset, with the problems that depend on the whole ruleset. */
export function filterModel(ruleset: Ruleset): { readonly model: FilterModel; readonly problems: readonly Problem[] } {
  const builder = new ModelBuilder(ruleset);
  return { model: builder.model(), problems: builder.problems };
}

/** The meanings of plain rules, which depend only on their text and their environment, by the key of that. */
const knownMeanings = new LatestMemo<StatementNode, string, RuleMeaning>();

/** A plain rule in a run, with its offset in the run. */
interface PlainTemplate extends RuleTemplate {
  readonly node: StatementNode;
  readonly start: number;
}

/** The meaning of a run of plain rules. */
interface RunMeaning {
  readonly rules: RuleRun<PlainTemplate>;
  readonly hasProblems: boolean;
  readonly testsInterfaces: boolean;
}

/** The meanings of runs of plain rules, by their environment and the interfaces that packets have. */
const knownRuns = new Memo<ItemRun, Map<string, RunMeaning>>();

class ModelBuilder {
  readonly problems: Problem[] = [];
  private readonly chains = new Map<string, RunChain>();
  private readonly sets = new Map<Table, TableSets>();
  private readonly excluded: ReadonlyMap<TrackedAt, PacketSet | undefined>;
  private readonly environments: Environments;
  /** The chains that test interfaces, or jump to one that does. */
  private readonly interfaceChains = new Map<Chain, boolean>();
  /** The meanings of rules that depend on their table or on variables. */
  private readonly meanings = new Map<RuleEntry, RuleMeaning>();
  private anonymousChains = 0;

  constructor(private readonly ruleset: Ruleset) {
    const before = new Environments(ruleset, ALL_UNKNOWN);
    this.excluded = untrackedPackets(ruleset, before, (table) => this.setsOf(table));
    this.environments = new Environments(ruleset, this.excluded);
  }

  model(): FilterModel {
    const chainModel: ChainModel = (chain, interfaces) => this.chain(chain, interfaces);
    const points = pointsOf(this.ruleset, chainModel, this.excluded, this.environments.followsTracking).map((point) => {
      const surroundings = point.hook === 'forward' ? this.surroundings(point.chains) : undefined;
      return surroundings ? { ...point, surroundings } : point;
    });
    const families = new Set<AddressFamily>();
    for (const table of this.ruleset.tables.values()) {
      // Chains that are not reachable from a hook, and sets that no rule uses, are evaluated too, for their problems.
      for (const chain of table.chains.values()) this.visit(chain);
      for (const { rule, chain } of table.removed) this.reportRule(rule, chain);
      for (const name of table.sets.keys()) this.setsOf(table).set(name);
      for (const family of FAMILIES[table.family]) families.add(family);
      if (FAMILIES[table.family].length === 0) this.reportUnmodelled(table);
    }
    const isRemembered = this.ruleset.effects.remembers || this.environments.followsTracking;
    const remembers = isRemembered ? { remembers: true } : {};
    const changes = this.ruleset.effects.changesPackets ? { changesPackets: true } : {};
    return {
      kind: 'filter',
      families: [...families].sort(),
      points,
      ...remembers,
      ...changes,
      decidesMessages: 'all',
      chains: this.chains,
    };
  }

  private surroundings(chains: readonly FilterChain[]) {
    return routerSurroundings(this.ruleset, chains, (rule, chain) => this.meaning(rule, chain));
  }

  /** A chain for packets that have some interfaces. */
  private chain(chain: Chain, wanted: KnownInterfaces): RunChain {
    const interfaces = wanted !== 'both' && this.testsInterfaces(chain) ? wanted : 'both';
    const { fullName } = chain;
    const name = interfaces === 'both' ? fullName : `${fullName} (${interfaces === 'in' ? 'input' : 'output'})`;
    const known = this.chains.get(name);
    if (known) return known;
    const runs: PlacedRun[] = [];
    const model = new RunChain(name, () => runs);
    // Registered before its rules are evaluated, because jumps may form a loop.
    this.chains.set(name, model);
    let rules: FilterRule[] = [];
    const endRun = () => {
      if (rules.length > 0) runs.push(fixedRun(rules));
      rules = [];
    };
    for (const part of chain.parts) {
      if ('run' in part) {
        endRun();
        runs.push(placePlainRules(part, this.runMeaning(part, chain, interfaces).rules));
      } else if (isRule(part)) {
        addAll(rules, this.rules(part, this.meaning(part, chain).parts, chain, interfaces));
      } else {
        rules.push(missingRule(part));
      }
    }
    endRun();
    return model;
  }

  /** The rules of the model for parts of a rule of a chain. */
  private rules(rule: RuleEntry, parts: readonly RulePart[], chain: Chain, interfaces: KnownInterfaces): FilterRule[] {
    return parts.flatMap(({ match, phases, limit, opaque, action }) => {
      const seen = withInterfaces(match, interfaces);
      if (seen.length === 0) return [];
      const resolved = this.resolve(rule, action, chain, interfaces);
      return [{ statement: rule.statement, match: seen, phases, limit, opaque, action: resolved }];
    });
  }

  /** The action with the model's name of its target chain. */
  private resolve(
    rule: RuleEntry,
    action: RulePart['action'],
    chain: Chain,
    interfaces: KnownInterfaces,
  ): FilterAction {
    if (action.kind === 'anonymous-chain') {
      const name = `anonymous chain ${++this.anonymousChains}`;
      const rules = this.rules(rule, action.parts, chain, interfaces);
      this.chains.set(name, new RunChain(name, () => [fixedRun(rules)]));
      if (action.verdict === 'inline') return { kind: 'jump', chain: name, inline: true };
      return { kind: action.verdict, chain: name };
    }
    if (action.kind !== 'jump' && action.kind !== 'goto') return action;
    const target = chain.table.chains.get(action.chain);
    if (target) return { ...action, chain: this.chain(target, interfaces).name };
    const { family, name } = chain.table;
    return { ...action, chain: `${family} ${name} ${action.chain}` };
  }

  private testsInterfaces(chain: Chain): boolean {
    const known = this.interfaceChains.get(chain);
    if (known !== undefined) return known;
    this.interfaceChains.set(chain, false);
    const found = chain.parts.some((part) => {
      if ('run' in part) return this.runMeaning(part, chain, 'both').testsInterfaces;
      if (!isRule(part)) return false;
      if (this.meaning(part, chain).testsInterfaces) return true;
      for (const name of jumpsOf(part, chain.table)) {
        const target = chain.table.chains.get(name);
        if (target && this.testsInterfaces(target)) return true;
      }
      return false;
    });
    this.interfaceChains.set(chain, found);
    return found;
  }

  private visit(chain: Chain): void {
    if (!this.chains.has(chain.fullName)) this.chain(chain, 'both');
    for (const part of chain.parts) {
      if (isRule(part)) this.reportRule(part, chain);
      else if ('run' in part && this.runMeaning(part, chain, 'both').hasProblems)
        for (const rule of rulesOf(part)) this.reportRule(rule, chain);
    }
  }

  private reportRule(rule: RuleEntry, chain: Chain): void {
    for (const problem of this.meaning(rule, chain).problems)
      this.problems.push(problemInFile(rule.statement.uri, rule.start, problem));
  }

  private reportUnmodelled({ family, chains }: Table): void {
    for (const { base } of chains.values()) {
      if (!base) continue;
      const { uri, range } = base.statement;
      const message = `the family ${family} does not filter routed packets: this table affects no verdict`;
      this.problems.push({ code: 'unmodelled-statement', message, uri, range });
    }
  }

  /** The meaning of plain rules; the same object while their text and their environment are unchanged. */
  private runMeaning(part: PlainRules, chain: Chain, interfaces: KnownInterfaces): RunMeaning {
    const environment = this.environments.of(chain);
    const known = knownRuns.of(part.run, () => new Map());
    const key = `${environment.key} ${interfaces}`;
    let meaning = known.get(key);
    if (!meaning) {
      meaning =
        interfaces === 'both'
          ? plainMeaning(part.run, environment, this.setsOf(chain.table))
          : seenWith(interfaces, this.runMeaning(part, chain, 'both'));
      known.set(key, meaning);
    }
    return meaning;
  }

  private meaning(rule: RuleEntry, chain: Chain): RuleMeaning {
    const environment = this.environments.of(chain);
    const make = () => ruleMeaning(rule, environment, this.setsOf(chain.table));
    if (!rule.substituted && !rule.node.references.some(({ kind }) => kind === 'set'))
      return knownMeanings.of(rule.node, environment.key, make);
    const known = this.meanings.get(rule) ?? make();
    this.meanings.set(rule, known);
    return known;
  }

  private setsOf(table: Table): TableSets {
    let sets = this.sets.get(table);
    if (!sets) {
      sets = new TableSets(table, this.ruleset.effects, (problem) => this.problems.push(problem));
      this.sets.set(table, sets);
    }
    return sets;
  }
}

function plainMeaning({ items }: ItemRun, environment: Environment, sets: TableSets): RunMeaning {
  const templates: PlainTemplate[] = [];
  let hasProblems = false;
  let testsInterfaces = false;
  for (const { node, start } of items) {
    const plain = node.plain && partOfPlain(node.plain, environment);
    if (plain) {
      const { match, phases, limit, opaque, action } = plain;
      templates.push({ match, phases, limit, opaque, action, node, start });
      testsInterfaces ||= match.some(namesInterface);
      continue;
    }
    if (node.content.kind !== 'rule') continue;
    const { body } = node.content;
    const meaning = knownMeanings.of(node, environment.key, () => ruleMeaning({ body, node }, environment, sets));
    hasProblems ||= meaning.problems.length > 0;
    testsInterfaces ||= meaning.testsInterfaces;
    for (const { match, phases, limit, opaque, action } of meaning.parts) {
      // A rule with an anonymous chain is not plain.
      if (action.kind !== 'anonymous-chain') templates.push({ match, phases, limit, opaque, action, node, start });
    }
  }
  return { rules: new RuleRun(templates), hasProblems, testsInterfaces };
}

function seenWith(interfaces: KnownInterfaces, { rules, ...rest }: RunMeaning): RunMeaning {
  const templates = rules.templates.flatMap((template) => {
    const match = withInterfaces(template.match, interfaces);
    return match.length === 0 ? [] : [{ ...template, match }];
  });
  return { ...rest, rules: new RuleRun(templates) };
}

function placePlainRules({ uri, start: base }: PlainRules, rules: RuleRun<PlainTemplate>): PlacedRun {
  return placeRun(rules, ({ match, phases, limit, opaque, action, node, start }) => {
    return { statement: quotedLine({ node, start: base + start }, uri), match, phases, limit, opaque, action };
  });
}
