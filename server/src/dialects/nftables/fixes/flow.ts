// Splits the packets to permit into flows, each of which one rule can permit.
import { IpSet } from '../../../model/ip.js';
import { type PacketBox, PacketSet } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import type { FilterChange } from '../../dialect.js';
import { sourcePortsFor } from '../../shared/source-ports.js';
import { PROTOCOLS } from '../../shared/system-names.js';

/** Packets of one family and service. */
export interface Flow {
  readonly family: 4 | 6;
  readonly protocols: PacketBox['protocols'];
  /** All where a rule need not name the source ports. */
  readonly sourcePorts: PortSet;
  readonly ports: PortSet;
  readonly destination: IpSet;
  /** `undefined` where a rule need not name the source. */
  readonly source: IpSet | undefined;
  /** Whether nothing tells by which interface it comes in: neither the file, nor that clients send it, as most rules are for. */
  readonly isFromAnywhere: boolean;
}

/** The missing packets as one flow for each family and service. */
export function flowsOf({ missing, allowed, fromOthers }: FilterChange): Flow[] {
  const flows = new Map<string, Flow>();
  for (const box of missing.boxes) {
    const sourcePorts = sourcePortsFor(box, { allowed });
    const isFromAnywhere = isOpen(box) && !fromOthers.intersect(PacketSet.of(box)).isEmpty;
    for (const family of [4, 6] as const) {
      const destination = box.destination.ofFamily(family);
      const boxSource = box.source.ofFamily(family);
      if (destination.isEmpty || boxSource.isEmpty) continue;
      const source = needsSource(allowed, family) ? boxSource : undefined;
      const services = [box.protocols, sourcePorts, box.destinationPorts].map((set) => set.key);
      const key = [family, ...services, source?.toPrefixes(), isFromAnywhere].join('|');
      const known = flows.get(key);
      flows.set(key, {
        family,
        protocols: box.protocols,
        sourcePorts,
        ports: box.destinationPorts,
        destination: known ? known.destination.union(destination) : destination,
        source,
        isFromAnywhere,
      });
    }
  }
  return [...flows.values()];
}

/** Whether packets may come in by any interface but a few. */
function isOpen({ inInterface }: PacketBox): boolean {
  return inInterface.has('');
}

/** Whether a rule has to name the sources so that it does not permit more than is allowed. */
function needsSource(allowed: PacketSet, family: 4 | 6): boolean {
  const all = IpSet.all.ofFamily(family);
  return allowed.boxes.some(({ source }) => {
    const own = source.ofFamily(family);
    return !own.isEmpty && !own.containsAll(all);
  });
}

/** The header for the ports of a flow; `undefined` unless it is of TCP or UDP only. */
export function protocolName({ protocols }: Flow): 'tcp' | 'udp' | undefined {
  const [only, ...more] = protocols.intervals;
  if (!only || more.length > 0 || only[0] !== only[1]) return undefined;
  return (['tcp', 'udp'] as const).find((name) => PROTOCOLS.get(name) === only[0]);
}
