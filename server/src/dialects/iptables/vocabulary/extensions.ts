// Looks up match and target extensions by name and address family.
import type { AddressFamily } from '../../../model/ip.js';
import { byName, type ExtensionWord } from './notation.js';
import { MATCHES, TARGETS } from './words.js';

type Extensions = Readonly<Record<AddressFamily, ReadonlyMap<string, ExtensionWord>>>;

function byFamily(extensions: readonly ExtensionWord[]): Extensions {
  const of = (family: AddressFamily) => byName(extensions.filter(({ families }) => families.includes(family)));
  return { 4: of(4), 6: of(6) };
}

const MATCHES_BY_FAMILY = byFamily(MATCHES);
const TARGETS_BY_FAMILY = byFamily(TARGETS);

export function matchExtension(name: string, family: AddressFamily): ExtensionWord | undefined {
  return MATCHES_BY_FAMILY[family].get(name);
}

export function targetExtension(name: string, family: AddressFamily): ExtensionWord | undefined {
  return TARGETS_BY_FAMILY[family].get(name);
}

/** The match extensions that there are for a family. */
export function matchWords(family: AddressFamily): readonly ExtensionWord[] {
  return MATCHES.filter(({ families }) => families.includes(family));
}

/** The targets that there are for a family. */
export function targetWords(family: AddressFamily): readonly ExtensionWord[] {
  return TARGETS.filter(({ families }) => families.includes(family));
}

/** The match extension that a protocol loads (`proto_parse` and the names of the extensions). */
export function protocolExtension(protocol: number, family: AddressFamily): ExtensionWord | undefined {
  const name = PROTOCOL_EXTENSIONS[family].get(protocol);
  return name === undefined ? undefined : matchExtension(name, family);
}

const BOTH_FAMILIES: readonly (readonly [number, string])[] = [
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [50, 'esp'],
  [51, 'ah'],
  [108, 'ipcomp'],
  [132, 'sctp'],
];

const PROTOCOL_EXTENSIONS: Readonly<Record<AddressFamily, ReadonlyMap<number, string>>> = {
  4: new Map([[1, 'icmp'], ...BOTH_FAMILIES]),
  6: new Map([[58, 'icmp6'], [135, 'mh'], ...BOTH_FAMILIES]),
};

const REJECT_TYPES: Readonly<Record<AddressFamily, readonly string[]>> = {
  4: [
    ...['icmp-net-unreachable', 'net-unreach', 'icmp-host-unreachable', 'host-unreach', 'icmp-proto-unreachable'],
    ...['proto-unreach', 'icmp-port-unreachable', 'port-unreach', 'icmp-net-prohibited', 'net-prohib'],
    ...['icmp-host-prohibited', 'host-prohib', 'tcp-reset', 'tcp-rst', 'icmp-admin-prohibited', 'admin-prohib'],
  ],
  6: [
    ...['icmp6-no-route', 'no-route', 'icmp6-adm-prohibited', 'adm-prohibited', 'icmp6-addr-unreachable'],
    ...['addr-unreach', 'icmp6-port-unreachable', 'port-unreach', 'tcp-reset', 'icmp6-policy-fail', 'policy-fail'],
    ...['icmp6-reject-route', 'reject-route'],
  ],
};

/** The values of `--reject-with`. */
export function rejectTypes(family: AddressFamily): readonly string[] {
  return REJECT_TYPES[family];
}
