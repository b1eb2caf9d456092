// Tests of the addresses and ports of a connection, as it was opened or as its replies have them.
import type { FilterRule } from '../../../model/filter.js';
import { IpSet } from '../../../model/ip.js';
import { ALL_PROTOCOLS, ANY_PACKET, intersectBoxes, type PacketBox } from '../../../model/packets.js';
import { NOT_ICMP } from '../../shared/untracked.js';
import { FIRST_ONLY, REPLY_ONLY, type TupleCondition } from '../syntax/rule/rule.js';

type Part = Pick<FilterRule, 'match' | 'phases' | 'opaque'>;

/**
 * What such a test makes of a part of a rule: what matches, and what matches or not. The addresses of an error of ICMP are not those
 * of its connection. Sources are translated last, so that of first packets they are always the original ones.
 */
export function tupleParts(
  part: Part,
  { direction, end, values }: TupleCondition,
  translations: { readonly translatesDestinations: boolean; readonly translatesSources: boolean },
): { readonly known: Part[]; readonly unknown: Part[] } {
  const isSource = (end === 'source') === (direction === 'original');
  const { translatesDestinations, translatesSources } = translations;
  const boxes = (kept: Partial<PacketBox>) =>
    part.match.flatMap((box) => intersectBoxes(box, { ...ANY_PACKET, ...kept }) ?? []);
  const known: Part[] = [];
  const unknown: Part[] = [];
  const addTo = (parts: Part[], match: readonly PacketBox[], phases: Part['phases']) => {
    if (match.length > 0) parts.push({ match, phases, opaque: part.opaque });
  };
  const icmp = boxes({ protocols: ALL_PROTOCOLS.subtract(NOT_ICMP) });
  for (const phases of [FIRST_ONLY, REPLY_ONLY]) {
    const [phase] = phases;
    if (!phase || !part.phases.includes(phase)) continue;
    const isOriginal = isSource && phase === 'first' && direction === 'original';
    if (translatesDestinations || (translatesSources && !isOriginal)) {
      addTo(unknown, part.match, phases);
      continue;
    }
    const own = isSource === (phase === 'first') ? 'source' : 'destination';
    const kept = values instanceof IpSet ? { [own]: values } : { [`${own}Ports`]: values };
    addTo(known, boxes({ protocols: NOT_ICMP, ...kept }), phases);
    addTo(unknown, icmp, phases);
  }
  return { known, unknown };
}
