import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../../../server/src/text/edit.js';
import { LineIndex } from '../../../server/src/text/lines.js';
import { buildProgram, programPath, temporaryFolders } from './program.js';

let run: Awaited<ReturnType<typeof buildProgram>>;
const folder = temporaryFolders();

beforeAll(async () => {
  run = await buildProgram('contract');
});

const PAC = `function FindProxyForURL(url, host) {
  if (shExpMatch(host, "*.sharepoint.com")) return "DIRECT";
  return "PROXY proxy.example.com:8080";
}
`;

const SQUID = `acl office src 10.0.0.0/8
http_access allow office
http_access deny all
http_port 3128
`;

const CLOSED = SQUID.replace('http_access allow office\n', '');
const SHAREPOINT = ['--require', 'm365-worldwide/31/*'];

describe('the program', () => {
  it('prints its version and its commands', async () => {
    expect(await run('.', ['--version'])).toMatchObject({
      status: 0,
      output: expect.stringMatching(/^lintel \d+\.\d+\.\d+\n$/),
    });
    const { output } = await run('.', ['--version']);
    for (const short of ['-V', 'version']) expect(await run('.', [short])).toMatchObject({ status: 0, output });
    const help = await run('.', ['--help']);
    expect(help.status).toBe(0);
    for (const command of ['check', 'explain', 'fix', 'coverage', 'plan', 'catalog', 'lsp']) {
      expect(help.output).toContain(`  ${command} `);
      const own = await run('.', [command, '--help']);
      expect(own).toMatchObject({ status: 0, errors: '', output: expect.stringContaining(`lintel ${command}`) });
      for (const line of own.output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  it('dumps a stage of a file, which no list of commands names', async () => {
    const files = folder({ 'squid.conf': SQUID, 'edge.nft': 'table inet t { }\n', 'lintel.yaml': 'roles: {}\n' });
    expect((await run('.', ['--help'])).output).not.toContain('dump');
    expect(await run(files, ['dump', 'squid.conf', '--as', 'model'])).toMatchObject({
      status: 0,
      errors: '',
      output: expect.stringContaining('{ at: squid.conf:2:1-25, text: "http_access allow office" }'),
    });
    expect(await run(files, ['dump', 'edge.nft', '--as', 'tokens'])).toMatchObject({
      status: 0,
      output: expect.stringContaining('{ at: 1:1-6, kind: "word", text: "table" }'),
    });
    expect(await run(files, ['dump', 'lintel.yaml', '--as', 'tokens'])).toMatchObject({
      status: 2,
      errors: expect.stringContaining('lintel.yaml: Lintel workspace file has no tokens; try --as tree'),
    });
    expect(await run(files, ['dump', 'squid.conf', '--as', 'bytes'])).toMatchObject({ status: 2 });
    expect(await run(files, ['dump', 'none.conf'])).toMatchObject({
      status: 2,
      errors: expect.stringContaining('no such file'),
    });
  });

  it.each([
    [[], /Usage:/],
    [['chek'], /unknown command "chek"; known are check,/],
    [['check', '--colour'], /^lintel: unknown option '--colour' \(see lintel check --help\)\n$/],
    [
      ['check', '--format', 'xml'],
      /--format must be one of text, oneline, json, sarif, junit, checkstyle, github, gitlab, not "xml"/,
    ],
    [['check', '--fail-on', 'hint'], /--fail-on must be one of/],
    [['check', '--dialect', 'cobol'], /unknown dialect "cobol"; known are .*squid/],
    [['check', '--require', 'teems'], /no requirement matches "teems"; did you mean teams/],
    [['check', '--require', 'm365+optimise'], /did you mean m365\+optimize/],
    [['check', 'missing.pac'], /missing\.pac: no such file or folder/],
    [['check', '*.missing'], /\*\.missing: no file matches/],
    [['explain'], /explain needs one file/],
    [['catalog', 'show'], /catalog show needs an id/],
    [['catalog', 'finde'], /catalog needs list, show, roles, find/],
    [['catalog', 'show', 'm365-worldwide/11'], /did you mean m365-worldwide\/11\//],
    [['lsp'], /lsp needs --stdio/],
  ])('%j is refused with status 2 and a message', async (args, message) => {
    const { status, output, errors } = await run(folder({}), args);
    expect(status).toBe(2);
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/ at .*\.js:/);
    expect(output === '' || args.length === 0 || output.startsWith('0 files')).toBe(true);
  });
});

describe('check', () => {
  it('prints the findings with their line, and ends with status 1', async () => {
    const { status, output, errors } = await run(folder({ 'proxy.pac': PAC }), ['check', 'proxy.pac']);
    expect(status).toBe(1);
    expect(errors).toBe('');
    expect(output).toContain('proxy.pac:3:3 warning not-bypassed\n');
    expect(output).toContain('  3 |   return "PROXY proxy.example.com:8080";\n    |   ^^^^^^');
    expect(output).toMatch(/ {2}see https:\/\/learn\.microsoft\.com\//);
    for (const line of output.split('\n').filter((one) => !one.includes('https:')))
      expect(line.length).toBeLessThanOrEqual(80);
    expect(output).not.toContain('\u001b');
  });

  it('ends with status 0 where nothing is as severe as asked', async () => {
    const files = folder({ 'proxy.pac': PAC });
    expect((await run(files, ['check', ...SHAREPOINT])).status).toBe(0);
    expect((await run(files, ['check', '--fail-on', 'error'])).status).toBe(0);
    expect((await run(files, ['check', '--fail-on', 'never'])).status).toBe(0);
    expect((await run(files, ['check', '--fail-on', 'info'])).status).toBe(1);
  });

  it('prints JSON of the documented form', async () => {
    const files = folder({ 'conf/squid.conf': CLOSED });
    const { status, output } = await run(files, ['check', 'conf/squid.conf', '--format', 'json', ...SHAREPOINT]);
    expect(status).toBe(1);
    const report = JSON.parse(output);
    expect(Object.keys(report)).toEqual(['version', 'files', 'summary']);
    expect(report.version).toBe(1);
    expect(report.files).toHaveLength(1);
    const [file] = report.files;
    expect(Object.keys(file)).toEqual(['path', 'dialect', 'findings', 'coverage']);
    expect(file).toMatchObject({ path: join('conf', 'squid.conf'), dialect: 'squid' });
    const blocked = file.findings.find(({ code }: { code: string }) => code === 'requirement-blocked');
    expect(Object.keys(blocked)).toEqual(['code', 'severity', 'message', 'range', 'requirements', 'related', 'fixes']);
    expect(blocked).toMatchObject({
      severity: 'error',
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 20 } },
      requirements: ['m365-worldwide/31/tcp'],
    });
    for (const fix of blocked.fixes) {
      expect(Object.keys(fix)).toEqual(['title', 'edits']);
      expect(fix.edits[0]).toEqual({
        path: join('conf', 'squid.conf'),
        range: { start: expect.any(Object), end: expect.any(Object) },
        newText: expect.any(String),
      });
    }
    expect(file.coverage).toContainEqual({
      requirement: 'm365-worldwide/31/tcp',
      status: 'blocked',
      decidedBy: [{ path: join('conf', 'squid.conf'), line: 1 }],
      missing: 'TCP 80, 443 to *.sharepoint.com',
    });
    expect(report.summary).toMatchObject({ files: 1, findings: { error: 1 }, requirements: { blocked: 1 } });
  });

  it('offers fixes in JSON that fix the file', async () => {
    const files = folder({ 'squid.conf': CLOSED });
    const args = ['check', 'squid.conf', '--format', 'json', ...SHAREPOINT];
    const [file] = JSON.parse((await run(files, args)).output).files;
    type Told = { code: string; fixes: { edits: JsonEdit[] }[] };
    const denied = file.findings.filter(({ code }: Told) => code.startsWith('requirement'));
    const fix = denied.flatMap(({ fixes }: Told) => fixes)[0];
    const lines = new LineIndex(CLOSED);
    const fixed = applyEdits(
      CLOSED,
      fix.edits.map(({ range, newText }: JsonEdit) => ({
        range: { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) },
        newText,
      })),
    );
    const after = await run(folder({ 'squid.conf': fixed }), args);
    expect(after.status).toBe(0);
  });

  it('prints SARIF 2.1.0', async () => {
    const { output } = await run(folder({ 'my proxy.pac': PAC }), ['check', '.', '--format', 'sarif']);
    const { version, runs } = JSON.parse(output);
    expect(version).toBe('2.1.0');
    const [{ tool, results, columnKind, invocations, artifacts }] = runs;
    expect(tool.driver.name).toBe('Lintel');
    expect(tool.driver.rules).toContainEqual(
      expect.objectContaining({ id: 'not-bypassed', shortDescription: { text: expect.any(String) } }),
    );
    expect(columnKind).toBe('utf16CodeUnits');
    expect(invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
    expect(artifacts).toEqual([{ location: { uri: 'my%20proxy.pac', uriBaseId: '%SRCROOT%' } }]);
    for (const result of results) expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(results).toContainEqual(
      expect.objectContaining({
        ruleId: 'not-bypassed',
        level: 'warning',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'my%20proxy.pac', uriBaseId: '%SRCROOT%' },
              region: { startLine: 3, startColumn: 3, endLine: 3, endColumn: 40 },
            },
          },
        ],
      }),
    );
  });

  it('gives the whole address of what SARIF cannot name relative to its root', async () => {
    const root = folder({ 'proxy/edge.pac': PAC, 'work/notes.txt': '' });
    const { output } = await run(join(root, 'work'), ['check', '../proxy/edge.pac', '--format', 'sarif']);
    const [{ artifacts }] = JSON.parse(output).runs;
    expect(artifacts).toEqual([{ location: { uri: expect.stringMatching(/^file:\/\/\/.*\/proxy\/edge\.pac$/) } }]);
  });

  it('prints JUnit', async () => {
    const { output } = await run(folder({ 'squid.conf': CLOSED }), ['check', '--format', 'junit', ...SHAREPOINT]);
    expect(output).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="lintel" tests="\d+" failures="1"/,
    );
    expect(output).toContain(
      '<testcase classname="squid.conf" name="requirement-blocked at line 2: m365-worldwide/31/tcp"><failure type="requirement-blocked"',
    );
    expect(output).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/);
  });

  it('prints annotations for GitHub', async () => {
    const { output } = await run(folder({ 'proxy.pac': PAC }), ['check', '--format', 'github']);
    expect(output).toMatch(
      /^::warning file=proxy\.pac,line=3,endLine=3,col=3,endColumn=39,title=not-bypassed::[^\n]+$/m,
    );
  });

  it('takes files, folders and patterns, and skips what is hidden, installed or none of ours', async () => {
    const files = folder({
      'a/one.pac': PAC,
      'a/b/two.pac': PAC,
      'a/.hidden/three.pac': PAC,
      'a/node_modules/x/four.pac': PAC,
      'a/readme.txt': 'http_access is a directive',
      'a/picture.pac.png': Uint8Array.from([0x89, 0x50, 0, 1]),
      'script.js': PAC,
      'other.js': 'console.log(1)',
    });
    const pathsOf = async (...args: string[]) =>
      JSON.parse((await run(files, ['check', '--format', 'json', ...SHAREPOINT, ...args])).output).files.map(
        ({ path }: { path: string }) => path,
      );
    expect(await pathsOf()).toEqual([join('a', 'b', 'two.pac'), join('a', 'one.pac'), 'script.js']);
    expect(await pathsOf('a')).toEqual([join('a', 'b', 'two.pac'), join('a', 'one.pac')]);
    expect(await pathsOf('a/**/t*.pac', 'a/one.pac', 'a/one.pac')).toEqual([
      join('a', 'b', 'two.pac'),
      join('a', 'one.pac'),
    ]);
    expect(await pathsOf(join(files, 'a', 'one.pac'))).toEqual([join(files, 'a', 'one.pac')]);
  });

  it('refuses a named file of no dialect, unless one is named', async () => {
    const files = folder({ 'rules.txt': 'The proxy is described elsewhere.\n' });
    const refused = await run(files, ['check', 'rules.txt']);
    expect(refused).toMatchObject({
      status: 2,
      errors: 'lintel: rules.txt: not recognised as any dialect; name one with --dialect\n',
    });
    const { output } = await run(files, ['check', 'rules.txt', '--dialect', 'squid']);
    expect(output).toContain('rules.txt:1:1 error ');
  });

  it('reports the findings of an included file in that file, once', async () => {
    const files = folder({
      'squid.conf': `${SQUID}include conf.d/*.conf\n`,
      'conf.d/extra.conf': 'http_access allow nobody\n',
    });
    const { output } = await run(files, ['check', '--format', 'json', ...SHAREPOINT]);
    const reported = JSON.parse(output).files.map(({ path, findings, coverage }: Reported) => ({
      path,
      codes: findings.map(({ code }) => code),
      hasCoverage: coverage.length > 0,
    }));
    expect(reported).toEqual([
      { path: 'squid.conf', codes: [], hasCoverage: true },
      { path: join('conf.d', 'extra.conf'), codes: expect.arrayContaining(['undefined-name']), hasCoverage: false },
    ]);
  });
});

