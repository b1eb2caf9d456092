// The model of a host firewall: inbound, outbound, and IPsec.

import type { QuotedLine } from '../../../model/evidence.js';
import type { BaseChain, FilterAction, FilterModel, FilterPoint, FilterRule } from '../../../model/filter.js';
import { ICMP_TRACKING } from '../../../model/icmp.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, protocolSet } from '../../../model/packets.js';
import type { Source } from '../../dialect.js';
import type { Program, ReadRule } from '../program/program.js';
import { parameterOf } from '../program/rule.js';
import { ipsecPoint } from './ipsec.js';
import { type Policies, policiesOf } from './policies.js';
import { interfacesOf, type Policy, profileNames } from './policy.js';
import { defaultRules, switchRules } from './profile-rules.js';
import {
  boxOf,
  concerns,
  type Direction,
  filterRule,
  onInterface,
  otherNames,
  quotedLine,
  rulesOutside,
} from './rules.js';

/**
 * "Explicit block rules take precedence over any conflicting allow rules" (*Windows Firewall rules*, "Rule precedence"),
 * regardless of their order; by default inbound connections are blocked and outbound ones allowed. Replies to permitted
 * connections are permitted automatically.
 *
 * A script may write several policies, each for other computers: their rules stand in one chain, each for the profiles of
 * its policy. Where it writes one group policy and the computer, the computer without it is a second chain: both have to
 * permit the same.
 */
export function buildModel(source: Source, program: Program): FilterModel {
  const policies = policiesOf(program);
  const hasIPsec = program.rules.some(({ stored }) => stored.kind === 'ipsec');
  const hasFirewall = program.rules.some(({ stored }) => stored.kind === 'firewall');
  const isSilent = !hasFirewall && program.settings.length === 0 && !program.outside.some(concerns('firewall'));
  const points = [
    hostPoint('in', source, policies, { byNameOnly: isSilent, first: firstCommand(source, program) }),
    hostPoint('out', source, policies, { byNameOnly: isSilent, first: undefined }),
    ...(hasIPsec ? [ipsecPoint(source, policies)] : []),
  ];
  return { kind: 'filter', families: [4, 6], points, decidesMessages: 'denied', chains: new Map() };
}

function hostPoint(
  direction: Direction,
  source: Source,
  { hosts, otherwise }: Policies,
  { byNameOnly, first }: PointDetails,
): FilterPoint {
  const name = direction === 'in' ? 'inbound' : 'outbound';
  const chain = hostChain(direction, source, hosts, { name, first });
  const chains = [chain];
  if (otherwise) {
    const second = hostChain(direction, source, [otherwise.policy], {
      name: `${name} without ${otherwise.without}`,
      first,
    });
    const isTooMuch = conditionsIn(chain) * conditionsIn(second) > CONDITION_LIMIT;
    chains.push(isTooMuch ? { ...second, rules: [undecidedRule(source, direction)] } : second);
  }
  return {
    name,
    hook: direction === 'in' ? 'input' : 'output',
    chains,
    stateful: true,
    // "Only one profile is applied at a time" (*New-NetFirewallRule*, -Profile).
    surroundings: { kind: 'profiles', names: profileNames(hosts) },
    ...(byNameOnly ? { byNameOnly } : {}),
  };
}

/** How many cases the unknown conditions of two chains may make together. */
const CONDITION_LIMIT = 10_000;

function conditionsIn({ rules }: BaseChain): number {
  return rules.filter(({ opaque }) => opaque.length > 0).length;
}

function undecidedRule(source: Source, direction: Direction): FilterRule {
  return {
    statement: quotedLine(source, { start: 0, end: 0 }),
    match: [{ ...ANY_PACKET, ...onInterface(direction, NameSet.any) }],
    phases: ['first', 'reply'],
    opaque: [],
    action: { kind: 'undecided', reason: 'there are too many conditions in two policies' },
  };
}

/** The name of the first command that writes a rule: what Windows denies by default has no statement of its own. */
function firstCommand(source: Source, { rules, settings }: Program): QuotedLine | undefined {
  const ranges = [...rules.map(({ stored }) => stored), ...settings].map(({ invocation }) => invocation.commandRange);
  const [first] = ranges.sort((one, other) => one.start - other.start);
  return first && quotedLine(source, first);
}

