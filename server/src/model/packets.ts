// Sets of packets: unions of products of addresses, protocols, ports and interfaces.
import { Interned } from '../kept/memo.js';
import { boxesMeeting, placesMeeting } from './box-index.js';
import { spend } from './budget.js';
import { IntervalSet } from './intervals.js';
import { IpSet } from './ip.js';
import { joinBoxes } from './joined-boxes.js';
import { NameSet } from './names.js';
import { ALL_PORTS, type PortSet } from './ports.js';

/** IP protocol numbers, 0–255 (IANA Protocol Numbers). */
export type ProtocolSet = IntervalSet<number>;

export const ALL_PROTOCOLS: ProtocolSet = IntervalSet.of([0, 255]);

const singleProtocols = new Interned<number, ProtocolSet>(256);

/** One protocol as a set; the same object for the same number, because large files repeat a few of them. */
export function protocolSet(number: number): ProtocolSet {
  return singleProtocols.of(number, () => IntervalSet.of([number, number]));
}
export const TCP = 6;
export const UDP = 17;
/** What documents and devices mean by services of both: the protocols that nearly every port belongs to. */
export const TCP_AND_UDP: ProtocolSet = IntervalSet.of([TCP, TCP], [UDP, UDP]);

/**
 * The packets that have each property from its set: a product. Ports of protocols without ports are ignored by the
 * network; a dialect that matches ports names the protocols that have them.
 */
export interface PacketBox {
  readonly source: IpSet;
  readonly destination: IpSet;
  readonly protocols: ProtocolSet;
  readonly sourcePorts: PortSet;
  readonly destinationPorts: PortSet;
  readonly inInterface: NameSet;
  readonly outInterface: NameSet;
}

export const ANY_PACKET: PacketBox = {
  source: IpSet.all,
  destination: IpSet.all,
  protocols: ALL_PROTOCOLS,
  sourcePorts: ALL_PORTS,
  destinationPorts: ALL_PORTS,
  inInterface: NameSet.any,
  outInterface: NameSet.any,
};

/** The replies to the packets of a box: source and destination exchanged. */
export function answering(box: PacketBox): PacketBox {
  return {
    source: box.destination,
    destination: box.source,
    protocols: box.protocols,
    sourcePorts: box.destinationPorts,
    destinationPorts: box.sourcePorts,
    inInterface: box.outInterface,
    outInterface: box.inInterface,
  };
}

/** No packet at all: some property has none, or source and destination share no address family. */
function isEmptyBox(box: PacketBox): boolean {
  const noV4 = box.source.v4.isEmpty || box.destination.v4.isEmpty;
  const noV6 = box.source.v6.isEmpty || box.destination.v6.isEmpty;
  return (
    (noV4 && noV6) ||
    box.protocols.isEmpty ||
    box.sourcePorts.isEmpty ||
    box.destinationPorts.isEmpty ||
    box.inInterface.isEmpty ||
    box.outInterface.isEmpty
  );
}

/** What it costs to find that two boxes are apart, as most of a long list are. */
const APART = 1;

const COMPARED = 20;

/** What it costs to find whether two boxes meet whose bounds do. */
const MET = 6;

/** Pays for the comparison of two boxes, half a unit for each interval. Of two sets, the larger one is searched for what the smaller one has. */
function spendOn(a: PacketBox, b: PacketBox): void {
  const intervals =
    Math.min(a.source.count, b.source.count) +
    Math.min(a.destination.count, b.destination.count) +
    Math.min(a.sourcePorts.count, b.sourcePorts.count) +
    Math.min(a.destinationPorts.count, b.destinationPorts.count);
  // Names are compared character by character.
  const names =
    Math.min(a.inInterface.count, b.inInterface.count) + Math.min(a.outInterface.count, b.outInterface.count);
  spend(COMPARED + intervals / 2 + names);
}

/** Pays for a set that was made, of two that are still there. */
function spendOnMade<Set extends { readonly count: number }>(set: Set, a: Set, b?: Set): void {
  if (set !== a && set !== b) spend(set.count);
}

/** Pays for something with the addresses and ports of each box, beside what each box costs. */
function spendOnIntervals(boxes: readonly PacketBox[], each: number, eachInterval = 1): void {
  let intervals = 0;
  for (const { source, destination, sourcePorts, destinationPorts } of boxes) {
    intervals += source.count + destination.count + sourcePorts.count + destinationPorts.count;
  }
  spend(each * boxes.length + eachInterval * intervals);
}

