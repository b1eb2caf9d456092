import { describe, expect, it } from 'vitest';
import type { NftDocument } from '../../../server/src/dialects/nftables/program/ruleset.js';
import { PlainRuleReader } from '../../../server/src/dialects/nftables/syntax/plain-rule.js';
import { parseAnyStatement, parseStatementText } from '../../../server/src/dialects/nftables/syntax/statement.js';
import { IpSet } from '../../../server/src/model/ip.js';
import { Random } from '../../random.js';
import { lowered } from './helpers.js';

/** Rules as `nft list ruleset` writes them, in each of the forms that are read quickly. */
const PLAIN = [
  'accept',
  'tcp dport 443 accept',
  'ip saddr 10.0.0.0/8 ip daddr 192.0.2.1 udp dport { 53, 123, 8000-8100 } drop',
  'iifname "eth0" oifname "wan-1" tcp sport 1024-65535 tcp dport { 80, 443 } counter packets 12 bytes 3456 accept',
  'ip daddr 198.51.100.0/24 counter drop',
  'oifname "ppp0" accept',
];

const NETWORKS = [
  '10.0.0.0/8',
  '192.0.2.1',
  '10.1.2.3/24',
  '0.0.0.0/0',
  '10.1.2.3/0',
  '10.0.0.1/32',
  '10.0.0.0/33',
  '010.0.0.1',
  '256.0.0.1',
  '10.0.0',
  '10.0.0.1-10.0.0.9',
  '{ 10.0.0.1, 10.0.0.2 }',
  '2001:db8::1',
  '@hosts',
  'example.com',
];

const PORTS = [
  '443',
  '{ 80, 443 }',
  '8000-8100',
  '{80,443,8000-8100}',
  '{ 1-5, 3-9, 10, 2 }',
  '0',
  '0-65535',
  '{ 0-65535 }',
  '{ 443 }',
  '{ 443, }',
  '{ }',
  '{ 80  , 90 }',
  '{ 80, https }',
  '65536',
  '90-80',
  '0x50',
  '080',
  'https',
  '!= 80',
  '80/8',
];

const NAMES = ['"eth0"', '"wan-1"', '"fifteen-letters"', '"sixteen-letters0"', '"eth*"', 'eth0', '"a b"', '""', '"0"'];

/** What may stand at each place of a rule. */
const PARTS: readonly (readonly [string, readonly string[]])[] = [
  ['iifname ', NAMES],
  ['oifname ', NAMES],
  ['ip saddr ', NETWORKS],
  ['ip daddr ', NETWORKS],
  ['tcp sport ', PORTS],
  ['tcp dport ', PORTS],
  ['udp sport ', PORTS],
  ['udp dport ', PORTS],
  ['counter', ['', '', ' packets 1 bytes 2', ' packets 1', ' packets 01 bytes 2', ' name "c"']],
];

const ENDS = [
  'accept',
  'drop',
  'accept',
  'drop',
  'accept',
  'return',
  'reject',
  'continue',
  'accepted',
  'accept drop',
  '',
];

function generatedRule(random: Random): string {
  const words = PARTS.flatMap(([word, values]) => {
    if (random.below(3) > 0) return [];
    // Mostly the first values, which are plain.
    return [word + values[random.below(4) === 0 ? random.below(values.length) : random.below(3)]];
  });
  if (random.below(30) === 0) words.reverse();
  return [...words, ENDS[random.below(6) === 0 ? random.below(ENDS.length) : random.below(2)]].join(' ');
}

/** The same rule, with one space more in front of its last word: a form that the general parser reads. */
function inOtherForm(rule: string): string {
  return rule.replace(/ (?=\S+$)/, '  ');
}

const FAMILIES = ['ip', 'ip6', 'inet', 'bridge', 'arp', 'netdev'];

/** A file with one rule, in a chain of each hook that its environment differs by. */
function fileWith(rule: string, family: string): string {
  const hook = family === 'netdev' ? 'ingress device "lo"' : family === 'arp' ? 'input' : 'forward';
  const tables = [`table ${family} t {\n  chain c {\n    type filter hook ${hook} priority 0\n    ${rule}\n  }\n}\n`];
  if (family !== 'ip' && family !== 'inet') return tables.join('');
  // Behind a translation of sources, and before connections are tracked.
  for (const [name, at] of [
    ['late', 'postrouting priority 200'],
    ['early', 'prerouting priority -300'],
  ])
    tables.push(`table ${family} ${name} {\n  chain c {\n    type filter hook ${at}\n    ${rule}\n  }\n}\n`);
  tables.push('table ip nat {\n  chain c {\n    type nat hook postrouting priority srcnat\n    masquerade\n  }\n}\n');
  return tables.join('');
}

/** What a file means, without where it is written. */
function meaningOf({ model, problems }: NftDocument) {
  if (model.kind !== 'filter') throw new Error('nftables filters packets');
  const rules = [...model.chains].map(([name, chain]) => [
    name,
    chain.rules.map(({ match, phases, limit, opaque, action }) => ({ match, phases, limit, opaque, action })),
  ]);
  return { rules, problems: problems.map(({ code, message }) => ({ code, message })) };
}

describe('a rule in the form that most have', () => {
  it.each(PLAIN)('is read without the general parser: %s', (rule) => {
    expect(new PlainRuleReader().read(rule)).toBeDefined();
  });

  it('means the same to both readers in tables of every family, whatever its values', () => {
    const random = new Random(1);
    const rules = new Set(Array.from({ length: 2_000 }, () => generatedRule(random)));
    const reader = new PlainRuleReader();
    let plain = 0;
    for (const rule of [...PLAIN, ...rules]) {
      if (!reader.read(rule)) continue;
      plain++;
      const other = inOtherForm(rule);
      if (other === rule) continue;
      expect(reader.read(other), other).toBeUndefined();
      for (const family of FAMILIES)
        expect(meaningOf(lowered(fileWith(rule, family))), `${family}: ${rule}`).toEqual(
          meaningOf(lowered(fileWith(other, family))),
        );
    }
    expect(plain).toBeGreaterThan(200);
  });

  it('has the tree that the general parser makes', () => {
    const random = new Random(2);
    for (let i = 0; i < 4_000; i++) {
      const rule = generatedRule(random);
      const { text, content, references, problems } = parseStatementText(rule, 'chain', false);
      expect({ text, content, references, problems }).toEqual(parseAnyStatement(rule, 'chain', false));
    }
  });

  it('names the endpoints that are looked for', () => {
    const text = `table ip t {\n  chain c {\n    ${PLAIN.join('\n    ')}\n  }\n}\n`;
    const document = lowered(text);
    const wanted = ['10.0.0.0/8', '198.51.100.0/24'];
    const condition = (endpoint: object) => 'prefix' in endpoint && wanted.includes(String(endpoint.prefix));
    const found = document.endpointsWhere?.(Object.assign(condition, { addresses: IpSet.parseAll(wanted) }));
    expect(found?.map(({ range }) => text.slice(range.start, range.end))).toEqual(wanted);
  });
});
