import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CompletionItem, Diagnostic, Hover } from 'vscode-languageserver/node';
import { buildServer, Editor } from './editor.js';

const PAC = `function FindProxyForURL(url, host) {
  return "PROXY proxy.example.com:8080";
}
`;

const TEAMS = 'files: [{ match: "**/*.pac", require: [m365-worldwide/12/bypass-proxy] }]\n';
const FILES = 'files: [{ match: "**/*.pac", require: [m365-worldwide/31/bypass-proxy] }]\n';

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('workspace-file');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function start(files: Readonly<Record<string, string>>, roots?: readonly string[]): Promise<Editor> {
  editor = await Editor.start(program, files, null, roots);
  return editor;
}

const requiredBy = (diagnostics: readonly Diagnostic[]) => diagnostics.flatMap(({ data }) => data?.requirements ?? []);

describe('lintel.yaml', () => {
  it('has open files checked again when it changes on disk', async () => {
    const session = await start({ 'lintel.yaml': TEAMS });
    expect(requiredBy(await session.open('edge/proxy.pac', 'pac', PAC))).toEqual(['m365-worldwide/12/bypass-proxy']);
    const again = session.next(({ uri }) => uri === session.uri('edge/proxy.pac'));
    await session.writeWatched('lintel.yaml', FILES);
    expect(requiredBy((await again).diagnostics)).toEqual(['m365-worldwide/31/bypass-proxy']);
  });

  it('has open files checked again while it is typed, before it is saved', async () => {
    const session = await start({ 'lintel.yaml': TEAMS });
    await session.open('edge/proxy.pac', 'pac', PAC);
    expect(await session.open('lintel.yaml', 'lintel-config', TEAMS)).toEqual([]);
    const again = session.next(
      ({ uri, diagnostics }) =>
        uri === session.uri('edge/proxy.pac') && requiredBy(diagnostics).join().includes('/31/'),
    );
    await session.replace('lintel.yaml', '/12/', '/31/');
    expect(requiredBy((await again).diagnostics)).toEqual(['m365-worldwide/31/bypass-proxy']);
  });

  it('is watched for, wherever it may appear', async () => {
    const session = await start({});
    await session.open('edge/proxy.pac', 'pac', PAC);
    expect(JSON.stringify(session.watchers)).toContain('**/lintel.{yaml,yml}');
    const again = session.next(({ uri }) => uri === session.uri('edge/proxy.pac'));
    await session.writeWatched('edge/lintel.yaml', 'severity: { not-bypassed: off }');
    expect((await again).diagnostics.map(({ code }) => code)).not.toContain('not-bypassed');
  });

  const MISFIT = 'files: [{ match: "*.nft", point: forwards }, { match: "*.pac", require: [teams] }]\n';
  const NFT = 'table inet fw {\n\tchain forward {\n\t\ttype filter hook forward priority 0; policy accept;\n\t}\n}\n';

  it('is told where it does not fit as soon as one of its files is open, and as long as one is', async () => {
    const session = await start({ 'lintel.yaml': MISFIT, 'a.nft': NFT, 'proxy.pac': PAC });
    const first = session.next(({ uri }) => uri === session.uri('lintel.yaml'));
    await session.open('proxy.pac', 'pac', PAC);
    const { diagnostics } = await first;
    expect(diagnostics.map(({ code, message, range }) => [code, message, range.start])).toEqual([
      [
        'invalid-configuration',
        'a.nft has no point forwards; known are forward.',
        { line: 0, character: MISFIT.indexOf('forwards') },
      ],
    ]);
    await session.open('a.nft', 'nftables', NFT);
    const cleared = session.next(({ uri }) => uri === session.uri('lintel.yaml'));
    await session.close('proxy.pac');
    await session.close('a.nft');
    expect((await cleared).diagnostics).toEqual([]);
  });

  it('is told anew where a file that is not open, or the workspace file itself, changes on disk', async () => {
    const session = await start({ 'lintel.yaml': MISFIT, 'a.nft': NFT });
    const first = session.next(({ uri }) => uri === session.uri('lintel.yaml'));
    await session.open('proxy.pac', 'pac', PAC);
    expect((await first).diagnostics).toHaveLength(1);
    const again = session.next(({ uri }) => uri === session.uri('lintel.yaml'));
    await session.writeWatched('a.nft', NFT.replace('hook forward', 'hook input'));
    expect((await again).diagnostics[0]?.message).toContain('known are input');
    const mended = session.next(({ uri }) => uri === session.uri('lintel.yaml'));
    await session.writeWatched('lintel.yaml', MISFIT.replace(', point: forwards', ''));
    expect((await mended).diagnostics).toEqual([]);
  });

  it('publishes its own findings once it is open itself', async () => {
    const session = await start({ 'lintel.yaml': MISFIT, 'a.nft': NFT });
    const first = session.next(({ uri }) => uri === session.uri('lintel.yaml'));
    await session.open('proxy.pac', 'pac', PAC);
    await first;
    expect(await session.open('lintel.yaml', 'lintel-config', MISFIT)).toHaveLength(1);
    const typed = session.next(
      ({ uri, diagnostics }) => uri === session.uri('lintel.yaml') && diagnostics.length === 0,
    );
    await session.replace('lintel.yaml', ', point: forwards', '');
    await typed;
    // What was typed was not saved.
    const back = session.next(({ uri, diagnostics }) => uri === session.uri('lintel.yaml') && diagnostics.length === 1);
    await session.close('lintel.yaml');
    expect((await back).diagnostics[0]?.code).toBe('invalid-configuration');
  });

  it('is that of its own folder where a workspace has several', async () => {
    const session = await start({ 'one/lintel.yaml': TEAMS, 'two/lintel.yaml': FILES, 'lintel.yaml': 'cloud: china' }, [
      'one',
      'two',
    ]);
    const [one, two] = ['one/proxy.pac', 'two/proxy.pac'];
    expect(requiredBy(await session.open(one, 'pac', PAC))).toEqual(['m365-worldwide/12/bypass-proxy']);
    expect(requiredBy(await session.open(two, 'pac', PAC))).toEqual(['m365-worldwide/31/bypass-proxy']);
  });

  it('is checked on the exact value, and goes on to be used', async () => {
    const session = await start({ 'proxy.pac': PAC });
    const text = `cloud: wordwide\n${TEAMS}`;
    const [fault, ...others] = await session.open('lintel.yaml', 'lintel-config', text);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({
      code: 'invalid-configuration',
      range: { start: { line: 0, character: 7 }, end: { line: 0, character: 15 } },
      message: '"wordwide" is not one of worldwide, usgov-gcchigh, usgov-dod, china.',
    });
    expect(requiredBy(await session.open('proxy.pac', 'pac', PAC))).toEqual(['m365-worldwide/12/bypass-proxy']);
  });

  it('is completed and explained', async () => {
    const session = await start({});
    await session.open('lintel.yaml', 'lintel-config', TEAMS);
    const items = await session.ask<CompletionItem[]>('textDocument/completion', 'lintel.yaml', 'm365-');
    expect(items.map(({ label }) => label)).toContain('m365-worldwide/31/bypass-proxy');
    const hover = await session.ask<Hover>('textDocument/hover', 'lintel.yaml', 'match');
    expect(JSON.stringify(hover.contents)).toContain('A glob pattern');
  });

  it('says which language a file is written in', async () => {
    const session = await start({ 'lintel.yaml': 'files: [{ match: edge/*.txt, dialect: squid }]' });
    const language = (path: string) => session.connection.sendRequest('lintel/language', { uri: session.uri(path) });
    expect(await language('edge/rules.txt')).toBe('squid');
    expect(await language('notes.txt')).toBeNull();
  });
});

