// Finds FindProxyForURL, and the functions to which other names of a file are bound.
import type { AnyNode, AssignmentExpression, Identifier } from 'acorn';
import { type FunctionNode, isFunction, nodesOf, type ParsedPac } from '../syntax/tree.js';
import { ENTRY_FUNCTIONS } from '../vocabulary/words.js';
import type { Binding, Scopes } from './scopes.js';

/** The name of the function that clients call, if the file defines it. */
export function entryName(scopes: Scopes): string | undefined {
  return ENTRY_FUNCTIONS.find(({ name }) => scopes.globals.has(name))?.name;
}

/** The function that clients call. */
export function entryFunction(tree: ParsedPac, scopes: Scopes): FunctionNode | undefined {
  for (const { name } of ENTRY_FUNCTIONS) {
    const found = entryNamed(name, tree, scopes);
    if (found) return found;
  }
  return undefined;
}

/** The entry function of one name: the property of the global object, however the file makes it. */
export function entryNamed(name: string, tree: ParsedPac, scopes: Scopes): FunctionNode | undefined {
  const binding = scopes.globals.get(name);
  const own = binding && functionOf(binding, tree);
  if (own) return own;
  const value = binding?.writes.at(-1)?.value ?? globalAssignments(name, tree).at(-1)?.right;
  return value && functionFrom(value, tree, scopes);
}

/**
 * Where a file makes a property of an object that can be the global one: `this.FindProxyForURL = …`,
 * `globalThis["FindProxyForURL"] = …`.
 */
export function globalAssignments(name: string, tree: ParsedPac): AssignmentExpression[] {
  return nodesOf(tree, 'AssignmentExpression').filter(({ left }) => {
    if (left.type !== 'MemberExpression') return false;
    const { property, computed } = left;
    if (property.type === 'Identifier' && !computed) return property.name === name;
    return property.type === 'Literal' && property.value === name;
  });
}

/** The function to which a name is bound: its last declaration, or the function that is assigned to it. */
export function functionOf(binding: Binding, tree: ParsedPac): FunctionNode | undefined {
  const value = binding.writes.at(-1)?.value;
  if (value && isFunction(value)) return value;
  const parent = tree.parents.get(binding.definitions.at(-1) ?? tree.program);
  return parent && isFunction(parent) ? parent : undefined;
}

/** The function that an expression gives: one that is written there, a name, or what a function that is called at once returns. */
function functionFrom(expression: AnyNode, tree: ParsedPac, scopes: Scopes, depth = 4): FunctionNode | undefined {
  if (depth === 0) return undefined;
  if (isFunction(expression)) return expression;
  if (expression.type === 'Identifier') return named(expression, tree, scopes, depth);
  if (expression.type === 'AssignmentExpression') return functionFrom(expression.right, tree, scopes, depth - 1);
  if (expression.type !== 'CallExpression') return undefined;
  const { callee } = expression;
  const called = isFunction(callee)
    ? callee
    : callee.type === 'MemberExpression' && isFunction(callee.object)
      ? callee.object
      : callee.type === 'Identifier'
        ? named(callee, tree, scopes, depth)
        : undefined;
  if (!called) return undefined;
  if (called.body.type !== 'BlockStatement') return functionFrom(called.body, tree, scopes, depth - 1);
  const [first] = called.body.body.filter(({ type }) => type === 'ReturnStatement');
  return first?.type === 'ReturnStatement' && first.argument
    ? functionFrom(first.argument, tree, scopes, depth - 1)
    : undefined;
}

function named(name: Identifier, tree: ParsedPac, scopes: Scopes, depth: number): FunctionNode | undefined {
  const binding = scopes.bindingOf.get(name);
  if (!binding) return undefined;
  const value = binding.writes.at(-1)?.value;
  return functionOf(binding, tree) ?? (value && functionFrom(value, tree, scopes, depth - 1));
}
