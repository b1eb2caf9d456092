// What an operation on traced values needs to know.
import type { AnyNode } from 'acorn';
import type { Budget } from '../../../../model/budget.js';

/** Where an operation stands, and what it may cost. */
export interface OperationContext {
  readonly node: AnyNode;
  readonly budget: Budget;
}
