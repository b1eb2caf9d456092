// Compiles loops.
import type {
  AnyNode,
  DoWhileStatement,
  ForInStatement,
  ForOfStatement,
  ForStatement,
  Pattern,
  Statement,
  VariableDeclaration,
  WhileStatement,
} from 'acorn';
import { type CharacterCodes, characterLoopStep } from '../steps/character-loops.js';
import { enterLoop, jump, jumpIf, leaveLoop, stop } from '../steps/control.js';
import { drop, initialize, pushConstant, pushUndefined } from '../steps/data.js';
import { copyScope, keysStep, nextKey, nextValue, openIteration } from '../steps/iteration.js';
import { retryStep } from '../steps/retry.js';
import { inBlock } from './blocks.js';
import { characterFunctionCode, forgettingCode } from './character-functions.js';
import { type CharacterLoop, characterLoopOf } from './character-loops.js';
import { type Context, type Control, label } from './context.js';
import { namesIn, resolve } from './names.js';
import { retryOf } from './retries.js';
import { compileDeclaration, load, store } from './variables.js';

type Target = Extract<Control, { kind: 'target' }>;

/** Compiles what `break` and `continue` leave; the target of `continue` is marked by the loop. */
function asLoop(context: Context, compile: (loop: Target & { continueTo: { at: number } }) => void): void {
  const loop = {
    kind: 'target' as const,
    labels: context.labels,
    isDefault: true,
    breakTo: label(),
    continueTo: label(),
  };
  context.labels = [];
  const depth = context.loopCount++;
  const node = context.statement;
  context.emit(node, enterLoop(depth));
  context.controls.push(loop);
  compile(loop);
  context.controls.pop();
  context.loopCount = depth;
  context.mark(loop.breakTo);
  context.emit(node, leaveLoop(depth));
}

function compileBody(body: Statement, context: Context): void {
  context.parts.statements([body], context);
}

export function compileWhile(node: WhileStatement, context: Context): void {
  asLoop(context, ({ breakTo, continueTo }) => {
    context.mark(continueTo);
    context.condition(node.test);
    context.emit(node.test, jumpIf(false, breakTo));
    compileBody(node.body, context);
    compileRetry(node, context);
    context.emit(node, jump(continueTo));
  });
}

/** Where a loop does nothing but draw a number anew for as long as it is of no use, those of no use are left out at once. */
function compileRetry(node: WhileStatement, context: Context): void {
  const drawn = retryOf(node);
  if (!drawn) return;
  for (const name of [drawn.name, ...drawn.operands, ...drawn.lists]) load(name, node, context);
  context.emit(node, retryStep(drawn));
  store(drawn.name, 'assign', node, context);
}

export function compileDoWhile(node: DoWhileStatement, context: Context): void {
  asLoop(context, ({ continueTo }) => {
    const start = label();
    context.mark(start);
    compileBody(node.body, context);
    context.mark(continueTo);
    context.condition(node.test);
    context.emit(node.test, jumpIf(true, start));
  });
}

/** Declares the names of the head of a loop in the innermost block. */
function declareHead(declaration: VariableDeclaration, context: Context): void {
  const kind = declaration.kind === 'const' ? 'const' : 'let';
  for (const { id } of declaration.declarations)
    for (const name of namesIn(id)) context.block.declare(name, kind, context.facts.collectors);
}

export function compileFor(node: ForStatement, context: Context): void {
  const { init } = node;
  if (init?.type === 'VariableDeclaration' && init.kind !== 'var') {
    const { labels } = context;
    context.labels = [];
    inBlock(node, context, (hasScope) => {
      declareHead(init, context);
      compileDeclaration(init, context);
      context.labels = labels;
      compileForRounds(node, hasScope, context);
    });
    return;
  }
  if (init?.type === 'VariableDeclaration') compileDeclaration(init, context);
  else if (init) {
    context.expression(init);
    context.emit(init, drop);
  }
  compileForRounds(node, false, context);
}

