// Turns conditions on what programs make of the variables into conditions on the variables.

import type { Automaton } from '../../../../model/language.js';
import { between, preimage } from '../../../../model/preimages.js';
import { automatonOf, EVERYTHING, isNothing, type Language, languageHas } from '../../../../model/text-language.js';
import { Text, type TextForm } from '../values/text.js';
import type { Budget } from './budget.js';
import { ALWAYS, allOf, anyOf, type Condition, NEVER } from './condition.js';

/** An equal condition of which each part is on one variable itself. */
export function solve(text: Text, language: Language, budget: Budget): Condition {
  return solveForm(text.form, language, budget);
}

function solveForm(form: TextForm, language: Language, budget: Budget): Condition {
  if (isNothing(language)) return NEVER;
  switch (form.kind) {
    case 'variable':
      return { kind: 'matches', text: new Text(form), language };
    case 'applied':
      return solveForm(form.to, preimage(form.operation, language, budget), budget);
    case 'joined':
      return solveParts(form.parts, language, budget);
  }
}

function solveParts(parts: readonly (string | TextForm)[], language: Language, budget: Budget): Condition {
  const first = parts[0] ?? '';
  const last = parts.length > 1 ? (parts.at(-1) ?? '') : '';
  const [prefix, suffix] = [typeof first === 'string' ? first : '', typeof last === 'string' ? last : ''];
  const inner = parts.slice(prefix === '' ? 0 : 1, suffix === '' ? undefined : -1);
  const rest = between(language, prefix, suffix, budget);
  const [only, ...others] = inner;
  if (only === undefined) return languageHas(rest, '') ? ALWAYS : NEVER;
  if (typeof only !== 'string' && others.length === 0) return solveForm(only, rest, budget);
  if (isNothing(rest)) return NEVER;
  if (typeof only === 'string') return solveParts(inner, rest, budget);
  const conditions: Condition[] = [];
  for (const { before, after } of divisions(rest, budget)) {
    conditions.push(allOf([solveForm(only, before, budget), solveParts(others, after, budget)]));
  }
  return anyOf(conditions);
}

interface Division {
  readonly before: Language;
  readonly after: Language;
}

/** The ways to divide the texts of a language in two: at each state of its automaton, or place of its words. */
function divisions(language: Language, budget: Budget): readonly Division[] {
  if (language === EVERYTHING) return [{ before: EVERYTHING, after: EVERYTHING }];
  if (language.kind === 'words' && language.words.size <= WORD_LIMIT) return wordDivisions(language.words, budget);
  const automaton = automatonOf(language);
  budget.spend(automaton.steps.length * automaton.steps.length);
  const reachable = reached(automaton);
  return [...reachable].map((state) => ({
    before: { kind: 'automaton', automaton: copied(automaton, automaton.start, state) },
    after: { kind: 'automaton', automaton: copied(automaton, state, automaton.accept) },
  }));
}

const WORD_LIMIT = 50;

function wordDivisions(words: ReadonlySet<string>, budget: Budget): readonly Division[] {
  const divided: Division[] = [];
  for (const word of words) {
    budget.spend(word.length * word.length);
    for (let at = 0; at <= word.length; at++) {
      divided.push({
        before: { kind: 'words', words: new Set([word.slice(0, at)]) },
        after: { kind: 'words', words: new Set([word.slice(at)]) },
      });
    }
  }
  return divided;
}

/** The states that are reached from the start by reading something, and the start. */
function reached(automaton: Automaton): ReadonlySet<number> {
  const seen = new Set([automaton.start]);
  const cuts = new Set([automaton.start]);
  for (const state of seen) {
    for (const to of automaton.epsilon[state] ?? []) seen.add(to);
    for (const { to } of automaton.steps[state] ?? []) {
      seen.add(to);
      cuts.add(to);
    }
  }
  return cuts;
}

function copied({ epsilon, steps }: Automaton, start: number, accept: number): Automaton {
  return { epsilon, steps, start, accept };
}
