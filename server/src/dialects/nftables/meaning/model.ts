import type { QuotedLine } from '../../../model/evidence.js';
import type {
  BaseChain,
  FilterAction,
  FilterModel,
  FilterPoint,
  FilterRule,
  Hook,
  Phase,
} from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import {
  type DerivedRule,
  deriveRun,
  fixedRun,
  type PlacedRun,
  placeRun,
  RuleRun,
  type RuleTemplate,
  RunChain,
} from '../../../model/rule-runs.js';
import type { Problem } from '../../dialect.js';
import { targetsOf } from '../program/jumps.js';
import {
  type BaseHook,
  type Chain,
  type GapEntry,
  type PlainRules,
  plainRules,
  type RuleEntry,
  type Ruleset,
  statementAt,
  type Table,
} from '../program/ruleset.js';
import type { Family, ItemRun, NodeProblem, RuleBody, Span, StatementNode } from '../syntax/tree.js';
import { actionOf, verdictAction } from './actions.js';
import { mapConditions } from './compare-concatenation.js';
import { matchCondition } from './compare-field.js';
import { ALWAYS, type Alternative, ANSWER, both, boxOf, type Condition, FIRST, opaqueCondition } from './condition.js';
import type { ConditionContext } from './field-values.js';
import { TableSets } from './named-sets.js';
import { earlyChains, effectsOf, isEarly } from './tracking.js';

/** What a rule comes to, apart from its place. */
interface LoweredPart {
  readonly match: readonly PacketBox[];
  readonly phases: readonly Phase[];
  readonly limit?: FilterRule['limit'];
  readonly opaque: FilterRule['opaque'];
  readonly action: FilterAction;
}

interface LoweredRule {
  readonly parts: readonly LoweredPart[];
  readonly problems: readonly NodeProblem[];
  /** It tests interfaces, whose names are not known at every hook. */
  readonly interfaces: boolean;
}

/** Where packets pass: which interfaces they have there. */
type Side = 'both' | 'in' | 'out';

/** The hooks that the packets of each point pass, in their order. */
const PATHS: readonly { readonly hook: Hook; readonly hooks: readonly string[] }[] = [
  { hook: 'forward', hooks: ['ingress', 'prerouting', 'forward', 'postrouting', 'egress'] },
  { hook: 'input', hooks: ['ingress', 'prerouting', 'input'] },
  { hook: 'output', hooks: ['output', 'postrouting', 'egress'] },
];

/** What comes from other hosts, or goes there, never passes the loopback interface. */
const NOT_LOOPBACK: PacketBox = {
  ...ANY_PACKET,
  inInterface: NameSet.of('lo').complement(),
  outInterface: NameSet.of('lo').complement(),
};
const REAL_PATHS = { outbound: [NOT_LOOPBACK], inbound: [NOT_LOOPBACK] };

const SIDES: Readonly<Record<string, Side>> = { ingress: 'in', prerouting: 'in', input: 'in', output: 'out' };

/** What a rule came to where the things that it depends on were as `key` tells. */
interface KnownRule {
  readonly key: string;
  readonly lowered: LoweredRule;
}

/** What rules that depend on nothing but themselves came to, by what they were read from. */
const knownNodes = new WeakMap<StatementNode, KnownRule>();

/** What a ruleset does with packets. Defects that show only there are reported. */
export function filterModel(ruleset: Ruleset, report: (problem: Problem) => void): FilterModel {
  return new Lowering(ruleset, report).model();
}

class Lowering {
  private readonly chains = new Map<string, RunChain>();
  private readonly sets = new Map<Table, TableSets>();
  /** The chains that test interfaces, or jump to one that does. */
  private readonly interfaceChains = new Map<Chain, boolean>();
  /** What rules came to that depend on their table or on variables. */
  private readonly entries = new Map<RuleEntry, KnownRule>();
  private readonly chainSurroundings = new Map<Chain, Surroundings>();
  private readonly untracked: boolean;
  private readonly sourceChanges: boolean;
  /** The chains that chains in front of conntrack lead to. */
  private readonly earlyChains: ReadonlySet<Chain>;
  private anonymous = 0;

  constructor(
    private readonly ruleset: Ruleset,
    private readonly report: (problem: Problem) => void,
  ) {
    const effects = effectsOf(ruleset);
    this.untracked = effects.untracked;
    this.sourceChanges = effects.sourceChanges;
    this.earlyChains = earlyChains(ruleset);
  }

