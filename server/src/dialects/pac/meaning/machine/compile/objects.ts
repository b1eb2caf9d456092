// Compiles object literals and classes.
import type {
  Expression,
  MethodDefinition,
  ObjectExpression,
  PrivateIdentifier,
  Property,
  PropertyDefinition,
} from 'acorn';
import { isPlaceholder } from '../../../vocabulary/placeholders.js';
import type { Value } from '../../values/value.js';
import type { FunctionCode, Machine, Step } from '../machine.js';
import { dataProperty, PacFunction, PacObject } from '../objects.js';
import { ProgramFunction } from '../program-function.js';
import { stop } from '../steps/control.js';
import { drop, initialize, loadThis, pushConstant, pushUndefined } from '../steps/data.js';
import {
  constantObject,
  defineKeyed,
  defineNamed,
  functionOf,
  newObject,
  setPrototypeStep,
  spreadObject,
} from '../steps/objects.js';
import type { ClassNode, Context } from './context.js';
import { Block } from './names.js';

/** The name of a property that is known before the program runs. */
function staticName(property: Property | MethodDefinition | PropertyDefinition): string | undefined {
  const { key } = property;
  if (property.computed) return undefined;
  if (key.type === 'Identifier') return key.name;
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Literal' ? String(key.value) : undefined;
}

export function compileObject(node: ObjectExpression, context: Context): void {
  const constants = constantsOf(node);
  if (constants) {
    context.emit(node, constantObject(constants));
    return;
  }
  context.emit(node, newObject);
  for (const property of node.properties) {
    if (property.type === 'Property') compileProperty(property, context);
    else {
      context.expression(property.argument);
      context.emit(property, spreadObject);
    }
  }
}

function constantsOf({ properties }: ObjectExpression): [string, Value][] | undefined {
  const constants: [string, Value][] = [];
  for (const property of properties) {
    if (property.type !== 'Property' || property.kind !== 'init') return undefined;
    const name = staticName(property);
    const { value } = property;
    if (name === undefined || name === '__proto__' || value.type !== 'Literal' || value.regex || value.bigint)
      return undefined;
    if (typeof value.value === 'string' && isPlaceholder(value.value)) return undefined;
    constants.push([name, value.value as Value]);
  }
  return constants;
}

function compileProperty(property: Property, context: Context): void {
  const name = staticName(property);
  const isMethod = property.method || property.kind !== 'init';
  if (isMethod || name === undefined) {
    pushKey(property, context);
    if (isMethod && property.value.type === 'FunctionExpression')
      context.parts.functionValue(property.value, 'method', name ?? '', context);
    else context.expression(property.value);
    const kind = property.kind === 'init' ? (isMethod ? 'method' : 'value') : property.kind;
    context.emit(property, defineKeyed(kind, true));
    return;
  }
  context.parts.named(property.value, name, context);
  const setsPrototype = name === '__proto__' && !property.shorthand;
  context.emit(property, setsPrototype ? setPrototypeStep : defineNamed(name));
}

function pushKey(property: Property | MethodDefinition | PropertyDefinition, context: Context): void {
  const name = staticName(property);
  if (name !== undefined) context.emit(property, pushConstant(name));
  else context.expression(property.key as Exclude<Expression, PrivateIdentifier>);
}

// ---- classes

/** Pushes the constructor of a class. */
export function compileClass(node: ClassNode, name: string, context: Context): void {
  const { block: outer, isStrict } = context;
  context.isStrict = true;
  context.block = new Block(outer, outer.storage, false);
  const self = node.id ? context.block.declare(node.id.name, 'const', new Set()) : undefined;
  if (node.superClass) context.expression(node.superClass);
  else context.emit(node, pushUndefined);
  const code = constructorCode(node, name, context);
  context.emit(node, classStep(code, Boolean(node.superClass)));
  for (const member of node.body.body) {
    if (member.type === 'MethodDefinition' && member.kind !== 'constructor') compileMethod(member, context);
  }
  const fields = node.body.body.filter((member) => member.type === 'PropertyDefinition' && !member.static);
  if (fields.length > 0) context.emit(node, fieldsStep(fieldsCode(fields as PropertyDefinition[], node, context)));
  context.emit(node, drop);
  if (self) context.emit(node, (machine) => machine.push(machine.peek()), initialize(0, self.slot));
  const statics = node.body.body.filter(
    (member) => member.type === 'StaticBlock' || (member.type === 'PropertyDefinition' && member.static),
  );
  if (statics.length > 0) compileStatics(statics as PropertyDefinition[], node, context);
  context.block = outer;
  context.isStrict = isStrict;
}

