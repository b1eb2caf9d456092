// Instructions that read and write variables by name.
import type { AnyNode, VariableDeclaration } from 'acorn';
import {
  assignArgument,
  declareGlobal,
  drop,
  initialize,
  loadGlobal,
  loadVariable,
  makeArguments,
  pushConstant,
  pushUndefined,
  refuseConstant,
  storeGlobal,
  storeVariable,
  uninitialize,
} from '../steps/data.js';
import type { BindMode, Context } from './context.js';
import { type Block, lexicalNames, resolve } from './names.js';

export function load(name: string, node: AnyNode, context: Context, isTypeof = false): void {
  if (name === 'undefined' && !resolve(name, context.block)) {
    context.emit(node, pushUndefined);
    return;
  }
  if (name === 'arguments') provideArguments(context);
  const resolved = resolve(name, context.block);
  context.emit(
    node,
    resolved ? loadVariable(resolved.depth, resolved.variable.slot, name) : loadGlobal(name, isTypeof),
  );
}

/** Functions other than arrow functions have `arguments`, if they do not declare that name themselves. */
function provideArguments(context: Context): void {
  let around: Context | undefined = context;
  while (around && around.kind === 'arrow') around = around.outer;
  if (!around || around.kind === 'script' || around.argumentsSlot !== undefined) return;
  const block = functionBlock(around);
  if (block.variables.has('arguments')) return;
  around.argumentsSlot = block.declare('arguments', 'var', around.facts.collectors).slot;
}

function functionBlock(context: Context): Block {
  let { block } = context;
  while (block.outer && block.outer.storage === context.storage) block = block.outer;
  while (block.storage !== context.storage && block.outer) block = block.outer;
  while (block.outer?.storage === context.storage) block = block.outer;
  return block;
}

/** The first instruction of a function: makes `arguments` where it is used. */
export function argumentsPrologue(context: Context, node: AnyNode): void {
  context.emit(node, (machine) => {
    const slot = context.argumentsSlot;
    if (slot === undefined) return;
    makeArguments(slot, isMapped(context), machine);
  });
}

function isMapped({ isStrict, hasSimpleParameters }: Context): boolean {
  return !isStrict && hasSimpleParameters;
}

/** After an assignment to a parameter of the function itself. */
function noteParameter(name: string, node: AnyNode, context: Context): void {
  const index = context.parameters.lastIndexOf(name);
  if (index < 0 || !isMapped(context)) return;
  const resolved = resolve(name, context.block);
  if (!resolved || resolved.variable.slot !== index || resolved.depth > 0) return;
  context.emit(node, (machine) => {
    const slot = context.argumentsSlot;
    if (slot !== undefined) assignArgument(index, slot, machine);
  });
}

/** Gives the value on the stack to a variable. */
export function store(name: string, mode: BindMode, node: AnyNode, context: Context): void {
  const resolved = resolve(name, context.block);
  if (!resolved) context.emit(node, storeGlobal(name, context.isStrict));
  else {
    const { depth, variable } = resolved;
    if (variable.kind === 'self') context.emit(node, context.isStrict ? refuseConstant : drop);
    else if (mode === 'declare' || (mode === 'var' && variable.kind === 'var'))
      context.emit(node, initialize(depth, variable.slot));
    else context.emit(node, storeVariable(depth, variable.slot, name, variable.kind === 'const'));
  }
  noteParameter(name, node, context);
  noteDecision(name, node, context);
}

/** Of a variable that is returned by name, the last assignment decides. */
function noteDecision(name: string, node: AnyNode, context: Context): void {
  const { facts } = context;
  if (facts.isLibrary || !facts.collectors.has(name)) return;
  const place = decisionPlace(name, context);
  if (!place) return;
  const number = facts.decisions.length;
  facts.decisions.push(context.statement);
  context.emit(node, pushConstant(number), initialize(place.depth, place.slot));
}

/** Where the number of the last assignment of a variable is kept. */
export function decisionPlace(name: string, context: Context): { depth: number; slot: number } | undefined {
  const resolved =
    resolve(name, context.block) ?? resolve(`var ${name}`, context.block) ?? declareOutside(name, context);
  const slot = resolved?.variable.decisionSlot;
  return resolved && slot !== undefined ? { depth: resolved.depth, slot } : undefined;
}

/** A variable of the global object has its decision beside the `let`s of the script. */
function declareOutside(name: string, context: Context): ReturnType<typeof resolve> {
  let outermost = context.block;
  while (outermost.outer) outermost = outermost.outer;
  const slot = outermost.storage.allocate();
  outermost.variables.set(`var ${name}`, { slot, kind: 'var', decisionSlot: slot });
  return resolve(`var ${name}`, context.block);
}

/** Declares `var`s: of a script they are properties of the global object. */
export function declareVars(names: Iterable<string>, node: AnyNode, context: Context): void {
  for (const name of names) {
    if (context.block.isGlobal) context.emit(node, declareGlobal(name));
    else context.block.declare(name, 'var', context.facts.collectors);
  }
}

/** Declares the `let`, `const` and classes of a block; they have no value until their declaration is reached. */
export function declareLexicals(
  body: readonly AnyNode[],
  withFunctions: boolean,
  node: AnyNode,
  context: Context,
): void {
  const slots = lexicalNames(body, withFunctions).map(
    ({ name, kind }) => context.block.declare(name, kind, context.facts.collectors).slot,
  );
  if (slots.length > 0) context.emit(node, uninitialize(slots));
}

export function compileDeclaration(node: VariableDeclaration, context: Context): void {
  const mode: BindMode = node.kind === 'var' ? 'var' : 'declare';
  for (const { id, init } of node.declarations) {
    if (init) context.parts.named(init, id.type === 'Identifier' ? id.name : '', context);
    else if (mode === 'declare') context.emit(node, pushUndefined);
    else continue;
    context.parts.bind(id, mode, context);
  }
}
