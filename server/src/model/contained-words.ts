// Many words of which one may occur anywhere in a name.
import type { Machine } from './machines.js';

/**
 * An immutable set of words, to be looked for anywhere in a text. Sets that were made one from another share one table of words, of
 * which each sees the first ones: thousands of conditions that exclude one word each are looked up together.
 */
export class ContainedWords {
  private built: Machine | undefined;

  private constructor(
    private readonly table: WordTable,
    readonly size: number,
  ) {}

  static of(words: Iterable<string>): ContainedWords {
    return new ContainedWords(new WordTable(), 0).with(words);
  }

  with(words: Iterable<string>): ContainedWords {
    const own = this.table.words.length === this.size;
    const table = own ? this.table : new WordTable(this.words);
    for (const word of words) table.add(word);
    return new ContainedWords(table, table.words.length);
  }

  get words(): readonly string[] {
    return this.table.words.slice(0, this.size);
  }

  /** Whether one of the words is somewhere in a text. */
  occursIn(text: string): boolean {
    const { places, lengths } = this.table;
    for (let from = 0; from < text.length; from++) {
      for (const length of lengths) {
        if (from + length > text.length) break;
        const place = places.get(text.slice(from, from + length));
        if (place !== undefined && place < this.size) return true;
      }
    }
    return false;
  }

  /** Reads names from their end and tells whether a word was met. */
  get machine(): Machine {
    this.built ??= new ContainedMachine(this.words);
    return this.built;
  }
}

class WordTable {
  readonly words: string[] = [];
  readonly places = new Map<string, number>();
  /** The lengths that occur, in ascending order. */
  readonly lengths: number[] = [];

  constructor(words: readonly string[] = []) {
    for (const word of words) this.add(word);
  }

  add(word: string): void {
    if (this.places.has(word)) return;
    this.places.set(word, this.words.push(word) - 1);
    const at = this.lengths.findIndex((length) => length >= word.length);
    if (at < 0) this.lengths.push(word.length);
    else if (this.lengths[at] !== word.length) this.lengths.splice(at, 0, word.length);
  }
}

const DEAD = 0;
const FOUND = 1;
const ROOT = 2;

/** Aho and Corasick's machine for words read backwards. State 0 is never entered, since every word can still come. */
class ContainedMachine implements Machine {
  readonly start = ROOT;
  readonly work = 0;
  /** For each state the next ones by symbol: those of the tree of words, to which transitions are added as they are read. */
  private readonly targets: Map<number, number>[] = [new Map(), new Map(), new Map()];
  /** For each state, that of the longest proper end of what was read which is also a beginning of a word. */
  private readonly shorter: number[] = [DEAD, FOUND, ROOT];

  constructor(words: readonly string[]) {
    // Shorter ones first: what contains one of them needs no states of its own.
    for (const word of [...words].sort((a, b) => a.length - b.length)) this.add(word);
    this.linkStates();
  }

  next(state: number, symbol: number): number {
    if (state <= FOUND) return state;
    const known = this.targets[state]?.get(symbol);
    if (known !== undefined) return known;
    const reached = state === ROOT ? ROOT : this.next(this.shorter[state] ?? ROOT, symbol);
    this.targets[state]?.set(symbol, reached);
    return reached;
  }

  accepts(state: number): boolean {
    return state === FOUND;
  }

  acceptsAll(state: number): boolean {
    return state === FOUND;
  }

  private add(word: string): void {
    let state = ROOT;
    for (let i = word.length - 1; i >= 0; i--) {
      const code = word.charCodeAt(i);
      let next = this.targets[state]?.get(code);
      if (next === FOUND) return;
      if (next === undefined) {
        next = i === 0 ? FOUND : this.targets.push(new Map()) - 1;
        this.targets[state]?.set(code, next);
      }
      state = next;
    }
  }

  private linkStates(): void {
    const queue = [ROOT];
    for (const state of queue) {
      for (const [code, to] of this.targets[state] ?? []) {
        if (to === FOUND) continue;
        const shorter = state === ROOT ? ROOT : this.next(this.shorter[state] ?? ROOT, code);
        // A shorter word ends here as well.
        if (shorter === FOUND) {
          this.targets[state]?.set(code, FOUND);
          continue;
        }
        this.shorter[to] = shorter;
        queue.push(to);
      }
    }
  }
}
