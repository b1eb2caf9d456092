// The two ends, protocols and ports of a requirement, as the packets that it lists.
import type { Endpoint, Requirement, RequirementFlow } from '../../../catalog/requirement.js';
import { Memo } from '../../../kept/memo.js';
import { ICMP, ICMPV6 } from '../../../model/icmp.js';
import { IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import {
  ALL_PROTOCOLS,
  ANY_PACKET,
  type PacketBox,
  type ProtocolSet,
  protocolSet,
  TCP,
  TCP_AND_UDP,
  UDP,
} from '../../../model/packets.js';
import { ALL_PORTS, EPHEMERAL_PORTS, type PortSet, parsePorts } from '../../../model/ports.js';
import type { NetworkContext } from '../network-context.js';

/** One end of a flow as addresses: with `everyAddress` all of them have to pass, otherwise some inside address. */
export interface End {
  readonly addresses: IpSet;
  readonly everyAddress: boolean;
  /** Whether a document or the workspace gives its addresses; otherwise a fix restricts nothing at this end. */
  readonly isKnown: boolean;
}

/**
 * The addresses that a host on the internet may have: global unicast (RFC 6890 and the IANA registry of IPv6 address
 * space), without those for documentation and tests.
 */
export const INTERNET = IpSet.all
  .ofFamily(4)
  .union(IpSet.parse('2000::/3'))
  .subtract(PRIVATE_SPACE)
  .subtract(
    IpSet.parseAll([
      ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15'],
      ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
    ]),
  );

/** The addresses that a document lists, by its list: the same set for every file. */
const listedAddresses = new Memo<readonly string[], IpSet>();

/**
 * The addresses of an endpoint; `undefined` where its document names hosts only, or no addresses any more. A service need not be reachable from
 * everywhere, but an exemption applies to every peer and every client. An undeclared role may be any inside address.
 */
export function endOf(endpoint: Endpoint, { roles }: NetworkContext, isExemption: boolean): End | undefined {
  if (endpoint.prefixes && endpoint.prefixes.length > 0) {
    const addresses = listedAddresses.of(endpoint.prefixes, IpSet.parseAll);
    return { addresses, everyAddress: true, isKnown: true };
  }
  if (endpoint.role !== undefined) {
    const declared = roles.get(endpoint.role);
    if (declared) return { addresses: declared, everyAddress: true, isKnown: true };
    return { addresses: PRIVATE_SPACE, everyAddress: isExemption && endpoint.role === 'clients', isKnown: false };
  }
  // A list that has become empty asks for nothing, not for everything.
  if ((endpoint.hosts && endpoint.hosts.length > 0) || endpoint.prefixes) return undefined;
  return isExemption
    ? { addresses: IpSet.all, everyAddress: true, isKnown: true }
    : { addresses: PRIVATE_SPACE, everyAddress: false, isKnown: false };
}

/** The protocols that `RequirementFlow.protocol` stands for. */
const PROTOCOLS: Readonly<Record<RequirementFlow['protocol'], ProtocolSet>> = {
  tcp: protocolSet(TCP),
  udp: protocolSet(UDP),
  icmp: protocolSet(ICMP),
  icmpv6: protocolSet(ICMPV6),
  any: ALL_PROTOCOLS,
};

/**
 * The protocols of a requirement. One that names ports is for those that have them, whatever else it leaves open; IPsec
 * exemptions are documented for UDP and TCP.
 */
export function protocolsOf({ kind, flow }: Pick<Requirement, 'kind' | 'flow'>): ProtocolSet {
  const namesPorts = flow.ports !== undefined || flow.sourcePorts !== undefined;
  if (flow.protocol === 'any' && (kind === 'no-ipsec' || namesPorts)) return TCP_AND_UDP;
  return PROTOCOLS[flow.protocol];
}

/**
 * The source ports that have to pass: those that the document names, otherwise those that a client may choose. An exemption
 * from IPsec applies to every port.
 */
export function sourcePortsOf({ kind, flow }: Requirement): PortSet {
  const documented = flow.sourcePorts === undefined ? undefined : parsePorts(flow.sourcePorts);
  return documented ?? (kind === 'no-ipsec' ? ALL_PORTS : EPHEMERAL_PORTS);
}

/** The destination ports of a requirement; `undefined` where the text of its document is not a list of ports. */
export function destinationPortsOf({ ports }: RequirementFlow): PortSet | undefined {
  return ports === undefined ? ALL_PORTS : parsePorts(ports);
}

/**
 * The packets that a requirement lists; `undefined` where its document gives no destination addresses. Undeclared sources
 * may be anywhere.
 */
export function listedPackets({ kind, flow }: Requirement, network: NetworkContext): PacketBox | undefined {
  const [from, to] = [flow.from, flow.to].map((end) => endOf(end, network, false));
  const ports = destinationPortsOf(flow);
  if (kind !== 'reach' || !from || !to?.isKnown || !ports) return undefined;
  const protocols = protocolsOf({ kind, flow });
  return allowedBox(
    { ...ANY_PACKET, source: from.addresses, destination: to.addresses, protocols, destinationPorts: ports },
    from,
    to,
  );
}

/** What a fix may permit for a requirement; undeclared addresses are left to the file's own interfaces and hosts. */
export function allowedBox(asked: PacketBox, from: End, to: End): PacketBox {
  return {
    ...asked,
    source: from.isKnown ? asked.source : IpSet.all,
    sourcePorts: asked.sourcePorts === EPHEMERAL_PORTS ? ALL_PORTS : asked.sourcePorts,
    destination: to.isKnown ? asked.destination : IpSet.all,
  };
}
