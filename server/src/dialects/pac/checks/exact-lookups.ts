// Recognises look-ups of the host or the URL in what a file writes out: a list, a set, the keys of a table or a map.
import type { AnyNode, Expression, Literal, Property, SpreadElement } from 'acorn';
import { constantValue } from '../program/constants.js';
import type { Binding } from '../program/scopes.js';
import { nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';
import { calledMethod, type TextTest } from './text-tests.js';

/** A text that a look-up can find. */
export interface WrittenText {
  readonly node: Expression;
  readonly text: string;
}

/** A look-up; its `pattern` is the list, set or table. */
export interface ExactLookup {
  readonly test: TextTest;
  /** The variable that holds it; `undefined` where it is written in its place. */
  readonly list: Binding | undefined;
}

export function exactLookups(context: CheckContext): ExactLookup[] {
  return nodesOf(context.tree, 'CallExpression', 'MemberExpression', 'BinaryExpression').flatMap((node) => {
    const sides = sidesOf(node);
    const subject = sides && context.subjects.of(sides.subject);
    if (!sides || !subject) return [];
    const how = node.end - node.start <= HOW_LENGTH ? context.textOf(node) : `${context.textOf(sides.list)}…`;
    const test = { node, subject, subjectNode: sides.subject, pattern: sides.list, how } as const;
    const list = sides.list.type === 'Identifier' ? context.scopes.bindingOf.get(sides.list) : undefined;
    return list || sides.list.type !== 'Identifier'
      ? [{ test: { ...test, shape: 'whole', negated: false }, list }]
      : [];
  });
}

/** How long a look-up is told in whole. */
const HOW_LENGTH = 40;

const METHODS: ReadonlySet<string> = new Set(['indexOf', 'lastIndexOf', 'includes', 'has', 'get', 'hasOwnProperty']);

function sidesOf(node: AnyNode): { readonly list: Expression; readonly subject: Expression } | undefined {
  switch (node.type) {
    case 'BinaryExpression':
      return node.operator === 'in' && node.left.type !== 'PrivateIdentifier'
        ? { list: node.right, subject: node.left }
        : undefined;
    case 'MemberExpression':
      return node.computed && node.object.type !== 'Super' && node.property.type !== 'PrivateIdentifier'
        ? { list: node.object, subject: node.property }
        : undefined;
    case 'CallExpression': {
      const method = calledMethod(node);
      const [subject] = node.arguments;
      if (!method || !METHODS.has(method.name) || node.arguments.length !== 1) return undefined;
      return subject && subject.type !== 'SpreadElement' ? { list: method.object, subject } : undefined;
    }
    default:
      return undefined;
  }
}

/** The texts that a look-up in a list, set, table or map can find, as far as they are written out. */
export function writtenTexts(list: AnyNode, context: CheckContext): WrittenText[] {
  return written(constantValue(list, context.scopes), context).flatMap((node) => {
    const text = node?.type === 'Identifier' ? node.name : context.constantOf(node);
    return node && text !== undefined ? [{ node, text }] : [];
  });
}

function written(value: AnyNode | undefined, { scopes }: CheckContext): (Expression | undefined)[] {
  if (value?.type === 'ArrayExpression') return value.elements.map(literal);
  if (value?.type === 'ObjectExpression') return value.properties.map(keyOf);
  if (value?.type !== 'NewExpression' || value.callee.type !== 'Identifier') return [];
  const [content] = value.arguments;
  if (content?.type !== 'ArrayExpression' || scopes.bindingOf.has(value.callee)) return [];
  if (value.callee.name === 'Set') return content.elements.map(literal);
  if (value.callee.name !== 'Map') return [];
  return content.elements.map((pair) => (pair?.type === 'ArrayExpression' ? literal(pair.elements[0]) : undefined));
}

function literal(node: AnyNode | null | undefined): Literal | undefined {
  return node?.type === 'Literal' ? node : undefined;
}

function keyOf(property: Property | SpreadElement): Expression | undefined {
  return property.type === 'Property' && !property.computed ? property.key : undefined;
}

/** Whether `x in list` asks for a position of a list, which no host is. */
export function isAskedForPosition({ node, pattern }: TextTest, context: CheckContext): boolean {
  return node.type === 'BinaryExpression' && constantValue(pattern, context.scopes)?.type === 'ArrayExpression';
}
