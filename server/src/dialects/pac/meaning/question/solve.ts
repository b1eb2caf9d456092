// Conditions on the variables that a text is made of, from a condition on the text.

import type { AnyNode } from 'acorn';
import { Memo } from '../../../../kept/memo.js';
import type { Budget } from '../../../../model/budget.js';
import { splitConcatenation } from '../../../../model/concatenations.js';
import type { Symbols } from '../../../../model/language.js';
import { PaidMemo } from '../../../../model/paid-memo.js';
import { beforeLastLabels, between, insideBeginning, preimage } from '../../../../model/preimages.js';
import {
  ANY_LINE,
  EVERYTHING,
  endingWithSome,
  isNothing,
  type Language,
  languageHas,
  union,
  words,
} from '../../../../model/text-language.js';
import { subjectOf } from '../values/subject.js';
import { alphabetOf, keyOf, sharesCharacters, Text, type TextForm } from '../values/text.js';
import { Unknown } from '../values/value.js';
import { ALWAYS, allOf, anyOf, byCase, type Condition, NEVER } from './condition.js';

const solved = new PaidMemo<Language, Map<string, Condition>>();

/** An equal condition in which each text is a variable. */
export function solve({ form }: Text, language: Language, budget: Budget): Condition {
  // What begins with a constant is quickly told.
  const isBegun = language.kind === 'automaton' && language.beginning !== undefined;
  if (isBegun || !isOfRequest(form)) return solveForm(form, language, budget);
  const known = solved.of(language, () => new Map());
  const key = keyOf(form);
  const condition = known.get(key) ?? solveForm(form, language, budget);
  known.set(key, condition);
  return condition;
}

/** Whether a text is made of the host and the path only, which are the same variables in every program. */
function isOfRequest(form: TextForm): boolean {
  switch (form.kind) {
    case 'variable':
      return form.variable.kind !== 'address';
    case 'joined':
      return form.parts.every((part) => typeof part === 'string' || isOfRequest(part));
    case 'applied':
      return isOfRequest(form.to);
  }
}

function solveForm(form: TextForm, language: Language, budget: Budget): Condition {
  budget.spend(10);
  if (isNothing(language)) return NEVER;
  if (language === EVERYTHING || (language === ANY_LINE && isOneLine(form))) return ALWAYS;
  switch (form.kind) {
    case 'variable':
      return { kind: 'matches', text: new Text(form), language };
    case 'applied':
      return (
        solveWalk(form, language, budget) ??
        solveBeforeLabels(form, language, budget) ??
        solve(new Text(form.to), preimage(form.operation, language), budget)
      );
    case 'joined':
      return solveJoined(form.parts, language, budget);
  }
}

function isOneLine(form: TextForm): boolean {
  return !sharesCharacters(form, '\n\r');
}

/** A text without its last labels. */
interface WithoutLabels {
  readonly of: TextForm;
  readonly count: number;
}

const withoutLabels = new Memo<TextForm, WithoutLabels>();

function withoutLabelsOf(form: TextForm): WithoutLabels {
  return withoutLabels.of(form, () => {
    const isCut = form.kind === 'applied' && form.operation.kind === 'until-last' && form.operation.what === '.';
    if (!isCut) return { of: form, count: 0 };
    const inner = withoutLabelsOf(form.to);
    return { of: inner.of, count: inner.count + 1 };
  });
}

/** The same in one step for a text that was cut before its last dot several times, as walks from the last label do. */
function solveBeforeLabels(form: TextForm, language: Language, budget: Budget): Condition | undefined {
  const { of, count } = withoutLabelsOf(form);
  const inner = count > 1 ? beforeLastLabels(language, count) : undefined;
  return inner && solve(new Text(of), inner, budget);
}

/** The last items of a text in a list of words, as a walk up the domains of a host asks: the text is one of the words, or ends with one. */
function solveWalk(
  { operation, to }: TextForm & { readonly kind: 'applied' },
  language: Language,
  budget: Budget,
): Condition | undefined {
  if (operation.kind !== 'items' || operation.last !== -1 || language.kind !== 'words') return undefined;
  const { separator, first } = operation;
  const found = wordsByPieces(language, separator, budget).get(-first);
  if (!found) return NEVER;
  const text = new Text(to);
  const behind = endingWithSome(found.map((one) => separator + one));
  return anyOf([
    { kind: 'matches', text, language: words(found) },
    { kind: 'matches', text, language: behind },
  ]);
}

