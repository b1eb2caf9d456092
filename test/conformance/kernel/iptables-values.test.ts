import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../server/src/dialects/iptables/syntax/command-reader.js';
import { readRule } from '../../../server/src/dialects/iptables/syntax/rule/read-rule.js';
import { restoreWords } from '../../../server/src/dialects/iptables/syntax/words.js';
import { MATCHES, TARGETS } from '../../../server/src/dialects/iptables/vocabulary/words.js';
import type { AddressFamily } from '../../../server/src/model/ip.js';
import { kernelUnavailable } from './harness.js';

const VALUES = [
  ...['0', '1', '5', '31', '32', '33', '63', '64', '129', '255', '256', '10000', '10001', '65535', '65536'],
  ...['4294967295', '4294967296', '99999999999', '99999999999999999999999', '010', '+5', '0x1f', '-5'],
  ...['1:9', '1:', ':9', '9:1', '1:2:3', '1-9', '1/zzz', 'zzz', '5/s', '5/minute', '5/x', '0/s', '512kb/s'],
  ...['192.0.2.1', '192.0.2.0/24', '2001:db8::1', '2001:db8::/32', '255.255.255.0', 'tcp', 'esp', '1,2', '32,1'],
  ...['08:30', '24:00', '12:60:00', '2030-12-31', '2030-13', '1969', '2030-12-31T08:30:00', 'Mon,Tue', 'xx'],
];

/** Values of single options, as the manual has them, and misspelt. */
const OWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  '-j AUDIT --type': ['accept', 'DROP', 'acc'],
  '-j CLASSIFY --set-class': ['1:ff', 'ffff:1', 'g:1', '1:'],
  '-j CT --ctevents': ['new,destroy', 'mark', 'NEW'],
  '-j CT --zone': ['mark'],
  '-j DNAT --to-destination': ['192.0.2.1-192.0.2.9', '192.0.2.1'],
  '-j LOG --log-level': ['debug', 'warning', 'err', 'deb'],
  '-m connbytes --connbytes-dir': ['original', 'both', 'orig'],
  '-m connbytes --connbytes-mode': ['packets', 'avgpkt', 'Bytes'],
  '-m dccp --dccp-types': ['REQUEST,data', 'req'],
  '-m dscp --dscp-class': ['af11', 'CS7', 'EF', 'af44'],
  '-j DSCP --set-dscp-class': ['af11', 'CS7', 'EF', 'af44'],
  '-m hashlimit --hashlimit-mode': ['srcip,dstport', 'src'],
  '-m policy --dir': ['in', 'out', 'IN'],
  '-m policy --pol': ['none', 'ipsec', 'IPSEC'],
  '-m policy --mode': ['tunnel', 'Tunnel'],
  '-m tos --tos': ['Minimize-Delay', 'normal-service', '0x10/0x3f'],
  '-j TOS --set-tos': ['Minimize-Delay', 'normal-service', '0x10/0x3f'],
};

const PROTOCOLS: Readonly<Record<string, string>> = {
  ...{ ah: 'ah', dccp: 'dccp', esp: 'esp', icmp: 'icmp', icmp6: 'icmpv6', ipcomp: 'ipcomp', mh: 'mh' },
  ...{ multiport: 'tcp', sctp: 'sctp', tcp: 'tcp', tcpmss: 'tcp', udp: 'udp' },
  ...{ SYNPROXY: 'tcp', TCPMSS: 'tcp', TCPOPTSTRIP: 'tcp', TPROXY: 'tcp' },
};

