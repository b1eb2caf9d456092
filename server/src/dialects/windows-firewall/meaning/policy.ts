// What is in force on a host: the rules and settings of one or several stores, joined.

import { NameSet } from '../../../model/names.js';
import type { ProfileProperty, ProfileSetting } from '../program/profile-setting.js';
import type { ReadRule } from '../program/program.js';
import type { PROFILES } from '../program/rule-filter.js';
import type { OutsideRules } from '../program/store.js';

export type Profile = (typeof PROFILES)[number];

/** The settings of each store of a policy, those that take precedence first. */
export type Settings = readonly (readonly ProfileSetting[])[];

export interface Policy {
  /** The profiles that a host may be in with this policy, as the model names them. */
  readonly profiles: ReadonlyMap<Profile, PolicyProfile>;
  readonly rules: readonly ReadRule[];
  readonly settings: Settings;
  readonly outside: readonly OutsideRules[];
}

export interface PolicyProfile {
  /** `Domain`, and `Domain of corp.example\Clients` where a script writes several policies. */
  readonly name: string;
  readonly interfaces: NameSet;
}

/** The profiles of all policies: a host is in one of them. */
export function profileNames(policies: readonly Policy[]): readonly string[] {
  return policies.flatMap(({ profiles }) => [...profiles.values()].map(({ name }) => name));
}

/** The interfaces of a host with a policy. */
export function interfacesOf({ profiles }: Policy): NameSet {
  return [...profiles.values()].reduce((all, { interfaces }) => all.union(interfaces), NameSet.none);
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
