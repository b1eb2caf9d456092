// What stands beside the text: the values of an acl at its use, and what squid does behind the last http_access.

import type { TextRange } from '../../../text/range.js';
import type { ContentHint } from '../../dialect.js';
import { contentHint, usesWithin } from '../../shared/content-hints.js';
import type { Acl } from '../program/acls.js';
import type { SquidDocument } from '../program/program.js';

export function hintsIn(document: SquidDocument, range: TextRange): readonly ContentHint[] {
  const { acls } = document.program;
  const uses = usesWithin(document, 'acl', range).flatMap((use) => {
    const acl = acls.get(use.name);
    return acl && !acl.isBuiltIn && !acl.fromFile ? (contentHint(use, valuesOf(acl)) ?? []) : [];
  });
  return [...uses, ...lastDecision(document, range)];
}

function valuesOf({ lines }: Acl): readonly string[] {
  return lines.flatMap(({ line }) => line.statement.values.map(({ text }) => text));
}

/** How much of the end of a file is looked at, in UTF-16 code units. */
const END_LENGTH = 200_000;

/** "If none of the 'access' lines cause a match, the default is the opposite of the last line in the list" (squid.conf.documented). */
function lastDecision({ source: { text } }: SquidDocument, range: TextRange): readonly ContentHint[] {
  const from = Math.max(0, text.length - END_LENGTH);
  const end = text.slice(from);
  // An included file may have more of them.
  if (/^[ \t]*include\s/m.test(end)) return [];
  const last = [...end.matchAll(/^[ \t]*http_access[ \t]+(allow|deny)[ \t]+(.*?)[ \t]*\r?$/gm)].at(-1);
  if (!last || last[2] === 'all' || (last[2] ?? '').endsWith('\\')) return [];
  const offset = from + last.index + last[0].trimEnd().length;
  if (offset < range.start || range.end < offset) return [];
  const label = `otherwise ${last[1] === 'allow' ? 'deny' : 'allow'}`;
  return [
    { about: 'default', offset, label, tooltip: 'Where no line matches, squid does the opposite of the last one.' },
  ];
}
