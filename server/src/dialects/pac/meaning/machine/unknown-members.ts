// Properties and methods of values that are not followed: reading and calling them may throw.
import { allOf, type Condition, not } from '../question/condition.js';
import { truthOf, whereNumber } from '../values/operations.js';
import { type TracedNumber, Unknown, UnknownMember } from '../values/value.js';
import { chooseBy } from './choices.js';
import type { Machine } from './machine.js';
import { indexOfKey } from './objects.js';
import type { ErrorName } from './realm.js';

/** Pushes `of.name`; of a key that is not known either, without a name. */
export function getOfUnknown(of: Unknown, name: string | undefined, machine: Machine): void {
  const { node } = machine;
  const push = (on: Machine): void => {
    if (of.isObject && name !== undefined && indexOfKey(name) < 0) on.push(of);
    else if (name === undefined || of.isObject) on.push(new Unknown(of.reason, node, false, true));
    else on.push(new UnknownMember(of, name, node));
  };
  // What is taken for true is there.
  const missing: Condition = of.mayBeMissing ? allOf([not(truthOf(of, machine.context)), open(of, machine)]) : NEVER;
  chooseBy(missing, failing('TypeError', 'Cannot read properties of undefined or null'), push, machine);
}

const NEVER: Condition = { kind: 'never' };

function open({ reason }: Unknown, { node }: Machine): Condition {
  return { kind: 'unknown', unknown: new Unknown(reason, node) };
}

function failing(name: ErrorName, message: string): (machine: Machine) => never {
  return (machine) => {
    throw machine.error(name, message);
  };
}

/** Goes on where an operation on an unknown value gives a result, and throws a TypeError where not. */
export function orTypeError(of: Unknown, message: string, goOn: (machine: Machine) => void, machine: Machine): void {
  chooseBy(open(of, machine), failing('TypeError', message), goOn, machine);
}

/** Goes on where a value that is picked from several is there. */
export function whereThere(of: TracedNumber, goOn: (machine: Machine) => void, machine: Machine): void {
  const missing = whereNumber(of, (value) => value === undefined || value === null, machine.context, undefined);
  const isText = missing.kind !== 'unknown';
  chooseBy(isText ? missing : NEVER, failing('TypeError', 'Cannot read properties of undefined'), goOn, machine);
}
