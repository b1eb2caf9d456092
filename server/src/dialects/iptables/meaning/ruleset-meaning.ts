// What the chains of a rule set mean together: translation, tracking, and the hooks from which each chain is reached.
import { decidesNothing, type FilterChain } from '../../../model/filter.js';
import { PacketSet } from '../../../model/packets.js';
import { type EarlyRule, type TrackedAt, type Untracked, untrackedAmong, untrackedBy } from '../../shared/untracked.js';
import type { Chain, ChainRule, Ruleset, RunTests } from '../program/ruleset.js';
import type { SetStore } from '../program/sets.js';
import { BOTH_PHASES } from '../syntax/rule/rule.js';
import { BUILT_IN_CHAINS, type BuiltInChain, type TableName } from '../vocabulary/words.js';
import { type ChainContext, LoweredBaseChain, LoweredChain } from './chains.js';
import type { RuleContext } from './rule-meaning.js';
import { isTooMuch } from './tracking.js';

/** One rule set, with the facts that the meaning of its chains depends on. */
export class RulesetMeaning {
  private readonly translatesDestinations: boolean;
  private readonly translatesSources: boolean;
  private readonly tracksConnections: boolean;
  private readonly followsMarks: boolean;
  private readonly followsTracking: boolean;
  private readonly untracked: ReadonlyMap<TrackedAt, PacketSet | undefined>;

  constructor(
    private readonly ruleset: Ruleset,
    private readonly sets: SetStore,
    /** Whether the file has a rule set of the other family too. */
    private readonly besideOther: boolean,
  ) {
    const nat = ruleset.tables.get('nat');
    const translations = [...(nat?.chains.values() ?? [])].flatMap(({ runs }) => runs);
    const isTarget = (target: string) => translations.some(({ run }) => run.targets.has(target));
    this.translatesDestinations = ['DNAT', 'NETMAP', 'REDIRECT'].some(isTarget);
    this.translatesSources = ['SNAT', 'MASQUERADE', 'NETMAP'].some(isTarget);
    this.tracksConnections = this.translatesDestinations || this.translatesSources || this.asksForTracking();
    this.untracked = new Map([
      ['prerouting', this.untrackedAt('PREROUTING')],
      ['output', this.untrackedAt('OUTPUT')],
    ]);
    this.followsTracking = this.findWhetherTrackingIsFollowed();
    this.followsMarks = this.findWhetherMarksMatter();
  }

  /** A built-in chain; `undefined` where its table is not in the file, or where no rule of another table can decide. */
  baseChain(table: TableName, name: BuiltInChain): LoweredBaseChain | undefined {
    const chain = this.ruleset.tables.get(table)?.chains.get(name);
    if (!chain?.policy) return undefined;
    const isNeeded = table === 'filter' || chain.policy.action === 'deny' || this.canDecide(table, chain);
    const marks = this.followsMarks && this.tests(table, chain, 'writes');
    const excludes = this.followsTracking && [...this.reachable(table, chain)].some(untracks);
    if (!isNeeded && !marks && !excludes) return undefined;
    const own = this.chainContext(table, name);
    return new LoweredBaseChain(table === 'filter' ? name : `${table} ${name}`, chain, own, {
      policy: chain.policy,
      families: this.besideOther ? [this.ruleset.family] : undefined,
    });
  }

  /** Whether replies depend on what their connection remembers of its first packet. */
  get remembers(): boolean {
    if (this.followsTracking) return true;
    return this.followsMarks && this.tables((table, chain) => this.tests(table, chain, 'connections'));
  }

  userChains(): [string, FilterChain][] {
    const lowered: [string, FilterChain][] = [];
    for (const { name: table, chains } of this.ruleset.tables.values()) {
      for (const [name, chain] of chains) {
        if (chain.policy) continue;
        const key = this.keyOf(table, name);
        lowered.push([key, new LoweredChain(key, chain, this.chainContext(table, name))]);
      }
    }
    return lowered;
  }

  /** Chains of different tables and families may have the same name. */
  private keyOf(table: TableName, chain: string): string {
    const family = this.besideOther && this.ruleset.family === 6 ? 'ip6 ' : '';
    return `${family}${table === 'filter' ? '' : `${table} `}${chain}`;
  }

  private chainContext(table: TableName, chain: string): ChainContext {
    return { rules: this.ruleContext(table, chain), keyOf: (target) => this.keyOf(table, target) };
  }

  private ruleContext(table: TableName, chain: string): RuleContext {
    const positions = this.positionsOf(table).get(chain) ?? new Set<BuiltInChain>();
    const untracked = this.untrackedIn(positions);
    const { translatesDestinations, translatesSources, sets, ruleset } = this;
    return {
      family: ruleset.family,
      table,
      positions,
      untracked,
      tracksConnections: this.tracksConnections,
      translatesDestinations,
      translatesSources,
      setMembers: (condition) => sets.membersFor(condition, ruleset.family),
      followsMarks: this.followsMarks,
      followsTracking: this.followsTracking,
    };
  }

  private untrackedIn(positions: ReadonlySet<BuiltInChain>): Untracked | undefined {
    return untrackedAmong(
      [...positions].map((position) => position.toLowerCase()),
      this.untracked,
    );
  }

