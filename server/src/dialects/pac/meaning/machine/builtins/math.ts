// Math.
import { RandomNumber } from '../../environment/random.js';
import { callFunction } from '../../values/operations.js';
import type { NativeContext } from '../natives.js';
import type { Realm } from '../realm.js';
import { ask, define, defineConstants, defineNamespace, isTraced, numberOf } from './support.js';

const CONSTANTS = ['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'] as const;

const FUNCTIONS = [
  ...([
    'abs',
    'acos',
    'acosh',
    'asin',
    'asinh',
    'atan',
    'atan2',
    'atanh',
    'cbrt',
    'ceil',
    'clz32',
    'cos',
    'cosh',
  ] as const),
  ...([
    'exp',
    'expm1',
    'floor',
    'fround',
    'hypot',
    'imul',
    'log',
    'log10',
    'log1p',
    'log2',
    'max',
    'min',
    'pow',
  ] as const),
  ...(['round', 'sign', 'sin', 'sinh', 'sqrt', 'tan', 'tanh', 'trunc'] as const),
];

export function installMath(realm: Realm): void {
  const math = defineNamespace(realm, 'Math');
  defineConstants(math, Object.fromEntries(CONSTANTS.map((name) => [name, Math[name]])));
  for (const name of FUNCTIONS) {
    const host: (...numbers: number[]) => number = Math[name];
    define(realm, math, name, host.length, (_self, args, context) => {
      context.budget.spend(args.length);
      const [first] = args;
      // What is rounded down is one of few numbers.
      if (first instanceof RandomNumber && (name === 'floor' || name === 'trunc')) return first.floor();
      const numbers = args.map((arg) => numberOf(arg, context));
      return numbers.some(isTraced)
        ? callFunction(`Math.${name}`, numbers, context)
        : compute(host, numbers.map(Number), context);
    });
  }
  define(realm, math, 'random', 0, (_self, args, context) => ask('Math.random', args, context));
}

/** More arguments than these are too many for a call of the engine. */
const MOST_ARGUMENTS = 10_000;

function compute(host: (...numbers: number[]) => number, numbers: readonly number[], context: NativeContext): number {
  if (numbers.length > MOST_ARGUMENTS) throw context.notFollowed('computes with too many numbers at once');
  return host(...numbers);
}
