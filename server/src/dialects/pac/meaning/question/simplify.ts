// Conditions on single variables, from conditions on what programs make of them.
import { Memo } from '../../../../kept/memo.js';
import type { Budget } from '../../../../model/budget.js';
import { IpSet } from '../../../../model/ip.js';
import { type Language, union } from '../../../../model/text-language.js';
import { addressesUnder } from '../environment/masks.js';
import { octetOf } from '../environment/octets.js';
import { Text } from '../values/text.js';
import { Unknown } from '../values/value.js';
import { addressesOf } from './address-language.js';
import { allOf, anyOf, type Condition, not } from './condition.js';
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
        const set = addressesWithOctet(octet.index, condition.language.words);
        return { kind: 'address-in', variable: octet.variable, set };
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
    default:
      return condition;
  }
}

/** The addresses of which a part of the dotted quad is one of some texts. */
function addressesWithOctet(index: number, texts: ReadonlySet<string>): IpSet {
  const place = 24 - 8 * index;
  const octets = [...texts].filter((text) => /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255);
  const sets = octets.map((text) => addressesUnder((Number(text) << place) >>> 0, (0xff << place) >>> 0));
  return sets.reduce<IpSet>((all, set) => (set ? all.union(set) : all), IpSet.empty);
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
    const key = variable.kind === 'address' ? variable.id : `the ${variable.kind}`;
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
