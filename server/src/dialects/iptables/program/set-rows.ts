// The elements of a set as few products of addresses, ports and interfaces, and these as boxes of packets.
import { addTo } from '../../../kept/lists.js';
import { Interned } from '../../../kept/memo.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox, protocolSet, TCP, UDP } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import type { SetDimension } from '../vocabulary/ipset.js';
import {
  type AddressPart,
  type AddressValue,
  type ElementPart,
  PROTOCOLS_WITH_PORTS,
  partsKey,
} from './set-elements.js';

export type Range = readonly [AddressValue, AddressValue];

/** A product of what elements require; absent parts are those that the type has not. */
export interface Row {
  readonly first?: IpSet;
  readonly second?: IpSet;
  /** 0 for TCP and UDP. */
  readonly protocol?: number;
  readonly ports?: IntervalSet<number>;
  readonly names?: NameSet;
}

type Axis = 'first' | 'second' | 'ports' | 'names';

const AXES: readonly Axis[] = ['first', 'second', 'ports', 'names'];

/** Between these numbers of rows, joining in another order is tried. */
const MANY_ROWS = 64;
const TOO_MANY_ROWS = 16_384;

/** Joins elements into rows. Rows of single addresses can be joined in any order. */
export function reducedRows(
  elements: readonly (readonly ElementPart[])[],
  rangesOf: (address: AddressPart) => readonly Range[],
  hasSingleAddresses: boolean,
): readonly Row[] {
  const ports = portRows(elements);
  if (ports) return ports;
  if (elements.length > TOO_MANY_ROWS && areAllApart(elements)) return elements.map((parts) => rowOf(parts, rangesOf));
  const grouped = groupedRows(elements, rangesOf);
  if (grouped.length > TOO_MANY_ROWS && areMostlyApart(elements, grouped)) return grouped;
  const rows = joinedAlong(grouped, ['ports', 'second', 'first', 'names']);
  const hasPorts = rows.some(({ ports, first }) => ports && first);
  if (rows.length <= MANY_ROWS || rows.length > TOO_MANY_ROWS || !hasPorts || !hasSingleAddresses) return rows;
  const single = elements.map((parts) => rowOf(parts, rangesOf));
  const others = joinedAlong(single, ['ports', 'first', 'second', 'names']);
  return others.length < rows.length ? others : rows;
}

/** The rows of a set of ports alone, one for each protocol; `undefined` for other sets. */
function portRows(elements: readonly (readonly ElementPart[])[]): readonly Row[] | undefined {
  const ports = new Map<number, [number, number][]>();
  for (const [only, more] of elements) {
    if (only?.kind !== 'port' || more) return undefined;
    addTo(ports, only.protocol, [only.port, only.port]);
  }
  return [...ports].map(([protocol, own]) => ({ protocol, ports: IntervalSet.from(own) }));
}

/** Whether joining in any order would leave most rows as they are: comparing them would cost more than they do. */
function areMostlyApart(elements: readonly (readonly ElementPart[])[], rows: readonly Row[]): boolean {
  // No Set of large numbers: those that differ in their first half alone are one place in it, as the networks of a provider.
  const firsts = new Set<number | string>();
  for (const [part] of elements) {
    if (part?.kind === 'addresses') firsts.add(typeof part.low === 'bigint' ? part.low.toString(36) : part.low);
  }
  return 2 * Math.min(rows.length, firsts.size) > elements.length;
}

/**
 * Whether most elements differ from all others even without one of their parts, whichever that is: counted by a summary, of which there
 * are at most as many as there are different ones. Then there is little to join, and the keys of the parts are never made.
 */
function areAllApart(elements: readonly (readonly ElementPart[])[]): boolean {
  const width = elements[0]?.length ?? 0;
  const without = Array.from({ length: width }, () => new Int32Array(elements.length));
  for (const [at, parts] of elements.entries()) {
    if (parts.length !== width) return false;
    for (let i = 0; i < width; i++) {
      const part = parts[i];
      const summary = part && summaryOf(part);
      if (summary === undefined) return false;
      for (let k = 0; k < width; k++) {
        const others = without[k];
        if (others && k !== i) others[at] = Math.imul((others[at] ?? 0) ^ summary, SPREAD);
      }
    }
  }
  return width > 1 && without.every((others) => 2 * differentIn(others) > elements.length);
}

/** A number that equal parts share, and others seldom; `undefined` for parts that are no IPv4 addresses and no ports. */
function summaryOf(part: ElementPart): number | undefined {
  if (part.kind === 'port') return part.protocol * 65_536 + part.port;
  return part.kind === 'addresses' && typeof part.low === 'number' ? part.low + part.length : undefined;
}

/** How many different numbers there are. Sorting them takes a fraction of the time of a Set. */
function differentIn(numbers: Int32Array): number {
  numbers.sort();
  let count = 0;
  for (let i = 0; i < numbers.length; i++) if (i === 0 || numbers[i] !== numbers[i - 1]) count++;
  return count;
}

