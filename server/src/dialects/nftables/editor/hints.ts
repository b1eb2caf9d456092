// What stands beside the text: the elements of a set at its use, and what a base chain does at its end where nothing says so.

import { type TextRange, touches } from '../../../text/range.js';
import type { ContentHint } from '../../dialect.js';
import { contentHint, usesWithin } from '../../shared/content-hints.js';
import type { NftDocument } from '../program/ruleset.js';
import { changesAtRunTime, type NamedSet } from '../program/ruleset.js';
import { shortName, tableOf } from './names.js';

export function hintsIn(document: NftDocument, range: TextRange): readonly ContentHint[] {
  const { tables, effects } = document.program;
  const sets = usesWithin(document, 'set', range).flatMap((use) => {
    const set = tables.get(tableOf(use.name))?.sets.get(shortName(use.name));
    // What changes while it runs says nothing of what is in it.
    if (!set || changesAtRunTime(set, effects)) return [];
    const name = shortName(use.name);
    return contentHint({ name, range: use.range }, elementsOf(document, set)) ?? [];
  });
  return [...sets, ...policies(document, range)];
}

function elementsOf({ source }: NftDocument, { elements }: NamedSet): readonly string[] {
  return elements.flatMap(({ set, uri, start }) => {
    if (uri !== source.uri || set.kind !== 'set') return [];
    return set.elements.map((element) => source.text.slice(start + element.start, start + element.end));
  });
}

/** "accept" is the policy of a chain that names none (nft(8), CHAINS). */
function policies({ tree, source: { text } }: NftDocument, range: TextRange): readonly ContentHint[] {
  return tree.root.items.flatMap(({ block: table }) => {
    if (table?.kind !== 'table' || !touches(table, range)) return [];
    return table.items.flatMap(({ block: chain }): ContentHint[] => {
      if (chain?.kind !== 'chain' || !chain.closed || chain.end < range.start || range.end < chain.end) return [];
      const head = text.slice(chain.start, Math.min(chain.end, chain.start + HEAD_LENGTH)).replace(/#.*/g, '');
      if (!/^\s*type\s/m.test(head) || /\bpolicy\s/.test(head)) return [];
      const tooltip = 'The chain names no policy: what reaches its end is accepted.';
      return [{ about: 'default', offset: chain.end + 1, label: 'policy accept', tooltip }];
    });
  });
}

/** Where the hook and the policy of a chain stand: at its beginning. */
const HEAD_LENGTH = 1_000;
