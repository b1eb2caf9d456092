// What stands beside the text: the members of a group at its use.

import type { TextRange } from '../../../text/range.js';
import type { ContentHint } from '../../dialect.js';
import { contentHint, usesWithin } from '../../shared/content-hints.js';
import type { NetpolicyDocument } from '../program/policy.js';
import { GROUP_KINDS } from '../vocabulary/words.js';

export function hintsIn(document: NetpolicyDocument, range: TextRange): readonly ContentHint[] {
  const { lists } = document.program;
  return GROUP_KINDS.flatMap((kind) => {
    const uses = usesWithin(document, kind, range);
    if (uses.length === 0) return [];
    const members = new Map<string, readonly string[]>();
    for (const { part, content } of lists[kind]) {
      const [section, own, name, ...rest] = part.path;
      if (section !== 'groups' || own !== kind || rest.length > 0) continue;
      members.set(
        String(name),
        content.entries.map((entry) => String(entry.part.value)),
      );
    }
    return uses.flatMap((use) => contentHint(use, members.get(use.name) ?? []) ?? []);
  });
}
