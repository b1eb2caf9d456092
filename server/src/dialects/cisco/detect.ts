// Recognises Cisco configurations, and distinguishes those of an ASA.
import type { Text } from '../../text/pieced-text.js';
import type { Platform } from './syntax/tree.js';

/** Lines that only a Cisco configuration has. */
const CERTAIN =
  /^(?:!RANCID-CONTENT-TYPE: cisco|:?\s?(?:ASA|PIX|FWSM|NGFW) Version |ip access-list (?:standard|extended) \S|access-list \S+ (?:line \d+ )?extended (?:permit|deny) |access-list \d+ (?:permit|deny|remark) |ipv[46] access-list \S|Current configuration : \d|object-group (?:network|service|ip address|ip port) \S| ?ip access-group \S+ (?:in|out)\s*$|access-group \S+ (?:in|out) interface |boot nxos |feature-set )/m;

/** Lines that configurations of other vendors have too. */
const LIKELY =
  /^(?:ip access-list \S+\s*$|interface (?:GigabitEthernet|FastEthernet|TenGigE|TenGigabitEthernet|Ethernet|Vlan|Bundle-Ether)\d?|line vty |router (?:bgp|ospf|eigrp) |no service pad| nameif \S|class-map (?:match-(?:any|all)|type) \S|policy-map \S|zone(?:-pair)? security \S|crypto (?:isakmp|ikev[12]|ipsec|map|pki|ca) \S|object (?:network|service) \S|aaa new-model$|service timestamps (?:debug|log) )/im;

/** Lines that configurations of other makers have, whose lists look alike: A10's load balancers, the switches of Arista, Dell, HP and Ruckus, FRR. */
const OTHERS =
  /^(?:; \S+ Configuration Editor;|hostname "[^"\n]*"\s*$|ip access-list (?:standard|extended) "|slb (?:server|service-group|virtual-server|template|common)\b|! device: .*\bEOS-|management api (?:http-commands|gnmi)|daemon TerminAttr|transceiver qsfp default-mode |!System (?:Description|Software Version) |\s*(?:\d+ )?(?:permit|deny) every\b|stack unit \d+\s*$|module \d+ icx|frr (?:version|defaults) |! Zebra configuration|!Current configuration: \d+ bytes\s*$)/m;

const NAMES = /\.(?:ios|iosxe|iosxr|nxos|asa)$/i;
const COMMON_NAMES = /(?:\.(?:cfg|conf|txt|acl|fw)|(?:^|[/\\])(?:running|startup)-config|-confg?)$/i;

/** A sentence: prose about configurations quotes lines of them. */
const SENTENCE = /^[A-Z][a-z']* (?:\S+ )+\S+[.:!?]\s*$/gm;
const QUOTED = new RegExp(CERTAIN, 'gm');

/** Whether a text has more sentences than lines of a configuration, and no place that is made for them. */
function isProse(path: string, text: string): boolean {
  if (!/\.txt$/i.test(path) || /^banner /m.test(text)) return false;
  return (text.match(SENTENCE)?.length ?? 0) > (text.match(QUOTED)?.length ?? 0);
}

/** The confidence (0 to 1), from the path and the beginning of the text, that a file is a Cisco configuration. */
export function detectCisco(path: string, text: string): number {
  if (NAMES.test(path)) return 0.95;
  const byName = COMMON_NAMES.test(path) || !/\.[a-z0-9]+$/i.test(path);
  if (!byName) return 0;
  if (OTHERS.test(text) || isProse(path, text)) return 0;
  if (CERTAIN.test(text)) return 0.9;
  return LIKELY.test(text) ? 0.6 : 0;
}

/** Lines that only an ASA, or one of its predecessors, has. */
const ASA =
  /^(?::?\s?(?:ASA|PIX|FWSM|NGFW) Version| ?nameif |access-list \S+ (?:line \d+ )?extended |access-group \S+ (?:in|out) interface |object network )/m;

/** How much of a file is searched for such lines, in UTF-16 code units. */
const PLATFORM_WINDOW = 65_536;

export function platformOf(text: Text): Platform {
  return ASA.test(text.slice(0, PLATFORM_WINDOW)) ? 'asa' : 'router';
}
