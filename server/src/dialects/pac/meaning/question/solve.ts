// Conditions on the variables that a text is made of, from a condition on the text.
import { Memo } from '../../../../kept/memo.js';
import { type Automaton, AutomatonBuilder } from '../../../../model/language.js';
import { forwardMachine, type Machine } from '../../../../model/machines.js';
import { between, preimage } from '../../../../model/preimages.js';
import { EVERYTHING, isNothing, type Language, languageHas, word, words } from '../../../../model/text-language.js';
import { alphabetOf, keyOf, Text, type TextForm } from '../values/text.js';
import type { Budget } from './budget.js';
import { ALWAYS, allOf, anyOf, type Condition, NEVER } from './condition.js';

const solved = new Memo<Language, Map<string, Condition>>();

/** An equal condition in which each text is a variable. */
export function solve({ form }: Text, language: Language, budget: Budget): Condition {
  if (!isOfRequest(form)) return solveForm(form, language, budget);
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
  if (language === EVERYTHING) return ALWAYS;
  switch (form.kind) {
    case 'variable':
      return { kind: 'matches', text: new Text(form), language };
    case 'applied':
      return solve(new Text(form.to), preimage(form.operation, language, budget), budget);
    case 'joined':
      return solveJoined(form.parts, language, budget);
  }
}

function solveJoined(parts: readonly (string | TextForm)[], language: Language, budget: Budget): Condition {
  const first = parts.findIndex((part) => typeof part !== 'string');
  let last = parts.length - 1;
  while (typeof parts[last] === 'string') last--;
  const form = parts[first];
  if (form === undefined || typeof form === 'string') return languageHas(language, parts.join('')) ? ALWAYS : NEVER;
  const inner = between(language, parts.slice(0, first).join(''), parts.slice(last + 1).join(''), budget);
  if (first === last) return solveForm(form, inner, budget);
  return solveConcatenation(form, parts.slice(first + 1, last + 1), inner, budget);
}

/**
 * A form and what follows it: the reader of the language is in one of some states between them, so the condition holds where, for
 * one of these states, the form leads there and the rest leads on.
 */
function solveConcatenation(
  form: TextForm,
  rest: readonly (string | TextForm)[],
  language: Language,
  budget: Budget,
): Condition {
  const [separator] = rest;
  const constant = typeof separator === 'string' ? separator : '';
  const others = typeof separator === 'string' ? rest.slice(1) : rest;
  if (language.kind === 'words') return solveWords(form, constant, others, language.words, budget);
  const machine = forwardMachine(language.automaton);
  const head = exploreFrom(machine, machine.start, codesOf(form), budget);
  // States after which the rest is read alike are one.
  const ends = new Map<number, number[]>();
  for (const state of head.edges.keys()) {
    let reached = state;
    for (let i = 0; i < constant.length && reached !== 0; i++) reached = machine.next(reached, constant.charCodeAt(i));
    if (reached !== 0) ends.set(reached, [...(ends.get(reached) ?? []), state]);
  }
  return anyOf(
    [...ends].map(([reached, states]) => {
      const tail = exploreFrom(machine, reached, ALL_CODES, budget);
      const before: Language = { kind: 'automaton', automaton: automatonFor(head, (state) => states.includes(state)) };
      const after: Language = { kind: 'automaton', automaton: automatonFor(tail, (state) => machine.accepts(state)) };
      return allOf([solveForm(form, before, budget), solveJoined(others, after, budget)]);
    }),
  );
}

/** The same for words, which are cut wherever the constant occurs. */
function solveWords(
  form: TextForm,
  constant: string,
  others: readonly (string | TextForm)[],
  list: ReadonlySet<string>,
  budget: Budget,
): Condition {
  const alphabet = alphabetOf(form);
  const heads = new Map<string, Set<string>>();
  for (const text of list) {
    budget.spend(text.length);
    for (let end = 0; end <= text.length; end++) {
      if (text.startsWith(constant, end)) {
        const tail = text.slice(end + constant.length);
        heads.set(tail, (heads.get(tail) ?? new Set()).add(text.slice(0, end)));
      }
      if (!alphabet.has(text.charAt(end))) break;
    }
  }
  return anyOf(
    [...heads].map(([tail, own]) =>
      allOf([solveForm(form, words(own), budget), solveJoined(others, word(tail), budget)]),
    ),
  );
}

const ALL_CODES: readonly number[] = Array.from({ length: 128 }, (_, code) => code);

function codesOf(form: TextForm): readonly number[] {
  return [...alphabetOf(form)].map((character) => character.charCodeAt(0)).filter((code) => code < 128);
}

/** The states of a reader that some symbols reach, with the symbols between them. */
interface Explored {
  readonly start: number;
  readonly edges: ReadonlyMap<number, ReadonlyMap<number, ReadonlySet<number>>>;
}

function exploreFrom(machine: Machine, start: number, codes: readonly number[], budget: Budget): Explored {
  const edges = new Map<number, Map<number, Set<number>>>();
  const pending = [start];
  edges.set(start, new Map());
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    budget.spend(codes.length);
    const own = edges.get(state);
    for (const code of codes) {
      const to = machine.next(state, code);
      if (to === 0) continue;
      const known = own?.get(to);
      if (known) known.add(code);
      else own?.set(to, new Set([code]));
      if (edges.has(to)) continue;
      edges.set(to, new Map());
      pending.push(to);
    }
  }
  return { start, edges };
}

function automatonFor({ start, edges }: Explored, accepts: (state: number) => boolean): Automaton {
  const builder = new AutomatonBuilder();
  const places = new Map([...edges.keys()].map((state) => [state, builder.state()]));
  const accept = builder.state();
  for (const [state, own] of edges) {
    const from = places.get(state) ?? accept;
    for (const [to, on] of own) builder.step(from, on, places.get(to) ?? accept);
    if (accepts(state)) builder.link(from, accept);
  }
  return builder.build(places.get(start) ?? accept, accept);
}
