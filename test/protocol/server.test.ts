import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  CodeAction,
  CompletionItem,
  Diagnostic,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { buildServer, Editor } from './editor.js';

const PAC = `function FindProxyForURL(url, host) {
  if (isPlainHostName(host)) return "DIRECT";
  return "PROXY proxy.example.com:8080";
}
`;

const SQUID = `acl office src 10.0.0.0/8
acl blocked dstdomain .example.org
http_access deny blocked
http_access allow office
http_access deny all
http_port 3128
`;

let program: string;
let editor: Editor | undefined;

beforeAll(async () => {
  program = await buildServer('server');
});

afterEach(async () => {
  await editor?.stop();
  editor = undefined;
});

async function start(files: Readonly<Record<string, string>> = {}, settings?: unknown): Promise<Editor> {
  editor = await Editor.start(program, files, settings);
  return editor;
}

const codesOf = (diagnostics: readonly Diagnostic[]) => diagnostics.map(({ code }) => code);

function withCode(diagnostics: readonly Diagnostic[], code: string): Diagnostic {
  const found = diagnostics.find((diagnostic) => diagnostic.code === code);
  if (!found) throw new Error(`no ${code} among ${codesOf(diagnostics).join(', ')}`);
  return found;
}

describe('diagnostics', () => {
  it('stand on the line that decides, with a stable code and the document that they cite', async () => {
    const session = await start();
    const all = await session.open('proxy.pac', 'pac', PAC);
    const found = withCode(
      all.filter(({ data }) => data?.requirements.includes('m365-worldwide/12/bypass-proxy')),
      'not-bypassed',
    );
    expect(found.range).toEqual({ start: { line: 2, character: 2 }, end: { line: 2, character: 39 } });
    expect(found.source).toBe('lintel');
    expect(found.codeDescription?.href).toMatch(/^https:\/\/learn\.microsoft\.com\//);
  });

  it('follow an edit, with the version that they are for', async () => {
    const session = await start();
    expect(codesOf(await session.open('squid.conf', 'squid', SQUID))).not.toContain('undefined-name');
    const broken = await session.replace('squid.conf', 'allow office', 'allow ofice');
    expect(withCode(broken, 'undefined-name').range.start).toEqual({ line: 3, character: 18 });
    expect(codesOf(await session.replace('squid.conf', 'allow ofice', 'allow office'))).not.toContain('undefined-name');
  });

  it('of a file that is closed are taken back', async () => {
    const session = await start();
    await session.open('proxy.pac', 'pac', PAC);
    const cleared = session.next(({ uri }) => uri === session.uri('proxy.pac'));
    await session.close('proxy.pac');
    expect((await cleared).diagnostics).toEqual([]);
  });

  it('of a file are not disturbed by another one that is opened with something else than a text', async () => {
    const session = await start();
    for (const [name, text] of [
      ['null.nft', null],
      ['number.nft', 5],
      ['missing.nft', undefined],
    ] as const) {
      await session.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri: session.uri(name), languageId: 'nftables', version: 1, text },
      });
    }
    const found = await session.open('edge.nft', 'nftables', 'table inet f { chain c { tcp dport } }\n');
    expect(codesOf(found)).toContain('syntax-error');
    const asked = await session.connection.sendRequest('textDocument/documentSymbol', {
      textDocument: { uri: session.uri('null.nft') },
    });
    expect(asked).toBeNull();
    expect(new Set(session.published.map(({ uri }) => uri))).toEqual(new Set([session.uri('edge.nft')]));
  });

  it('are not given to other languages', async () => {
    const session = await start();
    await session.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: session.uri('notes.txt'), languageId: 'plaintext', version: 1, text: 'http_access' },
    });
    await session.open('proxy.pac', 'pac', PAC);
    expect(session.published.map(({ uri }) => uri)).not.toContain(session.uri('notes.txt'));
  });

  it('follow CRLF line ends', async () => {
    const session = await start();
    const found = await session.open(
      'squid.conf',
      'squid',
      SQUID.replace('allow office', 'allow x').replaceAll('\n', '\r\n'),
    );
    expect(withCode(found, 'undefined-name').range).toEqual({
      start: { line: 3, character: 18 },
      end: { line: 3, character: 19 },
    });
  });
});

