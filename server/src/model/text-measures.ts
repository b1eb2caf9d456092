// The texts for which a number computed from them is one of some.
import { largest, smallest } from '../kept/lists.js';
import type { DotRange } from './dot-counts.js';
import { type Automaton, AutomatonBuilder, type Symbols, singleSymbol } from './language.js';
import { PaidInterned } from './paid-memo.js';
import { EVERYTHING, type Language, lazily, NOTHING } from './text-language.js';
import type { NumberSet } from './text-operations.js';
import { searchSteps } from './transducers.js';

/** Texts are not longer than this; larger numbers need no states of their own. */
const LENGTH_LIMIT = 2_100;

const ALL_SYMBOLS: Symbols = new Set(Array.from({ length: 128 }, (_, code) => code));

function holdsNumber({ values, from }: NumberSet, value: number): boolean {
  return values.has(value) || (from !== undefined && value >= from);
}

/** Behind this number all are in the set or none is. */
function lastDistinct({ values, from }: NumberSet): number {
  return Math.min(LENGTH_LIMIT, largest(values, Math.max(from ?? 0, 0)));
}

/** A program that compares a host with a hundred domains asks for each length again and again. */
const lengthsKnown = new PaidInterned<Language>(1_000);

/** Texts whose length is one of some. */
export function ofLength(lengths: NumberSet): Language {
  const { values, from } = lengths;
  return lengthsKnown.of(`${[...values].join()} ${from}`, () => findOfLength(lengths));
}

function findOfLength(lengths: NumberSet): Language {
  const builder = new AutomatonBuilder();
  const accept = builder.state();
  const last = lastDistinct(lengths) + 1;
  const start = builder.state();
  let state = start;
  for (let length = 0; length <= last; length++) {
    if (holdsNumber(lengths, length)) builder.link(state, accept);
    const next = length === last ? state : builder.state();
    builder.step(state, ALL_SYMBOLS, next);
    state = next;
  }
  return language(builder.build(start, accept));
}

/** Texts in which `what` occurs first at one of some positions; -1 where it does not occur. */
export function firstAt(what: string, positions: NumberSet): Language {
  if (what === '') return holdsNumber(positions, 0) ? EVERYTHING : NOTHING;
  const builder = new AutomatonBuilder();
  const accept = builder.state();
  const rest = builder.state();
  builder.step(rest, ALL_SYMBOLS, rest);
  builder.link(rest, accept);
  const last = lastDistinct(positions) + what.length;
  // For each number of symbols read, how much of `what` they end with.
  const states = new Map<number, number>();
  const enter = (length: number, matched: number): number => {
    const key = length * what.length + matched;
    const known = states.get(key);
    if (known !== undefined) return known;
    const state = builder.state();
    states.set(key, state);
    pending.push({ state, length, matched });
    return state;
  };
  const pending: { state: number; length: number; matched: number }[] = [];
  const start = enter(0, 0);
  for (let item = pending.pop(); item; item = pending.pop()) {
    const { state, length, matched } = item;
    if (holdsNumber(positions, -1)) builder.link(state, accept);
    for (const { on, to } of searchSteps(what, matched)) {
      if (to < what.length) builder.step(state, on, enter(Math.min(length + 1, last), to));
      else if (holdsNumber(positions, length + 1 - what.length)) builder.step(state, on, rest);
    }
  }
  return language(builder.build(start, accept), what, countAt(positions));
}

/** How often something occurs that no text begins with, where it occurs at one of some positions; `undefined` where they say more than that. */
function countAt({ values, from }: NumberSet): NumberSet | undefined {
  if (from === 1 && !values.has(-1)) return { values: new Set(), from: 1 };
  const isAbsent = from === undefined && values.has(-1) && [...values].every((value) => value <= 0);
  return isAbsent ? { values: new Set([0]) } : undefined;
}