interface JsonEdit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly newText: string;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Reported {
  readonly path: string;
  readonly findings: readonly { readonly code: string }[];
  readonly coverage: readonly unknown[];
}

describe('a retired endpoint', () => {
  it('is reported with the document that listed it', async () => {
    const pac = PAC.replace('shExpMatch(host, "*.sharepoint.com")', 'isInNet(host, "13.107.64.0", "255.255.192.0")');
    const { output } = await run(folder({ 'proxy.pac': pac }), [
      'check',
      'proxy.pac',
      '--require',
      'm365-worldwide/31/*',
    ]);
    const [, reported = ''] = output.split('warning retired-endpoint');
    const [own] = reported.split('\n\n');
    expect(own).toContain('  see https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges');
  });
});

describe('bad input', () => {
  it('that is binary or too large is named, with status 2, and the rest is checked', async () => {
    const files = folder({
      'binary.pac': Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]),
      'large.pac': '/'.repeat(50_000_000),
      'proxy.pac': PAC,
    });
    const { status, output, errors } = await run(files, ['check', 'binary.pac', 'large.pac', 'proxy.pac']);
    expect(status).toBe(2);
    expect(errors).toContain('lintel: binary.pac: a binary file, not configuration\n');
    expect(errors).toContain('lintel: large.pac: too large to check (50.0 MB; at most 20.0 MB)\n');
    expect(output).toContain('proxy.pac:3:3 warning not-bypassed');
  });

  it('that may not be read is named, with status 2', () => {
    const files = folder({ 'proxy.pac': PAC });
    chmodSync(join(files, 'proxy.pac'), 0);
    const command = [process.execPath, programPath('contract'), 'check', 'proxy.pac'];
    // Root may read everything, unless it gives that up.
    if (process.getuid?.() === 0) command.unshift('setpriv', '--bounding-set=-dac_override,-dac_read_search');
    const [program = '', ...args] = command;
    const { status, stderr } = spawnSync(program, args, { cwd: files, encoding: 'utf8' });
    expect(stderr).toBe('lintel: proxy.pac: cannot be read (permission denied)\n');
    expect(status).toBe(2);
  });

  it.each([
    ['a byte order mark', Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(PAC)])],
    ['UTF-16', Uint8Array.from([0xff, 0xfe, ...[...PAC].flatMap((character) => [character.charCodeAt(0), 0])])],
    ['CRLF line ends', PAC.replaceAll('\n', '\r\n')],
  ])('with %s is read', async (_, content) => {
    const { output } = await run(folder({ 'proxy.pac': content }), ['check', 'proxy.pac']);
    expect(output).toContain('proxy.pac:3:3 warning not-bypassed');
  });

  it('in UTF-16 is refused where the program that reads it would refuse it', async () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, ...[...SQUID].flatMap((character) => [character.charCodeAt(0), 0])]);
    const { status, errors } = await run(folder({ 'squid.conf': utf16 }), ['check', 'squid.conf']);
    expect(status).toBe(2);
    expect(errors).toMatch(/^lintel: squid\.conf: encoded as UTF-16, .* save it as UTF-8\n$/);
  });

  it.each([
    ['squid.conf', SQUID],
    ['rules.v4', '*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n'],
    ['gateway.nft', 'table inet filter {\n}\n'],
    ['firewall.sh', '#!/bin/sh\niptables -P FORWARD DROP\n'],
  ])('with a byte order mark is refused where the program that reads it would refuse it: %s', async (name, text) => {
    const marked = Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(text)]);
    const { status, errors } = await run(folder({ [name]: marked }), ['check', name]);
    expect(status).toBe(2);
    expect(errors).toMatch(/^lintel: \S+: begins with a byte order mark, .* save it as UTF-8 without one\n$/);
  });

  it.each([
    ['an empty file', ''],
    ['an endless loop', 'function FindProxyForURL(url, host) { for (;;); }'],
    ['a memory bomb', 'function FindProxyForURL(url, host) { var a = []; for (;;) a.push(new Array(1e6)); }'],
    ['an unterminated string', 'function FindProxyForURL(url, host) { return "DIRECT'],
  ])('%s gives findings, never a crash', async (_, content) => {
    const files = folder({ 'proxy.pac': content });
    const { status, output, errors } = await run(files, [
      'check',
      'proxy.pac',
      '--format',
      'json',
      '--fail-on',
      'info',
    ]);
    expect(errors).toBe('');
    expect(status).toBe(1);
    expect(JSON.parse(output).files[0].findings.length).toBeGreaterThan(0);
    expect(readFileSync(join(files, 'proxy.pac'), 'utf8')).toBe(content);
  });
});

