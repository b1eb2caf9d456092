// The policies that a host may have after a script: each joins what its stores hold, as Windows does.

import { NameSet } from '../../../model/names.js';
import { profileName } from '../../../model/surroundings.js';
import { LOCAL_STORE, mayBeSameStore, type PolicyStore, sameStore } from '../program/policy-store.js';
import { PROFILE_PROPERTIES } from '../program/profile-setting.js';
import type { Program, ReadRule } from '../program/program.js';
import { PROFILES, profileSet } from '../program/rule-filter.js';
import type { OutsideRules } from '../program/store.js';
import { textsOf } from '../program/value.js';
import { type Policy, type Profile, type Settings, settingsInForce } from './policy.js';

/** How many policies are joined; each holds the rules of its stores. */
const POLICY_LIMIT = 16;

/** The policies of a script. */
export interface Policies {
  /** Those of different hosts, each with profiles of its own. */
  readonly hosts: readonly Policy[];
  /** The policy that the only host has if the only group policy is not linked to it: it has to permit the same. */
  readonly otherwise?: { readonly policy: Policy; readonly without: string };
}

/**
 * A group policy of a domain applies to the computers that it is linked to, and whether that is the one that runs the script is in
 * no script: each of them is a policy by itself, together with what the script writes on the computer, and so is the
 * computer without it. What is written nowhere is as Windows is installed. Two group policies never complete each other.
 */
export function policiesOf(program: Program): Policies {
  const stores = storesOf(program);
  const domain = stores.filter(({ kind, isOwn }) => kind === 'group' && !isOwn);
  const own = stores.filter(({ isOwn }) => isOwn);
  const locals = stores.filter(({ kind }) => kind === 'local');
  const computers = (locals.length > 0 ? locals : [LOCAL_STORE]).map((local) =>
    // Group policies of the domain take precedence over that of the computer (*Group Policy processing*).
    sameStore(local, LOCAL_STORE) ? [...own, local] : [local],
  );
  const [policy, ...otherPolicies] = domain;
  const [computer = [LOCAL_STORE], ...otherComputers] = computers;
  const writesComputers = locals.length > 0 || own.length > 0;
  if (policy && otherPolicies.length + otherComputers.length === 0) {
    const hosts = [join(program, [policy, ...computer], SINGLE)];
    if (!writesComputers) return { hosts };
    return { hosts, otherwise: { policy: join(program, computer, SINGLE), without: policy.label } };
  }
  return { hosts: ofDifferentHosts(program, computers, { domain, writesComputers }) };
}

interface GroupPolicies {
  readonly domain: readonly PolicyStore[];
  readonly writesComputers: boolean;
}

function ofDifferentHosts(
  program: Program,
  computers: readonly (readonly PolicyStore[])[],
  { domain, writesComputers }: GroupPolicies,
): readonly Policy[] {
  const combinations = computers.flatMap((computer) => [
    ...(domain.length === 0 || writesComputers ? [computer] : []),
    ...domain.map((policy) => [policy, ...computer]),
  ]);
  const followed = combinations.slice(0, POLICY_LIMIT);
  const policies = followed.map((combination, index) => {
    const isOnly = followed.length === 1;
    return join(program, combination, isOnly ? SINGLE : profilesNamed(labelOf(combination, followed.slice(0, index))));
  });
  if (followed.length === combinations.length) return policies;
  const outside: OutsideRules = {
    range: { start: 0, end: 0 },
    what: `more than ${POLICY_LIMIT} policies`,
    mayBlock: true,
  };
  return policies.map((policy) => ({ ...policy, outside: [...policy.outside, outside] }));
}

const SINGLE: Policy['profiles'] = new Map(
  PROFILES.map((profile) => [profile, { name: profile, interfaces: profileSet(profile) }]),
);

function profilesNamed(label: string): Policy['profiles'] {
  return new Map(
    PROFILES.map((profile) => {
      const name = profileName(profile, label);
      return [profile, { name, interfaces: NameSet.of(name) }];
    }),
  );
}

/** The store that distinguishes a policy, and the computer where that is another one. */
function labelOf(stores: readonly PolicyStore[], others: readonly (readonly PolicyStore[])[]): string {
  const [first, local] = [stores[0], stores[stores.length - 1]];
  const isRemote = first !== local && local !== undefined && local.name !== '';
  const label = `${first?.label}${isRemote ? ` on ${local.label}` : ''}`;
  const isKnown = others.some((other) => other[0]?.label === first?.label && !isRemote);
  return isKnown ? `${label} (${others.length + 1})` : label;
}

/** The stores that hold something which decides about packets, in the order in which the script writes to them. */
function storesOf({ rules, settings, outside }: Program): readonly PolicyStore[] {
  const deciding = settings.filter((setting) => PROFILE_PROPERTIES.some((property) => setting[property] !== undefined));
  const used = [
    ...rules.map(({ stored }) => stored),
    ...deciding,
    ...outside.flatMap(({ range, store }) => (store ? { range, store } : [])),
  ].map((one) => ({ start: 'invocation' in one ? one.invocation.range.start : one.range.start, store: one.store }));
  const stores = new Map<string, PolicyStore>();
  for (const { store } of used.sort((one, other) => one.start - other.start)) {
    const key = `${store.kind} ${store.name}`;
    if (!stores.has(key)) stores.set(key, store);
  }
  return [...stores.values()];
}

