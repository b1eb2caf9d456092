// The matches on the header of the transport protocol: ports, TCP flags, ICMP types.

import { Interned } from '../../../../kept/memo.js';
import { IntervalSet } from '../../../../model/intervals.js';
import { ANY_PACKET } from '../../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../../model/ports.js';
import { bothFlags, flagsWhere } from '../../../shared/tcp-flags.js';
import { parseIcmpType } from '../../vocabulary/icmp.js';
import {
  MULTIPORT_LIMIT,
  type NoPort,
  type PortProtocol,
  parsePort,
  parsePortRange,
  portRange,
} from '../../vocabulary/ports.js';
import type { UsedExtension, UsedOption } from '../command.js';
import type { Word } from '../words.js';
import type { RuleBuilder } from './builder.js';
import { knownValue, type MatchReader, optionText } from './options.js';

/** The reader of the extension of a protocol with ports, which has the name of the protocol. */
export function portMatch(name: PortProtocol): MatchReader {
  return (builder, used) => readPorts(builder, used, name);
}

function readPorts(builder: RuleBuilder, used: UsedExtension, name: PortProtocol): void {
  for (const option of used.options) {
    switch (option.option.name) {
      case 'source-port':
      case 'destination-port':
        readPortOption(builder, option, name);
        break;
      case 'syn':
      case 'tcp-flags':
        readTcpFlags(builder, option);
        break;
      default:
        builder.addUnknown(optionText(option));
    }
  }
}

function readPortOption(builder: RuleBuilder, option: UsedOption, protocol: PortProtocol): void {
  const value = knownValue(builder, option);
  if (!value) return;
  const ports = parsePortRange(value.text, protocol);
  if (ports === 'reversed' && (protocol === 'udp' || protocol === 'dccp')) {
    // Only the tcp and sctp extensions check the order; for the others the kernel finds no port in the range.
    if (!option.negated) builder.matchNothing();
    return;
  }
  if (typeof ports === 'string') {
    reportPort(builder, option, value, ports);
    return;
  }
  const wanted = option.negated ? ALL_PORTS.subtract(ports) : ports;
  builder.narrowPorts(option.option.name === 'source-port' ? 'source' : 'destination', wanted);
}

function reportPort(builder: RuleBuilder, option: UsedOption, value: Word, why: NoPort | 'reversed'): void {
  builder.addUnknown(optionText(option));
  if (why === 'invalid') builder.report(value, `invalid port '${value.text}': ports are 0 to 65535, ranges first:last`);
  if (why === 'reversed') builder.report(value, `the range '${value.text}' is reversed`);
}

const TCP_FLAGS: ReadonlyMap<string, number> = new Map([
  ['FIN', 1],
  ['SYN', 2],
  ['RST', 4],
  ['PSH', 8],
  ['ACK', 16],
  ['URG', 32],
  ['ALL', 63],
  ['NONE', 0],
]);

/** One set for each test, because large files repeat them. */
const flagSets = new Interned<string, string>(4_096);

const SYN = 2;
const SYN_ACK = 18;

/** `--tcp-flags mask compared`; `--syn` means `FIN,SYN,RST,ACK SYN`. */
function readTcpFlags(builder: RuleBuilder, option: UsedOption): void {
  const [mask, compared] = option.option.name === 'syn' ? [23, SYN] : readFlagPair(builder, option);
  if (mask === undefined || compared === undefined) return;
  const matches = (flags: number) => ((flags & mask) === compared) !== option.negated;
  builder.first &&= matches(SYN);
  builder.reply &&= matches(SYN_ACK);
  const key = `${mask} ${compared} ${option.negated}`;
  builder.flags = bothFlags(
    builder.flags,
    flagSets.of(key, () => flagsWhere(matches)),
  );
}

function readFlagPair(builder: RuleBuilder, option: UsedOption): readonly (number | undefined)[] {
  const [maskWord, comparedWord] = option.values;
  if (!maskWord || !comparedWord || !knownValue(builder, option)) return [];
  const flags = (word: Word) => {
    let bits = 0;
    for (const name of word.text.split(',')) {
      const bit = TCP_FLAGS.get(name.toUpperCase());
      if (bit === undefined) {
        builder.report(word, `unknown TCP flag '${name}'`);
        return undefined;
      }
      bits |= bit;
    }
    return bits;
  };
  return [flags(maskWord), flags(comparedWord)];
}