describe('many edits at once', () => {
  it('publish only versions in their order, and the last one', async () => {
    const session = await start();
    await session.open('squid.conf', 'squid', SQUID);
    let version = 1;
    const typed = 'http_access allow office\n'.repeat(3);
    for (const [i, character] of [...typed].entries()) {
      const line = 5 + typed.slice(0, i).split('\n').length - 1;
      const at = { line, character: i - (typed.lastIndexOf('\n', i - 1) + 1) };
      version = await session.edit('squid.conf', { range: { start: at, end: at }, newText: character });
    }
    await session.diagnosticsOf('squid.conf', version);
    const versions = session.published.map((published) => published.version ?? 0);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions.at(-1)).toBe(version);
    expect(new Set(versions).size).toBe(versions.length);
    expect(session.text('squid.conf')).toContain(typed);
  });
});

describe('hover', () => {
  it('names the requirements of a host and links the document', async () => {
    const session = await start();
    await session.open('squid.conf', 'squid', SQUID.replace('.example.org', 'teams.microsoft.com'));
    const hover = await session.ask<Hover>('textDocument/hover', 'squid.conf', 'teams.microsoft.com');
    expect(hover.contents).toMatchObject({ kind: 'markdown', value: expect.stringContaining('m365-worldwide/12/') });
    expect(JSON.stringify(hover.contents)).toMatch(/\]\(https:\/\/learn\.microsoft\.com\//);
  });

  it('explains why a finding matters, with its requirements', async () => {
    const session = await start();
    await session.open('proxy.pac', 'pac', PAC);
    const hover = await session.ask<Hover>('textDocument/hover', 'proxy.pac', 'return "PROXY');
    expect(JSON.stringify(hover.contents)).toContain('not-bypassed');
    expect(JSON.stringify(hover.contents)).toMatch(/\]\(https:\/\/learn\.microsoft\.com\//);
  });
});

describe('quick fixes', () => {
  const SHAREPOINT = { require: ['m365-worldwide/31/*'] };

  it('make the finding go away', async () => {
    const session = await start({}, SHAREPOINT);
    const text = SQUID.replace('http_access allow office\n', '');
    const blocked = withCode(await session.open('squid.conf', 'squid', text), 'requirement-blocked');
    const [action] = await session.codeActions('squid.conf', blocked);
    expect(action).toMatchObject({
      kind: 'quickfix',
      isPreferred: true,
      diagnostics: [{ code: 'requirement-blocked' }],
    });
    const versions = await session.apply(action?.edit ?? {});
    const version = versions.get(session.uri('squid.conf')) ?? 0;
    const after = await session.diagnosticsOf('squid.conf', version);
    const ids = (found: readonly Diagnostic[]) => found.flatMap(({ data }) => data?.requirements ?? []);
    expect(ids(after)).not.toEqual(expect.arrayContaining([blocked.data.requirements[0]]));
    expect(codesOf(after)).not.toContain('syntax-error');
  });

  it('of a whole file are given to who asks for them by name', async () => {
    const session = await start({}, SHAREPOINT);
    const text = SQUID.replace('http_access allow office\n', '');
    const blocked = withCode(await session.open('squid.conf', 'squid', text), 'requirement-blocked');
    const unasked = await session.codeActions('squid.conf', blocked);
    expect(unasked.map(({ kind }) => kind)).not.toContain('source.fixAll.lintel');
    const [all, ...others] = await session.codeActions('squid.conf', blocked, ['source.fixAll']);
    expect(others).toEqual([]);
    expect(all?.kind).toBe('source.fixAll.lintel');
    const versions = await session.apply((all as CodeAction).edit ?? {});
    const after = await session.diagnosticsOf('squid.conf', versions.get(session.uri('squid.conf')) ?? 0);
    expect(codesOf(after)).not.toContain('requirement-blocked');
  });
});

describe('reading and writing', () => {
  it('completes, outlines, folds and navigates', async () => {
    const session = await start({ 'conf.d/rules.conf': 'http_access allow office\n' });
    const text = `${SQUID}include conf.d/*.conf\n`;
    await session.open('squid.conf', 'squid', text);
    const items = await session.ask<CompletionItem[]>(
      'textDocument/completion',
      'squid.conf',
      'http_access deny blocked',
    );
    expect(items.map(({ label }) => label)).toContain('http_access');
    const symbols = await session.ask<DocumentSymbol[]>('textDocument/documentSymbol', 'squid.conf', 'acl');
    expect(JSON.stringify(symbols)).toContain('office');
    expect(await session.ask<FoldingRange[]>('textDocument/foldingRange', 'squid.conf', 'acl')).toBeInstanceOf(Array);
    const [definition] = await session.ask<Location[]>(
      'textDocument/definition',
      'squid.conf',
      'office\nhttp_access deny',
    );
    expect(definition).toMatchObject({ uri: session.uri('squid.conf'), range: { start: { line: 0, character: 4 } } });
    const references = await session.ask<Location[]>('textDocument/references', 'squid.conf', 'office', {
      context: { includeDeclaration: true },
    });
    expect(references.map(({ uri }) => uri)).toEqual(
      expect.arrayContaining([session.uri('squid.conf'), session.uri('conf.d/rules.conf')]),
    );
  });

  it('looks into scripts that may be in one of the languages, and leaves all others alone', async () => {
    const session = await start();
    const rule = "New-NetFirewallRule -DisplayName 'TCP3478' -Direction Inbound -Protocol UDP -LocalPort 3478\n";
    // What is published comes in the order of opening, so these would have come before.
    const publishedBy = () => session.published.map(({ uri }) => uri);
    for (const [path, language, text] of [
      ['backup.ps1', 'powershell', 'Get-ChildItem C:\\Data | Copy-Item -Destination D:\\Backup\n'],
      ['quote.ps1', 'powershell', "$rules = @'\n*filter\n:FORWARD DROP [0:0]\n-A FORWARD -j NOWHERE\nCOMMIT\n'@\n"],
      ['start.bat', 'bat', '@echo off\r\nstart notepad.exe\r\n'],
      ['server.js', 'javascript', "const http = require('node:http');\nhttp.createServer().listen(8080);\n"],
      ['build.sh', 'shellscript', '#!/bin/sh\nset -e\nmake all\n'],
    ] as const) {
      const uri = session.uri(path);
      await session.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: language, version: 1, text },
      });
    }
    expect(codesOf(await session.open('open.ps1', 'powershell', rule))).toContain('misleading-name');
    const batch =
      'netsh advfirewall firewall add rule name="TCP3478" dir=in action=allow protocol=udp localport=3478\r\n';
    expect(codesOf(await session.open('open.bat', 'bat', batch))).toContain('misleading-name');
    const pac = 'function FindProxyForURL(url, host) {\n  return "PROXY proxy.example.com:8080";\n}\n';
    expect(codesOf(await session.open('automatic.js', 'javascript', pac))).toContain('not-bypassed');
    const script = '#!/bin/sh\niptables -P FORWARD DROP\niptables -A FORWARD -p tcp --dport 80 -j ACCEPT\n';
    expect(codesOf(await session.open('up.sh', 'shellscript', script))).toContain('requirement-blocked');
    const opened = ['open.ps1', 'open.bat', 'automatic.js', 'up.sh'].map((name) => session.uri(name));
    expect(new Set(publishedBy())).toEqual(new Set(opened));
  });

  it('detects the language of a file without a specific language', async () => {
    const session = await start({});
    const ask = (name: string, beginning: string) =>
      session.connection.sendRequest('lintel/language', { uri: session.uri(name), beginning });
    expect(await ask('router.cfg', 'hostname r1\nip access-list extended OUT\n permit ip any any\n')).toBe('cisco');
    expect(await ask('setup.cfg', '[metadata]\nname = tool\n')).toBeNull();
    expect(await ask('main.conf', 'acl office src 10.0.0.0/8\nhttp_access allow office\nhttp_port 3128\n')).toBe(
      'squid',
    );
    expect(await ask('notes.txt', 'Ask for http_access tomorrow.\n')).toBeNull();
  });

  it('changes a name in a file and in those that it includes, or says why not', async () => {
    const included = 'http_access allow office\n';
    const session = await start({ 'conf.d/rules.conf': included });
    await session.open('squid.conf', 'squid', SQUID.replace('http_access deny blocked', 'include conf.d/rules.conf'));
    await session.open('conf.d/rules.conf', 'squid', included);
    const prepared = await session.ask('textDocument/prepareRename', 'squid.conf', 'office');
    expect(prepared).toMatchObject({ placeholder: 'office', range: { start: { line: 0, character: 4 } } });
    expect(await session.ask('textDocument/prepareRename', 'squid.conf', 'all')).toBeNull();
    const rename = (newName: string) =>
      session.ask<WorkspaceEdit>('textDocument/rename', 'squid.conf', 'office', { newName });
    await expect(rename('blocked')).rejects.toThrow("The name 'blocked' is already in use.");
    await session.apply(await rename('staff'));
    expect(session.text('squid.conf')).toContain('acl staff src 10.0.0.0/8\n');
    expect(session.text('squid.conf')).toContain('http_access allow staff\n');
    expect(session.text('conf.d/rules.conf')).toBe('http_access allow staff\n');
  });

  it('shows the coverage of a file', async () => {
    const session = await start();
    await session.open('proxy.pac', 'pac', PAC);
    const uri = session.uri('proxy.pac');
    const coverage = (format?: string) =>
      session.connection.sendRequest<{ text: string }>('lintel/coverage', { uri, format });
    const { text } = await coverage();
    expect(text).toMatch(/^# Coverage of proxy\\?\.pac\n/);
    expect(text).toContain('`m365-worldwide/12/bypass-proxy`');
    expect(text).toContain('line 3:');
    expect((await coverage('csv')).text).toContain('proxy.pac,m365-worldwide/12/bypass-proxy,');
    const page = (await coverage('html')).text;
    expect(page).toContain('<h1>Coverage of proxy.pac</h1>');
    const line = encodeURIComponent(JSON.stringify([uri, 2])).replaceAll("'", '&#39;');
    expect(page).toContain(`<a href="command:lintel.showLine?${line}">proxy.pac, line 3</a>`);
    const unknown = await session.connection.sendRequest('lintel/coverage', { uri: session.uri('other.pac') });
    expect(unknown).toBeNull();
  });

  it('says which endpoints the files of a folder are checked with, and of which day', async () => {
    const session = await start({ 'lintel.yaml': 'cloud: usgov-dod\n' });
    await session.open('proxy.pac', 'pac', PAC);
    const inUse = await session.connection.sendRequest('lintel/endpointsInUse', { uri: session.uri('proxy.pac') });
    expect(inUse).toEqual({
      title: expect.stringContaining('DoD'),
      version: expect.stringMatching(/^\d{10}$/),
      published: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      feeds: [],
    });
  });

  it('says which feeds the packs of a folder have, and asks those that the user has agreed to', async () => {
    const session = await start({
      'lintel.yaml': 'packs: [acme.yaml]\nfiles:\n  - match: "*.nft"\n    require: [acme-voice]\n',
      'acme.yaml': readFileSync(new URL('../fixtures/feeds/acme.yaml', import.meta.url), 'utf8').replaceAll(
        'SERVICE',
        'https://acme.example',
      ),
    });
    const uri = session.uri('lintel.yaml');
    const inUse = await session.connection.sendRequest('lintel/endpointsInUse', { uri });
    expect(inUse).toMatchObject({
      feeds: [
        {
          pack: 'acme-voice',
          title: 'ACME voice platform',
          read: '2026-03-01',
          urls: ['https://acme.example/media.txt'],
        },
      ],
    });
    const asked: string[] = [];
    session.connection.onRequest('lintel/get', ({ url }: { url: string }) => {
      asked.push(url);
      const body = url.startsWith('https://acme.example/')
        ? '192.0.2.0/24\n198.51.100.0/24\n'
        : '[{"instance":"Worldwide","latest":"2020010100"}]';
      return { kind: 'answer', status: 200, body };
    });
    const check = (feeds: readonly string[]) =>
      session.connection.sendRequest<{ kind: string; markdown: string; files: { uri: string; text: string }[] }>(
        'lintel/checkEndpoints',
        { uri, from: 'https://endpoints.example', clientRequestId: 'none', feeds },
      );
    expect(await check([])).toMatchObject({ kind: 'up-to-date', files: [] });
    expect(asked).toEqual(['https://endpoints.example/version?ClientRequestId=none']);
    const update = await check(['acme-voice']);
    expect(update).toMatchObject({
      kind: 'update',
      markdown: expect.stringContaining('added addresses: `198.51.100.0/24`'),
      files: [{ uri: session.uri('.lintel/endpoints/acme-voice.json') }],
    });
    expect(asked.slice(1)).toEqual([asked[0], 'https://acme.example/media.txt']);
    await session.writeWatched('.lintel/endpoints/acme-voice.json', update.files[0]?.text ?? '');
    expect(await session.connection.sendRequest('lintel/endpointsInUse', { uri })).toMatchObject({
      feeds: [{ pack: 'acme-voice' }],
    });
    expect(await check(['acme-voice'])).toMatchObject({ kind: 'up-to-date', files: [{ text: update.files[0]?.text }] });
  });
});

