// The hosts and networks that a file names, each with the edit that removes it.
import type { AnyNode, ArrayExpression, Expression } from 'acorn';
import { parsePrefix } from '../../../model/ip.js';
import type { FileEdit } from '../../../text/edit.js';
import type { EndpointCondition, EndpointUse } from '../../dialect.js';
import { nodesOf, type ParsedPac } from '../syntax/tree.js';
import { textOf } from './constants.js';
import { calledHelper } from './helper-calls.js';
import { HOST_NAME, NAME_LENGTH, networkOf } from './hosts-and-networks.js';
import type { PacProgram } from './program.js';

/** In no certain order; each with the edit that removes it where that is simple. With a condition those that satisfy it. */
export function endpointsOf({ tree, scopes }: PacProgram, condition?: EndpointCondition): EndpointUse[] {
  const { uri } = tree.source;
  const uses: EndpointUse[] = [];
  const places = new Map<ArrayExpression, ReadonlyMap<number, number>>();
  const add = (named: AnyNode, endpoint: EndpointUse['endpoint']) => {
    if (condition?.(endpoint) === false) return;
    const node = 'host' in endpoint ? (testAround(named, tree) ?? named) : named;
    const removal = removalOf(node, tree, places);
    const { start, end } = node;
    uses.push({ uri, range: { start, end }, endpoint, ...(removal ? { removal } : {}) });
  };
  for (const node of nodesOf(tree, 'CallExpression', 'Literal')) {
    const call = calledHelper(node, scopes);
    if (call?.name === 'isInNet') {
      const network = networkOf(textOf(call.args[1], scopes), textOf(call.args[2], scopes));
      if (network) add(node, { prefix: network.text });
    } else if (call?.name === 'isInNetEx') {
      const prefix = textOf(call.args[1], scopes);
      if (prefix?.includes('/') && parsePrefix(prefix)) add(node, { prefix });
    } else if (node.type === 'Literal' && typeof node.value === 'string') {
      const host = hostEndpoint(node.value);
      if (host) add(node, { host });
    }
  }
  return uses;
}

/** A host pattern as documents write it: `.example.com` and `*.example.com` are the names below. */
function hostEndpoint(text: string): string | undefined {
  const pattern = text.toLowerCase();
  const name = pattern.slice(pattern.startsWith('*.') ? 2 : pattern.startsWith('.') ? 1 : 0);
  if (name.length > NAME_LENGTH || !name.includes('.') || !HOST_NAME.test(name) || /^[\d.]+$/.test(name))
    return undefined;
  return name === pattern ? name : `*.${name}`;
}

/** The helper call or comparison that a literal is the argument of. */
function testAround(literal: AnyNode, tree: ParsedPac): Expression | undefined {
  const parent = tree.parents.get(literal);
  if (parent?.type === 'BinaryExpression' && /^===?$/.test(parent.operator)) return parent;
  if (parent?.type === 'CallExpression' && parent.callee.type === 'Identifier') return parent;
  return undefined;
}

/**
 * Removes an operand of `||` or an element of a list, with the separator and the line that it leaves empty. `places` keeps where the
 * elements of lists are, which may be thousands.
 */
function removalOf(
  node: AnyNode,
  tree: ParsedPac,
  places: Map<ArrayExpression, ReadonlyMap<number, number>>,
): FileEdit[] | undefined {
  const parent = tree.parents.get(node);
  const { text, uri } = tree.source;
  if (parent?.type === 'LogicalExpression' && parent.operator === '||') {
    const [start, end] = parent.left === node ? [node.start, parent.right.start] : [parent.left.end, node.end];
    // Parentheses between the operands are not part of the tree: leave what they enclose alone.
    return /[()]/.test(text.slice(start, end).replace(text.slice(node.start, node.end), ''))
      ? undefined
      : [{ uri, range: { start, end }, newText: '' }];
  }
  if (parent?.type === 'ArrayExpression') {
    const known = places.get(parent) ?? placesIn(parent);
    places.set(parent, known);
    const index = known.get(node.start) ?? -1;
    const next = parent.elements[index + 1];
    const previous = parent.elements[index - 1];
    if (next) return [{ uri, range: { start: node.start, end: next.start }, newText: '' }];
    if (previous) return [{ uri, range: { start: previous.end, end: node.end }, newText: '' }];
  }
  return undefined;
}

/** The places of the elements of a list by where they start. */
function placesIn({ elements }: ArrayExpression): ReadonlyMap<number, number> {
  return new Map(elements.flatMap((element, index) => (element ? [[element.start, index] as const] : [])));
}
