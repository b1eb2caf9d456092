import { beforeAll, describe, expect, it } from 'vitest';
import { recordingPath } from '../catalog/recorded-service.js';
import { buildProgram, temporaryFolders } from './program.js';

const [OLD, NEW] = [recordingPath('worldwide_2026081400.json'), recordingPath('worldwide_2026100100.json')];

let run: Awaited<ReturnType<typeof buildProgram>>;
const folder = temporaryFolders();

beforeAll(async () => {
  run = await buildProgram('catalog-diff');
});

/** The affected lines of some files, as `path:line: message`. */
async function affected(files: Readonly<Record<string, string>>, from = OLD, to = NEW): Promise<readonly string[]> {
  const args = ['catalog', 'diff', from, to, ...Object.keys(files).filter((path) => path !== 'lintel.yaml')];
  const { output, errors } = await run(folder(files), [...args, '--format', 'json']);
  expect(errors).toBe('');
  const lines: readonly { path: string; line: number | null; reasons: readonly { message: string }[] }[] =
    JSON.parse(output).affected;
  return lines.flatMap(({ path, line, reasons }) => reasons.map(({ message }) => `${path}:${line}: ${message}`));
}

const FIREWALL = `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ip daddr { 198.51.100.0/25, 203.0.113.0/26 } udp dport 3478-3481 accept
    ip daddr { 198.51.100.0/25, 203.0.113.0/24 } tcp dport { 80, 443 } accept
    ip daddr 192.0.2.0/24 tcp dport 443 accept
    ip daddr 0.0.0.0/0 tcp dport 22 accept
    ip daddr 10.0.0.0/8 tcp dport 80 accept
  }
}
`;

describe('the lines that a change of the endpoints concerns', () => {
  it('are those that name an address which came or went, all of it or a part', async () => {
    const media = 'Teams media relays (m365-worldwide/11)';
    const web = 'Teams signalling and web (m365-worldwide/12)';
    const lines = await affected({ 'fw.nft': FIREWALL });
    expect(lines.filter((line) => /listed for|is new for/.test(line) && !/(?:TCP|UDP) \d/.test(line))).toEqual([
      `fw.nft:5: 203.0.113.0/26 is no longer listed for ${media}, ${web}`,
      `fw.nft:6: 203.0.113.0/26 of 203.0.113.0/24 is no longer listed for ${media}, ${web}`,
      `fw.nft:7: 192.0.2.128/26 of 192.0.2.0/24 is new for ${media}, ${web}`,
    ]);
  });

  it('are those that open a port which went, for these endpoints and no others', async () => {
    const lines = await affected({ 'fw.nft': FIREWALL });
    expect(lines.filter((line) => /TCP \d+ is/.test(line))).toEqual([
      'fw.nft:6: TCP 80 is no longer listed for Teams signalling and web (m365-worldwide/12)',
    ]);
  });

  it('are those that decide a requirement which is met no more, is new, or is asked for no more', async () => {
    const lines = await affected({ 'fw.nft': FIREWALL });
    const verdicts = lines.filter((line) => / before|: new, and|: still/.test(line));
    expect(verdicts).toContainEqual(
      expect.stringMatching(/^fw\.nft:\d+: .*\(m365-worldwide\/12\/udp\): new, and blocked: UDP 443 to .* is missing$/),
    );
    expect(verdicts.filter((line) => line.includes('m365-worldwide/31'))).toEqual([]);
    const back = await affected({ 'fw.nft': FIREWALL }, NEW, OLD);
    expect(back).toContainEqual(
      expect.stringMatching(/\(m365-worldwide\/12\/udp\): blocked before, no longer required$/),
    );
  });

  it('are those of proxies, in the file that names or decides', async () => {
    const lines = await affected({
      'squid.conf': [
        'acl teams dstdomain .teams.example',
        'acl old dstdomain "old.txt"',
        'acl new dstdomain new.example',
        'http_access allow all',
        'http_port 3128 ssl-bump cert=/c.pem',
        'ssl_bump splice teams',
        'ssl_bump bump all',
        '',
      ].join('\n'),
      'proxy.pac':
        'function FindProxyForURL(url, host) {\n  if (host == "old.example") return "DIRECT";\n  return "PROXY p:8080";\n}\n',
    });
    expect(lines).toContain('squid.conf:3: new.example is new for Teams signalling and web (m365-worldwide/12)');
    expect(lines).toContain(
      'proxy.pac:2: old.example is no longer listed for Teams signalling and web (m365-worldwide/12)',
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^squid\.conf:7: .*\(m365-worldwide\/12\/no-decrypt\): still partial: .*new\.example/),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^proxy\.pac:3: .*\(m365-worldwide\/12\/bypass-proxy\): .*new\.example/),
    );
  });

  it('are none in a workspace of another cloud, and none where nothing changed', async () => {
    expect(await affected({ 'lintel.yaml': 'cloud: china\n', 'fw.nft': FIREWALL })).toEqual([]);
    expect(await affected({ 'fw.nft': FIREWALL }, OLD, OLD)).toEqual([]);
  });

  it('are reported with their text and the reason, after what changed', async () => {
    const args = ['catalog', 'diff', OLD, NEW, 'fw.nft'];
    const { status, output, errors } = await run(folder({ 'fw.nft': FIREWALL }), args);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(output).toMatch(/^Microsoft 365, worldwide: 2026081400 → 2026100100: 1 address range added, .*\n/);
    expect(output).toContain('\n  m365-worldwide/12, Teams signalling and web: added addresses 192.0.2.128/26;');
    expect(output).toMatch(/\n\n\d lines are affected, in 1 of 1 file:\n/);
    expect(output).toContain(
      '\nfw.nft:5: ip daddr { 198.51.100.0/25, 203.0.113.0/26 } udp dport 3478-3481 accept\n  203.0.113.0/26 is no longer',
    );
  });

  it('are not looked for where no file is named', async () => {
    const { status, output } = await run(folder({ 'fw.nft': FIREWALL }), ['catalog', 'diff', OLD, NEW]);
    expect(status).toBe(0);
    expect(output).not.toContain('affected');
  });
});

