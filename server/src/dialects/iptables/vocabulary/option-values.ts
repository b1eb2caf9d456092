// The values that options of extensions take, where the meaning of a rule does not depend on them and no reader looks at them
// (iptables-extensions(8)). Forms that some version takes are no errors: numbers are as strtoul(3) reads them, and names
// that a machine knows (users, services, routing realms, hosts) are not looked at.

import { once } from '../../../kept/once.js';

/** What a value may be. `expected` completes "expected …". */
export type ValueSyntax =
  | { readonly kind: 'number'; readonly low: bigint; readonly high: bigint; readonly words?: readonly string[] }
  /** One or two numbers with a colon between them; each may be missing. */
  | { readonly kind: 'number-range'; readonly high: bigint }
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly list?: true; readonly anyCase?: true }
  | { readonly kind: 'rate'; readonly highest: number }
  | { readonly kind: 'mask' | 'network' | 'protocol' | 'translation' }
  | { readonly kind: 'pattern'; readonly pattern: RegExp; readonly expected: string };

function number(low: number, high: number | bigint) {
  return { kind: 'number', low: BigInt(low), high: BigInt(high) } as const;
}

function numberRange(high: number | bigint): ValueSyntax {
  return { kind: 'number-range', high: BigInt(high) };
}

function words(list: string, more: { readonly list?: true; readonly anyCase?: true } = {}): ValueSyntax {
  return { kind: 'words', words: list.split(' '), ...more };
}

function pattern(expected: string, matched: RegExp): ValueSyntax {
  return { kind: 'pattern', expected, pattern: matched };
}

const U8 = 255;
const U16 = 65_535;
const U32 = 4_294_967_295;
const U64 = 18_446_744_073_709_551_615n;

const NUMBER = String.raw`\s*\+?(?:0x[\da-f]+|\d+)`;

const DSCP_CLASSES = words(
  'CS0 CS1 CS2 CS3 CS4 CS5 CS6 CS7 BE AF11 AF12 AF13 AF21 AF22 AF23 AF31 AF32 AF33 AF41 AF42 AF43 EF',
  { anyCase: true },
);
const EVENTS = 'new related destroy reply assured protoinfo helper mark natseqinfo secmark';
/** The parts may be missing (`1:` is one o'clock), though nobody writes so. */
const TIME = pattern(
  'a time such as 08:30 or 08:30:00',
  /^\s*\+?0?(?:[01]?\d|2[0-3])?:\s*\+?0?(?:[0-5]?\d)?(?::\s*\+?0?(?:[0-5]?\d)?)?$/,
);
const DATE = pattern(
  'a date from 1970 to 2038 such as 2030-12-31 or 2030-12-31T08:30',
  /^\s*(?:19[7-9]\d|20[0-2]\d|203[0-8])(?:-0?\d{1,2}(?:-0?\d{1,2}(?:T[\d:]*)?)?)?$/,
);
const TYPE_OF_SERVICE = pattern(
  'a number from 0 to 255 with or without a mask, or a name such as Minimize-Delay',
  new RegExp(`^(?:(?!\\d{4})${NUMBER}(?:/${NUMBER})?|(?:minimize|maximize|normal)-[a-z]+)$`, 'i'),
);
/** The name of a group or realm is looked up on the machine. */
const NAMED_NUMBER = pattern(
  'a name, or a number of 32 bits with or without a mask',
  /^(?!$|\s*\+?\d{11,}(?:\/|$)|\d+\/[^\dx]|-)/i,
);
const NOT_EMPTY = pattern('a text', /./s);
/** Tests as `u32_parse` of libxt_u32.c reads them. */
const U32_TESTS = (() => {
  const range = `${NUMBER}(?:\\s*:${NUMBER})?`;
  const test = `${NUMBER}(?:\\s*(?:&|<<|>>|@)${NUMBER})*\\s*=${range}(?:\\s*,${range})*`;
  return pattern('tests such as 0>>22&0x3C@4=0:3', new RegExp(`^${test}(?:\\s*&&${test})*\\s*$`, 'i'));
})();
/** `parse_hex_string` of libxt_string.c: what stands between bars is bytes of two digits. */
const HEX_TEXT = pattern(
  'a text in which bytes of two hexadecimal digits stand between bars: |0d 0a|',
  /^(?:[^|\\]|\\.|\|(?:\s?[\da-f]{2})+\s?\|)*$/is,
);
/** Names of services are looked up on the machine. */
const PORT = pattern('a port', /^(?:\d{1,5}|[a-z][\w.+-]*)$/i);
const PORTS = pattern('a port or a range of ports', /^(?:(?=.)\d{0,5}(?::\d{0,5})?|[a-z][\w.+-]*)$/i);
const PORT_NUMBER = String.raw`(?:\d{1,5}|0x[\da-f]{1,4})`;
const NEW_PORTS = pattern(
  'a port or a range such as 1024-31000',
  new RegExp(`^(?:${PORT_NUMBER}(?:-${PORT_NUMBER})?|[a-z][\\w.+-]*)$`, 'i'),
);
const INTERVAL = pattern('a time such as 250ms', /^\s*\+?(?=[\d.])[\d.]{1,5}\s*[a-z]*$/i);
const HEADER_OPTIONS = pattern('numbers of options, separated by commas', /^\s*\+?\d/);
const USER = pattern('a name, or a number or a range of numbers', /^(?:(?!\d{11})\d[\w:-]*|[^-\d].*)$/s);
const MARK = pattern(
  'a number of 32 bits with or without a mask',
  new RegExp(`^(?!\\d{11})${NUMBER}(?:/${NUMBER})?$`, 'i'),
);

