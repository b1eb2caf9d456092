// The readers of the match extensions (iptables-extensions(8), MATCH EXTENSIONS).
import type { UsedExtension } from '../command.js';
import { readAddressRanges, readAddressType, readHardwareAddress, readPacketType } from './address-matches.js';
import type { RuleBuilder } from './builder.js';
import { readStatistic } from './chance-matches.js';
import { readConntrack, readRecent, readReversePath, readState } from './connection-matches.js';
import { readExtensionHeaders } from './extension-headers.js';
import { readHopLimit } from './hop-limit.js';
import { markMatch } from './marks.js';
import { addUnknownMatch, type MatchReader } from './options.js';
import { icmpMatch, portMatch, readMultiport } from './port-matches.js';
import { readSet } from './set-matches.js';

const READERS: ReadonlyMap<string, MatchReader> = new Map([
  ['addrtype', readAddressType],
  ['conntrack', readConntrack],
  ['dccp', portMatch('dccp')],
  ['connmark', markMatch('connection-mark')],
  ['hl', readHopLimit],
  ['icmp', icmpMatch(1)],
  ['icmp6', icmpMatch(58)],
  ['iprange', readAddressRanges],
  ['ipv6header', readExtensionHeaders],
  ['mac', readHardwareAddress],
  ['mark', markMatch('packet-mark')],
  ['multiport', readMultiport],
  ['pkttype', readPacketType],
  ['recent', readRecent],
  ['rpfilter', readReversePath],
  ['sctp', portMatch('sctp')],
  ['set', readSet],
  ['state', readState],
  ['statistic', readStatistic],
  ['tcp', portMatch('tcp')],
  ['udp', portMatch('udp')],
]);

/** Narrows a rule by one of its match extensions. */
export function readMatch(builder: RuleBuilder, used: UsedExtension): void {
  const { name, treatment } = used.extension;
  const reader = READERS.get(name);
  if (reader) reader(builder, used);
  else if (treatment === 'opaque') addUnknownMatch(builder, used);
  // The matches on IPv6 extension headers, which modelled packets do not have.
  else if (treatment === 'modelled') builder.matchNothing();
}
