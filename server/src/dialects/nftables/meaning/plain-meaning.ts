// The meaning of the rules that most of a large ruleset is, without the conditions that other rules are put together from.
import { IpSet } from '../../../model/ip.js';
import type { PacketBox } from '../../../model/packets.js';
import type { RuleTemplate } from '../../../model/rule-runs.js';
import type { PlainRule } from '../syntax/plain-rule.js';
import type { Family } from '../vocabulary/words.js';
import { V4_ONLY, V6_ONLY } from './condition.js';
import type { Environment } from './environment.js';
import { BOTH_PHASES, NO_CONDITIONS } from './rule-meaning.js';

const ACTIONS = { accept: { kind: 'accept' }, drop: { kind: 'deny' } } as const;

/** What a plain rule means; the same as {@link ruleMeaning} has, which reads where it is `undefined`. */
export function partOfPlain(
  { packets, verdict }: PlainRule,
  { family, sourceUnknown }: Environment,
): RuleTemplate | undefined {
  if (sourceUnknown && packets.source !== IpSet.all) return undefined;
  const box = boxIn(family, packets);
  return (
    box && { match: [box], phases: BOTH_PHASES, limit: undefined, opaque: NO_CONDITIONS, action: ACTIONS[verdict] }
  );
}

/** The packets in a table of a family; `undefined` where nft may refuse them. */
function boxIn(family: Family, packets: PacketBox): PacketBox | undefined {
  const isOpen = packets.source === IpSet.all && packets.destination === IpSet.all;
  switch (family) {
    case 'inet':
      return packets;
    case 'ip':
      return isOpen ? { ...packets, source: V4_ONLY } : packets;
    case 'ip6':
      return isOpen ? { ...packets, source: V6_ONLY } : undefined;
    default:
      return undefined;
  }
}
