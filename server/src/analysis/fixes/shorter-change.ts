// A change as a person would write it: whole documented networks, where other statements keep some addresses of them denied.

import type { Change, FilterChange } from '../../dialects/dialect.js';
import { addAll } from '../../kept/lists.js';
import { IpSet, PRIVATE_SPACE } from '../../model/ip.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../model/packets.js';
import { ALL_PORTS } from '../../model/ports.js';

/** A change to make edits for, and what these may permit. */
export interface Attempt {
  readonly change: Change;
  /** The same or less: what the edits are proved to permit nothing beyond. */
  readonly bound: Change;
}

/**
 * The ways to describe a change to a dialect, the shortest first. All of what a document lists often takes fewer words than
 * what is missing of it; its edit has to leave denied what other statements deny.
 */
export function attemptsFor(change: Change): readonly Attempt[] {
  if (change.goal !== 'permit-packets') return [{ change, bound: change }];
  const missing = withJoinedPorts(change);
  if (missing.boxes.length === change.missing.boxes.length) return networkAttempts(change);
  return [...networkAttempts({ ...change, missing }), ...networkAttempts(change)];
}

/** The missing packets, with one box for those that differ in ports alone once clients may use every port of their own. */
function withJoinedPorts({ missing, allowed }: FilterChange): PacketSet {
  const boxes = new Map<string, PacketBox>();
  for (const box of missing.boxes) {
    const open = { ...box, sourcePorts: ALL_PORTS };
    const own = allowed.containsAll(PacketSet.of(open)) ? open : box;
    const { destinationPorts, ...others } = own;
    const key = Object.values(others)
      .map(({ key }) => key)
      .join('|');
    const known = boxes.get(key);
    boxes.set(key, known ? { ...known, destinationPorts: known.destinationPorts.union(destinationPorts) } : own);
  }
  return PacketSet.from([...boxes.values()]);
}

function networkAttempts(change: FilterChange): readonly Attempt[] {
  const exact: Attempt = { change, bound: change };
  const whole: PacketBox[] = [];
  let { allowed } = change;
  for (const boxes of byService(change.missing)) {
    const [first] = boxes;
    if (!first) continue;
    const { protocols, sourcePorts, destinationPorts } = first;
    const service = { ...ANY_PACKET, protocols, sourcePorts, destinationPorts };
    const needed = destinationsOf(boxes);
    const listed = listedFor(needed, destinationsOf(change.allowed.intersect(PacketSet.of(service)).boxes));
    if (!listed.containsAll(needed) || wordsFor(listed) >= wordsFor(needed)) {
      addAll(whole, boxes);
      continue;
    }
    addAll(
      whole,
      boxes.map((box) => ({ ...box, destination: listed })),
    );
    allowed = allowed.subtract(PacketSet.of({ ...service, destination: listed.subtract(needed) }));
  }
  if (allowed === change.allowed) return [exact];
  return [{ change: { ...change, missing: PacketSet.from(whole) }, bound: { ...change, allowed } }, exact];
}

/** Of what may be permitted, the part to write: an undeclared role is somewhere inside, and nothing else is asked of it. */
function listedFor(needed: IpSet, allowed: IpSet): IpSet {
  const inside = allowed.intersect(PRIVATE_SPACE);
  return inside.containsAll(needed) ? inside : allowed;
}

function byService({ boxes }: PacketSet): Iterable<readonly PacketBox[]> {
  const services = new Map<string, PacketBox[]>();
  for (const box of boxes) {
    const key = [box.protocols, box.sourcePorts, box.destinationPorts].map((set) => set.key).join('|');
    const known = services.get(key);
    if (known) known.push(box);
    else services.set(key, [box]);
  }
  return services.values();
}

function destinationsOf(boxes: readonly PacketBox[]): IpSet {
  return IpSet.join(boxes.map(({ destination }) => destination));
}

/** How many networks it takes to write addresses. */
function wordsFor(set: IpSet): number {
  return set.toPrefixes().length;
}
