// Which symbols a reader takes for the same.
import { spend } from './budget.js';
import type { Symbols } from './language.js';

/** For each symbol all those that lead wherever it leads, itself among them. */
export type SymbolClasses = readonly (readonly number[])[];

/** A division of the printable symbols into classes, one of {@link Partitions}. */
export type Partition = number;

/** The partitions in which every symbol is for itself, and in which all are alike. */
export const APART: Partition = 0;
export const TOGETHER: Partition = 1;

/** The least and the greatest symbol of names, and of paths of URLs. */
export const FIRST = '!'.charCodeAt(0);
export const LAST = '~'.charCodeAt(0);
const COUNT = LAST - FIRST + 1;

/** What it costs to make a partition. */
const PARTITION_COST = 2 * COUNT;

/**
 * Partitions of symbols, each kept once. Conditions that count or skip characters tell few symbols apart, so that what follows one symbol is
 * worked out for all that are like it.
 */
export class Partitions {
  /** For each partition, the number of the class of each symbol, and how many classes there are. */
  private readonly classes: Uint8Array[] = [];
  private readonly counts: number[] = [];
  private readonly ofText = new Map<string, Partition>();
  private readonly ofClasses = new Map<SymbolClasses, Partition>();
  private readonly ofSets = new WeakMap<Symbols, Partition>();
  private readonly ofSymbols = new Map<string, Partition>();
  private readonly joint = new Map<number, Partition>();
  private readonly chosen = new Map<readonly number[], (readonly number[])[]>();

  constructor() {
    this.intern((place) => place);
    this.intern(() => 0);
  }

  /** How many classes a partition has. */
  countOf(partition: Partition): number {
    return this.counts[partition] ?? COUNT;
  }

  /** The class of a symbol. */
  classOf(partition: Partition, symbol: number): number {
    return this.classes[partition]?.[symbol - FIRST] ?? 0;
  }

  /** Of some symbols the first one of each class. */
  choose(partition: Partition, among: readonly number[]): readonly number[] {
    let all = this.chosen.get(among);
    if (!all) {
      all = [];
      this.chosen.set(among, all);
    }
    const known = all[partition];
    if (known) return known;
    const met = new Set<number>();
    const made = among.filter((symbol) => met.size < met.add(this.classOf(partition, symbol)).size);
    all[partition] = made;
    return made;
  }

  /** The partition of a reader that knows its classes. */
  of(classes: SymbolClasses): Partition {
    const known = this.ofClasses.get(classes);
    if (known !== undefined) return known;
    const made = this.intern((place) => classes[place + FIRST]?.find((symbol) => symbol >= FIRST) ?? place);
    this.ofClasses.set(classes, made);
    return made;
  }

  /** The partition of a reader that tells some symbols apart, and takes all others for the same. */
  ofApart(symbols: string): Partition {
    const known = this.ofSymbols.get(symbols);
    if (known !== undefined) return known;
    const made = this.intern((place) => symbols.indexOf(String.fromCharCode(place + FIRST)));
    this.ofSymbols.set(symbols, made);
    return made;
  }

  /** The partition of a reader for which a symbol is in a set or not. */
  ofSet(symbols: Symbols): Partition {
    const known = this.ofSets.get(symbols);
    if (known !== undefined) return known;
    const made = this.intern((place) => (symbols.has(place + FIRST) ? 1 : 0));
    this.ofSets.set(symbols, made);
    return made;
  }

  /** The symbols that are alike in both of two partitions. */
  both(one: Partition, other: Partition): Partition {
    if (one === other || one === APART || other === TOGETHER) return one;
    if (other === APART || one === TOGETHER) return other;
    const key = Math.min(one, other) * MOST + Math.max(one, other);
    const known = this.joint.get(key);
    if (known !== undefined) return known;
    const made = this.intern((place) => this.classOf(one, place + FIRST) * COUNT + this.classOf(other, place + FIRST));
    this.joint.set(key, made);
    return made;
  }

  /** The partition in which those symbols are alike whose classes have the same name. */
  private intern(nameOf: (place: number) => number): Partition {
    spend(PARTITION_COST);
    const numbers = new Map<number, number>();
    const classes = new Uint8Array(COUNT);
    for (let place = 0; place < COUNT; place++) {
      const name = nameOf(place);
      const number = numbers.get(name) ?? numbers.size;
      numbers.set(name, number);
      classes[place] = number;
    }
    const text = Array.from(classes, (one) => String.fromCharCode(one)).join('');
    const known = this.ofText.get(text);
    if (known !== undefined) return known;
    this.counts.push(numbers.size);
    const made = this.classes.push(classes) - 1;
    this.ofText.set(text, made);
    return made;
  }
}

/** More than there are partitions. */
const MOST = 2 ** 24;
