// How the machine calls a function of the environment.
import type { AnyNode } from 'acorn';
import type { Budget } from '../../../../model/budget.js';
import type { Region } from '../question/region.js';
import type { OperationResult, Value } from '../values/value.js';
import type { Environment } from './environment.js';

export interface HelperContext {
  /** The call. */
  readonly node: AnyNode;
  readonly budget: Budget;
  /** What is asked where the call is. */
  readonly region: Region;
  readonly environment: Environment;
}

export type Helper = (args: readonly Value[], context: HelperContext) => OperationResult;