describe('files that belong together', () => {
  const EDGE = 'table inet filter {\n chain forward {\n  type filter hook forward priority 0; policy drop;\n }\n}\n';
  const LISTED = 'files:\n  - match: proxy.pac\n  - match: edge.nft\n    hook: forward\n';

  it('are compared, though only one of them is named', async () => {
    const files = folder({ 'proxy.pac': PAC, 'edge.nft': EDGE, 'lintel.yaml': LISTED });
    const { output } = await run(files, ['check', 'proxy.pac', '--format', 'json', '--require', 'sharepoint']);
    const found = JSON.parse(output).files[0].findings.filter(
      ({ code }: { code: string }) => code === 'bypass-blocked',
    );
    expect(found).toMatchObject([
      { range: { start: { line: 1 } }, related: [{ path: 'edge.nft', range: { start: { line: 2 } } }] },
    ]);
  });
});

describe('explain', () => {
  const explain = async (files: string, ...args: string[]) => {
    const { status, output, errors } = await run(files, ['explain', ...args, '--format', 'json']);
    expect(errors).toBe('');
    expect(status).toBe(0);
    return JSON.parse(output);
  };

  it('prints what a PAC file returns and why, in exactly the documented form', async () => {
    const answer = await explain(folder({ 'proxy.pac': PAC }), 'proxy.pac', '--url', 'https://www.example.org/');
    expect(answer).toEqual({
      verdict: 'proxy',
      result: 'PROXY proxy.example.com:8080',
      decidedBy: { path: 'proxy.pac', line: 3, text: expect.stringContaining('return "PROXY') },
      trace: expect.arrayContaining([
        { path: 'proxy.pac', line: 2, text: expect.stringContaining('shExpMatch'), effect: 'does not match' },
      ]),
    });
    const direct = await explain(folder({ 'proxy.pac': PAC }), 'proxy.pac', '--url', 'https://contoso.sharepoint.com/');
    expect(direct).toMatchObject({ verdict: 'direct', result: 'DIRECT', decidedBy: { line: 2 } });
  });

  it('prints what a proxy server does, for whom', async () => {
    const files = folder({ 'squid.conf': SQUID });
    const inside = await explain(files, 'squid.conf', '--url', 'https://www.example.org/', '--client', '10.1.2.3');
    expect(inside).toEqual({
      verdict: 'permit',
      tls: 'none',
      route: 'direct',
      decidedBy: { path: 'squid.conf', line: 2, text: 'http_access allow office' },
      trace: expect.any(Array),
    });
    const outside = await explain(files, 'squid.conf', '--url', 'http://www.example.org/', '--client', '192.0.2.1');
    expect(outside).toMatchObject({ verdict: 'deny', decidedBy: { line: 3 } });
    const anyone = await explain(files, 'squid.conf', '--url', 'http://www.example.org/');
    expect(anyone).toMatchObject({ verdict: 'permit', note: expect.stringContaining('10.0.0.0/8') });
  });

  it('prints what every part of a policy does, and what it depends on', async () => {
    const policy = [
      'firewall: { rules: [{ action: permit, from: 10.20.0.0/16, ports: 443 }] }',
      'proxy: { bypass: ["*.example.org"], inspection: {} }',
      '',
    ].join('\n');
    const files = folder({ 'site.netpolicy.yaml': policy });
    const about = ['explain', 'site.netpolicy.yaml', '--url'];
    const direct = await run(files, [...about, 'https://www.example.org/']);
    expect(direct.output).toMatch(/^verdict: direct\nresult: DIRECT\nfirewall: permit /);
    expect(direct.output).toContain('\nnote: asked the firewall for clients in 10.20.0.0/16\n');
    const proxied = await run(files, [...about, 'https://www.example.net/', '--client', '10.20.0.1']);
    expect(proxied.output).toMatch(/^verdict: proxy\nresult: PROXY\nproxy: permit\nTLS: bump .*\nfirewall: permit /);
    const [flow, json] = ['tcp 10.20.0.1 > 192.0.2.1:443', '--format=json'];
    const { output } = await run(files, ['explain', 'site.netpolicy.yaml', '--flow', flow, json]);
    expect(JSON.parse(output)).toMatchObject({ verdict: 'permit', decidedBy: { line: 1 } });
  });

  it('answers many URLs, one object per line', async () => {
    const files = folder({ 'proxy.pac': PAC });
    const input = 'https://a.sharepoint.com/\nhttp://b.example:8000/x\n\nnonsense\n';
    const { status, output } = await run(files, ['explain', 'proxy.pac', '--urls', '-'], input);
    const answers = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers).toMatchObject([
      { verdict: 'direct' },
      { verdict: 'proxy' },
      { error: expect.stringContaining('nonsense') },
    ]);
    expect(status).toBe(2);
  });

  it('asks a PAC file for a URL as browsers hand it over, and says so', async () => {
    const file = `function FindProxyForURL(url, host) {
  if (shExpMatch(url, "*/meet/*") || shExpMatch(url, "wss:*")) return "DIRECT";
  return "PROXY proxy.example.com:8080";
}
`;
    const files = folder({ 'proxy.pac': file });
    const ask = async (url: string) => {
      const { verdict, note } = await explain(files, 'proxy.pac', '--url', url);
      return [verdict, note];
    };
    expect(await ask('http://example.org/meet/x?y=1')).toEqual(['direct', undefined]);
    expect(await ask('ws://example.org/meet/x')).toEqual(['direct', undefined]);
    expect(await ask('https://example.org/')).toEqual(['proxy', undefined]);
    const without = (what: string) => `browsers hand over ${what}`;
    expect(await ask('https://example.org/meet/x')).toEqual([
      'proxy',
      without('https: URLs without their path and query'),
    ]);
    expect(await ask('wss://example.org/x')).toEqual(['direct', without('wss: URLs without their path and query')]);
    expect(await ask('http://me:word@example.org/')).toEqual(['proxy', without('http: URLs without their user name')]);
  });

  it.each([
    [['--flow', 'udp 10.1.2.3:50000 > 192.0.2.10:3478'], /a proxy configuration, not a packet filter/],
    [['--url', 'ftp://example.org/'], /expected an http:, https:, ws: or wss: URL/],
    [['--url', 'https://example.org/', '--client', 'me'], /--client must be an IPv4 or IPv6 address/],
    [['--url', 'https://example.org/', '--urls', '-'], /one of --url, --urls, --flow and --flows/],
    [['--urls', 'list.txt'], /--urls must be -/],
    [[], /one of --url, --urls, --flow and --flows/],
  ])('refuses %j', async (args, message) => {
    const { status, output, errors } = await run(folder({ 'proxy.pac': PAC }), ['explain', 'proxy.pac', ...args]);
    expect(status).toBe(2);
    expect(output).toBe('');
    expect(errors).toMatch(message);
  });

  it('prints the same for people', async () => {
    const { output } = await run(folder({ 'squid.conf': SQUID }), [
      'explain',
      'squid.conf',
      '--url',
      'https://example.org/',
      '--client',
      '10.1.1.1',
    ]);
    expect(output).toMatch(/^verdict: permit\nTLS: none\nroute: direct\n/);
    expect(output).toContain('decided by: squid.conf:2: http_access allow office\n');
  });
});

