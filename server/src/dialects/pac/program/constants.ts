// The values of constant expressions: texts, and lists of texts.
import type { AnyNode, Expression } from 'acorn';
import { nodesOf, type ParsedPac } from '../syntax/tree.js';
import type { Scopes } from './scopes.js';

/** A text that a file contains, with the node that spells it. */
export interface TextLiteral {
  readonly node: AnyNode;
  readonly text: string;
}

/** The text literals of a file: strings, templates' fixed parts, property names. */
export function textLiterals(tree: ParsedPac): TextLiteral[] {
  return nodesOf(tree, 'Literal', 'TemplateElement', 'Property').flatMap((node): TextLiteral[] => {
    if (node.type === 'Literal' && typeof node.value === 'string') return [{ node, text: node.value }];
    if (node.type === 'TemplateElement') return [{ node, text: node.value.cooked ?? '' }];
    if (node.type === 'Property' && !node.computed && node.key.type === 'Identifier')
      return [{ node: node.key, text: node.key.name }];
    return [];
  });
}

/** The value of an expression that is a text: a literal, a concatenation, a variable that is set once. */
export function textOf(expression: AnyNode | null | undefined, scopes: Scopes, depth = 8): string | undefined {
  if (!expression || depth === 0) return undefined;
  switch (expression.type) {
    case 'Literal':
      return typeof expression.value === 'string' ? expression.value : undefined;
    case 'TemplateLiteral':
      return expression.expressions.length === 0 ? (expression.quasis[0]?.value.cooked ?? undefined) : undefined;
    case 'ParenthesizedExpression':
      return textOf(expression.expression, scopes, depth);
    case 'BinaryExpression': {
      if (expression.operator !== '+') return undefined;
      const left = textOf(expression.left, scopes, depth - 1);
      const right = textOf(expression.right, scopes, depth - 1);
      return left === undefined || right === undefined ? undefined : left + right;
    }
    case 'Identifier':
      return textOf(constantValue(expression, scopes), scopes, depth - 1);
    default:
      return undefined;
  }
}

/** The expression that a name always has as its value: its only assignment. */
export function constantValue(expression: AnyNode, scopes: Scopes): AnyNode | undefined {
  if (expression.type !== 'Identifier') return expression;
  const binding = scopes.bindingOf.get(expression);
  const [write] = binding?.writes ?? [];
  return binding && binding.kind === 'variable' && binding.writes.length === 1 ? write?.value : undefined;
}

/** An element of a constant list of texts, perhaps with a constant text before or after it. */
export interface ListElement {
  /** The value of the expression for each element. */
  readonly texts: readonly string[];
  readonly index: Expression;
}

/** Reads `list[i]`, `'.' + list[i]` and `list[i] + '/'`, where `list` is a list of texts that never changes. */
export function listElementOf(expression: AnyNode, scopes: Scopes, tree: ParsedPac): ListElement | undefined {
  if (expression.type === 'BinaryExpression' && expression.operator === '+') {
    const left = textOf(expression.left, scopes);
    const right = textOf(expression.right, scopes);
    const inner = listElementOf(left === undefined ? expression.left : expression.right, scopes, tree);
    if (!inner || (left === undefined) === (right === undefined)) return undefined;
    return { ...inner, texts: inner.texts.map((text) => (left ?? '') + text + (right ?? '')) };
  }
  if (expression.type !== 'MemberExpression' || !expression.computed) return undefined;
  if (expression.property.type === 'PrivateIdentifier') return undefined;
  const texts = constantList(expression.object, scopes, tree);
  return texts && { texts, index: expression.property };
}

function constantList(expression: AnyNode, scopes: Scopes, tree: ParsedPac): readonly string[] | undefined {
  const binding = expression.type === 'Identifier' ? scopes.bindingOf.get(expression) : undefined;
  const value = constantValue(expression, scopes);
  if (!binding || value?.type !== 'ArrayExpression') return undefined;
  if (!binding.reads.every((read) => onlyReads(read, tree))) return undefined;
  const texts = value.elements.map((element) => (element?.type === 'Literal' ? element.value : undefined));
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

/** Whether a mention of a list leaves it as it is: `list[i]` and `list.length` in a value, `for (… in list)`. */
function onlyReads(mention: AnyNode, tree: ParsedPac): boolean {
  const parent = tree.parents.get(mention);
  if (parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement') return parent.right === mention;
  if (parent?.type !== 'MemberExpression' || parent.object !== mention) return false;
  const isLength = !parent.computed && parent.property.type === 'Identifier' && parent.property.name === 'length';
  if (!isLength && !parent.computed) return false;
  const use = tree.parents.get(parent);
  if (use?.type === 'AssignmentExpression') return use.right === parent;
  if (use?.type === 'CallExpression') return use.callee !== parent;
  return use?.type !== 'UpdateExpression' && !(use?.type === 'UnaryExpression' && use.operator === 'delete');
}

/** The constant texts that an expression can be, as far as they are known. */
export function possibleTexts(expression: AnyNode, scopes: Scopes, tree: ParsedPac): readonly string[] {
  const text = textOf(expression, scopes);
  return text === undefined ? (listElementOf(expression, scopes, tree)?.texts ?? []) : [text];
}
