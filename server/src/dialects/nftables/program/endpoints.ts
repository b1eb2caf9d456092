import type { FileEdit } from '../../../text/edit.js';
import type { EndpointCondition, EndpointUse, Source } from '../../dialect.js';
import type { NftTree } from '../syntax/parse.js';
import type { BlockText, Expression, ItemRun, StatementNode } from '../syntax/tree.js';

/** An address or prefix in a statement, with the part to remove where it is an element of a set. */
interface NodeEndpoint {
  readonly prefix: string;
  readonly start: number;
  readonly end: number;
  readonly removal: { readonly start: number; readonly end: number } | undefined;
}

const knownEndpoints = new WeakMap<StatementNode, readonly NodeEndpoint[]>();

/** The addresses and prefixes that a file names. */
export function endpointsOf({ uri }: Source, { blocks }: NftTree): EndpointUse[] {
  return placeEndpoints(uri, inBlock(blocks, allIn));
}

/** Those that meet a condition; a run that has not changed is not asked again. */
export function endpointsWhere({ uri }: Source, { blocks }: NftTree, condition: EndpointCondition): EndpointUse[] {
  const find = (run: ItemRun): readonly PlacedEndpoint[] => {
    const known = askedRuns.get(run);
    if (known?.condition === condition) return known.found;
    const found = inRun(run, find).filter(({ endpoint: { prefix } }) => condition({ prefix }));
    askedRuns.set(run, { condition, found });
    return found;
  };
  return placeEndpoints(uri, inBlock(blocks, find));
}

/** What runs name, by the condition that was asked last. */
const askedRuns = new WeakMap<
  ItemRun,
  { readonly condition: EndpointCondition; readonly found: readonly PlacedEndpoint[] }
>();

/** An endpoint with the offset of its statement. */
interface PlacedEndpoint {
  readonly start: number;
  readonly endpoint: NodeEndpoint;
}

type FindIn = (run: ItemRun) => readonly PlacedEndpoint[];

function inBlock({ runs }: BlockText, find: FindIn): PlacedEndpoint[] {
  return runs.flatMap(({ start: base, run }) =>
    find(run).map(({ start, endpoint }) => ({ start: base + start, endpoint })),
  );
}

/** What the statements of a run name, and with `find` what runs inside of it do. */
function inRun({ items }: ItemRun, find: FindIn): PlacedEndpoint[] {
  return items.flatMap(({ node, start, block }) => [
    ...nodeEndpoints(node).map((endpoint) => ({ start, endpoint })),
    ...(block ? inBlock(block, find) : []),
  ]);
}

function allIn(run: ItemRun): PlacedEndpoint[] {
  return inRun(run, allIn);
}

function placeEndpoints(uri: string, found: readonly PlacedEndpoint[]): EndpointUse[] {
  return found.map(({ start, endpoint: { prefix, removal, ...span } }) => {
    const range = { start: start + span.start, end: start + span.end };
    const use: EndpointUse = { uri, range, endpoint: { prefix } };
    return removal ? { ...use, removal: [edit(uri, start, removal)] } : use;
  });
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
