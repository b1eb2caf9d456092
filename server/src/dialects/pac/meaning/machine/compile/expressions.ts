// Compiles expressions.
import type {
  AnyNode,
  ArrayExpression,
  BinaryExpression,
  ConditionalExpression,
  Expression,
  LogicalExpression,
  PrivateIdentifier,
  SequenceExpression,
  TemplateLiteral,
  UnaryExpression,
} from 'acorn';
import { isPlaceholder } from '../../../vocabulary/placeholders.js';
import { OpenText, type Value } from '../../values/value.js';
import { type Chain, operandStep, trialStep } from '../joins.js';
import type { BinaryOperator } from '../operators.js';
import { isNullish, jump, jumpIf, stop, test } from '../steps/control.js';
import { drop, loadNewTarget, loadThis, pushConstant, pushUndefined } from '../steps/data.js';
import { appendHole, appendItem, appendSpread, arrayOf, constantArray, deleteStep } from '../steps/objects.js';
import {
  binaryStep,
  complement,
  inStep,
  instanceOfStep,
  negate,
  negateTruth,
  templateStep,
  toNumberStep,
  typeofStep,
} from '../steps/operations.js';
import { compileAssignment, compileUpdate } from './assignments.js';
import { type Context, label } from './context.js';
import { compileCall, compileChain, compileKey, compileMember, compileNew, compileTaggedTemplate } from './members.js';
import { compileObject } from './objects.js';
import { regExpStep } from './regexps.js';
import { load } from './variables.js';

export function compileExpression(node: Expression, context: Context): void {
  switch (node.type) {
    case 'Literal':
      compileLiteral(node, context);
      return;
    case 'Identifier':
      load(node.name, node, context);
      return;
    case 'ThisExpression':
      context.emit(node, loadThis);
      return;
    case 'ArrayExpression':
      compileArray(node, context);
      return;
    case 'ObjectExpression':
      compileObject(node, context);
      return;
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
      compileNamed(node, '', context);
      return;
    case 'UnaryExpression':
      compileUnary(node, context);
      return;
    case 'UpdateExpression':
      compileUpdate(node, context);
      return;
    case 'BinaryExpression':
      compileBinary(node, context);
      return;
    case 'LogicalExpression':
      compileLogical(node, false, context);
      return;
    case 'AssignmentExpression':
      compileAssignment(node, context);
      return;
    case 'ConditionalExpression':
      compileConditional(node, context);
      return;
    case 'MemberExpression':
      compileMember(node, context);
      return;
    case 'ChainExpression':
      compileChain(node.expression, context);
      return;
    case 'CallExpression':
      compileCall(node, undefined, context);
      return;
    case 'NewExpression':
      compileNew(node, context);
      return;
    case 'SequenceExpression':
      compileSequence(node, context);
      return;
    case 'TemplateLiteral':
      compileTemplate(node, context);
      return;
    case 'TaggedTemplateExpression':
      compileTaggedTemplate(node, context);
      return;
    case 'ParenthesizedExpression':
      compileExpression(node.expression, context);
      return;
    case 'MetaProperty':
      context.emit(node, loadNewTarget);
      return;
    case 'YieldExpression':
      context.emit(node, stop('uses a generator, which Lintel does not follow'));
      return;
    case 'AwaitExpression':
      context.emit(node, stop('uses an async function, which Lintel does not follow'));
      return;
    case 'ImportExpression':
      context.emit(node, stop('imports a module, which Lintel does not follow'));
      return;
  }
}

/** A function or class gets the name of what it is assigned to. */
export function compileNamed(node: Expression, name: string, context: Context): void {
  switch (node.type) {
    case 'FunctionExpression':
      context.parts.functionValue(node, 'function', node.id?.name ?? name, context);
      return;
    case 'ArrowFunctionExpression':
      context.parts.functionValue(node, 'arrow', name, context);
      return;
    case 'ClassExpression':
      context.parts.classValue(node, node.id?.name ?? name, context);
      return;
    default:
      compileExpression(node, context);
      return;
  }
}

