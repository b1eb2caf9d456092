import type { PacketBox } from '../../model/packets.js';
import type { SetCondition } from './rule.js';

/** The content of an ipset, as packets that are in it; `'unknown'` for types whose content no packet tells. */
export type SetMembers =
  | {
      /** The packets whose ends, in the order that the condition names, are an element. */
      boxes(condition: SetCondition): readonly PacketBox[];
    }
  | 'unknown';