/** What else a rule with an extension needs. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  '-j DNAT': ['--to-destination 192.0.2.1'],
  '-j HMARK': ['--hmark-tuple src', '--hmark-mod 5', '--hmark-rnd 1'],
  '-j IDLETIMER': ['--timeout 5', '--label a'],
  '-j SET': ['--exist'],
  '-m cluster': ['--cluster-total-nodes 2', '--cluster-local-node 1', '--cluster-hash-seed 1'],
  '-m connbytes': ['--connbytes 1:2', '--connbytes-dir both', '--connbytes-mode bytes'],
  '-m connlimit': ['--connlimit-above 5'],
  '-m hashlimit': ['--hashlimit-upto 5/s', '--hashlimit-name a'],
  '-m osf': ['--genre Linux'],
  '-m policy': ['--dir in', '--pol ipsec', '--strict', '--mode tunnel'],
  '-m recent': ['--rcheck', '--seconds 5'],
  '-m statistic': ['--mode nth', '--every 5'],
  '-m string': ['--string a', '--algo bm'],
};

interface Tried {
  readonly option: string;
  readonly line: string;
  readonly family: AddressFamily;
  isTaken: boolean;
}

function lines(): Tried[] {
  return [...MATCHES, ...TARGETS].flatMap((extension) =>
    extension.families.flatMap((family) =>
      [...new Set(extension.options().values())].flatMap((option): Tried[] => {
        if (option.values !== 1 && option.values !== 'maybe') return [];
        const used = `${extension.place === 'match' ? '-m' : '-j'} ${extension.name}`;
        const name = `${used} --${option.name}`;
        const protocol = PROTOCOLS[extension.name];
        const others = (COMPANIONS[used] ?? []).filter((one) => {
          const other = one.split(' ')[0]?.replace(/-upto$/, '');
          return other !== `--${option.name}` && !(name.endsWith('--hashlimit-above') && other === '--hashlimit');
        });
        return [...VALUES, ...(OWN_VALUES[name] ?? [])].map((value) => {
          const words = ['-A c', ...(protocol ? [`-p ${protocol}`] : []), used, ...others, `--${option.name}`, value];
          return { option: `${family} ${name}`, line: words.join(' '), family, isTaken: false };
        });
      }),
    ),
  );
}

function askEngine(tried: readonly Tried[]): void {
  const script = `while read -r family line; do
    test "$family" = 4 && command=iptables-restore || command=ip6tables-restore
    case $line in *'-j DNAT'*|*'-j SNAT'*|*'-j NETMAP'*) table=nat;; *) table=mangle;; esac
    printf '*%s\\n:c -\\n%s\\nCOMMIT\\n' $table "$line" | $command --test >&2 2>/dev/null && echo 1 || echo 0
  done`;
  const { stdout } = spawnSync('unshare', ['-n', 'bash', '-c', script], {
    input: tried.map(({ family, line }) => `${family} ${line}\n`).join(''),
    encoding: 'utf8',
  });
  const answers = stdout.trim().split('\n');
  expect(answers).toHaveLength(tried.length);
  for (const [i, one] of tried.entries()) one.isTaken = answers[i] === '1';
}

function errors({ line, family }: Tried): string[] {
  const { problems } = readRule(parseCommand(restoreWords(line), family), family);
  return problems.filter(({ code }) => code === 'syntax-error').map(({ message }) => message);
}

/** Options whose values are names that a machine knows, depend on other options, or are checked in part or not at all. */
const UNCHECKED = [
  ...[
    '-j (?:HMARK|LED|TEE|ULOG|TCPOPTSTRIP|TPROXY|NFQUEUE|DNAT|SNAT|NETMAP)',
    '-m (?:cluster|ipvs|owner|physdev|rateest|u32)',
  ],
  ...['-m time --(?:date|month|week)', '-m (?:hbh|dst) --\\w+-opts', '-m (?:policy --(?:pol|proto)|recent --mask)'],
  ...['-m srh --srh-[pnl]sid', '-m mh', '-m (?:statistic|connlabel|realm|devgroup)', '--(?:tos|set-tos)$', 'ports?$'],
  ...['--ct(?:orig|repl)(?:src|dst)$', '--tunnel-', '--hashlimit-(?:burst|rate-interval)', '-m (?:tcpmss|connbytes)'],
];
const UNCHECKED_OPTION = new RegExp(UNCHECKED.join('|'));

/** What the program takes and the kernel refuses, and numbers that are not what they seem: 4294967296 becomes the port 0. */
const STRICTER =
  /--algo \S+$|-m connlabel --label|port (?:\+5|4294967296|99999999999)$|-opts -5$|(?:options|type) \+5$/;

describe.skipIf(kernelUnavailable() !== undefined)('the values of options', () => {
  it('are refused as iptables refuses them', { timeout: 900_000 }, () => {
    const tried = lines();
    askEngine(tried);
    const told = (one: Tried) => errors(one).find((message) => message.startsWith('invalid value'));
    const falseErrors = tried.filter((one) => one.isTaken && told(one) !== undefined && !STRICTER.test(one.line));
    expect(falseErrors.map((one) => `${one.family} ${one.line}: ${told(one)}`)).toEqual([]);
    // Where no value at all is taken, the rule lacks something else.
    const usable = new Set(tried.filter(({ isTaken }) => isTaken).map(({ option }) => option));
    expect(usable.size).toBeGreaterThan(250);
    const untold = tried.filter(
      (one) => !one.isTaken && usable.has(one.option) && !UNCHECKED_OPTION.test(one.option) && errors(one).length === 0,
    );
    expect(untold.map(({ family, line }) => `${family} ${line}`)).toEqual([]);
  });
});
