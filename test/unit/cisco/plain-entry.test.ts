import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plainMatches, resolve } from '../../../server/src/dialects/cisco/meaning/entry-rules.js';
import { modeAfter } from '../../../server/src/dialects/cisco/program/blocks.js';
import { readPlainEntry } from '../../../server/src/dialects/cisco/syntax/plain-entry.js';
import { readStatement } from '../../../server/src/dialects/cisco/syntax/statements.js';
import { type Mode, type Platform, TOP } from '../../../server/src/dialects/cisco/syntax/tree.js';
import { Random } from '../../random.js';
import { read as readDocument } from './support.js';

const PLATFORMS: readonly Platform[] = ['router', 'asa'];
const LIST: Mode = { kind: 'list', name: 'INSIDE', form: 'ipv4' };
const MODES: readonly Mode[] = [
  TOP,
  LIST,
  { kind: 'list', name: 'INSIDE', form: 'asa' },
  { kind: 'list', name: 'INSIDE', form: 'standard' },
  { kind: 'list', name: 'INSIDE', form: 'ipv6' },
  { kind: 'interface', name: 'GigabitEthernet0/1' },
  { kind: 'group', name: 'SERVERS', group: 'network', masks: 'netmask', family: undefined, object: false },
  { kind: 'section' },
  { kind: 'banner', delimiter: '^C' },
];

/** What each part of a line may be: first what is plain, and then what is only nearly so. */
const NUMBERS = ['', '', '10 ', '4294967295 ', '9999999999 ', '010 ', '0 ', '10', '10\t', '-1 ', 'sequence 5 '];
const NAMES = [
  'INSIDE',
  'outside_in',
  '101',
  '2001',
  '10',
  '700',
  '99999',
  'extended',
  'line',
  'permit',
  'cached',
  'Cached',
  'dynamic-extended',
  'rate-limit',
  'INSIDE;',
  'a.b',
  '!x',
  'é',
  'constructor',
  'a-name-that-is-far-too-long-for-any-device-'.repeat(4),
];
const TYPES = ['extended ', '', 'line 3 extended ', 'standard ', 'advanced ', 'Extended ', 'extended  ', 'ethertype '];
const ACTIONS = ['permit', 'deny', 'Permit', 'no permit', 'dynamic x permit', 'remark', 'evaluate x', 'permits', ''];
const PROTOCOLS = ['tcp', 'udp', 'ip', 'icmp', 'TCP', '6', '0', 'igmp', 'object-group WEB', 'esp', 'tcpx', '10.0.0.1'];
const ADDRESSES = [
  'any',
  'host 192.0.2.1',
  '10.1.2.0 0.0.0.255',
  '10.1.2.0 255.255.255.0',
  '0.0.0.0 0.0.0.0',
  '0.0.0.0 255.255.255.255',
  '10.1.2.3/24',
  '10.1.2.3/0',
  '10.1.2.3/32',
  'any4',
  'any6',
  'any5',
  'anyone',
  'ANY',
  'host 010.1.2.3',
  'host 10.1.2.08',
  '10.001.2.0 0.0.0.255',
  'host 10.1.2',
  'host 10.1.2.256',
  'host 10.1.2.3.4',
  'host 10.1.2.3/24',
  'host mail-server',
  'host 2001:db8::1',
  'host',
  '10.1.2.0',
  '10.1.2.0/33',
  '10.1.2.0/024',
  '10.1.2.0/',
  '10.1.2.0 /24',
  '10.1.2.0 0.0.255.0',
  '10.1.2.0 85.85.85.85',
  '10.1.2.0 255.0.255.0',
  '10.1.2.0 0.0.0.256',
  '10.1.2.0 0.0.0',
  '10.1.2.0 255.255.255.255',
  '10.1.2.3 0.0.0.0',
  'object-group SERVERS',
  'object MAIL',
  'interface outside',
  'inside-net 255.255.255.0',
  'user x any',
  'fqdn example.com (unresolved)',
  '2001:db8::/32',
  '',
];
const PORTS = [
  '',
  ' eq 443',
  ' range 8000 8100',
  ' eq www',
  ' gt 1023',
  ' lt 1024',
  ' neq 25',
  ' eq 80 443 8080',
  ' eq 1 2 3 4 5 6 7 8 9 10',
  ' eq 1 2 3 4 5 6 7 8 9 10 11',
  ' range ftp-data ftp',
  ' range 20 20',
  ' range 21 20',
  ' range 20',
  ' range 20 21 22',
  ' gt 65535',
  ' gt 10 20',
  ' lt 0',
  ' neq 0 65535',
  ' eq 0',
  ' eq 65535',
  ' eq 65536',
  ' eq 080',
  ' eq 80 080',
  ' eq 100000',
  ' eq WWW',
  ' eq https syslog',
  ' eq kerberos',
  ' eq 80 kerberos',
  ' eq no-such-port',
  ' eq constructor',
  ' eq',
  ' eq any',
  ' EQ 80',
  ' eq 80 eq 90',
  ' object-group PORTS',
  ' echo',
  ' 8 0',
];
const REMARKS = ['remark', 'remark text', 'remark permit ip any any', 'remark !', 'remarks', 'remark\tx', 'remark  x'];
const OPTIONS = [
  '',
  ' log',
  ' established',
  ' established log',
  ' log established',
  ' log warnings',
  ' log 6 interval 300',
  ' log log',
  ' logging',
  ' log-input',
  ' established established',
  ' inactive',
  ' time-range work',
  ' ack',
  ' fragments',
  ' unknown',
  ' ! a comment',
  ' !log',
  '! log',
  ' (hitcnt=3) 0x12ab34cd',
  ' any',
  ' dscp ef',
  ' sequence 5',
];
const ENDS = ['\n', '\n', '\n', '\r\n', '', ' \n', '\t\r\n', '\u00a0\n', '\v\n', '\0\n'];

