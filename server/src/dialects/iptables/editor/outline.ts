// The outline of a file: its tables, their chains, and the rules of each.
import type { TextRange } from '../../../text/range.js';
import type { OutlineItem } from '../../dialect.js';
import { locatedCommands } from '../program/located-commands.js';
import type { IptablesDocument } from '../program/program.js';

/** How many rules of a chain the outline lists. */
const RULES_IN_OUTLINE = 500;

interface ChainItem extends OutlineItem {
  readonly children: OutlineItem[];
}

export function outlineOf(document: IptablesDocument): OutlineItem[] {
  const tables = new Map<string, { range: TextRange; chains: Map<string, ChainItem> }>();
  for (const { table, chain, policy, start, end, text, isRule } of locatedCommands(document)) {
    if (!chain || chain.unknown !== undefined) continue;
    const range = { start, end };
    const { chains, range: tableRange } = tables.get(table) ?? { chains: new Map<string, ChainItem>(), range };
    tables.set(table, { chains, range: cover(tableRange, range) });
    const known = chains.get(chain.text);
    const children = known?.children ?? [];
    if (isRule && children.length < RULES_IN_OUTLINE) {
      children.push({ name: text, detail: '', kind: 'rule', range, nameRange: range, children: [] });
    }
    chains.set(chain.text, {
      name: chain.text,
      detail: policy ?? known?.detail ?? '',
      kind: 'list',
      range: known ? cover(known.range, range) : range,
      nameRange: known?.nameRange ?? { start: start + chain.start, end: start + chain.end },
      children,
    });
  }
  return [...tables].map(([name, { range, chains }]) => ({
    name,
    detail: 'table',
    kind: 'section',
    range,
    nameRange: { start: range.start, end: Math.min(range.end, range.start + name.length) },
    children: [...chains.values()],
  }));
}

function cover(a: TextRange, b: TextRange): TextRange {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