  /** Whether rules test the state of packets of which no list says whether they are tracked. */
  private findWhetherTrackingIsFollowed(): boolean {
    if ([...this.untracked.values()].every((packets) => packets?.isEmpty)) return false;
    return [...this.ruleset.tables.values()].some(({ name: table, chains }) =>
      [...this.positionsOf(table)].some(([name, positions]) => {
        const isAsked = table === 'nat' || chains.get(name)?.runs.some(({ run }) => run.tests.states);
        if (!isAsked) return false;
        const untracked = this.untrackedIn(positions);
        return table === 'raw' || !untracked || isTooMuch(untracked);
      }),
    );
  }

  private readonly positions = new Map<TableName, ReadonlyMap<string, ReadonlySet<BuiltInChain>>>();

  /** For each chain of a table, the built-in chains from which rules lead to it. */
  private positionsOf(table: TableName): ReadonlyMap<string, ReadonlySet<BuiltInChain>> {
    const known = this.positions.get(table) ?? this.findPositions(table);
    this.positions.set(table, known);
    return known;
  }

  private findPositions(table: TableName): ReadonlyMap<string, ReadonlySet<BuiltInChain>> {
    const reached = new Map<string, Set<BuiltInChain>>();
    for (const position of BUILT_IN_CHAINS[table]) {
      const chain = this.ruleset.tables.get(table)?.chains.get(position);
      for (const one of chain ? this.reachable(table, chain) : []) {
        const positions = reached.get(one.name) ?? new Set();
        reached.set(one.name, positions.add(position));
      }
    }
    return reached;
  }

  /** A chain and all chains that its rules lead to. */
  private reachable(table: TableName, start: Chain): Set<Chain> {
    const chains = this.ruleset.tables.get(table)?.chains;
    const seen = new Set([start]);
    for (const chain of seen) {
      for (const { run } of chain.runs) {
        for (const name of run.targetChains.keys()) {
          const target = chains?.get(name);
          if (target) seen.add(target);
        }
      }
    }
    return seen;
  }

  /** Whether what rules set can change a verdict: whether a chain that may deny tests it. */
  private findWhetherMarksMatter(): boolean {
    return this.tables((table, chain) => {
      const mayDeny = chain.policy?.action === 'deny' || this.canDecide(table, chain);
      return mayDeny && (this.tests(table, chain, 'registers') || this.tests(table, chain, 'connections'));
    });
  }

  /** Whether something holds for a built-in chain. */
  private tables(holds: (table: TableName, chain: Chain) => boolean): boolean {
    return [...this.ruleset.tables.values()].some(({ name, chains }) =>
      [...chains.values()].some((chain) => chain.policy !== undefined && holds(name, chain)),
    );
  }

  /** Whether a rule that a built-in chain leads to has some property. */
  private tests(table: TableName, chain: Chain, property: keyof RunTests): boolean {
    return [...this.reachable(table, chain)].some(({ runs }) => runs.some(({ run }) => run.tests[property]));
  }

  /**
   * Whether a rule looks at connections: the kernel tracks them in a network namespace as soon as a rule needs it
   * (`nf_ct_netns_get`), and passes packets of no connection over the nat table (`nf_nat_inet_fn`).
   */
  private asksForTracking(): boolean {
    return [...this.ruleset.tables.values()].some(({ chains }) =>
      [...chains.values()].some(({ runs }) =>
        runs.some(
          ({ run }) => run.tests.states || run.tests.connections || TRACKING.some((target) => run.targets.has(target)),
        ),
      ),
    );
  }

  private canDecide(table: TableName, chain: Chain): boolean {
    if (chain.policy?.alternatives.some(({ action }) => action === 'deny')) return true;
    return [...this.reachable(table, chain)].some(({ runs }) => runs.some(({ run }) => run.tests.decides));
  }

  /** The packets that raw rules exclude from connection tracking; `undefined` where they are unknown. */
  private untrackedAt(position: 'PREROUTING' | 'OUTPUT'): PacketSet | undefined {
    const raw = this.ruleset.tables.get('raw');
    const chain = raw?.chains.get(position);
    if (!raw || !chain) return PacketSet.none;
    const concerned = [...this.reachable('raw', chain)].filter(untracks);
    if (concerned.length === 0) return PacketSet.none;
    if (concerned.some((one) => one !== chain)) return undefined;
    const rules = chain.runs.flatMap(({ run }) => run.rules);
    return untrackedBy(rules.slice(0, rules.map(({ rule }) => rule.untracks).lastIndexOf(true) + 1).map(earlyRule));
  }
}

function untracks({ runs }: Chain): boolean {
  return runs.some(({ run }) => run.tests.untracks);
}

function earlyRule({ rule, conditions }: ChainRule): EarlyRule {
  const { match, action } = rule;
  const unknown = [rule.states, rule.tuples, rule.sets, rule.addressTypes, rule.opaque, conditions];
  // A jump may come back for some packets.
  const isCertain = action !== undefined && unknown.every(({ length }) => length === 0) && rule.phases === BOTH_PHASES;
  const goesOn = action !== undefined && (action.kind === 'deny' || decidesNothing(action));
  return { match, isCertain, does: rule.untracks ? 'untracks' : goesOn ? 'nothing' : 'ends' };
}

/** Targets that need the connection of a packet, beside those that translate. */
const TRACKING: readonly string[] = ['CONNMARK', 'CONNSECMARK', 'CT', 'SYNPROXY'];
