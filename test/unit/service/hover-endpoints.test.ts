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
