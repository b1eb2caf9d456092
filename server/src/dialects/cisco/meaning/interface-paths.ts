// The interface paths of outbound traffic, as far as the file determines them.
import type { FilterPoint } from '../../../model/filter.js';
import { IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import type { Interface } from '../program/interfaces.js';
import type { Program } from '../program/program.js';
import { isNetmask, quad } from '../syntax/addresses.js';

/** "The ASA sets the inside interface to 100 and every other to 0" (*ASA Command Reference*, `nameif`). */
export function levelOf({ name, level }: Interface): number {
  return level ?? (name.toLowerCase() === 'inside' ? 100 : 0);
}

/** Interfaces that carry no traffic of the networks that the device connects. */
const NO_TRANSIT = /^(?:loopback|null|mgmt|management|nve)/i;

/**
 * To the internet: where the default route, NAT or the lowest security level leads. Where the file has none of these, every
 * path that passes a list.
 */
export function pathsOf(program: Program): NonNullable<FilterPoint['paths']> {
  const { interfaces } = program;
  const usable = interfaces.filter(({ shutdown, name }) => !shutdown && !NO_TRANSIT.test(name));
  const addressed = usable.filter(
    ({ addresses, bindings, level }) => addresses.length + bindings.length > 0 || level !== undefined,
  );
  const named = (addressed.length > 0 ? addressed : usable).map(({ name }) => name);
  const outside = outsideOf(program, usable).filter((name) => named.includes(name));
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
  const asked = program.globalBinding || program.platform === 'asa' ? usable : filtered;
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

function outsideOf(program: Program, usable: readonly Interface[]): string[] {
  const routed = usable.filter((one) => program.defaultRoutes.some((target) => leadsTo(target, one)));
  if (routed.length > 0) return routed.map(({ name }) => name);
  const translating = usable.filter(({ nat }) => nat === 'outside');
  if (translating.length > 0) return translating.map(({ name }) => name);
  if (program.platform !== 'asa') return [];
  const lowest = Math.min(...usable.map(levelOf));
  const least = usable.filter((one) => levelOf(one) === lowest);
  return least.length < usable.length ? least.map(({ name }) => name) : [];
}

/** Whether a route's target is this interface or a neighbour on its network. */
function leadsTo(target: string, { name, addresses }: Interface): boolean {
  if (target.toLowerCase() === name.toLowerCase()) return true;
  const neighbor = parseAddress(target);
  return neighbor !== undefined && addresses.some((text) => networkOf(text)?.has(neighbor) === true);
}

function networkOf(text: string): IpSet | undefined {
  const [address = '', mask = ''] = text.split(' ');
  const prefix = parsePrefix(address);
  if (!prefix) return undefined;
  const netmask = quad(mask);
  if (netmask === undefined || !isNetmask(netmask)) return IpSet.of(prefix);
  return IpSet.of({ address: prefix.address, length: 32 - Math.round(Math.log2((~netmask >>> 0) + 1)) });
}
