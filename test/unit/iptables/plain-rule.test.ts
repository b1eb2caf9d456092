import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseSaveLines, readLine } from '../../../server/src/dialects/iptables/syntax/parse.js';
import { PlainRuleReader } from '../../../server/src/dialects/iptables/syntax/rule/plain-rule.js';
import { linesIn } from '../../../server/src/kept/line-blocks.js';
import { IntervalSet } from '../../../server/src/model/intervals.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { Random } from '../../random.js';

/** What each option may be followed by: plain values, and such as are only nearly so. */
const PARTS: readonly (readonly [string, readonly string[]])[] = [
  [
    '-A',
    [
      'FORWARD',
      'INPUT',
      'OUTPUT',
      'department-3',
      'a',
      '-x',
      'é',
      '"FORWARD"',
      'nine-and-twenty-characters-is-too-long',
    ],
  ],
  [
    '-s',
    [
      '10.0.0.0/8',
      '10.1.2.3',
      '10.1.2.3/24',
      '0.0.0.0/0',
      '10.1.2.3/0',
      '010.0.0.1',
      '10.0.0',
      '256.0.0.1',
      '10.0.0.0/33',
      '::1',
      'host',
      '10.0.0.1,10.0.0.2',
    ],
  ],
  [
    '-d',
    [
      '198.18.0.0/15',
      '255.255.255.255/1',
      '0.0.0.0',
      '192.0.2.1/32',
      '192.0.2.1/255.255.255.0',
      '192.0.2.1/08',
      '1.2.3.4.5',
    ],
  ],
  ['-p', ['tcp', 'udp', 'icmp', 'all', '6', 'TCP', 'tcpx']],
  ['-m', ['tcp', 'udp', 'multiport', 'conntrack']],
  ['--sport', ['80', '0', '1024:65535', '065', '65536', ':80', '80:', '90:80', 'http']],
  ['--dport', ['443', '8000:8100', '8000:8000', '0x50', '99999', 'https', '1000000']],
  ['-m', ['multiport', 'multiport', 'comment', 'tcp']],
  [
    '--dports',
    [
      '80,443',
      '80,8000:8100',
      '1',
      '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15',
      '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16',
      '80,',
      '80,090',
      '9:8',
      'http',
    ],
  ],
  ['-j', ['ACCEPT', 'DROP', 'RETURN', 'REJECT', 'LOG', 'department-3', 'ACCEPTED', 'DNAT', '', 'a"b', 'constructor']],
];

function generatedLine(random: Random): string {
  const words: string[] = [];
  for (const [option, values] of PARTS) {
    if (random.below(60) === 0) words.push(random.pick(['!', '-i eth0', '-g', '-4', '-6', '--dport 1', '']));
    const isUsual = option === '-A' || option === '-j';
    if (isUsual ? random.below(25) === 0 : random.below(2) === 0) continue;
    // Mostly the first values, which are plain.
    words.push(option, values[random.below(5) === 0 ? random.below(values.length) : random.below(2)] ?? '');
  }
  const line = words.join(random.below(25) === 0 ? '  ' : ' ');
  return `${random.below(25) === 0 ? '[0:0] ' : ''}${line}${random.pick(['\n', '\n', '\n', '', '\r\n', ' \n'])}`;
}

/** All that an object and those in it have, computed or not. */
function contentOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(contentOf);
  if (typeof value !== 'object' || value === null || value instanceof IpSet || value instanceof IntervalSet)
    return value;
  const prototype: object = Object.getPrototypeOf(value);
  const names = new Set(
    [value, prototype].flatMap((one) =>
      one === Object.prototype ? [] : Object.keys(Object.getOwnPropertyDescriptors(one)),
    ),
  );
  names.delete('constructor');
  return Object.fromEntries([...names].map((name) => [name, contentOf(Reflect.get(value, name))]));
}

/** Lines as iptables-save writes them, in each of the forms that are read quickly. */
const PLAIN = [
  '-A FORWARD -j DROP',
  '-A FORWARD -d 192.0.2.0/24 -j department-3',
  '-A FORWARD -s 10.0.0.0/8 -d 192.0.2.1/32 -p tcp -m tcp --dport 443 -j ACCEPT',
  '-A FORWARD -p udp -m udp --sport 53 --dport 1024:65535 -j ACCEPT',
  '-A FORWARD -p tcp -m tcp -m multiport --dports 80,443,8000:8100 -j RETURN',
  '-A FORWARD -p udp -m multiport --dports 80,443 -j ACCEPT',
];

describe('a rule in the form that most have', () => {
  it.each(PLAIN)('is read without the general reader: %s', (line) => {
    expect(new PlainRuleReader().read(line, line.length)).toBeDefined();
  });

  it('means the same to both readers, whatever its values', () => {
    const random = new Random(1);
    const lines = Array.from({ length: 20_000 }, () => generatedLine(random));
    const reader = new PlainRuleReader();
    let plain = 0;
    for (const raw of [...PLAIN, ...lines]) {
      const read = reader.read(raw, raw.endsWith('\n') ? raw.length - 1 : raw.length);
      if (!read) continue;
      plain++;
      const general = readLine(raw, 4);
      expect(general, raw).toMatchObject({ kind: 'command', operation: 'append', isSkipped: false, problems: [] });
      expect(contentOf(read), raw).toEqual(
        contentOf(general.kind === 'command' && { chain: general.chain, rule: general.rule }),
      );
    }
    expect(plain).toBeGreaterThan(500);
  });

  it('gives a line the same tree in a file', () => {
    const folder = fileURLToPath(new URL('../../fixtures/iptables/', import.meta.url));
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.v4$|\.rules$/.test(name),
    );
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      for (const { line } of linesIn(parseSaveLines(readFileSync(folder + name, 'utf8'), 4)))
        expect(contentOf(line), line.raw).toEqual(contentOf(readLine(line.raw, 4)));
    }
  });
});
