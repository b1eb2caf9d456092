// What an object has under a name that depends on what is asked.
import { PaidMemo } from '../../../../model/paid-memo.js';
import { not } from '../question/condition.js';
import { wordsCondition } from '../values/operations.js';
import type { Traced, Value } from '../values/value.js';
import { call } from './calls.js';
import type { Case } from './choices.js';
import type { Machine } from './machine.js';
import { LISTS_TRACED, type PacObject } from './objects.js';

/** What is under a name of the object, or of the nearest prototype that has it. */
export function* nameCases(object: PacObject, key: Traced, machine: Machine): Generator<Case> {
  const holders: PacObject[] = [];
  for (let at: PacObject | null = object; at; at = at.prototype) {
    if (at !== object && at.tracedEntries.length > 0) throw machine.notFollowed(LISTS_TRACED);
    machine.budget.spend(1);
    holders.push(at);
  }
  const { context } = machine;
  // Most requests have none of the names. One list of words is asked about more quickly than several.
  yield { when: not(wordsCondition(key, allNamesOf(holders, machine), context)), resume: (on) => on.push(undefined) };
  for (const [index, holder] of holders.entries()) {
    const nearer = holders.slice(0, index);
    const { byValue, withGetter } = ownNamesOf(holder, machine);
    for (const [value, names] of byValue) {
      const visible = namesWithout(names, nearer, machine);
      yield { when: wordsCondition(key, visible, context), resume: (on) => on.push(value) };
    }
    for (const name of namesWithout(new Set(withGetter), nearer, machine)) {
      const getter = holder.getOwn(name)?.get;
      const resume: Case['resume'] = (on) => {
        if (name === '__proto__') on.push(object.prototype);
        else if (getter) call(getter, object, [], on);
        else on.push(undefined);
      };
      yield { when: wordsCondition(key, new Set([name]), context), resume };
    }
  }
}

/** The own names of an object by what is under them. */
interface OwnNames {
  readonly byValue: ReadonlyMap<Value, ReadonlySet<string>>;
  readonly withGetter: readonly string[];
}

/** By the names of an object, which are another set whenever it changes: a loop may look up each domain above the host in one table. */
const ownNames = new PaidMemo<ReadonlySet<string>, OwnNames>();

function ownNamesOf(object: PacObject, { budget }: Machine): OwnNames {
  return ownNames.of(object.baseNames, (names) => {
    budget.spend(names.size);
    const byValue = new Map<Value, Set<string>>();
    const withGetter: string[] = [];
    for (const name of names) {
      const property = object.getOwn(name);
      if (property?.isAccessor) withGetter.push(name);
      else {
        const alike = byValue.get(property?.value);
        if (alike) alike.add(name);
        else byValue.set(property?.value, new Set([name]));
      }
    }
    return { byValue, withGetter };
  });
}

/** The names of an object and of its prototypes. */
interface AllNames {
  /** Of each of them, to see whether they are still the same. */
  of: readonly ReadonlySet<string>[];
  all: ReadonlySet<string>;
}

const allNames = new PaidMemo<ReadonlySet<string>, AllNames>();

function allNamesOf([object, ...prototypes]: readonly PacObject[], { budget }: Machine): ReadonlySet<string> {
  if (!object) return new Set();
  const own = object.baseNames;
  const of = prototypes.map(({ baseNames }) => baseNames);
  const known = allNames.of(own, () => ({ of: [], all: own }));
  if (known.of.length !== of.length || known.of.some((one, index) => one !== of[index])) {
    budget.spend(of.reduce((sum, { size }) => sum + size, own.size));
    known.of = of;
    known.all = new Set([own, ...of].flatMap((names) => [...names]));
  }
  return known.all;
}

/** Those names that no nearer object has: mostly all, and then the same set. */
function namesWithout(
  names: ReadonlySet<string>,
  nearer: readonly PacObject[],
  { budget }: Machine,
): ReadonlySet<string> {
  if (nearer.length === 0) return names;
  budget.spend(names.size * nearer.length);
  const visible = [...names].filter((name) => nearer.every((one) => !one.getOwn(name)));
  return visible.length === names.size ? names : new Set(visible);
}
