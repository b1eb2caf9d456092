// Turns conditions on what programs make of the variables into conditions on the variables.
import { splitConcatenation } from '../../../../model/concatenations.js';
import type { Symbols } from '../../../../model/language.js';
import { between, preimage } from '../../../../model/preimages.js';
import { isNothing, type Language, languageHas } from '../../../../model/text-language.js';
import { subjectOf } from '../values/subject.js';
import { alphabetOf, Text, type TextForm } from '../values/text.js';
import { Unknown } from '../values/value.js';
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
  const rest = between(language, prefix, suffix, budget);
  const [only, ...others] = parts.slice(prefix === '' ? 0 : 1, suffix === '' ? undefined : -1);
  if (only === undefined) return languageHas(rest, '') ? ALWAYS : NEVER;
  if (isNothing(rest)) return NEVER;
  if (typeof only === 'string') return solveParts([only, ...others], rest, budget);
  if (others.length === 0) return solveForm(only, rest, budget);
  const pairs = splitConcatenation(rest, { firstSymbols: symbolsOf(only) });
  if (!pairs) return unsolved(only);
  return anyOf(
    pairs.map((pair) => {
      const condition = solveForm(only, pair.first, budget);
      return condition.kind === 'never' ? NEVER : allOf([condition, solveParts(others, pair.second, budget)]);
    }),
  );
}

function symbolsOf(form: TextForm): Symbols {
  return new Set([...alphabetOf(form)].map((character) => character.charCodeAt(0)));
}

function unsolved(form: TextForm): Condition {
  const reason = `compares ${subjectOf(form)} in too many ways`;
  return { kind: 'unknown', unknown: new Unknown(reason, { type: 'EmptyStatement', start: 0, end: 0 }) };
}
