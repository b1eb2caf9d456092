// Compiles statements.
import type {
  AnyNode,
  Expression,
  IfStatement,
  LabeledStatement,
  ReturnStatement,
  Statement,
  SwitchStatement,
  TryStatement,
} from 'acorn';
import { decide, decideBy, endTry, jump, jumpIf, stop, test, throwStep, tryStep } from '../steps/control.js';
import { drop, initialize, loadVariable, pushConstant, pushUndefined } from '../steps/data.js';
import { binaryStep } from '../steps/operations.js';
import { COMPLETION, compileBlock, compileExit, compileFunctions, inBlock } from './blocks.js';
import { type Context, type Control, label } from './context.js';
import { compileDoWhile, compileFor, compileForIn, compileForOf, compileWhile } from './loops.js';
import { namesIn } from './names.js';
import { compileDeclaration, decisionPlace, declareLexicals } from './variables.js';

export function compileStatements(nodes: readonly Statement[], context: Context): void {
  for (const node of nodes) compileStatement(node, context);
}

function compileStatement(node: Statement, context: Context): void {
  context.statement = node;
  switch (node.type) {
    case 'ExpressionStatement':
      context.expression(node.expression);
      if (node.expression.type === 'CallExpression') context.droppedAt.add(context.steps.length);
      context.emit(node, drop);
      return;
    case 'VariableDeclaration':
      compileDeclaration(node, context);
      return;
    case 'IfStatement':
      compileIf(node, context);
      return;
    case 'ReturnStatement':
      compileReturn(node, context);
      return;
    case 'BlockStatement':
      withLabels(context, () => compileBlock(node.body, node, context));
      return;
    case 'ForStatement':
      compileFor(node, context);
      return;
    case 'ForInStatement':
      compileForIn(node, context);
      return;
    case 'ForOfStatement':
      compileForOf(node, context);
      return;
    case 'WhileStatement':
      compileWhile(node, context);
      return;
    case 'DoWhileStatement':
      compileDoWhile(node, context);
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
      compileBreak(node, context);
      return;
    case 'SwitchStatement':
      compileSwitch(node, context);
      return;
    case 'ThrowStatement':
      context.expression(node.argument);
      context.emit(node, throwStep);
      return;
    case 'TryStatement':
      withLabels(context, () => compileTry(node, context));
      return;
    case 'LabeledStatement':
      compileLabeled(node, context);
      return;
    case 'ClassDeclaration':
      compileClassDeclaration(node, context);
      return;
    case 'WithStatement':
      context.emit(node, stop('uses with, which Lintel does not follow'));
      return;
    case 'FunctionDeclaration':
    case 'EmptyStatement':
    case 'DebuggerStatement':
      return;
    default:
      context.emit(node, stop('uses a module, which Lintel does not follow'));
      return;
  }
}

/** Chains of `else if` nest as deep as they are long. */
function compileIf(node: IfStatement, context: Context): void {
  withLabels(context, () => {
    const end = label();
    let last: Statement = node;
    while (last.type === 'IfStatement') {
      const { test: condition, consequent, alternate }: IfStatement = last;
      const otherwise = label();
      context.statement = last;
      context.condition(condition);
      context.emit(last, test(condition, otherwise));
      compileInner(consequent, context);
      if (alternate) context.emit(last, jump(end));
      context.mark(otherwise);
      if (!alternate) break;
      if (alternate.type !== 'IfStatement') compileInner(alternate, context);
      last = alternate;
    }
    context.mark(end);
  });
}

/** A function may be declared in the place of a statement. */
function compileInner(node: Statement, context: Context): void {
  if (node.type === 'FunctionDeclaration') compileFunctions([node], context);
  else compileStatement(node, context);
}

// ---- returns

function compileReturn(node: ReturnStatement, context: Context): void {
  if (!node.argument) {
    context.emit(node, pushUndefined);
    note(node, context);
  } else compileReturned(node.argument, node, context);
  compileExit({ kind: 'return' }, node, context);
}

function note(node: AnyNode, context: Context): void {
  if (!context.facts.isLibrary) context.emit(node, decide(node));
}

/**
 * A `return` decides after its value is there. Where a function of the program gives the value, its own `return` decides; of a
 * conditional, the branch; of a variable, its last assignment.
 */
function compileReturned(value: Expression, decision: AnyNode, context: Context): void {
  const inner = value.type === 'ParenthesizedExpression' ? value.expression : value;
  if (inner.type === 'ConditionalExpression') compileReturnedBranches(inner, context);
  else if (inner.type === 'CallExpression' && !isHelperCall(inner.callee, context)) {
    note(decision, context);
    context.expression(inner);
  } else {
    context.expression(inner);
    const place = inner.type === 'Identifier' && isCollector(inner.name, context) && decisionPlace(inner.name, context);
    if (place && inner.type === 'Identifier')
      context.emit(
        inner,
        loadVariable(place.depth, place.slot, inner.name),
        decideBy(context.facts.decisions, decision),
      );
    else note(decision, context);
  }
}

function isCollector(name: string, { facts }: Context): boolean {
  return !facts.isLibrary && facts.collectors.has(name);
}

function isHelperCall(callee: AnyNode, { facts }: Context): boolean {
  return callee.type === 'Identifier' && facts.helpers.has(callee.name);
}

