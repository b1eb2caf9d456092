// Machines that read one text and write another.

import { spend } from './budget.js';
import { type Symbols, singleSymbol } from './language.js';
import { PaidInterned } from './paid-memo.js';
import type { TextOperation } from './text-operations.js';

/** What is written for a symbol: the symbol itself, or what a function makes of it. */
export type SymbolOutput = 'copy' | ((symbol: number) => number);

/** What is written for a symbol; also nothing, or a text that is the same for each symbol of the step. */
export type Output = SymbolOutput | 'nothing' | { readonly text: string };

/** A nondeterministic machine; each text has at most one way through it to a final state, unless they write the same. */
export interface Transducer {
  readonly steps: readonly (readonly { readonly on: Symbols; readonly to: number; readonly output: Output }[])[];
  /** Steps that read nothing and write a text. */
  readonly writes: readonly (readonly { readonly to: number; readonly text: string }[])[];
  readonly start: number;
  readonly final: ReadonlySet<number>;
}

const SYMBOL_COUNT = 128;
const ALL_SYMBOLS: Symbols = new Set(Array.from({ length: SYMBOL_COUNT }, (_, code) => code));

export class TransducerBuilder {
  private readonly steps: { on: Symbols; to: number; output: Output }[][] = [];
  private readonly writes: { to: number; text: string }[][] = [];
  private readonly final = new Set<number>();
  readonly start = this.state();

  state(): number {
    this.writes.push([]);
    return this.steps.push([]) - 1;
  }

  read(from: number, on: Symbols, to: number, output: Output): void {
    this.steps[from]?.push({ on, to, output });
  }

  readAny(from: number, to: number, output: Output): void {
    this.read(from, ALL_SYMBOLS, to, output);
  }

  write(from: number, text: string, to: number): void {
    this.writes[from]?.push({ to, text });
  }

  end(...states: readonly number[]): void {
    for (const state of states) this.final.add(state);
  }

  /** A chain of states behind `from` that reads exactly `count` symbols; the last one is returned. */
  readExactly(from: number, count: number, output: Output): readonly number[] {
    const states = [from];
    for (let i = 0; i < count; i++) {
      const next = this.state();
      this.readAny(states[i] ?? from, next, output);
      states.push(next);
    }
    return states;
  }

  /**
   * States that read any text in which `what` does not occur; the first is where they begin. Where it occurs, `found` is reached
   * instead, if it is given.
   */
  search(what: string, output: Output, found?: number): readonly number[] {
    const states = Array.from(what, () => this.state());
    for (const [matched, state] of states.entries()) {
      for (const { on, to } of searchSteps(what, matched)) {
        const target = to === what.length ? found : states[to];
        if (target !== undefined) this.read(state, on, target, output);
      }
    }
    return states;
  }

  /** Reads `what` where it occurs first behind the beginning of a search, from any state of the search on. */
  occurrence(what: string, search: readonly number[], output: Output, before: string): number {
    const end = this.state();
    for (const [matched, from] of search.entries()) {
      if (!occursFirst(what, matched)) continue;
      let state = this.state();
      this.write(from, before, state);
      for (let i = 0; i < what.length; i++) {
        const next = i === what.length - 1 ? end : this.state();
        this.read(state, singleSymbol(what.charCodeAt(i)), next, output);
        state = next;
      }
    }
    return end;
  }

  build(): Transducer {
    return { steps: this.steps, writes: this.writes, start: this.start, final: this.final };
  }
}

/** How much of the beginning of `what` a text ends with, after one more symbol (Knuth, Morris and Pratt). */
export function advance(what: string, matched: number, code: number): number {
  const text = what.slice(0, matched) + String.fromCharCode(code);
  let length = Math.min(text.length, what.length);
  while (!text.endsWith(what.slice(0, length))) length--;
  return length;
}

type SearchStep = { readonly on: Symbols; readonly to: number };

/** A search is asked for the same steps at each place of a text. */
const searches = new PaidInterned<readonly SearchStep[]>(1_000);
const SHORT = 64;

/** What the symbols cost with which a search begins anew. */
const OTHERS_COST = 60;

/** The steps of a search that has matched the first characters of a text. */
export function searchSteps(what: string, matched: number): readonly SearchStep[] {
  const make = () => makeSearchSteps(what, matched);
  return what.length > SHORT ? make() : searches.of(`${matched} ${what}`, make);
}

