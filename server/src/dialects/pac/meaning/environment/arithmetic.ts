// Arithmetic with random numbers and with addresses as numbers: what the operations of values do not know.
import type { AnyNode } from 'acorn';
import { type Condition, not } from '../question/condition.js';
import type { PointVariable } from '../question/variables.js';
import { TracedBoolean, TracedNumber, type Value } from '../values/value.js';
import { AddressNumber, MovedAddressNumber } from './address-number.js';
import { addressNumberOf, byByte } from './octets.js';
import { RandomNumber } from './random.js';
import { WholeNumber, wholeNumberOperation } from './whole-number.js';

/** What leaves a number as it is, if the other one is 0. */
const LEFT_BY_ZERO: ReadonlySet<string> = new Set(['+', '-', '>>', '>>>']);

/** The result of an operator on a number of the environment; `undefined` where it is as unknown as anything. */
export function environmentOperation(operator: string, left: Value, right: Value, node: AnyNode): Value {
  const isSame = right === 0 && LEFT_BY_ZERO.has(operator);
  const address = isSame
    ? undefined
    : typeof right === 'number'
      ? addressNumberOf(left, operator, node)
      : typeof left === 'number'
        ? addressNumberOf(right, operator, node)
        : undefined;
  if (operator === '-' && (left instanceof AddressNumber || right instanceof AddressNumber)) {
    const [first, second] = [numberOfAddress(left, node), numberOfAddress(right, node)];
    if (first && second) return first.without(second);
  }
  if (address)
    return typeof right === 'number' ? onNumber(operator, address, right) : onNumber(operator, left, address);
  return onNumber(operator, left, right);
}

function onNumber(operator: string, left: Value, right: Value): Value {
  if (left instanceof RandomNumber && typeof right === 'number') return randomOperation(operator, left, right);
  if (right instanceof RandomNumber && typeof left === 'number' && (operator === '*' || operator === '+')) {
    return randomOperation(operator, right, left);
  }
  if (isAddress(left) && typeof right === 'number') return addressOperation(operator, left, right);
  if (isAddress(right) && typeof left === 'number') {
    const exchanged = EXCHANGED.get(operator);
    return exchanged && onNumber(exchanged, right, left);
  }
  return wholeNumberOperation(operator, left, right);
}

/** A number of an address, be it the sum of its bytes. */
function numberOfAddress(value: Value, node: AnyNode): AddressNumber | undefined {
  return value instanceof AddressNumber ? value : addressNumberOf(value, '-', node);
}

/** Where a property is read whose name is a number of an address: where that is one of some names. */
export function environmentNames(key: Value, names: ReadonlySet<string>, node: AnyNode): Condition | undefined {
  return numberOfAddress(key, node)?.isOneOf(names);
}

/** Whether it is a number of an address that is known for each address. */
export function isIndexOfAddress(key: Value): boolean {
  return key instanceof AddressNumber && key.isIndex;
}

const EQUALITIES: ReadonlySet<string> = new Set(['==', '===', '!=', '!==']);

/** The operators with exchanged operands. */
const EXCHANGED: ReadonlyMap<string, string> = new Map([
  ...['&', '+', ...EQUALITIES].map((operator): [string, string] => [operator, operator]),
  ['<', '>'],
  ['>', '<'],
  ['<=', '>='],
  ['>=', '<='],
]);

function randomOperation(operator: string, number: RandomNumber, other: number): Value {
  switch (operator) {
    case '*':
      return number.times(other);
    case '/':
      return number.times(1 / other);
    case '+':
      return number.plus(other);
    case '-':
      return number.plus(-other);
    case '%':
      return number.modulo(other);
    case '|':
    case '>>':
    case '>>>':
      return other === 0 ? number.floor() : undefined;
    default:
      return undefined;
  }
}

function isAddress(value: Value): value is AddressNumber | MovedAddressNumber {
  return value instanceof AddressNumber || value instanceof MovedAddressNumber;
}

function addressOperation(operator: string, number: AddressNumber | MovedAddressNumber, other: number): Value {
  switch (operator) {
    case '&':
      return number instanceof AddressNumber ? partOf(number.and(other)) : undefined;
    case '>>':
    case '>>>':
      return partOf(number.shifted(other, operator === '>>'));
    case '%':
      return number instanceof AddressNumber ? oneOf(number.remainder(other)) : undefined;
    case '+':
      return number.plus(other);
    case '-':
      return number.plus(-other);
    case '<':
      return truthValue(number.isLess(other), true);
    case '>=':
      return truthValue(number.isLess(other), false);
    case '<=':
      return truthValue(number.isLess(Math.floor(other) + 1), true);
    case '>':
      return truthValue(number.isLess(Math.floor(other) + 1), false);
    default:
      return EQUALITIES.has(operator) ? truthValue(number.equals(other), !operator.startsWith('!')) : undefined;
  }
}

function partOf(number: AddressNumber | MovedAddressNumber | undefined): Value {
  return number instanceof AddressNumber ? byByte(number) : number;
}

function oneOf(variable: PointVariable | undefined): Value {
  return variable && new TracedNumber([{ kind: 'point', variable }], ([point]) => point, 0);
}

/** Whether a condition holds, or with `holds` false does not, as a value. */
function truthValue(condition: Condition | undefined, holds: boolean): Value {
  if (!condition) return undefined;
  if (condition.kind === 'always' || condition.kind === 'never') return (condition.kind === 'always') === holds;
  return new TracedBoolean(holds ? condition : not(condition));
}

/** The result of `+value`, which is the number itself. */
export function environmentUnary(operator: string, value: Value): Value {
  if (value instanceof WholeNumber) {
    if (operator === '-') return wholeNumberOperation('-', 0, value);
    return operator === '~' ? wholeNumberOperation('^', value, -1) : operator === '+' ? value : undefined;
  }
  return operator === '+' && (value instanceof RandomNumber || isAddress(value)) ? value : undefined;
}

/** What leaves whole numbers as they are. */
const ROUNDING: ReadonlySet<string> = new Set(['Math.floor', 'Math.trunc', 'Math.round', 'Math.ceil']);

/** The result of a function (`Math.floor`, `parseInt`) on a number of the environment. */
export function environmentFunction(name: string, args: readonly Value[]): Value {
  const [number] = args;
  if (number instanceof WholeNumber)
    return name === 'Math.abs' ? number.absolute() : ROUNDING.has(name) ? number : undefined;
  if (!(number instanceof RandomNumber)) return undefined;
  switch (name) {
    case 'Math.floor':
    case 'Math.trunc':
    case 'parseInt':
      return number.floor();
    case 'Math.round':
    case 'Math.ceil':
      return number.roundUp();
    default:
      return undefined;
  }
}
