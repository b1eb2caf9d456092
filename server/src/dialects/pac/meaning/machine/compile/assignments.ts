// Compiles assignments.
import type { AssignmentExpression, Expression, MemberExpression, UpdateExpression } from 'acorn';
import type { BinaryOperator } from '../operators.js';
import { isNullish, jump, jumpIf, stop } from '../steps/control.js';
import { drop, duplicate, duplicateTwo, loadThis, tuck } from '../steps/data.js';
import { getStep, setStep } from '../steps/objects.js';
import { addStep, binaryStep, toNumberStep } from '../steps/operations.js';
import { type Context, label } from './context.js';
import { compileKey } from './members.js';
import { load, store } from './variables.js';

export function compileAssignment(node: AssignmentExpression, context: Context): void {
  const { left, right } = node;
  if (left.type === 'Identifier') assignName(node, left.name, context);
  else if (left.type === 'MemberExpression') assignMember(node, left, context);
  else {
    context.expression(right);
    context.emit(node, duplicate);
    context.parts.bind(left, 'assign', context);
  }
}

const LOGICAL: Readonly<Record<string, '&&' | '||' | '??'>> = { '&&=': '&&', '||=': '||', '??=': '??' };

function assignName(node: AssignmentExpression, name: string, context: Context): void {
  const { right, operator } = node;
  const logical = LOGICAL[operator];
  const end = label();
  if (operator === '=') context.parts.named(right, name, context);
  else {
    load(name, node.left, context);
    if (logical) {
      skipUnless(logical, end, node, context);
      context.parts.named(right, name, context);
    } else {
      context.expression(right);
      context.emit(node, binaryStep(operator.slice(0, -1) as BinaryOperator));
    }
  }
  context.emit(node, duplicate);
  store(name, 'assign', node, context);
  context.mark(end);
}

/** Jumps with the value on the stack where a logical assignment does not assign; otherwise takes it away. */
function skipUnless(operator: '&&' | '||' | '??', end: { at: number }, node: Expression, context: Context): void {
  if (operator === '??') context.emit(node, isNullish, jumpIf(false, end), drop);
  else context.emit(node, duplicate, jumpIf(operator === '||', end), drop);
}

function assignMember(node: AssignmentExpression, left: MemberExpression, context: Context): void {
  const { right, operator } = node;
  if (left.object.type === 'Super') context.emit(left, loadThis);
  else context.expression(left.object);
  compileKey(left, context);
  if (operator === '=') {
    context.expression(right);
    context.emit(node, setStep(context.isStrict));
    return;
  }
  context.emit(left, duplicateTwo, getStep);
  const logical = LOGICAL[operator];
  if (!logical) {
    context.expression(right);
    context.emit(node, binaryStep(operator.slice(0, -1) as BinaryOperator), setStep(context.isStrict));
    return;
  }
  const kept = label();
  const end = label();
  skipUnless(logical, kept, node, context);
  context.expression(right);
  context.emit(node, setStep(context.isStrict), jump(end));
  context.mark(kept);
  context.emit(node, tuck(2), drop, drop);
  context.mark(end);
}

export function compileUpdate(node: UpdateExpression, context: Context): void {
  const { argument, prefix } = node;
  const add = addStep(node.operator === '++' ? 1 : -1);
  if (argument.type === 'Identifier') {
    load(argument.name, argument, context);
    context.emit(node, toNumberStep);
    context.emit(node, ...(prefix ? [add, duplicate] : [duplicate, add]));
    store(argument.name, 'assign', node, context);
    return;
  }
  if (argument.type !== 'MemberExpression' || argument.object.type === 'Super') {
    context.emit(node, stop('changes a property of super, which Lintel does not follow'));
    return;
  }
  context.expression(argument.object);
  compileKey(argument, context);
  context.emit(node, duplicateTwo, getStep, toNumberStep);
  if (prefix) context.emit(node, add, setStep(context.isStrict));
  else context.emit(node, duplicate, tuck(3), add, setStep(context.isStrict), drop);
}