function makeSearchSteps(what: string, matched: number): readonly SearchStep[] {
  const own = new Set(Array.from(what, (unit) => unit.charCodeAt(0)));
  spend(OTHERS_COST + own.size * (3 + (what.length * what.length) / 32));
  const others = new Set([...ALL_SYMBOLS].filter((code) => !own.has(code)));
  return [
    { on: others, to: 0 },
    ...[...own].map((code) => ({ on: singleSymbol(code), to: advance(what, matched, code) })),
  ];
}

/** Whether `what`, read after its first `matched` characters, is first complete at its end. */
function occursFirst(what: string, matched: number): boolean {
  let state = matched;
  for (let i = 0; i < what.length; i++) {
    state = advance(what, state, what.charCodeAt(i));
    if (state === what.length) return i === what.length - 1;
  }
  return false;
}

type Simple = Exclude<TextOperation, { readonly kind: 'replace-pattern' | 'reverse' }>;

/** The machine of an operation with constants. */
export function transducerOf(operation: Simple): Transducer {
  const builder = new TransducerBuilder();
  switch (operation.kind) {
    case 'lower':
    case 'upper':
      changeCase(builder, operation.kind);
      break;
    case 'take':
    case 'drop':
    case 'take-last':
    case 'drop-last':
      cut(builder, operation.kind, operation.count);
      break;
    case 'until-first':
    case 'from-first':
      cutAtFirst(builder, operation.what, operation.kind === 'until-first');
      break;
    case 'until-last':
    case 'from-last':
      cutAtLast(builder, operation.what, operation.kind === 'until-last');
      break;
    case 'item':
      if (operation.index >= 0) itemFromStart(builder, operation.separator, operation.index);
      else itemFromEnd(builder, operation.separator, -operation.index);
      break;
    case 'items':
      itemsFromEnd(builder, operation.separator, -operation.first, -operation.last);
      break;
    case 'behind':
      behindSeparators(builder, operation.separator, operation.count);
      break;
    case 'replace-first':
    case 'replace-all':
      replace(builder, operation);
      break;
  }
  return builder.build();
}

function changeCase(builder: TransducerBuilder, kind: 'lower' | 'upper'): void {
  builder.readAny(builder.start, builder.start, (symbol) => {
    const unit = String.fromCharCode(symbol);
    return (kind === 'lower' ? unit.toLowerCase() : unit.toUpperCase()).charCodeAt(0);
  });
  builder.end(builder.start);
}

function cut(builder: TransducerBuilder, kind: 'take' | 'drop' | 'take-last' | 'drop-last', count: number): void {
  const { start } = builder;
  const first = kind === 'take' || kind === 'drop-last' ? 'copy' : 'nothing';
  const second = first === 'copy' ? 'nothing' : 'copy';
  if (kind === 'take' || kind === 'drop') {
    const states = builder.readExactly(start, count, first);
    const last = states[count] ?? start;
    builder.readAny(last, last, second);
    builder.end(...states);
    return;
  }
  // Where the text is long enough, the last symbols are guessed; a shorter text is all last symbols.
  const long = builder.state();
  builder.write(start, '', long);
  builder.readAny(long, long, first);
  builder.end(builder.readExactly(long, count, second)[count] ?? long);
  const short = builder.state();
  builder.write(start, '', short);
  if (count > 0) builder.end(...builder.readExactly(short, count - 1, second));
}

function cutAtFirst(builder: TransducerBuilder, what: string, until: boolean): void {
  const before = until ? 'copy' : 'nothing';
  const after = until ? 'nothing' : 'copy';
  let rest = builder.start;
  if (what !== '') {
    const search = builder.search(what, before);
    builder.write(builder.start, '', search[0] ?? rest);
    rest = builder.occurrence(what, search, after, '');
  }
  builder.readAny(rest, rest, after);
  builder.end(rest);
}

