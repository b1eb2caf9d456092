import { describe, expect, it } from 'vitest';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import {
  type BitOperator,
  type Bits,
  eitherRegisters,
  holds,
  MAX_REGISTER,
  type RegisterExpression,
  UNMARKED,
  withRegister,
} from '../../../server/src/model/registers.js';
import { randomFrom } from '../../random.js';

const BY = { uri: 'file:///rules', range: { start: 0, end: 1 }, text: 'the rule' };

/** All numbers of four bits that some bits leave open. */
function numbersOf({ value, unknown }: Bits): number[] {
  return Array.from({ length: 16 }, (_, number) => number).filter((number) => (number & ~unknown) === value);
}

const OPERATORS: readonly BitOperator[] = ['&', '|', '^', '<<', '>>'];

function apply(operator: BitOperator, left: number, right: number): number {
  const results = {
    '&': left & right,
    '|': left | right,
    '^': left ^ right,
    '<<': left << right,
    '>>': left >>> right,
  };
  return results[operator] >>> 0;
}

describe('marks of which single bits are unknown', () => {
  const random = randomFrom(7);
  const someBits = (): Bits => {
    const unknown = random(16);
    return { value: random(16) & ~unknown, unknown };
  };

  it('satisfy a test exactly where all of the numbers that they may be do', () => {
    for (let round = 0; round < 3_000; round++) {
      const registers = { ...UNMARKED, 'packet-mark': someBits() };
      const operator = OPERATORS[random(5)] ?? '&';
      const right = random(operator.length === 2 ? 3 : 16);
      const [first, length] = [random(20), random(6)];
      const values = IntervalSet.of<number>([first, first + length]);
      const answers = new Set(
        numbersOf(registers['packet-mark']).map((one) => values.has(apply(operator, one, right))),
      );
      const expected = answers.size === 2 ? undefined : answers.has(true);
      expect(holds({ of: { operator, left: 'packet-mark', right }, values }, registers)).toBe(expected);
    }
  });

  it('stay within what each of two numbers may be, under every operation', () => {
    for (let round = 0; round < 1_000; round++) {
      const registers = { ...UNMARKED, 'packet-mark': someBits(), 'connection-mark': someBits() };
      const operator = OPERATORS[random(3)] ?? '&';
      const to: RegisterExpression = { operator, left: 'packet-mark', right: 'connection-mark' };
      const { status } = withRegister(registers, 'status', to, BY);
      for (const one of numbersOf(registers['packet-mark'])) {
        for (const other of numbersOf(registers['connection-mark'])) {
          expect((apply(operator, one, other) & ~status.unknown) >>> 0).toBe(status.value);
        }
      }
    }
  });

  it('are those in which two possible numbers agree, and remember which statement left them open', () => {
    const set = withRegister(UNMARKED, 'packet-mark', 0x8000_0003, BY);
    const open = eitherRegisters(UNMARKED, set, BY);
    expect(open['packet-mark']).toEqual({ value: 0, unknown: 0x8000_0003 });
    expect(open.unknownBy).toBe(BY);
    expect(withRegister(open, 'packet-mark', MAX_REGISTER, BY)['packet-mark']).toEqual({
      value: MAX_REGISTER,
      unknown: 0,
    });
  });
});