const PACK = (version: string, port: number) => `id: telephony
title: Telephony
version: "${version}"
documents:
  guide: { title: Telephony guide, url: https://telephony.example/ }
requirements:
  - id: telephony/signalling/tcp
    title: Signalling
    why: Calls are set up here.
    kind: reach
    flow: { to: { prefixes: [192.0.2.0/24] }, protocol: tcp, ports: "${port}" }
    source: { document: guide }
`;

describe('what can be compared', () => {
  it('packs of an organisation, for the files that are checked with them', async () => {
    const files = {
      'lintel.yaml': 'packs: [telephony.yaml]\nfiles:\n  - match: "*.nft"\n    require: [telephony]\n',
      'telephony.yaml': PACK('1', 5060),
      'newer.yaml': PACK('2', 5061),
      'fw.nft': FIREWALL.replace('192.0.2.0/24 tcp dport 443', '192.0.2.0/24 tcp dport 5060'),
    };
    const { output, errors } = await run(folder(files), ['catalog', 'diff', 'telephony.yaml', 'newer.yaml', 'fw.nft']);
    expect(errors).toBe('');
    expect(output).toContain('Telephony: 1 → 2: 1 entry changed\n  telephony/signalling, Signalling: added TCP 5061;');
    expect(output).toContain(
      'fw.nft:7: ip daddr 192.0.2.0/24 tcp dport 5060 accept\n  TCP 5060 is no longer listed for',
    );
    expect(output).toContain('Signalling (telephony/signalling/tcp): met before, now blocked: TCP 5061 to');
  });

  it('versions by their number: that which comes with Lintel and that which the workspace keeps', async () => {
    const made = folder({});
    await run(made, ['catalog', 'update', '--from', NEW, '--force']);
    const { output, errors } = await run(made, ['catalog', 'diff', '2026081400', '2026100100']);
    expect(errors).toBe('');
    expect(output).toMatch(/^Microsoft 365, worldwide: 2026081400 → 2026100100: /);
  });

  it.each([
    [[], /catalog diff needs two versions/],
    [[OLD], /catalog diff needs two versions/],
    [['2020010100', NEW], /unknown version 2020010100; name a file, or one of worldwide 2026081400 \(built in/],
    [['2026081400', '2026073100'], /2026081400 is one of m365-worldwide, 2026073100 is one of m365-china/],
    [['missing.json', NEW], /missing\.json: cannot be read/],
    [['broken.json', NEW], /broken\.json: neither a pack nor an endpoint list/],
    [['answer.json', NEW], /answer\.json: not an endpoint list/],
    [[OLD, NEW, 'missing.nft'], /missing\.nft: no such file or folder/],
  ])('not %j', async (args, reason) => {
    const made = folder({ 'broken.json': '{"instance": "Worl', 'answer.json': '[{"id": "x"}]' });
    expect(await run(made, ['catalog', 'diff', ...args])).toMatchObject({
      status: 2,
      errors: expect.stringMatching(reason),
    });
  });
});
