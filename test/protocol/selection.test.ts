// What a file is checked against and who says so, as a person sees it, selects it, and begins a lintel.yaml.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import type { SelectionResult, SelectResult, StatusResult } from '../../shared/protocol.js';
import { buildServer, Editor } from './editor.js';

const NFT = `#!/usr/sbin/nft -f
table inet filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
  }
}
`;

const PACK = readFileSync(new URL('../../examples/requirements/telephony.yaml', import.meta.url), 'utf8');

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('selection');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function start(files: Readonly<Record<string, string>> = {}, settings: unknown = null) {
  const session = await Editor.start(program, files, settings);
  editor = session;
  const ask = <Result>(method: string, path: string, more: object = {}) =>
    session.connection.sendRequest<Result>(method, { uri: session.uri(path), ...more });
  return {
    session,
    status: (path: string) => ask<StatusResult | null>('lintel/status', path),
    selection: (path: string) => ask<SelectionResult>('lintel/selection', path),
    select: (path: string, writes: 'comment' | 'configuration', ...selectors: string[]) =>
      ask<SelectResult | null>('lintel/select', path, { selectors, writes }),
    begin: (...names: string[]) =>
      ask<{ text: string; files: number }>('lintel/newWorkspaceFile', '', {
        files: names.map((name) => session.uri(name)),
      }),
  };
}

describe('the status of a file', () => {
  it('tells what is required by whom, and how much of it is met', async () => {
    const { session, status } = await start({ 'lintel.yaml': 'files:\n  - match: b.nft\n    require: [zoom]\n' });
    await session.open('a.nft', 'nftables', NFT);
    await session.open('b.nft', 'nftables', NFT);
    const own = await status('a.nft');
    expect(own).toMatchObject({
      language: 'nftables ruleset',
      selectedBy: 'setting',
      selectors: ['teams', 'm365+optimize', 'm365+allow', 'network-basics'],
      configuration: session.uri('lintel.yaml'),
    });
    expect(own?.verdicts).toContain('blocked');
    expect(own?.verdicts).toHaveLength(own?.requirements ?? 0);
    expect(await status('b.nft')).toMatchObject({ selectedBy: 'configuration', selectors: ['zoom'] });
    await session.replace('b.nft', 'table inet', '# lintel: require webex\ntable inet');
    expect(await status('b.nft')).toMatchObject({ selectedBy: 'comment', selectors: ['webex'] });
  });

  it('is not told of what is not checked', async () => {
    const { session, status } = await start();
    await session.open('lintel.yaml', 'lintel-config', 'cloud: worldwide\n');
    expect(await status('lintel.yaml')).toBeNull();
    expect(await status('missing.nft')).toBeNull();
  });
});

describe('the list to select from', () => {
  it('has services and packs with their ages, and marks what is selected, also by hand', async () => {
    const { session, selection } = await start({}, { require: ['teams', 'm365-worldwide/11/*'] });
    await session.open('a.nft', 'nftables', NFT);
    const { choices, selectedBy, file } = await selection('a.nft');
    expect(selectedBy).toBe('setting');
    expect(file).toMatchObject({ canComment: true, configuration: 'lintel.yaml', exists: false });
    const selected = choices.filter(({ isSelected }) => isSelected).map(({ selector, group }) => [selector, group]);
    expect(selected).toEqual([
      ['m365-worldwide/11/*', 'other'],
      ['teams', 'service'],
    ]);
    expect(choices.find(({ selector }) => selector === 'teams')?.title).toBe('Microsoft Teams');
    const zoom = choices.find(({ selector }) => selector === 'zoom');
    expect(zoom?.title).toBe('Zoom meetings and rooms');
    expect(zoom?.published).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(choices.filter(({ requirements }) => requirements === 0)).toEqual([]);
    expect(new Set(choices.map(({ selector }) => selector)).size).toBe(choices.length);
  });

  it('is the same for a folder, for which it is a setting', async () => {
    const { selection } = await start({}, { require: ['zoom'] });
    const { choices, file } = await selection('');
    expect(file).toBeUndefined();
    expect(choices.filter(({ isSelected }) => isSelected).map(({ selector }) => selector)).toEqual(['zoom']);
  });
});