/** Spreads close numbers over 32 bits: the golden ratio of these (Knuth, The Art of Computer Programming, 6.4). */
const SPREAD = 0x9e37_79b1;

/** One row for the elements that differ in their first address alone. */
function groupedRows(
  elements: readonly (readonly ElementPart[])[],
  rangesOf: (address: AddressPart) => readonly Range[],
): Row[] {
  const groups = new Map<string, { ranges: Range[]; parts: readonly ElementPart[] }>();
  for (const parts of elements) {
    const [first] = parts;
    const key = restKey(parts, first?.kind === 'addresses' ? 1 : 0);
    let group = groups.get(key);
    if (!group) {
      group = { ranges: [], parts };
      groups.set(key, group);
    }
    if (first?.kind === 'addresses') for (const range of rangesOf(first)) group.ranges.push(range);
  }
  return [...groups.values()].map(({ ranges, parts }) => {
    const row = rowOf(parts, rangesOf);
    return row.first ? { ...row, first: ipSetOfRanges(ranges) } : row;
  });
}

/** What the parts from one on require; nothing of packets where they are hardware addresses or marks. */
function restKey(parts: readonly ElementPart[], from: number): string {
  const isPlain = parts.every(({ kind }) => kind === 'addresses' || kind === 'port');
  if (isPlain) return partsKey(parts, from);
  const wildcards = parts.map((part) => (part.kind === 'interface' && part.wildcard ? '*' : ''));
  const required = parts.slice(from).filter(({ kind }) => kind !== 'other');
  return `${partsKey(required, 0)}${wildcards.join()}`;
}

function rowOf(parts: readonly ElementPart[], rangesOf: (address: AddressPart) => readonly Range[]): Row {
  const row: { -readonly [Axis in keyof Row]: Row[Axis] } = {};
  for (const part of parts) {
    if (part.kind === 'addresses') row[row.first ? 'second' : 'first'] = ipSetOfRanges(rangesOf(part));
    else if (part.kind === 'port') {
      row.protocol = part.protocol;
      row.ports = singlePort(part.port);
    } else if (part.kind === 'interface') row.names = namesOf(part);
  }
  return row;
}

const singlePorts = new Interned<number, PortSet>(65_536);

/** One port as a set; the same object for the same number, because long lists repeat them. */
export function singlePort(port: number): PortSet {
  return singlePorts.of(port, () => IntervalSet.range(port, port));
}

function namesOf({ name, wildcard, physical }: ElementPart & { kind: 'interface' }): NameSet {
  if (physical) return NameSet.any;
  return wildcard ? NameSet.withPrefix(name) : NameSet.of(name);
}

export function ipSetOfRanges(ranges: readonly Range[]): IpSet {
  const [first] = ranges;
  if (first && ranges.length === 1) return ipSetOfRange(first);
  if (first && typeof first[0] === 'bigint') {
    const v6 = ranges.map(([low, high]): [bigint, bigint] => [BigInt(low), BigInt(high)]);
    return new IpSet(IntervalSet.empty(), IntervalSet.from(v6));
  }
  const v4 = ranges.map(([low, high]): [number, number] => [Number(low), Number(high)]);
  return new IpSet(IntervalSet.from(v4), IntervalSet.empty());
}

function ipSetOfRange([low, high]: Range): IpSet {
  if (typeof low === 'bigint') return new IpSet(NO_V4, IntervalSet.range(low, BigInt(high)));
  return new IpSet(IntervalSet.range(low, Number(high)), NO_V6);
}

const NO_V4 = IntervalSet.empty<number>();
const NO_V6 = IntervalSet.empty<bigint>();

function joinedAlong(rows: readonly Row[], order: readonly Axis[]): readonly Row[] {
  const numbers = new Numbers();
  return order.reduce((all: readonly Row[], axis) => joined(all, axis, numbers), rows);
}

/** A number for each different set. */
class Numbers {
  private readonly byObject = new Map<object, number>();
  private readonly byKey = new Map<string, number>();

  of(part: { readonly key: string } | undefined): number {
    if (!part) return 0;
    const known = this.byObject.get(part);
    if (known !== undefined) return known;
    const { key } = part;
    const number = this.byKey.get(key) ?? this.byKey.size + 1;
    this.byKey.set(key, number);
    this.byObject.set(part, number);
    return number;
  }
}

/** Joins the rows that differ along one axis alone. */
function joined(rows: readonly Row[], axis: Axis, numbers: Numbers): readonly Row[] {
  if (rows.length < 2 || rows[0]?.[axis] === undefined) return rows;
  const others = AXES.filter((one) => one !== axis && rows[0]?.[one] !== undefined);
  const mayJoin = repeatedIn(rows, others, numbers);
  const groups = new Map<string, Row[]>();
  const result: Row[][] = [];
  for (const row of rows) {
    if (mayJoin.has(row)) {
      let key = `${row.protocol}`;
      for (const other of others) key += `;${numbers.of(row[other])}`;
      const known = groups.get(key);
      if (known) {
        known.push(row);
        continue;
      }
      const group = [row];
      groups.set(key, group);
      result.push(group);
    } else result.push([row]);
  }
  if (result.length === rows.length) return rows;
  return result.map((group) => (group.length === 1 ? group[0] : { ...group[0], ...unionOf(group, axis) }) ?? {});
}