  model(): FilterModel {
    const points = PATHS.flatMap(({ hook, hooks }) => this.point(hook, hooks) ?? []);
    // Chains that no hook leads to are read all the same, for the problems in them.
    for (const table of this.ruleset.tables.values()) {
      for (const chain of table.chains.values()) this.visit(chain);
      if (FAMILIES[table.family].length === 0) this.reportUnmodelled(table);
    }
    const families = new Set<4 | 6>();
    for (const { family } of this.ruleset.tables.values()) for (const own of FAMILIES[family]) families.add(own);
    return { kind: 'filter', families: [...families].sort(), points, chains: this.chains };
  }

  private point(hook: Hook, hooks: readonly string[]): FilterPoint | undefined {
    const bases: { chain: Chain; base: BaseHook }[] = [];
    for (const table of this.ruleset.tables.values()) {
      if (table.dormant || FAMILIES[table.family].length === 0) continue;
      for (const chain of table.chains.values()) if (chain.base) bases.push({ chain, base: chain.base });
    }
    // A point exists where the file filters at its hook itself.
    if (!bases.some(({ base }) => base.hook === hook && base.type !== 'nat')) return undefined;
    const passed = hooks.flatMap((name) =>
      bases.filter(({ base }) => base.hook === name).sort((a, b) => (a.base.priority ?? 0) - (b.base.priority ?? 0)),
    );
    const chains = passed.flatMap(({ chain, base }) => this.baseChains(chain, base, hook));
    const gaps = this.ruleset.gaps.map((gap) => gapChain(gap));
    return { name: hook, hook, chains: [...chains, ...gaps], stateful: false, paths: REAL_PATHS };
  }

  private baseChains(chain: Chain, base: BaseHook, hook: Hook): BaseChain[] {
    const side = base.hook === 'postrouting' && hook === 'output' ? 'out' : (SIDES[base.hook] ?? 'both');
    const { table, policyStatement } = chain;
    const families = FAMILIES[table.family];
    const own = this.chain(chain, side);
    let { runs } = own;
    let policy: BaseChain['policy'] = chain.policy === 'drop' ? 'deny' : 'accept';
    if (base.type === 'nat') runs = runs.map(firstOnly);
    if (base.devices.length > 0) {
      // Packets of other interfaces do not enter; the policy is a rule of its own then.
      const devices = NameSet.of(...base.devices);
      const only: PacketBox =
        base.hook === 'egress' ? { ...ANY_PACKET, outInterface: devices } : { ...ANY_PACKET, inInterface: devices };
      const entry: FilterRule = {
        statement: base.statement,
        match: [only],
        phases: BOTH_PHASES,
        opaque: [],
        action: { kind: 'jump', chain: own.name },
      };
      const last: FilterRule = { ...entry, statement: policyStatement ?? base.statement, action: { kind: 'deny' } };
      runs = [fixedRun(policy === 'deny' ? [entry, last] : [entry])];
      policy = 'accept';
    }
    const name = `${table.family} ${table.name} ${chain.name}`;
    return [new LoweredBase(name, runs, policy, policyStatement, families.length === 2 ? undefined : families)];
  }

  /** A chain as packets of a side see it. */
  private chain(chain: Chain, side: Side): RunChain {
    const own = side !== 'both' && this.testsInterfaces(chain) ? side : 'both';
    const base = `${chain.table.family} ${chain.table.name} ${chain.name}`;
    const name = own === 'both' ? base : `${base} (${own === 'in' ? 'input' : 'output'})`;
    const known = this.chains.get(name);
    if (known) return known;
    const runs: PlacedRun[] = [];
    const lowered = new RunChain(name, () => runs);
    // Known before its rules are, because chains may jump to each other in circles.
    this.chains.set(name, lowered);
    let rules: FilterRule[] = [];
    const endRun = () => {
      if (rules.length > 0) runs.push(fixedRun(rules));
      rules = [];
    };
    for (const part of chain.parts) {
      if ('run' in part) {
        endRun();
        runs.push(placePlainRules(part, this.loweredRun(part, chain, own).rules));
      } else if ('gap' in part) rules.push(gapRule(part));
      else this.addRule(part, chain, own, rules);
    }
    endRun();
    return lowered;
  }

