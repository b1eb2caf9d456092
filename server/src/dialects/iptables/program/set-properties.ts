// What `ipset create` says about a set: its type, its family and the options that its elements depend on.

import { type AddressFamily, parseNumericHost } from '../../../model/ip.js';
import { numberInC } from '../../../text/c-numbers.js';
import type { Word } from '../syntax/words.js';
import { CREATE_OPTIONS, type SetOption, type SetType } from '../vocabulary/ipset.js';
import { type AddressValue, readPart } from './set-elements.js';

export interface SetProperties {
  readonly type: SetType;
  /** Absent for types without a family. */
  readonly family: AddressFamily | undefined;
  /** The default timeout of its elements, 0 for none; absent where elements cannot have one. */
  readonly timeout: number | undefined;
  readonly extensions: ReadonlySet<string>;
  readonly maxElements: number;
  /** The first bits of addresses that are compared. */
  readonly netmask: number | undefined;
  /** The bits of addresses that are compared, with or without gaps. */
  readonly mask: AddressValue | undefined;
  /** The lowest and highest address or port of a bitmap. */
  readonly range: readonly [number, number] | undefined;
}

/** Why ipset rejects a command, at one of its words. */
export interface SetRefusal {
  readonly word: Word | undefined;
  readonly message: string;
}

export type OptionValues = ReadonlyMap<string, Word | undefined>;

/** Reads options after their required arguments; the last of several counts. */
export function readSetOptions(
  words: readonly Word[],
  allowed: ReadonlySet<string>,
  table: ReadonlyMap<string, SetOption>,
  type: string,
): OptionValues | SetRefusal {
  const values = new Map<string, Word | undefined>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word) continue;
    const name = word.text.startsWith('--') ? word.text.slice(2) : word.text;
    const option = allowed.has(name) ? table.get(name) : undefined;
    if (!option) return { word, message: `${type} has no option '${word.text}'` };
    if (option.hasValue && ++i >= words.length) return { word, message: `'${word.text}' needs a value` };
    values.set(name, option.hasValue ? words[i] : word);
  }
  return values;
}

export function isRefusal(value: OptionValues | SetProperties | SetRefusal): value is SetRefusal {
  return 'message' in value;
}

const FAMILIES: ReadonlyMap<string, AddressFamily> = new Map([
  ...['inet', 'ipv4', '-4', 'any', 'unspec'].map((name): [string, AddressFamily] => [name, 4]),
  ...['inet6', 'ipv6', '-6'].map((name): [string, AddressFamily] => [name, 6]),
]);

/** The largest timeout, and the most elements of a set where `create` says nothing else. */
export const TIMEOUT_LIMIT = 2_147_483;
const MAX_ELEMENTS = 65_536;
const BITMAP_LIMIT = 65_536;

/** The options of `create` whose value is a number, with the largest. */
const NUMBERS: Readonly<Record<string, number>> = {
  hashsize: 0xffff_ffff,
  maxelem: 0xffff_ffff,
  initval: 0xffff_ffff,
  markmask: 0xffff_ffff,
  size: 0xffff_ffff,
  bucketsize: 255,
  timeout: TIMEOUT_LIMIT,
};

/** What ipset takes as the value of an option of an element, with what it is (lib/parse.c of ipset). */
const ELEMENT_VALUES: Readonly<Record<string, readonly [takes: (text: string) => boolean, what: string]>> = {
  timeout: [(text) => numberInC(text, TIMEOUT_LIMIT) !== undefined, `timeout from 0 to ${TIMEOUT_LIMIT}`],
  packets: [isCounter, 'count of packets'],
  bytes: [isCounter, 'count of bytes'],
  comment: [(text) => text.length <= 255 && !text.includes('"'), 'comment of at most 255 characters without quotes'],
  skbmark: [(text) => /^0x[\da-f]/i.test(text) && text[1] === 'x', 'mark such as 0x1 or 0x1/0xff'],
  skbprio: [(text) => /^[\da-f]+:[\da-f]/i.test(text), 'priority such as 1:10'],
  skbqueue: [(text) => numberInC(text, 65_535) !== undefined, 'queue from 0 to 65535'],
};

function isCounter(text: string): boolean {
  return /^(?:0x[\da-f]{1,16}|\d{1,20})$/i.test(text) && BigInt(text) < 18_446_744_073_709_551_615n;
}

/** The value of an option of an element that ipset refuses. */
export function refusedValue(options: OptionValues): SetRefusal | undefined {
  for (const [name, word] of options) {
    const [takes, what] = ELEMENT_VALUES[name] ?? [];
    if (takes && word && !takes(word.text)) return { word, message: `'${word.text}' is no ${what}` };
  }
  return undefined;
}

