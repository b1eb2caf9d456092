// Expressions of which a loop takes nothing but one character of a text: `code(text.substring(i, i + 1))`, `DIGITS.indexOf(text[i])`.
import type { AnyNode, Expression } from 'acorn';
import { addAll } from '../../../../../kept/lists.js';
import { Unknown } from '../../values/value.js';
import type { FunctionCode } from '../machine.js';
import { returnStep } from '../steps/control.js';
import { initialize, loadArgument, pushConstant } from '../steps/data.js';
import type { Context } from './context.js';
import { store } from './variables.js';

/** How a character is read: by a method, or by its index alone. */
export type CharacterRead = 'charAt' | 'charCodeAt' | 'substring' | 'slice' | 'substr' | 'index';

const METHODS: ReadonlySet<string> = new Set(['charAt', 'charCodeAt', 'substring', 'slice', 'substr']);

/** An expression that is a function of a character, and its names that stand for the character as a text. */
export interface CharacterFunction {
  readonly node: Expression;
  readonly characters: readonly string[];
}

export function isNamed(node: AnyNode | undefined, name: string | undefined): boolean {
  return node?.type === 'Identifier' && node.name === name;
}

/** How an expression reads the character of a text at an index, if it does nothing else. */
export function characterRead(node: AnyNode, text: string, index: string): CharacterRead | undefined {
  if (node.type === 'MemberExpression')
    return node.computed && !node.optional && isNamed(node.object, text) && isNamed(node.property, index)
      ? 'index'
      : undefined;
  if (node.type !== 'CallExpression' || node.optional) return undefined;
  const { callee, arguments: given } = node;
  const [at, end, ...others] = given;
  if (!isNamed(at, index) || callee.type !== 'MemberExpression' || callee.computed || callee.optional) return undefined;
  if (!isNamed(callee.object, text) || callee.property.type !== 'Identifier' || others.length > 0) return undefined;
  const { name } = callee.property;
  if (!isRead(name)) return undefined;
  if (name === 'charAt' || name === 'charCodeAt') return end === undefined ? name : undefined;
  return end && (name === 'substr' ? isOne(end) : isNext(end, index)) ? name : undefined;
}

function isRead(name: string): name is CharacterRead {
  return METHODS.has(name);
}

function isOne(node: AnyNode): boolean {
  return node.type === 'Literal' && node.value === 1;
}

/** `i + 1` */
function isNext(node: AnyNode, index: string): boolean {
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return false;
  const { left, right } = node;
  return (isNamed(left, index) && isOne(right)) || (isOne(left) && isNamed(right, index));
}

/** What an expression reads of a text, and its other names; `undefined` where it is more than operators, members and calls. */
export interface Reads {
  readonly characters: readonly CharacterRead[];
  readonly names: readonly string[];
}

export function readsOf(expression: Expression, text: string, index: string): Reads | undefined {
  const characters: CharacterRead[] = [];
  const names: string[] = [];
  const pending: AnyNode[] = [expression];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const read = characterRead(node, text, index);
    const parts = partsOf(node);
    if (read) characters.push(read);
    else if (node.type === 'Identifier') names.push(node.name);
    else if (parts) addAll(pending, parts);
    else return undefined;
  }
  return { characters, names };
}

/** The operands of an expression that changes nothing by itself. */
function partsOf(node: AnyNode): readonly AnyNode[] | undefined {
  switch (node.type) {
    case 'Literal':
      return [];
    case 'ArrayExpression':
      return node.elements.every((one) => one !== null) ? node.elements.filter((one) => one !== null) : undefined;
    case 'UnaryExpression':
      return node.operator === 'delete' ? undefined : [node.argument];
    case 'BinaryExpression':
    case 'LogicalExpression':
      return [node.left, node.right];
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate];
    case 'MemberExpression':
      return node.computed ? [node.object, node.property] : [node.object];
    case 'CallExpression':
      return [node.callee, ...node.arguments];
    default:
      return undefined;
  }
}

/** A function that gives the value of an expression for a character; its argument is a text of this character. */
export function characterFunctionCode(
  { node, characters }: CharacterFunction,
  text: string,
  index: string,
  context: Context,
): FunctionCode {
  return context.parts.bodyCode(node, context, (inner) => {
    for (const name of new Set([text, ...characters])) {
      const { slot } = inner.block.declare(name, 'var', new Set());
      inner.emit(node, loadArgument(0), initialize(0, slot));
    }
    const { slot } = inner.block.declare(index, 'var', new Set());
    inner.emit(node, pushConstant(0), initialize(0, slot));
    inner.expression(node);
    inner.emit(node, returnStep);
  });
}

/** A function that makes variables unknown, so that nothing that reads them has a result. */
export function forgettingCode(names: readonly string[], node: AnyNode, context: Context): FunctionCode {
  return context.parts.bodyCode(node, context, (inner) => {
    // Where names are made by assigning to them, this one may be as well.
    inner.isStrict = context.isStrict;
    const unknown = new Unknown('changes what it computes from', node);
    for (const name of names) {
      inner.emit(node, pushConstant(unknown));
      store(name, 'assign', node, inner);
    }
  });
}
