// Whole numbers between two bounds, and what the operators of JavaScript (ECMA-262, 13.15.3) make of them.

import { smallest } from '../../../../kept/lists.js';

export interface Range {
  readonly min: number;
  readonly max: number;
}

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const INT: Range = { min: INT_MIN, max: INT_MAX };
const UNSIGNED_MAX = 2 ** 32 - 1;

/** `undefined` where a bound is no finite number: then it may be anything. */
export function rangeFrom(min: number, max: number): Range | undefined {
  return Number.isFinite(min) && Number.isFinite(max) ? { min, max } : undefined;
}

/** A number that is known, if it is a whole one. */
export function rangeOf(value: number): Range | undefined {
  return Number.isInteger(value) ? { min: value, max: value } : undefined;
}

/** Rounded as they are, results of greater operands are never smaller: the bounds of the operands give those of the result. */
export function rangeAfter(operator: string, a: Range, b: Range): Range | undefined {
  switch (operator) {
    case '+':
      return rangeFrom(a.min + b.min, a.max + b.max);
    case '-':
      return rangeFrom(a.min - b.max, a.max - b.min);
    case '*': {
      const products = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
      return rangeFrom(
        products.reduce((a, b) => Math.min(a, b)),
        products.reduce((a, b) => Math.max(a, b)),
      );
    }
    case '%':
      return remainder(a, b);
    case '&':
      return [a, b].find(isMask) ? { min: 0, max: smallest([a, b].filter(isMask).map(({ max }) => max)) } : INT;
    case '|':
      return isZero(b) && isInt(a) ? a : INT;
    case '^':
    case '<<':
      return INT;
    case '>>':
      return isZero(b) && isInt(a) ? a : INT;
    case '>>>':
      return isZero(b) && a.min >= 0 && a.max <= UNSIGNED_MAX ? a : { min: 0, max: UNSIGNED_MAX };
    default:
      return undefined;
  }
}

/** The sign is that of the dividend. */
function remainder(a: Range, b: Range): Range | undefined {
  const divisor = Math.abs(b.min);
  if (b.min !== b.max || divisor === 0) return undefined;
  if (a.min > -divisor && a.max < divisor) return a;
  return { min: a.min < 0 ? 1 - divisor : 0, max: a.max > 0 ? divisor - 1 : 0 };
}

function isZero({ min, max }: Range): boolean {
  return min === 0 && max === 0;
}

function isInt({ min, max }: Range): boolean {
  return min >= INT_MIN && max <= INT_MAX;
}

/** What leaves no sign and no greater bits, whatever it is joined with. */
function isMask(range: Range): boolean {
  return range.min >= 0 && range.max <= INT_MAX;
}

export function absolute({ min, max }: Range): Range {
  if (min >= 0) return { min, max };
  return max <= 0 ? { min: -max, max: -min } : { min: 0, max: Math.max(-min, max) };
}

/** The least range that has both. */
export function hull(a: Range, b: Range): Range {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) };
}
