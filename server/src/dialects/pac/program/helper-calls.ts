// Recognises calls of the helper functions that clients provide.
import type { AnyNode, Expression, SpreadElement } from 'acorn';
import type { Scopes } from './scopes.js';

export interface HelperCall {
  readonly name: string;
  readonly args: readonly Expression[];
}

/** The helper function that a call calls, if the file does not define one of that name. */
export function calledHelper(call: AnyNode, scopes: Scopes): HelperCall | undefined {
  if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier') return undefined;
  if (scopes.bindingOf.has(call.callee)) return undefined;
  return call.arguments.every(isExpression) ? { name: call.callee.name, args: call.arguments } : undefined;
}

function isExpression(argument: Expression | SpreadElement): argument is Expression {
  return argument.type !== 'SpreadElement';
}
