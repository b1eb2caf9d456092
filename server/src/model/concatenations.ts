// Languages of two texts that are joined.
import { spend } from './budget.js';
import { type Automaton, AutomatonBuilder, type Symbols } from './language.js';
import { forwardMachine, type Machine, statesOf } from './machines.js';
import { insideBeginning } from './preimages.js';
import {
  type Beginning,
  isNothing,
  type Language,
  matchingWildcards,
  NOTHING,
  union,
  wildcardsOf,
  word,
  words,
} from './text-language.js';
import { splitWildcards } from './wildcards.js';

/** A product: every first text followed by every second one. */
export interface TextPair {
  readonly first: Language;
  readonly second: Language;
}

/** Products that together are a language. */
export interface TextPairs {
  readonly pairs: readonly TextPair[];
  /** Whether every text that can be the first is so in exactly one pair. The last pair has most of them. */
  readonly isPartition: boolean;
}

export interface Concatenation {
  /** A constant text between the two. */
  readonly middle?: string;
  /** The symbols that the first text is made of; fewer symbols make fewer pairs. */
  readonly firstSymbols?: Symbols;
  /** Whether neither text can have a line break. */
  readonly isOfOneLine?: boolean;
}

/**
 * More products are not told apart, although all are paid for: each divides what comes after it once more, and a language of so many
 * pairs would take from other conditions what they need. Those of real files have a few dozen.
 */
const PAIR_LIMIT = 200;
const STATE_LIMIT = 2_000;

/** The pairs of texts that, joined around `middle`, are in a language; `undefined` where these would be too many. */
export function splitConcatenation(language: Language, form: Concatenation = {}): TextPairs | undefined {
  const split = pairsOf(language, form);
  return split && split.pairs.length <= PAIR_LIMIT ? split : undefined;
}

function pairsOf(language: Language, form: Concatenation): TextPairs | undefined {
  const some = (pairs: readonly TextPair[]): TextPairs => ({ pairs, isPartition: false });
  const begun = language.kind === 'automaton' && language.beginning && splitBeginning(language.beginning, form);
  if (begun) return some(begun);
  const [wildcards, ...others] = wildcardsOf(language) ?? [];
  const split = wildcards !== undefined && others.length === 0 && splitPattern(wildcards, form);
  if (split) return some(split);
  spend(SPLITTING_COST);
  if (language.kind === 'words') return some(splitWords(language.words, form));
  const pairs = splitAutomaton(language.automaton, form);
  return pairs && { pairs, isPartition: true };
}

const SPLITTING_COST = 10_000;

function splitPattern(
  wildcards: string,
  { middle = '', firstSymbols, isOfOneLine }: Concatenation,
): readonly TextPair[] | undefined {
  if (!firstSymbols || !isOfOneLine) return undefined;
  const alphabet = new Set([...firstSymbols].map((code) => String.fromCharCode(code)));
  return splitWildcards(wildcards, middle, alphabet).map(({ first, seconds }) => ({
    first: matchingWildcards(first),
    second: union(seconds.map(matchingWildcards)),
  }));
}

/** A beginning with a symbol that the first text cannot have leaves few first texts. */
function splitBeginning(
  { prefix, rest }: Beginning,
  { middle = '', firstSymbols }: Concatenation,
): readonly TextPair[] | undefined {
  spend(prefix.length * (1 + middle.length));
  let longest = 0;
  while (longest < prefix.length && firstSymbols?.has(prefix.charCodeAt(longest))) longest++;
  if (longest === prefix.length || longest > STATE_LIMIT || !firstSymbols) return undefined;
  const pairs: TextPair[] = [];
  for (let at = 0; at <= longest; at++) {
    // What stands between the two is a part of the beginning, or ends behind it.
    const isPossible =
      prefix.startsWith(middle, at) || (at + middle.length > prefix.length && middle.startsWith(prefix.slice(at)));
    if (!isPossible) continue;
    const [second] = insideBeginning({ prefix: prefix.slice(at), rest }, middle, '', undefined);
    if (second && !isNothing(second)) pairs.push({ first: word(prefix.slice(0, at)), second });
  }
  return pairs;
}

