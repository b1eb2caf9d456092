// The matches that depend on earlier packets: connection states and lists of recent addresses.

import { IpSet } from '../../../../model/ip.js';
import { ALL_PORTS, type PortSet } from '../../../../model/ports.js';
import { portRange } from '../../vocabulary/ports.js';
import { parseProtocol } from '../../vocabulary/protocols.js';
import { STATES, TRANSLATION_MARKS } from '../../vocabulary/words.js';
import { parseNetwork } from '../addresses.js';
import type { UsedExtension, UsedOption } from '../command.js';
import type { RuleBuilder } from './builder.js';
import { addUnknownMatch, knownValue, optionText } from './options.js';
import type { TupleCondition } from './rule.js';

/** `--set` adds the source to a list and always matches; the other options search a list in the kernel. */
export function readRecent(builder: RuleBuilder, used: UsedExtension): void {
  const set = used.options.find(({ option }) => option.name === 'set');
  if (!set) addUnknownMatch(builder, used);
  else if (set.negated) builder.matchNothing();
}

/** Packets are assumed to come by the interface that leads back to their source: one that does not would be spoofed. */
export function readReversePath(builder: RuleBuilder, used: UsedExtension): void {
  if (used.options.some(({ option }) => option.name === 'invert')) builder.matchNothing();
}

const STATES_AND_MARKS = [...STATES, ...TRANSLATION_MARKS];

export function readState(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) readStates(builder, option, STATES);
}

function readStates(builder: RuleBuilder, option: UsedOption, allowed: readonly string[]): void {
  const value = knownValue(builder, option);
  if (!value) return;
  const states = new Set<string>();
  for (const name of value.text.split(',')) {
    // Abbreviations are allowed (`state_parse`).
    const state = name === '' ? undefined : allowed.find((known) => known.startsWith(name.toUpperCase()));
    if (state) states.add(state);
    else builder.report(value, `unknown connection state '${name}'`);
  }
  const { negated } = option;
  builder.states = [...builder.states, { text: optionText(option), states, negated }];
}

export function readConntrack(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) {
    switch (option.option.name) {
      case 'ctstate':
        readStates(builder, option, STATES_AND_MARKS);
        break;
      case 'ctdir':
        readDirection(builder, option, used.options.length > 1);
        break;
      case 'ctproto':
        readTrackedProtocol(builder, option);
        break;
      default:
        readTuple(builder, option, used);
    }
  }
}

/** The protocol of the connection, which is that of its packets; only errors of ICMP belong to connections of others. */
function readTrackedProtocol(builder: RuleBuilder, option: UsedOption): void {
  const value = knownValue(builder, option);
  const number = value && parseProtocol(value.text);
  const { protocol } = builder;
  if (!value) return;
  if (number === undefined || number === 0 || protocol === undefined || ICMP_PROTOCOLS.includes(protocol)) {
    builder.addUnknown(`-m conntrack ${optionText(option)}`);
    return;
  }
  if ((protocol === number) === option.negated) builder.matchNothing();
  builder.states = [...builder.states, { text: optionText(option), states: WITHOUT_DIRECTION, negated: true }];
}

const ICMP_PROTOCOLS: readonly number[] = [1, 58];

/** Packets without a connection, and therefore without a direction in it (`conntrack_mt` in xt_conntrack.c). */
const WITHOUT_DIRECTION: ReadonlySet<string> = new Set(['INVALID', 'UNTRACKED']);

/** The end of the packets of a direction that an option tests. */
const TUPLES: ReadonlyMap<string, Pick<TupleCondition, 'direction' | 'end'> & { readonly isPort: boolean }> = new Map(
  (['orig', 'repl'] as const).flatMap((short) =>
    (['src', 'dst'] as const).flatMap((end) =>
      [false, true].map((isPort) => {
        const direction = short === 'orig' ? 'original' : 'reply';
        const tuple = { direction, end: end === 'src' ? 'source' : 'destination', isPort } as const;
        return [`ct${short}${end}${isPort ? 'port' : ''}`, tuple] as const;
      }),
    ),
  ),
);

/** `--ctorigdst 192.0.2.0/24`, `--ctorigdstport 443`; packets without a connection do not match. */
function readTuple(builder: RuleBuilder, option: UsedOption, used: UsedExtension): void {
  const value = knownValue(builder, option);
  if (!value) return;
  const text = `-m conntrack ${optionText(option)}`;
  const tuple = TUPLES.get(option.option.name);
  // Together with a state, packets without a connection match (`conntrack_mt` in xt_conntrack.c).
  const isAlone = used.options.every((one) => TUPLES.has(one.option.name));
  const values = tuple && isAlone ? tupleValues(builder, option, value.text, tuple.isPort) : undefined;
  if (!tuple || !values) {
    builder.addUnknown(text);
    return;
  }
  const { direction, end } = tuple;
  builder.tuples = [...builder.tuples, { text, direction, end, values }];
  builder.states = [...builder.states, { text, states: WITHOUT_DIRECTION, negated: true }];
}

/** `undefined` where it is not known what they are, or that packets have ports. */
function tupleValues(
  builder: RuleBuilder,
  { negated }: UsedOption,
  text: string,
  isPort: boolean,
): IpSet | PortSet | undefined {
  if (!isPort) {
    const set = parseNetwork(text, builder.family);
    if (!(set instanceof IpSet)) return undefined;
    return negated ? IpSet.all.subtract(set) : set;
  }
  // Always decimal: `getaddrinfo` reads them.
  const [, low = '', high = low] = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isKnown = low !== '' && Number(low) <= Number(high) && Number(high) <= 65_535;
  if (!isKnown || !WITH_PORTS.has(builder.protocol ?? 0)) return undefined;
  const ports = portRange(Number(low), Number(high));
  return negated ? ALL_PORTS.subtract(ports) : ports;
}

const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);

function readDirection(builder: RuleBuilder, option: UsedOption, hasOthers: boolean): void {
  const value = knownValue(builder, option);
  if (!value) return;
  const direction = value.text.toUpperCase();
  const isKnown = direction === 'ORIGINAL' || direction === 'REPLY';
  if (!isKnown) builder.report(value, `invalid direction '${value.text}', expected ORIGINAL or REPLY`);
  // Together with a state, the kernel does not test the direction of packets without a connection.
  if (hasOthers || !isKnown) {
    builder.addUnknown(optionText(option));
    return;
  }
  if (direction === 'ORIGINAL') builder.reply = false;
  else builder.first = false;
  builder.segments = [...builder.segments, direction];
  builder.states = [...builder.states, { text: optionText(option), states: WITHOUT_DIRECTION, negated: true }];
}
