// The points at which a ruleset filters packets, each with the base chains that packets traverse up to there.
import type { QuotedLine } from '../../../model/evidence.js';
import type { BaseChain, FilterPoint, FilterRule, Hook } from '../../../model/filter.js';
import type { AddressFamily } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET } from '../../../model/packets.js';
import { fixedRun, type PlacedRun, RunChain, RunDerivation } from '../../../model/rule-runs.js';
import { REAL_PATHS } from '../../shared/real-paths.js';
import type { BaseHook, Chain, MissingRules, Ruleset } from '../program/ruleset.js';
import type { Family } from '../syntax/tree.js';
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

export function pointsOf(ruleset: Ruleset, chainModel: ChainModel): FilterPoint[] {
  const bases: { chain: Chain; base: BaseHook }[] = [];
  for (const table of ruleset.tables.values()) {
    if (table.dormant || FAMILIES[table.family].length === 0) continue;
    for (const chain of table.chains.values()) if (chain.base) bases.push({ chain, base: chain.base });
  }
  const missing = ruleset.missing.map(missingChain);
  return PATHS.flatMap(({ hook, hooks }): FilterPoint[] => {
    // A point exists only where the file filters at its hook.
    if (!bases.some(({ base }) => base.hook === hook && base.type !== 'nat')) return [];
    const passed = hooks.flatMap((name) =>
      bases.filter(({ base }) => base.hook === name).sort((a, b) => (a.base.priority ?? 0) - (b.base.priority ?? 0)),
    );
    const chains = passed.map(({ chain, base }) => {
      // A packet that this host sends has no input interface at postrouting either.
      const interfaces = base.hook === 'postrouting' && hook === 'output' ? 'out' : HOOK_INTERFACES[base.hook];
      return baseChain(chain, base, chainModel(chain, interfaces ?? 'both'));
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
  const runs = base.type === 'nat' ? model.runs.map((placed) => FIRST_ONLY.of(placed)) : model.runs;
  return new BaseRunChain(fullName, runs, { policy, statement: policyStatement }, own);
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

/** The rules of a nat chain see only the first packet of a connection. */
const FIRST_ONLY = new RunDerivation((rule) => {
  return { ...rule, phases: rule.phases.filter((phase) => phase === 'first') };
});

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
