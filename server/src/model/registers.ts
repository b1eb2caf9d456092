// What rules set and later rules test: the mark of a packet, and the mark and status of its connection. Each is a number of
// which single bits may be unknown (a tristate number: Vishwanathan et al., CGO 2022).
import type { QuotedLine } from './evidence.js';
import { IntervalSet } from './intervals.js';

/** Where a number is kept: with the packet, or with its connection. */
export type Register = 'packet-mark' | 'connection-mark' | 'status';

/** The bit of the status of connections whose destination was translated (`IPS_DST_NAT`). */
export const TRANSLATED_DESTINATION = 0x20;

/** The bit of the status of a packet that rules exclude from connection tracking (`IPS_UNTRACKED` of older kernels). */
export const UNTRACKED = 0x1000;

/** The bit of the status of a packet that answers one which was not tracked: no connection of it is known. */
export const ANSWERS_UNTRACKED = 0x8000_0000;

/** The largest number of a register. */
export const MAX_REGISTER = 0xffff_ffff;

/** A number of 32 bits. Bits that are unknown are 0 in `value`. */
export interface Bits {
  readonly value: number;
  readonly unknown: number;
}

export const ZERO: Bits = { value: 0, unknown: 0 };
const UNKNOWN: Bits = { value: 0, unknown: MAX_REGISTER };

export type BitOperator = '&' | '|' | '^' | '<<' | '>>';

/** How a number is computed. `unknown`: by something that the file does not contain. */
export type RegisterExpression =
  | number
  | Register
  | 'unknown'
  | { readonly operator: BitOperator; readonly left: RegisterExpression; readonly right: RegisterExpression };

/** A condition that a computed number is one of some values. */
export interface RegisterTest {
  readonly of: RegisterExpression;
  readonly values: IntervalSet<number>;
}

/** The numbers of a packet on its way through a filter. */
export interface Registers extends Readonly<Record<Register, Bits>> {
  /** The statement that made bits unknown; absent where none did. */
  readonly unknownBy?: QuotedLine;
}

/** Those of a packet that nothing has marked. */
export const UNMARKED: Registers = { 'packet-mark': ZERO, 'connection-mark': ZERO, status: ZERO };

/** Those of a packet of which nothing is known. */
export const UNKNOWN_REGISTERS: Registers = { 'packet-mark': UNKNOWN, 'connection-mark': UNKNOWN, status: UNKNOWN };

/** The registers after a statement sets one; the same object where nothing changes. */
export function withRegister(
  registers: Registers,
  register: Register,
  to: RegisterExpression,
  by: QuotedLine,
): Registers {
  const [before, after] = [registers[register], evaluate(to, registers)];
  if (before.value === after.value && before.unknown === after.unknown) return registers;
  return { ...registers, [register]: after, ...unknownBy(registers, after.unknown === 0 ? undefined : by) };
}

function unknownBy({ unknownBy: known }: Registers, by: QuotedLine | undefined): Pick<Registers, 'unknownBy'> {
  return known || !by ? {} : { unknownBy: by };
}

/** Those of a reply: what the connection remembers, and whether there is none. */
export function registersOfReply(first: Registers): Registers {
  const { value, unknown } = first.status;
  const moved = (bits: number) => ((bits & ~UNTRACKED) | ((bits & UNTRACKED) === 0 ? 0 : ANSWERS_UNTRACKED)) >>> 0;
  return { ...first, 'packet-mark': ZERO, status: { value: moved(value), unknown: moved(unknown) } };
}

/** What holds of both: bits in which they differ are unknown. The same object as the first where that says no more. */
export function eitherRegisters(a: Registers, b: Registers, by: QuotedLine | undefined): Registers {
  if (sameRegisters(a, b)) return a;
  const cause = b.unknownBy ?? by;
  return {
    'packet-mark': either(a['packet-mark'], b['packet-mark']),
    'connection-mark': either(a['connection-mark'], b['connection-mark']),
    status: either(a.status, b.status),
    ...(a.unknownBy ? { unknownBy: a.unknownBy } : cause ? { unknownBy: cause } : {}),
  };
}

