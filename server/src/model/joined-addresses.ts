// Boxes of packets that differ in their addresses alone, as one.
import { IpSet } from './ip.js';

/** What is compared without a look at its content. */
interface Keyed {
  readonly key: string;
}

/** What joining needs of a box of packets. */
interface JoinedBox {
  readonly source: IpSet;
  readonly destination: IpSet;
  readonly protocols: Keyed;
  readonly sourcePorts: Keyed;
  readonly destinationPorts: Keyed;
  readonly inInterface: Keyed;
  readonly outInterface: Keyed;
}

/** Joins boxes that differ in one kind of addresses alone. */
export function joinAddresses<Box extends JoinedBox>(
  boxes: readonly Box[],
  end: 'source' | 'destination',
): readonly Box[] {
  if (boxes.length < 2) return boxes;
  const others = new AddressNumbers();
  const alike = new Map<string, Box[]>();
  const keys = new Map<Keyed, string>();
  // Most boxes of many share the same objects.
  const keyOf = (part: Keyed) => {
    const key = keys.get(part) ?? part.key;
    keys.set(part, key);
    return key;
  };
  for (const box of boxes) {
    const { protocols, sourcePorts, destinationPorts, inInterface, outInterface } = box;
    const other = others.of(end === 'source' ? box.destination : box.source);
    const key = [protocols, sourcePorts, destinationPorts, inInterface, outInterface].map(keyOf).join(';');
    const whole = `${other} ${key}`;
    const known = alike.get(whole);
    if (known) known.push(box);
    else alike.set(whole, [box]);
  }
  if (alike.size === boxes.length) return boxes;
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (group.length === 1) return group;
    return first ? [{ ...first, [end]: IpSet.join(group.map((box) => box[end])) }] : [];
  });
}

/** A number for each different set of addresses. The text of a set is made only where it has the summary of another one, but is not equal. */
class AddressNumbers {
  private readonly byObject = new Map<IpSet, number>();
  private readonly bySummary = new Map<string, { readonly set: IpSet; readonly number: number }>();
  private readonly byKey = new Map<string, number>();
  private count = 0;

  of(set: IpSet): number {
    const known = this.byObject.get(set);
    if (known !== undefined) return known;
    const number = this.find(set);
    this.byObject.set(set, number);
    return number;
  }

  private find(set: IpSet): number {
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
