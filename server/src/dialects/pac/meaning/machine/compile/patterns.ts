// Compiles patterns: what a declaration, an assignment, a parameter or a loop gives a value to.
import type {
  ArrayPattern,
  AssignmentPattern,
  AssignmentProperty,
  MemberExpression,
  ObjectPattern,
  Pattern,
} from 'acorn';
import { isUndefined, jumpIf } from '../steps/control.js';
import { drop, duplicate, pushConstant } from '../steps/data.js';
import { restItems, toList } from '../steps/iteration.js';
import { getStep, restObject, setStep } from '../steps/objects.js';
import { type BindMode, type Context, label } from './context.js';
import { compileKey } from './members.js';
import { store } from './variables.js';

/** Takes the value on the stack. */
export function bindPattern(pattern: Pattern, mode: BindMode, context: Context): void {
  switch (pattern.type) {
    case 'Identifier':
      store(pattern.name, mode, pattern, context);
      return;
    case 'MemberExpression':
      bindMember(pattern, context);
      return;
    case 'AssignmentPattern':
      bindDefault(pattern, mode, context);
      return;
    case 'ObjectPattern':
      bindObject(pattern, mode, context);
      return;
    case 'ArrayPattern':
      bindArray(pattern, mode, context);
      return;
    case 'RestElement':
      bindPattern(pattern.argument, mode, context);
      return;
  }
}

function bindMember(target: MemberExpression, context: Context): void {
  if (target.object.type !== 'Super') context.expression(target.object);
  compileKey(target, context);
  context.emit(target, (machine) => {
    const key = machine.pop();
    const object = machine.pop();
    const value = machine.pop();
    machine.push(object);
    machine.push(key);
    machine.push(value);
  });
  context.emit(target, setStep(context.isStrict), drop);
}

function bindDefault(pattern: AssignmentPattern, mode: BindMode, context: Context): void {
  const isGiven = label();
  context.emit(pattern, isUndefined, jumpIf(false, isGiven), drop);
  context.parts.named(pattern.right, pattern.left.type === 'Identifier' ? pattern.left.name : '', context);
  context.mark(isGiven);
  bindPattern(pattern.left, mode, context);
}

function keyName(property: AssignmentProperty): string | undefined {
  if (property.computed) return undefined;
  if (property.key.type === 'Identifier') return property.key.name;
  return property.key.type === 'Literal' ? String(property.key.value) : undefined;
}

function bindObject(pattern: ObjectPattern, mode: BindMode, context: Context): void {
  const names: string[] = [];
  context.emit(pattern, (machine) => {
    const value = machine.peek();
    if (value === undefined || value === null)
      throw machine.error('TypeError', `Cannot destructure '${value}' as it is ${value}.`);
  });
  for (const property of pattern.properties) {
    context.emit(property, duplicate);
    if (property.type === 'RestElement') {
      context.emit(property, restObject([...names]));
      bindPattern(property.argument, mode, context);
      continue;
    }
    const name = keyName(property);
    if (name !== undefined) {
      names.push(name);
      context.emit(property, pushConstant(name));
    } else context.expression(property.key);
    context.emit(property, getStep);
    bindPattern(property.value, mode, context);
  }
  context.emit(pattern, drop);
}

function bindArray(pattern: ArrayPattern, mode: BindMode, context: Context): void {
  context.emit(pattern, toList);
  for (const [index, element] of pattern.elements.entries()) {
    if (!element) continue;
    context.emit(element, duplicate);
    if (element.type === 'RestElement') context.emit(element, restItems(index));
    else context.emit(element, pushConstant(index), getStep);
    bindPattern(element, mode, context);
  }
  context.emit(pattern, drop);
}
