// The words that all texts of a language contain.

import { Memo } from '../kept/memo.js';
import { spend } from './budget.js';
import { NAME_UNITS } from './host-search.js';
import { IntegerPairs } from './integer-lists.js';
import type { Automaton } from './language.js';
import { PaidOnce } from './paid-memo.js';
import { advance } from './transducers.js';

/** The patterns of documents are asked about in each file. */
const shortest = new Memo<Automaton, PaidOnce<string | undefined>>();
const needed = new Memo<Automaton, PaidOnce<string | undefined>>();

/** A shortest text of characters of host names, without empty labels but perhaps the last one, that an automaton accepts. */
export function shortestText(automaton: Automaton): string | undefined {
  return shortest.of(automaton, () => new PaidOnce(() => findShortest(automaton))).value;
}

const DOT = '.'.charCodeAt(0);

/** A state of an automaton with the text that leads there. */
interface Reached {
  readonly state: number;
  readonly text: string;
}

function findShortest({ epsilon, steps, start, accept }: Automaton): string | undefined {
  // States are told apart by whether a dot can follow.
  const seen = new Set<number>();
  const enter = (level: Reached[], state: number, text: string) => {
    const key = state * 2 + (text === '' || text.endsWith('.') ? 1 : 0);
    if (seen.has(key)) return;
    spend(5);
    seen.add(key);
    level.push({ state, text });
  };
  let level: Reached[] = [];
  enter(level, start, '');
  while (level.length > 0) {
    const next: Reached[] = [];
    // What is reached without input is as near as the state before.
    for (const { state, text } of level) for (const to of epsilon[state] ?? []) enter(level, to, text);
    for (const { state, text } of level) {
      if (state === accept) return text;
      const afterDot = text === '' || text.endsWith('.');
      for (const { on, to } of steps[state] ?? []) {
        const unit = NAME_UNITS.find((one) => on.has(one) && !(afterDot && one === DOT));
        if (unit !== undefined) enter(next, to, text + String.fromCharCode(unit));
      }
    }
    level = next;
  }
  return undefined;
}

const SHORTEST_WORD = 2;
const LONGEST_AUTOMATON = 1_000;

/** A word that is in every text of a language, as far as one is found among the parts of its shortest text. */
export function neededWord(automaton: Automaton): string | undefined {
  return needed.of(automaton, () => new PaidOnce(() => findNeeded(automaton))).value;
}

function findNeeded(automaton: Automaton): string | undefined {
  const text = shortestText(automaton);
  if (text === undefined || automaton.steps.length > LONGEST_AUTOMATON) return undefined;
  return [...wordsOf(text)].find((word) => word.length >= SHORTEST_WORD && isNeeded(automaton, word));
}

/** How many single labels of a text are tried. */
const SINGLE_PARTS = 3;

/** Words of a text, the long ones first: many conditions have an ending in common, and few the label before it as well. */
function wordsOf(text: string): Set<string> {
  const parts = text.split(/(?=[.-])/);
  const single = text.split(/[.-]/).sort((a, b) => b.length - a.length);
  return new Set([text, parts.slice(1).join(''), parts.slice(0, -1).join(''), ...single.slice(0, SINGLE_PARTS)]);
}

/** Whether no text of an automaton is without a word. */
function isNeeded({ epsilon, steps, start, accept }: Automaton, word: string): boolean {
  const units = [...new Set(Array.from(word, (unit) => unit.charCodeAt(0)))];
  const follow = reader(word);
  const seen = new Set<number>([start * word.length]);
  for (const place of seen) {
    const state = Math.floor(place / word.length);
    const matched = place % word.length;
    spend(5 + (steps[state] ?? []).length * (3 + units.length / 2));
    if (state === accept) return false;
    for (const to of epsilon[state] ?? []) seen.add(to * word.length + matched);
    for (const { on, to } of steps[state] ?? []) {
      const own = units.filter((unit) => on.has(unit));
      // A symbol that is not in the word begins it anew.
      if (on.size > own.length) seen.add(to * word.length);
      for (const unit of own) {
        const next = follow(matched, unit);
        if (next < word.length) seen.add(to * word.length + next);
      }
    }
  }
  return true;
}

/** How much of a word a text ends with, after one more symbol. Of each place and symbol that is found once. */
function reader(word: string): (matched: number, unit: number) => number {
  const known = new IntegerPairs();
  return (matched, unit) => {
    const own = known.get(matched, unit);
    if (own !== undefined) return own;
    const next = advance(word, matched, unit);
    known.set(matched, unit, next);
    return next;
  };
}
