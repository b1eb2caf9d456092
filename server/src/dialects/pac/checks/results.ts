// Reports constant results of FindProxyForURL that are not a proxy list.

import type { AnyNode } from 'acorn';
import { addAll } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import { textOf } from '../program/constants.js';
import { entryFunction, functionOf } from '../program/entry-function.js';
import type { FunctionNode, ParsedPac } from '../syntax/tree.js';
import { isPlaceholder } from '../vocabulary/placeholders.js';
import type { CheckContext } from './context.js';

export function checkResults(context: CheckContext): void {
  for (const leaf of resultExpressions(context)) checkResult(leaf, context);
  for (const leaf of returnedExpressions(context)) checkKind(leaf, context);
}

const found = new Memo<ParsedPac, ReadonlySet<AnyNode>>();

/** The expressions that can become the result of FindProxyForURL, through variables and functions of the file; found once for its checks. */
export function resultExpressions(context: CheckContext): ReadonlySet<AnyNode> {
  return found.of(context.tree, () => findResults(context));
}

function findResults(context: CheckContext): Set<AnyNode> {
  return leavesOf(context, true);
}

/** Those of them that are returned themselves: what a variable has may have been looked at before. */
function returnedExpressions(context: CheckContext): Set<AnyNode> {
  return leavesOf(context, false);
}

function leavesOf(context: CheckContext, throughVariables: boolean): Set<AnyNode> {
  const { tree, scopes } = context;
  const returnedBy = (owner: FunctionNode) =>
    context.returnsOf(owner).flatMap(({ argument }) => (argument ? [argument] : []));
  const leaves = new Set<AnyNode>();
  const seen = new Set<AnyNode>();
  const entry = entryFunction(tree, scopes);
  const pending: AnyNode[] = entry ? [entry] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        addAll(pending, returnedBy(node));
        break;
      case 'ArrowFunctionExpression':
        addAll(pending, returnedBy(node));
        if (node.expression) pending.push(node.body);
        break;
      case 'ConditionalExpression':
        pending.push(node.consequent, node.alternate);
        break;
      case 'LogicalExpression':
        pending.push(node.right);
        break;
      case 'Identifier': {
        const binding = throughVariables ? scopes.bindingOf.get(node) : undefined;
        addAll(pending, binding?.writes.flatMap(({ value }) => (value ? [value] : [])) ?? []);
        break;
      }
      case 'CallExpression': {
        const binding = node.callee.type === 'Identifier' ? scopes.bindingOf.get(node.callee) : undefined;
        const called = binding && functionOf(binding, tree);
        if (called) pending.push(called);
        break;
      }
      default:
        leaves.add(node);
    }
  }
  return leaves;
}

function checkResult(leaf: AnyNode, context: CheckContext): void {
  const result = textOf(leaf, context.scopes);
  if (result === undefined) return;
  const entries = context.proxyListOf(result);
  const defective = entries.filter(({ defect, text }) => defect !== undefined && !isPlaceholder(text));
  const [first] = defective;
  const last = defective.at(-1);
  if (!first || !last) return;
  const inside = context.insideOf(leaf);
  const range = inside
    ? { start: inside.start + first.start, end: inside.start + last.start + last.text.length }
    : leaf;
  const message = `Not a proxy list: ${defective.map(({ defect }) => defect).join('; ')}.`;
  const isCorrectable = inside && defective.every(({ corrected }) => corrected !== undefined);
  const corrected = entries.map((entry) => entry.corrected ?? withUpperCaseType(entry.text)).join('; ');
  const fix = isCorrectable ? { title: `Write "${corrected}"`, edits: [context.edit(inside, corrected)] } : undefined;
  context.report('pac-invalid-result', range, message, fix ? { fix } : {});
}

/** A result that is no text at all. Some clients take none of these, some make a text of them, each in its way. */
function checkKind(leaf: AnyNode, context: CheckContext): void {
  const kind = kindOf(leaf);
  if (kind !== undefined)
    context.report('pac-invalid-result', leaf, `FindProxyForURL returns ${kind} instead of a string.`);
}

function kindOf(leaf: AnyNode): string | undefined {
  switch (leaf.type) {
    case 'Literal':
      if ('regex' in leaf && leaf.regex) return 'a regular expression';
      return typeof leaf.value === 'string' ? undefined : leaf.raw;
    case 'ArrayExpression':
      return 'a list';
    case 'ObjectExpression':
      return 'an object';
    default:
      return undefined;
  }
}

function withUpperCaseType(entry: string): string {
  return entry.replace(/^\w+/, (type) => type.toUpperCase());
}
