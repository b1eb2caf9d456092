// Compiles functions.
import type { AnyNode, Pattern, Statement } from 'acorn';
import type { FunctionNode } from '../../../syntax/tree.js';
import type { FunctionCode, Step } from '../machine.js';
import { isUndefined, jumpIf, returnStep, stop } from '../steps/control.js';
import { drop, initialize, loadArgument, pushUndefined, restArguments } from '../steps/data.js';
import { loadCallee, makeFunction } from '../steps/objects.js';
import { compileFunctions } from './blocks.js';
import type { ClassNode } from './context.js';
import { Context, label } from './context.js';
import { emptyDerivedSteps } from './members.js';
import { Block, hoistedNames, namesIn, Storage } from './names.js';
import { argumentsPrologue, declareLexicals, declareVars, store } from './variables.js';

export function compileFunctionValue(
  node: FunctionNode,
  kind: FunctionCode['kind'],
  name: string,
  context: Context,
): void {
  context.emit(node, makeFunction(compileFunction(node, kind, name, context)));
}

export function compileFunction(
  node: FunctionNode,
  kind: FunctionCode['kind'],
  name: string,
  outer: Context,
): FunctionCode {
  const inner = contextOf(node, kind, isStrictBody(node) || kind.endsWith('constructor'), outer);
  const reason = node.async ? 'an async function' : node.generator ? 'a generator' : undefined;
  if (reason) inner.emit(node, stop(`uses ${reason}, which Lintel does not follow`));
  else fillFunction(node, inner);
  return codeOf(inner, node, name, lengthOf(node.params), node.params.length);
}

function contextOf(node: AnyNode, kind: FunctionCode['kind'], isStrict: boolean, outer: Context): Context {
  const storage = new Storage();
  const block = new Block(outer.block, storage, false);
  return new Context(outer.parts, outer.facts, outer, kind, isStrict || outer.isStrict, storage, block, node);
}

function isStrictBody({ body }: FunctionNode): boolean {
  return body.type === 'BlockStatement' && hasUseStrict(body.body);
}

export function hasUseStrict(body: readonly AnyNode[]): boolean {
  return body.some(
    (node) => node.type === 'ExpressionStatement' && 'directive' in node && node.directive === 'use strict',
  );
}

export function codeOf(
  context: Context,
  node: AnyNode,
  name: string,
  length: number,
  parameterCount: number,
): FunctionCode {
  const { kind, isStrict, steps, nodes, truthAt, droppedAt, facts, storage, block } = context;
  context.emit(node, pushUndefined, returnStep);
  return {
    name,
    kind,
    isStrict,
    isGenerator: false,
    length,
    parameterCount,
    // Inner functions may add variables that are kept here.
    get slotCount() {
      return storage.size;
    },
    variables: block.variables,
    steps,
    truthAt,
    droppedAt,
    nodes,
    isLibrary: facts.isLibrary,
  };
}

/** The number of parameters before the first one with a default. */
function lengthOf(parameters: readonly Pattern[]): number {
  const end = parameters.findIndex(({ type }) => type === 'AssignmentPattern' || type === 'RestElement');
  return end < 0 ? parameters.length : end;
}

function fillFunction(node: FunctionNode, context: Context): void {
  const { params, body } = node;
  const { collectors } = context.facts;
  context.hasSimpleParameters = params.every(({ type }) => type === 'Identifier');
  context.parameters = params.map((parameter) => (parameter.type === 'Identifier' ? parameter.name : ''));
  const slots = params.map(() => context.storage.allocate());
  for (const [index, parameter] of params.entries()) {
    if (parameter.type === 'Identifier') context.block.declare(parameter.name, 'var', collectors, slots[index]);
    else for (const name of namesIn(parameter)) context.block.declare(name, 'var', collectors);
  }
  if (node.type === 'FunctionExpression' && node.id) declareSelf(node.id.name, node, context);
  if (context.kind !== 'arrow') argumentsPrologue(context, node);
  compileParameters(params, context);
  if (body.type !== 'BlockStatement') {
    context.expression(body);
    context.emit(body, returnStep);
    return;
  }
  if (hasOwnParameterScope(node, context))
    context.emit(
      node,
      stop('declares a parameter anew beside a default that is a function, which Lintel does not follow'),
    );
  compileBody(body.body, node, context);
}

/** Functions in default values see the parameters, and not the variables of the same names that the body declares. */
function hasOwnParameterScope({ params, body }: FunctionNode, context: Context): boolean {
  if (body.type !== 'BlockStatement' || !params.some((parameter) => context.facts.closed.has(parameter))) return false;
  const declared = hoistedNames(body.body, context.isStrict);
  return params.some((parameter) => namesIn(parameter).some((name) => declared.has(name)));
}

