// Finds FindProxyForURL, and the functions to which other names of a file are bound.
import { type FunctionNode, isFunction, type ParsedPac } from '../syntax/tree.js';
import { ENTRY_FUNCTIONS } from '../vocabulary/words.js';
import type { Binding, Scopes } from './scopes.js';

/** The name of the function that clients call, if the file defines it. */
export function entryName(scopes: Scopes): string | undefined {
  return ENTRY_FUNCTIONS.find(({ name }) => scopes.globals.has(name))?.name;
}

/** The function that clients call. */
export function entryFunction(tree: ParsedPac, scopes: Scopes): FunctionNode | undefined {
  const binding = scopes.globals.get(entryName(scopes) ?? '');
  return binding && functionOf(binding, tree);
}

/** The function to which a name is bound: its last declaration, or the function that is assigned to it. */
export function functionOf(binding: Binding, tree: ParsedPac): FunctionNode | undefined {
  const value = binding.writes.at(-1)?.value;
  if (value && isFunction(value)) return value;
  const parent = tree.parents.get(binding.definitions.at(-1) ?? tree.program);
  return parent && isFunction(parent) ? parent : undefined;
}