export function sameRegisters(a: Registers, b: Registers): boolean {
  return (
    a === b ||
    (sameBits(a['packet-mark'], b['packet-mark']) &&
      sameBits(a['connection-mark'], b['connection-mark']) &&
      sameBits(a.status, b.status))
  );
}

function sameBits(a: Bits, b: Bits): boolean {
  return a.value === b.value && a.unknown === b.unknown;
}

function either(a: Bits, b: Bits): Bits {
  return bits(a.value, a.unknown | b.unknown | (a.value ^ b.value));
}

/** Bitwise operators give signed numbers. */
function bits(value: number, unknown: number): Bits {
  return { value: (value & ~unknown) >>> 0, unknown: unknown >>> 0 };
}

function evaluate(expression: RegisterExpression, registers: Registers): Bits {
  if (expression === 'unknown') return UNKNOWN;
  if (typeof expression === 'number') return bits(expression, 0);
  if (typeof expression === 'string') return registers[expression];
  const [a, b] = [evaluate(expression.left, registers), evaluate(expression.right, registers)];
  switch (expression.operator) {
    case '&': {
      const possible = (a.value | a.unknown) & (b.value | b.unknown);
      return bits(a.value & b.value, possible & ~(a.value & b.value));
    }
    case '|':
      return bits(a.value | b.value, (a.unknown | b.unknown) & ~(a.value | b.value));
    case '^':
      return bits(a.value ^ b.value, a.unknown | b.unknown);
    case '<<':
    case '>>':
      return shifted(a, b, expression.operator);
  }
}

function shifted(a: Bits, by: Bits, operator: '<<' | '>>'): Bits {
  if (by.unknown !== 0) return UNKNOWN;
  // The operators of JavaScript take the number of places modulo 32.
  if (by.value > 31) return ZERO;
  return operator === '<<'
    ? bits(a.value << by.value, a.unknown << by.value)
    : bits(a.value >>> by.value, a.unknown >>> by.value);
}

/** Whether a condition holds; `undefined` where that depends on unknown bits. */
export function holds({ of, values }: RegisterTest, registers: Registers): boolean | undefined {
  const number = evaluate(of, registers);
  let [low, some] = [0, false];
  let others = false;
  for (const [first, last] of values.intervals) {
    some ||= mayBeWithin(number, first, last);
    others ||= mayBeWithin(number, low, first - 1);
    low = last + 1;
  }
  others ||= mayBeWithin(number, low, MAX_REGISTER);
  return some && others ? undefined : some;
}

/** Whether the number may be within an interval: goes down the bits, the highest first. */
function mayBeWithin({ value, unknown }: Bits, first: number, last: number): boolean {
  if (unknown === 0) return value >= first && value <= last;
  const search = (low: number, bit: number): boolean => {
    const high = low + 2 ** (bit + 1) - 1;
    if (high < first || low > last) return false;
    if (low >= first && high <= last) return true;
    const own = 2 ** bit;
    const [mayBeSet, isSet] = [(unknown & own) !== 0, (value & own) !== 0];
    return ((mayBeSet || !isSet) && search(low, bit - 1)) || ((mayBeSet || isSet) && search(low + own, bit - 1));
  };
  return first <= last && search(0, 31);
}

/** All other values of a register. */
export function complementOfValues(values: IntervalSet<number>): IntervalSet<number> {
  return ALL_VALUES.subtract(values);
}

const ALL_VALUES = IntervalSet.of<number>([0, MAX_REGISTER]);

/** Whether a condition or a rule depends on what the connection remembers of its first packet. */
export function readsConnection(expression: RegisterExpression): boolean {
  if (typeof expression === 'number' || expression === 'unknown') return false;
  if (typeof expression === 'string') return expression !== 'packet-mark';
  return readsConnection(expression.left) || readsConnection(expression.right);
}
