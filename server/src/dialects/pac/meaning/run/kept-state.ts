// Determines whether a program keeps state between two calls.
import type { AnyNode } from 'acorn';
import type { Binding, Scopes } from '../../program/scopes.js';
import { functionAround, nodesOf, type ParsedPac } from '../../syntax/tree.js';

/** The state that a program keeps between two calls, by which one could affect the next. */
export interface KeptState {
  /** Whether functions of the program change global state. */
  readonly changes: boolean;
  /** The names that are assigned and never declared. */
  readonly undeclared: readonly string[];
}

const CHANGING_METHODS: ReadonlySet<string> = new Set([
  ...['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'],
  ...['set', 'add', 'delete', 'clear'],
]);

/**
 * Clients call one loaded program repeatedly, in any order. A verdict must not depend on that order, so a
 * program that keeps state is restarted for every call.
 */
export function keptState(tree: ParsedPac, scopes: Scopes): KeptState {
  const isGlobal = (node: AnyNode): boolean => {
    const base = baseOf(node);
    const binding = base?.type === 'Identifier' ? scopes.bindingOf.get(base) : undefined;
    return binding?.scope === tree.program;
  };
  const changed: AnyNode[] = [
    ...nodesOf(tree, 'AssignmentExpression').map(({ left }) => left),
    ...nodesOf(tree, 'UpdateExpression').map(({ argument }) => argument),
    ...nodesOf(tree, 'CallExpression').flatMap(({ callee }) => (callsChangingMethod(callee) ? [callee] : [])),
  ];
  const undeclared = [...scopes.globals.values()].filter((binding) => !isDeclared(binding, tree));
  return {
    changes: changed.some((node) => isGlobal(node) && functionAround(node, tree) !== undefined),
    undeclared: undeclared.map(({ name }) => name),
  };
}

function baseOf(node: AnyNode): AnyNode | undefined {
  let base = node;
  while (base.type === 'MemberExpression') base = base.object;
  return base;
}

function callsChangingMethod(callee: AnyNode): boolean {
  return (
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    CHANGING_METHODS.has(callee.property.name)
  );
}

function isDeclared({ definitions }: Binding, tree: ParsedPac): boolean {
  return definitions.some((definition) => {
    const parent = tree.parents.get(definition);
    return parent?.type !== 'AssignmentExpression' && parent?.type !== 'ForInStatement';
  });
}
