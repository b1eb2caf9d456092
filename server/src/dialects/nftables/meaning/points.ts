// The points at which a ruleset filters packets, each with the base chains that packets traverse up to there.
import type { QuotedLine } from '../../../model/evidence.js';
import type { BaseChain, FilterPoint, FilterRule, Hook } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, intersectBoxes, PacketSet } from '../../../model/packets.js';
import { fixedRun, type PlacedRun, type RuleTemplate, RunChain, RunDerivation } from '../../../model/rule-runs.js';
import { REAL_PATHS } from '../../shared/real-paths.js';
import { mayBeIcmp, TRACKED, type TrackedAt, untrackedAmong } from '../../shared/untracked.js';
import { eachStatement, expressionsOf, fieldsOf } from '../program/rule-statements.js';
import { type BaseHook, type Chain, isRule, type MissingRules, type Ruleset } from '../program/ruleset.js';
import type { Family, RuleStatement } from '../syntax/tree.js';
import { OPENING_PACKETS } from './connection-state.js';
import { HOOK_INTERFACES, type KnownInterfaces } from './interfaces.js';
import { BOTH_PHASES } from './rule-meaning.js';

/** The hooks that the packets of each point traverse, in order. */
const PATHS: readonly { readonly hook: Hook; readonly hooks: readonly string[] }[] = [
  { hook: 'forward', hooks: ['ingress', 'prerouting', 'forward', 'postrouting', 'egress'] },
  { hook: 'input', hooks: ['ingress', 'prerouting', 'input'] },
  { hook: 'output', hooks: ['output', 'postrouting', 'egress'] },
];

/** The address families whose packets a table sees. */
export const FAMILIES: Readonly<Record<Family, readonly AddressFamily[]>> = {
  ip: [4],
  ip6: [6],
  inet: [4, 6],
  netdev: [4, 6],
  // Neither sees packets that are routed, sent or received by a host.
  bridge: [],
  arp: [],
};

/** Gives the model of a chain where packets have some interfaces. */
export type ChainModel = (chain: Chain, interfaces: KnownInterfaces) => RunChain;

export function pointsOf(
  ruleset: Ruleset,
  chainModel: ChainModel,
  excluded: ReadonlyMap<TrackedAt, PacketSet | undefined>,
  followsTracking: boolean,
): FilterPoint[] {
  const bases: { chain: Chain; base: BaseHook }[] = [];
  for (const table of ruleset.tables.values()) {
    if (table.dormant || FAMILIES[table.family].length === 0) continue;
    for (const chain of table.chains.values()) if (chain.base) bases.push({ chain, base: chain.base });
  }
  const missing = ruleset.missing.map(missingChain);
  const tracked = bases.some(({ base }) => base.type === 'nat') ? trackedFamilies(ruleset) : NO_FAMILIES;
  return PATHS.flatMap(({ hook, hooks }): FilterPoint[] => {
    // A point exists only where the file filters at its hook.
    if (!bases.some(({ base }) => base.hook === hook && base.type !== 'nat')) return [];
    const passed = hooks.flatMap((name) =>
      bases.filter(({ base }) => base.hook === name).sort((a, b) => (a.base.priority ?? 0) - (b.base.priority ?? 0)),
    );
    const chains = passed.map(({ chain, base }) => {
      // A packet that this host sends has no input interface at postrouting either.
      const interfaces = base.hook === 'postrouting' && hook === 'output' ? 'out' : HOOK_INTERFACES[base.hook];
      const model = chainModel(chain, interfaces ?? 'both');
      if (base.type !== 'nat') return baseChain(chain, base, model);
      const isTracked = FAMILIES[chain.table.family].every((family) => tracked.has(family));
      return translationChain(chain, model, isTracked, {
        packets: untrackedAmong([base.hook], excluded)?.packets,
        followsTracking,
      });
    });
    return [{ name: hook, hook, chains: [...chains, ...missing], stateful: false, paths: REAL_PATHS }];
  });
}

/** A base chain with the rules of `model`. */
function baseChain(chain: Chain, base: BaseHook, model: RunChain): BaseChain {
  const { policyStatement, fullName } = chain;
  const families = FAMILIES[chain.table.family];
  const policy = chain.policy === 'drop' ? 'deny' : 'accept';
  const own = families.length === 2 ? undefined : families;
  if (base.devices.length > 0) {
    // Packets of other interfaces do not enter the chain, so the policy becomes a rule for packets of its devices.
    const devices = NameSet.from(base.devices);
    const entry: FilterRule = {
      statement: base.statement,
      match: [
        base.hook === 'egress' ? { ...ANY_PACKET, outInterface: devices } : { ...ANY_PACKET, inInterface: devices },
      ],
      phases: BOTH_PHASES,
      opaque: [],
      action: { kind: 'jump', chain: model.name },
    };
    const last: FilterRule = { ...entry, statement: policyStatement ?? base.statement, action: { kind: 'deny' } };
    const run = fixedRun(policy === 'deny' ? [entry, last] : [entry]);
    return new BaseRunChain(fullName, [run], { policy: 'accept', statement: policyStatement }, own);
  }
  return new BaseRunChain(fullName, model.runs, { policy, statement: policyStatement }, own);
}