describe('what is selected', () => {
  it('stands in one comment of the file, below the line that names the program', async () => {
    const { session, status, select } = await start();
    await session.open('a.nft', 'nftables', NFT);
    const first = await select('a.nft', 'comment', 'zoom', 'teams');
    expect(first).toMatchObject({ uri: session.uri('a.nft'), isNew: false });
    await session.edit('a.nft', ...(first?.edits ?? []));
    expect(session.text('a.nft').split('\n').slice(0, 3)).toEqual([
      '#!/usr/sbin/nft -f',
      '# lintel: require zoom teams',
      'table inet filter {',
    ]);
    expect(await status('a.nft')).toMatchObject({ selectedBy: 'comment', selectors: ['zoom', 'teams'] });
    await session.replace('a.nft', '  chain', '  # lintel: require webex -- since May\n  chain');
    await session.edit('a.nft', ...((await select('a.nft', 'comment', 'webex'))?.edits ?? []));
    expect(session.text('a.nft').match(/lintel:.*/g)).toEqual(['lintel: require webex']);
  });

  it('keeps the reason in a comment', async () => {
    const { session, select } = await start();
    await session.open(
      'proxy.pac',
      'pac',
      '// lintel: require teams -- of sales\nfunction FindProxyForURL() { return "DIRECT"; }\n',
    );
    await session.edit('proxy.pac', ...((await select('proxy.pac', 'comment', 'zoom'))?.edits ?? []));
    expect(session.text('proxy.pac')).toMatch(/^\/\/ lintel: require zoom -- of sales\n/);
  });

  it.each([
    ['nothing', '', 'files:\n  - match: edge/a.nft\n    require: [zoom, teams]\n'],
    [
      'other keys',
      'cloud: worldwide\n',
      'cloud: worldwide\nfiles:\n  - match: edge/a.nft\n    require: [zoom, teams]\n',
    ],
    [
      'entries for other files',
      'files:\n  - match: b.nft\n',
      'files:\n  - match: b.nft\n  - match: edge/a.nft\n    require: [zoom, teams]\n',
    ],
    [
      'an entry without selectors',
      'files:\n  - match: edge/*\n    hook: forward\n',
      'files:\n  - match: edge/*\n    hook: forward\n    require: [zoom, teams]\n',
    ],
    [
      'an entry with some',
      'files:\n  - match: edge/* # ours\n    require: [webex] # why\n    hook: forward\n',
      'files:\n  - match: edge/* # ours\n    require: [zoom, teams] # why\n    hook: forward\n',
    ],
    [
      'an entry with a list',
      'files:\n  - match: edge/*\n    require:\n      - webex\n      - teams\n    hook: forward\n',
      'files:\n  - match: edge/*\n    require:\n      - zoom\n      - teams\n    hook: forward\n',
    ],
    [
      'an entry with a part of it',
      'files:\n  - match: edge/*\n    require:\n      - teams # of sales\n',
      'files:\n  - match: edge/*\n    require:\n      - teams # of sales\n      - zoom\n',
    ],
  ])('stands in a lintel.yaml that has %s', async (_, before, after) => {
    const { session, status, select } = await start({ 'lintel.yaml': before, 'b.nft': NFT });
    await session.open('edge/a.nft', 'nftables', NFT);
    const result = await select('edge/a.nft', 'configuration', 'zoom', 'teams');
    await session.open('lintel.yaml', 'lintel-config', before);
    const version = await session.edit('lintel.yaml', ...(result?.edits ?? []));
    expect(session.text('lintel.yaml')).toBe(after);
    expect(await session.diagnosticsOf('lintel.yaml', version)).toEqual([]);
    const found = await status('edge/a.nft');
    expect(found?.selectedBy).toBe('configuration');
    expect([...(found?.selectors ?? [])].sort()).toEqual(['teams', 'zoom']);
  });

  it('makes a lintel.yaml where there is none, and touches none that cannot be read', async () => {
    const { session, select } = await start();
    await session.open('a.nft', 'nftables', NFT);
    expect(await select('a.nft', 'configuration', 'zoom')).toMatchObject({
      uri: session.uri('lintel.yaml'),
      isNew: true,
      edits: [{ newText: 'files:\n  - match: a.nft\n    require: [zoom]\n' }],
    });
    await session.open('lintel.yaml', 'lintel-config', 'files: [\n');
    expect(await select('a.nft', 'configuration', 'zoom')).toBeNull();
  });
});

it('writes a first lintel.yaml for the files of a folder, opened or not, which is read without problems', async () => {
  const files = {
    'edge/a.nft': NFT,
    'edge/b.nft': NFT,
    'requirements/telephony.yaml': PACK,
    'notes.yaml': 'a: 1\n',
    'sub/lintel.yaml': 'cloud: worldwide\n',
  };
  const { session, begin } = await start(files, { require: ['zoom', 'm365-worldwide/11/*'] });
  await session.open('proxy.pac', 'pac', 'function FindProxyForURL() { return "DIRECT"; }\n');
  const names = [
    'edge/a.nft',
    'edge/b.nft',
    'proxy.pac',
    'notes.yaml',
    'sub/lintel.yaml',
    'requirements/telephony.yaml',
  ];
  const { text, files: count } = await begin(...names, 'edge/a.nft', 'missing.nft');
  expect(count).toBe(4);
  expect(text).toContain('packs:\n  - requirements/telephony.yaml\n');
  expect(text).toContain(
    '  - match: edge/*.nft  # nftables ruleset, 2 files\n    require: [zoom, m365-worldwide/11/*]\n',
  );
  expect(text).toContain('  - match: proxy.pac  # Proxy auto-configuration (PAC)');
  writeFileSync(fileURLToPath(session.uri('lintel.yaml')), text);
  expect(await session.open('lintel.yaml', 'lintel-config', text)).toEqual([]);
});

it('offers to require in the file what Microsoft 365 also requires', async () => {
  const { session, status } = await start();
  const found = await session.open(
    'squid.conf',
    'squid',
    'acl sites dstdomain teams.microsoft.com\nhttp_access allow sites\nhttp_access deny all\n',
  );
  const also = found.find(({ message }) => String(message).startsWith('Microsoft 365 also requires')) as Diagnostic;
  const actions: CodeAction[] = await session.codeActions('squid.conf', also);
  const offered = actions.filter(({ title }) => title.startsWith('Require '));
  expect(offered.map(({ title }) => title)).toEqual(['Require m365+default in this file']);
  await session.apply(offered[0]?.edit ?? {});
  expect(session.text('squid.conf').split('\n')[0]).toBe(
    '# lintel: require teams m365+optimize m365+allow network-basics m365+default',
  );
  expect(await status('squid.conf')).toMatchObject({ selectedBy: 'comment' });
});
