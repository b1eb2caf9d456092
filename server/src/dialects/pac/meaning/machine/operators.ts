// The operators of JavaScript (ECMA-262, 13.5 to 13.11), on any values.
import { binaryOperation } from '../values/operations.js';
import { type OperationResult, type Primitive, Unknown, type Value } from '../values/value.js';
import { getNested, toPrimitive } from './conversions.js';
import { describe, isObject, isTraced } from './kinds.js';
import type { Machine } from './machine.js';
import { BoundFunction } from './natives.js';
import { PacFunction, PacObject } from './objects.js';

export type BinaryOperator = ArithmeticOperator | ComparisonOperator | '==' | '!=' | '===' | '!==';
type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '**' | '&' | '|' | '^' | '<<' | '>>' | '>>>';
type ComparisonOperator = '<' | '<=' | '>' | '>=';

/** The longest text that a program may build. */
const LONGEST_TEXT = 4 * 1024 * 1024;

export function binary(operator: BinaryOperator, left: Value, right: Value, machine: Machine): OperationResult {
  switch (operator) {
    case '===':
      return strictlyEquals(left, right, false, machine);
    case '!==':
      return strictlyEquals(left, right, true, machine);
    case '==':
      return looselyEquals(left, right, false, machine);
    case '!=':
      return looselyEquals(left, right, true, machine);
    default:
      return compute(operator, left, right, machine);
  }
}

function compute(
  operator: ArithmeticOperator | ComparisonOperator,
  left: Value,
  right: Value,
  machine: Machine,
): OperationResult {
  const hint = operator === '+' ? 'default' : 'number';
  const a = toPrimitive(left, hint, machine);
  const b = toPrimitive(right, hint, machine);
  if (isTraced(a) || isTraced(b)) return binaryOperation(operator, a, b, machine.context);
  return operator === '+' ? plus(a, b, machine) : arithmetic(operator, a, b, machine);
}

function plus(left: Primitive, right: Primitive, machine: Machine): Primitive {
  if (typeof left !== 'string' && typeof right !== 'string') return Number(left) + Number(right);
  return joinTexts(String(left), String(right), machine);
}

/** Engines keep a joined text as its two parts: what it costs is the shorter one. */
export function joinTexts(left: string, right: string, machine: Machine): string {
  if (left.length + right.length > LONGEST_TEXT)
    throw machine.notFollowed('builds a text of more than four million characters');
  machine.budget.spend(Math.min(left.length, right.length) / 8);
  return left + right;
}

function arithmetic(
  operator: Exclude<ArithmeticOperator, '+'> | ComparisonOperator,
  left: Primitive,
  right: Primitive,
  machine: Machine,
): Primitive {
  if (typeof left === 'string' && typeof right === 'string') {
    const order = textOrder(operator, left, right, machine);
    if (order !== undefined) return order;
  }
  return onNumbers(operator, Number(left), Number(right));
}

function textOrder(operator: string, left: string, right: string, machine: Machine): boolean | undefined {
  machine.budget.spend(Math.min(left.length, right.length) / 16);
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return undefined;
  }
}

function onNumbers(
  operator: Exclude<ArithmeticOperator, '+'> | ComparisonOperator,
  a: number,
  b: number,
): number | boolean {
  switch (operator) {
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '**':
      return a ** b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '>>>':
      return a >>> b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

export function strictlyEquals(left: Value, right: Value, negated: boolean, machine: Machine): OperationResult {
  const tracedLeft = isTraced(left);
  const tracedRight = isTraced(right);
  if (!tracedLeft && !tracedRight) {
    if (typeof left === 'string' && typeof right === 'string') chargeComparison(left, right, machine);
    return (left === right) !== negated;
  }
  // An object equals no primitive; only what is not known might be one.
  if (isObject(left) || isObject(right)) {
    const other = isObject(left) ? right : left;
    return other instanceof Unknown ? new Unknown(other.reason, machine.node) : negated;
  }
  return binaryOperation(negated ? '!==' : '===', left, right, machine.context);
}

function looselyEquals(left: Value, right: Value, negated: boolean, machine: Machine): OperationResult {
  if (isObject(left) && isObject(right)) return (left === right) !== negated;
  if (isObject(left) || isObject(right)) {
    const other = isObject(left) ? right : left;
    if (other === null || other === undefined) return negated;
  }
  const a = toPrimitive(left, 'default', machine);
  const b = toPrimitive(right, 'default', machine);
  if (isTraced(a) || isTraced(b)) return binaryOperation(negated ? '!=' : '==', a, b, machine.context);
  if (typeof a === 'string' && typeof b === 'string') chargeComparison(a, b, machine);
  // biome-ignore lint/suspicious/noDoubleEquals: this is the program's operator
  return (a == b) !== negated;
}

function chargeComparison(left: string, right: string, machine: Machine): void {
  if (left.length === right.length) machine.budget.spend(left.length / 16);
}

function targetOf({ target }: BoundFunction, machine: Machine): PacFunction {
  let made = target;
  while (made instanceof BoundFunction) {
    machine.budget.spend(1);
    made = made.target;
  }
  return made;
}

export function instanceOf(value: Value, maker: Value, machine: Machine): boolean {
  if (maker instanceof Unknown) throw machine.notFollowed(maker.reason);
  if (maker instanceof BoundFunction) return instanceOf(value, targetOf(maker, machine), machine);
  if (!(maker instanceof PacFunction))
    throw machine.error('TypeError', "Right-hand side of 'instanceof' is not callable");
  if (value instanceof Unknown) throw machine.notFollowed(value.reason);
  if (!isObject(value)) return false;
  const prototype = getNested(maker, 'prototype', machine);
  if (!(prototype instanceof PacObject))
    throw machine.error('TypeError', `Function has non-object prototype ${describe(prototype)} in instanceof check`);
  for (let at = value.prototype; at; at = at.prototype) {
    machine.budget.spend(1);
    if (at === prototype) return true;
  }
  return false;
}
