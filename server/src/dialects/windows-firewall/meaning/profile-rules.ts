// The meaning of settings of network profiles: rules before all others, and the default action.

import type { FilterRule } from '../../../model/filter.js';
import { ANY_PACKET } from '../../../model/packets.js';
import type { Source } from '../../dialect.js';
import type { ProfileProperty, ProfileSetting } from '../program/profile-setting.js';
import { PROFILES, profileSet } from '../program/rule-filter.js';
import { type Direction, onInterface, quotedLine } from './rules.js';

export type Profile = (typeof PROFILES)[number];

/** The settings of each store of a policy, those that take precedence first. */
export type Settings = readonly (readonly ProfileSetting[])[];

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
export function switchRules(source: Source, settings: Settings, direction: Direction): FilterRule[] {
  return PROFILES.flatMap((profile) => {
    const off = decidingRules(source, FIREWALL_OFF, { direction, profile, settings });
    // "The merge law for this option is to let 'true' values win" (*Firewall CSP*, Shielded): each store is asked by itself.
    const shields = direction === 'in' ? settings.map((own) => [own]) : [];
    return [
      ...off,
      ...shields.flatMap((own) => decidingRules(source, NO_INBOUND_RULES, { direction, profile, settings: own })),
    ];
  });
}

interface SwitchPlace {
  readonly direction: Direction;
  readonly profile: Profile;
  readonly settings: Settings;
}

function decidingRules(
  source: Source,
  one: ProfileSwitch,
  { direction, profile, settings }: SwitchPlace,
): FilterRule[] {
  const { property, decides, kind, condition } = one;
  const unless: string[] = [];
  return settingsInForce(settings, profile, property).flatMap((setting) => {
    const value = setting[property] ?? '';
    const opaque = [...setting.conditions, ...unless];
    unless.push(...setting.conditions);
    if (value === 'unknown')
      return [settingRule(source, setting, { profile, direction, kind, opaque: [...opaque, condition] })];
    return decides.test(value) ? [settingRule(source, setting, { profile, direction, kind, opaque })] : [];
  });
}

/** The rules after all others: the default action. */
export function defaultRules(source: Source, settings: Settings, direction: Direction): FilterRule[] {
  const property = direction === 'in' ? 'inbound' : 'outbound';
  const [preset, other] = direction === 'in' ? (['deny', 'accept'] as const) : (['accept', 'deny'] as const);
  return PROFILES.flatMap((profile) =>
    settingsInForce(settings, profile, property).flatMap((setting) => {
      const value = setting[property];
      const kind = value === 'allow' ? 'accept' : value === 'block' ? 'deny' : preset;
      const opaque = setting.conditions;
      const rule = settingRule(source, setting, { profile, direction, kind, opaque });
      if (value !== 'unknown') return [rule];
      const unknown = [...opaque, 'the default action'];
      return [settingRule(source, setting, { profile, direction, kind: other, opaque: unknown }), rule];
    }),
  );
}

interface SettingContent {
  readonly profile: Profile;
  readonly direction: Direction;
  readonly kind: 'accept' | 'deny';
  readonly opaque: readonly string[];
}

function settingRule(source: Source, setting: ProfileSetting, content: SettingContent): FilterRule {
  const { profile, direction, kind, opaque } = content;
  return {
    statement: quotedLine(source, setting.invocation.range),
    match: [{ ...ANY_PACKET, ...onInterface(direction, profileSet(profile)) }],
    phases: ['first', 'reply'],
    opaque: opaque.map((text) => ({ text })),
    action: { kind },
  };
}

/**
 * The settings that are possibly in force, those that take precedence first: of each store the last one, and those before it
 * where it is conditional. "The merge law for this option is to let the value of the GroupPolicyRSoPStore win if it's
 * configured; otherwise, the local store value is used" (*Firewall CSP*).
 */
export function settingsInForce(
  settings: Settings,
  profile: Profile,
  property: ProfileProperty,
): readonly ProfileSetting[] {
  const inForce: ProfileSetting[] = [];
  for (const store of settings) {
    for (const setting of latestFirst(store, profile, property)) {
      const isCertain = setting.conditions.length === 0;
      // A group policy without the setting leaves it to the other stores.
      const isConfigured = setting[property] !== 'notconfigured' || setting.store.kind === 'local';
      if (isConfigured) inForce.push(setting);
      if (isCertain && isConfigured) return inForce;
      if (isCertain) break;
    }
  }
  return inForce;
}

function latestFirst(store: readonly ProfileSetting[], profile: Profile, property: ProfileProperty): ProfileSetting[] {
  const own = store.filter(
    (setting) => setting[property] !== undefined && (setting.profiles?.includes(profile.toLowerCase()) ?? true),
  );
  return own.reverse();
}
