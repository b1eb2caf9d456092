import type { QuotedLine } from '../../../model/evidence.js';
import type {
  BaseChain,
  FilterAction,
  FilterModel,
  FilterPoint,
  FilterRule,
  OpaqueCondition,
} from '../../../model/filter.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, answering, type PacketBox } from '../../../model/packets.js';
import type { TextRange } from '../../../text/range.js';
import type { Source } from '../../dialect.js';
import { textsOf } from '../program/invocation.js';
import type { Policy, ProfileSetting, StoredRule } from '../program/policy.js';
import { boxOf, type Filter, PROFILES, profileSet } from './rule-filter.js';

/** A rule with what it matches. */
export interface ReadRule {
  readonly stored: StoredRule;
  readonly filter: Filter;
}

/** A command on one line. */
export function statementAt(source: Source, range: TextRange): QuotedLine {
  const text = source.text.slice(range.start, range.end).replace(/[`^]\s*\n/g, ' ');
  return { uri: source.uri, range, text: text.replace(/\s+/g, ' ').trim() };
}

/**
 * The host's own firewall. "Explicit block rules take precedence over any conflicting allow rules" (*Windows Firewall
 * rules*, "Rule precedence"), whatever their order; what no rule matches is blocked on its way in and allowed on its way
 * out. Answers to permitted connections pass by themselves.
 */
export function buildModel(source: Source, policy: Policy, rules: readonly ReadRule[]): FilterModel {
  const firewall = rules.filter(({ stored }) => stored.kind === 'firewall');
  const ipsec = rules.filter(({ stored }) => stored.kind === 'ipsec');
  const silent = firewall.length + policy.settings.length + policy.foreign.length === 0;
  const points: FilterPoint[] = [
    hostPoint('inbound', 'in', source, policy, firewall, silent),
    hostPoint('outbound', 'out', source, policy, firewall, silent),
  ];
  if (ipsec.length > 0) points.push(ipsecPoint(source, ipsec));
  return { kind: 'filter', families: [4, 6], points, chains: new Map() };
}

function hostPoint(
  name: string,
  direction: 'in' | 'out',
  source: Source,
  policy: Policy,
  rules: readonly ReadRule[],
  byNameOnly: boolean,
): FilterPoint {
  const own = rules.flatMap((rule) => firewallRules(source, rule, direction));
  const chain: BaseChain = {
    name,
    rules: [
      ...settingRules(source, policy.settings, direction, 'before'),
      ...foreignRules(source, policy),
      ...own.filter(({ rank }) => rank === 'override').map(({ rule }) => rule),
      ...own.filter(({ rank }) => rank === 'block').map(({ rule }) => rule),
      ...own.filter(({ rank }) => rank === 'allow').map(({ rule }) => rule),
      ...settingRules(source, policy.settings, direction, 'default'),
    ],
    policy: direction === 'in' ? 'deny' : 'accept',
    policyStatement: undefined,
  };
  const profiles: PacketBox = { ...ANY_PACKET, ...at(direction, NameSet.of(...PROFILES)) };
  return {
    name,
    hook: direction === 'in' ? 'input' : 'output',
    chains: [chain],
    stateful: true,
    paths: { outbound: [profiles], inbound: [profiles] },
    ...(byNameOnly ? { byNameOnly } : {}),
  };
}

function at(direction: 'in' | 'out', profiles: NameSet): Partial<PacketBox> {
  return direction === 'in' ? { inInterface: profiles } : { outInterface: profiles };
}

interface Ranked {
  /** "-OverrideBlockRules" of authenticated connections comes before the rules that block. */
  readonly rank: 'override' | 'block' | 'allow';
  readonly rule: FilterRule;
}

function firewallRules(source: Source, { stored, filter }: ReadRule, direction: 'in' | 'out'): Ranked[] {
  const opaque = [...filter.opaque];
  const wanted = parameterOf(stored, 'direction') ?? 'inbound';
  if (wanted === undefined || wanted === '?') opaque.push('the direction that the script computes');
  else if ((wanted.startsWith('out') ? 'out' : 'in') !== direction) return [];
  const enabled = parameterOf(stored, 'enabled') ?? 'true';
  if (enabled === '?') opaque.push('whether the script enables it');
  else if (/^(?:false|no|2)$/.test(enabled)) return [];
  const action = parameterOf(stored, 'action') ?? 'allow';
  const overrides = action === 'bypass' || /^(?:true|1)$/.test(parameterOf(stored, 'overrideblockrules') ?? '');
  const rule = ruleOf(source, stored, [boxOf(filter, direction)], opaque, actionOf(action));
  return [{ rank: overrides ? 'override' : action === 'block' ? 'block' : 'allow', rule }];
}

function actionOf(action: string): FilterAction {
  if (action === 'block') return { kind: 'deny' };
  if (action === '?') return { kind: 'undecided', reason: 'the script computes whether the rule allows or blocks' };
  return { kind: 'accept' };
}

/** The lower-case value of a parameter; `?` where the script computes it. */
export function parameterOf(stored: StoredRule, name: string): string | undefined {
  const argument = stored.parameters.get(name);
  if (!argument) return undefined;
  return textsOf(argument.value)?.[0]?.toLowerCase() ?? '?';
}

function ruleOf(
  source: Source,
  { range }: StoredRule,
  match: readonly PacketBox[],
  opaque: readonly string[],
  action: FilterAction,
): FilterRule {
  return {
    statement: statementAt(source, range),
    match,
    phases: ['first', 'reply'],
    opaque: [...new Set(opaque)].map((text): OpaqueCondition => ({ text })),
    action,
  };
}

/** Rules that the script does not tell may let anything pass, or block it. */
function foreignRules(source: Source, { foreign }: Policy): FilterRule[] {
  return foreign.flatMap(({ range, what, mayBlock }) =>
    (mayBlock ? (['accept', 'deny'] as const) : (['accept'] as const)).map((kind) => ({
      statement: statementAt(source, range),
      match: [ANY_PACKET],
      phases: ['first', 'reply'] as const,
      opaque: [{ text: what }],
      action: { kind },
    })),
  );
}

/** The commands that may have set a property: the last one, and those before it where that runs only under a condition. */
function standing(
  settings: readonly ProfileSetting[],
  sets: (setting: ProfileSetting) => boolean,
): readonly ProfileSetting[] {
  const all = settings.filter(sets).reverse();
  const certain = all.findIndex(({ conditions }) => conditions.length === 0);
  return certain < 0 ? all : all.slice(0, certain + 1);
}

/** What `Set-NetFirewallProfile` sets: rules in front of all others, and what happens to what no rule matches. */
function settingRules(
  source: Source,
  settings: readonly ProfileSetting[],
  direction: 'in' | 'out',
  place: 'before' | 'default',
): FilterRule[] {
  const rules: FilterRule[] = [];
  for (const profile of PROFILES) {
    const own = settings.filter(({ profiles }) => profiles === undefined || profiles.includes(profile.toLowerCase()));
    const box = { ...ANY_PACKET, ...at(direction, profileSet(profile)) };
    const tell = (setting: ProfileSetting, kind: 'accept' | 'deny', opaque: readonly string[]) =>
      rules.push({
        statement: statementAt(source, setting.invocation.range),
        match: [box],
        phases: ['first', 'reply'],
        opaque: [...setting.conditions, ...opaque].map((text) => ({ text })),
        action: { kind },
      });
    /** A switch that decides everything where it stands like this, and nothing where it does not. */
    const tellSwitch = (
      read: (setting: ProfileSetting) => string | undefined,
      decides: RegExp,
      kind: 'accept' | 'deny',
      doubt: string,
    ) => {
      const unless: string[] = [];
      for (const setting of standing(own, (one) => read(one) !== undefined)) {
        const value = read(setting) ?? '';
        if (value === 'unknown') tell(setting, kind, [...unless, doubt]);
        else if (decides.test(value)) tell(setting, kind, unless);
        unless.push(...setting.conditions);
      }
    };
    if (place === 'before') {
      tellSwitch(({ enabled }) => enabled, /^(?:false|no)$/, 'accept', 'whether the firewall is on');
      if (direction === 'in') {
        const doubt = 'whether rules for what comes in count';
        tellSwitch(({ allowInboundRules }) => allowInboundRules, /^false$/, 'deny', doubt);
      }
      continue;
    }
    const action = ({ inbound, outbound }: ProfileSetting) => (direction === 'in' ? inbound : outbound);
    const preset = direction === 'in' ? 'deny' : 'accept';
    for (const setting of standing(own, (one) => action(one) !== undefined)) {
      const value = action(setting);
      if (value === 'unknown') tell(setting, preset === 'deny' ? 'accept' : 'deny', ['the default action']);
      const known = value === 'allow' ? 'accept' : value === 'block' ? 'deny' : preset;
      tell(setting, known, []);
    }
  }
  return rules;
}

/**
 * Connections that no rule asks to authenticate go without IPsec. Exemptions come before the rules that ask (*Windows
 * Firewall*, "Connection security rules": authentication exemption).
 */
function ipsecPoint(source: Source, rules: readonly ReadRule[]): FilterPoint {
  const exempting: FilterRule[] = [];
  const asking: FilterRule[] = [];
  for (const { stored, filter } of rules) {
    const opaque = [...filter.opaque];
    const enabled = parameterOf(stored, 'enabled') ?? 'true';
    if (enabled === '?') opaque.push('whether the script enables it');
    else if (/^(?:false|no|2)$/.test(enabled)) continue;
    const security = securityOf(stored);
    if (security === '?') opaque.push('the security that the script computes');
    // The rule is about both directions of a connection, whoever begins it.
    const inbound = boxOf(filter, 'in');
    const match = [
      { ...inbound, inInterface: NameSet.any },
      { ...answering(inbound), outInterface: NameSet.any },
    ];
    const exempt = security === 'none';
    (exempt ? exempting : asking).push(ruleOf(source, stored, match, opaque, { kind: exempt ? 'accept' : 'deny' }));
  }
  const chain: BaseChain = {
    name: 'connection security',
    rules: [...exempting, ...asking],
    policy: 'accept',
    policyStatement: undefined,
  };
  return { name: 'ipsec', hook: undefined, chains: [chain], stateful: true, byNameOnly: true, about: 'ipsec' };
}

/**
 * "Do not authenticate" is `None` in both directions, and `noauthentication` of netsh. A rule that names neither asks
 * ("Require Inbound Authentication" in *Windows Firewall administration with PowerShell* is such a rule).
 */
function securityOf(stored: StoredRule): 'none' | 'asked' | '?' {
  const action = parameterOf(stored, 'action');
  if (action !== undefined) return action === 'noauthentication' ? 'none' : action === '?' ? '?' : 'asked';
  const [inbound, outbound] = [parameterOf(stored, 'inboundsecurity'), parameterOf(stored, 'outboundsecurity')];
  if (inbound === 'none' && outbound === 'none') return 'none';
  const asks = (value: string | undefined) => value === 'request' || value === 'require';
  if (asks(inbound) || asks(outbound) || (inbound === undefined && outbound === undefined)) return 'asked';
  return '?';
}
