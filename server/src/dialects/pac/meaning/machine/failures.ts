// How a path of a program ends before it returns.
import type { AnyNode } from 'acorn';
import type { Value } from '../values/value.js';

/** Thrown where the program throws: it may be caught by the program. */
export class PacThrow extends Error {
  constructor(readonly value: Value) {
    super('the program throws');
  }
}

/** Thrown where a path cannot be followed further. Nothing in the program catches it. */
export class NotFollowed extends Error {
  constructor(
    /** Reads after "it": `uses an async function, which Lintel does not follow`. */
    readonly reason: string,
    readonly node: AnyNode | undefined,
  ) {
    super(reason);
  }
}

/** Thrown to leave an expression that is followed on trial. */
export class TrialEnded extends Error {}

/** Thrown where a program asks its environment while it is loaded: it is then loaded anew for each question. */
export class AsksWhileLoading extends Error {}
