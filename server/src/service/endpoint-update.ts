// What newer endpoints or networks of feeds change, as Markdown.

import type { EntryChange } from '../catalog/diff.js';
import { totalsOf, versionsOf } from '../catalog/diff.js';
import { describeNotices } from '../catalog/update.js';
import type { Update } from '../catalog/update-result.js';
import { codeSpan, escapeMarkdown } from './markdown.js';

/** What some updates change, as Markdown for reading before they are applied, with what could not be asked. */
export function updatesMarkdown(updates: readonly Update[], faults: readonly string[]): string {
  const notes = faults.map((fault) => `**Not updated:** ${escapeMarkdown(fault)}\n`);
  return [...notes, ...updates.map(updateMarkdown)].join('\n');
}

function updateMarkdown({ diff, doubts, notices }: Update): string {
  const sections = diff.changes.flatMap((change) => [`## ${escapeMarkdown(titleOf(change))}`, listOf(change)]);
  const said = describeNotices(notices).map((notice) => `- ${escapeMarkdown(notice)}`);
  return `${[
    `# ${escapeMarkdown(versionsOf(diff))}`,
    escapeMarkdown(totalsOf(diff)),
    ...(doubts.length > 0 ? [`**Unusual:** ${escapeMarkdown(doubts.join('; '))}`] : []),
    ...sections,
    ...(said.length > 0 ? ['## Notes of the service', said.join('\n')] : []),
  ].join('\n\n')}\n`;
}

const STATES = { added: ', new', removed: ', no longer listed', changed: '' } as const;

function titleOf({ title, entry, kind }: EntryChange): string {
  return `${title} (${entry})${STATES[kind]}`;
}

function listOf(change: EntryChange): string {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['added addresses', change.addedPrefixes],
    ['removed addresses', change.removedPrefixes],
    ['added hosts', change.addedHosts],
    ['removed hosts', change.removedHosts],
    ['added ports', change.addedPorts === undefined ? [] : [change.addedPorts]],
    ['removed ports', change.removedPorts === undefined ? [] : [change.removedPorts]],
  ];
  return [
    ...rows.flatMap(([what, values]) => (values.length > 0 ? [`- ${what}: ${values.map(codeSpan).join(', ')}`] : [])),
    ...change.otherChanges.map((text) => `- ${escapeMarkdown(text)}`),
  ].join('\n');
}