function generatedLine(random: Random): string {
  const part = (values: readonly string[], plain: number) =>
    values[random.below(random.below(15) === 0 ? values.length : plain)] ?? '';
  const isNamed = random.below(2) === 0;
  const indent = random.pick(['', ' ', ' ', '  ']);
  const head = isNamed ? `access-list ${part(NAMES, 6)} ${part(TYPES, 2)}` : `${indent}${part(NUMBERS, 3)}`;
  const action = part(ACTIONS, 2);
  const flow = () => `${part(ADDRESSES, 9)}${part(PORTS, 9)}`;
  const body = action === 'remark' ? part(REMARKS, 3) : `${action} ${part(PROTOCOLS, 4)} ${flow()} ${flow()}`;
  let line = `${head}${body}${part(OPTIONS, 3)}${part(ENDS, 5)}`;
  if (random.below(15) === 0) {
    // One character is another one, is missing or stands twice.
    const at = random.below(line.length);
    line = line.slice(0, at) + random.pick(['', '  ', '\t', '0', '.', '/', '!', '-', 'é', '\r']) + line.slice(at + 1);
  }
  return line;
}

/** Lines as devices write them, in each of the forms that are read quickly. */
const PLAIN: readonly (readonly [Mode, Platform, string])[] = [
  [LIST, 'router', ' permit tcp host 192.0.2.1 10.0.0.0 0.255.255.255 range 8000 8100\n'],
  [LIST, 'router', ' 10 deny udp any eq 53 any gt 1023 log\n'],
  [LIST, 'router', ' permit tcp any any eq 80 443 established\r\n'],
  [LIST, 'router', 'permit ip 10.0.0.0/8 any \n'],
  [LIST, 'router', ' remark mail\n'],
  [TOP, 'router', 'access-list 101 permit icmp any any\n'],
  [TOP, 'asa', 'access-list inside_in extended permit tcp 10.0.0.0 255.0.0.0 host 192.0.2.1 eq https log\n'],
  [TOP, 'asa', 'access-list inside_in permit ip any4 any'],
  [TOP, 'asa', 'access-list inside_in remark mail\n'],
];

describe('an entry in the form that most have', () => {
  it.each(PLAIN)('is read without the general reader: %j, %s: %s', (mode, platform, line) => {
    expect(readPlainEntry(line, mode, platform)).toBeDefined();
  });

  it('means the same to both readers, whatever its values', () => {
    const random = new Random(1);
    const generated = Array.from({ length: 60_000 }, () => {
      const mode = random.pick(random.below(4) === 0 ? MODES : [TOP, LIST]);
      return [mode, random.pick(PLATFORMS), generatedLine(random)] as const;
    });
    let plain = 0;
    for (const [mode, platform, line] of [...PLAIN, ...generated]) {
      const read = readPlainEntry(line, mode, platform);
      if (!read) continue;
      plain++;
      expect(read, JSON.stringify([mode, platform, line])).toEqual(readStatement(line, mode, platform));
    }
    expect(plain).toBeGreaterThan(5_000);
  });

  it('matches what it does by the general rules, whatever its values', () => {
    const random = new Random(2);
    const { definitions } = readDocument('').program;
    let plain = 0;
    for (let i = 0; i < 20_000; i++) {
      const line = generatedLine(random);
      const statement = readStatement(line, random.pick([TOP, LIST]), random.pick(PLATFORMS));
      const matches = statement.kind === 'entry' ? plainMatches(statement.entry) : undefined;
      if (!matches || statement.kind !== 'entry') continue;
      plain++;
      expect(matches, line).toEqual(resolve(statement.entry, definitions));
    }
    expect(plain).toBeGreaterThan(2_000);
  });

  it('means the same to both readers in files', () => {
    const folder = fileURLToPath(new URL('../../fixtures/cisco/', import.meta.url));
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(?:asa|cfg|fw|ios|iosxr|nxos|xr)$/.test(name),
    );
    let plain = 0;
    for (const name of names) {
      for (const platform of PLATFORMS) {
        let mode = TOP;
        for (const line of readFileSync(folder + name, 'utf8').split(/(?<=\n)/)) {
          const general = readStatement(line, mode, platform);
          const read = readPlainEntry(line, mode, platform);
          if (read) expect(read, `${name}: ${line}`).toEqual(general);
          if (read) plain++;
          mode = modeAfter(general, mode);
        }
      }
    }
    expect(plain).toBeGreaterThan(50);
  });
});
