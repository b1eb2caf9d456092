import { IntervalSet } from '../../model/intervals.js';
import { ALL_PROTOCOLS } from '../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../model/ports.js';
import { STATE_BITS } from './fields.js';
import {
  type Alternative,
  ANSWER,
  type Condition,
  FIRST,
  inPhases,
  NO_RESTRICTION,
  NO_TEXTS,
  protocolSet,
  type Restriction,
} from './restrictions.js';

const ICMP = protocolSet(1);
const ICMP6 = protocolSet(58);
const NOT_ICMP = ALL_PROTOCOLS.subtract(ICMP).subtract(ICMP6);

/**
 * The types of ICMP with which a connection can begin, those that tell an error of another connection, and those that
 * conntrack does not look at (nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c of Linux). All others are invalid.
 */
const ICMP_STATES = [
  { protocols: ICMP, opening: [8, 13, 15, 17], errors: [3, 4, 5, 11, 12], untracked: [] },
  {
    protocols: ICMP6,
    opening: [128, 139],
    errors: Array.from({ length: 128 }, (_, type) => type),
    untracked: [130, 131, 132, 133, 134, 135, 136, 143],
  },
] as const;

/** The ports dimension of ICMP boxes holds type and code. */
function typePorts(types: readonly number[]): PortSet {
  return IntervalSet.from(types.map((type) => [type * 256, type * 256 + 255] as const));
}

const ICMP_PORTS = ICMP_STATES.map(({ protocols, opening, errors, untracked }) => {
  const [opens, tells, ignored] = [typePorts(opening), typePorts(errors), typePorts(untracked)];
  return { protocols, opens, tells, ignored, invalid: ALL_PORTS.subtract(opens).subtract(tells).subtract(ignored) };
});

export function stateCondition(test: (bits: number) => boolean): Condition {
  const first: Restriction[] = [];
  const opaque: Restriction[] = [];
  if (test(STATE_BITS.new)) first.push({ protocols: NOT_ICMP });
  for (const { protocols, opens, tells, ignored, invalid } of ICMP_PORTS) {
    let ports: PortSet = IntervalSet.empty<number>();
    if (test(STATE_BITS.new)) ports = ports.union(opens);
    if (test(STATE_BITS.untracked)) ports = ports.union(ignored);
    if (test(STATE_BITS.invalid)) ports = ports.union(invalid);
    if (test(STATE_BITS.invalid) && test(STATE_BITS.related)) ports = ports.union(tells);
    else if (test(STATE_BITS.invalid) || test(STATE_BITS.related)) opaque.push({ protocols, destinationPorts: tells });
    if (!ports.isEmpty) first.push({ protocols, destinationPorts: ports });
  }
  const condition: Alternative[] = [...inPhases(FIRST, first)];
  if (test(STATE_BITS.established)) condition.push({ restrictions: NO_RESTRICTION, phases: ANSWER, opaque: NO_TEXTS });
  if (opaque.length > 0) condition.push({ restrictions: opaque, phases: FIRST, opaque: [ICMP_ERROR] });
  return condition;
}

/** Why the state of an ICMP error is not known. */
const ICMP_ERROR = 'whether the ICMP error belongs to a connection';
