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
}

const found = new Memo<ParsedPac, ReadonlySet<AnyNode>>();

/** The expressions that can become the result of FindProxyForURL, through variables and functions of the file; found once for its checks. */
export function resultExpressions(context: CheckContext): ReadonlySet<AnyNode> {
  return found.of(context.tree, () => findResults(context));
}

function findResults(context: CheckContext): Set<AnyNode> {
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
        const binding = scopes.bindingOf.get(node);
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
  if (result === undefined) {
    if (leaf.type === 'Literal' && leaf.value !== null && typeof leaf.value !== 'string')
      context.report('pac-invalid-result', leaf, `FindProxyForURL returns ${leaf.raw} instead of a string.`);
    return;
  }
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

function withUpperCaseType(entry: string): string {
  return entry.replace(/^\w+/, (type) => type.toUpperCase());
}
