// One rule as far as its line determines it, without its chain, its table and the sets that it names.
import type { ConnectionLimit, FilterAction, OpaqueCondition, Phase } from '../../../../model/filter.js';
import type { IpSet } from '../../../../model/ip.js';
import { ANY_PACKET, type PacketBox } from '../../../../model/packets.js';
import type { PortSet } from '../../../../model/ports.js';
import type { LineProblem } from '../../../shared/line-problem.js';
import type { Place } from '../../vocabulary/places.js';
import type { Word } from '../words.js';

/** A state match, whose meaning depends on what the rule set does to tracking and addresses. */
export interface StateCondition {
  readonly text: string;
  readonly states: ReadonlySet<string>;
  readonly negated: boolean;
}

/** A match against an ipset. */
export interface SetCondition {
  readonly text: string;
  readonly name: Word;
  /** For each dimension of the set, the end of the packet that is looked up. */
  readonly directions: readonly ('src' | 'dst')[];
  readonly negated: boolean;
  /** Whether it matches the elements with `nomatch`, and no others. */
  readonly returnsNomatch: boolean;
  /** Conditions on the counters of the element that is found. */
  readonly limits: readonly string[];
}

/** What a rule with `-j SET` does to a set when a packet matches it. */
export interface SetChange {
  readonly name: Word;
  readonly kind: 'add' | 'delete';
}

/** A match against the type of an address, or of that of the packet on the link, whose meaning depends on where in the kernel the packet is. */
export interface AddressTypeCondition {
  readonly text: string;
  readonly end: 'src' | 'dst' | 'link';
  readonly types: ReadonlySet<string>;
  readonly negated: boolean;
}

/** A test of an address or port of the connection as it was opened, or as its replies have it. */
export interface TupleCondition {
  readonly text: string;
  readonly direction: 'original' | 'reply';
  readonly end: 'source' | 'destination';
  /** What it is to be; a test of ports is only in rules for a protocol with ports. */
  readonly values: IpSet | PortSet;
}

/** One rule as far as its line determines it: which packets it matches, what it does with them, and its problems. */
/** A word of a rule that the kernel takes only in some tables and chains. */
export interface PlacedWord {
  readonly word: Word;
  /** As a user writes it: `DNAT`, `-m owner`. */
  readonly name: string;
  readonly place: Place;
}

export interface Rule {
  /** The packets that it matches: a union of products. */
  readonly match: readonly PacketBox[];
  readonly phases: readonly Phase[];
  readonly limit: ConnectionLimit | undefined;
  readonly opaque: readonly OpaqueCondition[];
  readonly states: readonly StateCondition[];
  readonly sets: readonly SetCondition[];
  readonly addressTypes: readonly AddressTypeCondition[];
  readonly tuples: readonly TupleCondition[];
  readonly setChanges: readonly SetChange[];
  /** What its target does; `undefined` where the target is the name of a chain. */
  readonly action: FilterAction | undefined;
  /** Whether matched packets are not tracked from here on. */
  readonly untracks: boolean;
  readonly target: Word | undefined;
  readonly goto: boolean;
  /** Words of it that the kernel takes only in some places. */
  readonly places: readonly PlacedWord[];
  readonly problems: readonly LineProblem[];
}

export const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];
export const FIRST_ONLY: readonly Phase[] = ['first'];
export const REPLY_ONLY: readonly Phase[] = ['reply'];
export const NEVER: readonly Phase[] = [];

/** A rule that matches every packet and does nothing: the rule of a command without one. */
export const NO_RULE: Rule = {
  match: [ANY_PACKET],
  phases: BOTH_PHASES,
  limit: undefined,
  opaque: [],
  states: [],
  sets: [],
  addressTypes: [],
  tuples: [],
  setChanges: [],
  action: { kind: 'continue' },
  untracks: false,
  target: undefined,
  goto: false,
  places: [],
  problems: [],
};
