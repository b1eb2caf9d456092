// The match on which extension headers IPv6 packets have (iptables-extensions(8), ipv6header).
import { IntervalSet } from '../../../../model/intervals.js';
import { ALL_PROTOCOLS, type ProtocolSet, protocolSet } from '../../../../model/packets.js';
import { parseProtocol } from '../../vocabulary/protocols.js';
import type { UsedExtension } from '../command.js';
import type { RuleBuilder } from './builder.js';
import { addUnknownMatch, knownValue } from './options.js';

/** The bits that ip6t_ipv6header.c keeps for each header. */
const HEADER_BITS: ReadonlyMap<number, number> = new Map([
  [0, 128],
  [60, 64],
  [43, 32],
  [44, 16],
  [51, 8],
  [50, 4],
  [59, 2],
]);
/** What follows the headers is of another protocol. */
const PROTOCOL_BIT = 1;

const HEADER_NAMES: ReadonlyMap<string, number> = new Map([
  ['hop', 0],
  ['hop-by-hop', 0],
  ['dst', 60],
  ['route', 43],
  ['frag', 44],
  ['auth', 51],
  ['esp', 50],
  ['none', 59],
]);

/** Without extension headers a packet has one bit: that of its protocol. */
const ESP = protocolSet(50);
const NONE = protocolSet(59);
const HEADERS = IntervalSet.of<number>([0, 0], [43, 44], [60, 60]);
const AUTHENTICATED = protocolSet(51);
const OTHERS = [ESP, NONE, HEADERS, AUTHENTICATED].reduce((all, one) => all.subtract(one), ALL_PROTOCOLS);

/** Modelled packets have no extension headers, but for the header of AH, behind which anything may follow. */
export function readExtensionHeaders(builder: RuleBuilder, used: UsedExtension): void {
  const option = used.options.find(({ option: { name } }) => name === 'header');
  const value = option && knownValue(builder, option);
  if (!option || !value) return;
  const bits = value.text.split(',').map(bitOf);
  const unknown = bits.indexOf(undefined);
  if (unknown >= 0) {
    builder.report(value, `unknown header '${value.text.split(',')[unknown]}'`);
    addUnknownMatch(builder, used);
    return;
  }
  const wanted = bits.reduce<number>((all, bit) => all | (bit ?? 0), 0);
  const isSoft = used.options.some(({ option: { name } }) => name === 'soft');
  const matches = (own: number) => {
    if (isSoft) return ((own ^ wanted ^ (option.negated ? 0xff : 0)) & wanted) === 0;
    return (own === wanted) !== option.negated;
  };
  const behind = new Set([PROTOCOL_BIT, 4, 2].map((bit) => matches(8 | bit)));
  if (behind.size > 1) {
    addUnknownMatch(builder, used);
    return;
  }
  const classes: readonly (readonly [ProtocolSet, boolean])[] = [
    [OTHERS, matches(PROTOCOL_BIT)],
    [ESP, matches(4)],
    [NONE, matches(2)],
    [AUTHENTICATED, behind.has(true)],
  ];
  const protocols = classes.reduce((all, [set, is]) => (is ? all.union(set) : all), IntervalSet.empty<number>());
  builder.protocols = builder.protocols.intersect(protocols);
}

function bitOf(name: string): number | undefined {
  if (name === 'prot' || name === 'protocol' || name === '255') return PROTOCOL_BIT;
  const number = HEADER_NAMES.get(name) ?? parseProtocol(name);
  return number === undefined ? undefined : HEADER_BITS.get(number);
}
