// Parses ports and service names as iptables does.
import { Interned } from '../../../kept/memo.js';
import { IntervalSet } from '../../../model/intervals.js';
import { ALL_PORTS, type PortSet } from '../../../model/ports.js';

/** Protocols with ports that service names are known for. */
export type PortProtocol = 'tcp' | 'udp' | 'sctp' | 'dccp';

/** Service names and ports of /etc/services as Debian 12 ships it (package netbase), which iptables looks names up in. */
const TCP_AND_UDP = `
echo=7 discard=9 sink=9 null=9 daytime=13 chargen=19 ttytst=19 source=19 time=37 timserver=37 tacacs=49 domain=53
kerberos=88 kerberos5=88 krb5=88 kerberos-sec=88 sunrpc=111 portmapper=111 snmp=161 snmp-trap=162 snmptrap=162
cmip-man=163 cmip-agent=164 rpc2portmap=369 codaauth2=370 ldap=389 svrloc=427 https=443 kpasswd=464 rtsp=554 ldp=646
syslog=514 gdomap=538 ldaps=636 tinc=655 domain-s=853 openvpn=1194 datametrics=1645 old-radius=1645 sa-msg-port=1646
old-radacct=1646 radius=1812 radius-acct=1813 radacct=1813 nfs=2049 gnunet=2086 rtcm-sc104=2101 venus=2430
venus-se=2431 codasrv=2432 codasrv-se=2433 mon=2583 isns=3205 nut=3493 sip=5060 sip-tls=5061 gnutella-svc=6346
gnutella-rtr=6347 kerberos4=750 kerberos-iv=750 kdc=750 kerberos-master=751 asp=27374
`;

const TCP_ONLY = `
tcpmux=1 systat=11 users=11 netstat=15 qotd=17 quote=17 ftp-data=20 ftp=21 ssh=22 telnet=23 smtp=25 mail=25 whois=43
nicname=43 gopher=70 finger=79 http=80 www=80 iso-tsap=102 tsap=102 acr-nema=104 dicom=104 pop3=110 pop-3=110 auth=113
authentication=113 tap=113 ident=113 nntp=119 readnews=119 untp=119 epmap=135 loc-srv=135 netbios-ssn=139 imap2=143
imap=143 mailq=174 bgp=179 smux=199 qmtp=209 z3950=210 wais=210 pawserv=345 zserv=346 snpp=444 microsoft-ds=445
submissions=465 ssmtp=465 smtps=465 urd=465 saft=487 nqs=607 qmqp=628 ipp=631 exec=512 login=513 shell=514 cmd=514
printer=515 spooler=515 uucp=540 uucpd=540 klogin=543 kshell=544 krcmd=544 afpovertcp=548 nntps=563 snntp=563
submission=587 silc=706 kerberos-adm=749 rsync=873 ftps-data=989 ftps=990 telnets=992 imaps=993 pop3s=995 socks=1080
proofd=1093 rootd=1094 rmiregistry=1099 lotusnote=1352 lotusnotes=1352 ms-sql-s=1433 ingreslock=1524 kermit=1649
groupwise=1677 cisco-sccp=2000 gsigatekeeper=2119 gris=2135 cvspserver=2401 dict=2628 f5-globalsite=2792 gsiftp=2811
gpsd=2947 gds-db=3050 gds_db=3050 iscsi-target=3260 mysql=3306 ms-wbt-server=3389 distcc=3632 daap=3689 svn=3690
subversion=3690 suucp=4031 sysrqd=4094 sieve=4190 epmd=4369 remctl=4373 f5-iquery=4353 ntske=4460 mtn=4691
radmin-port=4899 xmpp-client=5222 jabber-client=5222 xmpp-server=5269 jabber-server=5269 cfengine=5308 postgresql=5432
postgres=5432 freeciv=5556 rptp=5556 amqps=5671 amqp=5672 x11=6000 x11-0=6000 x11-1=6001 x11-2=6002 x11-3=6003
x11-4=6004 x11-5=6005 x11-6=6006 x11-7=6007 redis=6379 sge-qmaster=6444 sge_qmaster=6444 sge-execd=6445 sge_execd=6445
mysql-proxy=6446 ircs-u=6697 bbs=7000 font-service=7100 xfs=7100 http-alt=8080 webcache=8080 puppet=8140
bacula-dir=9101 bacula-fd=9102 bacula-sd=9103 xmms2=9667 nbd=10809 zabbix-agent=10050 zabbix-trapper=10051
amanda=10080 hkp=11371 db-lsp=17500 dcap=22125 gsidcap=22128 wnn6=22273 krb-prop=754 krb_prop=754 krb5_prop=754
hprop=754 iprop=2121 supfilesrv=871 supfiledbg=1127 poppassd=106 moira-db=775 moira_db=775 moira-update=777
moira_update=777 spamd=783 skkserv=1178 rmtcfg=1236 xtel=1313 xtelw=1314 zebrasrv=2600 zebra=2601 ripd=2602
ripngd=2603 ospfd=2604 bgpd=2605 ospf6d=2606 ospfapi=2607 isisd=2608 fax=4557 hylafax=4559 munin=4949 lrrd=4949
nrpe=5666 nsca=5667 canna=5680 syslog-tls=6514 sane-port=6566 sane=6566 saned=6566 ircd=6667 zope-ftp=8021 tproxy=8081
omniorb=8088 clc-build-daemon=8990 xinetd=9098 git=9418 zope=9673 webmin=10000 kamanda=10081 amandaidx=10082
amidxtape=10083 sgi-cad=17004 binkp=24554 csync2=30865 dircproxy=57000 tfido=60177 fido=60179
`;