/** Texts in which `what` occurs last at one of some positions; -1 where it does not occur. */
export function lastAt(what: string, positions: NumberSet): Language {
  if (what === '') return ofLength(positions);
  const builder = new AutomatonBuilder();
  const start = builder.state();
  const accept = builder.state();
  const absent = addSearch(builder, what, accept);
  if (holdsNumber(positions, -1)) builder.link(start, absent[0] ?? accept);
  // Behind the beginning of the last occurrence no other one begins.
  const search = addSearch(builder, what, accept);
  const occurrence = builder.state();
  let state = occurrence;
  let matched = 0;
  for (let i = 0; i < what.length; i++) {
    const code = what.charCodeAt(i);
    if (i > 0) matched = searchSteps(what, matched).find(({ on }) => on.has(code))?.to ?? 0;
    const next = i === what.length - 1 ? search[matched] : builder.state();
    if (next === undefined) break;
    builder.step(state, singleSymbol(code), next);
    state = next;
  }
  const last = lastDistinct(positions) + 1;
  let at = start;
  for (let position = 0; position <= last; position++) {
    if (holdsNumber(positions, position)) builder.link(at, occurrence);
    const next = position === last ? at : builder.state();
    builder.step(at, ALL_SYMBOLS, next);
    at = next;
  }
  return language(builder.build(start, accept), what, countAt(positions));
}

/** Texts in which `what` occurs so often, without overlap: `text.split(what).length - 1`. */
export function countOf(what: string, counts: NumberSet): Language {
  if (what === '')
    return ofLength({ values: new Set([...counts.values].map((count) => count + 1)), ...from(counts, 1) });
  const dotsOfNames = what === '.' ? rangeOf(counts) : undefined;
  if (dotsOfNames) return lazily(() => countAutomaton(what, counts), { dotsOfNames });
  return language(countAutomaton(what, counts));
}

function countAutomaton(what: string, counts: NumberSet): Automaton {
  const builder = new AutomatonBuilder();
  const accept = builder.state();
  const last = lastDistinct(counts) + 1;
  const groups = Array.from({ length: last + 1 }, () => Array.from(what, () => builder.state()));
  for (const [count, states] of groups.entries()) {
    for (const [matched, state] of states.entries()) {
      if (holdsNumber(counts, count)) builder.link(state, accept);
      for (const { on, to } of searchSteps(what, matched)) {
        const target = to < what.length ? states[to] : groups[Math.min(count + 1, last)]?.[0];
        if (target !== undefined) builder.step(state, on, target);
      }
    }
  }
  return builder.build(groups[0]?.[0] ?? accept, accept);
}

/** Texts whose code unit at a position is one of some; `NaN` stands for positions behind the end. */
export function codeAt(position: number, codes: ReadonlySet<number>): Language {
  if (position < 0) return codes.has(Number.NaN) ? EVERYTHING : NOTHING;
  const builder = new AutomatonBuilder();
  const accept = builder.state();
  const rest = builder.state();
  builder.step(rest, ALL_SYMBOLS, rest);
  builder.link(rest, accept);
  const start = builder.state();
  let state = start;
  for (let i = 0; i <= Math.min(position, LENGTH_LIMIT); i++) {
    if (codes.has(Number.NaN)) builder.link(state, accept);
    const next = i === position ? rest : builder.state();
    builder.step(
      state,
      i === position ? new Set([...ALL_SYMBOLS].filter((code) => codes.has(code))) : ALL_SYMBOLS,
      next,
    );
    state = next;
  }
  return language(builder.build(start, accept));
}

function from({ from }: NumberSet, added: number): Pick<NumberSet, 'from'> {
  return from === undefined ? {} : { from: from + added };
}

/** States that read any text without `what`; each of them may be the last. */
function addSearch(builder: AutomatonBuilder, what: string, accept: number): readonly number[] {
  const states = Array.from(what, () => builder.state());
  for (const [matched, state] of states.entries()) {
    builder.link(state, accept);
    for (const { on, to } of searchSteps(what, matched)) {
      const target = states[to];
      if (target !== undefined) builder.step(state, on, target);
    }
  }
  return states;
}

/** With `count` the names of hosts in it, which begin with no dot, are those in which `what` occurs so often. */
function language(automaton: Automaton, what?: string, count?: NumberSet): Language {
  const dotsOfNames = what === '.' && count ? rangeOf(count) : undefined;
  return { kind: 'automaton', automaton, ...(dotsOfNames && { dotsOfNames }) };
}

/** The numbers of a set that has no gap. */
function rangeOf({ values, from }: NumberSet): DotRange | undefined {
  const numbers = [...values].filter((value) => value >= 0 && (from === undefined || value < from));
  const least = smallest(numbers, from ?? Number.POSITIVE_INFINITY);
  const end = from ?? largest(numbers) + 1;
  if (numbers.length !== end - least) return undefined;
  return { from: least, to: from === undefined ? end - 1 : Number.POSITIVE_INFINITY };
}
