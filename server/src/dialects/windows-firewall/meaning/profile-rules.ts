// The meaning of settings of network profiles: rules before all others, and the default action.

import { addAll } from '../../../kept/lists.js';
import type { FilterRule } from '../../../model/filter.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET } from '../../../model/packets.js';
import type { Source } from '../../dialect.js';
import type { ProfileProperty, ProfileSetting } from '../program/profile-setting.js';
import { PROFILES } from '../program/rule-filter.js';
import { type Policy, type Profile, type Settings, settingsInForce } from './policy.js';
import { type Direction, onInterface, quotedLine } from './rules.js';

/** A switch that decides everything at one value, and nothing at the other. */
interface ProfileSwitch {
  readonly property: ProfileProperty;
  readonly decides: RegExp;
  readonly kind: 'accept' | 'deny';
  /** The condition where the value is unknown. */
  readonly condition: string;
}

const FIREWALL_OFF: ProfileSwitch = {
  property: 'enabled',
  decides: /^(?:false|no)$/,
  kind: 'accept',
  condition: 'whether the firewall is on',
};
const NO_INBOUND_RULES: ProfileSwitch = {
  property: 'allowInboundRules',
  decides: /^false$/,
  kind: 'deny',
  condition: 'whether inbound rules apply',
};

/** The rules before all others: a firewall that is off, or that ignores inbound allow rules. */
export function switchRules(source: Source, policy: Policy, direction: Direction): FilterRule[] {
  return PROFILES.flatMap((profile) => {
    const place = { policy, profile, direction };
    const off = decidingRules(source, FIREWALL_OFF, place, policy.settings);
    // "The merge law for this option is to let 'true' values win" (*Firewall CSP*, Shielded): each store is asked by itself.
    const stores = direction === 'in' ? policy.settings : [];
    const disabled = disabledRules(source, place, policy.settings);
    return [...off, ...disabled, ...stores.flatMap((own) => decidingRules(source, NO_INBOUND_RULES, place, [own]))];
  });
}

/**
 * "Specifies a list of interfaces on which firewall settings are excluded" (*Set-NetFirewallProfile*,
 * -DisabledInterfaceAliases): on them everything passes. Which interface has a profile is in no script.
 */
function disabledRules(source: Source, place: Place, settings: Settings): FilterRule[] {
  return settingsInForce(settings, place.profile, 'disabledInterfaces').flatMap((setting) => {
    const names = setting.disabledInterfaces ?? '';
    if (names === '') return [];
    const opaque = [...setting.conditions, `whether the interface is one where the firewall is off: ${names}`];
    return [settingRule(source, setting, place, { kind: 'accept', opaque })];
  });
}

/** The profile of a policy that a rule is for. */
interface Place {
  readonly policy: Policy;
  readonly profile: Profile;
  readonly direction: Direction;
}

function decidingRules(source: Source, one: ProfileSwitch, place: Place, settings: Settings): FilterRule[] {
  const { property, decides, kind, condition } = one;
  const unless: string[] = [];
  return settingsInForce(settings, place.profile, property).flatMap((setting) => {
    const value = setting[property] ?? '';
    const opaque = [...setting.conditions, ...unless];
    addAll(unless, setting.conditions);
    if (value === 'unknown') return [settingRule(source, setting, place, { kind, opaque: [...opaque, condition] })];
    return decides.test(value) ? [settingRule(source, setting, place, { kind, opaque })] : [];
  });
}

/** The rules after all others: the default action. */
export function defaultRules(source: Source, policy: Policy, direction: Direction): FilterRule[] {
  const property = direction === 'in' ? 'inbound' : 'outbound';
  const [preset, other] = direction === 'in' ? (['deny', 'accept'] as const) : (['accept', 'deny'] as const);
  return PROFILES.flatMap((profile) => {
    const place = { policy, profile, direction };
    return settingsInForce(policy.settings, profile, property).flatMap((setting) => {
      const value = setting[property];
      const kind = value === 'allow' ? 'accept' : value === 'block' ? 'deny' : preset;
      const opaque = setting.conditions;
      const rule = settingRule(source, setting, place, { kind, opaque });
      if (value !== 'unknown') return [rule];
      const unknown = [...opaque, 'the default action'];
      return [settingRule(source, setting, place, { kind: other, opaque: unknown }), rule];
    });
  });
}

interface SettingContent {
  readonly kind: 'accept' | 'deny';
  readonly opaque: readonly string[];
}

function settingRule(
  source: Source,
  setting: ProfileSetting,
  { policy, profile, direction }: Place,
  { kind, opaque }: SettingContent,
): FilterRule {
  const interfaces = policy.profiles.get(profile)?.interfaces ?? NameSet.none;
  return {
    statement: quotedLine(source, setting.invocation.range),
    match: [{ ...ANY_PACKET, ...onInterface(direction, interfaces) }],
    phases: ['first', 'reply'],
    opaque: opaque.map((text) => ({ text })),
    action: { kind },
  };
}
