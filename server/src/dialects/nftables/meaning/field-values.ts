import { IntervalSet } from '../../../model/intervals.js';
import { ALL_PROTOCOLS } from '../../../model/packets.js';
import { ALL_PORTS } from '../../../model/ports.js';
import type { NodeProblem, Span } from '../syntax/tree.js';
import { ETHER_TYPE, type FieldInfo, NFPROTO, PORT_PROTOCOLS, STATE_BITS } from '../vocabulary/field-types.js';
import {
  ALWAYS,
  type Alternative,
  ANSWER,
  BOTH,
  type Condition,
  FAMILY,
  FIRST,
  inPhases,
  isImpossible,
  NEVER,
  NO_RESTRICTION,
  NO_TEXTS,
  opaqueCondition,
  protocolSet,
  type Restriction,
  V4_ONLY,
  V6_ONLY,
} from './condition.js';
import { stateCondition } from './connection-state.js';
import type { SetSource, Values } from './value-reader.js';

/** What the conditions of a rule are read with. */
export interface ConditionContext extends SetSource {
  readonly problems: NodeProblem[];
  /** Whether connections are tracked where the rule stands; `unknown` where that depends on other rules. */
  readonly tracking: 'on' | 'off' | 'unknown';
  /** The source is not the one that is asked about any more. */
  readonly sourceUnknown: boolean;
  /** The text of a part of the rule. */
  text(span: Span): string;
}

const knownRequirements = new WeakMap<FieldInfo, Restriction>();

/** The packets that have a field at all. */
export function requirements(info: FieldInfo): Restriction {
  let known = knownRequirements.get(info);
  if (!known) {
    const { family, protocol } = info;
    known = {
      ...(family === undefined ? {} : FAMILY[family]),
      ...(protocol === undefined ? {} : { protocols: protocolSet(protocol) }),
    };
    knownRequirements.set(info, known);
  }
  return known;
}

/** SYN alone opens a connection, SYN and ACK together answer it. */
const SYN = 0x02;
const SYN_ACK = 0x12;

/** The combinations of flags that are met, as a text. */
function flagsLimit(test: (value: number) => boolean): { readonly segment: string } {
  return { segment: Array.from({ length: 256 }, (_, flags) => (test(flags) ? '1' : '0')).join('') };
}

/** The condition on a field whose value the phase decides; `undefined` for other fields. */
export function decided(
  { dimension }: FieldInfo,
  base: Restriction,
  test: (value: number) => boolean,
  context: ConditionContext,
): Condition | undefined {
  switch (dimension) {
    case 'tcp-flags':
      return inPhases((test(SYN) ? FIRST : 0) | (test(SYN_ACK) ? ANSWER : 0), [base], flagsLimit(test));
    case 'direction':
      return inPhases((test(0) ? FIRST : 0) | (test(1) ? ANSWER : 0), [base], { segment: `${test(0)} ${test(1)}` });
    case 'fragment-offset':
      return undefined;
    case 'state':
      // Without an entry of conntrack, the state reads as invalid (nft_ct_get_eval of Linux).
      if (context.tracking === 'off') return test(STATE_BITS.invalid) ? ALWAYS : NEVER;
      return context.tracking === 'on' ? stateCondition(test) : undefined;
    default:
      return undefined;
  }
}

/** The condition that a field has one of some values, or with `negated` none of them. */
export function valuesCondition(
  info: FieldInfo,
  values: Values,
  negated: boolean,
  place: Span,
  context: ConditionContext,
): Condition {
  const base = requirements(info);
  if (info.dimension === 'state' || info.dimension === 'direction' || info.dimension === 'tcp-flags') {
    if (values.unknown.length > 0) return opaqueCondition(context.text(place), base);
    return (
      decided(info, base, (bits) => values.numbers.has(bits) !== negated, context) ??
      opaqueCondition(context.text(place), base)
    );
  }
  const parts = dimensionParts(info, values, negated);
  if (!parts || (info.dimension === 'source' && context.sourceUnknown))
    return opaqueCondition(context.text(place), base);
  const { unknown } = values;
  const certain: Alternative[] = [];
  if (unknown.length === 0 || !negated) certain.push(...alternatives(parts.having, parts.beyond, NO_TEXTS));
  if (unknown.length === 0) return certain;
  const doubt = `${context.text(place)} (${[...new Set(unknown)].slice(0, 3).join(', ')})`;
  // What is known not to match may match all the same, and the reverse.
  const open = negated ? parts.having : dimensionParts(info, values, true)?.having;
  return [...certain, ...alternatives(open ?? [], [], [doubt])];
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

/** Why a comparison of ports is not decided for packets without ports. */
const BEYOND_PORTS = 'what protocols without ports have in place of the port';

const WITH_PORTS = IntervalSet.of(...[...PORT_PROTOCOLS.values()].map((protocol) => [protocol, protocol] as const));
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
      // `th` reads the same place of every protocol's header.
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