  private visit(chain: Chain): void {
    if (!this.chains.has(`${chain.table.family} ${chain.table.name} ${chain.name}`)) this.chain(chain, 'both');
    for (const part of chain.parts) {
      if ('run' in part) {
        if (this.loweredRun(part, chain, 'both').hasProblems) {
          for (const entry of plainRules(part)) this.reportRule(entry, chain);
        }
      } else if (!('gap' in part)) this.reportRule(part, chain);
    }
  }

  private reportRule(entry: RuleEntry, chain: Chain): void {
    for (const { start, end, code, message } of this.lowered(entry, chain).problems) {
      const { uri } = entry.statement;
      this.report({ uri, range: { start: entry.start + start, end: entry.start + end }, code, message });
    }
  }

  /** What plain rules come to; the same for as long as their text and what they depend on are the same. */
  private loweredRun(part: PlainRules, chain: Chain, side: Side): LoweredRun {
    const key = `${this.surroundings(chain).key} ${side}`;
    const known = knownRuns.get(part.run) ?? new Map<string, LoweredRun>();
    knownRuns.set(part.run, known);
    let lowered = known.get(key);
    if (!lowered) {
      const entries = plainRules(part).map((entry) => ({ entry, rule: this.lowered(entry, chain) }));
      const templates = entries.flatMap(({ entry, rule }) =>
        seenFrom(side, rule.parts).map((template): PlainTemplate => {
          return { ...template, node: entry.node, start: entry.start - part.start };
        }),
      );
      lowered = {
        rules: new RuleRun(templates),
        hasProblems: entries.some(({ rule }) => rule.problems.length > 0),
        interfaces: entries.some(({ rule }) => rule.interfaces),
      };
      known.set(key, lowered);
    }
    return lowered;
  }

  private reportUnmodelled(table: Table): void {
    for (const { base } of table.chains.values()) {
      if (!base) continue;
      const { uri, range } = base.statement;
      const message = `the family ${table.family} filters no packets on their way through IP, so no verdict looks at it`;
      this.report({ code: 'unmodelled-statement', message, uri, range });
    }
  }

  private testsInterfaces(chain: Chain): boolean {
    const known = this.interfaceChains.get(chain);
    if (known !== undefined) return known;
    this.interfaceChains.set(chain, false);
    const found = chain.parts.some((entry) => {
      if ('gap' in entry) return false;
      if ('run' in entry) return this.loweredRun(entry, chain, 'both').interfaces;
      if (this.lowered(entry, chain).interfaces) return true;
      return targetsOf(entry).some((name) => {
        const target = chain.table.chains.get(name);
        return target !== undefined && this.testsInterfaces(target);
      });
    });
    this.interfaceChains.set(chain, found);
    return found;
  }

  private addRule(entry: RuleEntry, chain: Chain, side: Side, rules: FilterRule[]): void {
    const { statement } = entry;
    for (const { match, phases, limit, opaque, action } of seenFrom(side, this.lowered(entry, chain).parts)) {
      rules.push({ statement, match, phases, limit, opaque, action: this.resolve(action, chain, side) });
    }
  }

  /** The action with the full name of the chain that it leads to. */
  private resolve(action: FilterAction, chain: Chain, side: Side): FilterAction {
    if (action.kind !== 'jump' && action.kind !== 'goto') return action;
    const target = chain.table.chains.get(action.chain);
    if (!target)
      return action.chain.startsWith(ANONYMOUS)
        ? action
        : { ...action, chain: `${chain.table.family} ${chain.table.name} ${action.chain}` };
    return { ...action, chain: this.chain(target, side).name };
  }

  private lowered(entry: RuleEntry, chain: Chain): LoweredRule {
    const { node, substituted } = entry;
    const { key, tracking, sourceUnknown } = this.surroundings(chain);
    const { body } = entry;
    const own =
      substituted ||
      node.references.some(({ kind }) => kind === 'set') ||
      body.statements.some(({ kind }) => kind === 'anonymous-chain');
    const known = own ? this.entries.get(entry) : knownNodes.get(node);
    if (known?.key === key) return known.lowered;
    const lowered = this.lower(entry, chain.table, tracking, sourceUnknown);
    if (own) this.entries.set(entry, { key, lowered });
    else knownNodes.set(node, { key, lowered });
    return lowered;
  }