const UDP_ONLY = `
fsp=21 fspd=21 bootps=67 bootpc=68 tftp=69 ntp=123 netbios-ns=137 netbios-dgm=138 xdmcp=177 ipx=213 ptp-event=319
ptp-general=320 clearcase=371 Clearcase=371 isakmp=500 asf-rmcp=623 biff=512 comsat=512 who=513 whod=513 talk=517
ntalk=518 route=520 router=520 routed=520 dhcpv6-client=546 dhcpv6-server=547 ms-sql-m=1434 l2f=1701 l2tp=1701
icpv2=3130 icp=3130 ipsec-nat-t=4500 iax=4569 mdns=5353 babel=6696 afs3-fileserver=7000 afs3-callback=7001
afs3-prserver=7002 afs3-vlserver=7003 afs3-kaserver=7004 afs3-volser=7005 afs3-bos=7007 afs3-update=7008
afs3-rmtsys=7009 kerberos_master=751 passwd-server=752 passwd_server=752 zephyr-srv=2102 zephyr-clt=2103
zephyr-hm=2104 moira-ureg=779 moira_ureg=779 predict=1210 rplay=5555 sgi-cmsd=17001 sgi-crsd=17002 sgi-gcd=17003
`;

const SCTP_ONLY = `
amqp=5672
`;

function readTable(...texts: readonly string[]): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  for (const entry of texts.join(' ').trim().split(/\s+/)) {
    const [name = '', port = ''] = entry.split('=');
    ports.set(name, Number(port));
  }
  return ports;
}

const SERVICES: Readonly<Record<PortProtocol, ReadonlyMap<string, number>>> = {
  tcp: readTable(TCP_AND_UDP, TCP_ONLY),
  udp: readTable(TCP_AND_UDP, UDP_ONLY),
  sctp: readTable(SCTP_ONLY),
  dccp: new Map(),
};

/** Names of services of a protocol, for completion. */
export function serviceNames(protocol: PortProtocol): Iterable<string> {
  return SERVICES[protocol].keys();
}

/** The port that a text of one to five digits without a leading zero gives; -1 for any other text. */
function smallDecimal(text: string): number {
  const { length } = text;
  if (length === 0 || length > 5) return -1;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || (digit === 0 && i === 0 && length > 1)) return -1;
    value = value * 10 + digit;
  }
  return value <= 65_535 ? value : -1;
}

/** Why a text is not a port: too large or malformed, or a name that the services file of a machine may define. */
export type NoPort = 'invalid' | 'unknown-name';

/**
 * Reads a port as `xtables_parse_port` does: a decimal, octal or hexadecimal number up to 65535, or a service name.
 */
export function parsePort(text: string, protocol: PortProtocol): number | NoPort {
  const plain = smallDecimal(text);
  if (plain >= 0) return plain;
  if (/^\d+$/.test(text)) {
    const value = text.length > 1 && text.startsWith('0') ? Number.parseInt(text, 8) : Number(text);
    return value <= 65535 && !(text.startsWith('0') && /[89]/.test(text)) ? value : 'invalid';
  }
  if (/^0x[0-9a-f]+$/i.test(text)) {
    const value = Number(text);
    return value <= 65535 ? value : 'invalid';
  }
  const known = SERVICES[protocol].get(text);
  if (known !== undefined) return known;
  return /^[A-Za-z][\w.+-]*$/.test(text) ? 'unknown-name' : 'invalid';
}

/** One set for each single port, because large files repeat them. */
const single = new Interned<number, PortSet>(65_536);

/** The ports from one to another, inclusive. */
export function portRange(low: number, high: number): PortSet {
  if (low === high) return single.of(low, () => IntervalSet.range(low, low));
  return low === 0 && high === 65535 ? ALL_PORTS : IntervalSet.range(low, high);
}

/**
 * Reads a port of the udp and dccp extensions, which leave it to `getaddrinfo`: a decimal number, or a name of either
 * protocol.
 */
function parseDecimalPort(text: string, protocol: PortProtocol): number | NoPort {
  if (/^\d+$/.test(text)) return Number(text) <= 65_535 ? Number(text) : 'invalid';
  if (/^0x/i.test(text)) return 'invalid';
  return SERVICES[protocol].get(text) ?? parsePort(text, 'tcp');
}

/** Reads `port` or `first:last`, where either end may be missing. */
export function parsePortRange(text: string, protocol: PortProtocol): PortSet | NoPort | 'reversed' {
  const colon = text.indexOf(':');
  const parse = protocol === 'udp' || protocol === 'dccp' ? parseDecimalPort : parsePort;
  const low = colon === 0 ? 0 : parse(colon < 0 ? text : text.slice(0, colon), protocol);
  if (typeof low === 'string') return low;
  if (colon < 0) return portRange(low, low);
  const high = colon === text.length - 1 ? 65535 : parse(text.slice(colon + 1), protocol);
  if (typeof high === 'string') return high;
  return low > high ? 'reversed' : portRange(low, high);
}

/** How many ports one multiport match holds; a range counts as two (XT_MULTI_PORTS). */
export const MULTIPORT_LIMIT = 15;
