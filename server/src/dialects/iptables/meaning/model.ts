import type { QuotedLine } from '../../../model/evidence.js';
import type { BaseChain, FilterChain, FilterModel, FilterPoint, FilterRule, Hook } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import { ANY_PACKET, PacketSet } from '../../../model/packets.js';
import {
  fixedRun,
  type PlacedRun as PlacedRules,
  placeRun,
  RuleRun,
  RunChain,
  type RuleTemplate as Template,
} from '../../../model/rule-runs.js';
import { chainsNamedBy } from '../program/names.js';
import type { Chain, PlacedRun, Policy, Ruleset, Run, RunEntry, TableName } from '../program/ruleset.js';
import type { SetMembers } from '../program/sets.js';
import {
  type Meaning,
  meaningKey,
  meaningsOf,
  type Needs,
  needsOf,
  type Position,
  type RuleContext,
} from './meaning.js';
import { BOTH_PHASES, type Rule } from './rule.js';

/** The built-in chains that packets pass, in the order of their priorities (iptables(8), TABLES; netfilter_ipv4.h). */
const PATHS: readonly { readonly hook: Hook; readonly chains: readonly (readonly [TableName, Position])[] }[] = [
  {
    hook: 'forward',
    chains: [
      ['raw', 'PREROUTING'],
      ['mangle', 'PREROUTING'],
      ['nat', 'PREROUTING'],
      ['mangle', 'FORWARD'],
      ['filter', 'FORWARD'],
      ['security', 'FORWARD'],
      ['mangle', 'POSTROUTING'],
    ],
  },
  {
    hook: 'input',
    chains: [
      ['raw', 'PREROUTING'],
      ['mangle', 'PREROUTING'],
      ['nat', 'PREROUTING'],
      ['mangle', 'INPUT'],
      ['filter', 'INPUT'],
      ['security', 'INPUT'],
    ],
  },
  {
    hook: 'output',
    chains: [
      ['raw', 'OUTPUT'],
      ['mangle', 'OUTPUT'],
      ['nat', 'OUTPUT'],
      ['filter', 'OUTPUT'],
      ['security', 'OUTPUT'],
      ['mangle', 'POSTROUTING'],
    ],
  },
];

/** Puts the rule sets of a file, one for each address family that it is for, into the form of all packet filters. */
export function buildModel(
  rulesets: readonly Ruleset[],
  setMembers: (name: string, family: AddressFamily) => SetMembers | undefined,
): FilterModel {
  const lowered = rulesets.map((ruleset) => new LoweredRuleset(ruleset, setMembers, rulesets.length > 1));
  const points: (FilterPoint & { readonly chains: readonly LoweredBaseChain[] })[] = [];
  for (const { hook, chains } of PATHS) {
    const own = lowered.flatMap((ruleset) => chains.flatMap(([table, name]) => ruleset.baseChain(table, name) ?? []));
    if (own.length > 0) points.push({ name: hook.toUpperCase(), hook, chains: own, stateful: false });
  }
  // A host's file leaves FORWARD as the kernel has it: nothing of its traffic is filtered there.
  const filtering = points.filter((point) => point.chains.some(filters));
  return {
    kind: 'filter',
    families: rulesets.map(({ family }) => family),
    points: points.map((point) =>
      filtering.length === 0 || filtering.includes(point) ? point : { ...point, byNameOnly: true },
    ),
    chains: new Map(lowered.flatMap((ruleset) => ruleset.userChains())),
  };
}

function filters(chain: LoweredBaseChain): boolean {
  return chain.policy === 'deny' || chain.hasRules;
}

class LoweredRuleset {
  private readonly translatesDestinations: boolean;
  private readonly translatesSources: boolean;
  private readonly untracked: ReadonlyMap<'PREROUTING' | 'OUTPUT', PacketSet | undefined>;

  constructor(
    private readonly ruleset: Ruleset,
    private readonly setMembers: (name: string, family: AddressFamily) => SetMembers | undefined,
    private readonly besideOther: boolean,
  ) {
    const nat = ruleset.tables.get('nat');
    const targets = new Set([...(nat?.chains.values() ?? [])].flatMap(({ runs }) => runs.flatMap(targetsOf)));
    this.translatesDestinations = ['DNAT', 'NETMAP', 'REDIRECT'].some((target) => targets.has(target));
    this.translatesSources = ['SNAT', 'MASQUERADE', 'NETMAP'].some((target) => targets.has(target));
    this.untracked = new Map([
      ['PREROUTING', this.untrackedAt('PREROUTING')],
      ['OUTPUT', this.untrackedAt('OUTPUT')],
    ]);
  }

