// Regular sets of dotted quads as sets of addresses, and back.

import { IntervalSet } from '../../../../model/intervals.js';
import { formatAddress, IpSet, parseAddress } from '../../../../model/ip.js';
import { type Automaton, AutomatonBuilder } from '../../../../model/language.js';
import { forwardMachine, type Machine } from '../../../../model/machines.js';
import { PaidInterned, PaidMemo } from '../../../../model/paid-memo.js';
import type { Language } from '../../../../model/text-language.js';

/** More ranges than this are no set that anybody could name: the parity of the last byte of an address. */
const RANGE_LIMIT = 4096;

const sets = new PaidMemo<Language, IpSet | 'beyond'>();

/** The IPv4 addresses whose dotted quads are in a language; `beyond` where they are too many ranges. */
export function addressesOf(language: Language): IpSet | 'beyond' {
  return sets.of(language, () =>
    language.kind === 'words' ? addressesAmong(language.words) : new OctetReader(language.automaton).addresses(),
  );
}

function addressesAmong(words: ReadonlySet<string>): IpSet {
  const ranges: [number, number][] = [];
  for (const word of words) {
    const address = parseAddress(word);
    if (address?.family === 4 && formatAddress(address) === word) ranges.push([address.value, address.value]);
  }
  return new IpSet(IntervalSet.from(ranges), IntervalSet.empty());
}

type Ranges = IntervalSet<number>;

/** Reads all addresses at once, octet by octet. */
class OctetReader {
  private readonly machine: Machine;
  /** What may follow, for each state before an octet, by the number of octets before it. */
  private readonly known: readonly Map<number, Ranges | 'beyond'>[] = [new Map(), new Map(), new Map(), new Map()];

  constructor(automaton: Automaton) {
    this.machine = forwardMachine(automaton);
  }

  addresses(): IpSet | 'beyond' {
    const ranges = this.after(this.machine.start, 0);
    return ranges === 'beyond' ? ranges : new IpSet(ranges, IntervalSet.empty());
  }

  /** The numbers of `4 - octets` bytes that complete what was read to a text of the language. */
  private after(state: number, octets: number): Ranges | 'beyond' {
    const level = this.known[octets];
    const known = level?.get(state);
    if (known !== undefined) return known;
    const ranges = this.findAfter(state, octets);
    level?.set(state, ranges);
    return ranges;
  }

  private findAfter(state: number, octets: number): Ranges | 'beyond' {
    const size = 256 ** (3 - octets);
    const found: [number, number][] = [];
    let count = 0;
    for (let octet = 0; octet < 256; octet++) {
      const reached = this.read(state, octets < 3 ? `${octet}.` : `${octet}`);
      if (reached === 0) continue;
      const rest = octets < 3 ? this.after(reached, octets + 1) : this.machine.accepts(reached) ? WHOLE : NOTHING;
      if (rest === 'beyond') return rest;
      count += rest.count;
      if (count > RANGE_LIMIT) return 'beyond';
      for (const [low, high] of rest.intervals) found.push([octet * size + low, octet * size + high]);
    }
    return IntervalSet.from(found);
  }

  private read(from: number, text: string): number {
    let state = from;
    for (let i = 0; i < text.length && state !== 0; i++) state = this.machine.next(state, text.charCodeAt(i));
    return state;
  }
}

const WHOLE: Ranges = IntervalSet.range(0, 0);
const NOTHING: Ranges = IntervalSet.empty();

const languages = new PaidInterned<Language>(10_000);

/** The dotted quads of the IPv4 addresses of a set. */
export function languageOf(set: IpSet): Language {
  return languages.of(set.v4.key, () => {
    const builder = new AutomatonBuilder();
    const [start, accept] = [builder.state(), builder.state()];
    for (const [low, high] of set.v4.intervals) addRange(builder, start, accept, low, high, 3);
    return { kind: 'automaton', automaton: builder.build(start, accept) };
  });
}

/** Adds the texts of the numbers `low` to `high` of `places + 1` bytes. */
function addRange(
  builder: AutomatonBuilder,
  from: number,
  accept: number,
  low: number,
  high: number,
  places: number,
): void {
  const size = 256 ** places;
  const [first, last] = [Math.floor(low / size), Math.floor(high / size)];
  if (places === 0) {
    addOctets(builder, from, accept, first, last);
    return;
  }
  const whole = size - 1;
  const startsWhole = low % size === 0;
  const endsWhole = high % size === whole;
  if (first === last && !(startsWhole && endsWhole)) {
    addRange(builder, addOctet(builder, from, first), accept, low % size, high % size, places - 1);
    return;
  }
  if (!startsWhole) addRange(builder, addOctet(builder, from, first), accept, low % size, whole, places - 1);
  if (!endsWhole) addRange(builder, addOctet(builder, from, last), accept, 0, high % size, places - 1);
  const [begin, end] = [startsWhole ? first : first + 1, endsWhole ? last : last - 1];
  if (begin > end) return;
  const [before, after] = [builder.state(), builder.state()];
  addOctets(builder, from, before, begin, end);
  builder.step(before, DOT, after);
  addRange(builder, after, accept, 0, whole, places - 1);
}

const DOT: ReadonlySet<number> = new Set(['.'.charCodeAt(0)]);

function addOctet(builder: AutomatonBuilder, from: number, octet: number): number {
  return builder.literal(from, `${octet}.`);
}

/** Adds the texts of some bytes; those that differ in their last digit only share a step. */
function addOctets(builder: AutomatonBuilder, from: number, to: number, first: number, last: number): void {
  for (let tens = Math.floor(first / 10); tens * 10 <= last; tens++) {
    const digits = new Set<number>();
    for (let octet = Math.max(first, tens * 10); octet <= Math.min(last, tens * 10 + 9); octet++) {
      digits.add(ZERO + (octet % 10));
    }
    builder.step(tens === 0 ? from : builder.literal(from, `${tens}`), digits, to);
  }
}

const ZERO = '0'.charCodeAt(0);
