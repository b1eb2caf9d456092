import type { FileEdit } from '../../text/edit.js';
import type { EndpointUse, Source } from '../dialect.js';
import type { NftTree } from './parse.js';
import type { Block, Expression, StatementNode } from './syntax.js';

/** An address or prefix in a statement, with the part to remove where it is an element of a set. */
interface NodeEndpoint {
  readonly prefix: string;
  readonly start: number;
  readonly end: number;
  readonly removal: { readonly start: number; readonly end: number } | undefined;
}

const knownEndpoints = new WeakMap<StatementNode, readonly NodeEndpoint[]>();

/** The addresses and prefixes that a file names. */
export function endpointsOf(source: Source, tree: NftTree): EndpointUse[] {
  const uses: EndpointUse[] = [];
  const visit = (block: Block) => {
    for (const { node, start, block: inner } of block.items) {
      for (const { prefix, removal, ...span } of nodeEndpoints(node)) {
        const range = { start: start + span.start, end: start + span.end };
        const use: EndpointUse = { uri: source.uri, range, endpoint: { prefix } };
        uses.push(removal ? { ...use, removal: [edit(source.uri, start, removal)] } : use);
      }
      if (inner) visit(inner);
    }
  };
  visit(tree.root);
  return uses;
}

function edit(uri: string, start: number, span: { readonly start: number; readonly end: number }): FileEdit {
  return { uri, range: { start: start + span.start, end: start + span.end }, newText: '' };
}

function nodeEndpoints(node: StatementNode): readonly NodeEndpoint[] {
  let known = knownEndpoints.get(node);
  if (!known) {
    known = readEndpoints(node);
    knownEndpoints.set(node, known);
  }
  return known;
}

const NONE: readonly NodeEndpoint[] = [];

function readEndpoints(node: StatementNode): readonly NodeEndpoint[] {
  if (node.quick) return node.quick.addresses.map((address) => ({ ...address, removal: undefined }));
  const { content, text } = node;
  const found: NodeEndpoint[] = [];
  switch (content.kind) {
    case 'rule':
      for (const statement of content.body.statements) {
        if (statement.kind === 'match') collect(statement.right, text, found);
        else if (statement.kind === 'verdict-map') collect(statement.map, text, found);
      }
      break;
    case 'element':
    case 'elements':
      collect(content.elements, text, found);
      break;
    case 'define':
      collect(content.value, text, found);
      break;
    default:
      return NONE;
  }
  return found.length === 0 ? NONE : found;
}

function collect(expression: Expression, text: string, found: NodeEndpoint[]): void {
  switch (expression.kind) {
    case 'word': {
      if (expression.form !== 'address') return;
      const length = expression.text.includes(':') ? 128 : 32;
      const prefix = `${expression.text}/${length}`;
      found.push({ prefix, start: expression.start, end: expression.end, removal: undefined });
      return;
    }
    case 'prefix': {
      if (expression.base.kind !== 'word') return;
      const prefix = `${expression.base.text}/${expression.length}`;
      found.push({ prefix, start: expression.start, end: expression.end, removal: undefined });
      return;
    }
    case 'set':
      expression.elements.forEach((element, i) => {
        if (element.key === '*') return;
        const from = found.length;
        collect(element.key, text, found);
        const only = found[from];
        if (found.length !== from + 1 || !only || expression.elements.length === 1) return;
        const next = expression.elements[i + 1];
        const previous = expression.elements[i - 1];
        const removal = next
          ? { start: element.start, end: next.start }
          : previous && { start: previous.end, end: element.end };
        if (removal && !text.slice(removal.start, removal.end).includes('#')) found[from] = { ...only, removal };
      });
      return;
    case 'concatenation':
      for (const part of expression.parts) collect(part, text, found);
      return;
    default:
      return;
  }
}