  /** What the rules of a chain depend on, apart from their table. */
  private surroundings(chain: Chain): Surroundings {
    let known = this.chainSurroundings.get(chain);
    if (!known) {
      const tracking = this.trackingIn(chain);
      const sourceUnknown =
        this.sourceChanges && chain.base?.hook === 'postrouting' && (chain.base.priority ?? 0) > SOURCE_NAT;
      known = { tracking, sourceUnknown, key: `${chain.table.family} ${tracking} ${sourceUnknown}` };
      this.chainSurroundings.set(chain, known);
    }
    return known;
  }

  /** Chains in front of conntrack see no state; those that others jump to may be on either side of it. */
  private trackingIn(chain: Chain): Tracking {
    if (this.untracked) return 'unknown';
    if (chain.base) return isEarly(chain.base) ? 'off' : 'on';
    return this.earlyChains.has(chain) ? 'unknown' : 'on';
  }

  private lower(entry: RuleEntry, table: Table, tracking: Tracking, sourceUnknown: boolean): LoweredRule {
    const problems: NodeProblem[] = [];
    const sets = this.setsOf(table);
    const context: ConditionContext = {
      problems,
      tracking,
      sourceUnknown,
      set: (name) => sets.set(name),
      text: ({ start, end }: Span) => entry.node.text.slice(start, end).replace(/\s+/g, ' '),
    };
    const parts = this.parts(entry.body, table, context, entry.statement);
    const interfaces = parts.some(({ match }) =>
      match.some(({ inInterface, outInterface }) => inInterface !== NameSet.any || outInterface !== NameSet.any),
    );
    return { parts, problems: problems.length === 0 ? NO_PROBLEMS : problems, interfaces };
  }

  private setsOf(table: Table): TableSets {
    let sets = this.sets.get(table);
    if (!sets) {
      sets = new TableSets(table, this.report);
      this.sets.set(table, sets);
    }
    return sets;
  }

  /** What the statements of a rule come to, one after the other. */
  private parts(body: RuleBody, table: Table, context: ConditionContext, place: QuotedLine): LoweredPart[] {
    const parts: LoweredPart[] = [];
    let condition: Condition = ALWAYS;
    for (const statement of body.statements) {
      switch (statement.kind) {
        case 'match':
          condition = both(condition, matchCondition(statement, context));
          break;
        case 'condition':
          condition = both(condition, opaqueCondition(context.text(statement)));
          break;
        case 'verdict-map': {
          const elements =
            statement.map.kind === 'set'
              ? statement.map.elements
              : statement.map.kind === 'set-reference'
                ? this.setsOf(table).elements(statement.map.name)
                : undefined;
          if (!elements) {
            const reason = `${context.text(statement)} depends on what the map holds at run time`;
            parts.push(...partsOf(condition, { kind: 'undecided', reason }, table.family));
            break;
          }
          const passed: Condition[] = [];
          for (const { element, condition: key } of mapConditions(statement.key, elements, context)) {
            const action = verdictAction(element);
            const here = both(condition, key);
            if (action) parts.push(...partsOf(here, action, table.family));
            else passed.push(here);
          }
          // What has no element, or a verdict, never comes to the statements behind the map.
          condition = passed.flat();
          break;
        }
        case 'anonymous-chain': {
          const name = `${ANONYMOUS}${++this.anonymous}`;
          const rules: FilterRule[] = statement.rules.flatMap((rule) =>
            this.parts(rule, table, context, place).map((part) => ({
              ...part,
              statement: place,
              action: this.resolveIn(part.action, table),
            })),
          );
          this.chains.set(name, new RunChain(name, () => [fixedRun(rules)]));
          parts.push(...partsOf(condition, { kind: statement.verdict, chain: name }, table.family));
          break;
        }
        default: {
          const action = actionOf(statement, table.family, context);
          if (action) parts.push(...partsOf(condition, action, table.family));
          break;
        }
      }
      if (condition.length === 0) break;
    }
    return parts;
  }

  private resolveIn(action: FilterAction, table: Table): FilterAction {
    if ((action.kind !== 'jump' && action.kind !== 'goto') || action.chain.startsWith(ANONYMOUS)) return action;
    const target = table.chains.get(action.chain);
    return target ? { ...action, chain: this.chain(target, 'both').name } : action;
  }
}

/** Stands in front of the names of chains that have none. */
const ANONYMOUS = 'anonymous chain ';

const NO_PROBLEMS: readonly NodeProblem[] = [];

/** The priority at which sources are changed. */
const SOURCE_NAT = 100;