/** A base chain of the type nat, which only packets enter that open a connection (`nf_nat_inet_fn` of Linux). */
function translationChain(
  { policy, policyStatement: statement, fullName, table, base }: Chain,
  model: RunChain,
  isTracked: boolean,
  {
    packets: untracked,
    followsTracking,
  }: { readonly packets: PacketSet | undefined; readonly followsTracking: boolean },
): BaseChain {
  const families = FAMILIES[table.family];
  const own = families.length === 2 ? undefined : families;
  const opaque = [
    ...(isTracked ? [] : [{ text: 'whether connections are tracked' }]),
    ...(untracked ? [] : [{ text: 'whether the packet is tracked', ...(followsTracking ? { test: TRACKED } : {}) }]),
  ];
  const isUsual = opaque.length === 0 && untracked?.isEmpty;
  const entering = isUsual ? OPENING : new RunDerivation((rule) => atTranslation(rule, untracked, opaque));
  const runs = model.runs.map((placed) => entering.of(placed));
  if (policy === 'drop' && base) {
    const all = { match: [ANY_PACKET], phases: BOTH_PHASES, opaque: [], action: { kind: 'deny' } } as const;
    runs.push(fixedRun([{ ...atTranslation(all, untracked, opaque), statement: statement ?? base.statement }]));
  }
  return new BaseRunChain(fullName, runs, { policy: 'accept', statement }, own);
}

function atTranslation(
  rule: RuleTemplate,
  untracked: PacketSet | undefined,
  opaque: FilterRule['opaque'],
): RuleTemplate {
  const phases = rule.phases.filter((phase) => phase === 'first');
  const opening = rule.match.flatMap((box) =>
    mayBeIcmp(box) ? OPENING_PACKETS.flatMap((own) => intersectBoxes(box, own) ?? []) : [box],
  );
  const match = untracked?.isEmpty === false ? PacketSet.from(opening).subtract(untracked).boxes : opening;
  return { ...rule, match, phases, opaque: opaque.length === 0 ? rule.opaque : [...rule.opaque, ...opaque] };
}

class BaseRunChain extends RunChain implements BaseChain {
  declare readonly families?: readonly AddressFamily[];
  readonly policy: BaseChain['policy'];
  readonly policyStatement: QuotedLine | undefined;

  constructor(
    name: string,
    runs: readonly PlacedRun[],
    { policy, statement }: { readonly policy: BaseChain['policy']; readonly statement: QuotedLine | undefined },
    families: readonly AddressFamily[] | undefined,
  ) {
    super(name, () => runs);
    this.policy = policy;
    this.policyStatement = statement;
    if (families) this.families = families;
  }
}

/** What the rules of nat see where everything is tracked. */
const OPENING = new RunDerivation((rule) => atTranslation(rule, PacketSet.none, []));

/**
 * The address families whose connections the rules make the kernel track: it begins with that where a rule reads from or
 * writes to a connection or translates (`nf_ct_netns_get` of Linux), and packets of no connection pass over nat.
 */
function trackedFamilies({ tables }: Ruleset): ReadonlySet<AddressFamily> {
  const found = new Set<AddressFamily>();
  for (const { family, chains } of tables.values()) {
    if (FAMILIES[family].every((own) => found.has(own))) continue;
    const asks = [...chains.values()].some(({ rules }) =>
      rules.some((rule) => isRule(rule) && [...eachStatement(rule.body)].some(asksForTracking)),
    );
    if (asks) for (const own of FAMILIES[family]) found.add(own);
  }
  return found;
}

const NO_FAMILIES: ReadonlySet<AddressFamily> = new Set();

function asksForTracking(statement: RuleStatement): boolean {
  if (statement.kind === 'translate' || (statement.kind === 'terminal' && statement.name === 'synproxy')) return true;
  if (statement.kind === 'condition' && statement.name === 'ct count') return true;
  if (statement.kind === 'effect' && statement.target?.startsWith('ct ')) return true;
  return expressionsOf(statement).some((one) => [...fieldsOf(one)].some((field) => field.startsWith('ct ')));
}

function missingChain(missing: MissingRules): BaseChain {
  return {
    name: missing.statement.text,
    rules: [missingRule(missing)],
    policy: 'accept',
    policyStatement: undefined,
  };
}

/** A rule at the position of unknown rules, which may decide any packet or none. */
export function missingRule({ statement, reason }: MissingRules): FilterRule {
  const action = { kind: 'undecided', reason: `it depends on ${reason}` } as const;
  return { statement, match: [ANY_PACKET], phases: BOTH_PHASES, opaque: [{ text: reason }], action };
}