describe('fix', () => {
  it('shows what it would change and changes nothing', async () => {
    const files = folder({ 'squid.conf': CLOSED });
    const { status, output } = await run(files, ['fix', '--dry-run', ...SHAREPOINT]);
    expect(output).toMatch(/^--- a\/squid\.conf\t?\n\+\+\+ b\/squid\.conf\t?\n@@ /m);
    expect(output).toMatch(/^\+http_access allow/m);
    expect(output).not.toMatch(/^-http_access/m);
    expect(readFileSync(join(files, 'squid.conf'), 'utf8')).toBe(CLOSED);
    expect(status).toBe(1);
  });

  it('changes the file, after which nothing is left to fix', async () => {
    const files = folder({ 'squid.conf': CLOSED });
    const { status, output } = await run(files, ['fix', ...SHAREPOINT]);
    expect(status).toBe(0);
    expect(output).toContain('squid.conf: fixed; now met: m365-worldwide/31/tcp');
    expect((await run(files, ['check', ...SHAREPOINT])).status).toBe(0);
    expect(await run(files, ['fix', ...SHAREPOINT])).toMatchObject({ status: 0, output: '' });
  });

  it('keeps byte order mark, line ends and the bytes of old encodings', async () => {
    const latin1 = Uint8Array.from(`# b\u00fcro\n${CLOSED}`.replaceAll('\n', '\r\n'), (character) =>
      character.charCodeAt(0),
    );
    const proxied = PAC.replace('*.sharepoint.com', '*.example.com');
    const marked = Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(proxied)]);
    const files = folder({ 'old/squid.conf': latin1, 'marked/proxy.pac': marked });
    expect((await run(files, ['fix', ...SHAREPOINT])).status).toBe(0);
    const old = readFileSync(join(files, 'old/squid.conf'));
    expect(old.subarray(0, 7)).toEqual(Buffer.from([0x23, 0x20, 0x62, 0xfc, 0x72, 0x6f, 0x0d]));
    expect(old.length).toBeGreaterThan(latin1.length);
    expect(old.toString('latin1')).not.toMatch(/[^\r]\n/);
    const fixed = readFileSync(join(files, 'marked/proxy.pac'));
    expect([...fixed.subarray(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x66]);
    expect(fixed.length).toBeGreaterThan(marked.length);
  });
});

