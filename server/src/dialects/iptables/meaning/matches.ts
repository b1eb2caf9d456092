import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import { ANY_PACKET } from '../../../model/packets.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';
import { parseAddressRange } from '../syntax/addresses.js';
import type { UsedExtension, UsedOption } from '../syntax/command.js';
import type { Word } from '../syntax/words.js';
import { parseIcmpType } from '../vocabulary/icmp.js';
import { type NoPort, type PortProtocol, parsePort, parsePortRange, portRange } from '../vocabulary/ports.js';
import type { AddressTypeCondition, RuleBuilder, SetCondition } from './rule.js';
import { STATES } from './tracking.js';

/** Narrows a rule to what one of its match extensions asks for (iptables-extensions(8), MATCH EXTENSIONS). */
export function readMatch(builder: RuleBuilder, used: UsedExtension): void {
  const { name } = used.extension;
  const reader = READERS[name];
  if (used.options.length === 0 && NEEDS_OPTION.has(name)) {
    builder.refuse(used.word, `the match '${name}' needs an option`);
  }
  if (reader) reader(builder, used);
  else if (HEADER_MATCHES.has(name)) matchNothing(builder);
  else leaveOpen(builder, used);
}

type Reader = (builder: RuleBuilder, used: UsedExtension) => void;

/** Matches that look for an IPv6 extension header, which the packets that are asked about do not have. */
const HEADER_MATCHES: ReadonlySet<string> = new Set(['dst', 'frag', 'hbh', 'mh', 'rt', 'srh']);

const NEEDS_OPTION: ReadonlySet<string> = new Set([
  ...['addrtype', 'bpf', 'cluster', 'comment', 'connbytes', 'connlabel', 'connlimit', 'connmark', 'conntrack', 'cpu'],
  ...[
    'devgroup',
    'dscp',
    'ecn',
    'hashlimit',
    'helper',
    'icmp',
    'icmp6',
    'iprange',
    'length',
    'mac',
    'mark',
    'multiport',
  ],
  ...[
    'nfacct',
    'osf',
    'owner',
    'physdev',
    'pkttype',
    'policy',
    'quota',
    'realm',
    'recent',
    'set',
    'state',
    'statistic',
  ],
  ...['string', 'tcpmss', 'tos', 'ttl', 'hl', 'u32'],
]);

const READERS: Readonly<Record<string, Reader>> = {
  addrtype: readAddressType,
  comment: () => undefined,
  conntrack: readConntrack,
  dccp: (builder, used) => readPorts(builder, used, 33, 'dccp'),
  icmp: (builder, used) => readIcmp(builder, used, 1),
  icmp6: (builder, used) => readIcmp(builder, used, 58),
  iprange: readAddressRanges,
  mac: readHardwareAddress,
  multiport: readMultiport,
  recent: readRecent,
  sctp: (builder, used) => readPorts(builder, used, 132, 'sctp'),
  set: readSet,
  standard: () => undefined,
  state: readState,
  tcp: (builder, used) => readPorts(builder, used, 6, 'tcp'),
  udp: (builder, used) => readPorts(builder, used, 17, 'udp'),
};

function matchNothing(builder: RuleBuilder): void {
  builder.first = false;
  builder.answer = false;
}

function leaveOpen(builder: RuleBuilder, used: UsedExtension): void {
  builder.leaveOpen(`-m ${used.extension.name}${used.options.map((option) => ` ${optionText(option)}`).join('')}`);
}

