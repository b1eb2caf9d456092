// Converts a comparison of one field with values to a condition.

import { addAll } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import { NEIGHBOUR_HOP_LIMIT } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import { ALL_PROTOCOLS, protocolSet, TCP_AND_UDP } from '../../../model/packets.js';
import { ALL_PORTS } from '../../../model/ports.js';
import { flagsWhere } from '../../shared/tcp-flags.js';
import { ALL_TRACKED, EXCLUDED, NOT_ICMP, TRACKED } from '../../shared/untracked.js';
import type { Span } from '../syntax/tree.js';
import { ETHER_TYPE, NFPROTO, STATE_BITS } from '../vocabulary/data-types.js';
import { CONNECTION_FIELDS, type FieldInfo, PORT_PROTOCOLS } from '../vocabulary/field-types.js';
import {
  ALWAYS,
  type Alternative,
  BOTH,
  both,
  type Condition,
  FAMILY,
  FIRST,
  inPhases,
  isImpossible,
  NEVER,
  NO_RESTRICTION,
  NO_TEXTS,
  OTHERS,
  opaqueCondition,
  REPLY,
  type Restriction,
  V4_ONLY,
  V6_ONLY,
} from './condition.js';
import {
  followedStateCondition,
  ICMP_ERRORS,
  NEW_CONNECTIONS,
  stateCondition,
  trackingCondition,
} from './connection-state.js';
import type { RuleContext } from './context.js';
import type { Environment } from './environment.js';
import type { Values } from './values.js';

const knownRequirements = new Memo<FieldInfo, Restriction>();

/** The packets that have a field at all. */
export function requirements(info: FieldInfo): Restriction {
  return knownRequirements.of(info, ({ family, protocol }) => ({
    ...(family === undefined ? {} : FAMILY[family]),
    ...(protocol === undefined ? {} : { protocols: protocolSet(protocol) }),
  }));
}

/** SYN alone opens a connection, SYN and ACK together are the reply to it. */
const SYN = 0x02;
const SYN_ACK = 0x12;

/** All other combinations of flags. */
const ODD_FLAGS = Array.from({ length: 256 }, (_, flags) => flags).filter(
  (flags) => flags !== SYN && flags !== SYN_ACK,
);

function flagsLimit(test: (value: number) => boolean): { readonly flags: string } {
  return { flags: flagsWhere(test) };
}

/** The states of the packets of each direction. */
const OPENING = STATE_BITS.new | STATE_BITS.related;
const ANSWERING = STATE_BITS.established | STATE_BITS.related;

/** The condition on a field whose value the phase determines; `undefined` for other fields. */
export function decided(
  { dimension, value }: FieldInfo,
  base: Restriction,
  test: (value: number) => boolean,
  context: RuleContext,
): Condition | undefined {
  switch (dimension) {
    case 'tcp-flags':
      return inPhases(
        (test(SYN) ? FIRST : 0) | (test(SYN_ACK) ? REPLY : 0) | (ODD_FLAGS.some(test) ? OTHERS : 0),
        [base],
        flagsLimit(test),
      );
    case 'direction':
      // Packets without a connection have no direction either.
      return trackedCondition(context.environment, (bits) => {
        return (test(0) && (bits & OPENING) !== 0) || (test(1) && (bits & ANSWERING) !== 0);
      });
    case 'constant':
      return value !== undefined && test(value) ? inPhases(BOTH, [base]) : NEVER;
    case 'packet-type': {
      // The kernel forwards nothing else (ip_forward of Linux).
      const isForwarded = context.environment.hooks.size === 1 && context.environment.hooks.has('forward');
      if (!isForwarded) return undefined;
      return test(0) ? ALWAYS : NEVER;
    }
    case 'fragment-offset':
      return undefined;
    case 'state':
      return trackedCondition(context.environment, test);
    default:
      return undefined;
  }
}

/** The condition that the state of a packet is one for which `test` holds; `undefined` where that is unknown. */
export function trackedCondition(
  { tracking, untracked, followsTracking }: Environment,
  test: (bits: number) => boolean,
): Condition | undefined {
  if (tracking === 'unknown') return undefined;
  if (tracking === 'on' && untracked) return stateCondition(test, untracked);
  if (tracking === 'on') return followsTracking ? followedStateCondition(test) : undefined;
  // Without an entry of conntrack, the state reads as invalid, or as untracked behind `notrack` (nft_ct_get_eval of Linux).
  const isInvalid = test(STATE_BITS.invalid);
  if (untracked?.packets.isEmpty || isInvalid === test(STATE_BITS.untracked)) return isInvalid ? ALWAYS : NEVER;
  if (!followsTracking) return undefined;
  return trackingCondition(isInvalid ? TRACKED : EXCLUDED);
}

