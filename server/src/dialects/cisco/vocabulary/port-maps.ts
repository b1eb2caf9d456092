/**
 * The ports by which a firewall recognises applications (`match protocol http`). "PAM creates a set of system-defined entries
 * in the mapping table using well-known or registered port mapping information"; they "cannot be deleted or changed" (*Cisco
 * IOS Security Configuration Guide*, "Configuring Port to Application Mapping"). Listed here are the applications whose
 * registered ports (IANA Service Name and Port Number Registry) the outputs of `show ip port-map` give as well. Any other
 * is recognised by its content, or its ports differ between releases: what it matches is unknown.
 */
import { IntervalSet } from '../../../model/intervals.js';
import type { PortSet } from '../../../model/ports.js';

/** The ports of an application, for each transport protocol that it has. */
export interface ApplicationPorts {
  readonly tcp: PortSet;
  readonly udp: PortSet;
}

const TCP: Readonly<Record<string, number>> = {
  bgp: 179,
  dns: 53,
  echo: 7,
  exec: 512,
  finger: 79,
  ftp: 21,
  ftps: 990,
  gopher: 70,
  h323: 1720,
  http: 80,
  https: 443,
  ident: 113,
  imap: 143,
  imaps: 993,
  irc: 194,
  kerberos: 88,
  ldap: 389,
  ldaps: 636,
  login: 513,
  netshow: 1755,
  nntp: 119,
  pop3: 110,
  pop3s: 995,
  pptp: 1723,
  shell: 514,
  sip: 5060,
  'sip-tls': 5061,
  skinny: 2000,
  smtp: 25,
  ssh: 22,
  streamworks: 1558,
  sunrpc: 111,
  telnet: 23,
  time: 37,
  uucp: 540,
  vdolive: 7000,
};

const UDP: Readonly<Record<string, number>> = {
  bootpc: 68,
  bootps: 67,
  dns: 53,
  echo: 7,
  gdoi: 848,
  isakmp: 500,
  ntp: 123,
  sip: 5060,
  snmp: 161,
  snmptrap: 162,
  sunrpc: 111,
  tacacs: 49,
  tftp: 69,
};

const NO_PORTS: PortSet = IntervalSet.empty();

const PORTS: ReadonlyMap<string, ApplicationPorts> = new Map(
  [...new Set([...Object.keys(TCP), ...Object.keys(UDP)])].map((name) => {
    const only = (port: number | undefined) => (port === undefined ? NO_PORTS : IntervalSet.range(port, port));
    return [name, { tcp: only(TCP[name]), udp: only(UDP[name]) }];
  }),
);

/** `undefined` where its ports are not known. */
export function portsOfApplication(name: string): ApplicationPorts | undefined {
  return PORTS.get(name);
}

/** Protocols that `match protocol` recognises by the header of the packet alone. */
export const TRANSPORT_PROTOCOLS: readonly string[] = ['tcp', 'udp', 'icmp'];

export function applicationNames(): readonly string[] {
  return [...TRANSPORT_PROTOCOLS, ...[...PORTS.keys()].sort()];
}
