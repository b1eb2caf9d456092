// The algebra of conditions: the packets, phases and unknown facts on which a rule depends.

import type { ConnectionLimit, OpaqueCondition } from '../../../model/filter.js';
import type { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import { bothFlags } from '../../shared/tcp-flags.js';

/** The properties of packets that a condition restricts; absent ones may have any value. */
export type Restriction = Partial<PacketBox>;

/** Bits for the phases of a connection, and for packets that belong to neither, such as TCP segments with odd flags. */
export const FIRST = 1;
export const REPLY = 2;
export const OTHERS = 4;
export const BOTH = FIRST | REPLY | OTHERS;

/** One of the cases in which a condition holds. */
export interface Alternative {
  /** Holds for the packets of any of them. */
  readonly restrictions: readonly Restriction[];
  /** {@link FIRST}, {@link REPLY} and {@link OTHERS}, as far as it can hold there. */
  readonly phases: number;
  readonly limit?: ConnectionLimit | undefined;
  /** Unknown conditions that have to hold as well. */
  readonly opaque: readonly string[];
  /** Tests of what rules before have set, and whether an ICMP error is related to a connection. */
  readonly tests?: readonly OpaqueCondition[];
}

/** A condition holds where one of the alternatives does. None: it never holds. */
export type Condition = readonly Alternative[];

export const NO_TEXTS: readonly string[] = [];
export const NO_RESTRICTION: readonly Restriction[] = [{}];
export const ALWAYS: Condition = [{ restrictions: NO_RESTRICTION, phases: BOTH, opaque: NO_TEXTS }];
export const NEVER: Condition = [];

export const V4_ONLY = IpSet.all.ofFamily(4);
export const V6_ONLY = IpSet.all.ofFamily(6);
export const FAMILY: Readonly<Record<4 | 6, Restriction>> = { 4: { source: V4_ONLY }, 6: { source: V6_ONLY } };

/** The condition that holds where both do. */
export function both(a: Condition, b: Condition): Condition {
  if (a === ALWAYS) return b;
  if (b === ALWAYS) return a;
  const alternatives: Alternative[] = [];
  for (const left of a) {
    for (const right of b) {
      const phases = left.phases & right.phases;
      const restrictions = phases === 0 ? [] : product(left.restrictions, right.restrictions);
      if (restrictions.length === 0) continue;
      const opaque = left.opaque.length === 0 ? right.opaque : [...left.opaque, ...right.opaque];
      const limit = bothLimits(left.limit, right.limit);
      const tests = left.tests && right.tests ? [...left.tests, ...right.tests] : (left.tests ?? right.tests);
      alternatives.push({ restrictions, phases, limit, opaque, ...(tests ? { tests } : {}) });
    }
  }
  return alternatives;
}

function bothLimits(a: ConnectionLimit | undefined, b: ConnectionLimit | undefined): ConnectionLimit | undefined {
  if (!a || !b) return a ?? b;
  const states = a.states && b.states ? new Set([...a.states].filter((state) => b.states?.has(state))) : undefined;
  const own = states ?? a.states ?? b.states;
  const segments = [a.segment, b.segment].flatMap((segment) => segment ?? []);
  const flags = bothFlags(a.flags, b.flags);
  return {
    ...(own ? { states: own } : {}),
    ...(flags === undefined ? {} : { flags }),
    ...(segments.length > 0 ? { segment: segments.join(' ') } : {}),
  };
}

function product(a: readonly Restriction[], b: readonly Restriction[]): readonly Restriction[] {
  if (a === NO_RESTRICTION) return b;
  if (b === NO_RESTRICTION) return a;
  const restrictions: Restriction[] = [];
  for (const left of a) {
    for (const right of b) {
      const merged = merge(left, right);
      if (merged) restrictions.push(merged);
    }
  }
  return restrictions;
}

/** The intersection of two restrictions; `undefined` where it is empty. */
export function merge(a: Restriction, b: Restriction): Restriction | undefined {
  const merged: { -readonly [Key in keyof PacketBox]?: PacketBox[Key] } = { ...a };
  if (b.source) merged.source = a.source ? a.source.intersect(b.source) : b.source;
  if (b.destination) merged.destination = a.destination ? a.destination.intersect(b.destination) : b.destination;
  if (b.protocols) merged.protocols = a.protocols ? intersectNumbers(a.protocols, b.protocols) : b.protocols;
  if (b.sourcePorts)
    merged.sourcePorts = a.sourcePorts ? intersectNumbers(a.sourcePorts, b.sourcePorts) : b.sourcePorts;
  if (b.destinationPorts) {
    merged.destinationPorts = a.destinationPorts
      ? intersectNumbers(a.destinationPorts, b.destinationPorts)
      : b.destinationPorts;
  }
  if (b.inInterface) merged.inInterface = a.inInterface ? a.inInterface.intersect(b.inInterface) : b.inInterface;
  if (b.outInterface) merged.outInterface = a.outInterface ? a.outInterface.intersect(b.outInterface) : b.outInterface;
  return isImpossible(merged) ? undefined : merged;
}

function intersectNumbers(a: IntervalSet<number>, b: IntervalSet<number>): IntervalSet<number> {
  return a === b ? a : a.intersect(b);
}

export function isImpossible(restriction: Restriction): boolean {
  const { source, destination } = restriction;
  if (source || destination) {
    const noV4 = source?.v4.isEmpty === true || destination?.v4.isEmpty === true;
    if (noV4 && (source?.v6.isEmpty === true || destination?.v6.isEmpty === true)) return true;
  }
  return (
    restriction.protocols?.isEmpty === true ||
    restriction.sourcePorts?.isEmpty === true ||
    restriction.destinationPorts?.isEmpty === true ||
    restriction.inInterface?.isEmpty === true ||
    restriction.outInterface?.isEmpty === true
  );
}

/** An unknown condition on packets with a restriction. */
export function opaqueCondition(text: string, restriction: Restriction = {}): Condition {
  return [{ restrictions: [restriction], phases: BOTH, opaque: [text] }];
}

/** The packets of a restriction, in one family or in both; `undefined` where there are none. */
export function boxOf(restriction: Restriction, family: 4 | 6 | undefined): PacketBox | undefined {
  const own =
    family === undefined || isOfFamily(restriction, family) ? restriction : merge(restriction, FAMILY[family]);
  return (
    own && {
      source: own.source ?? ANY_PACKET.source,
      destination: own.destination ?? ANY_PACKET.destination,
      protocols: own.protocols ?? ANY_PACKET.protocols,
      sourcePorts: own.sourcePorts ?? ANY_PACKET.sourcePorts,
      destinationPorts: own.destinationPorts ?? ANY_PACKET.destinationPorts,
      inInterface: own.inInterface ?? ANY_PACKET.inInterface,
      outInterface: own.outInterface ?? ANY_PACKET.outInterface,
    }
  );
}

/** What a box restricts. */
export function restrictionOf(box: PacketBox): Restriction {
  const properties = Object.keys(box) as (keyof PacketBox)[];
  return Object.fromEntries(
    properties.flatMap((property) => (box[property] === ANY_PACKET[property] ? [] : [[property, box[property]]])),
  );
}

/** Whether the addresses of either end are already restricted to one family. */
function isOfFamily({ source, destination }: Restriction, family: 4 | 6): boolean {
  if (family === 4) return source?.v6.isEmpty === true || destination?.v6.isEmpty === true;
  return source?.v4.isEmpty === true || destination?.v4.isEmpty === true;
}

/** Restrictions that hold in some phases of a connection. */
export function inPhases(phases: number, restrictions: readonly Restriction[], limit?: ConnectionLimit): Condition {
  return phases === 0 || restrictions.length === 0 ? NEVER : [{ restrictions, phases, limit, opaque: NO_TEXTS }];
}
