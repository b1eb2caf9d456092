// What a set holds, and the packets that match it.
import { PacketSet } from '../../../model/packets.js';
import type { ElementPart } from './set-elements.js';
import type { SetProperties } from './set-properties.js';

/** An element in the kernel. */
export interface StoredElement {
  readonly parts: readonly ElementPart[];
  readonly nomatch: boolean;
  /** Whether it is certainly there. */
  readonly certain: boolean;
  /** Whether it is there for a while: certainly when the next commands come, and perhaps when packets do. */
  readonly expires: boolean;
}

/** The packets that certainly match a set, and those that possibly do. */
export interface SetMembers {
  readonly sure: PacketSet;
  readonly possible: PacketSet;
}

export const NO_MEMBERS: SetMembers = { sure: PacketSet.none, possible: PacketSet.none };

/** A set as looking packets up in it sees it. */
export interface StoredSet {
  readonly properties: SetProperties;
  readonly elements: ReadonlyMap<string | number, StoredElement>;
  /** What rules with `-j SET` do to it while packets pass. */
  readonly changes: { readonly adds: boolean; readonly deletes: boolean };
}