const FAMILIES: Readonly<Record<Family, readonly (4 | 6)[]>> = {
  ip: [4],
  ip6: [6],
  inet: [4, 6],
  netdev: [4, 6],
  // Neither sees packets on their way through a router or to a host.
  bridge: [],
  arp: [],
};

const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];
const FIRST_PHASE: readonly Phase[] = ['first'];
const REPLY_PHASE: readonly Phase[] = ['reply'];

function phasesOf(phases: number): readonly Phase[] {
  if (phases === FIRST) return FIRST_PHASE;
  return phases === ANSWER ? REPLY_PHASE : BOTH_PHASES;
}

const NO_CONDITIONS: FilterRule['opaque'] = [];

function partsOf(condition: Condition, action: FilterAction, family: Family): LoweredPart[] {
  return condition.flatMap(({ restrictions, phases, limit, opaque }: Alternative) => {
    const own = family === 'ip' ? 4 : family === 'ip6' ? 6 : undefined;
    const match = restrictions.flatMap((restriction) => boxOf(restriction, own) ?? []);
    if (match.length === 0) return [];
    const conditions = opaque.length === 0 ? NO_CONDITIONS : [...new Set(opaque)].map((text) => ({ text }));
    return [{ match, phases: phasesOf(phases), limit, opaque: conditions, action }];
  });
}

/** Runs without what they do to answers. */
const firstOnlyRuns = new WeakMap<RuleRun, RuleRun<DerivedRule>>();

function firstOnly(placed: PlacedRun): PlacedRun {
  return deriveRun(placed, firstOnlyRuns, (rule) => {
    return { ...rule, phases: rule.phases.filter((phase) => phase === 'first') };
  });
}

/** A rule of a run of items, and where it stands in it. */
interface PlainTemplate extends RuleTemplate {
  readonly node: StatementNode;
  readonly start: number;
}

interface LoweredRun {
  readonly rules: RuleRun<PlainTemplate>;
  readonly hasProblems: boolean;
  readonly interfaces: boolean;
}

/** What runs of plain rules came to, by what they depend on. */
const knownRuns = new WeakMap<ItemRun, Map<string, LoweredRun>>();

function placePlainRules({ uri, start: base }: PlainRules, rules: RuleRun<PlainTemplate>): PlacedRun {
  return placeRun(rules, ({ match, phases, limit, opaque, action, node, start }) => {
    return { statement: statementAt({ node, start: base + start }, uri), match, phases, limit, opaque, action };
  });
}

/** The parts that match packets of a side. */
function seenFrom(side: Side, parts: readonly LoweredPart[]): readonly LoweredPart[] {
  if (side === 'both') return parts;
  return parts.flatMap((part) => {
    const match = part.match.flatMap((box) => onSide(box, side) ?? []);
    return match.length === 0 ? [] : [{ ...part, match }];
  });
}

class LoweredBase extends RunChain implements BaseChain {
  declare readonly families?: readonly AddressFamily[];

  constructor(
    name: string,
    runs: readonly PlacedRun[],
    readonly policy: BaseChain['policy'],
    readonly policyStatement: QuotedLine | undefined,
    families: readonly AddressFamily[] | undefined,
  ) {
    super(name, () => runs);
    if (families) this.families = families;
  }
}

/** A box where one of the interfaces is not known: its name is empty there. */
function onSide(box: PacketBox, side: Side): PacketBox | undefined {
  const { inInterface, outInterface } = box;
  if (side === 'in') {
    if (outInterface === NameSet.any) return box;
    return outInterface.has('') ? { ...box, outInterface: NameSet.any } : undefined;
  }
  if (inInterface === NameSet.any) return box;
  return inInterface.has('') ? { ...box, inInterface: NameSet.any } : undefined;
}

function gapRule({ statement, gap }: GapEntry): FilterRule {
  return {
    statement,
    match: [ANY_PACKET],
    phases: BOTH_PHASES,
    opaque: [],
    action: { kind: 'undecided', reason: gap },
  };
}

function gapChain(gap: GapEntry): BaseChain {
  return { name: gap.statement.text, rules: [gapRule(gap)], policy: 'accept', policyStatement: undefined };
}

type Tracking = ConditionContext['tracking'];

interface Surroundings {
  readonly tracking: Tracking;
  readonly sourceUnknown: boolean;
  readonly key: string;
}
