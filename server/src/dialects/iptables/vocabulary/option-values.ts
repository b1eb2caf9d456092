// The words that options take, for whoever types them (iptables-extensions(8)). An option that is not here takes a text of the user.

import { TRANSLATION_MARKS } from './words.js';

function list(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const ADDRESS_TYPES = list('UNSPEC UNICAST LOCAL BROADCAST ANYCAST MULTICAST BLACKHOLE UNREACHABLE PROHIBIT');
const RATES = list('1/second 10/second 5/minute 10/minute 3/hour');
const CONNECTION_STATUS = list('NONE EXPECTED SEEN_REPLY ASSURED CONFIRMED');
const DSCP_CLASSES = list(
  'EF CS0 CS1 CS2 CS3 CS4 CS5 CS6 CS7 AF11 AF12 AF13 AF21 AF22 AF23 AF31 AF32 AF33 AF41 AF42 AF43',
);
const DAYS = list('Mon Tue Wed Thu Fri Sat Sun');

/** By the long name of the option. Where it takes two values, these are both of them. */
export const OPTION_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['src-type', ADDRESS_TYPES],
  ['dst-type', ADDRESS_TYPES],
  ['pkt-type', list('unicast broadcast multicast')],
  ['ctdir', list('ORIGINAL REPLY')],
  ['ctproto', list('tcp udp icmp sctp')],
  ['ctstatus', [...CONNECTION_STATUS, ...TRANSLATION_MARKS]],
  ['tcp-flags', list('FIN,SYN,RST,ACK SYN,RST,ACK,FIN SYN ACK FIN RST URG PSH ALL NONE')],
  ['log-level', list('emerg alert crit error warning notice info debug')],
  ['limit', RATES],
  ['hashlimit-upto', RATES],
  ['hashlimit-above', RATES],
  ['hashlimit-mode', list('srcip srcport dstip dstport srcip,dstport')],
  ['connbytes-dir', list('original reply both')],
  ['connbytes-mode', list('packets bytes avgpkt')],
  ['mode', list('random nth')],
  ['algo', list('bm kmp')],
  ['dir', list('in out')],
  ['pol', list('none ipsec')],
  ['dscp-class', DSCP_CLASSES],
  ['set-dscp-class', DSCP_CLASSES],
  ['helper', list('ftp tftp sip irc h323 pptp')],
  ['weekdays', DAYS],
]);