function splitWords(list: ReadonlySet<string>, { middle = '', firstSymbols }: Concatenation): readonly TextPair[] {
  const endings = new Map<string, string[]>();
  for (const text of list) {
    for (let at = 0; at + middle.length <= text.length; at++) {
      if (text.startsWith(middle, at)) {
        const first = text.slice(0, at);
        const known = endings.get(first);
        const second = text.slice(at + middle.length);
        if (known) known.push(second);
        else endings.set(first, [second]);
      }
      if (firstSymbols && !firstSymbols.has(text.charCodeAt(at))) break;
    }
  }
  const groups = new Map<string, { readonly firsts: string[]; readonly seconds: readonly string[] }>();
  for (const [first, seconds] of endings) {
    const key = JSON.stringify([...seconds].sort());
    const known = groups.get(key);
    if (known) known.firsts.push(first);
    else groups.set(key, { firsts: [first], seconds });
  }
  return [...groups.values()].map(({ firsts, seconds }) => ({ first: words(firsts), second: words(seconds) }));
}

function splitAutomaton(
  automaton: Automaton,
  { middle = '', firstSymbols }: Concatenation,
): readonly TextPair[] | undefined {
  const machine = forwardMachine(automaton);
  const states = statesOf(machine, STATE_LIMIT, firstSymbols);
  if (!states) return undefined;
  // First texts that lead to the same state behind the middle have the same continuations.
  const groups = new Map<number, number[]>();
  const ways = states.map(() => 0);
  for (const { on, to } of states.flatMap(({ steps }) => steps)) ways[to] = (ways[to] ?? 0) + on.size;
  for (const [index, { state }] of states.entries()) {
    let behind = state;
    for (let i = 0; i < middle.length; i++) behind = machine.next(behind, middle.charCodeAt(i));
    const known = groups.get(behind);
    if (known) known.push(index);
    else groups.set(behind, [index]);
  }
  if (groups.size > PAIR_LIMIT) return undefined;
  const pairs: TextPair[] = [];
  const waysTo = (ends: readonly number[]) => ends.reduce((sum, end) => sum + (ways[end] ?? 0), 0);
  for (const [behind, ends] of [...groups].sort(([, a], [, b]) => waysTo(a) - waysTo(b))) {
    const second = fromState(machine, behind);
    if (second === 'too large') return undefined;
    pairs.push({ first: { kind: 'automaton', automaton: reaching(states, ends) }, second: second ?? NOTHING });
  }
  return pairs;
}

/** The texts that lead from the start to one of some states. */
function reaching(
  states: readonly { readonly steps: readonly { readonly on: Symbols; readonly to: number }[] }[],
  ends: readonly number[],
): Automaton {
  spend(states.length);
  const epsilon: number[][] = states.map(() => []);
  const accept = states.length;
  for (const end of ends) epsilon[end]?.push(accept);
  return { epsilon: [...epsilon, []], steps: [...states.map(({ steps }) => steps), []], start: 0, accept };
}

/** The texts that are accepted from a state on; `undefined` where there are none. */
function fromState(machine: Machine, start: number): Language | 'too large' | undefined {
  const states = statesOf(machine, STATE_LIMIT, undefined, start);
  if (!states) return 'too large';
  if (!states.some(({ accepts }) => accepts)) return undefined;
  const builder = new AutomatonBuilder();
  for (const _ of states) builder.state();
  const accept = builder.state();
  for (const [index, { accepts, steps }] of states.entries()) {
    if (accepts) builder.link(index, accept);
    for (const { on, to } of steps) builder.step(index, on, to);
  }
  return { kind: 'automaton', automaton: builder.build(0, accept) };
}
