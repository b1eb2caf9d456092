// Completion in a Sample filter. Works on incomplete lines.
import type { Completions } from '../../../../server/src/dialects/dialect.js';
import type { SampleDocument } from '../program/program.js';
import { wordsAt } from '../vocabulary/words.js';

export function completionsAt({ source: { text } }: SampleDocument, offset: number): Completions | undefined {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  if (before.includes('#')) return undefined;
  const typed = /\S*$/.exec(before)?.[0] ?? '';
  const position = before.slice(0, before.length - typed.length).match(/\S+/g)?.length ?? 0;
  const items = wordsAt(position).map(({ name, place, summary }) => ({
    label: name,
    kind: 'keyword' as const,
    detail: place,
    ...(summary === undefined ? {} : { documentation: summary }),
    insertText: name,
  }));
  return items.length === 0 ? undefined : { range: { start: offset - typed.length, end: offset }, items };
}
