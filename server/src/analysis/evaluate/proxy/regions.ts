// Sets of requests as boxes of hosts and clients.
import type { HostSet } from '../../../model/hosts.js';
import type { IpSet } from '../../../model/ip.js';

/** All of `hosts` as requested by all of `clients`. */
export interface RequestBox {
  readonly hosts: HostSet;
  readonly clients: IpSet;
}

/** The part of `boxes` that no box of `cuts` covers. */
export function subtractBoxes(boxes: readonly RequestBox[], cuts: readonly RequestBox[]): readonly RequestBox[] {
  let rest = boxes;
  for (const cut of cuts) {
    rest = rest.flatMap((box) => {
      const shared = box.clients.intersect(cut.clients);
      if (shared.isEmpty) return [box];
      const sharedHosts = box.hosts.intersect(cut.hosts);
      if (sharedHosts.isEmpty) return [box];
      return [
        { hosts: box.hosts.subtract(cut.hosts), clients: box.clients },
        { hosts: sharedHosts, clients: box.clients.subtract(cut.clients) },
      ].filter(({ hosts, clients }) => !hosts.isEmpty && !clients.isEmpty);
    });
  }
  return rest;
}

/** How many client cells are distinguished before the rest is treated as one. */
const CELL_LIMIT = 64;

/** The coarsest partition of `clients` in which every set of `splits` is a union of cells. */
export function clientCells(clients: IpSet, splits: readonly IpSet[]): readonly IpSet[] {
  let cells: IpSet[] = [clients];
  for (const split of splits) {
    if (cells.length >= CELL_LIMIT) break;
    cells = cells.flatMap((cell) => [cell.intersect(split), cell.subtract(split)]).filter((cell) => !cell.isEmpty);
  }
  return cells;
}

/** Each set once. */
export function distinctSets(sets: readonly IpSet[]): readonly IpSet[] {
  const result: IpSet[] = [];
  for (const set of sets) if (!result.some((known) => known.equals(set))) result.push(set);
  return result;
}

/** How many addresses a set holds, as an order of size: enough to prefer the larger of two. */
export function sizeOf(set: IpSet): number {
  let size = 0;
  for (const [low, high] of set.v4.intervals) size += high - low + 1;
  // An IPv6 subnet of a client network is counted like the IPv4 network that it accompanies.
  for (const [low, high] of set.v6.intervals) size += Math.min(Number((high - low) >> 64n) + 1, 65_536);
  return size;
}
