// What a file says about the network around its filter: which networks are behind which interface.
import type { QuotedLine } from './evidence.js';
import { IpSet, type Prefix } from './ip.js';

/** An interface of a router, with what is known of where it leads. Interfaces that carry no traffic of others are left out. */
export interface AttachedInterface {
  /** As rules of the file name it; empty for some interface that no other entry stands for. */
  readonly name: string;
  /**
   * The addresses behind it: its own networks, and those that static routes lead to. Absent where nothing says which
   * they are.
   */
  readonly networks?: IpSet;
  /**
   * Whether the device is in its networks itself, or which neighbour leads there; absent where that is not known. What goes
   * from one of the networks of an interface to another one passes the device, unless the same neighbour leads to both.
   */
  readonly route?: 'connected' | { readonly neighbour: string };
  /**
   * Addresses that are not behind it, but that the device translates to ones that are: packets to them leave by it, and none
   * comes from them.
   */
  readonly published?: IpSet;
  /**
   * `outside` leads to the internet. `inside` is a client network of its own. `between` is neither: a network of servers or
   * guests, which is told about but is not who a requirement is for.
   */
  readonly side: 'inside' | 'between' | 'outside';
  /** Set where only rules that let its packets pass show it: they tell who may be a client, and nothing of where others are. */
  readonly fromRules?: true;
  /** The statement that shows its networks, or the interface itself. */
  readonly statement?: QuotedLine;
}

/**
 * What decides by which way a packet comes and goes. On a router these are interfaces: a packet comes in by the one that its
 * source is behind, and leaves by the one that its destination is behind. On a host they are profiles, of which one is
 * active at a time, as the name of its interface; every one that the host may be in has to permit what it needs.
 */
export type Surroundings =
  | { readonly kind: 'interfaces'; readonly interfaces: readonly AttachedInterface[] }
  | { readonly kind: 'profiles'; readonly names: readonly string[] };

/** The name of a profile of one of several policies, which keep their profiles apart: `Domain of corp.example\\Clients`. */
export function profileName(profile: string, policy: string): string {
  return `${profile}${OF}${policy}`;
}

/** The profile that a name is about, whichever policy it is of. */
export function profileOf(name: string): string {
  return name.split(OF, 1)[0] ?? name;
}

const OF = ' of ';

/** A route: the interface that leads to a network. */
export interface Route {
  readonly prefix: Prefix;
  readonly interface: string;
}

/**
 * The addresses that each interface leads to. Of overlapping routes, the longest prefix counts (RFC 1812, 5.2.4.3); where
 * routes to the same prefix lead to several interfaces, each may have it.
 */
export function networksOf(routes: readonly Route[]): ReadonlyMap<string, IpSet> {
  const byLength = new Map<number, Map<string, Prefix[]>>();
  for (const { prefix, interface: name } of routes) {
    const sameLength = byLength.get(prefix.length) ?? new Map<string, Prefix[]>();
    byLength.set(prefix.length, sameLength);
    const own = sameLength.get(name);
    if (own) own.push(prefix);
    else sameLength.set(name, [prefix]);
  }
  const parts = new Map<string, IpSet[]>();
  let longer = IpSet.empty;
  for (const [, sameLength] of [...byLength].sort(([a], [b]) => b - a)) {
    const added: IpSet[] = [longer];
    for (const [name, prefixes] of sameLength) {
      const own = IpSet.from(prefixes);
      const known = parts.get(name) ?? [];
      parts.set(name, known);
      known.push(own.subtract(longer));
      added.push(own);
    }
    longer = IpSet.join(added);
  }
  return new Map([...parts].map(([name, own]) => [name, IpSet.join(own)] as const));
}
