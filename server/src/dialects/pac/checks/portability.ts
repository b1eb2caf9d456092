// Reports what only some clients understand: newer syntax and functions, SOCKS 5 alone, a byte order mark.
import type { AnyNode, CallExpression } from 'acorn';
import type { TextRange } from '../../../text/range.js';
import { constantValue } from '../program/constants.js';
import { calledHelper } from '../program/helper-calls.js';
import { type NodeOf, nodesOf } from '../syntax/tree.js';
import {
  ES5_ARRAY_METHODS,
  ES5_FUNCTIONS,
  MODERN_FUNCTIONS,
  MODERN_GLOBALS,
  MODERN_METHODS,
} from '../vocabulary/old-engines.js';
import type { CheckContext } from './context.js';
import { resultExpressions } from './results.js';
import { calledMethod } from './text-tests.js';

export function checkPortability(context: CheckContext): void {
  checkByteOrderMark(context);
  checkEngine(context);
  checkShellSyntax(context);
  checkSocks5(context);
}

function checkByteOrderMark(context: CheckContext): void {
  const isInText = context.text.startsWith('\ufeff');
  if (!isInText && !context.tree.source.byteOrderMark) return;
  const message = 'The file begins with a byte order mark: macOS ignores such a file.';
  const range = { start: 0, end: 1 };
  if (!isInText) {
    context.report('pac-old-engine', range, message);
    return;
  }
  const fix = { title: 'Remove the byte order mark', edits: [context.edit(range, '')] };
  context.report('pac-old-engine', range, message, { fix });
}

/** A use of what an engine may lack: where, its name, and the edition of ECMAScript that brought it. */
interface LaterUse {
  readonly at: TextRange;
  readonly name: string;
  readonly edition: 5 | 2015;
  /** Whether engines without it refuse the whole file. */
  readonly isSyntax: boolean;
}

function checkEngine(context: CheckContext): void {
  const first = firstLaterUse(context);
  if (!first) return;
  const { at, name, edition, isSyntax } = first;
  const effect = isSyntax ? 'the file is refused there' : 'the call fails there';
  const engines = edition === 5 ? '' : ' and PAC libraries of ECMAScript 5';
  const message = `${name} came with ECMAScript ${edition}. Windows' own engine (WinHTTP, ECMAScript 3)${engines} ${edition === 5 ? 'lacks' : 'lack'} it: ${effect}.`;
  context.report('pac-old-engine', at, message);
}

type Use = LaterUse | undefined;

function syntax(at: TextRange, name: string, edition: LaterUse['edition'] = 2015): LaterUse {
  return { at, name, edition, isSyntax: true };
}

function wordOf({ start }: AnyNode, length: number): TextRange {
  return { start, end: start + length };
}

const classUse = (node: AnyNode): Use => syntax(wordOf(node, 5), 'A class');
const destructuring = (node: AnyNode): Use => syntax(wordOf(node, 1), 'Destructuring');
const spread = (node: AnyNode): Use => syntax(wordOf(node, 3), '`...`');
const pausing = (node: AnyNode, { text }: CheckContext): Use =>
  syntax(wordOf(node, 5), `\`${text.slice(node.start, node.start + 5)}\``);

/** The types of nodes that may be such a use, with the token to underline. */
const LATER: { readonly [Type in AnyNode['type']]?: (node: NodeOf<Type>, context: CheckContext) => Use } = {
  VariableDeclaration: (node) =>
    node.kind === 'var' ? undefined : syntax(wordOf(node, node.kind.length), `\`${node.kind}\``),
  ArrowFunctionExpression: ({ params, start }, { text }) => {
    const arrow = text.indexOf('=>', params.at(-1)?.end ?? start);
    return syntax({ start: arrow, end: arrow + 2 }, 'An arrow function');
  },
  TemplateLiteral: (node) => syntax(wordOf(node, 1), 'A template text'),
  ClassDeclaration: classUse,
  ClassExpression: classUse,
  ForOfStatement: (node) => syntax(wordOf(node, 3), '`for…of`'),
  AssignmentPattern: (node) => syntax(node, 'A default value'),
  ObjectPattern: destructuring,
  ArrayPattern: destructuring,
  SpreadElement: spread,
  RestElement: spread,
  ChainExpression: (node) => syntax(node, '`?.`'),
  AwaitExpression: pausing,
  YieldExpression: pausing,
  LogicalExpression: (node) => (node.operator === '??' ? syntax(node, '`??`') : undefined),
  Property: ({ key, kind, method, shorthand, computed }) => {
    if (method || shorthand || computed) return syntax(key, 'A property in short form');
    return kind === 'init' ? undefined : syntax(key, `A property with \`${kind}\``, 5);
  },
  CallExpression: laterCall,
  NewExpression: ({ callee }, context) => modernGlobal(callee, context),
  MemberExpression: ({ object }, context) => modernGlobal(object, context),
};

