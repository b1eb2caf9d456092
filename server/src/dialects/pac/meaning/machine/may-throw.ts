// Results of functions of the language of which it is not known whether they come, or an error in their place.
import type { Condition } from '../question/condition.js';
import type { OperationContext } from '../values/context.js';
import { type OperationResult, Unknown } from '../values/value.js';
import type { ErrorName } from './realm.js';

/** An error that a function throws for some of what is asked. */
export interface Failure {
  readonly when: Condition;
  readonly name: ErrorName;
  readonly message: string;
}

/** The machine follows the error where its condition holds, as any other that the program may catch, and the result where not. */
export class MayThrow {
  constructor(
    readonly result: OperationResult,
    readonly failure: Failure,
  ) {}
}

export type NativeResult = OperationResult | MayThrow;

/** What a function gives that throws where a condition holds. */
export function orFailure(result: OperationResult, failure: Failure | undefined): NativeResult {
  return failure && failure.when.kind !== 'never' ? new MayThrow(result, failure) : result;
}

/** An error of which nobody knows when it comes. */
export function possible(name: ErrorName, message: string, reason: string, { node }: OperationContext): Failure {
  return { when: { kind: 'unknown', unknown: new Unknown(reason, node) }, name, message };
}
