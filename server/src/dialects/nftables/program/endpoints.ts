// The addresses and prefixes that a file names, for comparison with withdrawn ones.
import { addAll } from '../../../kept/lists.js';
import { LatestMemo } from '../../../kept/memo.js';
import { IpSet } from '../../../model/ip.js';
import type { FileEdit } from '../../../text/edit.js';
import { partsWithin, type TextRange } from '../../../text/range.js';
import type { EndpointCondition, EndpointUse, Source } from '../../dialect.js';
import type { NftTree } from '../syntax/parse.js';
import type { PlainRule } from '../syntax/plain-rule.js';
import type { BlockText, Expression, ItemRun, SetExpression, Span, StatementNode } from '../syntax/tree.js';
import { eachStatement, expressionsOf } from './rule-statements.js';

/** An address or prefix in a statement, with the part to remove where it is an element of a set. */
interface NodeEndpoint extends Span {
  readonly prefix: string;
  readonly removal: Span | undefined;
}

/** An endpoint with the offset of its statement. */
interface PlacedEndpoint {
  readonly start: number;
  readonly endpoint: NodeEndpoint;
}

/** What is found in a run, in a range that counts from the start of the run. */
type FindIn = (run: ItemRun, within: TextRange) => readonly PlacedEndpoint[];

const EVERYWHERE: TextRange = { start: 0, end: Number.POSITIVE_INFINITY };

export function endpointsOf({ uri }: Source, { blocks }: NftTree): EndpointUse[] {
  const all: FindIn = (run, within) => inRun(run, all, within);
  return endpointUses(uri, inBlock(blocks, all, EVERYWHERE));
}

/** The endpoints of runs that satisfy the latest condition. */
const knownEndpoints = new LatestMemo<ItemRun, EndpointCondition, readonly PlacedEndpoint[]>();

/** The endpoints that satisfy a condition, which is evaluated once for each unchanged run. */
export function endpointsWhere(
  { uri }: Source,
  { blocks }: NftTree,
  condition: EndpointCondition,
  part?: TextRange,
): EndpointUse[] {
  const find: FindIn = (run, within) =>
    inRun(run, part ? find : known, within, condition.addresses).filter(({ endpoint: { prefix } }) =>
      condition({ prefix }),
    );
  const known: FindIn = (run, within) => knownEndpoints.of(run, condition, () => find(run, within));
  return endpointUses(uri, part ? inBlock(blocks, find, part) : inBlock(blocks, known, EVERYWHERE));
}

function inBlock({ runs }: BlockText, find: FindIn, within: TextRange): PlacedEndpoint[] {
  return partsWithin(runs, ({ start }) => start, within).flatMap(({ start: base, run }) =>
    find(run, { start: within.start - base, end: within.end - base }).map(({ start, endpoint }) => ({
      start: base + start,
      endpoint,
    })),
  );
}

/**
 * The endpoints of the statements of a run; those of the runs inside of it are found by `find`. With `addresses`, plain rules without
 * any of these are left out.
 */
function inRun({ items }: ItemRun, find: FindIn, within: TextRange, addresses?: IpSet): PlacedEndpoint[] {
  const found: PlacedEndpoint[] = [];
  for (const { node, start, block } of partsWithin(items, ({ start }) => start, within)) {
    if (addresses && node.plain && !names(node.plain, addresses)) continue;
    for (const endpoint of nodeEndpoints(node)) found.push({ start, endpoint });
    if (block) addAll(found, inBlock(block, find, within));
  }
  return found;
}

/** Whether a plain rule names some of the addresses. */
function names({ packets: { source, destination } }: PlainRule, addresses: IpSet): boolean {
  return (
    (source !== IpSet.all && addresses.overlaps(source)) ||
    (destination !== IpSet.all && addresses.overlaps(destination))
  );
}

function endpointUses(uri: string, found: readonly PlacedEndpoint[]): EndpointUse[] {
  return found.map(({ start, endpoint: { prefix, removal, ...span } }) => {
    const range = { start: start + span.start, end: start + span.end };
    const use: EndpointUse = { uri, range, endpoint: { prefix } };
    return removal ? { ...use, removal: [deletion(uri, start, removal)] } : use;
  });
}

function deletion(uri: string, start: number, span: Span): FileEdit {
  return { uri, range: { start: start + span.start, end: start + span.end }, newText: '' };
}

function nodeEndpoints({ content, text }: StatementNode): readonly NodeEndpoint[] {
  const found: NodeEndpoint[] = [];
  switch (content.kind) {
    case 'rule':
      for (const statement of eachStatement(content.body))
        for (const expression of expressionsOf(statement)) collect(expression, text, found);
      break;
    case 'element':
    case 'elements':
      collect(content.elements, text, found);
      break;
    case 'define':
      collect(content.value, text, found);
      break;
    default:
      break;
  }
  return found;
}

/** Adds the endpoints of an expression in the statement `text`. */
function collect(expression: Expression, text: string, found: NodeEndpoint[]): void {
  const { start, end } = expression;
  switch (expression.kind) {
    case 'word': {
      if (expression.form !== 'address') return;
      const length = expression.text.includes(':') ? 128 : 32;
      found.push({ prefix: `${expression.text}/${length}`, start, end, removal: undefined });
      return;
    }
    case 'prefix':
      if (expression.base.kind === 'word')
        found.push({ prefix: `${expression.base.text}/${expression.length}`, start, end, removal: undefined });
      return;
    case 'set':
      expression.elements.forEach(({ key }, i) => {
        if (key === '*') return;
        const from = found.length;
        collect(key, text, found);
        const only = found[from];
        const removal = found.length === from + 1 ? elementRemoval(expression, i, text) : undefined;
        if (only && removal) found[from] = { ...only, removal };
      });
      return;
    case 'concatenation':
      for (const part of expression.parts) collect(part, text, found);
      return;
    case 'map':
      collect(expression.key, text, found);
      collect(expression.map, text, found);
      return;
    default:
      return;
  }
}

/** The element of a set with an adjacent comma; `undefined` for the only element, or with a comment between. */
function elementRemoval({ elements }: SetExpression, index: number, text: string): Span | undefined {
  const [previous, element, next] = [elements[index - 1], elements[index], elements[index + 1]];
  if (!element) return undefined;
  const removal = next
    ? { start: element.start, end: next.start }
    : previous && { start: previous.end, end: element.end };
  return removal && !text.slice(removal.start, removal.end).includes('#') ? removal : undefined;
}
