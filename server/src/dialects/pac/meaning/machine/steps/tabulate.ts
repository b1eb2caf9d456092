// What a function of the program gives for each character of an alphabet: it is run for them.
import { largest, smallest } from '../../../../../kept/lists.js';
import type { Range } from '../../environment/ranges.js';
import { alphabetOf, type Text } from '../../values/text.js';
import { callNested } from '../calls.js';
import { NotFollowed, PacThrow, TrialEnded } from '../failures.js';
import type { FunctionCode, Machine } from '../machine.js';
import { functionOf } from './objects.js';

/**
 * The bounds of what functions give for the characters of a text; `undefined` where one of them gives anything but a whole number, throws,
 * changes anything, or reads what `forgetting` makes unknown. Everything is as it was before.
 */
export function tabulated(
  functions: readonly FunctionCode[],
  forgetting: FunctionCode,
  { form }: Text,
  machine: Machine,
): readonly Range[] | undefined {
  const { heap, decision, trace, stack, frames } = machine;
  // While a program is loaded, nothing that is made may count as new.
  if (heap.epoch === 0) return undefined;
  const { logsAll, trialEpoch, epoch } = heap;
  const [mark, traceLength, height, depth] = [heap.mark(), trace.length, stack.length, frames.length];
  heap.logsAll = true;
  try {
    callNested(functionOf(forgetting, machine), undefined, [], machine);
    heap.trialEpoch = ++heap.epoch;
    const alphabet = [...alphabetOf(form)];
    return functions.map((code) => boundsOf(code, alphabet, machine));
  } catch (thrown) {
    if (!(thrown instanceof PacThrow || thrown instanceof NotFollowed || thrown instanceof TrialEnded)) throw thrown;
    return undefined;
  } finally {
    heap.undo(mark);
    Object.assign(heap, { logsAll, trialEpoch, epoch });
    machine.cutTo(depth, height);
    machine.decision = decision;
    trace.length = traceLength;
  }
}

function boundsOf(code: FunctionCode, alphabet: readonly string[], machine: Machine): Range {
  const callee = functionOf(code, machine);
  const values = alphabet.map((character) => {
    const value = callNested(callee, undefined, [character], machine);
    if (typeof value !== 'number' || !Number.isInteger(value)) throw new TrialEnded();
    return value;
  });
  return { min: smallest(values), max: largest(values) };
}
