// The families of tables in which expressions and statements work (nft(8), ADDRESS FAMILIES, and what Linux registers for each).
import type { Family } from './words.js';

const IP: readonly Family[] = ['ip', 'ip6', 'inet'];
/** Connections of packets that a bridge passes on are tracked since Linux 5.3 (nf_conntrack_bridge). */
const TRACKED: readonly Family[] = [...IP, 'bridge'];
const BRIDGE: readonly Family[] = ['bridge'];

/** By the first word, or the whole name. `notrack` and `meta` work everywhere. */
const FAMILIES: ReadonlyMap<string, readonly Family[]> = new Map<string, readonly Family[]>([
  ['ct', TRACKED],
  ['ipsec', IP],
  ['osf', IP],
  // The routing header of IPv6 has the same first word.
  ...['rt classid', 'rt nexthop', 'rt ip nexthop', 'rt ip6 nexthop', 'rt mtu', 'rt ipsec'].map(
    (name) => [name, IP] as const,
  ),
  ['socket', IP],
  ['synproxy', IP],
  ['meta ibrname', BRIDGE],
  ['meta obrname', BRIDGE],
  ['meta ibriport', BRIDGE],
  ['meta obriport', BRIDGE],
]);

/** Why nft or the kernel refuses an expression or statement in tables of a family. */
export function refusedInFamily(name: string, family: Family): string | undefined {
  const [first = ''] = name.split(' ', 1);
  const families = FAMILIES.get(name) ?? FAMILIES.get(first);
  if (!families || families.includes(family)) return undefined;
  const shown = FAMILIES.has(name) ? name : first;
  const [only, ...others] = families;
  if (others.length === 0) return `'${shown}' works only in tables of the family ${only}`;
  return `'${shown}' works only in tables of the families ${families.slice(0, -1).join(', ')} and ${families.at(-1)}`;
}
