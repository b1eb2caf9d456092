import { describe, expect, test } from 'vitest';
import { quickRule } from '../../../server/src/dialects/nftables/syntax/quick.js';
import { parseWhole } from '../../../server/src/dialects/nftables/syntax/statements.js';
import { lowered } from './helpers.js';

const FIELDS = [
  'ip saddr 10.0.0.1',
  'ip saddr 10.1.2.3/8',
  'ip daddr 192.0.2.0/24',
  'ip6 saddr 2001:db8::/32',
  'ip6 daddr 2001:db8::1',
  'tcp dport 443',
  'tcp sport 1024-65535',
  'udp dport 3478-3481',
  'udp sport 53',
  'iifname "eth0"',
  'oifname "wan0"',
  'counter',
];
const VERDICTS = ['accept', 'drop'];

/** Texts that look plain but are not, or are wrong. */
const OTHERS = [
  'tcp dport 70000 accept',
  'tcp dport 90-80 accept',
  'ip saddr 10.0.0.0/33 accept',
  'ip saddr 10.0.0.300 accept',
  'ip saddr ::1 accept',
  'iifname "eth*" accept',
  'iifname eth0 accept',
  'ip saddr $lan accept',
  'ip saddr != 10.0.0.1 accept',
  'tcp dport 22 jump other',
  'tcp dport 22 accept comment "x"',
  'counter packets 1 bytes 2 accept',
  'tcp dport 22',
  'accept drop',
];

const inChain = (family: string, rule: string) =>
  `table ${family} t {\nchain c {\ntype filter hook forward priority 0; policy drop;\n${rule}\n}\n}\n`;

/** The same rule in a form that only the parser reads. */
const spelledOut = (rule: string) => `${rule} comment "-"`;

function meaning(family: string, rule: string) {
  const { model, problems } = lowered(inChain(family, rule));
  if (model.kind !== 'filter') throw new Error('an nftables file is a filter');
  const rules = [...model.chains.values()].flatMap((chain) => chain.rules);
  return {
    problems: problems.filter(({ code }) => code === 'syntax-error'),
    rules: rules.map(({ match, phases, opaque, action }) => ({ match, phases, opaque, action })),
  };
}

describe('a plain rule', () => {
  const rules = FIELDS.flatMap((first) =>
    FIELDS.flatMap((second) => VERDICTS.map((verdict) => `${first === second ? '' : `${first} `}${second} ${verdict}`)),
  );

  test('means the same whether it is read quickly or whole', () => {
    const quick = rules.filter((rule) => quickRule(rule));
    expect(quick.length).toBeGreaterThan(rules.length / 2);
    for (const rule of quick) {
      expect(parseWhole(rule, 'chain', false).problems).toEqual([]);
      for (const family of ['inet', 'ip', 'ip6']) {
        expect(meaning(family, rule), `${family}: ${rule}`).toEqual(meaning(family, spelledOut(rule)));
      }
    }
  });

  test.each(OTHERS)('%s is none', (rule) => {
    expect(quickRule(rule)).toBeUndefined();
  });
});
