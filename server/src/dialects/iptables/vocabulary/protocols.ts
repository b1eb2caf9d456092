// Names and numbers of IP protocols, and the sets that match them.
import { Interned } from '../../../kept/memo.js';
import { IntervalSet } from '../../../model/intervals.js';
import { ALL_PROTOCOLS, type ProtocolSet } from '../../../model/packets.js';

/**
 * Names of /etc/protocols as Debian 12 ships it (package netbase), and those built into iptables
 * (`xtables_chain_protos`).
 */
const NAMES = `
icmp=1 igmp=2 ggp=3 ipencap=4 st=5 tcp=6 egp=8 igp=9 pup=12 udp=17 hmp=20 xns-idp=22 rdp=27 iso-tp4=29 dccp=33 xtp=36
ddp=37 idpr-cmtp=38 ipv6=41 ipv6-route=43 ipv6-frag=44 idrp=45 rsvp=46 gre=47 esp=50 ah=51 skip=57 ipv6-icmp=58 icmpv6=58
ipv6-nonxt=59 ipv6-opts=60 rspf=73 vmtp=81 eigrp=88 ospf=89 ax.25=93 ipip=94 etherip=97 encap=98 pim=103 ipcomp=108
vrrp=112 l2tp=115 isis=124 sctp=132 fc=133 mobility-header=135 ipv6-mh=135 mh=135 udplite=136 mpls-in-ip=137 manet=138
hip=139 shim6=140 wesp=141 rohc=142 ethernet=143 all=0
`;

const PROTOCOLS: ReadonlyMap<string, number> = new Map(
  NAMES.trim()
    .split(/\s+/)
    .map((entry): [string, number] => {
      const [name = '', number = ''] = entry.split('=');
      return [name, Number(number)];
    }),
);

export const PROTOCOL_NAMES: readonly string[] = [...PROTOCOLS.keys()];

/** The number of a protocol; 0 means all of them. `undefined` where iptables does not know the name. */
export function parseProtocol(text: string): number | undefined {
  const known = PROTOCOLS.get(text);
  if (known !== undefined) return known;
  if (/^(?:\d{1,3}|0x[0-9a-f]{1,2})$/i.test(text)) return Number(text) <= 255 ? Number(text) : undefined;
  return PROTOCOLS.get(text.toLowerCase());
}

/** One set for each protocol, because large files repeat a few of them. */
const single = new Interned<number, ProtocolSet>(256);

export function protocolSet(number: number): ProtocolSet {
  return single.of(number, () => IntervalSet.of([number, number]));
}

export function otherProtocols(number: number): ProtocolSet {
  return ALL_PROTOCOLS.subtract(protocolSet(number));
}
