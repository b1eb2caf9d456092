/**
 * The names that access lists know for protocols, ports and ICMP messages: the tables of *Cisco IOS Security Command
 * Reference*, `permit (IP)`; *Cisco Nexus 9000 Series NX-OS Security Command Reference*, `permit (IPv4)`; and *Cisco ASA
 * Series General Operations CLI Configuration Guide*, "Addresses, Protocols, and Ports".
 */
import { ICMPV6 } from '../../../model/icmp.js';
import { ALL_PROTOCOLS, type ProtocolSet, protocolSet, TCP, TCP_AND_UDP, UDP } from '../../../model/packets.js';

/** Protocol names, lower case. `icmp` is omitted, because its meaning depends on the family of the list. */
export const PROTOCOLS: ReadonlyMap<string, ProtocolSet> = new Map([
  ['ip', ALL_PROTOCOLS],
  ['ipv4', ALL_PROTOCOLS],
  ['ipv6', ALL_PROTOCOLS],
  ['ah', protocolSet(51)],
  ['ahp', protocolSet(51)],
  ['eigrp', protocolSet(88)],
  ['esp', protocolSet(50)],
  ['gre', protocolSet(47)],
  ['icmp6', protocolSet(ICMPV6)],
  ['icmpv6', protocolSet(ICMPV6)],
  ['igmp', protocolSet(2)],
  ['igrp', protocolSet(9)],
  ['ipinip', protocolSet(4)],
  // "Protocol Literal Values": ipsec is the same as esp, pptp the same as gre.
  ['ipsec', protocolSet(50)],
  ['nos', protocolSet(94)],
  ['ospf', protocolSet(89)],
  ['pcp', protocolSet(108)],
  ['pim', protocolSet(103)],
  ['pptp', protocolSet(47)],
  ['sctp', protocolSet(132)],
  ['snp', protocolSet(109)],
  ['tcp', protocolSet(TCP)],
  ['tcp-udp', TCP_AND_UDP],
  ['udp', protocolSet(UDP)],
  ['vrrp', protocolSet(112)],
]);

/** Names of protocols whose number is not certain: they are valid, and what they match is unknown. */
export const VAGUE_PROTOCOLS: ReadonlySet<string> = new Set(['nd', 'hbh']);

const TCP_PORTS: Readonly<Record<string, number>> = {
  aol: 5190,
  bgp: 179,
  chargen: 19,
  cifs: 3020,
  'citrix-ica': 1494,
  cmd: 514,
  ctiqbe: 2748,
  daytime: 13,
  discard: 9,
  domain: 53,
  drip: 3949,
  echo: 7,
  exec: 512,
  finger: 79,
  ftp: 21,
  'ftp-data': 20,
  gopher: 70,
  h323: 1720,
  hostname: 101,
  http: 80,
  https: 443,
  ident: 113,
  imap4: 143,
  irc: 194,
  klogin: 543,
  kshell: 544,
  ldap: 389,
  ldaps: 636,
  login: 513,
  lotusnotes: 1352,
  lpd: 515,
  msrpc: 135,
  'netbios-ssn': 139,
  nfs: 2049,
  nntp: 119,
  'onep-plain': 15001,
  'onep-tls': 15002,
  'pcanywhere-data': 5631,
  'pim-auto-rp': 496,
  pop2: 109,
  pop3: 110,
  pptp: 1723,
  rsh: 514,
  rtsp: 554,
  sip: 5060,
  smtp: 25,
  ssh: 22,
  sunrpc: 111,
  syslog: 514,
  tacacs: 49,
  'tacacs-ds': 65,
  talk: 517,
  telnet: 23,
  time: 37,
  uucp: 540,
  whois: 43,
  www: 80,
};

const UDP_PORTS: Readonly<Record<string, number>> = {
  bfd: 3784,
  'bfd-echo': 3785,
  biff: 512,
  bootpc: 68,
  bootps: 67,
  cifs: 3020,
  discard: 9,
  dnsix: 195,
  domain: 53,
  echo: 7,
  http: 80,
  isakmp: 500,
  'mobile-ip': 434,
  nameserver: 42,
  'netbios-dgm': 138,
  'netbios-ns': 137,
  'netbios-ss': 139,
  nfs: 2049,
  'non500-isakmp': 4500,
  ntp: 123,
  'pcanywhere-status': 5632,
  'pim-auto-rp': 496,
  radius: 1645,
  'radius-acct': 1646,
  rip: 520,
  ripv6: 521,
  'secureid-udp': 5510,
  sip: 5060,
  snmp: 161,
  snmptrap: 162,
  sunrpc: 111,
  syslog: 514,
  tacacs: 49,
  talk: 517,
  tftp: 69,
  time: 37,
  vxlan: 4789,
  who: 513,
  www: 80,
  xdmcp: 177,
};

const TCP_PORT_NAMES: ReadonlyMap<string, number> = new Map(Object.entries(TCP_PORTS));
const UDP_PORT_NAMES: ReadonlyMap<string, number> = new Map(Object.entries(UDP_PORTS));

/**
 * Port names whose number the releases give differently (`kerberos` is 750 in the ASA's table and 88 by IANA), and names
 * of other vendors' lists: valid, and what they match is unknown.
 */
