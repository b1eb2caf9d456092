// What the commands that find rules stand for: the names that they ask for, and the properties that a filter behind them tests.

import type { TextRange } from '../../../text/range.js';
import { sameValue } from '../../shared/script/value.js';
import type { Invocation } from './invocation.js';
import { sameStore, storeOf } from './policy-store.js';
import type { Value } from './value.js';

const NAMES = ['displayname', 'name'] as const;

/** The names that a command gives to a rule or asks for, as keys; computed ones are left out. */
export function namesOf({ command, parameters }: Invocation): readonly string[] {
  const kind = command.includes('ipsec') ? 'ipsec' : 'firewall';
  return NAMES.flatMap((name) => {
    const value = parameters.get(name)?.value;
    return value?.kind === 'text' ? [`${kind} ${name} ${value.text.toLowerCase()}`] : [];
  });
}

/** Whether a command adds the rule that a query asks for by its name. */
export function addsFound(invocation: Invocation, query: Invocation): boolean {
  const { command, parameters } = invocation;
  if (command !== query.command.replace(/^get-/, 'new-') || query.unknown.length > 0) return false;
  const [own, asked] = [storeOf(invocation), storeOf(query)];
  if ('unknown' in own || 'unknown' in asked || !sameStore(own, asked)) return false;
  return NAMES.some((name) => {
    const [wanted, added] = [query.parameters.get(name)?.value, parameters.get(name)?.value];
    if (!wanted || !added) return false;
    if (wanted.kind !== 'text' || added.kind !== 'text') return sameValue(wanted, added);
    return wanted.text.toLowerCase() === added.text.toLowerCase();
  });
}

/** A test of a property of rules, with the value that it is compared with. */
export interface EvaluatedTest {
  readonly property: string;
  readonly isPattern: boolean;
  readonly value: Value;
  readonly range: TextRange;
}

/** The properties of rules that select them in the same way as parameters do. */
const TESTED: ReadonlySet<string> = new Set(['name', 'displayname', 'direction', 'action', 'enabled']);

/** Those of the rules that a command finds which have some properties; `undefined` where that cannot be said. */
export function selectedRules(input: Invocation | undefined, tests: readonly EvaluatedTest[]): Invocation | undefined {
  if (!input || input.unknown.length > 0) return undefined;
  const parameters = new Map(input.parameters);
  for (const { property, isPattern, value, range } of tests) {
    // A pattern may hold more than asterisks, and a text that is compared as it is none.
    const isSimple = value.kind === 'text' && !(isPattern ? /[?[\]]/ : /\*/).test(value.text);
    if (!isSimple || !TESTED.has(property) || parameters.has(property)) return undefined;
    if (isPattern && !property.endsWith('name')) return undefined;
    parameters.set(property, { value, range });
  }
  return { ...input, parameters };
}