const pieces = new PaidMemo<ReadonlySet<string>, Map<string, ReadonlyMap<number, readonly string[]>>>();

/** Words by the number of pieces that a separator makes of them: a walk asks for each number in turn. */
function wordsByPieces(
  language: Language & { readonly kind: 'words' },
  separator: string,
  budget: Budget,
): ReadonlyMap<number, readonly string[]> {
  const known = pieces.of(language.words, () => new Map());
  const own = known.get(separator);
  if (own) return own;
  budget.spend(language.words.size);
  const made = new Map<number, string[]>();
  for (const word of language.words) {
    const count = word.split(separator).length;
    const others = made.get(count);
    if (others) others.push(word);
    else made.set(count, [word]);
  }
  known.set(separator, made);
  return made;
}

type Parts = readonly (string | TextForm)[];

/** Parts from the first to the last that are no constants, and what stands around them. */
interface Trimmed {
  readonly prefix: string;
  /** The first of them; absent where all parts are constants. */
  readonly form: TextForm | undefined;
  readonly rest: Parts;
  readonly suffix: string;
  readonly alphabet: ReadonlySet<string>;
}

/** The URL is compared with thousands of texts. */
const trimmed = new Memo<Parts, Trimmed>();

function trim(parts: Parts): Trimmed {
  const first = parts.findIndex((part) => typeof part !== 'string');
  let last = parts.length - 1;
  while (typeof parts[last] === 'string') last--;
  const form = parts[first];
  if (form === undefined || typeof form === 'string')
    return { prefix: parts.join(''), form: undefined, rest: [], suffix: '', alphabet: new Set() };
  const alphabet = alphabetOf(first === last ? form : { kind: 'joined', parts: parts.slice(first, last + 1) });
  const rest = parts.slice(first + 1, last + 1);
  return { prefix: parts.slice(0, first).join(''), form, rest, suffix: parts.slice(last + 1).join(''), alphabet };
}

function solveJoined(parts: Parts, language: Language, budget: Budget): Condition {
  const { prefix, form, rest, suffix, alphabet } = trimmed.of(parts, trim);
  if (!form) return languageHas(language, prefix) ? ALWAYS : NEVER;
  const inner = inside(language, prefix, suffix, alphabet);
  return rest.length === 0 ? solveForm(form, inner, budget) : solveConcatenation(form, rest, inner, budget);
}

function inside(language: Language, prefix: string, suffix: string, alphabet: ReadonlySet<string>): Language {
  const { beginning } = language.kind === 'words' ? {} : language;
  return beginning
    ? union(insideBeginning(beginning, prefix, suffix, alphabet))
    : between(language, prefix, suffix, alphabet);
}

/** A form and what follows it: products of what the one is and what the other is. */
function solveConcatenation(form: TextForm, rest: Parts, language: Language, budget: Budget): Condition {
  const [separator] = rest;
  const middle = typeof separator === 'string' ? separator : '';
  const others = typeof separator === 'string' ? rest.slice(1) : rest;
  const isOfOneLine = [form, ...rest].every((part) =>
    typeof part === 'string' ? !/[\n\r]/.test(part) : isOneLine(part),
  );
  const split = splitConcatenation(language, { middle, firstSymbols: symbolsOf(alphabetOf(form)), isOfOneLine });
  if (!split) return { kind: 'unknown', unknown: new Unknown(`compares ${subjectOf(form)} in too many ways`, NOWHERE) };
  const cases = split.pairs.map(({ first, second }) => ({
    when: solveForm(form, first, budget),
    outcome: solveJoined(others, second, budget),
  }));
  return split.isPartition ? byCase(cases) : anyOf(cases.map(({ when, outcome }) => allOf([when, outcome])));
}

const symbols = new Memo<ReadonlySet<string>, Symbols>();

function symbolsOf(alphabet: ReadonlySet<string>): Symbols {
  return symbols.of(alphabet, () => new Set([...alphabet].map((character) => character.charCodeAt(0))));
}

const NOWHERE: AnyNode = { type: 'EmptyStatement', start: 0, end: 0 };
