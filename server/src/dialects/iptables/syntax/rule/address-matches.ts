// The matches on addresses: ranges, address types, hardware addresses.
import { IpSet } from '../../../../model/ip.js';
import { parseAddressRange } from '../addresses.js';
import type { UsedExtension } from '../command.js';
import type { RuleBuilder } from './builder.js';
import { knownValue, optionText } from './options.js';
import type { AddressTypeCondition } from './rule.js';

export function readAddressRanges(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) {
    const value = knownValue(builder, option);
    if (!value) continue;
    const range = parseAddressRange(value.text, builder.family);
    if (range === 'invalid') {
      builder.report(value, `invalid IPv${builder.family} range '${value.text}', expected first-last`);
      builder.addUnknown(optionText(option));
      continue;
    }
    // The kernel accepts a reversed range, which contains no address.
    const set = range === 'reversed' ? IpSet.empty : range;
    const wanted = option.negated ? IpSet.all.subtract(set) : set;
    if (option.option.name === 'src-range') builder.source = builder.source.intersect(wanted);
    else builder.destination = builder.destination.intersect(wanted);
  }
}

export function readHardwareAddress(builder: RuleBuilder, used: UsedExtension): void {
  for (const option of used.options) {
    const value = knownValue(builder, option);
    if (value && !/^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}$/i.test(value.text)) {
      builder.report(value, `invalid hardware address '${value.text}'`);
    }
    if (value) builder.addUnknown(`-m mac ${optionText(option)}`);
  }
}

/** The types of packets, by the names that `-m pkttype` has for them (libxt_pkttype.c); capital letters mean the same. */
const PACKET_TYPES: ReadonlyMap<string, string> = new Map([
  ['unicast', 'UNICAST'],
  ['host', 'UNICAST'],
  ['broadcast', 'BROADCAST'],
  ['bcast', 'BROADCAST'],
  ['multicast', 'MULTICAST'],
  ['mcast', 'MULTICAST'],
]);

export function readPacketType(builder: RuleBuilder, { options }: UsedExtension): void {
  for (const option of options) {
    const value = knownValue(builder, option);
    if (!value) continue;
    const type = PACKET_TYPES.get(value.text.toLowerCase());
    const text = `-m pkttype ${optionText(option)}`;
    if (type === undefined) {
      builder.report(value, `unknown packet type '${value.text}', expected unicast, broadcast or multicast`);
      builder.addUnknown(text);
      continue;
    }
    const condition = { text, end: 'link', types: new Set([type]), negated: option.negated } as const;
    builder.addressTypes = [...builder.addressTypes, condition];
  }
}

const ADDRESS_TYPES: readonly string[] = [
  ...['UNSPEC', 'UNICAST', 'LOCAL', 'BROADCAST', 'ANYCAST', 'MULTICAST', 'BLACKHOLE', 'UNREACHABLE', 'PROHIBIT'],
  ...['THROW', 'NAT', 'XRESOLVE'],
];

/** The type that a name or the beginning of one means; the name itself where there is none. */
function addressType(name: string): string {
  const type = name.toUpperCase();
  return (type !== '' && ADDRESS_TYPES.find((known) => known.startsWith(type))) || type;
}

/** What the kernel refuses for IPv6 (`addrtype_mt_checkentry_v1` in xt_addrtype.c). */
const ONLY_IPV4: ReadonlySet<string> = new Set([...['BROADCAST', 'BLACKHOLE', 'PROHIBIT', 'THROW', 'NAT', 'XRESOLVE']]);

export function readAddressType(builder: RuleBuilder, used: UsedExtension): void {
  const limited = used.options.find(({ option }) => option.name.startsWith('limit-iface'));
  for (const option of used.options) {
    if (option === limited) continue;
    const value = knownValue(builder, option);
    if (!value) continue;
    const types = value.text.split(',').map(addressType);
    const unknown = types.find((type) => !ADDRESS_TYPES.includes(type));
    const missing = builder.family === 6 ? types.find((type) => ONLY_IPV4.has(type)) : undefined;
    if (unknown !== undefined) builder.report(value, `unknown address type '${unknown}'`);
    else if (missing !== undefined) builder.report(value, `the kernel has no address type '${missing}' for IPv6`);
    if (unknown !== undefined || missing !== undefined || limited)
      builder.addUnknown(`-m addrtype ${optionText(option)}`);
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
