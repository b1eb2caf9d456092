// The interface paths of outbound traffic, as far as the file determines them.
import type { FilterPoint } from '../../../model/filter.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import type { Program } from '../program/program.js';
import { internetRouting } from './routing.js';

/**
 * To the internet: where the default route, NAT or the lowest security level leads. Where the file has none of these, every
 * path that passes a list.
 */
export function pathsOf(program: Program): NonNullable<FilterPoint['paths']> {
  const { routing, outside: leading } = internetRouting(program);
  const usable = routing.interfaces;
  const addressed = usable.filter(
    ({ addresses, bindings, level }) => addresses.length + bindings.length > 0 || level !== undefined,
  );
  const named = (addressed.length > 0 ? addressed : usable).map(({ name }) => name);
  const outside = [...leading].filter((name) => named.includes(name));
  const inside = named.filter((name) => !outside.includes(name));
  const path = (from: readonly string[], to: readonly string[]): PacketBox => ({
    ...ANY_PACKET,
    inInterface: NameSet.of(...from),
    outInterface: NameSet.of(...to),
  });
  if (outside.length > 0 && inside.length > 0) {
    return { outbound: [path(inside, outside)], inbound: [path(outside, inside)] };
  }
  const filtered = usable.filter(({ bindings, unmodelled, zone }) => zone || bindings.length + unmodelled.length > 0);
  const isEverywhere = program.globalBinding || program.platform === 'asa' || program.unmodelled.length > 0;
  const asked = isEverywhere ? usable : filtered;
  const all = asked.flatMap(({ name }) => {
    const others = named.filter((other) => other !== name);
    if (others.length > 0) return [path([name], others), path(others, [name])];
    const elsewhere = NameSet.of(name).complement();
    return [
      { ...ANY_PACKET, inInterface: NameSet.of(name), outInterface: elsewhere },
      { ...ANY_PACKET, inInterface: elsewhere, outInterface: NameSet.of(name) },
    ];
  });
  return { outbound: all, inbound: all };
}