describe('the plan', () => {
  it('lists the openings of the network around a file', async () => {
    const session = await start({ 'lintel.yaml': 'roles: { clients: [10.20.0.0/16] }\n' });
    const uri = session.uri('edge/proxy.pac');
    const plan = (format?: string) => session.connection.sendRequest<{ text: string }>('lintel/plan', { uri, format });
    expect((await plan('html')).text).toContain('<h2>From clients</h2>');
    expect((await plan()).text).toMatch(
      /\| \*\*clients\*\* `10\.20\.0\.0\/16` \| `52\.112\.0\.0\/14` .* \| udp \| 3478-3481 \|/,
    );
  });
});

describe('a finding', () => {
  it('can be ignored with a comment, offered after the fixes of it', async () => {
    const session = await start({ 'lintel.yaml': TEAMS });
    const [finding] = await session.open('proxy.pac', 'pac', PAC);
    if (!finding) throw new Error('nothing was found');
    const actions = await session.codeActions('proxy.pac', finding);
    expect(actions.map(({ title }) => title).at(-1)).toBe('Ignore not-bypassed here (give a reason)');
    expect(actions.length).toBeGreaterThan(1);
    expect(actions.map(({ isPreferred }) => isPreferred === true)).toEqual(actions.map((_, i) => i === 0));
    const ignore = actions.at(-1)?.edit;
    if (!ignore) throw new Error('the action has no edit');
    const version = (await session.apply(ignore)).get(session.uri('proxy.pac')) ?? 0;
    expect(await session.diagnosticsOf('proxy.pac', version)).toEqual([]);
    expect(session.text('proxy.pac')).toContain('  // lintel: ignore not-bypassed -- (reason)\n  return');
  });
});