  /** A built-in chain; `undefined` where its table is not in the file, or where no rule of another table can decide. */
  baseChain(table: TableName, name: Position): LoweredBaseChain | undefined {
    const chain = this.ruleset.tables.get(table)?.chains.get(name);
    if (!chain?.policy) return undefined;
    if (table !== 'filter' && chain.policy.action === 'accept' && !this.canDecide(table, chain)) return undefined;
    const families = this.besideOther ? { families: [this.ruleset.family] } : {};
    return new LoweredBaseChain(
      chain,
      this.contextOf(table, name),
      (target) => this.keyOf(table, target),
      table === 'filter' ? name : `${table} ${name}`,
      chain.policy,
      families,
    );
  }

  userChains(): [string, FilterChain][] {
    const lowered: [string, FilterChain][] = [];
    for (const { name: table, chains } of this.ruleset.tables.values()) {
      for (const [name, chain] of chains) {
        if (chain.policy) continue;
        const key = this.keyOf(table, name);
        const context = this.contextOf(table, name);
        lowered.push([key, new LoweredChain(chain, context, (target) => this.keyOf(table, target), key)]);
      }
    }
    return lowered;
  }

  /** Chains of different tables and families may have the same name. */
  private keyOf(table: TableName, chain: string): string {
    const family = this.besideOther && this.ruleset.family === 6 ? 'ip6 ' : '';
    return `${family}${table === 'filter' ? '' : `${table} `}${chain}`;
  }

  private contextOf(table: TableName, chain: string): RuleContext {
    const positions = this.positionsOf(table).get(chain) ?? new Set<Position>();
    const isOut = (position: Position) => position === 'OUTPUT';
    const [incoming, outgoing] = [this.untracked.get('PREROUTING'), this.untracked.get('OUTPUT')];
    const bothEmpty = incoming?.isEmpty && outgoing?.isEmpty;
    const untracked =
      bothEmpty || ![...positions].some(isOut) ? incoming : [...positions].every(isOut) ? outgoing : undefined;
    const { translatesDestinations, translatesSources, setMembers, ruleset } = this;
    return {
      family: ruleset.family,
      table,
      positions,
      untracked,
      translatesDestinations,
      translatesSources,
      setMembers: (name) => setMembers(name, ruleset.family),
    };
  }

  private readonly positions = new Map<TableName, ReadonlyMap<string, ReadonlySet<Position>>>();

  /** For each chain of a table, the built-in chains from which rules lead to it. */
  private positionsOf(table: TableName): ReadonlyMap<string, ReadonlySet<Position>> {
    let known = this.positions.get(table);
    if (!known) {
      const reached = new Map<string, Set<Position>>();
      const chains = this.ruleset.tables.get(table)?.chains;
      for (const [name, chain] of chains ?? []) {
        if (!chain.policy) continue;
        for (const one of this.reachable(table, chain)) {
          const positions = reached.get(one.name) ?? new Set();
          reached.set(one.name, positions.add(name as Position));
        }
      }
      known = reached;
      this.positions.set(table, known);
    }
    return known;
  }

  /** A chain and all chains that its rules lead to. */
  private reachable(table: TableName, start: Chain): Set<Chain> {
    const chains = this.ruleset.tables.get(table)?.chains;
    const seen = new Set([start]);
    for (const chain of seen) {
      for (const { run } of chain.runs) {
        for (const name of chainsNamedBy(run).keys()) {
          const target = chains?.get(name);
          if (target) seen.add(target);
        }
      }
    }
    return seen;
  }

  private canDecide(table: TableName, chain: Chain): boolean {
    if (chain.policy?.alternatives.some(({ action }) => action === 'deny')) return true;
    return [...this.reachable(table, chain)].some(({ runs }) => runs.some(({ run }) => decides(run)));
  }

  /** The packets that raw rules take out of connection tracking; `undefined` where conditions or jumps leave it open. */
  private untrackedAt(position: 'PREROUTING' | 'OUTPUT'): PacketSet | undefined {
    const raw = this.ruleset.tables.get('raw');
    const chain = raw?.chains.get(position);
    if (!raw || !chain) return PacketSet.none;
    const untracks = ({ runs }: Chain) => runs.some(({ run }) => run.entries.some(({ rule }) => rule.untracks));
    const concerned = [...this.reachable('raw', chain)].filter(untracks);
    if (concerned.length === 0) return PacketSet.none;
    const rules = chain.runs.flatMap(({ run }) => run.entries);
    const before = rules.slice(0, rules.map(({ rule }) => rule.untracks).lastIndexOf(true) + 1);
    const simple = ({ rule, conditions }: RunEntry) =>
      rule.states.length + rule.sets.length + rule.addressTypes.length + rule.opaque.length === 0 &&
      conditions.length === 0 &&
      rule.phases === BOTH_PHASES;
    const certain =
      concerned.length === 1 &&
      concerned[0] === chain &&
      before.every((entry) => (entry.rule.untracks ? simple(entry) : entry.rule.action?.kind === 'continue'));
    if (!certain) return undefined;
    return before
      .filter(({ rule }) => rule.untracks)
      .reduce((all, { rule }) => all.union(PacketSet.of(...rule.match)), PacketSet.none);
  }
}

