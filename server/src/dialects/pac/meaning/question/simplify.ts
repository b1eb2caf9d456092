// Conditions on single variables, from conditions on what programs make of them.
import { Memo } from '../../../../kept/memo.js';
import type { Budget } from '../../../../model/budget.js';
import { IntervalSet } from '../../../../model/intervals.js';
import { IpSet } from '../../../../model/ip.js';
import { type Language, languageHas, union } from '../../../../model/text-language.js';
import { octetOf } from '../environment/octets.js';
import { Text } from '../values/text.js';
import { Unknown } from '../values/value.js';
import { addressesOf } from './address-language.js';
import { allOf, anyOf, byCase, type Condition, not } from './condition.js';
import { RANGE_COST } from './sets.js';
import { solve } from './solve.js';
import type { AddressVariable, TextVariable } from './variables.js';

/** An equal condition whose parts are each on one variable. */
export function simplified(condition: Condition, budget: Budget): Condition {
  budget.spend(1);
  switch (condition.kind) {
    case 'matches': {
      const { form } = condition.text;
      const octet = octetOf(form);
      if (octet) return whereOctet(octet, condition.language, budget);
      if (form.kind !== 'variable') return simplified(solve(condition.text, condition.language, budget), budget);
      return form.variable.kind === 'address' && addressesOf(condition.language) === 'beyond'
        ? { kind: 'unknown', unknown: beyond(form.variable, condition.language) }
        : condition;
    }
    case 'not':
      return not(simplified(condition.of, budget));
    case 'and':
      return allOf(condition.of.map((one) => simplified(one, budget)));
    case 'or':
      return anyOf(withJoinedLanguages(condition.of.map((one) => simplified(one, budget))));
    case 'cases':
      return byCase(
        condition.of.map(({ when, outcome }) => ({
          when: simplified(when, budget),
          outcome: simplified(outcome, budget),
        })),
      );
    default:
      return condition;
  }
}

/** More ranges than this are looked for among the addresses that are asked about only: those of an address by its last byte are. */
const MOST_RANGES = 32_768;

const ALL_OCTETS = Array.from({ length: 256 }, (_, octet) => octet);

/** Where a part of the dotted quad of an address is in a language. */
function whereOctet(
  { variable, index }: { readonly variable: AddressVariable; readonly index: number },
  language: Language,
  budget: Budget,
): Condition {
  budget.spend(ALL_OCTETS.length);
  const octets = ALL_OCTETS.filter((octet) => languageHas(language, String(octet)));
  const runs = IntervalSet.from(octets.map((octet) => [octet, octet] as const)).intervals;
  // Where it is every octet or none, it does not matter which part it is.
  const parts = octets.length === 0 || octets.length === ALL_OCTETS.length ? 1 : 256 ** index;
  const step = 2 ** 32 / (parts * 256);
  const ranges = runs.map(([low, high]) => [low * step, (high + 1) * step - 1] as const);
  const pattern = { size: 256 * step, ranges };
  if (parts * runs.length > MOST_RANGES)
    return { kind: 'address-in-parts', variable, pattern, unknown: beyond(variable, language) };
  // Each is listed before it is one of a set.
  budget.spend(2 * RANGE_COST * parts * runs.length);
  const all: (readonly [number, number])[] = [];
  for (let start = 0; start < parts * pattern.size; start += pattern.size)
    for (const [first, last] of ranges) all.push([start + first, start + last]);
  return { kind: 'address-in', variable, set: new IpSet(IntervalSet.from(all), IntervalSet.empty()) };
}

const unknowns = new Memo<AddressVariable, Map<Language, Unknown>>();

/** The same for the same question, so that it has the same answer. */
function beyond(variable: AddressVariable, language: Language): Unknown {
  const known = unknowns.of(variable, () => new Map());
  let unknown = known.get(language);
  if (!unknown) {
    const node = variable.node ?? { type: 'EmptyStatement', start: 0, end: 0 };
    unknown = new Unknown(`looks at single digits of ${variable.title}`, node);
    known.set(language, unknown);
  }
  return unknown;
}

/** Comparisons of one variable with words or with what contains some, joined: a thousand alternatives are one language. */
function withJoinedLanguages(conditions: readonly Condition[]): Condition[] {
  const compared = new Map<string, { variable: TextVariable; languages: Language[] }>();
  const others: Condition[] = [];
  for (const condition of conditions) {
    if (condition.kind !== 'matches' || condition.text.form.kind !== 'variable' || !isList(condition.language)) {
      others.push(condition);
      continue;
    }
    const { variable } = condition.text.form;
    // Words are looked up, and what contains some is read: a language of both would have to be an automaton.
    const key = `${condition.language.kind} ${variable.kind === 'address' ? variable.id : `the ${variable.kind}`}`;
    const known = compared.get(key);
    if (known) known.languages.push(condition.language);
    else compared.set(key, { variable, languages: [condition.language] });
  }
  const joined = [...compared.values()].map(
    ({ variable, languages }): Condition => ({
      kind: 'matches',
      text: new Text({ kind: 'variable', variable }),
      language: union(languages),
    }),
  );
  return [...joined, ...others];
}

function isList(language: Language): boolean {
  return language.kind === 'words' || language.containing !== undefined;
}