function optionText({ word, negated, values }: UsedOption): string {
  const shown = values.map(({ text, unknown }) => unknown ?? (/[\s"]/.test(text) ? JSON.stringify(text) : text));
  return [...(negated ? ['!'] : []), word.text, ...shown].join(' ');
}

/** The only value of an option that takes one, and whether a script leaves it open. */
function knownValue(builder: RuleBuilder, option: UsedOption): Word | undefined {
  const unknown = option.values.find((value) => value.unknown !== undefined);
  if (unknown) builder.leaveOpen(optionText(option));
  return unknown ? undefined : option.values[0];
}

function readPorts(builder: RuleBuilder, used: UsedExtension, protocol: number, name: PortProtocol): void {
  if (builder.protocol !== protocol && used.options.length > 0) {
    builder.refuse(used.word, `the match '${name}' needs '-p ${name}' in front of it`);
  }
  const keyOf = ({ option }: UsedOption) => (option.name === 'syn' ? 'tcp-flags' : option.name);
  for (const [index, option] of used.options.entries()) {
    const key = keyOf(option);
    if (index > 0 && used.options.findIndex((other) => keyOf(other) === key) < index) {
      builder.refuse(option.word, `'${option.word.text}' may be given once only`);
    }
    switch (key) {
      case 'source-port':
      case 'destination-port':
        readPortOption(builder, option, name);
        break;
      case 'tcp-flags':
        readTcpFlags(builder, option);
        break;
      default:
        builder.leaveOpen(optionText(option));
    }
  }
}

function readPortOption(builder: RuleBuilder, option: UsedOption, protocol: PortProtocol): void {
  const value = knownValue(builder, option);
  if (!value) return;
  const ports = parsePortRange(value.text, protocol);
  if (ports === 'reversed' && (protocol === 'udp' || protocol === 'dccp')) {
    // Only the tcp and sctp extensions look at the order; the kernel then finds no port in the range.
    if (!option.negated) matchNothing(builder);
    return;
  }
  if (typeof ports === 'string') {
    refusePort(builder, option, value, ports);
    return;
  }
  const wanted = option.negated ? ALL_PORTS.subtract(ports) : ports;
  builder.narrowPorts(option.option.name === 'source-port' ? 'source' : 'destination', wanted);
}

function refusePort(builder: RuleBuilder, option: UsedOption, value: Word, why: NoPort | 'reversed'): void {
  builder.leaveOpen(optionText(option));
  if (why === 'invalid') builder.refuse(value, `'${value.text}' is no port: ports are 0 to 65535, ranges first:last`);
  if (why === 'reversed') builder.refuse(value, `the range '${value.text}' ends before it begins`);
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

const SYN = 2;
const SYN_ACK = 18;

/** `--tcp-flags mask compared`; `--syn` means `FIN,SYN,RST,ACK SYN`. */
function readTcpFlags(builder: RuleBuilder, option: UsedOption): void {
  const [mask, compared] = option.option.name === 'syn' ? [23, SYN] : readFlagPair(builder, option);
  if (mask === undefined || compared === undefined) return;
  const matches = (flags: number) => ((flags & mask) === compared) !== option.negated;
  builder.first &&= matches(SYN);
  builder.answer &&= matches(SYN_ACK);
  builder.segments = [...builder.segments, `flags ${option.negated} ${mask} ${compared}`];
}

function readFlagPair(builder: RuleBuilder, option: UsedOption): readonly (number | undefined)[] {
  const [maskWord, comparedWord] = option.values;
  if (!maskWord || !comparedWord || !knownValue(builder, option)) return [];
  const flags = (word: Word) => {
    let bits = 0;
    for (const name of word.text.split(',')) {
      const bit = TCP_FLAGS.get(name.toUpperCase());
      if (bit === undefined) {
        builder.refuse(word, `'${name}' is no TCP flag`);
        return undefined;
      }
      bits |= bit;
    }
    return bits;
  };
  return [flags(maskWord), flags(comparedWord)];
}

function readIcmp(builder: RuleBuilder, used: UsedExtension, protocol: number): void {
  if (builder.protocol !== protocol && used.options.length > 0) {
    builder.refuse(used.word, `this match needs '-p ${protocol === 1 ? 'icmp' : 'icmpv6'}' in front of it`);
  }
  for (const option of used.options) {
    const value = knownValue(builder, option);
    if (!value) continue;
    const types = parseIcmpType(value.text, protocol === 1 ? 4 : 6);
    if (types === undefined) {
      builder.refuse(value, `'${value.text}' is no ICMP type, or the beginning of several`);
      builder.leaveOpen(optionText(option));
    } else if (types === 'any') {
      if (option.negated) matchNothing(builder);
    } else builder.narrowPorts('destination', option.negated ? ALL_PORTS.subtract(types) : types);
  }
}

/** How many ports one multiport match holds; a range counts as two (XT_MULTI_PORTS). */
export const MULTIPORT_LIMIT = 15;

const MULTIPORT_PROTOCOLS: ReadonlyMap<number, PortProtocol> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [132, 'sctp'],
  [136, 'udp'],
]);

function readMultiport(builder: RuleBuilder, used: UsedExtension): void {
  const protocol = MULTIPORT_PROTOCOLS.get(builder.protocol ?? -1);
  if (!protocol && builder.opaque.every(({ text }) => !/^(?:! )?-p /.test(text))) {
    builder.refuse(used.word, "multiport needs '-p' with a protocol that has ports in front of it");
  }
  const [option, second] = used.options;
  if (second) builder.refuse(second.word, 'one multiport match holds one list of ports only');
  if (!option) return;
  const value = knownValue(builder, option);
  if (!value) return;
  const ports = readPortList(builder, option, value, protocol ?? 'tcp');
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
      if (option.negated) builder.choose({ ...ANY_PACKET, sourcePorts: others, destinationPorts: others });
      else {
        const bySource = { ...ANY_PACKET, sourcePorts: ports };
        builder.choose(bySource, { ...ANY_PACKET, sourcePorts: others, destinationPorts: ports });
      }
  }
}

const portLists = new Map<string, PortSet>();

function readPortList(
  builder: RuleBuilder,
  option: UsedOption,
  value: Word,
  protocol: PortProtocol,
): PortSet | undefined {
  const key = `${protocol} ${value.text}`;
  const known = portLists.get(key);
  if (known) return known;
  let count = 0;
  let all: PortSet = IntervalSet.empty();
  for (const part of value.text.split(',')) {
    const [first = '', last, more] = part.split(':');
    const low = parsePort(first, protocol);
    const high = last === undefined ? low : parsePort(last, protocol);
    const bad = typeof low === 'string' ? low : typeof high === 'string' ? high : undefined;
    if (bad || more !== undefined || typeof low === 'string' || typeof high === 'string') {
      refusePort(builder, option, value, more === undefined ? (bad ?? 'invalid') : 'invalid');
      return undefined;
    }
    if (low > high) {
      refusePort(builder, option, value, 'reversed');
      return undefined;
    }
    count += last === undefined ? 1 : 2;
    all = all.union(portRange(low, high));
  }
  if (count > MULTIPORT_LIMIT) {
    builder.refuse(value, `one multiport match holds at most ${MULTIPORT_LIMIT} ports, and a range counts as two`);
  }
  if (portLists.size > 65_536) portLists.clear();
  portLists.set(key, all);
  return all;
}

function readAddressRanges(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) {
    const value = knownValue(builder, option);
    if (!value) continue;
    const range = parseAddressRange(value.text, builder.family);
    if (range === 'invalid') {
      builder.refuse(value, `'${value.text}' is no IPv${builder.family} range: first-last`);
      builder.leaveOpen(optionText(option));
      continue;
    }
    // The kernel loads a reversed range, and no address is in it.
    const set = range === 'reversed' ? IpSet.empty : range;
    const wanted = option.negated ? IpSet.all.subtract(set) : set;
    if (option.option.name === 'src-range') builder.source = builder.source.intersect(wanted);
    else builder.destination = builder.destination.intersect(wanted);
  }
}

