import { type IpSet, PRIVATE_SPACE } from '../../model/ip.js';
import type { PacketBox } from '../../model/packets.js';
import { ALL_PORTS } from '../../model/ports.js';
import type { YamlValue } from '../../yaml/yaml-edit.js';
import type { Candidate, FilterChange } from '../dialect.js';
import { type PolicyEditor, protocolValue } from './policy-editor.js';

/** Exempts packets from IPsec: what is allowed to be exempt, not only what is missing, in one entry for each set of peers. */
export function exemptPackets(editor: PolicyEditor, { allowed }: FilterChange): Candidate[] {
  const entries = new Map<string, { readonly [key: string]: YamlValue }>();
  for (const [peers, box, ports] of byPeers(allowed.boxes)) {
    const protocol = protocolValue(box.protocols);
    const entry = {
      ...(isAnybody(peers) ? {} : { peers: editor.addressValue(peers) }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(ports.equals(ALL_PORTS) ? {} : { ports: editor.portValue(ports) }),
    };
    // Nobody means to exempt everything.
    if (Object.keys(entry).length === 0 || (isAnybody(peers) && ports.equals(ALL_PORTS))) return [];
    entries.set(JSON.stringify(entry), entry);
  }
  const values = [...entries.values()];
  const title = values.length === 1 ? 'Exempt it from IPsec' : `Exempt it from IPsec with ${values.length} entries`;
  return editor.candidate(title, editor.appendBelow(['ipsec'], ['exempt'], values));
}

/** The boxes of packets with the end that the exemption is about, both families of one end together. */
function byPeers(boxes: readonly PacketBox[]): [IpSet, PacketBox, PacketBox['sourcePorts']][] {
  const result: [IpSet, PacketBox, PacketBox['sourcePorts']][] = [];
  for (const box of boxes) {
    const sends = !isAnybody(box.source) || isAnybody(box.destination);
    const [peers, ports] = sends ? [box.source, box.sourcePorts] : [box.destination, box.destinationPorts];
    const known = result.find(
      ([, one, own]) => own.equals(ports) && one.protocols.equals(box.protocols) && isAnybody(one.source) === !sends,
    );
    if (known) known[0] = known[0].union(peers);
    else result.push([peers, box, ports]);
  }
  return result;
}

function isAnybody(set: IpSet): boolean {
  return ([4, 6] as const).some((family) => {
    const own = set.ofFamily(family);
    return !own.isEmpty && own.containsAll(PRIVATE_SPACE.ofFamily(family));
  });
}