/** Joins stores, those that take precedence first and the local one last. */
function join(program: Program, stores: readonly PolicyStore[], profiles: Policy['profiles']): Policy {
  const settings = stores.map((store) =>
    program.settings.flatMap((setting) => {
      if (sameStore(setting.store, store)) return [setting];
      const condition = mayBeSameStore(setting.store, store) ? [sameness(setting.store, store)] : [];
      return condition.map((text) => ({ ...setting, conditions: [...setting.conditions, text] }));
    }),
  );
  const ofStore = (store: PolicyStore) => [
    ...program.rules.flatMap((rule) => {
      const { store: own } = rule.stored;
      if (sameStore(own, store)) return [rule];
      return mayBeSameStore(own, store) ? [depending(rule, [sameness(own, store)])] : [];
    }),
    ...program.predefined.filter(({ stored }) => sameStore(stored.store, store)),
  ];
  const groups = stores.filter(({ kind }) => kind === 'group');
  const rules = stores.flatMap((store, index) => {
    const own = withoutReplaced(ofStore(store), stores.slice(0, index).flatMap(ofStore));
    if (store.kind === 'group' || groups.length === 0) return own;
    return own.flatMap((rule) => localRule(rule, settings.slice(0, groups.length)));
  });
  const outside = program.outside.filter(
    ({ store }) => !store || stores.some((one) => sameStore(one, store) || mayBeSameStore(one, store)),
  );
  return {
    profiles,
    rules: profiles === SINGLE ? rules : rules.map((rule) => inProfiles(rule, profiles)),
    settings,
    outside,
  };
}

/** What it depends on whether something of another store holds in one. */
function sameness(one: PolicyStore, other: PolicyStore): string {
  return `whether ${one.label} and ${other.label} are the same`;
}

/**
 * "Rules that have the same name but come from multiple stores being merged, will overwrite one another so that only one
 * exists" (*New-NetFirewallRule*, -Name): that of the store that takes precedence.
 */
function withoutReplaced(rules: readonly ReadRule[], stronger: readonly ReadRule[]): readonly ReadRule[] {
  const replacing = new Map<string, boolean>();
  for (const rule of stronger) {
    const key = nameKey(rule);
    if (key !== undefined) replacing.set(key, (replacing.get(key) ?? false) || rule.stored.conditions.length === 0);
  }
  return rules.flatMap((rule) => {
    const isCertain = replacing.get(nameKey(rule) ?? '');
    if (isCertain === undefined) return [rule];
    return isCertain ? [] : [depending(rule, ['whether a group policy replaces it'])];
  });
}

function nameKey({ stored: { kind, parameters } }: ReadRule): string | undefined {
  const argument = parameters.get('name');
  const name = argument && textsOf(argument.value)?.[0];
  return name === undefined ? undefined : `${kind} ${name.toLowerCase()}`;
}

/**
 * A local rule where group policies let it apply: "If this value is false, firewall rules from the local store are ignored
 * and not enforced" (*Firewall CSP*, AllowLocalPolicyMerge and AllowLocalIpsecPolicyMerge), in each profile by itself.
 */
function localRule(rule: ReadRule, settings: Settings): ReadRule[] {
  const property = rule.stored.kind === 'firewall' ? 'localRules' : 'localIPsecRules';
  const parts = new Map<string, { conditions: readonly string[]; profiles: NameSet }>();
  for (const profile of PROFILES) {
    const conditions = conditionsOfMerge(settings, profile, property);
    if (!conditions) continue;
    const key = conditions.join('\n');
    const profiles = (parts.get(key)?.profiles ?? NameSet.none).union(profileSet(profile));
    parts.set(key, { conditions, profiles });
  }
  return [...parts.values()].flatMap(({ conditions, profiles }) => {
    const common = rule.filter.profiles.intersect(profiles);
    if (common.isEmpty) return [];
    const whole = common.equals(rule.filter.profiles);
    const part = whole ? rule : { ...rule, filter: { ...rule.filter, profiles: common } };
    return [conditions.length === 0 ? part : depending(part, conditions)];
  });
}

/** The conditions under which local rules apply; `undefined` where they never do. */
function conditionsOfMerge(
  settings: Settings,
  profile: Profile,
  property: 'localRules' | 'localIPsecRules',
): readonly string[] | undefined {
  const inForce = settingsInForce(settings, profile, property);
  const values = inForce.map((setting) => setting[property]);
  if (values.every((value) => value === 'true')) return [];
  const last = inForce[inForce.length - 1];
  const mayBeUnset = last === undefined || last.conditions.length > 0;
  if (!mayBeUnset && values.every((value) => value === 'false')) return undefined;
  return ['whether group policy lets local rules apply'];
}

function depending(rule: ReadRule, conditions: readonly string[]): ReadRule {
  return { ...rule, filter: { ...rule.filter, opaque: [...rule.filter.opaque, ...conditions] } };
}

function inProfiles(rule: ReadRule, profiles: Policy['profiles']): ReadRule {
  const own = PROFILES.filter((profile) => rule.filter.profiles.has(profile));
  const names = own.flatMap((profile) => profiles.get(profile)?.name ?? []);
  return { ...rule, filter: { ...rule.filter, profiles: NameSet.from(names) } };
}
