// Which options of an extension need each other, and which exclude each other (iptables-extensions(8), and what iptables and
// the kernel refuse). Every option is given once, but for those that `mayRepeat` names. Options that an extension never
// does without are marked in words.ts.

import { once } from '../../../kept/once.js';
import type { AddressFamily } from '../../../model/ip.js';

/** One rule about the options of an extension, by their long names. */
export type OptionRule =
  /** One of these has to be given. */
  | { readonly kind: 'one-of'; readonly names: readonly string[] }
  /** At most one of these is given. */
  | { readonly kind: 'exclusive'; readonly names: readonly string[] }
  /** The number of one is not larger than that of the other. */
  | { readonly kind: 'ordered'; readonly names: readonly [string, string] }
  /** The option is given only beside one of these, which has the value, if there is one. */
  | {
      readonly kind: 'needs';
      readonly name: string;
      readonly names: readonly string[];
      readonly value: string | undefined;
    };

/** `a|b`: one of these has to be given; `a^b`: not both; `a>b|c`: a only beside b or c; `a>b=0`: where b is 0; `a<b`: a is not larger. */
const RULES: Readonly<Record<string, string>> = {
  '-m addrtype': 'src-type|dst-type limit-iface-in^limit-iface-out',
  '-m cluster': 'cluster-local-node|cluster-local-nodemask cluster-local-node^cluster-local-nodemask',
  '-m connlimit': 'connlimit-upto|connlimit-above connlimit-upto^connlimit-above connlimit-saddr^connlimit-daddr',
  '-m dscp': 'dscp^dscp-class',
  '-m frag': 'fragmore^fraglast',
  '-m hashlimit': 'hashlimit|hashlimit-above hashlimit^hashlimit-above',
  '-m hl': 'hl^hl-lt^hl-gt',
  '-m owner': 'suppl-groups>gid-owner',
  '-m policy':
    'next>strict strict>reqid|spi|proto|mode|tunnel-src|tunnel-dst tunnel-src>mode=tunnel tunnel-dst>mode=tunnel',
  '-m recent':
    'rcheck|set|update|remove set^rcheck^update^remove reap>seconds rttl^set rttl^remove seconds^set seconds^remove hitcount^set hitcount^remove',
  '-m rt': 'rt-0-res>rt-type=0 rt-0-addrs>rt-type=0 rt-0-not-strict>rt-0-addrs',
  '-m statistic': 'probability^every probability^packet every>packet packet>every',
  '-m string': 'string|hex-string string^hex-string from<to',
  '-m tcp': 'syn^tcp-flags',
  '-m time': 'utc^kerneltz utc^localtz',
  '-m ttl': 'ttl^ttl-lt^ttl-gt',
  '-j CONNSECMARK': 'save^restore',
  '-j DSCP': 'set-dscp^set-dscp-class',
  '-j HL': 'hl-set^hl-dec^hl-inc',
  '-j HMARK':
    'hmark-tuple|hmark-src-prefix|hmark-dst-prefix|hmark-sport|hmark-sport-mask|hmark-dport|hmark-dport-mask|hmark-spi|hmark-spi-mask|hmark-proto-mask',
  '-j NFLOG': 'nflog-range^nflog-size',
  '-j NFQUEUE': 'queue-num^queue-balance queue-cpu-fanout>queue-balance',
  '-j SET':
    'add-set|del-set|map-set map-set>map-mark|map-prio|map-queue map-mark>map-set map-prio>map-set map-queue>map-set exist>add-set',
  '-j TOS': 'set-tos^and-tos^or-tos^xor-tos',
  '-j TTL': 'ttl-set^ttl-dec^ttl-inc',
};

/** Options that may be given again. */
const REPEATABLE: Readonly<Record<string, string>> = {
  '-m set': 'return-nomatch update-counters update-subcounters',
  '-j SET': 'map-mark map-prio map-queue',
};

function ruleOf(text: string): OptionRule {
  const [before = '', after] = text.split('>');
  if (after !== undefined) {
    const [names = '', value] = after.split('=');
    return { kind: 'needs', name: before, names: names.split('|'), value };
  }
  const [low = '', high] = text.split('<');
  if (high !== undefined) return { kind: 'ordered', names: [low, high] };
  return before.includes('^')
    ? { kind: 'exclusive', names: before.split('^') }
    : { kind: 'one-of', names: before.split('|') };
}

const byPlace = once(
  (): ReadonlyMap<string, readonly OptionRule[]> =>
    new Map(
      Object.entries(RULES).map(([extension, rules]) => [`option of ${extension}`, rules.split(' ').map(ruleOf)]),
    ),
);

const REPEATABLE_BY_PLACE: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(REPEATABLE).map(([extension, names]) => [`option of ${extension}`, new Set(names.split(' '))]),
);

/** The rules about the options of an extension, by the place of its options: `option of -m ttl`. */
export function optionRules(place: string): readonly OptionRule[] {
  return byPlace().get(place) ?? NO_RULES;
}

const NO_RULES: readonly OptionRule[] = [];

export function mayRepeat(option: { readonly place: string; readonly name: string }): boolean {
  return REPEATABLE_BY_PLACE.get(option.place)?.has(option.name) ?? false;
}

const WITH_PORTS = 'tcp udp sctp dccp icmp';

/**
 * The protocols that an extension is for, or one option of it: the kernel takes the rule only with `-p` and one of them (the
 * `proto` of the extensions of xtables and their `checkentry`). iptables takes ports of ICMP, too.
 */
const PROTOCOLS: Readonly<Record<string, string>> = {
  ...{ '-m ah@4': 'ah', '-m dccp': 'dccp', '-m esp': 'esp', '-m ipcomp': 'ipcomp', '-m mh': 'mh', '-m osf': 'tcp' },
  ...{ '-m sctp': 'sctp', '-m tcp': 'tcp', '-m tcpmss': 'tcp', '-m udp': 'udp' },
  ...{ '-m ecn --ecn-tcp-cwr': 'tcp', '-m ecn --ecn-tcp-ece': 'tcp' },
  ...{ '-j ECN': 'tcp', '-j SYNPROXY': 'tcp', '-j TCPMSS': 'tcp', '-j TCPOPTSTRIP': 'tcp', '-j TPROXY': 'tcp udp' },
  ...{ '-j MASQUERADE --to-ports': WITH_PORTS, '-j REDIRECT --to-ports': WITH_PORTS },
  ...{ '-j DNAT --to-destination': WITH_PORTS, '-j SNAT --to-source': WITH_PORTS },
};

/** The names of the protocols that an extension (`-m tcp`), or one of its options, is for; `undefined` for any. */
export function protocolsFor(extension: string, family: AddressFamily, option?: string): readonly string[] | undefined {
  const name = option === undefined ? extension : `${extension} --${option}`;
  return (PROTOCOLS[name] ?? PROTOCOLS[`${name}@${family}`])?.split(' ');
}
