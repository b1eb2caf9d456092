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
    const { markdown } = await session.connection.sendRequest<{ markdown: string }>('lintel/plan', {
      uri: session.uri('edge/proxy.pac'),
    });
    expect(markdown).toMatch(/\| \*\*clients\*\* `10\.20\.0\.0\/16` \| `52\.112\.0\.0\/14` .* \| udp \| 3478-3481 \|/);
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