interface PointDetails {
  readonly byNameOnly: boolean;
  /** Where the default is told that Windows denies by. */
  readonly first: QuotedLine | undefined;
}

function hostChain(
  direction: Direction,
  source: Source,
  policies: readonly Policy[],
  { name, first }: { readonly name: string; readonly first: QuotedLine | undefined },
): BaseChain {
  return {
    name,
    rules: [
      ...policies.flatMap((policy) => rulesOf(direction, source, policy)),
      ...otherNames(source, policies, direction),
    ],
    policy: direction === 'in' ? 'deny' : 'accept',
    policyStatement: first,
  };
}

/** What none of them decides ends with the default of Windows. */
function rulesOf(direction: Direction, source: Source, policy: Policy): FilterRule[] {
  const firewall = policy.rules.filter(({ stored }) => stored.kind === 'firewall');
  const own = firewall.flatMap((rule) => rankedRules(source, rule, direction));
  const ofRank = (rank: Ranked['rank']) => own.filter((one) => one.rank === rank).map(({ rule }) => rule);
  return [
    ...switchRules(source, policy, direction),
    ...outsideRules(source, policy, direction),
    ...ofRank('override'),
    ...ofRank('block'),
    ...ofRank('allow'),
    networkMessages(source, policy, direction),
    ...defaultRules(source, policy, direction),
  ];
}

/**
 * Errors about connections, and discovery of neighbours, without a rule for them: the Windows Filtering Platform handles both apart
 * from other packets (*ICMP error layers*, FWPM_LAYER_INBOUND_ICMP_ERROR), so that only a rule that blocks them decides for certain.
 */
function networkMessages(source: Source, policy: Policy, direction: Direction): FilterRule {
  const match = ([4, 6] as const).map((family) => {
    const { protocol, errors, untracked } = ICMP_TRACKING[family];
    return {
      ...ANY_PACKET,
      ...onInterface(direction, interfacesOf(policy)),
      source: IpSet.all.ofFamily(family),
      protocols: protocolSet(protocol),
      destinationPorts: errors.union(untracked),
    };
  });
  return {
    statement: quotedLine(source, { start: 0, end: 0 }),
    match,
    phases: ['first', 'reply'],
    opaque: [{ text: 'what Windows itself lets pass of errors and of neighbour discovery', messagesAlone: true }],
    action: { kind: 'accept' },
  };
}

interface Ranked {
  /** "-OverrideBlockRules" of authenticated connections comes before the rules that block. */
  readonly rank: 'override' | 'block' | 'allow';
  readonly rule: FilterRule;
}

function rankedRules(source: Source, { stored, filter }: ReadRule, direction: Direction): Ranked[] {
  const opaque = [...filter.opaque];
  const wanted = parameterOf(stored, 'direction') ?? 'inbound';
  if (wanted === '?') opaque.push('the direction that the script computes');
  else if ((wanted.startsWith('out') ? 'out' : 'in') !== direction) return [];
  const enabled = parameterOf(stored, 'enabled') ?? 'true';
  if (enabled === '?') opaque.push('whether the script enables it');
  else if (/^(?:false|no|2)$/.test(enabled)) return [];
  const action = parameterOf(stored, 'action') ?? 'allow';
  const overrides = action === 'bypass' || /^(?:true|1)$/.test(parameterOf(stored, 'overrideblockrules') ?? '');
  const rule = filterRule(source, stored, { match: [boxOf(filter, direction)], opaque, action: actionOf(action) });
  const mayBlock = action === 'block' || action === '?';
  return [{ rank: overrides ? 'override' : mayBlock ? 'block' : 'allow', rule }];
}

function actionOf(action: string): FilterAction {
  if (action === 'block') return { kind: 'deny' };
  if (action === 'notconfigured') return { kind: 'undecided', reason: 'the rule has no action of its own' };
  if (action === '?') return { kind: 'undecided', reason: 'the script computes whether the rule allows or blocks' };
  return { kind: 'accept' };
}

/** Rules that the script does not define may allow or block anything. */
function outsideRules(source: Source, policy: Policy, direction: Direction): FilterRule[] {
  const match = [{ ...ANY_PACKET, ...onInterface(direction, interfacesOf(policy)) }];
  return rulesOutside(source, policy.outside.filter(concerns('firewall')), match);
}