/** Whether the bounds of two boxes meet: of the boxes of a long list, most are apart. */
function areNear(a: PacketBox, b: PacketBox): boolean {
  return (
    a.destinationPorts.reachesInto(b.destinationPorts) &&
    a.destination.reachesInto(b.destination) &&
    a.source.reachesInto(b.source) &&
    a.sourcePorts.reachesInto(b.sourcePorts) &&
    a.inInterface.reachesInto(b.inInterface) &&
    a.outInterface.reachesInto(b.outInterface)
  );
}

/** Whether two boxes have a packet in common. */
function doMeet(a: PacketBox, b: PacketBox): boolean {
  if (!areNear(a, b)) return false;
  spend(MET);
  return (
    a.destinationPorts.overlaps(b.destinationPorts) &&
    a.protocols.overlaps(b.protocols) &&
    a.sourcePorts.overlaps(b.sourcePorts) &&
    a.inInterface.overlaps(b.inInterface) &&
    a.outInterface.overlaps(b.outInterface) &&
    haveSharedFamily(a, b)
  );
}

/** Whether there are addresses of one family at both ends that two boxes share. */
function haveSharedFamily({ source, destination }: PacketBox, other: PacketBox): boolean {
  return (
    (destination.v4.overlaps(other.destination.v4) && source.v4.overlaps(other.source.v4)) ||
    (destination.v6.overlaps(other.destination.v6) && source.v6.overlaps(other.source.v6))
  );
}

/** The packets of both boxes; `undefined` where there are none. */
export function intersectBoxes(a: PacketBox, b: PacketBox): PacketBox | undefined {
  if (!areNear(a, b)) return undefined;
  spendOn(a, b);
  // Ports, protocols and interfaces are the cheapest to compare, and in large rule sets they mostly differ.
  const destinationPorts = both(a.destinationPorts, b.destinationPorts, ALL_PORTS);
  if (destinationPorts.isEmpty) return undefined;
  const protocols = both(a.protocols, b.protocols, ALL_PROTOCOLS);
  if (protocols.isEmpty) return undefined;
  const inInterface = a.inInterface.intersect(b.inInterface);
  const outInterface = a.outInterface.intersect(b.outInterface);
  if (inInterface.isEmpty || outInterface.isEmpty) return undefined;
  spendOnMade(inInterface, a.inInterface, b.inInterface);
  spendOnMade(outInterface, a.outInterface, b.outInterface);
  const destination = bothAddresses(a.destination, b.destination);
  if (destination.isEmpty) return undefined;
  spendOnMade(destination, a.destination, b.destination);
  const source = bothAddresses(a.source, b.source);
  spendOnMade(source, a.source, b.source);
  if (source.isEmpty) return undefined;
  const sourcePorts = both(a.sourcePorts, b.sourcePorts, ALL_PORTS);
  const box = { source, destination, protocols, sourcePorts, destinationPorts, inInterface, outInterface };
  if (isEmptyBox(box)) return undefined;
  return hasSame(a, box) ? a : hasSame(b, box) ? b : box;
}

/** Whether two boxes have the same objects. */
function hasSame(a: PacketBox, b: PacketBox): boolean {
  return (
    a.source === b.source &&
    a.destination === b.destination &&
    a.protocols === b.protocols &&
    a.sourcePorts === b.sourcePorts &&
    a.destinationPorts === b.destinationPorts &&
    a.inInterface === b.inInterface &&
    a.outInterface === b.outInterface
  );
}

function both(a: IntervalSet<number>, b: IntervalSet<number>, all: IntervalSet<number>): IntervalSet<number> {
  if (a === all) return b;
  return b === all ? a : a.intersect(b);
}

function bothAddresses(a: IpSet, b: IpSet): IpSet {
  if (a === IpSet.all) return b;
  return b === IpSet.all ? a : a.intersect(b);
}

/** The packets of `box` that are not in `cut`, as disjoint boxes. */
export function subtractBox(box: PacketBox, cut: PacketBox): PacketBox[] {
  const shared = intersectBoxes(box, cut);
  if (!shared) return [box];
  spendOn(box, cut);
  const rest: PacketBox[] = [];
  // Peels one property after the other: what differs in it, with everything peeled before already shared.
  let core = box;
  const peel = <Property extends keyof PacketBox>(property: Property, outside: PacketBox[Property]) => {
    if (!outside.isEmpty) {
      spendOnMade(outside, box[property]);
      const piece = { ...core, [property]: outside };
      if (!isEmptyBox(piece)) rest.push(piece);
    }
    if (core[property] !== shared[property]) core = { ...core, [property]: shared[property] };
  };
  peel('destination', box.destination.subtract(cut.destination));
  peel('source', box.source.subtract(cut.source));
  peel('protocols', box.protocols.subtract(cut.protocols));
  peel('destinationPorts', box.destinationPorts.subtract(cut.destinationPorts));
  peel('sourcePorts', box.sourcePorts.subtract(cut.sourcePorts));
  peel('inInterface', withoutNames(box.inInterface, cut.inInterface));
  peel('outInterface', withoutNames(box.outInterface, cut.outInterface));
  return rest;
}

