/**
 * Names of services and protocols as the databases of a Linux system give them: /etc/services and /etc/protocols as Debian
 * 12 ships them (package netbase). iptables and nft look names up there; a host may have others, but common names mean the
 * same everywhere.
 */

import { once } from '../../kept/once.js';

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

/** Port numbers by the name of a service, for each protocol that the table names; DDP is that of AppleTalk. */
export const SERVICES = {
  tcp: once(() => readTable(TCP_AND_UDP, TCP_ONLY)),
  udp: once(() => readTable(TCP_AND_UDP, UDP_ONLY)),
  sctp: once(() => readTable('amqp=5672')),
  ddp: once(() => readTable('rtmp=1 nbp=2 zip=6')),
} as const;

/** Numbers of IP protocols by name; names with capital letters are the aliases in the table. */
export const PROTOCOLS: ReadonlyMap<string, number> = readTable(`
AX.25=93 CPHB=73 DCCP=33 DDP=37 EGP=8 EIGRP=88 ENCAP=98 ETHERIP=97 Ethernet=143 FC=133 GGP=3 GRE=47 HIP=139 HMP=20
HOPOPT=0 ICMP=1 IDPR-CMTP=38 IDRP=45 IGMP=2 IGP=9 IP=0 IP-ENCAP=4 IPCOMP=108 IPIP=94 IPSEC-AH=51 IPSEC-ESP=50 IPv6=41
IPv6-Frag=44 IPv6-ICMP=58 IPv6-NoNxt=59 IPv6-Opts=60 IPv6-Route=43 ISIS=124 ISO-TP4=29 L2TP=115 MPLS-in-IP=137
MPTCP=262 Mobility-Header=135 OSPFIGP=89 PIM=103 PUP=12 RDP=27 ROHC=142 RSPF=73 RSVP=46 SCTP=132 SKIP=57 ST=5
Shim6=140 TCP=6 UDP=17 UDPLite=136 VMTP=81 VRRP=112 WESP=141 XNS-IDP=22 XTP=36 ah=51 ax.25=93 dccp=33 ddp=37 egp=8
eigrp=88 encap=98 esp=50 etherip=97 ethernet=143 fc=133 ggp=3 gre=47 hip=139 hmp=20 hopopt=0 icmp=1 idpr-cmtp=38
idrp=45 igmp=2 igp=9 ip=0 ipcomp=108 ipencap=4 ipip=94 ipv6=41 ipv6-frag=44 ipv6-icmp=58 ipv6-nonxt=59 ipv6-opts=60
ipv6-route=43 isis=124 iso-tp4=29 l2tp=115 manet=138 mobility-header=135 mpls-in-ip=137 mptcp=262 ospf=89 pim=103
pup=12 rdp=27 rohc=142 rspf=73 rsvp=46 sctp=132 shim6=140 skip=57 st=5 tcp=6 udp=17 udplite=136 vmtp=81 vrrp=112
wesp=141 xns-idp=22 xtp=36
`);

function readTable(...texts: readonly string[]): ReadonlyMap<string, number> {
  const entries = texts.join(' ').trim().split(/\s+/);
  return new Map(
    entries.map((entry) => {
      const [name = '', number = ''] = entry.split('=');
      return [name, Number(number)];
    }),
  );
}