/** The first in the text; of two that begin at one place the outer one. */
function firstLaterUse(context: CheckContext): LaterUse | undefined {
  let first: { readonly use: LaterUse; readonly node: AnyNode } | undefined;
  const look = <Type extends AnyNode['type']>(type: Type): void => {
    const useOf = LATER[type];
    if (!useOf) return;
    for (const node of nodesOf(context.tree, type)) {
      if (first && node.start > first.use.at.start) break;
      const use = useOf(node, context);
      if (!use) continue;
      const distance = first ? use.at.start - first.use.at.start : -1;
      if (distance < 0 || (first && distance === 0 && isAround(node, first.node))) first = { use, node };
    }
  };
  for (const type of Object.keys(LATER)) look(type as keyof typeof LATER);
  return first?.use;
}

function isAround(node: AnyNode, other: AnyNode): boolean {
  return node.start <= other.start && other.end <= node.end;
}

function modernGlobal(node: AnyNode, { scopes }: CheckContext): Use {
  if (node.type !== 'Identifier' || !MODERN_GLOBALS.has(node.name) || scopes.bindingOf.has(node)) return undefined;
  return { at: node, name: `\`${node.name}\``, edition: 2015, isSyntax: false };
}

function laterCall(node: CallExpression, context: CheckContext): Use {
  if (node.callee.type !== 'MemberExpression') return undefined;
  const method = calledMethod(node);
  if (!method) return undefined;
  const { object, name } = method;
  const at = node.callee.property;
  const use = (edition: LaterUse['edition']): LaterUse | undefined =>
    isAddedByFile(name, context) ? undefined : { at, name: `\`${name}\``, edition, isSyntax: false };
  if (object.type === 'Identifier' && !context.scopes.bindingOf.has(object)) {
    if (Object.hasOwn(ES5_FUNCTIONS, object.name) && ES5_FUNCTIONS[object.name]?.includes(name)) return use(5);
    if (Object.hasOwn(MODERN_FUNCTIONS, object.name) && MODERN_FUNCTIONS[object.name]?.includes(name)) return use(2015);
  }
  if (hasOwnMethods(object, context)) return undefined;
  if (MODERN_METHODS.has(name)) return use(2015);
  if (ES5_ARRAY_METHODS.has(name) || name === 'trim') return use(5);
  const isSearch = name === 'indexOf' || name === 'lastIndexOf';
  return isSearch && constantValue(object, context.scopes)?.type === 'ArrayExpression' ? use(5) : undefined;
}

/** Whether a value is an object or a class of the file, whose methods are its own. */
function hasOwnMethods(object: AnyNode, { scopes }: CheckContext): boolean {
  const value = constantValue(object, scopes);
  return (
    value?.type === 'ObjectExpression' ||
    value?.type === 'ThisExpression' ||
    (value?.type === 'NewExpression' && value.callee.type === 'Identifier' && scopes.bindingOf.has(value.callee))
  );
}

/** Whether a file brings a method itself where an engine lacks it: `String.prototype.trim = …`. */
function isAddedByFile(name: string, { tree }: CheckContext): boolean {
  return nodesOf(tree, 'AssignmentExpression').some(
    ({ left }) =>
      left.type === 'MemberExpression' &&
      left.property.type === 'Identifier' &&
      left.property.name === name &&
      !left.computed,
  );
}

/** Classes, groups and the like in a shell pattern, which only has `*` and `?`. */
function checkShellSyntax(context: CheckContext): void {
  for (const node of nodesOf(context.tree, 'CallExpression')) {
    const call = calledHelper(node, context.scopes);
    const [, pattern] = call?.args ?? [];
    if (call?.name !== 'shExpMatch' || !pattern || context.isClaimed(node)) continue;
    const text = context.constantOf(pattern);
    const token = text === undefined ? null : /\\[a-z]|\[[^\]]*\]|\([^()]*\)|[(){}^$+|]/i.exec(text);
    if (!token || !context.claim(node)) continue;
    const message = `shExpMatch knows \`*\` and \`?\`. Browsers happen to read \`${token[0]}\` as a regular expression does; other clients take it as it stands.`;
    context.report('pac-old-engine', context.insideOf(pattern) ?? pattern, message);
    return;
  }
}

/** Results whose only proxies are of SOCKS 5. */
function checkSocks5(context: CheckContext): void {
  for (const leaf of resultExpressions(context)) {
    const text = context.constantOf(leaf);
    if (text === undefined) continue;
    const entries = context.proxyListOf(text).filter(({ defect }) => defect === undefined);
    const [first] = entries;
    if (!first || first.direct || !entries.every(({ text: entry, direct }) => direct || /^socks5\b/i.test(entry)))
      continue;
    const message =
      'Windows (WinHTTP) and older clients know no `SOCKS5`: without another entry they connect directly or not at all.';
    context.report('pac-old-engine', context.insideOf(leaf) ?? leaf, message);
    return;
  }
}