describe('included files', () => {
  const INCLUDING = SQUID.replace('http_access deny blocked', 'include conf.d/rules.conf\nhttp_access deny blocked');

  it('are watched, and read again when they change', async () => {
    const session = await start({ 'conf.d/rules.conf': 'http_access deny nobody\n' });
    await session.open('squid.conf', 'squid', INCLUDING);
    const partUri = session.uri('conf.d/rules.conf');
    const reported = await session.seen(({ uri }) => uri === partUri);
    expect(codesOf(reported.diagnostics)).toContain('undefined-name');
    const cleared = session.next(({ uri }) => uri === partUri);
    await session.writeWatched('conf.d/rules.conf', 'http_access deny blocked\n');
    expect(codesOf((await cleared).diagnostics)).not.toContain('undefined-name');
    const watched = session.watchers.filter(({ method }) => method === 'workspace/didChangeWatchedFiles');
    expect(JSON.stringify(watched)).toContain(session.uri('conf.d'));
  });

  it('that are edited change the findings of the file that includes them', async () => {
    const session = await start({ 'conf.d/rules.conf': '' });
    await session.open('squid.conf', 'squid', INCLUDING.replace('acl office src 10.0.0.0/8\n', ''));
    const rules = await session.open('conf.d/rules.conf', 'squid', '');
    expect(rules).toEqual([]);
    const again = session.next(
      ({ uri, diagnostics }) => uri === session.uri('squid.conf') && !codesOf(diagnostics).includes('undefined-name'),
    );
    await session.edit('conf.d/rules.conf', {
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      newText: 'acl office src 10.0.0.0/8\n',
    });
    await again;
  });

  it('that are opened alone are read where they belong', async () => {
    const session = await start({ 'squid.conf': INCLUDING, 'conf.d/rules.conf': 'http_access deny blocked\n' });
    const found = await session.open('conf.d/rules.conf', 'squid', 'http_access deny office\n');
    expect(codesOf(found)).not.toContain('undefined-name');
  });
});

