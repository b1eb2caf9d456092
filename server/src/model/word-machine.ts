// Reads names and tells whether one of some words is in them.
import { spend } from './budget.js';
import type { Machine } from './machines.js';

const DEAD = 0;
const FOUND = 1;
const ROOT = 2;

/** What a state costs. */
const STATE_COST = 10;

/** Aho and Corasick's machine for words read backwards. State 0 is never entered, since every word can still come. */
export class WordMachine implements Machine {
  readonly start = ROOT;
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
    spend(1);
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
        spend(STATE_COST);
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
