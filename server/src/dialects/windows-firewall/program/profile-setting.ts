// Reads commands that set properties of network profiles.

import { NETSH_PROFILES } from '../vocabulary/commands.js';
import type { Invocation } from './invocation.js';
import type { PolicyStore } from './policy-store.js';
import { type Argument, textsOf } from './value.js';

/** The values are in lower case, and `unknown` where the script computes them; those that are not set are absent. */
export interface ProfileSetting {
  /** Lower case; `undefined` for every profile. */
  readonly profiles: readonly string[] | undefined;
  readonly enabled: string | undefined;
  readonly inbound: string | undefined;
  readonly outbound: string | undefined;
  readonly allowInboundRules: string | undefined;
  /** Whether local rules apply beside those of group policies. */
  readonly localRules: string | undefined;
  readonly localIPsecRules: string | undefined;
  /** The interfaces on which the firewall is off; empty where they are none. */
  readonly disabledInterfaces: string | undefined;
  readonly store: PolicyStore;
  /** The conditions under which it is set. */
  readonly conditions: readonly string[];
  readonly invocation: Invocation;
}

/** Properties that the analysis follows. */
export const PROFILE_PROPERTIES = [
  'enabled',
  'inbound',
  'outbound',
  'allowInboundRules',
  'localRules',
  'localIPsecRules',
  'disabledInterfaces',
] as const;

export type ProfileProperty = (typeof PROFILE_PROPERTIES)[number];

const NOTHING_SET = {
  enabled: undefined,
  inbound: undefined,
  outbound: undefined,
  allowInboundRules: undefined,
  localRules: undefined,
  localIPsecRules: undefined,
  disabledInterfaces: undefined,
} as const;

/** `Set-NetFirewallProfile`, also of the profiles that `Get-NetFirewallProfile` finds. */
export function cmdletSetting(invocation: Invocation, store: PolicyStore): ProfileSetting {
  const { parameters } = invocation;
  const query = invocation.input ?? invocation;
  const textOf = (name: string) => {
    const argument = parameters.get(name);
    return argument && (textsOf(argument.value)?.[0]?.toLowerCase() ?? 'unknown');
  };
  const named = query.parameters.get('profile') ?? query.parameters.get('name');
  const texts = named && textsOf(named.value);
  const profiles = texts?.flatMap((text) => text.split(',').map((part) => part.trim().toLowerCase()));
  const conditions = [...new Set([...invocation.conditions, ...query.conditions, ...query.unknown])];
  const isKnown = query === invocation || query.command === 'get-netfirewallprofile';
  if (!isKnown || (named && !profiles)) conditions.push('which profiles the script computes');
  return {
    // Without a selection, and with -All, it is about every profile.
    profiles: !isKnown || profiles?.includes('any') ? undefined : profiles,
    enabled: textOf('enabled'),
    inbound: textOf('defaultinboundaction'),
    outbound: textOf('defaultoutboundaction'),
    allowInboundRules: textOf('allowinboundrules'),
    localRules: textOf('allowlocalfirewallrules'),
    localIPsecRules: textOf('allowlocalipsecrules'),
    disabledInterfaces: interfacesOf(parameters.get('disabledinterfacealiases')),
    store,
    conditions,
    invocation,
  };
}

function interfacesOf(argument: Argument | undefined): string | undefined {
  if (!argument) return undefined;
  // `NotConfigured` of a list is empty.
  const texts = textsOf(argument.value)?.filter((text) => !/^(?:notconfigured)?$/i.test(text));
  return texts ? texts.join(', ') : 'interfaces that the script computes';
}

const NETSH_SETTING = new RegExp(
  `^netsh advfirewall set (${NETSH_PROFILES.join('|')})profiles? (state|firewallpolicy|settings)(?: (.*))?$`,
);

/** `netsh advfirewall set PROFILES state …`, `… firewallpolicy …` and `… settings …`; `undefined` for other commands. */
export function netshSetting(invocation: Invocation, store: PolicyStore): ProfileSetting | undefined {
  const [, which, what, values = ''] = NETSH_SETTING.exec(invocation.command) ?? [];
  if (which === undefined) return undefined;
  const { conditions } = invocation;
  const common = {
    ...NOTHING_SET,
    profiles: which === 'all' || which === 'current' ? undefined : [which],
    conditions: which === 'current' ? [...conditions, 'which profile is current'] : conditions,
    store,
    invocation,
  };
  if (what === 'state') return { ...common, enabled: wordOf(values.split(' ')[0], STATES) };
  if (what === 'settings') {
    const [name, value] = values.split(' ');
    if (name === 'localfirewallrules') return { ...common, localRules: wordOf(value, SWITCHES) };
    return name === 'localconsecrules' ? { ...common, localIPsecRules: wordOf(value, SWITCHES) } : undefined;
  }
  const [inbound, outbound] = values.replaceAll(' ', '').split(',');
  return {
    ...common,
    inbound: wordOf(inbound, INBOUND),
    outbound: wordOf(outbound, OUTBOUND),
    allowInboundRules: wordOf(inbound, INBOUND_RULES),
  };
}

/** The value of the cmdlets for a word of netsh; `unknown` for one that is computed. */
function wordOf(word: string | undefined, values: ReadonlyMap<string, string>): string | undefined {
  if (word === undefined || word === 'notconfigured') return word;
  return values.get(word) ?? 'unknown';
}

const STATES = new Map([
  ['on', 'true'],
  ['off', 'false'],
]);
const SWITCHES = new Map([
  ['enable', 'true'],
  ['disable', 'false'],
]);
const INBOUND = new Map([
  ['allowinbound', 'allow'],
  ['blockinbound', 'block'],
  ['blockinboundalways', 'block'],
]);
const INBOUND_RULES = new Map([
  ['allowinbound', 'true'],
  ['blockinbound', 'true'],
  ['blockinboundalways', 'false'],
]);
const OUTBOUND = new Map([
  ['allowoutbound', 'allow'],
  ['blockoutbound', 'block'],
]);