function withoutNames(a: NameSet, b: NameSet): NameSet {
  if (b === NameSet.any) return NameSet.none;
  return a.intersect(b.complement());
}

/** What it costs to intersect two sets, beside what their boxes cost. */
const INTERSECTED = 8;

/** What it costs to compare a box with others by what it has. */
const JOINED = 80;

/** What it costs to put one of their intervals among those of others. */
const SORTED = 3;

/** An immutable set of packets: a union of boxes, exact under every operation. */
export class PacketSet {
  private knownBoundsKey: string | undefined;

  private constructor(readonly boxes: readonly PacketBox[]) {}

  static readonly none = new PacketSet([]);
  static readonly all = new PacketSet([ANY_PACKET]);

  static of(...boxes: readonly PacketBox[]): PacketSet {
    return PacketSet.from(boxes);
  }

  /** The same for any number of boxes; a call cannot have a million arguments. */
  static from(boxes: readonly PacketBox[]): PacketSet {
    // The list itself stays where nothing is left out, and with it the index that is kept for it.
    return new PacketSet(boxes.some(isEmptyBox) ? boxes.filter((box) => !isEmptyBox(box)) : boxes);
  }

  /** The union of any number of sets. Of boxes that differ in their sources alone, or their destinations, it makes one; of many, in their interfaces as well. */
  static join(sets: readonly PacketSet[]): PacketSet {
    const [only] = sets;
    if (only && sets.length === 1) return only;
    for (const { boxes } of sets) spendOnIntervals(boxes, JOINED, SORTED);
    const boxes = joinBoxes(sets.flatMap((set) => set.boxes));
    return boxes.length === 0 ? PacketSet.none : PacketSet.from(disjoint(boxes));
  }

  get isEmpty(): boolean {
    return this.boxes.length === 0;
  }

  /** Sets with the same text have the same addresses, protocols and ports in each box; interfaces are left out. */
  get boundsKey(): string {
    this.knownBoundsKey ??= boundsKeys.of(this.boxes.map(boundsKeyOf).join('|'), (key) => key);
    return this.knownBoundsKey;
  }

  union(other: PacketSet): PacketSet {
    if (this.isEmpty) return other;
    return other.isEmpty ? this : new PacketSet([...this.boxes, ...other.subtract(this).boxes]);
  }

  intersect(other: PacketSet): PacketSet {
    if (this === PacketSet.all) return other;
    if (other === PacketSet.all) return this;
    const boxes: PacketBox[] = [];
    spend(INTERSECTED);
    const isIndexed = this.boxes.length > other.boxes.length;
    const [fewer, more] = isIndexed ? [other.boxes, this.boxes] : [this.boxes, other.boxes];
    for (const a of fewer) {
      const near = boxesMeeting(more, [a]);
      spend(APART * near.length);
      for (const b of near) {
        const shared = isIndexed ? intersectBoxes(b, a) : intersectBoxes(a, b);
        if (shared) boxes.push(shared);
      }
    }
    // The list itself stays where nothing is left out, and with it the index that is kept for it.
    if (boxes.length === more.length && boxes.every((box, i) => box === more[i])) return isIndexed ? this : other;
    return boxes.length === 0 ? PacketSet.none : new PacketSet(boxes);
  }

  subtract(other: PacketSet): PacketSet {
    if (other.boxes.length < DIVIDED_FROM) {
      const rest = withoutEach(this.boxes, other.boxes);
      return rest === this.boxes ? this : new PacketSet(rest);
    }
    const rest = this.boxes.map((box) => withoutThose(box, boxesMeeting(other.boxes, [box])));
    return rest.every(([left], i) => left === this.boxes[i]) ? this : new PacketSet(rest.flat());
  }

  /** The replies to these packets. */
  replies(): PacketSet {
    return new PacketSet(this.boxes.map(answering));
  }

  containsAll(other: PacketSet): boolean {
    return other.subtract(this).isEmpty;
  }
}