function readHardwareAddress(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) {
    const value = knownValue(builder, option);
    if (value && !/^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i.test(value.text)) {
      builder.refuse(value, `'${value.text}' is no hardware address`);
    }
    if (value) builder.leaveOpen(`-m mac ${optionText(option)}`);
  }
}

/** `--set` adds the source to a list and always matches; the others look into a list that the kernel keeps. */
function readRecent(builder: RuleBuilder, used: UsedExtension): void {
  const set = used.options.find(({ option }) => option.name === 'set');
  if (!set) leaveOpen(builder, used);
  else if (set.negated) matchNothing(builder);
}

const STATES_AND_MARKS = [...STATES, 'SNAT', 'DNAT'];

function readState(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) readStates(builder, option, STATES);
}

function readStates(builder: RuleBuilder, option: UsedOption, allowed: readonly string[]): void {
  const value = knownValue(builder, option);
  if (!value) return;
  const states = new Set<string>();
  for (const name of value.text.split(',')) {
    // The beginning of a name is enough (`state_parse`).
    const state = name === '' ? undefined : allowed.find((known) => known.startsWith(name.toUpperCase()));
    if (state) states.add(state);
    else builder.refuse(value, `'${name}' is no connection state`);
  }
  const { negated } = option;
  builder.states = [...builder.states, { text: optionText(option), states, negated }];
}