function cutAtLast(builder: TransducerBuilder, what: string, until: boolean): void {
  const before = until ? 'copy' : 'nothing';
  const after = until ? 'nothing' : 'copy';
  const { start } = builder;
  builder.readAny(start, start, before);
  if (what === '') {
    builder.end(start);
    return;
  }
  // Behind the start of the last occurrence no other one begins.
  const search = builder.search(what, after);
  let matched = 0;
  let state = start;
  for (let i = 0; i < what.length; i++) {
    const code = what.charCodeAt(i);
    if (i > 0) matched = advance(what, matched, code);
    const next = i === what.length - 1 ? search[matched] : builder.state();
    if (next === undefined) return;
    builder.read(state, singleSymbol(code), next, after);
    state = next;
  }
  builder.end(...search);
}

function itemFromStart(builder: TransducerBuilder, separator: string, index: number): void {
  const item = builder.search(separator, 'copy');
  let next = item[0] ?? builder.start;
  for (let i = 0; i < index; i++) next = builder.search(separator, 'nothing', next)[0] ?? next;
  builder.write(builder.start, '', next);
  builder.end(...item);
  const rest = builder.occurrence(separator, item, 'nothing', '');
  builder.readAny(rest, rest, 'nothing');
  builder.end(rest);
}

function itemFromEnd(builder: TransducerBuilder, separator: string, index: number): void {
  const { start } = builder;
  const item = builder.search(separator, 'copy');
  // Any number of items before it: `start` is right behind a separator.
  builder.write(start, '', builder.search(separator, 'nothing', start)[0] ?? start);
  builder.write(start, '', item[0] ?? start);
  if (index === 1) {
    builder.end(...item);
    return;
  }
  // Exactly so many behind it.
  let behind = builder.search(separator, 'nothing');
  builder.end(...behind);
  for (let i = 2; i < index; i++) behind = builder.search(separator, 'nothing', behind[0]);
  builder.write(builder.occurrence(separator, item, 'nothing', ''), '', behind[0] ?? start);
}

/** The `first` to the `last` item, counted from the end; the separator is one symbol. */
function itemsFromEnd(builder: TransducerBuilder, separator: string, first: number, last: number): void {
  const { start } = builder;
  const on = singleSymbol(separator.charCodeAt(0));
  const before = builder.search(separator, 'nothing')[0] ?? start;
  let item = builder.search(separator, 'copy')[0] ?? start;
  builder.write(start, '', before);
  builder.write(start, '', item);
  builder.read(before, on, start, 'nothing');
  for (let index = first - 1; index >= 1; index--) {
    const output = index >= last ? 'copy' : 'nothing';
    const next = builder.search(separator, output)[0] ?? start;
    builder.read(item, on, next, output);
    item = next;
  }
  builder.end(item);
}

function behindSeparators(builder: TransducerBuilder, separator: string, count: number): void {
  const on = singleSymbol(separator.charCodeAt(0));
  let state = builder.start;
  for (let i = 0; i < count; i++) {
    const item = builder.search(separator, 'nothing')[0] ?? state;
    builder.write(state, '', item);
    state = builder.state();
    builder.read(item, on, state, 'nothing');
  }
  builder.readAny(state, state, 'copy');
  builder.end(state);
}

function replace(
  builder: TransducerBuilder,
  { kind, what, by }: { readonly kind: 'replace-first' | 'replace-all'; readonly what: string; readonly by: string },
): void {
  const { start } = builder;
  const rest = builder.state();
  builder.end(rest);
  if (what === '') {
    // An empty text occurs before the first symbol and behind each.
    const behind = kind === 'replace-all' ? builder.state() : rest;
    builder.write(start, by, rest);
    builder.readAny(rest, behind, 'copy');
    if (behind !== rest) builder.write(behind, by, rest);
    return;
  }
  if (what.length === 1 && kind === 'replace-all') {
    // With one state, so that one replacement after the other does not multiply the states of what is looked for.
    const on = singleSymbol(what.charCodeAt(0));
    builder.read(start, on, start, { text: by });
    builder.read(start, new Set([...ALL_SYMBOLS].filter((code) => !on.has(code))), start, 'copy');
    builder.end(start);
    return;
  }
  builder.readAny(rest, rest, 'copy');
  const search = builder.search(what, 'copy');
  builder.write(start, '', search[0] ?? start);
  builder.end(...search);
  const behind = builder.occurrence(what, search, 'nothing', by);
  builder.write(behind, '', kind === 'replace-all' ? start : rest);
}
