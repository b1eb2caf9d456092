// The words that all texts of a language contain.
import { Memo } from '../kept/memo.js';
import { NAME_UNITS } from './host-search.js';
import type { Automaton, Symbols } from './language.js';
import { searchSteps } from './transducers.js';

const shortest = new Memo<Automaton, string | undefined>();
const needed = new Memo<Automaton, string | undefined>();

/** A shortest text of characters of host names that an automaton accepts. */
export function shortestText(automaton: Automaton): string | undefined {
  return shortest.of(automaton, findShortest);
}

function findShortest({ epsilon, steps, start, accept }: Automaton): string | undefined {
  const reached = new Map<number, string>([[start, '']]);
  let frontier: readonly number[] = [start];
  while (frontier.length > 0) {
    // What is reached without input is as near as the state before.
    const level = new Set(frontier);
    for (const state of level) {
      for (const to of epsilon[state] ?? []) {
        if (reached.has(to)) continue;
        reached.set(to, reached.get(state) ?? '');
        level.add(to);
      }
    }
    if (level.has(accept)) return reached.get(accept);
    const next: number[] = [];
    for (const state of level) {
      for (const { on, to } of steps[state] ?? []) {
        const unit = reached.has(to) ? undefined : firstUnit(on);
        if (unit === undefined) continue;
        reached.set(to, (reached.get(state) ?? '') + String.fromCharCode(unit));
        next.push(to);
      }
    }
    frontier = next;
  }
  return undefined;
}

function firstUnit(on: Symbols): number | undefined {
  return NAME_UNITS.find((unit) => on.has(unit));
}

const SHORTEST_WORD = 2;
const LONGEST_AUTOMATON = 1_000;

/** A word that is in every text of a language, as far as one is found among the parts of its shortest text. */
export function neededWord(automaton: Automaton): string | undefined {
  return needed.of(automaton, () => {
    const text = shortestText(automaton);
    if (text === undefined || automaton.steps.length > LONGEST_AUTOMATON) return undefined;
    const parts = text.split(/[.-]/).sort((a, b) => b.length - a.length);
    return [text, ...parts.slice(0, 3)].find((word) => word.length >= SHORTEST_WORD && isNeeded(automaton, word));
  });
}

/** Whether no text of an automaton is without a word. */
function isNeeded({ epsilon, steps, start, accept }: Automaton, word: string): boolean {
  const search = Array.from(word, (_, matched) => searchSteps(word, matched));
  const seen = new Set<number>([start * word.length]);
  for (const place of seen) {
    const state = Math.floor(place / word.length);
    const matched = place % word.length;
    if (state === accept) return false;
    for (const to of epsilon[state] ?? []) seen.add(to * word.length + matched);
    for (const { on, to } of steps[state] ?? []) {
      for (const step of search[matched] ?? []) {
        if (step.to < word.length && intersects(on, step.on)) seen.add(to * word.length + step.to);
      }
    }
  }
  return true;
}

function intersects(a: Symbols, b: Symbols): boolean {
  const [smaller, larger] = a.size < b.size ? [a, b] : [b, a];
  for (const symbol of smaller) if (larger.has(symbol)) return true;
  return false;
}
