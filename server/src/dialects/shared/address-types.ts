// The types of IPv4 and IPv6 addresses, as far as the address itself and the place of a packet in the kernel show them.
import { IpSet } from '../../model/ip.js';

/** Addresses whose type needs no routing table (`inet_addr_type` of Linux); all others depend on it. */
export const MULTICAST = IpSet.parse('224.0.0.0/4', 'ff00::/8');
export const BROADCAST = IpSet.parse('255.255.255.255', '0.0.0.0/8');
export const ROUTED = IpSet.all.subtract(MULTICAST).subtract(BROADCAST);

/**
 * The type of a routed address where a packet traverses one hook only: what is being forwarded goes to some other host, what
 * is being delivered here is a local address, and what comes from elsewhere has a foreign source.
 */
export function routedTypeAt(end: 'src' | 'dst', hooks: ReadonlySet<string>): 'unicast' | 'local' | undefined {
  const [only, another] = [...hooks].map((hook) => hook.toLowerCase());
  if (only === undefined || another !== undefined) return undefined;
  if (end === 'dst') return only === 'forward' ? 'unicast' : only === 'input' ? 'local' : undefined;
  if (only === 'output') return 'local';
  return only === 'forward' || only === 'input' || only === 'prerouting' ? 'unicast' : undefined;
}
