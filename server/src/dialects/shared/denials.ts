// What new rules have to deny, in the form in which rules that permit are written.
import { type AddressFamily, IpSet } from '../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../model/packets.js';
import type { Candidate, FilterChange, FilterDenial } from '../dialect.js';

/**
 * The packets that rules may deny, as changes whose `missing` they are to match, all that is forbidden, which
 * often takes fewer words, and just what of it passes.
 */
export function denialsFor({ passing, deniable, ...denial }: FilterDenial): readonly FilterChange[] {
  const families = passing.boxes.flatMap(({ source }) =>
    ([4, 6] as const).filter((family) => !source.ofFamily(family).isEmpty),
  );
  const ofFamilies = PacketSet.from(
    [...new Set(families)].map((family) => ({ ...ANY_PACKET, source: IpSet.all.ofFamily(family) })),
  );
  const meets = (box: PacketBox) => !passing.intersect(PacketSet.of(box)).isEmpty;
  const whole = PacketSet.from(deniable.boxes.filter(meets)).intersect(ofFamilies);
  return [whole, passing].map((missing) => ({
    ...denial,
    goal: 'permit-packets',
    missing: PacketSet.from(joinedPorts(missing.boxes)),
    replies: PacketSet.none,
    allowed: deniable,
    needs: [deniable],
    fromOthers: PacketSet.none,
  }));
}

/** Boxes that differ in their ports alone are one: rules take lists of ports. */
function joinedPorts(boxes: readonly PacketBox[]): readonly PacketBox[] {
  const joined = new Map<string, PacketBox>();
  for (const box of boxes) {
    const { source, destination, protocols, sourcePorts, inInterface, outInterface } = box;
    const key = [source, destination, protocols, sourcePorts, inInterface, outInterface]
      .map((set) => set.key)
      .join('|');
    const known = joined.get(key);
    joined.set(key, known ? { ...known, destinationPorts: known.destinationPorts.union(box.destinationPorts) } : box);
  }
  return [...joined.values()];
}

/** Addresses as all of one network but a few: what people write where the list itself is long. */
export interface AllBut {
  readonly network: IpSet;
  readonly except: IpSet;
}

/** The smallest network that holds some addresses of one family, and those of it that are not among them. */
export function allBut(addresses: IpSet, family: AddressFamily): AllBut {
  const own = addresses.ofFamily(family);
  const { first } = own;
  let network = IpSet.all.ofFamily(family);
  if (!first) return { network, except: network };
  for (let length = 1; length <= (family === 4 ? 32 : 128); length++) {
    const narrower = IpSet.of({ address: first, length });
    if (!narrower.containsAll(own)) break;
    network = narrower;
  }
  return { network, except: network.subtract(own) };
}

/** The shorter edits first. */
export function shortestFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const length = ({ edits }: Candidate) => edits.reduce((sum, { newText }) => sum + newText.length, 0);
  return [...candidates].sort((a, b) => length(a) - length(b));
}