describe('coverage', () => {
  it('lists every selected requirement in every format', async () => {
    const files = folder({ 'proxy.pac': PAC });
    const coverage = (format: string) => run(files, ['coverage', '--format', format, ...SHAREPOINT]);
    const json = JSON.parse((await coverage('json')).output);
    const ids = json.files[0].coverage.map(({ requirement }: { requirement: string }) => requirement);
    expect(ids).toContain('m365-worldwide/31/bypass-proxy');
    const text = await coverage('text');
    expect(text).toMatchObject({ status: 0 });
    expect(text.output).toMatch(/^ {2}met +m365-worldwide\/31\/bypass-proxy \(proxy\.pac:2\)$/m);
    const markdown = (await coverage('markdown')).output;
    const csv = (await coverage('csv')).output.split('\r\n');
    expect(csv[0]).toBe('path,requirement,title,status,remark,decided_in,line,document');
    expect(csv).toHaveLength(ids.length + 2);
    for (const id of ids) for (const shown of [text.output, markdown, csv.join('\n')]) expect(shown).toContain(id);
  });
});

describe('catalog', () => {
  it('lists and shows requirements', async () => {
    const list = await run('.', ['catalog', 'list', '--format', 'json']);
    const { version, packs } = JSON.parse(list.output);
    expect(version).toBe(1);
    const ids = packs.flatMap(({ requirements }: { requirements: { id: string }[] }) =>
      requirements.map(({ id }) => id),
    );
    expect(ids).toContain('m365-worldwide/11/udp');
    const text = await run('.', ['catalog', 'list']);
    for (const id of ids) expect(text.output).toContain(id);
    const show = await run('.', ['catalog', 'show', 'm365-worldwide/11/udp', '--format', 'json']);
    expect(JSON.parse(show.output)).toMatchObject({
      id: 'm365-worldwide/11/udp',
      flow: { protocol: 'udp', ports: '3478-3481' },
      source: { url: expect.stringMatching(/^https:/) },
    });
    const shown = await run('.', ['catalog', 'show', 'm365-worldwide/11/udp']);
    expect(shown.output).toContain('udp 3478-3481');
  });

  it('lists and shows what selectors name', async () => {
    const list = await run('.', ['catalog', 'list', 'teams+optimize', 'intune/163/*', '--format', 'json']);
    const { packs } = JSON.parse(list.output);
    const requirements = packs.flatMap(({ requirements }: { requirements: { id: string }[] }) => requirements);
    for (const { id } of requirements) expect(id).toMatch(/^(m365-worldwide\/11|intune\/163)\//);
    const show = await run('.', ['catalog', 'show', 'intune', '--format', 'json']);
    expect(JSON.parse(show.output).requirements.length).toBeGreaterThan(5);
    const refused = await run('.', ['catalog', 'list', 'teems']);
    expect([refused.status, refused.errors]).toEqual([2, expect.stringContaining('did you mean teams')]);
  });

  it('shows what the publisher says of a set, and how it is routed', async () => {
    const show = async (...args: string[]) => (await run('.', ['catalog', 'show', ...args])).output;
    expect(await show('m365-worldwide/2/tcp')).toMatch(
      /^ {2}route {5}the internet, or ExpressRoute .*\n {2}notes {5}of the publisher: POP3, IMAP4/m,
    );
    expect(await show('m365-worldwide/46/tcp')).toMatch(/^ {2}route {5}the internet/m);
    expect(JSON.parse(await show('m365-worldwide/2/tcp', '--format', 'json'))).toMatchObject({
      expressRoute: true,
      notes: expect.stringContaining('SMTP'),
    });
    expect(await show('intune/163/tcp')).not.toMatch(/^ {2}(?:route|notes) /m);
  });

  it('shows the header of a pack before its requirements', async () => {
    const { output } = await run('.', ['catalog', 'show', 'intune']);
    expect(output).toMatch(
      /^intune\n {2}Microsoft Intune\n\n {2}version {3}2026-03-24, \d+ days? old\n {2}cloud {5}worldwide\n {2}count {5}\d+ requirements\n {2}document {2}/,
    );
    for (const line of output.split('\n')) expect(line.length <= 80 || /^ +https:\S+$/.test(line), line).toBe(true);
    const { packs, requirements } = JSON.parse(
      (await run('.', ['catalog', 'show', 'intune', '--format', 'json'])).output,
    );
    expect(packs).toMatchObject([{ id: 'intune', version: '2026-03-24', count: requirements.length }]);
    expect(packs[0].documents.map(({ url }: { url: string }) => url)).toContain(
      'https://learn.microsoft.com/intune/fundamentals/endpoints',
    );
    const tags = await run('.', ['catalog', 'show', 'teams+optimize', '--format', 'json']);
    expect(JSON.parse(tags.output).packs).toEqual([]);
  });

  it('says what to do about an address that is in no list', async () => {
    const none = await run('.', ['catalog', 'find', '13.89.219.246']);
    expect([none.status, none.output]).toEqual([1, expect.stringMatching(/by host names only.*look up the name/s)]);
    const part = await run('.', ['catalog', 'find', '13.107.192.0/18']);
    expect([part.status, part.output]).toEqual([
      0,
      expect.stringMatching(/partly 13\.107\.219\.0\/24.*No document lists the rest of it: 13\.107\.192\.0\/20, /s),
    ]);
    const pasted = 'A techcommunity.microsoft.com\nAAAA outlook.office365.com\n';
    const { status, output } = await run('.', ['catalog', 'find', '-', '--format', 'json'], pasted);
    const { results } = JSON.parse(output);
    expect(status).toBe(0);
    expect(results.map(({ query }: { query: string }) => query)).toEqual([
      'techcommunity.microsoft.com',
      'outlook.office365.com',
    ]);
  });

  it('lists the roles that networks can have', async () => {
    const { output } = await run('.', ['catalog', 'roles']);
    expect(output).toMatch(/^rooms +Windows-based Teams meeting rooms/m);
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const { roles } = JSON.parse((await run('.', ['catalog', 'roles', '--format', 'json'])).output);
    expect(roles).toContainEqual({ name: 'rooms', description: expect.stringContaining('meeting rooms') });
  });

  it('finds what lists an endpoint', async () => {
    const found = await run('.', ['catalog', 'find', '52.109.32.27']);
    expect(found.status).toBe(0);
    expect(found.output).toMatch(/^ {2}Office on the web \(m365-worldwide\/46\/tcp\)$/m);
    expect(found.output).toContain('in 52.108.0.0/14');
    const none = await run('.', ['catalog', 'find', 'teams.microsft.com']);
    expect([none.status, none.output]).toEqual([1, expect.stringContaining('Near: teams.microsoft.com')]);
    const wrong = await run('.', ['catalog', 'find', '!!']);
    expect([wrong.status, wrong.output]).toEqual([2, expect.stringContaining('no host, address, prefix')]);
  });

  it('finds many endpoints of standard input', async () => {
    const input = '52.109.32.27\n\n# from the log\n*.office.net   # twice a minute\nudp/3478\n';
    const { status, output } = await run('.', ['catalog', 'find', '-', '--format', 'json'], input);
    expect(status).toBe(0);
    const { version, results } = JSON.parse(output);
    expect(version).toBe(1);
    expect(results.map(({ query }: { query: string }) => query)).toEqual(['52.109.32.27', '*.office.net', 'udp/3478']);
    expect(results[2].listings[0]).toMatchObject({
      pack: { id: 'm365-worldwide' },
      clouds: ['worldwide'],
      matches: [{ listed: '3478-3481', relation: 'covers' }],
    });
  });

  it('finds endpoints of the packs of the workspace', async () => {
    const files = {
      'lintel.yaml': 'packs: [acme.yaml]\n',
      'acme.yaml': `id: acme
title: Acme
version: "1"
documents:
  guide: { title: Guide, url: https://example.com/guide }
requirements:
  - id: acme/portal/web
    title: The portal
    why: Everybody works there.
    kind: reach
    flow: { to: { hosts: [portal.acme.example] }, protocol: tcp, ports: 443 }
    source: { document: guide }
`,
    };
    const { status, output } = await run(folder(files), ['catalog', 'find', 'https://portal.acme.example/x']);
    expect([status, output]).toEqual([0, expect.stringContaining('The portal (acme/portal/web)')]);
  });
});

describe('lsp', () => {
  it('serves an editor over standard input and output', async () => {
    const message = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { processId: null, rootUri: null, capabilities: {} },
    });
    const { output } = await run(
      '.',
      ['lsp', '--stdio'],
      `Content-Length: ${message.length}\r\n\r\n${message}`,
      'after the first output',
    );
    expect(output).toMatch(/^Content-Length: \d+\r\n\r\n\{"jsonrpc":"2\.0","id":1,"result":\{/);
  });
});