function compileLiteral(node: Extract<Expression, { type: 'Literal' }>, context: Context): void {
  if (node.regex) context.emit(node, regExpStep(node.regex.pattern, node.regex.flags));
  else if (typeof node.bigint === 'string')
    context.emit(node, stop('computes with a BigInt, which Lintel does not follow'));
  else if (isOpen(node.value)) context.emit(node, pushConstant(new OpenText(node.value, node)));
  else context.emit(node, pushConstant(constantOf(node)));
}

function isOpen(value: unknown): value is string {
  return typeof value === 'string' && isPlaceholder(value);
}

function constantOf(node: Extract<Expression, { type: 'Literal' }>): Value {
  const { value } = node;
  return typeof value === 'object' || typeof value === 'bigint' ? null : value;
}

function isConstant(node: Expression): node is Extract<Expression, { type: 'Literal' }> {
  return node.type === 'Literal' && !node.regex && typeof node.bigint !== 'string' && !isOpen(node.value);
}

function compileArray(node: ArrayExpression, context: Context): void {
  const { elements } = node;
  const constants = elements.flatMap((element) =>
    element && element.type !== 'SpreadElement' && isConstant(element) ? [constantOf(element)] : [],
  );
  if (constants.length === elements.length) {
    context.emit(node, constantArray(constants));
    return;
  }
  if (elements.length <= 64 && elements.every((element) => element && element.type !== 'SpreadElement')) {
    for (const element of elements) if (element && element.type !== 'SpreadElement') context.expression(element);
    context.emit(node, arrayOf(elements.length));
    return;
  }
  context.emit(node, arrayOf(0));
  for (const element of elements) {
    if (!element) context.emit(node, appendHole);
    else if (element.type === 'SpreadElement') {
      context.expression(element.argument);
      context.emit(element, appendSpread);
    } else {
      context.expression(element);
      context.emit(element, appendItem);
    }
  }
}

function compileUnary(node: UnaryExpression, context: Context): void {
  const { operator, argument } = node;
  if (operator === 'delete') {
    compileDelete(node, context);
    return;
  }
  if (operator === '!') {
    context.condition(argument);
    context.emit(node, negateTruth);
    return;
  }
  if (operator === 'typeof' && argument.type === 'Identifier') load(argument.name, argument, context, true);
  else context.expression(argument);
  if (operator === 'void') context.emit(node, drop, pushUndefined);
  else context.emit(node, UNARY[operator]);
}

const UNARY = { '-': negate, '+': toNumberStep, '~': complement, typeof: typeofStep } as const;

function compileDelete(node: UnaryExpression, context: Context): void {
  const target = node.argument.type === 'ChainExpression' ? node.argument.expression : node.argument;
  if (target.type !== 'MemberExpression' || target.object.type === 'Super') {
    if (target.type === 'Identifier') {
      context.emit(node, (machine) => machine.push(machine.realm.global), pushConstant(target.name), deleteStep(false));
      return;
    }
    context.expression(node.argument);
    context.emit(node, drop, pushConstant(true));
    return;
  }
  context.expression(target.object);
  compileKey(target, context);
  context.emit(node, deleteStep(context.isStrict, node.argument.type === 'ChainExpression'));
}

/** Long sums nest as deep as they are long. */
function compileBinary(node: BinaryExpression, context: Context): void {
  const chain: BinaryExpression[] = [];
  let first: Expression | PrivateIdentifier = node;
  while (first.type === 'BinaryExpression') {
    chain.push(first);
    first = first.left;
  }
  if (first.type === 'PrivateIdentifier') context.emit(first, pushConstant(`#${first.name}`));
  else context.expression(first);
  for (const operation of chain.reverse()) {
    context.expression(operation.right);
    context.emit(operation, stepFor(operation.operator));
  }
}

function stepFor(operator: BinaryExpression['operator']) {
  if (operator === 'in') return inStep;
  return operator === 'instanceof' ? instanceOfStep : binaryStep(operator as BinaryOperator);
}

/** The operands of a chain of the same operator, which may be thousands. */
function operandsOf(node: LogicalExpression): Expression[] {
  const operands: Expression[] = [];
  const pending: Expression[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const inner = next.type === 'ParenthesizedExpression' ? next.expression : next;
    if (inner.type === 'LogicalExpression' && inner.operator === node.operator) pending.push(inner.right, inner.left);
    else operands.push(inner);
  }
  return operands;
}

