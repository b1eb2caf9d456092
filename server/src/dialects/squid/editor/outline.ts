// The outline of a file: ports, peers and acls one by one, rules grouped by list.

import { linesIn } from '../../../kept/line-blocks.js';
import { shortened } from '../../../text/lines.js';
import type { OutlineItem } from '../../dialect.js';
import type { SquidDocument } from '../program/program.js';
import type { Token } from '../syntax/tree.js';
import { type LineAt, rangeOf, wholeRange } from './lines.js';

type Section = OutlineItem & { readonly children: OutlineItem[] };

export function outline(document: SquidDocument): readonly OutlineItem[] {
  const sections: Section[] = [];
  const lists = new Map<string, Section>();
  for (const at of linesIn(document.tree)) {
    const outlined = outlineLine(at);
    if (!outlined) continue;
    const { item, list } = outlined;
    const known = list === undefined ? undefined : lists.get(list);
    if (known) {
      known.children.push(item);
    } else if (list === undefined) {
      sections.push({ ...item, children: [] });
    } else {
      const section: Section = { ...item, name: list, detail: '', kind: 'section', children: [item] };
      lists.set(list, section);
      sections.push(section);
    }
  }
  // A section spans from its first rule to its last.
  return sections.map((section) => {
    const last = section.children[section.children.length - 1];
    return last ? { ...section, range: { start: section.range.start, end: last.range.end } } : section;
  });
}

/** The longest detail, in characters. */
const DETAIL_LENGTH = 120;

/** An item for a line, and the list that it belongs to if it is a rule. */
function outlineLine(at: LineAt): { readonly item: OutlineItem; readonly list?: string } | undefined {
  const { statement, text } = at.line;
  const words = text.trim().replace(/\s+/g, ' ');
  const itemFor = (name: string, kind: OutlineItem['kind'], token: Token): OutlineItem => ({
    name,
    detail: shortened(words, DETAIL_LENGTH),
    kind,
    range: wholeRange(at),
    nameRange: rangeOf(at, token),
    children: [],
  });
  switch (statement?.kind) {
    case 'acl':
      return { item: itemFor(statement.name.text, 'list', statement.name) };
    case 'rule':
      return { item: itemFor(words, 'rule', statement.action), list: statement.list };
    case 'plain': {
      const [first] = statement.arguments;
      const shape = statement.directive?.shape;
      if (first && shape === 'port') return { item: itemFor(words, 'port', first) };
      if (first && shape === 'peer') return { item: itemFor(first.text, 'section', first) };
      return undefined;
    }
    default:
      return undefined;
  }
}
