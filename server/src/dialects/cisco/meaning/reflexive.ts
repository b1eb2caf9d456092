import { answering, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { Program } from '../program/program.js';
import { coresOf, type RuleCore } from './entry-rules.js';

/**
 * What `evaluate NAME` lets in: the answers of sessions that an entry with `reflect NAME` has permitted (*Configuring IP
 * Session Filtering*). Where an earlier entry of that list matches some of the same packets, sessions of those are
 * not reflected, which leaves it open.
 */
export function reflectedCores(program: Program, name: string): RuleCore[] {
  const cores: RuleCore[] = [];
  for (const list of program.lists.values()) {
    const earlier: PacketBox[] = [];
    for (const { item } of list.entries) {
      if (item.statement.kind !== 'ace') continue;
      const { ace } = item.statement;
      const own = coresOf(ace, program.definitions);
      if (ace.reflects === name && ace.action === 'permit') {
        const before = PacketSet.of(...earlier);
        for (const { match, opaque } of own) {
          const certain = PacketSet.of(...match).intersect(before).isEmpty;
          cores.push({
            match: match.map(answering),
            phases: ['reply'],
            opaque: certain ? opaque : [...opaque, { text: `whether ${name} reflects the session` }],
          });
        }
      }
      for (const { match, phases } of own) if (phases.includes('first')) earlier.push(...match);
    }
  }
  return cores;
}