function compileLogical(node: LogicalExpression, isBoolean: boolean, context: Context): void {
  const operands = operandsOf(node);
  const end = label();
  const { operator } = node;
  if (operator === '??') {
    for (const [index, operand] of operands.entries()) {
      context.expression(operand);
      if (index < operands.length - 1) context.emit(operand, isNullish, jumpIf(false, end), drop);
    }
    context.mark(end);
    return;
  }
  const chain: Chain = { operator, isBoolean, end, boundaries: new Set() };
  if (isBoolean && operands[0] && mayChoose(operands[0])) context.emit(node, trialStep(chain));
  for (const [index, operand] of operands.entries()) {
    if (isBoolean) compileTruth(operand, context);
    else context.expression(operand);
    chain.boundaries.add(context.steps.length);
    if (index < operands.length - 1) context.emit(operand, operandStep(chain));
  }
  context.mark(end);
}

export function compileCondition(node: Expression, context: Context): void {
  if (node.type === 'ParenthesizedExpression') compileCondition(node.expression, context);
  else if (node.type === 'LogicalExpression' && node.operator !== '??') compileLogical(node, true, context);
  else if (mayChoose(node)) compileTried(node, context);
  else compileTruth(node, context);
}

/** A condition, or an operand of one, that is followed on trial already. */
function compileTruth(node: Expression, context: Context): void {
  if (node.type === 'LogicalExpression' && node.operator !== '??') compileLogical(node, true, context);
  else {
    compileExpression(node, context);
    if (node.type === 'CallExpression') context.truthAt.add(context.steps.length);
  }
}

/** A condition whose paths are joined where that is possible. */
function compileTried(node: Expression, context: Context): void {
  const end = label();
  const chain: Chain = { operator: '||', isBoolean: true, end, boundaries: new Set() };
  context.emit(node, trialStep(chain));
  compileTruth(node, context);
  chain.boundaries.add(context.steps.length);
  context.mark(end);
}

/** Helper functions that give a truth, in one way, for whatever texts. */
const TESTS: ReadonlySet<string> = new Set(['dnsDomainIs', 'isPlainHostName', 'localHostOrDomainIs', 'shExpMatch']);

/** `dnsDomainIs(host, ".example.com")`, of which long files have thousands. Where the file has a function of that name, it is not joined. */
function isPlainTest(node: Expression): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || !TESTS.has(node.callee.name)) return false;
  return node.arguments.every(({ type }) => type === 'Identifier' || type === 'Literal');
}

/** Whether an expression may go on in several ways by itself: calls, and what is looked up in tables. */
function mayChoose(node: Expression): boolean {
  if (isPlainTest(node)) return false;
  const pending: AnyNode[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.type === 'CallExpression' || (next.type === 'MemberExpression' && next.computed)) return true;
    if (next.type === 'MemberExpression') pending.push(next.object);
    else if (next.type === 'ParenthesizedExpression') pending.push(next.expression);
    // The operand of `!` is a condition itself.
    else if (next.type === 'UnaryExpression' && next.operator !== '!') pending.push(next.argument);
    else if (next.type === 'BinaryExpression') pending.push(next.left, next.right);
  }
  return false;
}

/** Chains of `?:` nest as deep as they are long. */
function compileConditional(node: ConditionalExpression, context: Context): void {
  const end = label();
  let last: Expression = node;
  while (last.type === 'ConditionalExpression') {
    const otherwise = label();
    context.condition(last.test);
    context.emit(last, test(last.test, otherwise));
    context.expression(last.consequent);
    context.emit(last, jump(end));
    context.mark(otherwise);
    last = last.alternate;
  }
  context.expression(last);
  context.mark(end);
}

function compileSequence(node: SequenceExpression, context: Context): void {
  node.expressions.forEach((expression, index) => {
    if (index > 0) context.emit(expression, drop);
    context.expression(expression);
  });
}

function compileTemplate(node: TemplateLiteral, context: Context): void {
  for (const expression of node.expressions) context.expression(expression);
  const texts = node.quasis.map(({ value }) => value.cooked ?? '');
  context.emit(node, templateStep(texts.map((text) => (isPlaceholder(text) ? new OpenText(text, node) : text))));
}
