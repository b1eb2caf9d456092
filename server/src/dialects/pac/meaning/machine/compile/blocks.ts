// Compiles blocks, and the ways out of them.
import type { AnyNode, FunctionDeclaration, Statement } from 'acorn';
import { Scope, UNINITIALIZED } from '../heap.js';
import { endTry, jump, returnStep } from '../steps/control.js';
import { defineGlobalFunction, initialize, popScopes, pushConstant, pushScope } from '../steps/data.js';
import type { Context, Control, Exit } from './context.js';
import { Block, lexicalNames, resolve, Storage } from './names.js';
import { declareLexicals } from './variables.js';

/** Statements with names of their own. */
export function compileBlock(nodes: readonly Statement[], node: AnyNode, context: Context): void {
  if (lexicalNames(nodes, context.isStrict).length === 0) {
    compileFunctions(nodes, context);
    context.parts.statements(nodes, context);
    return;
  }
  inBlock(node, context, () => {
    declareLexicals(nodes, context.isStrict, node, context);
    compileFunctions(nodes, context);
    context.parts.statements(nodes, context);
  });
}

/** Names of a block: in a scope of their own only where functions are made, which take the scope with them. */
export function inBlock(node: AnyNode, context: Context, compile: (hasScope: boolean) => void): void {
  const outer = context.block;
  const hasScope = context.facts.closed.has(node);
  const storage = hasScope ? new Storage() : outer.storage;
  context.block = new Block(outer, storage, false);
  if (hasScope) {
    const make = (scope: Scope, epoch: number): Scope =>
      new Scope(new Array<typeof UNINITIALIZED>(storage.size).fill(UNINITIALIZED), scope, epoch);
    context.emit(node, pushScope(make));
    context.controls.push({ kind: 'scope' });
  }
  compile(hasScope);
  if (hasScope) {
    context.controls.pop();
    context.emit(node, popScopes(1));
  }
  context.block = outer;
}

/** The functions that are declared among statements have their values before the first of these. */
export function compileFunctions(nodes: readonly AnyNode[], context: Context): void {
  for (const node of nodes) {
    const inner = node.type === 'LabeledStatement' ? node.body : node;
    if (inner.type === 'FunctionDeclaration' && inner.id)
      compileFunctionDeclaration(inner as FunctionDeclaration, context);
  }
}

function compileFunctionDeclaration(node: FunctionDeclaration, context: Context): void {
  context.parts.functionValue(node, 'function', node.id.name, context);
  const resolved = resolve(node.id.name, context.block);
  if (resolved) context.emit(node, initialize(resolved.depth, resolved.variable.slot));
  else context.emit(node, defineGlobalFunction(node.id.name));
}

/** Leaves everything between here and a target, innermost first; a `finally` on the way goes on with the exit itself. */
export function compileExit(exit: Exit, node: AnyNode, context: Context): void {
  for (let i = context.controls.length - 1; i >= 0; i--) {
    const control = context.controls[i];
    if (!control) continue;
    if (exit.kind !== 'return' && control === exit.target) {
      const target = exit.kind === 'break' ? exit.target.breakTo : exit.target.continueTo;
      if (target) context.emit(node, jump(target));
      return;
    }
    if (leave(control, exit, node, context)) return;
  }
  context.emit(node, returnStep);
}

function leave(control: Control, exit: Exit, node: AnyNode, context: Context): boolean {
  if (control.kind === 'scope' && exit.kind !== 'return') context.emit(node, popScopes(1));
  else if (control.kind === 'try') context.emit(node, endTry);
  else if (control.kind === 'finally') {
    leaveByFinally(control, exit, node, context);
    return true;
  }
  return false;
}

/** The number of exits before those of `break`, `continue` and `return`. */
export const COMPLETION = { normal: 0, thrown: 1, firstExit: 2 } as const;

function leaveByFinally(
  control: Extract<Control, { kind: 'finally' }>,
  exit: Exit,
  node: AnyNode,
  context: Context,
): void {
  const number = COMPLETION.firstExit + control.exits.length;
  control.exits.push(exit);
  // The variables of the `finally` are those of the scope around the `try`, which a `return` has not left yet.
  const depth = exit.kind === 'return' ? scopesInside(control, context) : 0;
  if (depth > 0) context.emit(node, popScopes(depth));
  if (exit.kind === 'return') context.emit(node, initialize(0, control.value));
  context.emit(node, pushConstant(number), initialize(0, control.completion), endTry, jump(control.entry));
}

function scopesInside(control: Control, context: Context): number {
  const inside = context.controls.slice(context.controls.indexOf(control) + 1);
  return inside.filter(({ kind }) => kind === 'scope').length;
}
