// Many languages of which each needs a word to occur in a name.
import { spend } from './budget.js';
import type { Automaton } from './language.js';
import { acceptsBackward, backwardMachine, type Machine } from './machines.js';
import { WordMachine } from './word-machine.js';

/** A language whose texts all contain a word; without automaton all texts that do. */
export interface WordPattern {
  readonly word: string;
  readonly automaton: Automaton | undefined;
}

/** What it costs to read a name with an automaton: mostly only its last symbols. */
const READING_COST = 10;

/**
 * An immutable union of languages, looked up by the words that they need. Unions that were made one from another share one table, of
 * which each sees the first patterns: thousands of conditions that exclude a few names each are looked up together.
 */
export class WordPatterns {
  private machine: Machine | undefined;

  private constructor(
    private readonly table: PatternTable,
    readonly size: number,
  ) {}

  static of(patterns: Iterable<WordPattern>): WordPatterns {
    return new WordPatterns(new PatternTable([]), 0).with(patterns);
  }

  static ofWords(words: Iterable<string>): WordPatterns {
    return WordPatterns.of(Array.from(words, (word) => ({ word, automaton: undefined })));
  }

  with(patterns: Iterable<WordPattern>): WordPatterns {
    const own = this.table.patterns.length === this.size;
    const table = own ? this.table : new PatternTable(this.patterns);
    for (const pattern of patterns) table.add(pattern);
    return new WordPatterns(table, table.patterns.length);
  }

  get patterns(): readonly WordPattern[] {
    return this.table.patterns.slice(0, this.size);
  }

  /** A pattern that a name is in. */
  patternOf(name: string): WordPattern | undefined {
    const { places, lengths, beginnings } = this.table;
    spend(2 * name.length * lengths.length);
    for (let from = 0; from < name.length; from++) {
      const mayBegin = beginnings?.[beginningOf(name, from)] !== 0;
      for (const length of lengths) {
        if (from + length > name.length || (!mayBegin && length >= BEGINNING)) break;
        for (const { place, pattern } of places.get(name.slice(from, from + length)) ?? []) {
          if (place >= this.size) break;
          if (pattern.automaton) spend(READING_COST);
          if (!pattern.automaton || acceptsBackward(backwardMachine(pattern.automaton), name)) return pattern;
        }
      }
    }
    return undefined;
  }

  /** Reads names from their end and tells whether a word was met that is a pattern by itself. */
  get wordMachine(): Machine {
    this.machine ??= new WordMachine(this.patterns.filter(({ automaton }) => !automaton).map(({ word }) => word));
    return this.machine;
  }
}

/** How many characters of longer words are looked at first. */
const BEGINNING = 3;
/** How many words make that worth its memory. */
const MANY = 512;

/** A number for the first characters of a word; that of others may be the same. */
function beginningOf(text: string, at: number): number {
  return ((text.charCodeAt(at) * 31 + text.charCodeAt(at + 1)) * 31 + text.charCodeAt(at + 2)) & 0xffff;
}

class PatternTable {
  /** Of many words, 1 for the beginnings that longer ones have. */
  beginnings: Uint8Array | undefined;
  readonly patterns: WordPattern[] = [];
  readonly places = new Map<string, { readonly place: number; readonly pattern: WordPattern }[]>();
  /** The lengths of words that occur, in ascending order. */
  readonly lengths: number[] = [];

  constructor(patterns: readonly WordPattern[]) {
    for (const pattern of patterns) this.add(pattern);
  }

  add(pattern: WordPattern): void {
    const { length } = pattern.word;
    const entry = { place: this.patterns.push(pattern) - 1, pattern };
    const known = this.places.get(pattern.word);
    if (known) known.push(entry);
    else this.places.set(pattern.word, [entry]);
    if (this.patterns.length === MANY) {
      this.beginnings = new Uint8Array(0x1_0000);
      for (const { word } of this.patterns) this.noteBeginning(word);
    } else this.noteBeginning(pattern.word);
    const at = this.lengths.findIndex((one) => one >= length);
    if (at < 0) this.lengths.push(length);
    else if (this.lengths[at] !== length) this.lengths.splice(at, 0, length);
  }

  private noteBeginning(word: string): void {
    if (this.beginnings && word.length >= BEGINNING) this.beginnings[beginningOf(word, 0)] = 1;
  }
}
