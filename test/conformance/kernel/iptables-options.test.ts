import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../server/src/dialects/iptables/syntax/command-reader.js';
import { readRule } from '../../../server/src/dialects/iptables/syntax/rule/read-rule.js';
import { restoreWords } from '../../../server/src/dialects/iptables/syntax/words.js';
import type { ExtensionWord, OptionWord } from '../../../server/src/dialects/iptables/vocabulary/notation.js';
import { MATCHES, TARGETS } from '../../../server/src/dialects/iptables/vocabulary/words.js';
import type { AddressFamily } from '../../../server/src/model/ip.js';
import { kernelUnavailable } from './harness.js';

/** What extensions are for, where they are for one protocol or want another part of the rule. */
const BEFORE: Readonly<Record<string, string>> = {
  ...{ ah: '-p ah', dccp: '-p dccp', esp: '-p esp', icmp: '-p icmp', icmp6: '-p icmpv6', ipcomp: '-p ipcomp' },
  ...{ mh: '-p mh', multiport: '-p tcp', sctp: '-p sctp', tcp: '-p tcp', tcpmss: '-p tcp', udp: '-p udp' },
  ...{ SYNPROXY: '-p tcp', TCPMSS: '-p tcp --tcp-flags SYN SYN', TCPOPTSTRIP: '-p tcp', TPROXY: '-p tcp' },
  ...{ DNAT: '-p tcp', SNAT: '-p tcp', MASQUERADE: '-p tcp', REDIRECT: '-p tcp', ECN: '-p tcp', osf: '-p tcp' },
};

/** Values to try, the first of which that an option takes is its example. */
const EXAMPLES = [
  ...[
    '5',
    '1',
    '1:9',
    '5/s',
    'a',
    'lo',
    'src',
    'in',
    'tcp',
    '192.0.2.1',
    '2001:db8::1',
    '192.0.2.0/24',
    '2001:db8::/64',
  ],
  ...['12:30', '2030-12-31', 'Mon', 'NEW', 'UNICAST', '1:ff', 'bm', '0=1', '1,6 0 0 0', 'ttl-zero', 'random', 'none'],
  ...['srcip', 'both', 'bytes', 'tunnel', 'accept', 'host-prohib', 'adm-prohibited', 'REQUEST', 'EF', 'unicast', 'new'],
  ...[
    '/a',
    'a src',
    'a src,src',
    'SYN SYN',
    'any INIT',
    '00:11:22:33:44:55',
    '192.0.2.1-192.0.2.9',
    '2001:db8::1-2001:db8::9',
  ],
  ...[
    'Linux',
    'ORIGINAL',
    '0',
    '22',
    'TCP',
    'a src',
    'a6 src',
    '0d0a',
    '0.0.0.0',
    'SNAT',
    'sack',
    'rr',
    '1mbit',
    '250ms',
    '0.5',
    'hop',
    'system_u:object_r:x_t:s0',
    'mark',
    'echo-request',
  ],
];
const GARBAGE = ['', 'z~', '-1', '99999999999'];

interface Line {
  readonly family: AddressFamily;
  readonly text: string;
}

const keyOf = ({ family, text }: Line): string => `${family} ${text}`;
/** What became of each line: `taken`, or who refused it and why. */
const answers = new Map<string, string>();