/** Options by the extension as it is written in a rule. */
const OPTIONS: readonly (readonly [ValueSyntax, Readonly<Record<string, string>>])[] = [
  [
    number(0, U8),
    {
      '-j HL': 'hl-set',
      '-j TOS': 'and-tos or-tos xor-tos',
      '-j TTL': 'ttl-set',
      '-m hl': 'hl hl-lt hl-gt',
      '-m srh':
        'srh-next-hdr srh-hdr-len-eq srh-hdr-len-gt srh-hdr-len-lt srh-segs-left-eq srh-segs-left-gt srh-segs-left-lt srh-last-entry-eq srh-last-entry-gt srh-last-entry-lt',
      '-m ttl': 'ttl ttl-lt ttl-gt',
    },
  ],
  [
    number(1, U8),
    {
      '-j HL': 'hl-dec hl-inc',
      '-j TTL': 'ttl-dec ttl-inc',
      '-m dccp': 'dccp-option',
      '-m tcp': 'tcp-option',
    },
  ],
  [number(0, 2), { '-m osf': 'ttl log' }],
  [number(0, 3), { '-m ecn': 'ecn-ip-ect' }],
  [number(0, 63), { '-j DSCP': 'set-dscp', '-m dscp': 'dscp' }],
  [number(1, 32), { '-m cluster': 'cluster-total-nodes cluster-local-node cluster-local-nodemask' }],
  [number(0, 10_000), { '-m limit': 'limit-burst' }],
  [number(0, 65_515), { '-j TCPMSS': 'set-mss' }],
  [
    number(0, U16),
    {
      '-j HMARK': 'hmark-sport hmark-dport hmark-sport-mask hmark-dport-mask hmark-proto-mask',
      '-j NFLOG': 'nflog-group nflog-threshold',
      '-j NFQUEUE': 'queue-num',
      '-m srh': 'srh-tag',
      '-m string': 'from to',
    },
  ],
  [number(1, U32), { '-j HMARK': 'hmark-mod', '-m recent': 'seconds' }],
  [
    number(0, U32),
    {
      '-j IDLETIMER': 'timeout',
      '-j HMARK': 'hmark-offset hmark-rnd hmark-spi hmark-spi-mask',
      '-j NFLOG': 'nflog-range nflog-size',
      '-j SYNPROXY': 'wscale mss',
      '-m ah': 'ahlen',
      '-m cgroup': 'cgroup',
      '-m cluster': 'cluster-hash-seed',
      '-m connlimit': 'connlimit-upto connlimit-above',
      '-m cpu': 'cpu',
      '-m dst': 'dst-len',
      '-m frag': 'fraglen',
      '-m hashlimit': 'hashlimit-htable-size hashlimit-htable-max hashlimit-htable-gcinterval hashlimit-htable-expire',
      '-m hbh': 'hbh-len',
      '-m policy': 'reqid spi',
      '-m recent': 'hitcount',
      '-m rt': 'rt-type rt-len',
      '-m statistic': 'packet',
    },
  ],
  [number(0, 4_294_967_294), { '-j SET': 'timeout' }],
  [number(0, U64), { '-m quota': 'quota', '-m set': 'packets-eq packets-lt packets-gt bytes-eq bytes-lt bytes-gt' }],
  [numberRange(U16), { '-m length': 'length', '-m tcpmss': 'mss' }],
  [
    numberRange(U32),
    {
      '-m ah': 'ahspi',
      '-m conntrack': 'ctexpire',
      '-m esp': 'espspi',
      '-m frag': 'fragid',
      '-m ipcomp': 'ipcompspi',
      '-m rt': 'rt-segsleft',
    },
  ],
  [numberRange(U64), { '-m connbytes': 'connbytes' }],
  [{ kind: 'rate', highest: 10_000 }, { '-m limit': 'limit' }],
  [{ kind: 'rate', highest: 1_000_000 }, { '-m hashlimit': 'hashlimit hashlimit-above' }],
  [
    { kind: 'mask' },
    {
      '-j HMARK': 'hmark-src-prefix hmark-dst-prefix',
      '-m connlimit': 'connlimit-mask',
      '-m hashlimit': 'hashlimit-srcmask hashlimit-dstmask',
    },
  ],
  [
    { kind: 'network' },
    {
      '-j NETMAP': 'to',
      '-j TEE': 'gateway',
      '-m conntrack': 'ctorigsrc ctorigdst ctreplsrc ctrepldst',
      '-m policy': 'tunnel-src tunnel-dst',
    },
  ],
  [{ kind: 'protocol' }, { '-m conntrack': 'ctproto', '-m ipvs': 'vproto', '-m policy': 'proto' }],
  [words('src dst sport dport spi ct', { list: true }), { '-j HMARK': 'hmark-tuple' }],
  [U32_TESTS, { '-m u32': 'u32' }],
  [pattern('a text of 1 to 128 characters', /^.{1,128}$/s), { '-m string': 'string' }],
  [words('bm kmp'), { '-m string': 'algo' }],
  [PORT, { '-j TPROXY': 'on-port' }],
  [PORTS, { '-m conntrack': 'ctorigsrcport ctorigdstport ctreplsrcport ctrepldstport' }],
  [NEW_PORTS, { '-j MASQUERADE': 'to-ports', '-j REDIRECT': 'to-ports' }],
  [INTERVAL, { '-j RATEEST': 'rateest-interval rateest-ewmalog' }],
  [HEADER_OPTIONS, { '-m dst': 'dst-opts', '-m hbh': 'hbh-opts' }],
  [USER, { '-m owner': 'uid-owner gid-owner' }],
  [MARK, { '-j TPROXY': 'tproxy-mark' }],
  [words('ALL ANY ONLY', { anyCase: true }), { '-m sctp': 'chunk-types' }],
  [
    pattern(
      'one or more of NONE, EXPECTED, SEEN_REPLY, ASSURED and CONFIRMED',
      // Beginnings are allowed.
      /^(?:[nesac][a-z_]*,?)+$/i,
    ),
    { '-m conntrack': 'ctstatus' },
  ],
  [
    pattern(
      'the name or the number of a message of IPv6 mobility',
      /^(?:(?:0x[\da-f]{1,2}|\d{0,3}):?(?:0x[\da-f]{1,2}|\d{0,3})|[a-z][a-z-]*)$/i,
    ),
    { '-m mh': 'mh-type' },
  ],
  [pattern('instructions such as 4,48 0 0 9,…', /^\s*\d+\s*,/), { '-m bpf': 'bytecode' }],
  [pattern('a name, or a number from 0 to 127', /^(?!-|\d{4,}$)./s), { '-m connlabel': 'label' }],
  [
    pattern('a number from 1 to 1000000, or a size such as 1mb', /^\s*\+?\d(?!\d{9})/),
    { '-m hashlimit': 'hashlimit-burst' },
  ],
  [pattern('a time such as 30s', /^\s*\+?\d/), { '-m hashlimit': 'hashlimit-rate-interval' }],
  [pattern('two queues such as 0:3', /^(?=.)\d{0,5}:\d{0,5}$/), { '-j NFQUEUE': 'queue-balance' }],
  [
    pattern(
      'names or numbers of TCP options, separated by commas',
      /^(?:,?(?:\b(?:0x[\da-f]{1,2}|\d{1,3}|wscale|mss|sack-permitted|sack|timestamp|md5)\b))+$/,
    ),
    { '-j TCPOPTSTRIP': 'strip-options' },
  ],
  [
    NOT_EMPTY,
    {
      '-j IDLETIMER': 'label',
      '-j LOG': 'log-prefix',
      '-j NFLOG': 'nflog-prefix',
      '-m hashlimit': 'hashlimit-name',
      '-m nfacct': 'nfacct-name',
      '-m recent': 'name',
    },
  ],
  [HEX_TEXT, { '-m string': 'hex-string' }],
  [words('in out'), { '-m policy': 'dir' }],
  [words('none ipsec'), { '-m policy': 'pol' }],
  [words('transport tunnel'), { '-m policy': 'mode' }],
  [words('original reply both'), { '-m connbytes': 'connbytes-dir' }],
  [words('packets bytes avgpkt'), { '-m connbytes': 'connbytes-mode' }],
  [words('accept drop reject', { anyCase: true }), { '-j AUDIT': 'type' }],
  [words(`${EVENTS} label`, { list: true }), { '-j CT': 'ctevents' }],
  [words('new', { list: true }), { '-j CT': 'expevents' }],
  [words('srcip srcport dstip dstport', { list: true }), { '-m hashlimit': 'hashlimit-mode' }],
  [
    words('REQUEST RESPONSE DATA ACK DATAACK CLOSEREQ CLOSE RESET SYNC SYNCACK INVALID', { list: true, anyCase: true }),
    { '-m dccp': 'dccp-types' },
  ],
  [
    {
      ...number(0, 7),
      words: ['alert', 'crit', 'debug', 'emerg', 'error', 'info', 'notice', 'panic', 'warning'],
    },
    { '-j LOG': 'log-level' },
  ],
  [DSCP_CLASSES, { '-j DSCP': 'set-dscp-class', '-m dscp': 'dscp-class' }],
  [TIME, { '-m time': 'timestart timestop' }],
  [DATE, { '-m time': 'datestart datestop' }],
  // Of days, iptables reads the beginnings only.
  [
    pattern('days from 1 to 31, separated by commas', /^(?:,|\s*\+?(?!(?:3[2-9]|[4-9]\d|9\d{9,})$)\d)/),
    { '-m time': 'monthdays' },
  ],
  [
    pattern('days such as Mon,Tue or 1,2', /^(?!0$)(?:,|(?:[^a-z,]|(?:mo|tu|we|th|fr|sa|su))[^,]*)+$/i),
    { '-m time': 'weekdays' },
  ],
  [TYPE_OF_SERVICE, { '-j TOS': 'set-tos', '-m tos': 'tos' }],
  [NAMED_NUMBER, { '-m devgroup': 'src-group dst-group', '-m realm': 'realm' }],
  [{ ...number(0, U16), words: ['mark'] }, { '-j CT': 'zone zone-orig zone-reply' }],
  [
    pattern('two hexadecimal numbers with a colon between them', /^\s*\+?(?:0x)?[\da-f]+:\s*\+?(?:0x)?[\da-f]+/i),
    { '-j CLASSIFY': 'set-class' },
  ],
  [{ kind: 'translation' }, { '-j DNAT': 'to-destination', '-j SNAT': 'to-source' }],
  [pattern('a rate such as 1mbit', /^\s*\+?[\d.]/), { '-m rateest': 'rateest-bps rateest-bps1 rateest-bps2' }],
  [pattern('a number', /^\s*\+?\d{1,10}$|^\s*0x/i), { '-m rateest': 'rateest-pps rateest-pps1 rateest-pps2' }],
];

function byPlace(): ReadonlyMap<string, ReadonlyMap<string, ValueSyntax>> {
  const found = new Map<string, Map<string, ValueSyntax>>();
  for (const [syntax, extensions] of OPTIONS) {
    for (const [extension, names] of Object.entries(extensions)) {
      const place = `option of ${extension}`;
      const known = found.get(place) ?? new Map<string, ValueSyntax>();
      for (const name of names.split(' ')) known.set(name, syntax);
      found.set(place, known);
    }
  }
  return found;
}

/** By place and name: `option of -m ttl`, `ttl-lt`. */
const syntaxOf = once(byPlace);

/** What an option takes; `undefined` where its values are read elsewhere or not checked. */
export function valueSyntax({
  place,
  name,
}: {
  readonly place: string;
  readonly name: string;
}): ValueSyntax | undefined {
  return syntaxOf().get(place)?.get(name);
}

/** The words that an option takes, by its long name. */
export function wordsOf(option: string): readonly string[] | undefined {
  for (const options of syntaxOf().values()) {
    const syntax = options.get(option);
    if (syntax && 'words' in syntax) return syntax.words;
  }
  return undefined;
}
