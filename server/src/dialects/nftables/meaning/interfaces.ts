// The interfaces that packets have at a hook, and the remaining match of a rule that tests the missing one.
import { NameSet } from '../../../model/names.js';
import type { PacketBox } from '../../../model/packets.js';

/** The interfaces that packets have in a chain; the name of the missing one is empty. */
export type KnownInterfaces = 'both' | 'in' | 'out';

/** The interfaces at the hooks that do not have both. */
export const HOOK_INTERFACES: Readonly<Record<string, KnownInterfaces>> = {
  ingress: 'in',
  prerouting: 'in',
  input: 'in',
  output: 'out',
};

/** The remaining boxes where packets have only some interfaces. */
export function withInterfaces(match: readonly PacketBox[], interfaces: KnownInterfaces): readonly PacketBox[] {
  return interfaces === 'both' ? match : match.flatMap((box) => boxWith(box, interfaces) ?? []);
}

function boxWith(box: PacketBox, interfaces: 'in' | 'out'): PacketBox | undefined {
  const { inInterface, outInterface } = box;
  if (interfaces === 'in') {
    if (outInterface === NameSet.any) return box;
    return outInterface.has('') ? { ...box, outInterface: NameSet.any } : undefined;
  }
  if (inInterface === NameSet.any) return box;
  return inInterface.has('') ? { ...box, inInterface: NameSet.any } : undefined;
}

export function namesInterface({ inInterface, outInterface }: PacketBox): boolean {
  return inInterface !== NameSet.any || outInterface !== NameSet.any;
}
