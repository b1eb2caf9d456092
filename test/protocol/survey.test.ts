import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { CoverageFile } from '../../shared/coverage.js';
import type { Overview } from '../../shared/overview.js';
import { buildServer, Editor } from './editor.js';

const UDP = 'm365-worldwide/11/udp';

const LINTEL = `files:
  - match: "**"
    require: [${UDP}, m365-worldwide/12/bypass-proxy]
    hook: forward
`;

const OPEN_NFT = `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy accept;
  }
}
`;

const CLOSED_NFT = OPEN_NFT.replace('policy accept', 'policy drop');

const PAC = 'function FindProxyForURL(url, host) { return "PROXY proxy:3128"; }\n';

const SQUID = 'include parts/rules.conf\nhttp_port 3128\n';

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('survey');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function start(files: Readonly<Record<string, string>>) {
  const session = await Editor.start(program, { 'lintel.yaml': LINTEL, ...files });
  editor = session;
  const survey = async (...names: readonly string[]) => {
    const { files: covered } = await session.connection.sendRequest<{ files: readonly CoverageFile[] }>(
      'lintel/survey',
      {
        uri: session.uri(''),
        files: names.map((name) => session.uri(name)),
      },
    );
    return covered.map(({ path, verdicts }) => [
      path,
      Object.fromEntries(verdicts.map(({ requirement, status }) => [requirement, status])),
    ]);
  };
  return { session, survey };
}

it('tells what files cover that nobody has opened, and what they cover since they were written', async () => {
  const { session, survey } = await start({ 'edge/a.nft': CLOSED_NFT, 'proxy.pac': PAC, 'notes.txt': 'nothing' });
  const nothing = { 'm365-worldwide/12/bypass-proxy': 'not-applicable' };
  expect(await survey('edge/a.nft', 'proxy.pac', 'notes.txt', 'missing.nft')).toEqual([
    ['edge/a.nft', { [UDP]: 'blocked', ...nothing }],
    ['proxy.pac', { [UDP]: 'not-applicable', 'm365-worldwide/12/bypass-proxy': 'blocked' }],
  ]);
  writeFileSync(fileURLToPath(session.uri('edge/a.nft')), OPEN_NFT);
  expect(await survey('edge/a.nft')).toEqual([['edge/a.nft', { [UDP]: 'met', ...nothing }]]);
});

it('tells of an open file what is typed, and what lintel.yaml says while it is', async () => {
  const { session, survey } = await start({ 'a.nft': CLOSED_NFT, 'b.nft': CLOSED_NFT });
  await session.open('a.nft', 'nftables', OPEN_NFT);
  const before = Object.fromEntries(await survey('a.nft', 'b.nft'));
  expect(before).toMatchObject({ 'a.nft': { [UDP]: 'met' }, 'b.nft': { [UDP]: 'blocked' } });
  await session.open('lintel.yaml', 'lintel-config', LINTEL.replace(`${UDP}, `, ''));
  expect(await survey('b.nft')).toEqual([['b.nft', { 'm365-worldwide/12/bypass-proxy': 'not-applicable' }]]);
});

it('tells what an included file covers with the file that includes it', async () => {
  const { survey } = await start({ 'squid.conf': SQUID, 'parts/rules.conf': 'http_access allow all\n' });
  expect((await survey('squid.conf', 'parts/rules.conf')).map(([path]) => path)).toEqual(['squid.conf']);
});

it('writes them all as one page', async () => {
  const { session } = await start({ 'a.nft': OPEN_NFT, 'b.nft': CLOSED_NFT });
  const page = await session.connection.sendRequest<{ text: string }>('lintel/coverage', {
    uri: session.uri(''),
    files: [session.uri('a.nft'), session.uri('b.nft')],
    format: 'html',
  });
  expect(page.text).toContain('<th scope="col" role="columnheader"><a href="command:lintel.showLine?');
  expect(page.text).toContain('b.nft, line 3</a> <code>');
});

it('tells the roles of the network, and what is selected of the catalog', async () => {
  const roles = 'cloud: worldwide\nroles:\n  clients: [10.20.0.0/16]\n';
  const { session } = await start({ 'lintel.yaml': roles + LINTEL });
  const overview = await session.connection.sendRequest<Overview>('lintel/overview', { uri: session.uri('') });
  expect(overview.configuration).toBe(session.uri('lintel.yaml'));
  expect(overview.roles).toMatchObject([{ name: 'clients', addresses: ['10.20.0.0/16'], line: 2 }]);
  const list = overview.packs.find(({ id }) => id === 'm365-worldwide');
  expect(list?.published).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  const selected = list?.requirements.filter(({ isSelected }) => isSelected).map(({ id }) => id);
  expect(selected?.sort()).toEqual([UDP, 'm365-worldwide/12/bypass-proxy'].sort());
  expect(list?.requirements.find(({ id }) => id === UDP)?.lists).toContain('UDP 3478-3481 52.112.0.0/14');
});
