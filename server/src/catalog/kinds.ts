// What the kinds of requirements ask for, in words.
import type { RequirementKind } from './requirement.js';

/** What each kind of requirement asks for, as a short predicate. */
export const KIND_PREDICATES: Readonly<Record<RequirementKind, string>> = {
  reach: 'must be reachable',
  forbid: 'must not pass',
  'bypass-proxy': 'bypasses the proxy',
  'use-proxy': 'goes through the proxy',
  'no-decrypt': 'is not decrypted',
  'must-decrypt': 'is decrypted by the proxy',
  'no-proxy-auth': 'needs no login at the proxy',
  'no-ipsec': 'is exempt from IPsec',
  'control-messages': 'is let pass',
  advice: 'advice',
};