function readConntrack(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) {
    switch (option.option.name) {
      case 'ctstate':
        readStates(builder, option, STATES_AND_MARKS);
        break;
      case 'ctdir':
        readDirection(builder, option);
        break;
      default:
        if (knownValue(builder, option)) builder.leaveOpen(`-m conntrack ${optionText(option)}`);
    }
  }
}

function readDirection(builder: RuleBuilder, option: UsedOption): void {
  const value = knownValue(builder, option);
  if (!value) return;
  const direction = value.text.toUpperCase();
  if (direction === 'ORIGINAL') builder.answer = false;
  else if (direction === 'REPLY') builder.first = false;
  else builder.refuse(value, `'${value.text}' is neither ORIGINAL nor REPLY`);
  builder.segments = [...builder.segments, direction];
}

function readSet(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) {
    const [name, flags] = option.values;
    if (option.option.name !== 'match-set' || !name || !flags) {
      // Counters of set entries change with every packet.
      if (!['update-counters', 'update-subcounters'].includes(option.option.name))
        builder.leaveOpen(optionText(option));
      continue;
    }
    const directions = flags.text.split(',');
    const invalid = directions.find((direction) => direction !== 'src' && direction !== 'dst');
    if (name.unknown !== undefined || flags.unknown !== undefined) builder.leaveOpen(optionText(option));
    else if (invalid !== undefined) builder.refuse(flags, `'${invalid}' is neither src nor dst`);
    else {
      const condition: SetCondition = {
        text: optionText(option),
        name,
        directions: directions.map((direction) => (direction === 'src' ? 'src' : 'dst')),
        negated: option.negated,
      };
      builder.sets = [...builder.sets, condition];
    }
  }
}

const ADDRESS_TYPES: ReadonlySet<string> = new Set([
  ...['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT'],
  ...['THROW', 'NAT', 'XRESOLVE'],
]);

function readAddressType(builder: RuleBuilder, used: UsedExtension): void {
  const limited = used.options.find(({ option }) => option.name.startsWith('limit-iface'));
  for (const option of used.options) {
    if (option === limited) continue;
    const value = knownValue(builder, option);
    if (!value) continue;
    const types = value.text.split(',').map((type) => type.toUpperCase());
    const unknown = types.find((type) => !ADDRESS_TYPES.has(type));
    if (unknown !== undefined) builder.refuse(value, `'${unknown}' is no type of address`);
    if (unknown !== undefined || limited) builder.leaveOpen(`-m addrtype ${optionText(option)}`);
    else {
      const condition: AddressTypeCondition = {
        text: `-m addrtype ${optionText(option)}`,
        end: option.option.name === 'src-type' ? 'src' : 'dst',
        types: new Set(types),
        negated: option.negated,
      };
      builder.addressTypes = [...builder.addressTypes, condition];
    }
  }
}