function targetsOf({ run }: PlacedRun): string[] {
  return run.entries.flatMap(({ rule }) => (rule.target ? [rule.target.text] : []));
}

/** Whether a rule of a run may end a packet's way other than by accepting it as it is. */
function decides(run: Run): boolean {
  return run.entries.some(({ rule }) => {
    const kind = rule.action?.kind;
    return kind === 'deny' || kind === 'undecided' || kind === 'rewrite';
  });
}

interface RuleTemplate extends Meaning, Template {
  readonly entry: RunEntry;
}

const runNeeds = new WeakMap<Run, Needs>();

/** Runs by what their meaning depends on, and by the prefix of the chains that they lead to. */
const loweredRuns = new WeakMap<Run, Map<string, RuleRun<RuleTemplate>>>();

class LoweredChain extends RunChain {
  constructor(
    protected readonly chain: Chain,
    private readonly context: RuleContext,
    private readonly keyOf: (chain: string) => string,
    name: string,
  ) {
    super(name, () => [...this.chain.runs.map((placed) => this.placed(placed)), ...this.lastRuns()]);
  }

  get hasRules(): boolean {
    return this.chain.runs.length > 0 || this.lastRuns().length > 0;
  }

  /** Rules behind those of the file. */
  protected lastRuns(): readonly PlacedRules[] {
    return [];
  }

  private placed({ run, uri, start }: PlacedRun): PlacedRules {
    return placeRun(this.lower(run), ({ match, phases, limit, opaque, action, entry }) => {
      const range = { start: start + entry.start, end: start + entry.end };
      return { statement: { uri, range, text: entry.text }, match, phases, limit, opaque, action };
    });
  }

  private lower(run: Run): RuleRun<RuleTemplate> {
    const needs = runNeeds.get(run) ?? needsOf(run.entries.map(({ rule }) => rule));
    runNeeds.set(run, needs);
    const meaning = meaningKey(needs, this.context);
    const key = meaning === undefined ? undefined : `${meaning} ${this.keyOf('')}`;
    const known = key === undefined ? undefined : loweredRuns.get(run)?.get(key);
    if (known) return known;
    const lowered = new RuleRun(run.entries.flatMap((entry) => this.templatesOf(entry)));
    if (key !== undefined) {
      const byKey = loweredRuns.get(run) ?? new Map<string, RuleRun<RuleTemplate>>();
      loweredRuns.set(run, byKey.set(key, lowered));
    }
    return lowered;
  }

  private templatesOf(entry: RunEntry): RuleTemplate[] {
    const { rule, conditions } = entry;
    const action = rule.action ?? this.jump(rule);
    return meaningsOf(rule, this.context).map(({ match, phases, opaque }) => ({
      match,
      phases,
      limit: rule.limit,
      opaque: conditions.length === 0 ? opaque : [...opaque, ...conditions],
      action,
      entry,
    }));
  }

  private jump({ target, goto }: Rule): FilterRule['action'] {
    return { kind: goto ? 'goto' : 'jump', chain: this.keyOf(target?.text ?? '') };
  }
}

class LoweredBaseChain extends LoweredChain implements BaseChain {
  readonly policy: 'accept' | 'deny';
  readonly policyStatement: QuotedLine | undefined;
  declare readonly families?: readonly AddressFamily[];

  constructor(
    chain: Chain,
    context: RuleContext,
    keyOf: (chain: string) => string,
    name: string,
    private readonly ownPolicy: Policy,
    { families }: { readonly families?: readonly AddressFamily[] },
  ) {
    super(chain, context, keyOf, name);
    this.policy = ownPolicy.action;
    this.policyStatement = ownPolicy.statement;
    if (families) this.families = families;
  }

  /** A policy that a script sets in some cases only is a last rule for all packets, under those conditions. */
  protected override lastRuns(): readonly PlacedRules[] {
    const rules = this.ownPolicy.alternatives.map(
      ({ action, statement, conditions }): FilterRule => ({
        statement,
        match: [ANY_PACKET],
        phases: BOTH_PHASES,
        opaque: conditions,
        action: { kind: action },
      }),
    );
    return rules.length === 0 ? [] : [fixedRun(rules)];
  }
}
