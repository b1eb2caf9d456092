// What a static translation of a router says.
import type { IpSet } from '../../../model/ip.js';
import type { ProtocolSet } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';

/** `ip nat inside source static`: an inside address, or network, that is always translated to the same. */
export interface StaticNat {
  readonly local: IpSet;
  /** The address of an interface where it names one. */
  readonly global: IpSet | { readonly interface: string };
  readonly protocols: ProtocolSet;
  readonly localPorts: PortSet;
  readonly globalPorts: PortSet;
  /** A word on which it depends what is translated: a route map, a routing table. */
  readonly unread: string | undefined;
}