/** The fields of which {@link decided} knows the possible values. */
const BY_TEST: ReadonlySet<FieldInfo['dimension']> = new Set([
  ...(['state', 'direction', 'tcp-flags', 'constant', 'packet-type'] as const),
]);

/** A field that is to have one of some values, or with `negated` none of them. */
export interface FieldTest {
  readonly info: FieldInfo;
  readonly negated: boolean;
  /** The part of the rule that messages quote. */
  readonly span: Span;
}

/** The families of tables whose packets may come without a header of Ethernet. */
const WITHOUT_LINK: ReadonlySet<string> = new Set(['ip', 'ip6', 'inet']);

/** The condition that a test of a field holds. */
export function valuesCondition({ info, negated, span }: FieldTest, values: Values, context: RuleContext): Condition {
  const base = requirements(info);
  if (BY_TEST.has(info.dimension)) {
    const test = (bits: number) => values.numbers.has(bits) !== negated;
    const condition = values.unknown.length > 0 ? undefined : decided(info, base, test, context);
    return condition ?? opaqueCondition(context.text(span), base);
  }
  if (info.name === 'ether type' && WITHOUT_LINK.has(context.environment.family)) {
    // nft tests the type of the interface first, which says whether packets have such a header (`meta iiftype ether`).
    const known = valuesCondition({ info: { ...info, name: 'meta protocol' }, negated, span }, values, context);
    return both(known, opaqueCondition('the packet comes in by an Ethernet interface'));
  }
  if (info.dimension === 'connection') return connectionCondition({ info, negated, span }, values, context);
  if (info.name === 'ip6 hoplimit' && values.unknown.length === 0) {
    const neighbours = values.numbers.has(NEIGHBOUR_HOP_LIMIT) !== negated;
    return [
      { restrictions: [base], phases: BOTH, opaque: NO_TEXTS, tests: [{ text: context.text(span), neighbours }] },
    ];
  }
  const parts = dimensionParts(info, values, negated);
  if (!parts || (info.dimension === 'source' && context.environment.sourceUnknown))
    return opaqueCondition(context.text(span), base);
  const { unknown } = values;
  const definite: Alternative[] = [];
  if (unknown.length === 0 || !negated) addAll(definite, alternatives(parts.having, parts.beyond, NO_TEXTS));
  if (unknown.length === 0) return definite;
  const reason = `${context.text(span)} (${[...new Set(unknown)].slice(0, 3).join(', ')})`;
  // Packets without the known values possibly match too; with `negated`, those with them definitely do not.
  const possible = negated ? parts.having : dimensionParts(info, values, true)?.having;
  return [...definite, ...alternatives(possible ?? [], [], [reason])];
}

/** Protocols of which conntrack keeps the ports; of ICMP, it keeps other numbers in their place. */
const WITH_KEPT_PORTS: Restriction = { protocols: TCP_AND_UDP };
const WITHOUT_KEPT_PORTS: Restriction = { protocols: ALL_PROTOCOLS.subtract(TCP_AND_UDP) };

/**
 * What conntrack keeps of a connection (`ct original proto-dst`) is, where nothing is translated, what its first packet has;
 * its replies have the ends exchanged. Without a connection, no test of it holds (`nft_ct_get_eval`).
 */
function connectionCondition(test: FieldTest, values: Values, context: RuleContext): Condition {
  const text = context.text(test.span);
  const base = requirements(test.info);
  const { tracking, untracked, translated: isTranslated, changesPackets } = context.environment;
  const translated = isTranslated || changesPackets;
  const [, direction, key = ''] = /^ct (?:(original|reply) )?(.*)$/.exec(test.info.name) ?? [];
  const fields = CONNECTION_FIELDS.get(key);
  const isTracked = tracking === 'on' && untracked === ALL_TRACKED;
  if (!fields || !isTracked || (translated && key !== 'protocol' && key !== 'l3proto'))
    return opaqueCondition(text, base);
  const [first, reply] = direction === 'reply' ? [fields[1], fields[0]] : fields;
  const limit = { segment: text };
  const inPhase = (info: FieldInfo, phase: number, packets: readonly Restriction[]) =>
    both(valuesCondition({ ...test, info }, values, context), inPhases(phase, packets, limit));
  const open = (phase: number, packets: readonly Restriction[]) =>
    both(opaqueCondition(text, base), inPhases(phase, packets));
  if (key.startsWith('proto-')) {
    const kept = [WITH_KEPT_PORTS];
    return [...inPhase(first, FIRST, kept), ...inPhase(reply, REPLY, kept), ...open(BOTH, [WITHOUT_KEPT_PORTS])];
  }
  return [
    ...inPhase(first, FIRST, NEW_CONNECTIONS),
    ...open(FIRST, ICMP_ERRORS),
    ...inPhase(reply, REPLY, [{ protocols: NOT_ICMP }]),
    ...open(REPLY, [{ protocols: ALL_PROTOCOLS.subtract(NOT_ICMP) }]),
  ];
}

