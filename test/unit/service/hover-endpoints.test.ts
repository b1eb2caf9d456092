// What hover says of an endpoint that the catalog of the workspace's cloud does not list.
import { expect, test } from 'vitest';
import { nftables } from '../../../server/src/dialects/nftables/index.js';
import type { CheckRequest } from '../../../server/src/service/checks.js';
import { LanguageService } from '../../../server/src/service/language-service.js';
import { MemoryFiles } from './toy.js';

const URI = 'file:///network/a.nft';
const REQUEST: CheckRequest = { require: ['m365-worldwide/11/udp'], severity: {}, cloud: 'worldwide' };

async function hover(address: string, workspace = ''): Promise<string> {
  const text = `table inet edge {\n\tchain c {\n\t\ttype filter hook forward priority 0; policy drop;\n\t\tip daddr ${address} accept\n\t}\n}\n`;
  const service = new LanguageService(new MemoryFiles(new Map([['file:///network/lintel.yaml', workspace]])));
  service.setFolders(['file:///network']);
  service.put(URI, nftables, text);
  return (await service.hover(URI, text.indexOf(address) + 1, REQUEST))?.markdown ?? '';
}

test('an endpoint of another cloud is told with the cloud', async () => {
  const other = await hover('52.127.64.5');
  expect(other).toContain('no requirement of the catalog lists it.');
  expect(other.slice(other.indexOf('For other clouds'))).toContain('`m365-usgov-dod/7/tcp`, usgov-dod');
  const own = await hover('52.127.64.5', 'cloud: usgov-dod\n');
  expect(own.slice(own.indexOf('is listed by:'))).toContain('m365-usgov-dod/7/tcp');
  expect(own).not.toContain('For other clouds');
});

test('one that was listed once says by what, until when, and what replaced it', async () => {
  expect(await hover('13.107.64.9')).toMatch(/`13\.107\.64\.0\/18` was listed as IDs 11, 12, last seen/);
  expect(await hover('52.120.0.7')).toMatch(/`52\.120\.0\.0\/14` was listed as .* replaced by `52\.122\.0\.0\/15`/);
});

test('one that is near a listed one names it, and one that is near none says nothing else', async () => {
  expect(await hover('52.125.1.1')).toMatch(/no requirement of the catalog lists it\.\n\nNearest: `52\.122\.0\.0\/15`/);
  expect(await hover('100.64.0.7')).toBe('Address `100.64.0.7/32`: no requirement of the catalog lists it.');
});

const EDGE = `table inet edge {
  chain forward {
    type filter hook forward priority filter; policy drop;
    ip daddr 52.112.0.0/14 udp dport 3478 accept
    ip daddr 192.0.2.1 tcp dport 443 accept
    ip daddr { 52.112.0.0/14, 52.122.0.0/15 } tcp dport { 80, 443 } accept
  }
}
`;

async function hoverOn(text: string, offset: number): Promise<string> {
  const service = new LanguageService(new MemoryFiles(new Map()));
  service.setFolders(['file:///network']);
  service.put(URI, nftables, text);
  const request: CheckRequest = { require: ['teams', 'exchange'], severity: {}, cloud: 'worldwide' };
  const pageOf = (code: string) => `vscode://lintel.lintel/finding/${code}`;
  return (await service.hover(URI, offset, request, pageOf))?.markdown ?? '';
}

test('a port is what the rule opens with it: its addresses and protocol', async () => {
  const media = await hoverOn(EDGE, EDGE.indexOf('3478') + 1);
  expect(media).toMatch(/^Port `3478` is listed by:\n\n- \*\*Microsoft Teams\*\* misses `m365-worldwide\/11\/udp`/);
  const web = await hoverOn(EDGE, EDGE.indexOf('443 }') + 1);
  expect(web).toContain('**Microsoft Teams**');
  expect(web).not.toContain('Exchange');
  expect(await hoverOn(EDGE, EDGE.indexOf('443 accept') + 1)).toBe(
    'Port `443`: no requirement that is checked here lists it with the addresses and the protocol of this rule.',
  );
});

test('what stands there comes first, then each code once, with a link to its page and to the document', async () => {
  const text = EDGE.replace('udp dport 3478 accept', 'udp dport 3478 drop');
  const hover = await hoverOn(text, text.indexOf('3478') + 1);
  const [first = '', ...codes] = hover.split('\n\n---\n\n');
  expect(first).toMatch(/^Port `3478`/);
  expect(codes.length).toBeGreaterThan(0);
  for (const code of codes) {
    expect(code).toMatch(/^\*\*.+\*\* \(\[`[a-z-]+`\]\(vscode:\/\/lintel\.lintel\/finding\/[a-z-]+\)\)/);
    expect(code).toMatch(/\]\(https:\/\//);
  }
  const named = codes.map((code) => /\[`([a-z-]+)`\]/.exec(code)?.[1]);
  expect(new Set(named).size).toBe(named.length);
});