describe('settings', () => {
  it('choose the requirements and the severity of findings', async () => {
    const session = await start({}, { require: ['m365-worldwide/31/*'], severity: { 'not-bypassed': 'hint' } });
    const found = await session.open('proxy.pac', 'pac', PAC);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: 4, data: { requirements: ['m365-worldwide/31/bypass-proxy'] } });
  });

  it('that change are asked for again', async () => {
    const session = await start();
    await session.open('proxy.pac', 'pac', PAC);
    session.settings = { severity: { 'not-bypassed': 'off' } };
    const silent = session.next(({ diagnostics }) => !codesOf(diagnostics).includes('not-bypassed'));
    await session.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await silent;
  });

  it('that match nothing are reported, with similar ones', async () => {
    const session = await start({}, { require: ['teems'] });
    const found = withCode(await session.open('proxy.pac', 'pac', PAC), 'invalid-configuration');
    expect(found.message).toMatch(/teems.*teams/);
  });

  it('of the wrong type count as not set', async () => {
    const session = await start({}, { require: 7, severity: ['x'], maxFileSize: 'big' });
    expect(codesOf(await session.open('proxy.pac', 'pac', PAC))).toContain('not-bypassed');
  });
});

describe('bad input', () => {
  it.each([
    ['empty', ''],
    ['binary', `\u0000\u0001\u0002${'\u0000'.repeat(1000)}\ufffd`],
    ['an unterminated string', 'function FindProxyForURL(url, host) { return "DIRECT'],
    ['deep nesting', `function FindProxyForURL(url, host) { return ${'('.repeat(20_000)}`],
    ['an endless loop', 'function FindProxyForURL(url, host) { for (;;); }'],
    ['a memory bomb', 'function FindProxyForURL(url, host) { var a = []; for (;;) a.push(new Array(1e6)); }'],
  ])('%s leaves the server at work', async (_, text) => {
    const session = await start();
    await session.open('bad.pac', 'pac', text);
    await session.open('bad/squid.conf', 'squid', text);
    expect(codesOf(await session.open('proxy.pac', 'pac', PAC))).toContain('not-bypassed');
  });

  it('of fifty megabytes is reported and not read', async () => {
    const session = await start();
    const [found, ...others] = await session.open('squid.conf', 'squid', '# a comment of squid\n'.repeat(2_500_000));
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: 'not-checked', range: { start: { line: 0, character: 0 } } });
    expect(found?.message).toMatch(/larger than lintel\.maxFileSize/);
    expect(await session.ask('textDocument/hover', 'squid.conf', '# a comment')).toBeNull();
    expect(codesOf(await session.open('proxy.pac', 'pac', PAC))).toContain('not-bypassed');
  });

  it('in an include cycle ends', async () => {
    const session = await start({ 'a.conf': 'include b.conf\n', 'b.conf': 'include a.conf\n' });
    await session.open('squid.conf', 'squid', `include a.conf\n${SQUID}`);
    const reported = await session.seen(({ uri }) => uri === session.uri('b.conf'));
    expect(codesOf(reported.diagnostics)).toEqual(['syntax-error']);
  });

  it('on the wire ends the server, and does not hang it', async () => {
    const session = await start();
    const exited = once(session.server, 'exit');
    session.server.stdin?.write('this is no header\r\n\r\n{"jsonrpc": nonsense');
    session.server.stdin?.end();
    await exited;
  });

  it('in requests is answered with an error or nothing, and the server goes on', async () => {
    const session = await start();
    await session.open('proxy.pac', 'pac', PAC);
    const nowhere = { textDocument: { uri: session.uri('proxy.pac') }, position: { line: 9_999, character: 9_999 } };
    expect(await session.connection.sendRequest('textDocument/hover', nowhere)).toBeNull();
    const unknown = {
      textDocument: { uri: pathToFileURL('/nowhere/x.pac').href },
      position: { line: 0, character: 0 },
    };
    expect(await session.connection.sendRequest('textDocument/completion', unknown)).toBeNull();
    await expect(session.connection.sendRequest('textDocument/unheardOf', {})).rejects.toThrow();
    expect(codesOf(await session.replace('proxy.pac', 'PROXY', 'HTTPS'))).toContain('not-bypassed');
  });

  it('when the client dies the server ends as well', async () => {
    const session = await start();
    const exited = once(session.server, 'exit');
    session.server.stdin?.end();
    await exited;
  });
});
