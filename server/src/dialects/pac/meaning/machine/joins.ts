// Conditions that are joined with `||` and `&&`: their traced values make one condition, so that a long chain is one split.
import { ALWAYS, allOf, anyOf, type Condition, NEVER } from '../question/condition.js';
import { truthOf } from '../values/operations.js';
import { type Traced, TracedBoolean, type Value } from '../values/value.js';
import { booleanOf, chooseBy, sideOf } from './choices.js';
import { NotFollowed, PacThrow, TrialEnded } from './failures.js';
import type { Scope } from './heap.js';
import { isTraced } from './kinds.js';
import type { Machine, Step } from './machine.js';
import { Trial } from './trial.js';

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

/**
 * Before an expression of which only the truth is used: it is followed on trial. If it changes nothing but what it makes itself, all of
 * its paths are one condition; otherwise the program is followed in the order of ECMA-262.
 */
export function trialStep(chain: Chain): Step {
  return (machine) => {
    if (machine.region) joinFrom([], chain, machine);
  };
}

/** Behind an operand that is not the last. Where its value is traced, the next operands are followed on trial, and joined with it. */
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
    else joinFrom([truthOf(value, machine.context)], chain, machine);
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

/** Follows the next operands on trial, and joins them with the conditions of those before. */
function joinFrom(conditions: Condition[], chain: Chain, machine: Machine): void {
  while (machine.frame.pc < chain.end.at) {
    const value = tryOperand(chain, machine);
    if (value === FAILED) {
      splitJoined(combined(conditions, chain), chain, machine);
      return;
    }
    if (!isTraced(value)) {
      if (Boolean(value) !== (chain.operator === '||')) continue;
      machine.push(conditions.length > 0 || chain.isBoolean ? Boolean(value) : value);
      machine.frame.pc = chain.end.at;
      return;
    }
    conditions.push(truthOf(value, machine.context));
  }
  machine.push(booleanOf(combined(conditions, chain)));
}

function combined(conditions: readonly Condition[], { operator }: Chain): Condition {
  return operator === '||' ? anyOf(conditions) : allOf(conditions);
}

/** How deep trials may nest, each of which takes the stack of the host. */
const MOST_TRIALS = 40;
/** How often an expression is tried that could not be joined. */
const MOST_FAILURES = 3;

const FAILED: unique symbol = Symbol('failed');

/** The value of the next operand; `FAILED` where it cannot be joined, with everything as it was before. */
function tryOperand(chain: Chain, machine: Machine): Value | typeof FAILED {
  const { frame, heap } = machine;
  const node = frame.code.nodes[frame.pc] ?? machine.node;
  const failures = machine.failedTrials.get(node) ?? 0;
  // While a program is loaded, nothing that is made may count as new.
  if (heap.epoch === 0 || failures >= MOST_FAILURES || (machine.trial?.depth ?? 0) >= MOST_TRIALS) return FAILED;
  const before = stateOf(machine);
  heap.logsAll = false;
  // What is made on trial is forgotten with it, so that only changes of other things count.
  heap.trialEpoch = ++heap.epoch;
  const trial = new Trial(machine.trial, machine.nesting, machine.choicePoints.length, machine.region);
  machine.trial = trial;
  let value: Value | typeof FAILED = FAILED;
  try {
    value = followedAll(trial, before, chain, machine);
  } catch (thrown) {
    if (!(thrown instanceof PacThrow || thrown instanceof NotFollowed || thrown instanceof TrialEnded)) throw thrown;
  }
  if (value === FAILED) {
    machine.failedTrials.set(node, failures + 1);
    heap.undo(before.mark);
  }
  restore(before, value === FAILED, machine);
  return value;
}

/** Follows all paths of an operand; the value of the only one, or where any of them is true. */
function followedAll(trial: Trial, before: State, chain: Chain, machine: Machine): Value | typeof FAILED {
  let end: number | undefined;
  for (;;) {
    machine.runOperand(before.frameCount, chain.boundaries);
    if (machine.frame.pc < chain.end.at) machine.frame.pc++;
    if (end !== undefined && end !== machine.frame.pc) return FAILED;
    end = machine.frame.pc;
    const value = machine.pop();
    if (!chain.isBoolean && typeof value !== 'boolean' && !(value instanceof TracedBoolean)) return FAILED;
    if (!trial.hasForks) return value;
    const joined = trial.endPath(isTraced(value) ? endOf(value, machine) : booleanCondition(Boolean(value)));
    if (joined) return booleanOf(joined);
    machine.backtrack();
  }
}

/** What holds at the end of one of several paths: where all of the path is on one side, as mostly in a walk, no condition is left. */
function endOf(value: Traced, machine: Machine): Condition {
  const condition = truthOf(value, machine.context);
  const side = sideOf(condition, machine);
  return side === undefined ? condition : booleanCondition(side);
}

function booleanCondition(holds: boolean): Condition {
  return holds ? ALWAYS : NEVER;
}

/** The state of the machine before a trial. */
interface State {
  readonly decision: Machine['decision'];
  readonly logsAll: boolean;
  readonly trialEpoch: number;
  readonly trial: Trial | undefined;
  readonly pc: number;
  readonly scope: Scope;
  readonly height: number;
  readonly frameCount: number;
  readonly mark: number;
  readonly traceLength: number;
}

function stateOf({ heap, frame, frames, decision, stack, trace, trial }: Machine): State {
  return {
    decision,
    logsAll: heap.logsAll,
    trialEpoch: heap.trialEpoch,
    trial,
    pc: frame.pc,
    scope: frame.scope,
    height: stack.length,
    frameCount: frames.length,
    mark: heap.mark(),
    traceLength: trace.length,
  };
}

/** Ends a trial; where it has failed, the program goes on from where it began. */
function restore(before: State, hasFailed: boolean, machine: Machine): void {
  const { heap, trial } = machine;
  machine.dropChoices(trial?.choiceCount ?? 0);
  machine.trial = before.trial;
  heap.logsAll = before.logsAll;
  heap.trialEpoch = before.trialEpoch;
  machine.region = trial?.region;
  machine.decision = before.decision;
  if (!hasFailed) return;
  machine.cutTo(before.frameCount, before.height);
  machine.frame.pc = before.pc;
  machine.frame.scope = before.scope;
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
