// The conditions of tests of `ct state`.
import { ICMP, ICMP_TRACKING, ICMPV6 } from '../../../model/icmp.js';
import { IntervalSet } from '../../../model/intervals.js';
import { ALL_PROTOCOLS, protocolSet } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import { STATE_BITS } from '../vocabulary/data-types.js';
import {
  type Alternative,
  type Condition,
  FIRST,
  inPhases,
  NO_RESTRICTION,
  NO_TEXTS,
  OTHERS,
  REPLY,
  type Restriction,
} from './condition.js';

/** Why the state of an ICMP error is unknown. */
const ICMP_ERROR = 'whether the ICMP error belongs to a connection';

const NOT_ICMP = ALL_PROTOCOLS.subtract(protocolSet(ICMP)).subtract(protocolSet(ICMPV6));

/** The condition that the state of a packet is one for which `test` holds; `test` gets its bit. */
export function stateCondition(test: (bits: number) => boolean): Condition {
  const first: Restriction[] = [];
  const open: Restriction[] = [];
  if (test(STATE_BITS.new)) first.push({ protocols: NOT_ICMP });
  for (const { protocol, opening, errors, untracked, invalid } of Object.values(ICMP_TRACKING)) {
    const protocols = protocolSet(protocol);
    let ports: PortSet = IntervalSet.empty<number>();
    if (test(STATE_BITS.new)) ports = ports.union(opening);
    if (test(STATE_BITS.untracked)) ports = ports.union(untracked);
    if (test(STATE_BITS.invalid)) ports = ports.union(invalid);
    if (test(STATE_BITS.invalid) && test(STATE_BITS.related)) ports = ports.union(errors);
    else if (test(STATE_BITS.invalid) || test(STATE_BITS.related)) open.push({ protocols, destinationPorts: errors });
    if (!ports.isEmpty) first.push({ protocols, destinationPorts: ports });
  }
  const states = Object.entries(STATE_BITS).flatMap(([state, bit]) => (test(bit) ? [state] : []));
  const limit = { states: new Set(states) };
  const condition: Alternative[] = [...inPhases(FIRST, first, limit)];
  if (test(STATE_BITS.established))
    condition.push({ restrictions: NO_RESTRICTION, phases: REPLY | OTHERS, limit, opaque: NO_TEXTS });
  if (open.length > 0) {
    const tests = [{ text: ICMP_ERROR, related: test(STATE_BITS.related) }];
    condition.push({ restrictions: open, phases: FIRST, limit, opaque: NO_TEXTS, tests });
  }
  return condition;
}
