// The point of the model for IPsec: which connections it authenticates.

import type { BaseChain, FilterPoint, FilterRule } from '../../../model/filter.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, answering } from '../../../model/packets.js';
import type { Source } from '../../dialect.js';
import { parameterOf, type StoredRule } from '../program/rule.js';
import type { Policies } from './policies.js';
import { interfacesOf, type Policy } from './policy.js';
import { boxOf, concerns, filterRule, quotedLine, rulesOutside } from './rules.js';

/** How many policies are followed: each has to exempt what is to be exempt, so that unknown conditions of all multiply. */
const POLICY_LIMIT = 2;

/**
 * Connections for which no rule requests authentication are not protected by IPsec. Exemptions come before those rules (*Windows
 * Firewall*, "Connection security rules": authentication exemption). Each policy of a script is a chain.
 */
export function ipsecPoint(source: Source, { hosts, otherwise }: Policies): FilterPoint {
  const policies = otherwise ? [...hosts, otherwise.policy] : hosts;
  const chains = policies.length > POLICY_LIMIT ? [tooMany(source)] : policies.map((policy) => chainOf(source, policy));
  return { name: 'ipsec', hook: undefined, chains, stateful: true, byNameOnly: true, about: 'ipsec' };
}

function tooMany(source: Source): BaseChain {
  const rule: FilterRule = {
    statement: quotedLine(source, { start: 0, end: 0 }),
    match: [ANY_PACKET],
    phases: ['first', 'reply'],
    opaque: [],
    action: { kind: 'undecided', reason: `the script writes more than ${POLICY_LIMIT} policies` },
  };
  return { name: CHAIN_NAME, rules: [rule], policy: 'accept', policyStatement: undefined };
}

const CHAIN_NAME = 'connection security';

function chainOf(source: Source, policy: Policy): BaseChain {
  const allProfiles = interfacesOf(policy);
  const exempting: FilterRule[] = [];
  const asking: FilterRule[] = [];
  for (const { stored, filter } of policy.rules) {
    if (stored.kind !== 'ipsec') continue;
    const opaque = [...filter.opaque];
    const enabled = parameterOf(stored, 'enabled') ?? 'true';
    if (enabled === '?') opaque.push('whether the script enables it');
    else if (/^(?:false|no|2)$/.test(enabled)) continue;
    const security = securityOf(stored);
    if (security === '?') opaque.push('the security that the script computes');
    // The rule applies to both directions of a connection, regardless of who opens it.
    const inbound = boxOf(filter, 'in');
    const match = [
      { ...inbound, inInterface: NameSet.any },
      { ...answering(inbound), outInterface: NameSet.any },
    ];
    const exempt = security === 'none';
    if (exempt && !allProfiles.intersect(filter.profiles.complement()).isEmpty) opaque.push('the profile');
    (exempt ? exempting : asking).push(
      filterRule(source, stored, { match, opaque, action: { kind: exempt ? 'accept' : 'deny' } }),
    );
  }
  const outside = rulesOutside(source, policy.outside.filter(concerns('ipsec')), [ANY_PACKET]);
  return {
    name: CHAIN_NAME,
    rules: [...outside, ...exempting, ...asking],
    policy: 'accept',
    policyStatement: undefined,
  };
}

/**
 * "Do not authenticate" is `None` in both directions, and `noauthentication` of netsh. A rule without either requests authentication
 * ("Require Inbound Authentication" in *Windows Firewall administration with PowerShell* is such a rule).
 */
function securityOf(stored: StoredRule): 'none' | 'asked' | '?' {
  const action = parameterOf(stored, 'action');
  if (action !== undefined) return action === 'noauthentication' ? 'none' : action === '?' ? '?' : 'asked';
  const [inbound, outbound] = [parameterOf(stored, 'inboundsecurity'), parameterOf(stored, 'outboundsecurity')];
  if (inbound === undefined && outbound === undefined) return 'asked';
  const asks = (value: string | undefined) => value === 'request' || value === 'require';
  if (asks(inbound) || asks(outbound)) return 'asked';
  // "The default value is None" (*New-NetIPsecRule*, -OutboundSecurity).
  const isNone = (value: string | undefined) => value === undefined || value === 'none';
  return isNone(inbound) && isNone(outbound) ? 'none' : '?';
}
