// Reads names and tells whether one of some words is in them.
import { spend } from './budget.js';
import { IntegerPairs } from './integer-lists.js';
import type { Machine } from './machines.js';

const DEAD = 0;
const FOUND = 1;
const ROOT = 2;

/** What a state costs. */
const STATE_COST = 10;

/** A state of the tree of words: the one before it, and the symbol that leads to it. */
interface Branch {
  readonly state: number;
  readonly parent: number;
  readonly symbol: number;
}

/** Aho and Corasick's machine for words read backwards. State 0 is never entered, since every word can still come. */
export class WordMachine implements Machine {
  readonly start = ROOT;
  /** The next state for a state and a symbol: those of the tree of words, to which transitions are added as they are read. */
  private readonly targets = new IntegerPairs();
  /** For each state, that of the longest proper end of what was read which is also a beginning of a word. */
  private readonly shorter: number[] = [DEAD, FOUND, ROOT];

  constructor(words: readonly string[]) {
    const branches: Branch[][] = [];
    let count = ROOT + 1;
    // Shorter ones first: what contains one of them needs no states of its own.
    for (const word of [...words].sort((a, b) => a.length - b.length)) count = this.add(word, branches, count);
    for (const level of branches) for (const branch of level) this.link(branch);
  }

  next(state: number, symbol: number): number {
    if (state <= FOUND) return state;
    const known = this.targets.get(state, symbol);
    if (known !== undefined) return known;
    spend(1);
    const reached = state === ROOT ? ROOT : this.next(this.shorter[state] ?? ROOT, symbol);
    this.targets.set(state, symbol, reached);
    return reached;
  }

  accepts(state: number): boolean {
    return state === FOUND;
  }

  acceptsAll(state: number): boolean {
    return state === FOUND;
  }

  /** Adds the states of a word to the branches of each level; returns how many there are then. */
  private add(word: string, branches: Branch[][], count: number): number {
    let state = ROOT;
    let made = count;
    for (let i = word.length - 1; i >= 0; i--) {
      const symbol = word.charCodeAt(i);
      let next = this.targets.get(state, symbol);
      if (next === FOUND) return made;
      if (next === undefined) {
        spend(STATE_COST);
        next = i === 0 ? FOUND : made++;
        this.targets.set(state, symbol, next);
        if (next !== FOUND) addAt(branches, word.length - 1 - i, { state: next, parent: state, symbol });
      }
      state = next;
    }
    return made;
  }

  /** Called for shorter beginnings of words first. */
  private link({ state, parent, symbol }: Branch): void {
    const before = this.shorter[parent];
    // Below the end of another word nothing is read.
    if (before === undefined) return;
    const shorter = parent === ROOT ? ROOT : this.next(before, symbol);
    // A shorter word ends here as well.
    if (shorter === FOUND) this.targets.set(parent, symbol, FOUND);
    else this.shorter[state] = shorter;
  }
}

function addAt<Item>(lists: Item[][], place: number, item: Item): void {
  const list = lists[place];
  if (list) list.push(item);
  else lists[place] = [item];
}
