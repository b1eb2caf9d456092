import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Catalog } from '../../../server/src/catalog/catalog.js';

const FACTS = new URL('../../../../shared/facts/edge.md', import.meta.url);

/** The firewall tables of the collected facts, by their headings, and the pack that holds each. */
const TABLES = {
  'External firewall - Edge without HLB (S1-S4)': { pack: 'sfb-edge', tags: ['external'] },
  'Internal firewall - Edge without HLB (S1-S4)': { pack: 'sfb-edge', tags: ['internal'] },
  'External firewall - HLB, per Edge node (S5)': { pack: 'sfb-edge-hlb', tags: ['external', 'node'] },
  'Internal firewall - HLB, per Edge node (S5)': { pack: 'sfb-edge-hlb', tags: ['internal', 'node'] },
  'External VIPs - HLB (S5)': { pack: 'sfb-edge-hlb', tags: ['external', 'vip'] },
  'Internal VIPs - HLB (S5)': { pack: 'sfb-edge-hlb', tags: ['internal', 'vip'] },
} as const;

/** The address of the Edge that one end of a row names. */
function edgeAddress(text: string): string | undefined {
  if (/^Edge(-int| internal VIP)/.test(text)) return 'edge-internal';
  if (/^(Access Edge|XMPP Proxy)/.test(text)) return 'access-edge';
  if (/^Web Conferencing Edge/.test(text)) return 'web-conferencing-edge';
  return /^A\/V Edge/.test(text) ? 'av-edge' : undefined;
}

const withoutVip = (role: string | undefined) => role?.replace(/-vip$/, '');

describe.skipIf(!existsSync(FACTS))('the Edge packs', () => {
  const sections = existsSync(FACTS) ? readFileSync(FACTS, 'utf8').split(/^## /m) : [];

  test.each(Object.entries(TABLES))('hold every row of "%s", and no other', (heading, { pack, tags }) => {
    const rows = (sections.find((section) => section.startsWith(heading)) ?? '').matchAll(/^\| ED-\d+ .*$/gm);
    const documented = [...rows].map(([row]) => {
      const [, , , , protocol = '', port = '', source = '', destination = ''] = row
        .split('|')
        .map((cell) => cell.trim());
      const [from, to] = [edgeAddress(source), edgeAddress(destination)];
      return to === undefined ? `${from} out ${protocol} ${port}` : `${to} in ${protocol} ${port}`;
    });
    const { requirements } = Catalog.builtIn().select([[pack, ...tags].join('+')]);
    const asked = requirements.map(({ flow: { from, to, protocol, ports } }) => {
      const receives = /edge/.test(to.role ?? '');
      return `${withoutVip(receives ? to.role : from.role)} ${receives ? 'in' : 'out'} ${protocol.toUpperCase()} ${ports}`;
    });
    expect(documented.length).toBeGreaterThan(0);
    expect([...new Set(asked)].sort()).toEqual([...new Set(documented)].sort());
  });
});