/** `icmp` and `icmp6`. The model stores ICMP types as destination ports. */
export function icmpMatch(protocol: number): MatchReader {
  return (builder, used) => readIcmp(builder, used, protocol);
}

function readIcmp(builder: RuleBuilder, used: UsedExtension, protocol: number): void {
  if (!builder.isProtocolOpen && builder.protocol !== protocol && used.options.length > 0) {
    builder.report(used.word, `this match needs '-p ${protocol === 1 ? 'icmp' : 'icmpv6'}' before it`);
  }
  for (const option of used.options) {
    const value = knownValue(builder, option);
    if (!value) continue;
    const types = parseIcmpType(value.text, protocol === 1 ? 4 : 6);
    if (types === undefined) {
      builder.report(value, `unknown or ambiguous ICMP type '${value.text}'`);
      builder.addUnknown(optionText(option));
    } else if (types === 'any') {
      if (option.negated) builder.matchNothing();
    } else builder.narrowPorts('destination', option.negated ? ALL_PORTS.subtract(types) : types);
  }
}

const MULTIPORT_PROTOCOLS: ReadonlyMap<number, PortProtocol> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [132, 'sctp'],
  [136, 'udp'],
]);

export function readMultiport(builder: RuleBuilder, used: UsedExtension): void {
  const protocol = MULTIPORT_PROTOCOLS.get(builder.protocol ?? -1);
  if (!protocol && !builder.isProtocolOpen) {
    builder.report(used.word, "multiport needs '-p' with a protocol that has ports before it");
  }
  const [option, second] = used.options;
  if (second) builder.report(second.word, 'a multiport match has only one list of ports');
  if (!option) return;
  const value = knownValue(builder, option);
  if (!value) return;
  const ports = knownPorts(builder, option, value, protocol ?? 'tcp');
  if (!ports) return;
  const others = ALL_PORTS.subtract(ports);
  const wanted = option.negated ? others : ports;
  switch (option.option.name) {
    case 'source-ports':
      builder.narrowPorts('source', wanted);
      break;
    case 'destination-ports':
      builder.narrowPorts('destination', wanted);
      break;
    default:
      // `--ports` matches where either end has one of them, and `! --ports` where neither has.
      if (option.negated) builder.matchOneOf({ ...ANY_PACKET, sourcePorts: others, destinationPorts: others });
      else {
        const bySource = { ...ANY_PACKET, sourcePorts: ports };
        builder.matchOneOf(bySource, { ...ANY_PACKET, sourcePorts: others, destinationPorts: ports });
      }
  }
}

/** The ports of a list and how many of the places of one match they take, or why the list is invalid. */
type PortList = { readonly ports: PortSet; readonly size: number } | NoPort | 'reversed';

/** One set for each list of ports, because large files repeat them. */
const portLists = new Interned<string, PortList>(65_536);

function knownPorts(
  builder: RuleBuilder,
  option: UsedOption,
  value: Word,
  protocol: PortProtocol,
): PortSet | undefined {
  const list = parsePortList(value.text, protocol);
  if (typeof list === 'string') {
    reportPort(builder, option, value, list);
    return undefined;
  }
  if (list.size > MULTIPORT_LIMIT) {
    builder.report(value, `a multiport match has at most ${MULTIPORT_LIMIT} ports, and a range counts as two`);
  }
  return list.ports;
}

/** Reads `80,443,8000:8100`. */
export function parsePortList(text: string, protocol: PortProtocol): PortList {
  return portLists.of(`${protocol} ${text}`, () => readPortList(text, protocol));
}

function readPortList(text: string, protocol: PortProtocol): PortList {
  let size = 0;
  let ports: PortSet = IntervalSet.empty();
  for (const part of text.split(',')) {
    const [first = '', last, more] = part.split(':');
    if (more !== undefined) return 'invalid';
    const low = parsePort(first, protocol);
    const high = last === undefined ? low : parsePort(last, protocol);
    if (typeof low === 'string') return low;
    if (typeof high === 'string') return high;
    if (low > high) return 'reversed';
    size += last === undefined ? 1 : 2;
    ports = ports.union(portRange(low, high));
  }
  return { ports, size };
}
