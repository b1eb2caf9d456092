// The library as its users call it.
import { describe, expect, it } from 'vitest';
import {
  check,
  coverage,
  explain,
  fix,
  InputError,
  loadCatalog,
  type TextFile,
} from '../../../server/src/library/index.js';

const UDP = 'm365-worldwide/11/udp';
const CLOSED = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
const PAC = `function FindProxyForURL(url, host) {
  if (isResolvable(host)) return "DIRECT";
  return "PROXY proxy.example.com:8080";
}
`;

describe('check', () => {
  it('finds the statement that denies a requirement', async () => {
    const { files, unrecognised } = await check([{ path: 'edge/rules.v4', text: CLOSED }], { require: [UDP] });
    expect(unrecognised).toEqual([]);
    expect(files).toMatchObject([
      {
        path: 'edge/rules.v4',
        dialect: 'iptables',
        findings: [
          {
            code: 'requirement-blocked',
            severity: 'error',
            range: { start: { line: 2, character: 0 } },
            requirements: [UDP],
          },
        ],
        verdicts: [
          { requirement: UDP, status: 'blocked', decidedBy: [{ path: 'edge/rules.v4', text: ':FORWARD DROP [0:0]' }] },
        ],
      },
    ]);
  });

  it('reads includes, packs and lintel.yaml among the files, and nothing else', async () => {
    const files: readonly TextFile[] = [
      { path: 'lintel.yaml', text: 'files:\n  - match: squid/*\n    require: [m365-worldwide/12/tcp]\n' },
      { path: 'squid/squid.conf', text: 'include squid/acls.conf\ninclude /etc/passwd\nhttp_access allow office\n' },
      { path: 'squid/acls.conf', text: 'acl office src all\n' },
      { path: 'notes.txt', text: 'hello\n' },
    ];
    const result = await check(files);
    const { findings = [], verdicts = [] } = result.files.find(({ path }) => path === 'squid/squid.conf') ?? {};
    expect(findings.map(({ code }) => code)).not.toContain('undefined-name');
    expect(findings.map(({ message }) => message).join('\n')).toContain('/etc/passwd');
    expect(verdicts.map(({ requirement }) => requirement)).toEqual(['m365-worldwide/12/tcp']);
    expect(result.unrecognised).toEqual(['notes.txt']);
  });

  it.each([
    ['a path of Windows', 'C:\\net\\rules.v4'],
    ['an absolute path', '/srv/net/rules.v4'],
    ['a URI', 'vscode-vfs://github/acme/net/rules.v4'],
    ['a path above', '../rules.v4'],
  ])('calls a file by %s as it was given', async (_, path) => {
    const { files } = await check([{ path, text: CLOSED }], { require: [UDP] });
    expect(files.map((file) => file.path)).toEqual([path]);
    expect(files[0]?.verdicts[0]?.decidedBy[0]?.path).toBe(path);
  });

  it('refuses what makes no sense, with a sentence', async () => {
    const file = { path: 'rules.v4', text: CLOSED };
    await expect(check([file], { require: ['teems'] })).rejects.toThrow(
      /^no requirement matches "teems"; did you mean/,
    );
    await expect(check([file, file])).rejects.toThrow('the file rules.v4 is given twice');
    await expect(check([{ ...file, dialect: 'fortran' }])).rejects.toThrow(InputError);
  });

  it('answers nothing about no files', async () => {
    expect(await check([])).toEqual({ files: [], unrecognised: [] });
  });
});

