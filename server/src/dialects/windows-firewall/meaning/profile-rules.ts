// The meaning of settings of network profiles: rules before all others, and the default action.

import type { FilterRule } from '../../../model/filter.js';
import { ANY_PACKET } from '../../../model/packets.js';
import type { Source } from '../../dialect.js';
import type { ProfileSetting } from '../program/profile-setting.js';
import { PROFILES, profileSet } from '../program/rule-filter.js';
import { type Direction, onInterface, quotedLine } from './rules.js';

type Profile = (typeof PROFILES)[number];

type Property = 'enabled' | 'inbound' | 'outbound' | 'allowInboundRules';

/** A switch that decides everything at one value, and nothing at the other. */
interface ProfileSwitch {
  readonly property: Property;
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
export function switchRules(source: Source, settings: readonly ProfileSetting[], direction: Direction): FilterRule[] {
  const switches = direction === 'in' ? [FIREWALL_OFF, NO_INBOUND_RULES] : [FIREWALL_OFF];
  return PROFILES.flatMap((profile) =>
    switches.flatMap(({ property, decides, kind, condition }) => {
      const unless: string[] = [];
      return settingsInForce(settings, profile, property).flatMap((setting) => {
        const value = setting[property] ?? '';
        const opaque = [...setting.conditions, ...unless];
        unless.push(...setting.conditions);
        if (value === 'unknown')
          return [settingRule(source, setting, { profile, direction, kind, opaque: [...opaque, condition] })];
        return decides.test(value) ? [settingRule(source, setting, { profile, direction, kind, opaque })] : [];
      });
    }),
  );
}

/** The rules after all others: the default action. */
export function defaultRules(source: Source, settings: readonly ProfileSetting[], direction: Direction): FilterRule[] {
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

/** The settings that are possibly in force: the last one, and those before it where it is conditional. */
function settingsInForce(
  settings: readonly ProfileSetting[],
  profile: Profile,
  property: Property,
): readonly ProfileSetting[] {
  const own = settings.filter(
    (setting) => setting[property] !== undefined && (setting.profiles?.includes(profile.toLowerCase()) ?? true),
  );
  const latestFirst = own.reverse();
  const certain = latestFirst.findIndex(({ conditions }) => conditions.length === 0);
  return certain < 0 ? latestFirst : latestFirst.slice(0, certain + 1);
}