export const VAGUE_PORTS: ReadonlySet<string> = new Set(['kerberos', 'sqlnet', 'mlag', 'microsoft-ds', 'ptp-event']);

export type PortFamily = 'tcp' | 'udp' | 'either';

export function portByName(name: string, family: PortFamily): number | undefined {
  if (family === 'udp') return UDP_PORT_NAMES.get(name) ?? TCP_PORT_NAMES.get(name);
  return TCP_PORT_NAMES.get(name) ?? UDP_PORT_NAMES.get(name);
}

export function portNames(): readonly string[] {
  return [...new Set([...TCP_PORT_NAMES.keys(), ...UDP_PORT_NAMES.keys()])].sort();
}

/** An ICMP message: its type, and its code where the name or the list gives one. */
export interface IcmpMessage {
  readonly type: number;
  readonly code?: number;
}

const icmp = (type: number, code?: number): IcmpMessage => (code === undefined ? { type } : { type, code });

export const ICMP_MESSAGES: ReadonlyMap<string, IcmpMessage> = new Map([
  ['administratively-prohibited', icmp(3, 13)],
  ['alternate-address', icmp(6)],
  ['conversion-error', icmp(31)],
  ['dod-host-prohibited', icmp(3, 10)],
  ['dod-net-prohibited', icmp(3, 9)],
  ['echo', icmp(8)],
  ['echo-reply', icmp(0)],
  ['general-parameter-problem', icmp(12, 0)],
  ['host-isolated', icmp(3, 8)],
  ['host-precedence-unreachable', icmp(3, 14)],
  ['host-redirect', icmp(5, 1)],
  ['host-tos-redirect', icmp(5, 3)],
  ['host-tos-unreachable', icmp(3, 12)],
  ['host-unknown', icmp(3, 7)],
  ['host-unreachable', icmp(3, 1)],
  ['information-reply', icmp(16)],
  ['information-request', icmp(15)],
  ['mask-reply', icmp(18)],
  ['mask-request', icmp(17)],
  ['mobile-redirect', icmp(32)],
  ['net-redirect', icmp(5, 0)],
  ['net-tos-redirect', icmp(5, 2)],
  ['net-tos-unreachable', icmp(3, 11)],
  ['net-unreachable', icmp(3, 0)],
  ['network-unknown', icmp(3, 6)],
  ['no-room-for-option', icmp(12, 2)],
  ['option-missing', icmp(12, 1)],
  ['packet-too-big', icmp(3, 4)],
  ['parameter-problem', icmp(12)],
  ['port-unreachable', icmp(3, 3)],
  ['precedence-unreachable', icmp(3, 15)],
  ['protocol-unreachable', icmp(3, 2)],
  ['reassembly-timeout', icmp(11, 1)],
  ['redirect', icmp(5)],
  ['router-advertisement', icmp(9)],
  ['router-solicitation', icmp(10)],
  ['source-quench', icmp(4)],
  ['source-route-failed', icmp(3, 5)],
  ['time-exceeded', icmp(11)],
  ['timestamp-reply', icmp(14)],
  ['timestamp-request', icmp(13)],
  ['traceroute', icmp(30)],
  ['ttl-exceeded', icmp(11, 0)],
  ['unreachable', icmp(3)],
]);

export const ICMPV6_MESSAGES: ReadonlyMap<string, IcmpMessage> = new Map([
  // Code 3 of RFC 4443 as IOS XR names it.
  ['address-unreachable', icmp(1, 3)],
  ['beyond-scope', icmp(1, 2)],
  ['destination-unreachable', icmp(1, 3)],
  ['echo', icmp(128)],
  ['echo-reply', icmp(129)],
  ['echo-request', icmp(128)],
  ['header', icmp(4, 0)],
  ['hop-limit', icmp(3, 0)],
  ['membership-query', icmp(130)],
  ['membership-reduction', icmp(132)],
  ['membership-report', icmp(131)],
  ['mld-query', icmp(130)],
  ['mld-reduction', icmp(132)],
  ['mld-report', icmp(131)],
  ['mldv2', icmp(143)],
  ['nd-na', icmp(136)],
  ['nd-ns', icmp(135)],
  ['neighbor-advertisement', icmp(136)],
  ['neighbor-redirect', icmp(137)],
  ['neighbor-solicitation', icmp(135)],
  ['next-header', icmp(4, 1)],
  ['no-admin', icmp(1, 1)],
  ['no-route', icmp(1, 0)],
  ['packet-too-big', icmp(2)],
  ['parameter-option', icmp(4, 2)],
  ['parameter-problem', icmp(4)],
  ['port-unreachable', icmp(1, 4)],
  ['reassembly-timeout', icmp(3, 1)],
  ['redirect', icmp(137)],
  ['renum-command', icmp(138, 0)],
  ['renum-result', icmp(138, 1)],
  ['renum-seq-number', icmp(138, 255)],
  ['router-advertisement', icmp(134)],
  ['router-renumbering', icmp(138)],
  ['router-solicitation', icmp(133)],
  ['time-exceeded', icmp(3)],
  ['unreachable', icmp(1)],
]);