/** The rows that have what another one has, in each of some axes: in long lists these are few, and only they can be joined. */
function repeatedIn(rows: readonly Row[], axes: readonly Axis[], numbers: Numbers): ReadonlySet<Row> {
  let repeated = rows;
  for (const axis of axes) {
    const counts = new Map<number, number>();
    for (const row of repeated) {
      const number = numbers.of(row[axis]);
      counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    repeated = repeated.filter((row) => (counts.get(numbers.of(row[axis])) ?? 0) > 1);
  }
  return new Set(repeated);
}

function unionOf(rows: readonly Row[], axis: Axis): Partial<Row> {
  switch (axis) {
    case 'first':
    case 'second':
      return { [axis]: IpSet.join(rows.flatMap((row) => row[axis] ?? [])) };
    case 'ports':
      return { ports: IntervalSet.from(rows.flatMap(({ ports }) => ports?.intervals ?? [])) };
    case 'names':
      return { names: rows.reduce((all, { names }) => (names ? all.union(names) : all), NameSet.none) };
  }
}

/** How many ranges an address may stand for under a mask with gaps. */
const GAP_LIMIT = 4_096;

/** The addresses that are an element's under the mask of its set; none for an element that is not under the mask itself. */
export function maskedRanges({ low, high }: AddressPart, mask: AddressValue | undefined): readonly Range[] {
  if (mask === undefined) return [[low, high]];
  const width = typeof low === 'bigint' ? 128n : 32n;
  const [value, bits] = [BigInt(low), BigInt(mask)];
  if (low !== high || (value & bits) !== value) return [];
  const free: bigint[] = [];
  for (let bit = 0n; bit < width; bit++) if (((bits >> bit) & 1n) === 0n) free.push(bit);
  // The lowest free bits are one range, each other one doubles the ranges.
  let size = 0n;
  while (free[Number(size)] === size) size++;
  let starts = [value];
  for (const bit of free.slice(Number(size))) {
    if (starts.length * 2 > GAP_LIMIT) return [];
    starts = starts.flatMap((start) => [start, start | (1n << bit)]);
  }
  const last = (1n << size) - 1n;
  return starts.map((start): Range => (width === 32n ? [Number(start), Number(start + last)] : [start, start + last]));
}

/** How many bits of a mask are free above its lowest free bits; with more than some, elements are not followed. */
export function hasWideGaps(mask: AddressValue, family: 4 | 6): boolean {
  const all = (1n << (family === 4 ? 32n : 128n)) - 1n;
  const free = (~BigInt(mask) & all).toString(2);
  const above = free.slice(0, free.length - (/1*$/.exec(free)?.[0].length ?? 0));
  return [...above].filter((bit) => bit === '1').length > Math.log2(GAP_LIMIT);
}

type Direction = 'src' | 'dst';

/** The packets of rows; `directions` says for each part which end of the packet is compared. */
export function rowBoxes(
  rows: readonly Row[],
  dimensions: readonly SetDimension[],
  directions: readonly Direction[],
): PacketBox[] {
  const places = dimensions.map((dimension, i) => [dimension, directions[i] ?? 'dst'] as const);
  const addresses = places.filter(([dimension]) => dimension === 'ip' || dimension === 'net');
  const directionOf = (wanted: SetDimension) => places.find(([dimension]) => dimension === wanted)?.[1] ?? 'dst';
  const ends = addresses.map(([, direction]) => (direction === 'src' ? 'source' : 'destination'));
  const interfaceEnd = directionOf('iface') === 'src' ? 'inInterface' : 'outInterface';
  const portDirection = directionOf('port');
  const boxes: PacketBox[] = [];
  for (const row of rows) {
    const box = { ...ANY_PACKET };
    for (const [set, end] of [[row.first, ends[0]] as const, [row.second, ends[1]] as const]) {
      if (set && end) box[end] = box[end] === IpSet.all ? set : box[end].intersect(set);
    }
    if (row.names) box[interfaceEnd] = row.names;
    for (const one of withService(box, row, portDirection)) boxes.push(one);
  }
  return boxes;
}

/** ICMP has its type in both directions, and protocols without ports have none (`get_port` in ip_set_getport.c). */
function withService(box: PacketBox, { protocol, ports }: Row, direction: Direction): PacketBox[] {
  if (protocol === undefined || !ports) return [box];
  const protocols = protocol === 0 ? [TCP, UDP] : [protocol];
  const hasPorts = protocol === 0 || PROTOCOLS_WITH_PORTS.has(protocol);
  const end = hasPorts && direction === 'src' ? 'sourcePorts' : 'destinationPorts';
  const isIcmp = protocol === 1 || protocol === 58;
  return protocols.map((one) => ({
    ...box,
    protocols: protocolSet(one),
    ...(hasPorts || isIcmp ? { [end]: ports } : {}),
  }));
}
