// Proposals that exempt traffic from IPsec.
import type { IpSet } from '../../../model/ip.js';
import type { PacketBox, PacketSet, ProtocolSet } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import type { YamlValue } from '../../../yaml/yaml-edit.js';
import type { Candidate, FilterChange } from '../../dialect.js';
import { isAnywhere, oneOrList, type PolicyEditor, protocolValue } from './policy-writer.js';

/** Exempts all packets of each requirement, not only the missing ones, in one entry for each service. */
export function exemptPackets(editor: PolicyEditor, { needs }: FilterChange): Candidate[] {
  const services: { readonly end: TrafficEnd; readonly peers: Set<string | number> }[] = [];
  for (const end of needs.flatMap(endsOf)) {
    // An exemption of everything is never intended.
    if (isAnywhere(end.peers) && end.ports.equals(ALL_PORTS)) return [];
    const known = services.find((service) => sameService(service.end, end));
    const { peers } = known ?? { peers: new Set<string | number>() };
    if (!isAnywhere(end.peers)) for (const value of editor.addressValues(end.peers)) peers.add(value);
    if (!known) services.push({ end, peers });
  }
  const entries = services.map(({ end, peers }): { readonly [key: string]: YamlValue } => {
    const protocol = protocolValue(end.protocols);
    return {
      ...(peers.size === 0 ? {} : { peers: oneOrList([...peers]) }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(end.ports.equals(ALL_PORTS) ? {} : { ports: editor.portValue(end.ports) }),
    };
  });
  const place = entries.length === 1 ? 'in ipsec.exempt' : `with ${entries.length} entries in ipsec.exempt`;
  return editor.candidate(place, editor.appendBelow(['ipsec'], ['exempt'], entries));
}

/** The end of traffic to which an exemption applies. */
interface TrafficEnd {
  readonly peers: IpSet;
  readonly protocols: ProtocolSet;
  readonly ports: PortSet;
}

function sameService(a: TrafficEnd, b: TrafficEnd): boolean {
  return isAnywhere(a.peers) === isAnywhere(b.peers) && a.protocols.equals(b.protocols) && a.ports.equals(b.ports);
}

/** The ends of one need, both families of an end together. */
function endsOf(packets: PacketSet): TrafficEnd[] {
  const ends: TrafficEnd[] = [];
  for (const end of packets.boxes.map(endOf)) {
    const at = ends.findIndex((other) => sameService(other, end));
    const known = ends[at];
    if (known) ends[at] = { ...known, peers: known.peers.union(end.peers) };
    else ends.push(end);
  }
  return ends;
}

function endOf({ source, destination, sourcePorts, destinationPorts, protocols }: PacketBox): TrafficEnd {
  const sends = !isAnywhere(source) || isAnywhere(destination);
  return sends
    ? { peers: source, protocols, ports: sourcePorts }
    : { peers: destination, protocols, ports: destinationPorts };
}
