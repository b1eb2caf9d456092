// How commands of a script are left before their end.

import type { OpaqueCondition } from '../../../../model/filter.js';
import type { ShellList } from '../../syntax/script/tree.js';
import { not, sliceOf } from './texts.js';

/** What made the script leave a list of commands before its end. */
export type Leave = 'exit' | 'return' | LeftLoop | undefined;

/** `break` and `continue`, with how many loops they are about. */
interface LeftLoop {
  readonly kind: 'break' | 'continue';
  readonly loops: number;
}

/** What a round of a loop means for the loop: `'end'` ends it, and what is left of a `break` is for those around it. */
export function leaveOfRound(leave: Leave): Leave | 'end' {
  if (typeof leave !== 'object') return leave;
  const { kind, loops } = leave;
  if (loops > 1) return { kind, loops: loops - 1 };
  return kind === 'break' ? 'end' : undefined;
}

/** Whether commands of a list may leave the loop around it. */
export function isLeft(body: ShellList, script: string): boolean {
  return /\b(?:break|return|exit|continue\s+[2-9])\b/.test(sliceOf(script, body));
}

/** A loop or a call of a function that is being followed. */
interface Frame {
  readonly kind: 'loop' | 'function';
  /** How many conditions hold around it. */
  readonly conditions: number;
  /** What has to be so for the rest of its round, or of its call, to run. */
  rest: OpaqueCondition | undefined;
  /** What has to be so for its further rounds to run. */
  rounds: OpaqueCondition | undefined;
}

/**
 * What is around a command that leaves commands. Where only a run would show whether it is reached, what it would leave out runs
 * under the condition that it is not.
 */
export class Frames {
  private readonly frames: Frame[] = [];

  within<Result>(kind: Frame['kind'], conditions: number, body: () => Result): Result {
    this.frames.push({ kind, conditions, rest: undefined, rounds: undefined });
    const result = body();
    this.frames.pop();
    return result;
  }

  /** What has to be so for the commands that follow to run. */
  get rest(): OpaqueCondition | undefined {
    return this.frames[this.frames.length - 1]?.rest;
  }

  /** The same at the start of a round. */
  startRound(): OpaqueCondition | undefined {
    const frame = this.frames[this.frames.length - 1];
    if (frame) frame.rest = undefined;
    return frame?.rounds;
  }

  /** Carries out `break`, `continue` or `return` under the conditions that hold. */
  leave(kind: 'break' | 'continue' | 'return', loops: number, conditions: readonly OpaqueCondition[]): Leave {
    const inner = [...this.frames].reverse();
    const isTarget = ({ kind: other }: Frame, index: number) =>
      kind === 'return' ? other === 'function' : index === loops - 1 || inner[index + 1]?.kind !== 'loop';
    const depth = inner.findIndex(isTarget);
    const target = inner[depth];
    const last = conditions[conditions.length - 1];
    if (!last || conditions.length <= (target?.conditions ?? 0)) return kind === 'return' ? kind : { kind, loops };
    const condition = not(last);
    for (const frame of inner.slice(0, depth + 1)) frame.rest ??= condition;
    for (const frame of inner.slice(0, kind === 'continue' ? depth : depth + 1)) frame.rounds ??= condition;
    return undefined;
  }
}
