// Conditions that are joined with `||` and `&&`: their traced values make one condition, so that a long chain is one split.
import { allOf, anyOf, type Condition } from '../question/condition.js';
import { truthOf } from '../values/operations.js';
import { TracedBoolean, type Value } from '../values/value.js';
import { chooseBy } from './choices.js';
import { NotFollowed, PacThrow } from './failures.js';
import type { Scope } from './heap.js';
import { isTraced } from './kinds.js';
import { type Machine, type Step, TrialEnded } from './machine.js';

/** A chain of the program. */
export interface Chain {
  readonly operator: '||' | '&&';
  /** Whether only the truth of its result is used. */
  readonly isBoolean: boolean;
  /** Behind its last operand. */
  readonly end: { readonly at: number };
  /** Where its operands end. */
  readonly boundaries: Set<number>;
}

/** What is known of a chain whose first operands are traced. */
interface Join {
  readonly conditions: Condition[];
  readonly decision: Machine['decision'];
  readonly logsAll: boolean;
  readonly logsOld: boolean;
  /** The state before the operand that is being evaluated on trial. */
  readonly pc: number;
  readonly scope: Scope;
  readonly height: number;
  readonly frameCount: number;
  readonly mark: number;
  readonly traceLength: number;
}

/**
 * Behind an operand that is not the last. Where its value is traced, the next operands are evaluated on trial: if all of them are done
 * without a choice, an exception or a change of the heap, they are one condition; otherwise the program is followed in the order of
 * ECMA-262, from the operand that was not possible.
 */
export function operandStep(chain: Chain): Step {
  return (machine) => {
    const value = machine.pop();
    if (!isTraced(value)) {
      if (Boolean(value) === (chain.operator === '||')) {
        machine.push(value);
        machine.frame.pc = chain.end.at;
      }
      return;
    }
    if (!chain.isBoolean && !(value instanceof TracedBoolean)) splitValue(value, chain, machine);
    else joinFrom(value, chain, machine);
  };
}

/** `a || b`, where `a` is the value of the expression if it is true. */
function splitValue(value: Exclude<Value, undefined>, chain: Chain, machine: Machine): void {
  if (!isTraced(value)) return;
  const take = (on: Machine): void => {
    on.push(value);
    on.frame.pc = chain.end.at;
  };
  const skip = (): void => {};
  const isOr = chain.operator === '||';
  chooseBy(truthOf(value, machine.context), isOr ? take : skip, isOr ? skip : take, machine);
}

/** Evaluates the operands that follow on trial. */
function joinFrom(first: Value, chain: Chain, machine: Machine): void {
  const conditions: Condition[] = isTraced(first) ? [truthOf(first, machine.context)] : [];
  const { frame, heap } = machine;
  while (frame.pc < chain.end.at) {
    const before: Join = {
      conditions,
      decision: machine.decision,
      logsAll: heap.logsAll,
      logsOld: heap.logsOld,
      pc: frame.pc,
      scope: frame.scope,
      height: machine.stack.length,
      frameCount: machine.frames.length,
      mark: heap.mark(),
      traceLength: machine.trace.length,
    };
    const value = tryOperand(before, chain, machine);
    if (value === FAILED) {
      splitJoined(combined(conditions, chain), chain, machine);
      return;
    }
    if (!isTraced(value)) {
      if (Boolean(value) !== (chain.operator === '||')) continue;
      machine.push(value);
      machine.frame.pc = chain.end.at;
      return;
    }
    conditions.push(truthOf(value, machine.context));
  }
  machine.push(new TracedBoolean(combined(conditions, chain)));
}

function combined(conditions: readonly Condition[], { operator }: Chain): Condition {
  return operator === '||' ? anyOf(conditions) : allOf(conditions);
}

/** How deep operands on trial may nest through functions of the program, which takes the stack of the host. */
const MOST_TRIALS = 40;

const FAILED: unique symbol = Symbol('failed');

/** The value of the next operand; `FAILED` where it cannot be joined, with everything as it was before. */
function tryOperand(before: Join, chain: Chain, machine: Machine): Value | typeof FAILED {
  const { heap } = machine;
  if (++machine.trials > MOST_TRIALS) {
    machine.trials--;
    throw new TrialEnded();
  }
  // What is made on trial is forgotten with it, so that only changes of other things count.
  heap.logsAll = false;
  heap.logsOld = true;
  heap.epoch++;
  try {
    machine.runOperand(before.frameCount, chain.boundaries);
    if (machine.frame.pc < chain.end.at) machine.frame.pc++;
    const value = machine.pop();
    const fits = chain.isBoolean || typeof value === 'boolean' || value instanceof TracedBoolean;
    if (fits && heap.mark() === before.mark) {
      machine.decision = before.decision;
      return value;
    }
  } catch (thrown) {
    if (!(thrown instanceof PacThrow || thrown instanceof NotFollowed || thrown instanceof TrialEnded)) throw thrown;
  } finally {
    machine.trials--;
    heap.logsAll = before.logsAll;
    heap.logsOld = before.logsOld;
  }
  if (machine.trials > 0) throw new TrialEnded();
  undo(before, machine);
  return FAILED;
}

function undo(before: Join, machine: Machine): void {
  machine.heap.undo(before.mark);
  machine.cutTo(before.frameCount, before.height);
  machine.frame.pc = before.pc;
  machine.frame.scope = before.scope;
  machine.decision = before.decision;
  machine.trace.length = before.traceLength;
}

/** Follows the program without what was joined, which decides, and with it, which leaves it to the operands that follow. */
function splitJoined(condition: Condition, chain: Chain, machine: Machine): void {
  const isOr = chain.operator === '||';
  const decided = (on: Machine): void => {
    on.push(isOr);
    on.frame.pc = chain.end.at;
  };
  const open = (): void => {};
  chooseBy(condition, isOr ? decided : open, isOr ? open : decided, machine);
}
