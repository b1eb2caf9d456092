// Instructions: operators.
import { unaryOperation } from '../../values/operations.js';
import type { OpenText, Value } from '../../values/value.js';
import { deliver } from '../choices.js';
import { toPrimitive, toText, typeOf } from '../conversions.js';
import { isTraced } from '../kinds.js';
import type { Machine, Step } from '../machine.js';
import { type BinaryOperator, binary, instanceOf, joinTexts } from '../operators.js';
import { has } from '../properties.js';

type OnNumbers = (left: number, right: number) => Value;

/** The operators on two numbers, which is what loops mostly do. */
const ON_NUMBERS: Readonly<Partial<Record<BinaryOperator, OnNumbers>>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '%': (left, right) => left % right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

export function binaryStep(operator: BinaryOperator): Step {
  const onNumbers = ON_NUMBERS[operator];
  return (machine) => {
    const right = machine.pop();
    const left = machine.pop();
    if (onNumbers && typeof left === 'number' && typeof right === 'number') machine.push(onNumbers(left, right));
    else deliver(binary(operator, left, right, machine), machine);
  };
}

export const instanceOfStep: Step = (machine) => {
  const made = machine.pop();
  machine.push(instanceOf(machine.pop(), made, machine));
};

export const inStep: Step = (machine) => {
  const object = machine.pop();
  has(object, machine.pop(), machine);
};

export const negateTruth: Step = (machine) => {
  const value = machine.pop();
  if (isTraced(value)) deliver(unaryOperation('!', value, machine.context), machine);
  else machine.push(!value);
};

export const typeofStep: Step = (machine) => {
  deliver(typeOf(machine.pop(), machine), machine);
};

function numeric(operator: '-' | '+' | '~', onNumber: (value: number) => number): Step {
  return (machine) => {
    const value = toPrimitive(machine.pop(), 'number', machine);
    if (isTraced(value)) deliver(unaryOperation(operator, value, machine.context), machine);
    else machine.push(onNumber(Number(value)));
  };
}

export const negate = numeric('-', (value) => -value);
export const toNumberStep = numeric('+', (value) => value);
export const complement = numeric('~', (value) => ~value);

/** `++` and `--`: of the number on the stack. */
export function addStep(by: 1 | -1): Step {
  return (machine) => {
    const value = machine.pop();
    if (typeof value === 'number') machine.push(value + by);
    else deliver(binary('+', value, by, machine), machine);
  };
}

/** A template: its texts and the values between them. */
export function templateStep(texts: readonly (string | OpenText)[]): Step {
  return (machine) => {
    const values = machine.popList(texts.length - 1);
    let result: Value = texts[0] ?? '';
    for (let i = 0; i < values.length; i++) {
      result = append(result, toText(values[i], machine), machine);
      const text = texts[i + 1];
      if (text) result = append(result, text, machine);
    }
    machine.push(result);
  };
}

function append(left: Value, right: Value, machine: Machine): Value {
  if (typeof left === 'string' && typeof right === 'string') return joinTexts(left, right, machine);
  const joined = binary('+', left, right, machine);
  if (typeof joined === 'object' && joined !== null && !isTraced(joined as Value))
    throw machine.notFollowed('joins texts that depend on the request');
  return joined as Value;
}
