// Boxes of packets that differ in their addresses alone, or their interfaces, as one.
import type { IntervalSet } from './intervals.js';
import { IpSet } from './ip.js';
import { NameSet } from './names.js';

/** What is compared without a look at its content. */
interface Keyed {
  readonly key: string;
}

/** A set whose text may be long. */
interface Listed<Self> extends Keyed {
  readonly summary: string;
  equals(other: Self): boolean;
}

type Ports = IntervalSet<number>;

/** What joining needs of a box of packets. */
interface JoinedBox {
  readonly source: IpSet;
  readonly destination: IpSet;
  readonly protocols: Keyed;
  readonly sourcePorts: Ports;
  readonly destinationPorts: Ports;
  readonly inInterface: NameSet;
  readonly outInterface: NameSet;
}

/** The properties of a box, in the order of their numbers. */
const PROPERTIES = [
  'source',
  'destination',
  'protocols',
  'sourcePorts',
  'destinationPorts',
  'inInterface',
  'outInterface',
] as const;

/** The fewest boxes of which those are joined that differ in their interfaces: of a few, each is told by its own. */
const MANY = 16;

/** A box with a number for each of its properties; equal ones have the same. */
interface Numbered<Box> {
  readonly box: Box;
  readonly numbers: readonly number[];
}

/** Joins boxes that differ in the addresses of one end alone; of many, also those that differ in the interfaces of one side. */
export function joinBoxes<Box extends JoinedBox>(boxes: readonly Box[]): readonly Box[] {
  if (boxes.length < 2) return boxes;
  const addresses = new ListNumbers<IpSet>();
  const ports = new ListNumbers<Ports>();
  const others = new PartNumbers();
  const numberOf = (box: Box, property: (typeof PROPERTIES)[number]) => {
    if (property === 'source' || property === 'destination') return addresses.of(box[property]);
    if (property === 'sourcePorts' || property === 'destinationPorts') return ports.of(box[property]);
    return others.of(box[property]);
  };
  const joined = (group: readonly [Numbered<Box>, ...Numbered<Box>[]], end: JoinedEnd): Numbered<Box> => {
    const [first] = group;
    if (group.length === 1) return first;
    const parts = group.map(({ box }) => box);
    const box =
      end === 'source' || end === 'destination'
        ? { ...first.box, [end]: IpSet.join(parts.map((one) => one[end])) }
        : { ...first.box, [end]: NameSet.join(parts.map((one) => one[end])) };
    const own = PROPERTIES.indexOf(end);
    return { box, numbers: first.numbers.map((number, i) => (i === own ? numberOf(box, end) : number)) };
  };
  let all: readonly Numbered<Box>[] = boxes.map((box) => {
    return { box, numbers: PROPERTIES.map((property) => numberOf(box, property)) };
  });
  for (const end of boxes.length < MANY ? ADDRESSES : ENDS) {
    const groups = alikeBut(all, PROPERTIES.indexOf(end));
    if (groups.length < all.length) all = groups.map((group) => joined(group, end));
  }
  return all.length === boxes.length ? boxes : all.map(({ box }) => box);
}

const ADDRESSES = ['source', 'destination'] as const;
const ENDS = [...ADDRESSES, 'inInterface', 'outInterface'] as const;
type JoinedEnd = (typeof ENDS)[number];

/** The boxes in groups that differ in one property alone. */
function alikeBut<Box>(boxes: readonly Numbered<Box>[], own: number): [Numbered<Box>, ...Numbered<Box>[]][] {
  const alike = new Map<string, [Numbered<Box>, ...Numbered<Box>[]]>();
  for (const one of boxes) {
    let key = '';
    for (const [i, number] of one.numbers.entries()) if (i !== own) key += `${number};`;
    const known = alike.get(key);
    if (known) known.push(one);
    else alike.set(key, [one]);
  }
  return [...alike.values()];
}

/** A number for each different part of boxes. Most boxes of many share the same objects. */
class PartNumbers {
  private readonly byObject = new Map<Keyed, number>();
  private readonly byKey = new Map<string, number>();

  of(part: Keyed): number {
    const known = this.byObject.get(part);
    if (known !== undefined) return known;
    const number = this.byKey.get(part.key) ?? this.byKey.size;
    this.byKey.set(part.key, number);
    this.byObject.set(part, number);
    return number;
  }
}

/**
 * A number for each different set of addresses, or of ports. The text of a set is made only where it has the summary of another one, but is
 * not equal.
 */
class ListNumbers<Set extends Listed<Set>> {
  private readonly byObject = new Map<Set, number>();
  private readonly bySummary = new Map<string, { readonly set: Set; readonly number: number }>();
  private readonly byKey = new Map<string, number>();
  private count = 0;

  of(set: Set): number {
    const known = this.byObject.get(set);
    if (known !== undefined) return known;
    const number = this.find(set);
    this.byObject.set(set, number);
    return number;
  }

  private find(set: Set): number {
    const { summary } = set;
    const alike = this.bySummary.get(summary);
    if (!alike) {
      const number = this.count++;
      this.bySummary.set(summary, { set, number });
      return number;
    }
    if (alike.set.equals(set)) return alike.number;
    const { key } = set;
    const number = this.byKey.get(key) ?? this.count++;
    this.byKey.set(key, number);
    return number;
  }
}
