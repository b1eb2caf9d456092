// Random numbers that are drawn again while they are not wanted.
import { isRandom } from '../../environment/environment.js';
import { TracedNumber, type Value } from '../../values/value.js';
import { DRAWING, type Retry } from '../compile/retries.js';
import type { Machine, Step } from '../machine.js';
import { NativeFunction } from '../natives.js';
import { PacArray, PacObject } from '../objects.js';

/** What a number may be when the loop ends: drawn again and again, it is one of those that end it. */
export function retryStep(retry: Retry): Step {
  return (machine) => {
    const lists = machine.popList(retry.lists.length);
    const operands = machine.popList(retry.operands.length);
    const drawn = machine.pop();
    const isPlain =
      operands.every(isNumberOrText) && lists.every((one) => one instanceof PacArray || isNumberOrText(one));
    machine.push((isPlain && hasNoGetter(retry, machine) ? kept(drawn, retry, machine) : undefined) ?? drawn);
  };
}

/** What computing with changes nothing, as conversions of objects may. */
function isNumberOrText(value: Value): boolean {
  return typeof value === 'number' || typeof value === 'string';
}

/** Whether no global name that is read calls a function of the program. */
function hasNoGetter({ operands, lists }: Retry, { realm }: Machine): boolean {
  return [...operands, ...lists].every((name) => !realm.global.getOwn(name)?.get);
}

function kept(drawn: Value, retry: Retry, machine: Machine): Value {
  const { environment } = machine;
  const [source, ...others] = drawn instanceof TracedNumber ? drawn.sources : [];
  if (!environment || !(drawn instanceof TracedNumber) || source?.kind !== 'point' || others.length > 0)
    return undefined;
  const { variable } = source;
  const { start, end } = retry.value;
  const { node } = variable;
  // It has to be drawn in each round.
  const isDrawn = node !== undefined && isRandom(variable) && node.start >= start && node.end <= end;
  if (!isDrawn || !hasOwnMath(machine)) return undefined;
  const wanted = variable.points.filter((point) => !goesOn(drawn.valueOf([point]), retry));
  if (wanted.length === 0 || wanted.length === variable.points.length) return undefined;
  const rest = environment.randomOf(wanted, node);
  return new TracedNumber([{ kind: 'point', variable: rest }], drawn.valueOf, drawn.offset, drawn.linear, drawn.depth);
}

/** Whether the functions that draw numbers are those of the language, which change nothing. */
function hasOwnMath({ realm }: Machine): boolean {
  const math = realm.global.getOwn('Math')?.value;
  return math instanceof PacObject && [...DRAWING].every((name) => math.getOwn(name)?.value instanceof NativeFunction);
}

function goesOn(value: unknown, { operator, bound }: Retry): boolean {
  if (typeof value !== 'number') return false;
  switch (operator) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    case '==':
    case '===':
      return value === bound;
    case '!=':
    case '!==':
      return value !== bound;
  }
}
