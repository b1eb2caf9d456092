// What stands beside the text: the members of a group at its use, and what an access list does behind its last entry.

import type { TextRange } from '../../../text/range.js';
import type { ContentHint } from '../../dialect.js';
import { contentHint, usesWithin } from '../../shared/content-hints.js';
import type { CiscoDocument } from '../program/program.js';
import type { NameReference } from '../syntax/tree.js';

export function hintsIn(document: CiscoDocument, range: TextRange): readonly ContentHint[] {
  const { definitions } = document.program;
  const groups = usesWithin(document, 'object-group', range).flatMap(({ name, range: used }) => {
    const token = { text: name, start: used.start, end: used.end };
    const reference: NameReference = { kind: 'object-group', name, token };
    return definitions.has(reference) ? (contentHint({ name, range: used }, membersOf(document, reference)) ?? []) : [];
  });
  return [...groups, ...listEnds(document, range)];
}

function membersOf({ program }: CiscoDocument, reference: NameReference): readonly string[] {
  const { addresses, ports, unknown } = program.definitions.resolve(reference, 'network');
  return [
    ...addresses.toPrefixes(),
    ...ports.intervals.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)),
    ...unknown,
  ];
}

/** Every list ends with an implicit deny (*Access Control Lists: Overview and Guidelines*, "Implicit deny"). */
function listEnds({ program }: CiscoDocument, range: TextRange): readonly ContentHint[] {
  return [...program.lists.values()].flatMap(({ name, lastEntry, form }): ContentHint[] => {
    if (!lastEntry) return [];
    const { own, base } = lastEntry;
    const line = own.raw.trimEnd();
    const offset = base + own.offset + line.length;
    if (offset < range.start || range.end < offset) return [];
    // What matches everything leaves nothing for the end.
    if (/\b(?:ip|ipv4|ipv6)\s+any\d?\s+any\d?(?:\s+log)?$|\b(?:permit|deny)\s+any$/i.test(line)) return [];
    // Neighbour discovery is permitted in front of the deny (*IPv6 ACLs*).
    const label = form === 'ipv6' ? 'otherwise deny, but for neighbour discovery' : 'otherwise deny';
    return [{ about: 'default', offset, label, tooltip: `What matches no entry of ${name} is denied.` }];
  });
}