/** The name of a function expression is seen inside of it only. */
function declareSelf(name: string, node: AnyNode, context: Context): void {
  if (context.block.variables.has(name)) return;
  const { slot } = context.block.declare(name, 'self', new Set());
  context.emit(node, loadCallee, initialize(0, slot));
}

function compileParameters(parameters: readonly Pattern[], context: Context): void {
  for (const [index, parameter] of parameters.entries()) {
    if (parameter.type === 'Identifier') continue;
    if (parameter.type === 'RestElement') context.emit(parameter, restArguments(index));
    else context.emit(parameter, loadArgument(index));
    if (parameter.type === 'AssignmentPattern' && parameter.left.type === 'Identifier')
      compileDefault(parameter.left.name, parameter, context);
    else context.parts.bind(parameter, 'declare', context);
  }
}

function compileDefault(
  name: string,
  parameter: Extract<Pattern, { type: 'AssignmentPattern' }>,
  context: Context,
): void {
  const isGiven = label();
  context.emit(parameter, isUndefined, jumpIf(false, isGiven), drop);
  context.parts.named(parameter.right, name, context);
  context.mark(isGiven);
  store(name, 'declare', parameter, context);
}

function compileBody(body: readonly Statement[], node: AnyNode, context: Context): void {
  declareVars(hoistedNames(body, context.isStrict), node, context);
  declareLexicals(body, false, node, context);
  compileFunctions(body, context);
  const later = context.kind === 'script' ? body.length : startOfLater(body, context);
  context.parts.statements(body.slice(0, later), context);
  if (later < body.length) compileLater(body, later, node, context);
  else context.emit(node, pushUndefined, returnStep);
}

/** So many statements are compiled at once, of those that are compiled when they are reached. */
const AT_ONCE = 64;

/**
 * Where those statements begin: the last of a long function, if all of them are `if (…) return …;`, which declare nothing. A proof of a fix
 * asks about few hosts, which mostly come no further than to the first of thousands.
 */
function startOfLater(body: readonly Statement[], { facts }: Context): number {
  // It is made when the function is entered.
  if (facts.usesArguments) return body.length;
  let start = body.length;
  for (let one = body[start - 1]; one && returnsPlainly(one); one = body[start - 1]) start--;
  return Math.min(body.length, Math.max(start, AT_ONCE));
}

function returnsPlainly(statement: Statement): boolean {
  if (statement.type === 'IfStatement') return !statement.alternate && returnsPlainly(statement.consequent);
  if (statement.type === 'BlockStatement')
    return statement.body.length === 1 && statement.body[0] !== undefined && returnsPlainly(statement.body[0]);
  const type = statement.type === 'ReturnStatement' && statement.argument?.type;
  return type === 'Literal' || type === 'Identifier';
}

/** Ends the instructions with one that puts those of the next statements in its place, and goes on as the first of them: who comes there first pays no more. */
function compileLater(body: readonly Statement[], from: number, node: AnyNode, context: Context): void {
  const { steps, nodes } = context;
  const at = steps.length;
  const goOn: Step = (machine) => {
    steps.length = nodes.length = at;
    try {
      const next = from + AT_ONCE;
      context.parts.statements(body.slice(from, next), context);
      if (next < body.length) compileLater(body, next, node, context);
      else context.emit(node, pushUndefined, returnStep);
    } catch (thrown) {
      // One that nests too deeply does so each time.
      steps.length = nodes.length = at;
      context.emit(node, goOn);
      throw thrown;
    }
    steps[at]?.(machine);
  };
  context.emit(body[from] ?? node, goOn);
}

export function emptyConstructor(
  node: ClassNode,
  kind: FunctionCode['kind'],
  name: string,
  outer: Context,
): FunctionCode {
  const inner = contextOf(node, kind, true, outer);
  if (kind === 'derived-constructor') inner.emit(node, ...emptyDerivedSteps);
  inner.emit(node, pushUndefined, returnStep);
  return codeOf(inner, node, name, 0, 0);
}

export function bodyCode(node: AnyNode, outer: Context, fill: (inner: Context) => void): FunctionCode {
  const inner = contextOf(node, 'method', true, outer);
  fill(inner);
  inner.emit(node, pushUndefined, returnStep);
  return codeOf(inner, node, '', 0, 0);
}

/** The top level of a program. */
export function compileScript(body: readonly Statement[], node: AnyNode, context: Context): FunctionCode {
  compileBody(body, node, context);
  return codeOf(context, node, '', 0, 0);
}
