// Reads commands that set properties of network profiles.

import { NETSH_PROFILES } from '../vocabulary/words.js';
import type { Invocation } from './invocation.js';
import { textsOf } from './value.js';

/** The values are in lower case, and `unknown` where the script computes them; those that are not set are absent. */
export interface ProfileSetting {
  /** Lower case; `undefined` for every profile. */
  readonly profiles: readonly string[] | undefined;
  readonly enabled: string | undefined;
  readonly inbound: string | undefined;
  readonly outbound: string | undefined;
  readonly allowInboundRules: string | undefined;
  /** The conditions under which it is set. */
  readonly conditions: readonly string[];
  readonly invocation: Invocation;
}

/** `Set-NetFirewallProfile`. */
export function cmdletSetting(invocation: Invocation): ProfileSetting {
  const { conditions, parameters } = invocation;
  const textOf = (name: string) => {
    const argument = parameters.get(name);
    return argument && (textsOf(argument.value)?.[0]?.toLowerCase() ?? 'unknown');
  };
  const named = parameters.get('profile') ?? parameters.get('name');
  const texts = named && textsOf(named.value);
  const profiles = texts?.flatMap((text) => text.split(',').map((part) => part.trim().toLowerCase()));
  return {
    // Without a selection, and with -All, it is about every profile.
    profiles: profiles?.includes('any') ? undefined : profiles,
    enabled: textOf('enabled'),
    inbound: textOf('defaultinboundaction'),
    outbound: textOf('defaultoutboundaction'),
    allowInboundRules: textOf('allowinboundrules'),
    conditions: named && !profiles ? [...conditions, 'which profiles the script computes'] : conditions,
    invocation,
  };
}

const NETSH_SETTING = new RegExp(
  `^netsh advfirewall set (${NETSH_PROFILES.join('|')})profiles? (state|firewallpolicy)(?: (.*))?$`,
);

/** `netsh advfirewall set PROFILES state …` and `… firewallpolicy …`; `undefined` for other commands. */
export function netshSetting(invocation: Invocation): ProfileSetting | undefined {
  const [, which, what, values = ''] = NETSH_SETTING.exec(invocation.command) ?? [];
  if (which === undefined) return undefined;
  const { conditions } = invocation;
  const common = {
    profiles: which === 'all' || which === 'current' ? undefined : [which],
    conditions: which === 'current' ? [...conditions, 'which profile is current'] : conditions,
    invocation,
  };
  if (what === 'state') {
    const enabled = values.split(' ')[0] === 'off' ? 'false' : 'true';
    return { ...common, enabled, inbound: undefined, outbound: undefined, allowInboundRules: undefined };
  }
  const [inbound, outbound] = values.replaceAll(' ', '').split(',');
  return {
    ...common,
    enabled: undefined,
    inbound: inbound === 'allowinbound' ? 'allow' : 'block',
    outbound: outbound === 'blockoutbound' ? 'block' : 'allow',
    allowInboundRules: inbound === 'blockinboundalways' ? 'false' : 'true',
  };
}
