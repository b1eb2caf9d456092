// The replies that reflexive lists permit.
import { addAll } from '../../../kept/lists.js';
import { answering, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { Program } from '../program/program.js';
import type { EntryMatch } from '../syntax/tree.js';
import { matchesOf } from './entry-rules.js';

/**
 * What `evaluate NAME` permits: the replies of sessions that an entry with `reflect NAME` has permitted (*Configuring IP
 * Session Filtering*). Where an earlier entry of that list matches some of the same packets, sessions of those are not
 * reflected, so that it is unknown which are.
 */
export function reflectedMatches(program: Program, name: string): EntryMatch[] {
  const reflected: EntryMatch[] = [];
  for (const list of program.lists.values()) {
    const earlier: PacketBox[] = [];
    for (const { own } of list.entries) {
      if (own.statement.kind !== 'entry') continue;
      const { entry } = own.statement;
      const matches = matchesOf(entry, program.definitions);
      if (entry.reflects === name && entry.action === 'permit') {
        const before = PacketSet.from(earlier);
        for (const { match, opaque } of matches) {
          const isCertain = PacketSet.from(match).intersect(before).isEmpty;
          reflected.push({
            match: match.map(answering),
            phases: ['reply'],
            opaque: isCertain ? opaque : [...opaque, { text: `whether ${name} reflects the session` }],
          });
        }
      }
      for (const { match, phases } of matches) if (phases.includes('first')) addAll(earlier, match);
    }
  }
  return reflected;
}
