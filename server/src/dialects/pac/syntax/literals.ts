import type { AnyNode, CallExpression, Expression, SpreadElement } from 'acorn';
import { type DomainTree, DomainTreeBuilder } from '../../../model/domain-tree.js';
import { IpSet, parseAddress, parsePrefix } from '../../../model/ip.js';
import { nodesOf, type ParsedPac } from './parse.js';
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

/** The expression that a name always stands for: its one and only assignment. */
export function constantValue(expression: AnyNode, scopes: Scopes): AnyNode | undefined {
  if (expression.type !== 'Identifier') return expression;
  const binding = scopes.bindingOf.get(expression);
  const [write] = binding?.writes ?? [];
  return binding && binding.kind === 'variable' && binding.writes.length === 1 ? write?.value : undefined;
}

/** The helper function that a call calls, if the file does not define one of that name. */
export function calledHelper(call: AnyNode, scopes: Scopes): { name: string; args: Expression[] } | undefined {
  if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier') return undefined;
  if (scopes.bindingOf.has(call.callee)) return undefined;
  return call.arguments.every(isExpression) ? { name: call.callee.name, args: call.arguments } : undefined;
}

function isExpression(argument: Expression | SpreadElement): argument is Expression {
  return argument.type !== 'SpreadElement';
}

export function isCallOf(call: AnyNode, name: string, scopes: Scopes): call is CallExpression {
  return calledHelper(call, scopes)?.name === name;
}

const HOST_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * The names that a text speaks of: itself without scheme, port and path, without leading dot or `*.`, and with wildcards
 * inside filled in.
 */
export function hostsIn(text: string): string[] {
  if (text.length > 300) return [];
  const authority = text
    .toLowerCase()
    .replace(/^[a-z*?]{1,8}:\/\//, '')
    .replace(/[/:].*$/s, '');
  const names = new Set<string>();
  for (const filling of ['', 'x']) {
    const name = authority
      .replace(/^[*.?]+(?=\.)/, '')
      .replace(/[*?]/g, filling)
      .replace(/^\.+|\.+$/g, '');
    if (name.length < 254 && HOST_NAME.test(name)) names.add(name);
  }
  return [...names];
}

/** The names that a file speaks of, as a tree of labels. */
export function hostLabels(literals: readonly TextLiteral[], tree: ParsedPac): DomainTree {
  const builder = new DomainTreeBuilder();
  for (const { text } of literals) {
    for (const host of hostsIn(text)) if (!/^\d+(?:\.\d+){0,2}$/.test(host)) builder.add(host, false);
  }
  for (const node of nodesOf(tree, 'Literal')) {
    if (!('regex' in node) || !node.regex) continue;
    for (const match of node.regex.pattern.replace(/\\([./-])/g, '$1').matchAll(/[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/gi))
      builder.add(match[0].toLowerCase(), false);
  }
  return builder.build();
}

/** The networks that a file tells apart, larger ones first: of isInNet and isInNetEx, and of texts such as `10.` or `10.*`. */
export function networksIn(literals: readonly TextLiteral[], tree: ParsedPac, scopes: Scopes): IpSet[] {
  const networks = new Map<string, { set: IpSet; length: number }>();
  const add = (text: string) => {
    const prefix = parsePrefix(text);
    if (prefix) networks.set(text, { set: IpSet.of(prefix), length: prefix.length });
  };
  for (const node of nodesOf(tree, 'CallExpression')) {
    const call = calledHelper(node, scopes);
    if (call?.name === 'isInNet') {
      const network = networkOf(textOf(call.args[1], scopes), textOf(call.args[2], scopes));
      if (network) networks.set(network.text, network);
    }
  }
  for (const { node, text } of literals) {
    const parent = tree.parents.get(node);
    if (text.length > 50 || (parent && isCallOf(parent, 'isInNet', scopes))) continue;
    if (text.includes('/') || parseAddress(text)) add(text);
    const octets = /^((?:\d{1,3}\.){1,3})\*?$/.exec(text)?.[1];
    if (octets) {
      const count = octets.split('.').length - 1;
      add(`${octets}${new Array(4 - count).fill('0').join('.')}/${count * 8}`);
    }
  }
  return [...networks.values()].sort((a, b) => a.length - b.length).map(({ set }) => set);
}

/** The network of an address and a mask as isInNet reads them; `undefined` where they are no network. */
export function networkOf(
  pattern: string | undefined,
  mask: string | undefined,
): { readonly set: IpSet; readonly length: number; readonly text: string } | undefined {
  const address = pattern === undefined ? undefined : parseAddress(pattern);
  const bits = mask === undefined ? undefined : parseAddress(mask);
  if (address?.family !== 4 || bits?.family !== 4) return undefined;
  const length = maskLength(bits.value);
  if (length === undefined) return undefined;
  const set = IpSet.of({ address, length });
  return { set, length, text: set.toPrefixes()[0] ?? '0.0.0.0/0' };
}

/** The prefix length of a mask; `undefined` where its ones are not all on the left. */
export function maskLength(mask: number): number | undefined {
  for (let length = 0; length <= 32; length++) if (mask === 2 ** 32 - 2 ** (32 - length)) return length;
  return undefined;
}

/** A place of a constant list of texts, perhaps with a constant text in front of or behind it. */
export interface ListElement {
  /** What the expression is for each element. */
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
