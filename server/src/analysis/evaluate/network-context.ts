// What a verdict depends on besides the file: the addresses of roles, and where in the network the file filters.
import type { Hook } from '../../model/filter.js';
import type { IpSet } from '../../model/ip.js';

/** What is known of the network around a file. */
export interface NetworkContext {
  /** The addresses of the declared roles, by role. */
  readonly roles: ReadonlyMap<string, IpSet>;
  /** Whether clients resolve external names; otherwise their DNS may have no address for a documented host. */
  readonly resolvesExternalNames?: boolean;
  /** The role of the host whose own firewall the file is; it applies only to what that host sends and receives. */
  readonly role?: string;
  /** What is behind the interfaces of a router, by their names. */
  readonly interfaces?: ReadonlyMap<string, IpSet | 'internet'>;
  /** The profiles of Windows that the host may be in: `domain`, `private`, `public`. */
  readonly profiles?: readonly string[];
  /** The addresses of hosts, by their names, where documents list both. */
  readonly hostAddresses?: Pick<ReadonlyMap<string, IpSet>, 'get'>;
  /** Which hook of a packet filter decides; by default the one that the traffic's direction suggests. */
  readonly hook?: Hook;
  /** Which point decides, by name: an access list, a chain, a zone pair. */
  readonly point?: string;
}

export const UNKNOWN_NETWORK: NetworkContext = { roles: new Map() };
