// Numbers that programs put together from the parts of a dotted quad, as `convert_addr` does.
import type { AnyNode } from 'acorn';
import type { AddressVariable } from '../question/variables.js';
import { Text, type TextForm } from '../values/text.js';
import { type OctetSum, TracedNumber, type Value } from '../values/value.js';
import { AddressNumber } from './address-number.js';

/** The octets that a value is the sum of; `undefined` where it is no such sum. */
function octetsOf(value: Value): OctetSum | undefined {
  if (!(value instanceof TracedNumber)) return undefined;
  if (value.octets) return value.octets;
  const [source, ...others] = value.sources;
  if (others.length > 0 || value.offset !== 0 || source?.kind !== 'decimal') return undefined;
  const octet = octetOf(source.text.form);
  return octet && { variable: octet.variable, places: new Map([[octet.index, 0]]), isSigned: false };
}

/** Which part of which dotted quad a text is: `address.split('.')[1]`. */
export function octetOf(form: TextForm): { readonly variable: AddressVariable; readonly index: number } | undefined {
  if (form.kind !== 'applied' || form.operation.kind !== 'item' || form.to.kind !== 'variable') return undefined;
  const { index, separator } = form.operation;
  const { variable } = form.to;
  if (variable.kind !== 'address' || separator !== '.' || index < -4 || index > 3) return undefined;
  return { variable, index: (index + 4) % 4 };
}

/** The bits that octets take in their sum, as a number without a sign. */
function bitsOf({ places }: OctetSum): number {
  let bits = 0;
  for (const place of places.values()) bits |= 0xff << place;
  return bits >>> 0;
}

/** Octets as a 32-bit number, which has a sign where one of them takes its highest bit. */
function asInt32(sum: OctetSum): OctetSum {
  return { ...sum, isSigned: bitsOf(sum) >= 2 ** 31 };
}

/** The sum of octets that an operator makes of two values; `undefined` where it makes anything else. */
export function octetOperation(operator: string, left: Value, right: Value): OctetSum | undefined {
  const [first, second] = [octetsOf(left), octetsOf(right)];
  if (first && second) return joined(operator, first, second);
  if (first && typeof right === 'number') return changed(operator, first, right);
  const isCommutative = operator === '+' || operator === '*' || operator === '&' || operator === '|';
  return second && isCommutative && typeof left === 'number' ? changed(operator, second, left) : undefined;
}

function changed(operator: string, sum: OctetSum, by: number): OctetSum | undefined {
  switch (operator) {
    case '&':
      return (bitsOf(sum) & ~by) === 0 ? asInt32(sum) : undefined;
    case '<<': {
      const moved = shifted(sum, by & 31);
      return moved && asInt32(moved);
    }
    case '*':
      // As a product it has no sign, and may be greater than 32 bits.
      return !sum.isSigned && by >= 1 && Number.isInteger(Math.log2(by)) ? shifted(sum, Math.log2(by)) : undefined;
    case '>>>':
      return (by & 31) === 0 ? { ...sum, isSigned: false } : undefined;
    case '>>':
    case '|':
    case '^':
      return (operator === '>>' ? by & 31 : by | 0) === 0 ? asInt32(sum) : undefined;
    case '+':
    case '-':
      return by === 0 ? sum : undefined;
    default:
      return undefined;
  }
}

function shifted(sum: OctetSum, count: number): OctetSum | undefined {
  const places = new Map([...sum.places].map(([index, place]) => [index, place + count]));
  return [...places.values()].every((place) => place <= 24) ? { ...sum, places } : undefined;
}

/** Octets that take different bits. */
function joined(operator: string, first: OctetSum, second: OctetSum): OctetSum | undefined {
  if (operator !== '|' && operator !== '+' && operator !== '^') return undefined;
  if (first.variable !== second.variable || (bitsOf(first) & bitsOf(second)) !== 0) return undefined;
  const places = new Map([...first.places, ...second.places]);
  if (places.size < first.places.size + second.places.size) return undefined;
  const sum = { variable: first.variable, places, isSigned: first.isSigned || second.isSigned };
  return operator === '+' ? sum : asInt32(sum);
}

const OF_TWO: ReadonlySet<string> = new Set(['==', '===', '!=', '!==', '<', '<=', '>', '>=', '+', '-', '>>', '>>>']);

/**
 * The number of an address that a value is, where an operator is followed better on it: octets in the order of the address. Of one octet
 * each value is known; of two, what can be compared or moved is.
 */
export function addressNumberOf(value: Value, operator: string, node: AnyNode): AddressNumber | undefined {
  const sum = value instanceof TracedNumber ? value.octets : undefined;
  if (!sum || sum.places.size < (OF_TWO.has(operator) ? 2 : 3)) return undefined;
  const shifts = new Set([...sum.places].map(([index, place]) => 24 - 8 * index - place));
  const [shift] = shifts;
  if (shifts.size > 1 || shift === undefined || shift < 0) return undefined;
  const mask = [...sum.places.keys()].reduce((bits, index) => bits | (0xff << (24 - 8 * index)), 0) >>> 0;
  return new AddressNumber(sum.variable, node, mask, shift, sum.isSigned);
}

/** The texts of a byte that is not 0, as numbers. */
const BYTES: readonly (readonly [string, number])[] = Array.from({ length: 255 }, (_, at) => [String(at + 1), at + 1]);

/** A number of an address that depends on one of its bytes only, by the values of that byte: all operations are known of it. */
export function byByte(number: AddressNumber): TracedNumber | AddressNumber {
  const one = number.ofOneByte;
  if (!one) return number;
  const { variable, index, place, isSigned, numberOf } = one;
  const form: TextForm = {
    kind: 'applied',
    operation: { kind: 'item', separator: '.', index },
    to: { kind: 'variable', variable },
  };
  const source = { kind: 'table', text: new Text(form), numbers: new Map(BYTES), otherwise: 0 } as const;
  const octets = place === undefined ? undefined : { variable, places: new Map([[index, place]]), isSigned };
  return new TracedNumber([source], ([byte = 0]) => numberOf(byte), undefined, undefined, 1, octets);
}