function constructorCode(node: ClassNode, name: string, context: Context): FunctionCode {
  const kind = node.superClass ? 'derived-constructor' : 'constructor';
  const own = node.body.body.find((member) => member.type === 'MethodDefinition' && member.kind === 'constructor');
  return own?.type === 'MethodDefinition'
    ? context.parts.functionCode(own.value, kind, name, context)
    : context.parts.emptyConstructor(node, kind, name, context);
}

/** `super` → `constructor prototype` */
function classStep(code: FunctionCode, extendsSomething: boolean): Step {
  return (machine) => {
    const base = machine.pop();
    const { realm } = machine;
    const made = functionOf(code, machine);
    const prototype = realm.object();
    if (extendsSomething) extend(made, prototype, base, machine);
    made.home = prototype;
    made.setOwn('prototype', dataProperty(prototype, false, false, false));
    prototype.setOwn('constructor', dataProperty(made, false));
    machine.push(made);
    machine.push(prototype);
  };
}

function extend(made: ProgramFunction<Machine>, prototype: PacObject, base: Value, machine: Machine): void {
  if (base === null) {
    prototype.setPrototype(null);
    return;
  }
  if (!(base instanceof PacFunction) || !base.isConstructor)
    throw machine.error('TypeError', 'Class extends value is not a constructor or null');
  const inherited = base.find('prototype')?.value;
  made.setPrototype(base);
  prototype.setPrototype(inherited instanceof PacObject ? inherited : null);
}

/** `constructor prototype` stay. */
function compileMethod(member: MethodDefinition, context: Context): void {
  pushKey(member, context);
  context.parts.functionValue(member.value, 'method', staticName(member) ?? '', context);
  const kind = member.kind === 'constructor' ? 'method' : member.kind;
  context.emit(member, defineKeyed(kind, false, member.static ? 1 : 0));
}

function fieldsStep(code: FunctionCode): Step {
  return (machine) => {
    const made = machine.peek(1);
    const home = machine.peek();
    if (!(made instanceof ProgramFunction)) return;
    made.fields = functionOf(code, machine);
    made.fields.home = home instanceof PacObject ? home : undefined;
  };
}

/** A function that sets the fields of `this`. */
function fieldsCode(fields: readonly PropertyDefinition[], node: ClassNode, context: Context): FunctionCode {
  return context.parts.bodyCode(node, context, (inner) => {
    for (const field of fields) compileField(field, inner);
  });
}

function compileField(field: PropertyDefinition, context: Context): void {
  context.emit(field, loadThis);
  if (field.computed) {
    context.emit(field, stop('computes the name of a field of a class, which Lintel does not follow'));
    return;
  }
  pushKey(field, context);
  if (field.value) context.parts.named(field.value, staticName(field) ?? '', context);
  else context.emit(field, pushUndefined);
  context.emit(field, defineKeyed('value', true), drop);
}

/** The constructor on the stack stays. */
function compileStatics(members: readonly PropertyDefinition[], node: ClassNode, context: Context): void {
  const code = context.parts.bodyCode(node, context, (inner) => {
    for (const member of members as readonly ClassNode['body']['body'][number][]) {
      if (member.type === 'StaticBlock') inner.parts.block(member.body, member, inner);
      else if (member.type === 'PropertyDefinition') compileField(member, inner);
    }
  });
  context.emit(node, runStatics(code), drop);
}

function runStatics(code: FunctionCode): Step {
  return (machine) => {
    const made = machine.peek();
    const setter = functionOf(code, machine);
    if (made instanceof PacObject) setter.home = made;
    machine.push(callOn(setter, made, machine));
  };
}

function callOn(setter: ProgramFunction<Machine>, self: Value, machine: Machine): Value {
  return machine.context.call(setter, self, []);
}
