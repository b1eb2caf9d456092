// What a loop over the characters of a text computes, without following it round by round: a name may have 253 of them.

import { hull, type Range, rangeAfter, rangeOf } from '../../environment/ranges.js';
import { reasonOfCharacters, WholeNumber } from '../../environment/whole-number.js';
import { lengthOf, linearNumber } from '../../values/numbers.js';
import { maximumLength } from '../../values/sources.js';
import { subjectOf } from '../../values/subject.js';
import { Text } from '../../values/text.js';
import { Unknown, type Value } from '../../values/value.js';
import type { CharacterLoop, NumberExpression } from '../compile/character-loops.js';
import { isObject } from '../kinds.js';
import type { FunctionCode, Machine, Step } from '../machine.js';
import { NativeFunction } from '../natives.js';
import type { Label } from './control.js';
import { tabulated } from './tabulate.js';

/** More rounds are not looked at. */
const MOST_ROUNDS = 2_000;
/** The greatest code of a character. */
const CHARACTER: Range = { min: 0, max: 0xffff };

type Bounds = Map<string, Range | undefined>;

/** What is run to know the functions of a character. */
export interface CharacterCodes {
  readonly functions: readonly FunctionCode[];
  /** Makes unknown what the loop changes. */
  readonly forgetting: FunctionCode | undefined;
}

/**
 * Takes the text of a loop and the values of its variables from the stack. Where the text depends on what is asked, those that are assigned get
 * what any number of rounds leaves, and the length of the text is pushed for its index; otherwise the loop is followed.
 */
export function characterLoopStep(loop: CharacterLoop, codes: CharacterCodes, otherwise: Label): Step {
  return (machine) => {
    const values = loop.names.map(() => machine.pop()).reverse();
    const text = machine.pop();
    const isKnown = !(text instanceof Text) || values.some(isObject) || !readsAsEver(loop, machine);
    const counted = isKnown ? undefined : countAfter(loop, text, values[0]);
    const isFollowed = isKnown || !machine.environment || (loop.counts && counted === undefined);
    const ranges = isFollowed ? undefined : rangesOf(codes, text, machine);
    if (isFollowed || !ranges || !machine.environment) {
      machine.frame.pc = otherwise.at;
      return;
    }
    if (counted !== undefined) {
      machine.push(counted);
      machine.push(lengthOf(text));
      return;
    }
    const bounds = boundsAfter(loop, ranges, values, text, machine);
    const { environment, node } = machine;
    for (const [at, name] of loop.names.slice(0, loop.assignedCount).entries()) {
      const range = bounds.get(name);
      machine.push(
        range
          ? new WholeNumber(environment, subjectOf(text.form), node, range)
          : new Unknown(reasonOfCharacters(subjectOf(text.form)), node, false, values[at] === undefined),
      );
    }
    machine.push(lengthOf(text));
  };
}

/** What a loop that counts a character leaves of a number: how often there is one is known as `split` knows it. */
function countAfter({ counts }: CharacterLoop, text: Text, before: Value): Value | undefined {
  // Sums of other numbers are rounded each time.
  if (!counts || !Number.isInteger(before) || !Number.isInteger(counts.step) || Math.abs(counts.step) > MOST_ROUNDS)
    return undefined;
  return linearNumber([{ kind: 'count', text, what: counts.character }], [counts.step], Number(before));
}

/** The bounds of the functions of a character. */
function rangesOf({ functions, forgetting }: CharacterCodes, text: Text, machine: Machine) {
  return forgetting ? tabulated(functions, forgetting, text, machine) : [];
}

/** Whether the program has left the methods that read the characters as they are. */
function readsAsEver({ reads }: CharacterLoop, { realm }: Machine): boolean {
  return [...reads].every((name) => {
    if (name === 'index') return true;
    const method = realm.stringPrototype.getOwn(name)?.value;
    return method instanceof NativeFunction && method.getOwn('name')?.value === name;
  });
}

/** Goes through the rounds with the bounds of all numbers, as none or any number of them leave them. */
function boundsAfter(
  loop: CharacterLoop,
  ranges: readonly Range[],
  values: readonly Value[],
  text: Text,
  { budget }: Machine,
): Bounds {
  const bounds: Bounds = new Map(loop.names.map((name, index) => [name, boundsOf(values[index])]));
  bounds.set(loop.index, { min: 0, max: MOST_ROUNDS });
  const rounds = maximumLength(text.form);
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) {
    budget.spend(loop.assignments.length);
    if (!widen(bounds, loop, ranges)) return bounds;
  }
  if (rounds > MOST_ROUNDS) bounds.clear();
  return bounds;
}

function boundsOf(value: Value): Range | undefined {
  if (value instanceof WholeNumber) return value.range;
  return typeof value === 'number' ? rangeOf(value) : undefined;
}

/** Adds what one more round leaves; whether that is anything new. */
function widen(bounds: Bounds, { assignments, names }: CharacterLoop, ranges: readonly Range[]): boolean {
  const round = new Map(bounds);
  for (const { name, value } of assignments) round.set(name, rangeIn(value, round, ranges));
  let isNew = false;
  for (const name of names) {
    const [before, after] = [bounds.get(name), round.get(name)];
    if (!before) continue;
    const both = after && hull(before, after);
    if (both?.min === before.min && both.max === before.max) continue;
    bounds.set(name, both);
    isNew = true;
  }
  return isNew;
}

function rangeIn(value: NumberExpression, bounds: Bounds, ranges: readonly Range[]): Range | undefined {
  switch (value.kind) {
    case 'number':
      return rangeOf(value.value);
    case 'variable':
      return bounds.get(value.name);
    case 'character':
      return CHARACTER;
    case 'function':
      return ranges[value.index];
    case 'text':
      return undefined;
    case 'operation': {
      const left = rangeIn(value.left, bounds, ranges);
      const right = rangeIn(value.right, bounds, ranges);
      return left && right && rangeAfter(value.operator, left, right);
    }
  }
}