describe('explain', () => {
  it('tells what decides a flow', async () => {
    const files = [{ path: 'rules.v4', text: CLOSED }];
    const answer = await explain(files, {
      path: 'rules.v4',
      flow: 'udp 10.1.2.3:50000 > 52.112.0.10:3478',
      hook: 'forward',
    });
    expect(answer).toMatchObject({ verdict: 'deny', decidedBy: { path: 'rules.v4', range: { start: { line: 2 } } } });
  });

  it('says what an undecided URL depends on', async () => {
    const question = { path: 'proxy.pac', url: 'https://teams.microsoft.com/' };
    const answer = await explain([{ path: 'proxy.pac', text: PAC }], question);
    expect(answer.verdict).toBe('undecided');
    expect(answer.reason).toContain('direct if DNS has an address for the host');
  });

  it('refuses a question of the wrong kind', async () => {
    const files = [{ path: 'rules.v4', text: CLOSED }];
    const asked = explain(files, { path: 'rules.v4', url: 'https://teams.microsoft.com/' });
    await expect(asked).rejects.toThrow('rules.v4 answers questions about a flow, not about a url');
    await expect(explain(files, { path: 'other', flow: 'x' })).rejects.toThrow('no file other is given');
    await expect(explain(files, { path: 'rules.v4', flow: 'x' })).rejects.toThrow(InputError);
  });
});

describe('fix', () => {
  it('returns edits of the given text, and what is left', async () => {
    const files = [{ path: 'rules.v4', text: CLOSED }];
    const { files: fixed, requirements, left } = await fix(files, { require: [UDP] });
    expect(requirements).toEqual([UDP]);
    expect(left.files[0]?.verdicts[0]?.status).toBe('met');
    const [{ text, edits } = { text: '', edits: [] }] = fixed;
    expect(text).toContain('--dport 3478:3481');
    const lines = CLOSED.split('\n');
    for (const { range, newText } of edits) {
      expect([range.start.character, range.end.character]).toEqual([0, 0]);
      lines.splice(range.start.line, range.end.line - range.start.line, ...newText.replace(/\n$/, '').split('\n'));
    }
    expect(lines.join('\n')).toBe(text);
    expect(files[0]?.text).toBe(CLOSED);
  });

  it('changes nothing where nothing is missing', async () => {
    const text = CLOSED.replace('DROP', 'ACCEPT');
    expect(await fix([{ path: 'rules.v4', text }], { require: [UDP] })).toMatchObject({ files: [], requirements: [] });
  });
});

it('coverage has the files that decide something', async () => {
  const files = [
    { path: 'rules.v4', text: CLOSED },
    { path: 'notes.txt', text: '' },
  ];
  const covered = await coverage(files, { require: [UDP] });
  expect(covered.map(({ path, verdicts }) => [path, verdicts.map(({ status }) => status)])).toEqual([
    ['rules.v4', ['blocked']],
  ]);
});

describe('loadCatalog', () => {
  it('selects and finds', async () => {
    const catalog = await loadCatalog();
    expect(catalog.select([UDP]).map(({ to, ports }) => [to.prefixes.length > 0, ports])).toEqual([
      [true, '3478-3481'],
    ]);
    expect(catalog.find('52.112.0.10')[0]?.requirements.map(({ id }) => id)).toContain(UDP);
    expect(() => catalog.find('no such thing!')).toThrow(InputError);
    expect(() => catalog.select(['teems'])).toThrow('did you mean');
  });

  it('has the packs of a lintel.yaml, and another cloud', async () => {
    const pack = `id: acme
title: ACME
version: "1"
documents:
  guide: { title: Guide, url: "https://acme.example/" }
requirements:
  - id: acme/a/tcp
    title: Signalling
    why: Without it nothing rings.
    kind: reach
    flow: { from: { role: clients }, to: { hosts: [voice.acme.example] }, protocol: tcp, ports: 443, direction: outbound }
    tags: [acme]
    source: { document: guide }
`;
    const files = [
      { path: 'lintel.yaml', text: 'packs: [packs/*.yaml]\n' },
      { path: 'packs/acme.yaml', text: pack },
    ];
    const catalog = await loadCatalog({ files, cloud: 'china' });
    expect(catalog.find('voice.acme.example').map((one) => one.pack)).toEqual(['ACME']);
    expect(catalog.packs.map(({ id }) => id)).toContain('m365-china');
  });
});
