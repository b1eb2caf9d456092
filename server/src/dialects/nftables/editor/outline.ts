// The outline of a file: its tables with their chains, sets and objects, and its variables.
import { shortened } from '../../../text/lines.js';
import type { OutlineItem } from '../../dialect.js';
import type { NftDocument } from '../program/ruleset.js';
import type { Block } from '../syntax/blocks.js';
import type { Name } from '../syntax/tree.js';
import { itemEnd } from './statement-at.js';

/** How much of a statement an outline shows. */
const DETAIL_LIMIT = 100;

export function outline({ tree }: NftDocument): readonly OutlineItem[] {
  return outlineOf(tree.root);
}

function outlineOf(block: Block): OutlineItem[] {
  return block.items.flatMap((item) => {
    const { node, start, block: inner } = item;
    const { content } = node;
    const entry = (name: Name, detail: string, kind: OutlineItem['kind']): OutlineItem => ({
      name: name.text,
      detail,
      kind,
      range: { start, end: itemEnd(item) },
      nameRange: { start: start + name.start, end: start + name.end },
      children: inner ? outlineOf(inner) : [],
    });
    if (content.kind === 'define') return [entry(content.name, detailOf(node.text), 'variable')];
    if (content.kind !== 'object' || (content.verb !== 'add' && content.verb !== 'create')) return [];
    const { object, type, target } = content;
    if (object === 'table')
      return target.table ? [entry(target.table, `table ${target.family ?? 'ip'}`, 'section')] : [];
    if (!target.name) return [];
    if (object === 'chain') return [entry(target.name, inner ? hookText(inner) : 'chain', 'function')];
    return [entry(target.name, type, object === 'set' || object === 'map' ? 'list' : 'variable')];
  });
}

function hookText({ items }: Block): string {
  const hook = items.find(({ node }) => node.content.kind === 'hook');
  const policy = items.find(({ node }) => node.content.kind === 'policy');
  return hook ? [hook, policy].flatMap((item) => (item ? [detailOf(item.node.text)] : [])).join('; ') : 'chain';
}

function detailOf(text: string): string {
  return shortened(text.replace(/\s+/g, ' '), DETAIL_LIMIT);
}