function compileForRounds(node: ForStatement, hasScope: boolean, context: Context): void {
  asLoop(context, ({ breakTo, continueTo }) => {
    const start = label();
    compileShortcut(node, start, breakTo, context);
    context.mark(start);
    if (node.test) {
      context.condition(node.test);
      context.emit(node.test, jumpIf(false, breakTo));
    }
    compileBody(node.body, context);
    context.mark(continueTo);
    if (hasScope) context.emit(node, copyScope);
    if (node.update) {
      context.expression(node.update);
      context.emit(node.update, drop);
    }
    context.emit(node, jump(start));
  });
}

function isConstant(name: string, { block }: Context): boolean {
  return resolve(name, block)?.variable.kind === 'const';
}

/** Before a loop that computes a number from the characters of a text. */
function compileShortcut(node: ForStatement, start: { at: number }, end: { at: number }, context: Context): void {
  const loop = context.facts.isLibrary ? undefined : characterLoopOf(node);
  // A constant refuses the first change alone.
  if (!loop || (loop.counts && loop.names.some((name) => isConstant(name, context)))) return;
  const at = node.test ?? node;
  for (const name of [loop.text, ...loop.names]) {
    // What an earlier request has left in a name of the global object is of no concern.
    if (loop.fresh.has(name) && !resolve(name, context.block)) context.emit(at, pushUndefined);
    else load(name, at, context);
  }
  context.emit(at, characterLoopStep(loop, codesOf(loop, at, context), start));
  for (const name of [loop.index, ...loop.names.slice(0, loop.assignedCount).reverse()])
    store(name, 'assign', at, context);
  context.emit(node, jump(end));
}

function codesOf(loop: CharacterLoop, at: AnyNode, context: Context): CharacterCodes {
  const { functions, text, index, names, assignedCount } = loop;
  if (functions.length === 0) return { functions: [], forgetting: undefined };
  return {
    functions: functions.map((one) => characterFunctionCode(one, text, index, context)),
    forgetting: forgettingCode([index, ...names.slice(0, assignedCount)], at, context),
  };
}

export function compileForOf(node: ForOfStatement, context: Context): void {
  if (node.await) {
    context.emit(node, stop('uses an async loop, which Lintel does not follow'));
    return;
  }
  const source = context.temporary();
  const position = context.temporary();
  const { labels } = context;
  context.labels = [];
  context.expression(node.right);
  context.emit(node.right, openIteration, initialize(0, source), pushConstant(0), initialize(0, position));
  context.labels = labels;
  asLoop(context, ({ breakTo, continueTo }) => {
    context.mark(continueTo);
    context.emit(node, nextValue(source, position, breakTo));
    compileRound(node, continueTo, context);
  });
}

export function compileForIn(node: ForInStatement, context: Context): void {
  const source = context.temporary();
  const keys = context.temporary();
  const position = context.temporary();
  const { labels } = context;
  context.labels = [];
  context.expression(node.right);
  context.emit(
    node.right,
    keysStep,
    initialize(0, keys),
    initialize(0, source),
    pushConstant(0),
    initialize(0, position),
  );
  context.labels = labels;
  asLoop(context, ({ breakTo, continueTo }) => {
    context.mark(continueTo);
    context.emit(node, nextKey(source, keys, position, breakTo));
    compileRound(node, continueTo, context);
  });
}

/** Gives the value on the stack to the variable of the loop and runs the body. */
function compileRound(node: ForOfStatement | ForInStatement, next: { at: number }, context: Context): void {
  const { left, body } = node;
  if (left.type !== 'VariableDeclaration') {
    context.parts.bind(left as Pattern, 'assign', context);
    compileBody(body, context);
  } else if (left.kind === 'var') {
    bindHead(left, 'var', context);
    compileBody(body, context);
  } else {
    compileOwnRound(node, left, body, context);
  }
  context.emit(node, jump(next));
}

function compileOwnRound(node: AnyNode, left: VariableDeclaration, body: Statement, context: Context): void {
  inBlock(node, context, () => {
    declareHead(left, context);
    bindHead(left, 'declare', context);
    compileBody(body, context);
  });
}

function bindHead(left: VariableDeclaration, mode: 'var' | 'declare', context: Context): void {
  const [declarator] = left.declarations;
  if (declarator) context.parts.bind(declarator.id, mode, context);
}