function alternatives(
  having: readonly Restriction[],
  beyond: readonly Restriction[],
  opaque: readonly string[],
): Alternative[] {
  const possible = having.filter((restriction) => !isImpossible(restriction));
  const result: Alternative[] = [];
  if (possible.length > 0) result.push({ restrictions: possible, phases: BOTH, opaque });
  if (beyond.length > 0) result.push({ restrictions: beyond, phases: BOTH, opaque: [...opaque, BEYOND_PORTS] });
  return result;
}

/** Why a comparison of ports is undecided for packets without ports. */
const BEYOND_PORTS = 'the header of a protocol without ports, where others have the port';

const WITH_PORTS = IntervalSet.from([...PORT_PROTOCOLS.values()].map((protocol) => [protocol, protocol] as const));
const WITHOUT_PORTS = ALL_PROTOCOLS.subtract(WITH_PORTS);

/** The packets with a value; `undefined` where the field is opaque. */
function dimensionParts(
  info: FieldInfo,
  values: Values,
  negated: boolean,
): { readonly having: readonly Restriction[]; readonly beyond: readonly Restriction[] } | undefined {
  const base = requirements(info);
  const only = (restriction: Restriction) => ({ having: [{ ...base, ...restriction }], beyond: [] });
  const numbers = (all: IntervalSet<number>) =>
    negated ? all.subtract(values.numbers) : all.intersect(values.numbers);
  switch (info.dimension) {
    case 'source':
    case 'destination': {
      const all = info.family === 4 ? V4_ONLY : V6_ONLY;
      const addresses = negated ? all.subtract(values.addresses) : values.addresses;
      return { having: [info.dimension === 'source' ? { source: addresses } : { destination: addresses }], beyond: [] };
    }
    case 'protocol':
      return only({ protocols: numbers(ALL_PROTOCOLS) });
    case 'source-port':
    case 'destination-port': {
      const ports = numbers(ALL_PORTS);
      const restriction = info.dimension === 'source-port' ? { sourcePorts: ports } : { destinationPorts: ports };
      if (info.protocol !== undefined) return only(restriction);
      // `th` reads the same offset of every protocol's header.
      return { having: [{ ...restriction, protocols: WITH_PORTS }], beyond: [{ protocols: WITHOUT_PORTS }] };
    }
    case 'family': {
      const known = info.type.name === 'nf_proto' ? [NFPROTO.ipv4, NFPROTO.ipv6] : [ETHER_TYPE.ip, ETHER_TYPE.ip6];
      const having = ([4, 6] as const)
        .filter((_, i) => values.numbers.has(known[i] ?? 0) !== negated)
        .map((family) => FAMILY[family]);
      return { having: having.length === 2 ? NO_RESTRICTION : having, beyond: [] };
    }
    case 'in-interface':
    case 'out-interface': {
      const names = negated ? values.names.complement() : values.names;
      return only(info.dimension === 'in-interface' ? { inInterface: names } : { outInterface: names });
    }
    case 'icmp-type': {
      const types = numbers(IntervalSet.of([0, 255])).intervals;
      return only({
        destinationPorts: IntervalSet.from(types.map(([low, high]) => [low * 256, high * 256 + 255] as const)),
      });
    }
    case 'icmp-code': {
      const codes = numbers(IntervalSet.of([0, 255])).intervals;
      const ports: [number, number][] = [];
      for (let type = 0; type < 256; type++)
        for (const [low, high] of codes) ports.push([type * 256 + low, type * 256 + high]);
      return only({ destinationPorts: IntervalSet.from(ports) });
    }
    default:
      return undefined;
  }
}