/** Puts each line into a chain of a network namespace of its own, and notes what does not take it. */
function ask(lines: readonly Line[]): void {
  const open = [...new Set(lines.map(keyOf))].filter((key) => !answers.has(key));
  if (open.length === 0) return;
  const script = `ip link set lo up; ipset create a hash:ip skbinfo counters timeout 60; ipset create a6 hash:ip family inet6 skbinfo counters timeout 60; iptables -A FORWARD -j RATEEST --rateest-name e --rateest-interval 250ms --rateest-ewmalog 500ms; while IFS= read -r line; do
    family=\${line%% *}; line=\${line#* }
    test "$family" = 4 && command=iptables-restore || command=ip6tables-restore
    table=mangle
    case $line in *'-j '[DS]NAT*|*'-j NETMAP'*|*'-j MASQUERADE'*|*'-j REDIRECT'*) table=nat;; *'-j CT'*|*'-j NOTRACK'*) table=raw;; *'-j REJECT'*|*'-j SYNPROXY'*) table=filter;; *SECMARK*) table=security;; esac
    rules="*$table
:c -
$line
COMMIT"
    if ! told=$($command --test <<< "$rules" 2>&1); then echo "program $(tr '\\n' ' ' <<< "$told")"
    elif ! told=$($command <<< "$rules" 2>&1); then echo "kernel $(tr '\\n' ' ' <<< "$told")"; else echo taken; fi
  done`;
  const { stdout } = spawnSync('unshare', ['-n', 'bash', '-c', script], {
    input: open.map((key) => `${key}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const told = stdout.trim().split('\n');
  expect(told).toHaveLength(open.length);
  for (const [i, key] of open.entries()) answers.set(key, told[i] ?? '');
}

const isTaken = (line: Line): boolean => answers.get(keyOf(line)) === 'taken';

function errors({ text, family }: Line): string[] {
  const { problems } = readRule(parseCommand(restoreWords(text), family), family);
  return problems.filter(({ code }) => code === 'syntax-error').map(({ message }) => message);
}

/** What makes an extension complete whose options need each other. */
const COMPLETE: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '-j CLUSTERIP': [
    ['new', ''],
    ['hashmode', 'sourceip'],
    ['clustermac', '01:00:5e:00:00:01'],
    ['total-nodes', '2'],
    ['local-node', '1'],
  ],
  '-j HMARK': [
    ['hmark-tuple', 'src'],
    ['hmark-mod', '5'],
    ['hmark-rnd', '1'],
  ],
  '-j IDLETIMER': [
    ['timeout', '5'],
    ['label', 'a'],
  ],
  '-j LED': [['led-trigger-id', 'a']],
  '-j DNAT': [['to-destination', '192.0.2.1']],
  '-j SNAT': [['to-source', '192.0.2.1']],
  '-j TPROXY': [['on-port', '80']],
  '-j TEE': [['gateway', '192.0.2.1']],
  '-j SET': [
    ['map-set', 'a src'],
    ['map-mark', ''],
  ],
  '-j NFQUEUE': [['queue-balance', '1:4']],
  '-j CONNMARK': [['restore-mark', '']],
  '-m set': [['match-set', 'a src']],
  '-m rateest': [
    ['rateest', 'e'],
    ['rateest-gt', ''],
    ['rateest-bps', '1mbit'],
  ],
  '-m connlimit': [['connlimit-above', '5']],
  '-m owner': [['gid-owner', '5']],
  '-j RATEEST': [
    ['rateest-name', 'a'],
    ['rateest-interval', '250ms'],
    ['rateest-ewmalog', '500ms'],
  ],
  '-j SNPT': [
    ['src-pfx', '2001:db8::/64'],
    ['dst-pfx', '2001:db8:1::/64'],
  ],
  '-j DNPT': [
    ['src-pfx', '2001:db8::/64'],
    ['dst-pfx', '2001:db8:1::/64'],
  ],
  '-m cluster': [
    ['cluster-total-nodes', '2'],
    ['cluster-local-node', '1'],
    ['cluster-hash-seed', '1'],
  ],
  '-m connbytes': [
    ['connbytes', '1:2'],
    ['connbytes-dir', 'both'],
    ['connbytes-mode', 'bytes'],
  ],
  '-m hashlimit': [
    ['hashlimit', '5/s'],
    ['hashlimit-name', 'a'],
    ['hashlimit-mode', 'srcip'],
  ],
  '-m osf': [['genre', 'Linux']],
  '-m policy': [
    ['dir', 'in'],
    ['pol', 'ipsec'],
    ['strict', ''],
    ['mode', 'tunnel'],
  ],
  '-m recent': [['rcheck', '']],
  '-m statistic': [
    ['mode', 'nth'],
    ['every', '5'],
    ['packet', '0'],
  ],
  '-m string': [
    ['string', 'a'],
    ['algo', 'bm'],
  ],
};

interface Subject {
  readonly family: AddressFamily;
  readonly extension: ExtensionWord;
  readonly before: string;
  readonly options: readonly OptionWord[];
  /** The options of a complete rule, with their values. */
  readonly base: Map<string, string>;
  readonly samples: Map<string, string>;
}

function subjects(): Subject[] {
  return [...MATCHES, ...TARGETS].flatMap((extension) => {
    const used = `${extension.place === 'match' ? '-m' : '-j'} ${extension.name}`;
    const before = ['-A c', BEFORE[extension.name], used].filter(Boolean).join(' ');
    return extension.families.map((family) => ({
      ...{ family, extension, before, options: [...new Set(extension.options().values())] },
      ...{ base: new Map(COMPLETE[used] ?? []), samples: new Map(COMPLETE[used] ?? []) },
    }));
  });
}

function lineOf({ before, family }: Subject, options: readonly (readonly [string, string])[]): Line {
  return {
    family,
    text: [
      before,
      ...options.map(
        ([name, value]) =>
          `${name.startsWith('!') ? '! ' : ''}--${name.replace('!', '')}${value === '' ? '' : ` ${value}`}`,
      ),
    ].join(' '),
  };
}

/** The options of a complete rule with one more, or with another value of it. */
function including({ base }: Subject, name: string, value: string): [string, string][] {
  return [...new Map([...base, [name, value]])];
}

/** Looks for a value that each option takes, alone or beside what makes its extension complete. */
function findSamples(all: readonly Subject[]): void {
  for (const value of ['', ...EXAMPLES]) {
    const tried = all.flatMap((subject) =>
      subject.options
        .filter(
          ({ name, values }) => !subject.samples.has(name) && (values === 'maybe' || (values === 0) === (value === '')),
        )
        .map(({ name }) => {
          const lines = [lineOf(subject, including(subject, name, value)), lineOf(subject, [[name, value]])];
          return { subject, name, lines };
        }),
    );
    ask(tried.flatMap(({ lines }) => lines));
    for (const { subject, name, lines } of tried) if (lines.some(isTaken)) subject.samples.set(name, value);
  }
}

const sampleOf = ({ samples }: Subject, { name, values }: OptionWord): [string, string] => [
  name,
  samples.get(name) ?? (values === 0 ? '' : 'a'),
];

function combinations(subject: Subject): Line[] {
  const { options, base, extension, family } = subject;
  const given = options.map((option) => sampleOf(subject, option));
  // What options need of each other is the same for both families.
  if (family !== extension.families[0]) return [lineOf(subject, []), ...given.map((one) => lineOf(subject, [one]))];
  const sets: (readonly (readonly [string, string])[])[] = [
    [],
    ...given.map((one) => [one]),
    ...given.flatMap((one, i) => given.slice(i + 1).map((other) => [one, other])),
    ...[...base].map(([name]) => [...base].filter(([other]) => other !== name)),
    ...given.flatMap(([name, value]) => [
      including(subject, name, value),
      [...including(subject, name, value), [name, value] as const],
    ]),
    ...given.map(([name, value]) => [...[...base].filter(([other]) => other !== name), [`!${name}`, value] as const]),
    [...base],
    ...options.flatMap(({ name, values }) =>
      values === 0
        ? []
        : GARBAGE.map((value) =>
            including(subject, name, values === 2 ? `${value || '""'} ${value || '""'}` : value || '""'),
          ),
    ),
  ];
  const bare = { ...subject, before: subject.before.replace(BEFORE[extension.name] ?? '', '') };
  return [
    ...sets.map((set) => lineOf(subject, set)),
    lineOf(bare, [...base]),
    ...given.map((one) => lineOf(bare, including(subject, ...one))),
  ];
}

/** What only the machine knows: names of services, users, sets, estimators and groups, and what its kernel has. */
const OF_THE_MACHINE =
  /missing kernel module|Name or service not known|name resolution|-m (?:geoip|rateest|nfacct|set)|-j (?:SECMARK|QUEUE|SET .*(?:z~|""|9999| -1))|--(?:object-pinned|helper|path|(?:uid|gid)-owner z~|label z~|(?:src|dst)-group z~|realm z~)|-j CT.*--timeout/;
/** An element of a policy behind `--next` that has nothing. */
const UNTOLD = /-m policy .*--next/;
/** What no one writes on purpose, and Lintel tells although the kernel makes something of it. */
const STRICTER = /""|99999999999| -1$|-range 5|-j SET .*! --/;

describe.skipIf(kernelUnavailable() !== undefined)('the options of an extension', () => {
  it('are refused as iptables and the kernel refuse them', { timeout: 900_000 }, () => {
    const all = subjects();
    findSamples(all);
    const lines = all.flatMap(combinations);
    ask(lines);
    const told = (one: Line) => `${keyOf(one)}: ${answers.get(keyOf(one))} ${errors(one)}`;
    expect(lines.filter(isTaken).length).toBeGreaterThan(1_500);
    const untold = lines.filter((one) => !isTaken(one) && errors(one).length === 0).map(told);
    expect(untold.filter((one) => !OF_THE_MACHINE.test(one) && !UNTOLD.test(one))).toEqual([]);
    const loud = lines.filter((one) => isTaken(one) && errors(one).length > 0 && !STRICTER.test(one.text));
    expect(loud.map(told)).toEqual([]);
  });
});
