import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { explainFlow } from '../../../server/src/analysis/explain/flow.js';
import { lowered } from './helpers.js';

const inChain = (rule: string) => `table inet t {
\tchain pass {
\t\ttype filter hook forward priority 0; policy drop;
\t\t${rule}
\t}
}
`;

const CLIENT = { family: 4, value: 0x0a_01_01_01 } as const;
const SERVER = { family: 4, value: 0xc0_00_02_05 } as const;

describe('statements inside of a rule count as the rule’s own', () => {
  test.each([
    'ip daddr 192.0.2.0/24 accept',
    'iifname "lan0" jump { ip daddr 192.0.2.0/24 accept; }',
    'iifname "lan0" goto { tcp dport 443 jump { ip daddr 192.0.2.0/24 accept; }; }',
    'tcp dport 443 jump { ip daddr vmap { 192.0.2.0/24 : accept }; }',
  ])('%s names its network', (rule) => {
    const text = inChain(rule);
    const start = text.indexOf('192.0.2.0/24');
    const range = { start, end: start + '192.0.2.0/24'.length };
    expect(lowered(text).endpoints).toMatchObject([{ endpoint: { prefix: '192.0.2.0/24' }, range }]);
  });

  test.each([
    ['a jump', 'jump late', ''],
    ['a jump from an anonymous chain', 'udp dport 53 jump { jump late; }', ''],
    ['a named map', 'meta l4proto vmap @m', 'map m { type inet_proto : verdict; elements = { udp : jump late }\n}'],
  ])('a source that may be translated is unknown in a chain reached by %s', (_, rule, map) => {
    const text = `table ip t {
  ${map}
  chain nat { type nat hook postrouting priority srcnat; jump { masquerade; }; }
  chain late { ip saddr 10.0.0.0/8 accept; }
  chain post { type filter hook postrouting priority 150; policy drop; ${rule}; }
  chain pass { type filter hook forward priority 0; policy accept; }
}
`;
    const { model, problems } = lowered(text);
    expect(problems).toEqual([]);
    if (model.kind !== 'filter') throw new Error('an nftables file is a filter');
    const flow = { protocol: 17, source: CLIENT, sourcePort: 50_000, destination: SERVER, destinationPort: 53 };
    expect(explainFlow(model, flow, { hook: 'forward' })).toMatchObject({ verdict: 'undecided' });
  });
});

test('the statements of a rule are walked in one place only', () => {
  const root = fileURLToPath(new URL('../../../server/src/dialects/nftables', import.meta.url));
  const walkers = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('syntax'))
    .filter((file) =>
      /\b(?:body|rule|content\.body)\.statements\b|\{ statements \}/.test(readFileSync(join(root, file), 'utf8')),
    );
  expect(walkers).toEqual([join('program', 'rule-statements.ts')]);
});
