// Operations of JavaScript on values that depend on what is asked: the door of this room for the machine and its built-in functions.
import type { AnyNode } from 'acorn';
import type { Budget } from '../question/budget.js';
import { type Condition, NEVER } from '../question/condition.js';
import type { Text } from './text.js';
import { type OperationResult, type Traced, Unknown, type Value } from './value.js';

/** Where an operation stands, and what it may cost. */
export interface OperationContext {
  readonly node: AnyNode;
  readonly budget: Budget;
}

export interface PatternText {
  readonly source: string;
  readonly flags: string;
}

export function binaryOperation(
  operator: string,
  _left: Value,
  _right: Value,
  context: OperationContext,
): OperationResult {
  return new Unknown(`computes with ${operator}`, context.node);
}

export function unaryOperation(
  operator: '!' | '-' | '+' | '~' | 'typeof',
  _value: Traced,
  context: OperationContext,
): OperationResult {
  return new Unknown(`computes with ${operator}`, context.node);
}

export function truthOf(value: Traced): Condition {
  return value instanceof Unknown ? { kind: 'unknown', unknown: value } : NEVER;
}

export function memberOf(_of: Traced, key: Value, context: OperationContext): OperationResult {
  return new Unknown(`reads ${String(key)}`, context.node);
}

export function callTextMethod(
  _receiver: Value,
  name: string,
  _args: readonly Value[],
  context: OperationContext,
): OperationResult {
  return new Unknown(`calls ${name}`, context.node);
}

export function callRegExp(
  method: 'test' | 'exec' | 'match' | 'matchAll' | 'search' | 'replace' | 'split',
  _pattern: PatternText,
  _text: Text,
  _args: readonly Value[],
  context: OperationContext,
): OperationResult {
  return new Unknown(`calls ${method}`, context.node);
}

export function callFunction(name: string, _args: readonly Value[], context: OperationContext): OperationResult {
  return new Unknown(`calls ${name}`, context.node);
}

/** Whether a key of a property, a `Map`, a `Set` or a `switch` equals a name. */
export function sameKey(_key: Traced, _name: string): Condition {
  return NEVER;
}

/** Whether a key is one of many names. */
export function wordsCondition(_key: Traced, _names: ReadonlySet<string>): Condition {
  return NEVER;
}
