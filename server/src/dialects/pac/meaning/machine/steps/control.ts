// Instructions: jumps, exceptions, returns and decisions.
import type { AnyNode } from 'acorn';
import { deliver, splitTruth } from '../choices.js';
import { PacThrow } from '../failures.js';
import { nextSerial } from '../heap.js';
import { isTraced } from '../kinds.js';
import type { Step } from '../machine.js';
import { meetAfter } from '../meeting.js';
import { binary, strictlyEquals } from '../operators.js';

export interface Label {
  at: number;
}

export function jump(label: Label): Step {
  return ({ frame }) => {
    frame.pc = label.at;
  };
}

/** Jumps where a value is false or true; one that depends on what is asked is followed both ways. */
export function jumpIf(truth: boolean, label: Label): Step {
  return (machine) => {
    const value = machine.pop();
    if (isTraced(value)) splitTruth(value, machine);
    else if (Boolean(value) === truth) machine.frame.pc = label.at;
  };
}

const LONGEST_TRACE = 20_000;

/** The condition of an `if` or `?:`, which a trace tells. */
export function test(node: AnyNode, otherwise: Label): Step {
  return (machine) => {
    const value = machine.pop();
    if (isTraced(value)) {
      splitTruth(value, machine);
      return;
    }
    const holds = Boolean(value);
    if (machine.isTracing && machine.trace.length < LONGEST_TRACE) machine.trace.push({ node, holds });
    if (!holds) machine.frame.pc = otherwise.at;
  };
}

/** Pushes whether the value on the stack is null or undefined, and leaves it there. */
export const isNullish: Step = (machine) => {
  const value = machine.peek();
  if (isTraced(value)) deliver(binary('==', value, null, machine), machine);
  else machine.push(value === null || value === undefined);
};

/** Pushes whether the value on the stack is undefined, and leaves it there. */
export const isUndefined: Step = (machine) => {
  deliver(strictlyEquals(machine.peek(), undefined, false, machine), machine);
};

/** Notes when a loop is entered. */
export function enterLoop(depth: number): Step {
  return ({ frame }) => {
    frame.loops = [...frame.loops.slice(0, depth), nextSerial()];
  };
}

/** Behind a loop, where the paths that have divided in it meet. */
export function leaveLoop(depth: number): Step {
  return (machine) => {
    const since = machine.frame.loops[depth];
    if (since !== undefined) meetAfter(since, machine);
  };
}

export const throwStep: Step = (machine) => {
  throw new PacThrow(machine.pop());
};

/** What Lintel does not follow. */
export function stop(reason: string): Step {
  return (machine) => {
    throw machine.notFollowed(reason);
  };
}

export function tryStep(target: Label): Step {
  return ({ frame }) => {
    frame.handler = { target, scope: frame.scope, outer: frame.handler };
  };
}

export const endTry: Step = ({ frame }) => {
  frame.handler = frame.handler?.outer;
};

/** Behind a call, too, the paths meet that have divided in it. */
export const returnStep: Step = (machine) => {
  const { birth, mode } = machine.frame;
  machine.leave(machine.pop());
  if (mode === 'value') meetAfter(birth, machine);
};

/** Notes what decides the result of the program, until something else does. */
export function decide(node: AnyNode): Step {
  return (machine) => {
    machine.decision = node;
  };
}

/** Notes as what decides the statement whose number is on the stack; where there is none, the given one. */
export function decideBy(statements: readonly AnyNode[], otherwise: AnyNode): Step {
  return (machine) => {
    const number = machine.pop();
    machine.decision = (typeof number === 'number' ? statements[number] : undefined) ?? otherwise;
  };
}