function withoutEach(boxes: readonly PacketBox[], cuts: readonly PacketBox[]): readonly PacketBox[] {
  let rest = boxes;
  for (const cut of cuts) {
    if (rest.length === 0) return rest;
    spend(APART * rest.length);
    if (rest.some((box) => doMeet(box, cut))) rest = rest.flatMap((box) => subtractBox(box, cut));
  }
  return rest;
}

/** The same packets as boxes of which no two have one in common. */
function disjoint(boxes: readonly PacketBox[]): readonly PacketBox[] {
  return boxes.flatMap((box, own) => {
    const places = placesMeeting(boxes, [box]);
    const before = places ? places.flatMap((place) => (place < own ? (boxes[place] ?? []) : [])) : boxes.slice(0, own);
    return withoutThose(box, before);
  });
}

/** What many boxes leave of one. */
function withoutThose(box: PacketBox, boxes: readonly PacketBox[]): readonly PacketBox[] {
  spend(APART * boxes.length);
  const near = boxes.filter((cut) => areNear(box, cut));
  if (near.length === 0) return [box];
  if (near.some((cut) => isWithinBox(box, cut))) return [];
  const cuts = near.filter((cut) => doMeet(box, cut));
  if (cuts.length >= DIVIDED_FROM) spendOnIntervals([box, ...cuts], DIVIDED);
  const division = cuts.length < DIVIDED_FROM ? undefined : divisionOf(cuts);
  return division ? withoutParts(box, division) : withoutEach([box], cuts);
}

function isWithinBox(box: PacketBox, wider: PacketBox): boolean {
  if (box === wider) return true;
  return (
    wider.destinationPorts.containsAll(box.destinationPorts) &&
    wider.protocols.containsAll(box.protocols) &&
    wider.sourcePorts.containsAll(box.sourcePorts) &&
    hasAddressesOf(wider, box) &&
    wider.inInterface.containsAll(box.inInterface) &&
    wider.outInterface.containsAll(box.outInterface)
  );
}

/** Whether a box has the addresses of both ends of another one, of each family that this one has at both. */
function hasAddressesOf(wider: PacketBox, { source, destination }: PacketBox): boolean {
  const hasV4 = !source.v4.isEmpty && !destination.v4.isEmpty;
  if (hasV4 && !(wider.destination.v4.containsAll(destination.v4) && wider.source.v4.containsAll(source.v4)))
    return false;
  const hasV6 = !source.v6.isEmpty && !destination.v6.isEmpty;
  return !hasV6 || (wider.destination.v6.containsAll(destination.v6) && wider.source.v6.containsAll(source.v6));
}

/** The fewest boxes of which a division is made: one after the other, each would cost as much as there are before it. */
const DIVIDED_FROM = 16;

/** What it costs to put a box into a division. */
const DIVIDED = 5;

/** Boxes by their addresses at one end of the packets, which exclude each other. */
interface Division {
  readonly end: 'source' | 'destination';
  readonly all: IpSet;
  readonly parts: readonly { readonly addresses: IpSet; readonly boxes: readonly PacketBox[] }[];
}

function divisionOf(boxes: readonly PacketBox[]): Division | undefined {
  for (const end of ['destination', 'source'] as const) {
    const parts = new Map<string, { addresses: IpSet; boxes: PacketBox[] }>();
    for (const box of boxes) {
      const { key } = box[end];
      const known = parts.get(key);
      if (known) known.boxes.push(box);
      else parts.set(key, { addresses: box[end], boxes: [box] });
    }
    const sets = [...parts.values()].map(({ addresses }) => addresses);
    const all = IpSet.join(sets);
    const isDisjoint = parts.size > 1 && all.size === sets.reduce((sum, { size }) => sum + size, 0n);
    if (isDisjoint) return { end, all, parts: [...parts.values()] };
  }
  return undefined;
}

function withoutParts(box: PacketBox, { end, all, parts }: Division): readonly PacketBox[] {
  const outside = { ...box, [end]: box[end].subtract(all) };
  const inside = parts.flatMap(({ addresses, boxes }) => {
    if (!box[end].reachesInto(addresses)) return [];
    const own = { ...box, [end]: box[end].intersect(addresses) };
    return isEmptyBox(own) ? [] : withoutEach([own], boxes);
  });
  return isEmptyBox(outside) ? inside : [outside, ...inside];
}

/** Equal keys are one object, which each of some hundred indexes then compares at once. */
const boundsKeys = new Interned<string, string>(1_024);

function boundsKeyOf({ source, destination, protocols, sourcePorts, destinationPorts }: PacketBox): string {
  return `${source.key} ${destination.key} ${protocols.key} ${sourcePorts.key} ${destinationPorts.key}`;
}
