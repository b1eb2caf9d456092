// What whoever types an option may want behind it (iptables-extensions(8)), where that is more, or said otherwise, than the words
// that it takes. An option that has neither takes a text of the user.

import { wordsOf } from './option-values.js';
import { TRANSLATION_MARKS } from './words.js';

function list(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

const ADDRESS_TYPES = list('UNSPEC UNICAST LOCAL BROADCAST ANYCAST MULTICAST BLACKHOLE UNREACHABLE PROHIBIT');
const RATES = list('1/second 10/second 5/minute 10/minute 3/hour');
const CONNECTION_STATUS = list('NONE EXPECTED SEEN_REPLY ASSURED CONFIRMED');
const DAYS = list('Mon Tue Wed Thu Fri Sat Sun');

/** By the long name of the option. Where it takes two values, these are both of them. */
const PROPOSED: ReadonlyMap<string, readonly string[]> = new Map([
  ['src-type', ADDRESS_TYPES],
  ['dst-type', ADDRESS_TYPES],
  ['pkt-type', list('unicast broadcast multicast')],
  ['ctdir', list('ORIGINAL REPLY')],
  ['ctproto', list('tcp udp icmp sctp')],
  ['ctstatus', [...CONNECTION_STATUS, ...TRANSLATION_MARKS]],
  ['tcp-flags', list('FIN,SYN,RST,ACK SYN,RST,ACK,FIN SYN ACK FIN RST URG PSH ALL NONE')],
  ['limit', RATES],
  ['hashlimit-upto', RATES],
  ['hashlimit-above', RATES],
  ['mode', list('random nth')],
  ['algo', list('bm kmp')],
  ['helper', list('ftp tftp sip irc h323 pptp')],
  ['weekdays', DAYS],
]);

/** The values to propose behind an option, by its long name. */
export function proposedValues(option: string): readonly string[] | undefined {
  return PROPOSED.get(option) ?? wordsOf(option);
}