export function readProperties(type: SetType, words: readonly Word[]): SetProperties | SetRefusal {
  const values = readSetOptions(words, type.create, CREATE_OPTIONS, type.name);
  if (isRefusal(values)) return values;
  for (const [name, word] of values) {
    const limit = NUMBERS[name];
    if (limit !== undefined && numberInC(word?.text ?? '', limit) === undefined) {
      return { word, message: `'${word?.text ?? ''}' is no number from 0 to ${limit}` };
    }
  }
  const family = familyOf(type, values);
  if (typeof family === 'object') return family;
  const mask = maskOf(type, family ?? 4, values);
  if ('message' in mask) return mask;
  const range = type.create.has('range') ? rangeOf(type, values, mask.netmask ?? 32) : undefined;
  if (range && 'message' in range) return range;
  const number = (name: string) => numberInC(values.get(name)?.text ?? '', 0xffff_ffff);
  return {
    type,
    family,
    timeout: number('timeout'),
    extensions: new Set(['counters', 'comment', 'skbinfo', 'forceadd'].filter((name) => values.has(name))),
    maxElements: type.create.has('maxelem') ? number('maxelem') || MAX_ELEMENTS : Number.POSITIVE_INFINITY,
    range,
    ...mask,
  };
}

function familyOf(type: SetType, values: OptionValues): AddressFamily | undefined | SetRefusal {
  if (type.families === 'none') return undefined;
  const word = values.get('family') ?? values.get('-6') ?? values.get('-4');
  if (!word) return 4;
  return FAMILIES.get(word.text) ?? { word, message: `unknown family '${word.text}', expected inet or inet6` };
}

type Mask = Pick<SetProperties, 'netmask' | 'mask'>;

const NO_MASK: Mask = { netmask: undefined, mask: undefined };

function maskOf({ name }: SetType, family: AddressFamily, values: OptionValues): Mask | SetRefusal {
  const [netmask, bitmask] = [values.get('netmask'), values.get('bitmask')];
  if (netmask && bitmask) return { word: bitmask, message: 'netmask and bitmask exclude each other' };
  const width = family === 4 ? 32 : 128;
  if (bitmask) {
    const address = parseNumericHost(bitmask.text);
    if (address?.family === family && BigInt(address.value) !== 0n) return { netmask: undefined, mask: address.value };
    return { word: bitmask, message: `'${bitmask.text}' is no mask of IPv${family}` };
  }
  if (!netmask) return NO_MASK;
  const length = numberInC(netmask.text, width);
  if (!length) return { word: netmask, message: `the netmask of ${name} is a length from 1 to ${width}` };
  if (length === width) return NO_MASK;
  const mask = ((1n << BigInt(length)) - 1n) << BigInt(width - length);
  return { netmask: length, mask: family === 4 ? Number(mask) : mask };
}

/** The range of a bitmap: `range`, or the `from`, `to` and `network` of older versions. */
function rangeOf(type: SetType, values: OptionValues, netmask: number): readonly [number, number] | SetRefusal {
  const [from, to] = [values.get('from'), values.get('to')];
  const word = values.get('range') ?? values.get('network') ?? from;
  const text = word === from ? `${from?.text}-${to?.text}` : (word?.text ?? '');
  if (!word || (word === from && !to)) return { word: undefined, message: `${type.name} needs a range: range FROM-TO` };
  const ports = type.dimensions[0] === 'port';
  const form = {
    family: 4,
    single: false,
    mask: undefined,
    step: 1,
    zeroLength: false,
    withProtocol: false,
    wildcard: false,
  } as const;
  const part = readPart(text, { ...form, dimension: ports ? 'port' : 'ip' });
  if (part === 'unknown' || 'refused' in part) return { word, message: `'${text}' is no range of ${type.name}` };
  const [low, high] = [part.at(0), part.at(part.count - 1)];
  if (low.kind === 'port' && high.kind === 'port') return [low.port, high.port];
  if (low.kind !== 'addresses' || high.kind !== 'addresses') return { word, message: `'${text}' is no range` };
  const size = 2 ** (32 - netmask);
  const first = Math.floor(Number(low.low) / size) * size;
  const last = Math.floor(Number(high.high) / size) * size + size - 1;
  if ((last - first + 1) / size > BITMAP_LIMIT) {
    return { word, message: `the range of ${type.name} has more than ${BITMAP_LIMIT} elements` };
  }
  return [first, last];
}

/** Whether two sets are of one kind for `ipset swap` (their features and their family in the kernel). */
export function canSwap(a: SetProperties, b: SetProperties): boolean {
  return featuresOf(a) === featuresOf(b);
}

function featuresOf({ type: { dimensions }, family }: SetProperties): string {
  const kinds = dimensions.map((dimension) => (dimension === 'net' ? 'ip' : dimension)).sort();
  return [...kinds, dimensions.includes('net') ? 'nomatch' : '', family ?? ''].join(' ');
}

/** Whether `create -exist` takes one set for the other. */
export function isSameSet(a: SetProperties, b: SetProperties): boolean {
  const describe = ({ type, family, timeout, maxElements, mask, range, extensions }: SetProperties) =>
    [type.name, family, timeout, maxElements, mask, range, ...[...extensions].sort()].join(' ');
  return describe(a) === describe(b);
}
