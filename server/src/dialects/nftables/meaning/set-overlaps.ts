// Finds the elements of sets and maps that nft or the kernel refuses beside others: overlapping intervals, and keys of a map
// with two values.
import { LatestMemo } from '../../../kept/memo.js';
import { type Address, parseNumericHost } from '../../../model/ip.js';
import { numberInC } from '../../../text/c-numbers.js';
import type { Expression, SetElement, SetExpression } from '../syntax/tree.js';
import type { DataType } from '../vocabulary/data-types.js';

/** Two elements that cannot be in one set. */
export interface Overlap<Element> {
  readonly element: Element;
  readonly other: Element;
  /** They have the same key, and different values. */
  readonly sameKey: boolean;
}

/** The bounds of the values of an element; as texts that sort like the values, for every type. */
interface Bounds {
  readonly low: string;
  readonly high: string;
}

/** An element with the bounds of each part of its key. */
interface BoundElement {
  readonly element: SetElement;
  readonly bounds: readonly Bounds[];
}

const knownBounds = new LatestMemo<SetExpression, string, readonly BoundElement[]>();

/** How many concatenations are compared with each other: the work grows with the square. */
const CONCATENATION_LIMIT = 1000;

/** The first elements of some sets, which are added in this order, that do not go together; `from` says to what they belong. */
export function overlapIn<From>(
  sets: readonly { readonly set: Expression; readonly from: From }[],
  types: readonly DataType[],
): Overlap<{ readonly element: SetElement; readonly from: From }> | undefined {
  const all: (BoundElement & { readonly from: From })[] = [];
  for (const { set, from } of sets)
    if (set.kind === 'set') for (const one of boundsOf(set, types)) all.push({ ...one, from });
  const found = types.length === 1 ? overlapOfIntervals(all) : overlapOfTuples(all);
  return found && { ...found, element: place(found.element), other: place(found.other) };
}

function place<From>({ element, from }: BoundElement & { readonly from: From }) {
  return { element, from };
}

/** Sorted by their lows, intervals that do not overlap follow each other. */
function overlapOfIntervals<Element extends BoundElement>(all: readonly Element[]): Overlap<Element> | undefined {
  const sorted = [...all].sort(
    (a, b) => compare(a.bounds[0]?.low, b.bounds[0]?.low) || compare(b.bounds[0]?.high, a.bounds[0]?.high),
  );
  let last: Element | undefined;
  for (const element of sorted) {
    const [own, known] = [element.bounds[0], last?.bounds[0]];
    if (last && own && known && own.low <= known.high) {
      const isSame = own.low === known.low && own.high === known.high;
      if (!isSame || valueText(element) !== valueText(last)) return { element, other: last, sameKey: isSame };
    }
    last = element;
  }
  return undefined;
}

/**
 * The kernel looks up the lowest and the highest tuple of a new element among those before it (nft_pipapo_insert of Linux), so
 * that a narrow element may stand before a wider one, but not after it.
 */
function overlapOfTuples<Element extends BoundElement>(all: readonly Element[]): Overlap<Element> | undefined {
  for (const [index, element] of all.slice(0, CONCATENATION_LIMIT).entries()) {
    for (const other of all.slice(0, index)) {
      const isSame = element.bounds.every(
        ({ low, high }, i) => low === other.bounds[i]?.low && high === other.bounds[i]?.high,
      );
      if (
        isSame ? valueText(element) !== valueText(other) : holds(other, element, 'low') || holds(other, element, 'high')
      )
        return { element, other, sameKey: isSame };
    }
  }
  return undefined;
}

function holds(outer: BoundElement, inner: BoundElement, end: 'low' | 'high'): boolean {
  return outer.bounds.every(({ low, high }, i) => {
    const value = inner.bounds[i]?.[end];
    return value !== undefined && low <= value && value <= high;
  });
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The value of an element of a map as text; equal for equal values. */
function valueText({ element: { value } }: BoundElement): string {
  if (value === undefined) return '';
  if (value.kind === 'verdict') return `${value.verdict} ${value.chain?.kind === 'word' ? value.chain.text : ''}`;
  return value.kind === 'number' || value.kind === 'word' ? value.text : value.kind;
}

function boundsOf(set: SetExpression, types: readonly DataType[]): readonly BoundElement[] {
  const key = types.map(({ name }) => name).join(' . ');
  return knownBounds.of(set, key, () => flatElements(set).flatMap((element) => elementBounds(element, types)));
}

/** The elements of a set and of those in it, as variables put them there. */
function flatElements({ elements }: SetExpression): readonly SetElement[] {
  if (!elements.some(({ key }) => key !== '*' && key.kind === 'set')) return elements;
  return elements.flatMap((element) =>
    element.key !== '*' && element.key.kind === 'set' ? flatElements(element.key) : [element],
  );
}

function elementBounds(element: SetElement, types: readonly DataType[]): BoundElement[] {
  const { key } = element;
  if (key === '*') return [];
  const parts = key.kind === 'concatenation' ? key.parts : [key];
  const bounds = parts.flatMap((part, i) => boundsIn(part, types[i]) ?? []);
  return bounds.length === types.length ? [{ element, bounds }] : [];
}

/** The bounds of a value; `undefined` where the file does not say which it is. */
function boundsIn(part: Expression, type: DataType | undefined): Bounds | undefined {
  switch (part.kind) {
    case 'number':
    case 'word':
      return singleBounds(part, type);
    case 'range': {
      const [low, high] = [boundsIn(part.low, type), boundsIn(part.high, type)];
      return low && high && { low: low.low, high: high.high };
    }
    case 'prefix': {
      const address = part.base.kind === 'word' ? parseNumericHost(part.base.text) : undefined;
      return address && prefixBounds(address, part.length);
    }
    default:
      return undefined;
  }
}

function singleBounds(
  part: Expression & { readonly kind: 'number' | 'word' },
  type: DataType | undefined,
): Bounds | undefined {
  if (part.kind === 'number') return same(sortable(BigInt(numberInC(part.text) ?? 0)));
  if (type?.kind === 'interface') {
    const prefix = /^(.*[^\\])\*$/.exec(part.text)?.[1];
    return prefix === undefined ? same(`${part.text}\0`) : { low: prefix, high: `${prefix}\uffff` };
  }
  if (type?.kind === 'address4' || type?.kind === 'address6') {
    const address = parseNumericHost(part.text);
    return address && same(sortable(BigInt(address.value)));
  }
  const symbol = type?.symbols?.get(part.text);
  return symbol === undefined ? undefined : same(sortable(BigInt(symbol)));
}

function prefixBounds(address: Address, length: number): Bounds {
  const bits = BigInt(Math.max(0, (address.family === 4 ? 32 : 128) - length));
  const low = (BigInt(address.value) >> bits) << bits;
  return { low: sortable(low), high: sortable(low + (1n << bits) - 1n) };
}

function same(value: string): Bounds {
  return { low: value, high: value };
}

function sortable(value: bigint): string {
  return value.toString(16).padStart(32, '0');
}

/** Why two elements do not go together. */
export function overlapMessage(
  [element, other]: readonly [string, string],
  { sameKey, canMerge }: { readonly sameKey: boolean; readonly canMerge: boolean },
): string {
  if (sameKey) return `${element} already has another value in this map: the kernel refuses a second one`;
  const reason = canMerge ? "overlapping elements of a set without 'auto-merge'" : 'such overlapping elements';
  return `${element} overlaps ${other}: nft refuses ${reason}`;
}
