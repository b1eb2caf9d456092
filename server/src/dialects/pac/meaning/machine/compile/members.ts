// Compiles members and calls.
import type {
  CallExpression,
  Expression,
  MemberExpression,
  NewExpression,
  SpreadElement,
  Super,
  TaggedTemplateExpression,
} from 'acorn';
import { construct, initializeFields } from '../calls.js';
import { listOf } from '../lists.js';
import type { Step } from '../machine.js';
import { dataProperty, PacFunction } from '../objects.js';
import { isNullish, jump, jumpIf } from '../steps/control.js';
import { drop, duplicate, loadThis, pushConstant, pushUndefined, tuck } from '../steps/data.js';
import {
  appendItem,
  appendSpread,
  arrayOf,
  callList,
  callStep,
  getNamedStep,
  getStep,
  getSuper,
  newList,
  newStep,
} from '../steps/objects.js';
import { type Context, label } from './context.js';

/** Pushes the key of a member. */
export function compileKey(node: MemberExpression, context: Context): void {
  const { property } = node;
  if (property.type === 'PrivateIdentifier') context.emit(property, pushConstant(`#${property.name}`));
  else if (!node.computed && property.type === 'Identifier') context.emit(property, pushConstant(property.name));
  else context.expression(property);
}

/** Pushes the value of a member; with `keepsObject` the object stays below it. */
export function compileMember(node: MemberExpression, context: Context, keepsObject = false, chainEnd?: Chained): void {
  compileObjectOf(node.object, chainEnd, context);
  if (node.object.type === 'Super') {
    if (keepsObject) context.emit(node, loadThis);
    compileKey(node, context);
    context.emit(node, getSuper);
    return;
  }
  if (node.optional && chainEnd) context.emit(node, isNullish, jumpIf(true, chainEnd.end));
  if (keepsObject) context.emit(node, duplicate);
  const { property } = node;
  if (!node.computed && property.type === 'Identifier') context.emit(node, getNamedStep(property.name));
  else {
    compileKey(node, context);
    context.emit(node, getStep);
  }
}

/** Where an optional chain goes on when a value is missing. */
export interface Chained {
  readonly end: { at: number };
}

function compileObjectOf(node: Expression | Super, chainEnd: Chained | undefined, context: Context): void {
  if (node.type === 'Super') return;
  if (chainEnd && node.type === 'MemberExpression') compileMember(node, context, false, chainEnd);
  else if (chainEnd && node.type === 'CallExpression') compileCall(node, chainEnd, context);
  else context.expression(node);
}

/** `a?.b.c`: where `a` is missing, all of it is undefined. */
export function compileChain(node: Expression, context: Context): void {
  const missing = label();
  const end = label();
  const chainEnd: Chained = { end: missing };
  compileObjectOf(node, chainEnd, context);
  context.emit(node, jump(end));
  context.mark(missing);
  context.emit(node, drop, pushUndefined);
  context.mark(end);
}

// ---- calls

/** Pushes the function and what `this` is in it. */
function compileCallee(callee: Expression | Super, chainEnd: Chained | undefined, context: Context): void {
  const inner = callee.type === 'ParenthesizedExpression' ? callee.expression : callee;
  if (inner.type === 'MemberExpression') {
    compileMember(inner, context, true, chainEnd);
    context.emit(inner, tuck(1));
    return;
  }
  if (inner.type === 'ChainExpression' && inner.expression.type === 'MemberExpression') {
    compileMember(inner.expression, context, true);
    context.emit(inner, tuck(1));
    return;
  }
  compileObjectOf(inner, chainEnd, context);
  context.emit(inner, pushUndefined);
}

export function compileCall(node: CallExpression, chainEnd: Chained | undefined, context: Context): void {
  if (node.callee.type === 'Super') {
    compileArguments(node.arguments, true, context);
    context.emit(node, superCall, bindThis);
    return;
  }
  compileCallee(node.callee, chainEnd, context);
  if (node.optional && chainEnd) skipMissingCallee(node, chainEnd, context);
  const isList = compileArguments(node.arguments, false, context);
  context.emit(node, isList ? callList : callStep(node.arguments.length));
}

/** `f?.()`: the function lies below what `this` is. */
function skipMissingCallee(node: CallExpression, chainEnd: Chained, context: Context): void {
  const isThere = label();
  context.emit(node, tuck(1), isNullish, jumpIf(false, isThere), drop, jump(chainEnd.end));
  context.mark(isThere);
  context.emit(node, tuck(1));
}

/** Pushes the arguments, or an array of them where their number is not known: then true. */
function compileArguments(args: readonly (Expression | SpreadElement)[], asList: boolean, context: Context): boolean {
  if (!asList && !args.some(({ type }) => type === 'SpreadElement')) {
    for (const argument of args) if (argument.type !== 'SpreadElement') context.expression(argument);
    return false;
  }
  if (args[0]) context.emit(args[0], arrayOf(0));
  else context.emit(context.statement, arrayOf(0));
  for (const argument of args) {
    context.expression(argument.type === 'SpreadElement' ? argument.argument : argument);
    context.emit(argument, argument.type === 'SpreadElement' ? appendSpread : appendItem);
  }
  return true;
}

export function compileNew(node: NewExpression, context: Context): void {
  context.expression(node.callee as Expression);
  const isList = compileArguments(node.arguments, false, context);
  context.emit(node, isList ? newList : newStep(node.arguments.length));
}

/** `super(…)`: makes the object by the constructor that is extended. */
const superCall: Step = (machine) => {
  const args = listOf(machine.pop(), machine);
  const { callee, newTarget } = machine.frame;
  if (!(callee?.prototype instanceof PacFunction) || callee.code.kind === 'arrow')
    throw machine.notFollowed('calls super in a way that Lintel does not follow');
  construct(callee.prototype, args, newTarget, machine);
};

/** It becomes `this`. */
const bindThis: Step = (machine) => {
  const { frame } = machine;
  const object = machine.peek();
  if (typeof frame.self !== 'symbol')
    throw machine.error('ReferenceError', 'Super constructor may only be called once');
  frame.self = object;
  initializeFields(frame.callee, object, machine);
};

/** The constructor of a class that extends another and declares none. */
export const emptyDerivedSteps: readonly Step[] = [
  (machine) => machine.push(machine.realm.array([...machine.frame.args])),
  superCall,
  bindThis,
  drop,
];

export function compileTaggedTemplate(node: TaggedTemplateExpression, context: Context): void {
  compileCallee(node.tag, undefined, context);
  const { quasis, expressions } = node.quasi;
  const cooked = quasis.map(({ value }) => value.cooked ?? undefined);
  const raw = quasis.map((quasi) => quasi.value.raw);
  context.emit(node, (machine) => {
    const texts = machine.realm.array([...cooked]);
    texts.setOwn('raw', dataProperty(machine.realm.array([...raw]), false));
    machine.push(texts);
  });
  for (const expression of expressions) context.expression(expression);
  context.emit(node, callStep(1 + expressions.length));
}
