// Conditions on single variables, from conditions on what programs make of them.
import { Memo } from '../../../../kept/memo.js';
import type { Budget } from '../../../../model/budget.js';
import { IntervalSet } from '../../../../model/intervals.js';
import { IpSet } from '../../../../model/ip.js';
import { type Language, union } from '../../../../model/text-language.js';
import { octetOf } from '../environment/octets.js';
import { Text } from '../values/text.js';
import { Unknown } from '../values/value.js';
import { addressesOf } from './address-language.js';
import { allOf, anyOf, byCase, type Condition, not } from './condition.js';
import { solve } from './solve.js';
import type { AddressVariable, TextVariable } from './variables.js';

/** An equal condition whose parts are each on one variable. */
export function simplified(condition: Condition, budget: Budget): Condition {
  budget.spend(1);
  switch (condition.kind) {
    case 'matches': {
      const { form } = condition.text;
      const octet = octetOf(form);
      if (octet && condition.language.kind === 'words') {
        const set = addressesWithOctet(octet.index, condition.language.words, budget);
        return set
          ? { kind: 'address-in', variable: octet.variable, set }
          : { kind: 'unknown', unknown: beyond(octet.variable, condition.language) };
      }
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

/** More ranges than this are not followed: those of an address by one of its last two bytes are. */
const MOST_RANGES = 32_768;

/** The addresses of which a part of the dotted quad is one of some texts; `undefined` where they are too many ranges. */
function addressesWithOctet(index: number, texts: ReadonlySet<string>, budget: Budget): IpSet | undefined {
  const octets = [...texts].filter((text) => /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255).map(Number);
  const runs = IntervalSet.from(octets.map((octet) => [octet, octet] as const)).intervals;
  const parts = runs.some(([low, high]) => low === 0 && high === 255) ? 1 : 256 ** index;
  if (parts * runs.length > MOST_RANGES) return undefined;
  budget.spend(texts.size + parts * runs.length);
  const size = 2 ** 32 / (parts * 256);
  const ranges = Array.from({ length: parts }, (_, part) =>
    runs.map(([low, high]) => {
      const start = part * 256 * size;
      return [start + low * size, start + (high + 1) * size - 1] as const;
    }),
  );
  return new IpSet(IntervalSet.from(ranges.flat()), IntervalSet.empty());
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