function compileReturnedBranches(node: Extract<Expression, { type: 'ConditionalExpression' }>, context: Context): void {
  const end = label();
  let last: Expression = node;
  while (last.type === 'ConditionalExpression') {
    const otherwise = label();
    context.condition(last.test);
    context.emit(last, test(last.test, otherwise));
    compileReturned(last.consequent, last.consequent, context);
    context.emit(last, jump(end));
    context.mark(otherwise);
    last = last.alternate;
  }
  compileReturned(last, last, context);
  context.mark(end);
}

// ---- break, continue, labels

/** Makes a statement with labels one that can be left. */
function withLabels(context: Context, compile: () => void): void {
  const { labels } = context;
  context.labels = [];
  if (labels.length === 0) {
    compile();
    return;
  }
  const end = label();
  context.controls.push({ kind: 'target', labels, isDefault: false, breakTo: end, continueTo: undefined });
  compile();
  context.controls.pop();
  context.mark(end);
}

function compileLabeled(node: LabeledStatement, context: Context): void {
  context.labels.push(node.label.name);
  compileInner(node.body, context);
  context.labels = [];
}

function compileBreak(
  node: Extract<Statement, { type: 'BreakStatement' | 'ContinueStatement' }>,
  context: Context,
): void {
  const isContinue = node.type === 'ContinueStatement';
  const name = node.label?.name;
  const target = [...context.controls].reverse().find((control): control is Extract<Control, { kind: 'target' }> => {
    if (control.kind !== 'target' || (isContinue && !control.continueTo)) return false;
    return name === undefined ? control.isDefault || isContinue : control.labels.includes(name);
  });
  if (target) compileExit({ kind: isContinue ? 'continue' : 'break', target }, node, context);
}

// ---- switch, try, classes

function compileSwitch(node: SwitchStatement, context: Context): void {
  const { labels } = context;
  context.labels = [];
  context.expression(node.discriminant);
  const value = context.temporary();
  context.emit(node, initialize(0, value));
  const end = label();
  context.controls.push({ kind: 'target', labels, isDefault: true, breakTo: end, continueTo: undefined });
  const body = node.cases.flatMap(({ consequent }) => consequent);
  inBlock(node, context, (hasScope) => {
    declareLexicals(body, context.isStrict, node, context);
    compileFunctions(body, context);
    compileCases(node, value, hasScope ? 1 : 0, context);
  });
  context.controls.pop();
  context.mark(end);
}

function compileCases(node: SwitchStatement, value: number, depth: number, context: Context): void {
  const starts = node.cases.map(() => label());
  const end = label();
  for (const [index, { test: expected }] of node.cases.entries()) {
    const start = starts[index];
    if (!expected || !start) continue;
    context.emit(expected, loadVariable(depth, value, ''));
    context.expression(expected);
    context.emit(expected, binaryStep('==='), jumpIf(true, start));
  }
  const byDefault = starts[node.cases.findIndex(({ test: expected }) => !expected)];
  context.emit(node, jump(byDefault ?? end));
  for (const [index, { consequent }] of node.cases.entries()) {
    const start = starts[index];
    if (start) context.mark(start);
    compileStatements(consequent, context);
  }
  context.mark(end);
}

function compileTry(node: TryStatement, context: Context): void {
  if (node.finalizer) compileFinally(node, node.finalizer.body, context);
  else compileCatch(node, context);
}

function compileCatch(node: TryStatement, context: Context): void {
  const { handler } = node;
  if (!handler) {
    compileBlock(node.block.body, node.block, context);
    return;
  }
  const caught = label();
  const end = label();
  context.emit(node, tryStep(caught));
  context.controls.push({ kind: 'try' });
  compileBlock(node.block.body, node.block, context);
  context.controls.pop();
  context.emit(node, endTry, jump(end));
  context.mark(caught);
  inBlock(handler, context, () => {
    const { param } = handler;
    if (param) {
      for (const name of namesIn(param)) context.block.declare(name, 'let', context.facts.collectors);
      context.parts.bind(param, 'declare', context);
    } else context.emit(handler, drop);
    compileBlock(handler.body.body, handler.body, context);
  });
  context.mark(end);
}

/** Whatever leaves the `try` notes how, runs the `finally`, and then goes on. */
function compileFinally(node: TryStatement, finalizer: readonly Statement[], context: Context): void {
  const completion = context.temporary();
  const value = context.temporary();
  const control: Control = { kind: 'finally', exits: [], entry: label(), completion, value };
  const thrown = label();
  context.emit(node, tryStep(thrown));
  context.controls.push(control);
  compileCatch(node, context);
  context.controls.pop();
  context.emit(node, pushConstant(COMPLETION.normal), initialize(0, completion), endTry, jump(control.entry));
  context.mark(thrown);
  context.emit(node, initialize(0, value), pushConstant(COMPLETION.thrown), initialize(0, completion));
  context.mark(control.entry);
  compileBlock(finalizer, node, context);
  const load = loadVariable(0, value, '');
  const whenCompleted = (number: number, compile: () => void): void => {
    const next = label();
    context.emit(node, loadVariable(0, completion, ''), pushConstant(number), binaryStep('==='), jumpIf(false, next));
    compile();
    context.mark(next);
  };
  whenCompleted(COMPLETION.thrown, () => context.emit(node, load, throwStep));
  for (const [index, exit] of control.exits.entries()) {
    whenCompleted(COMPLETION.firstExit + index, () => {
      if (exit.kind === 'return') context.emit(node, load);
      compileExit(exit, node, context);
    });
  }
}

function compileClassDeclaration(node: Extract<Statement, { type: 'ClassDeclaration' }>, context: Context): void {
  context.parts.classValue(node, node.id.name, context);
  context.parts.bind(node.id, 'declare', context);
}
