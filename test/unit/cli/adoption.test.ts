// What lets a team start with the findings that it has: baselines, quiet runs, reports in files and for its platform.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import reportSchema from '../../../schemas/check-report.schema.json' with { type: 'json' };
import { buildProgram, temporaryFolders } from './program.js';

let run: Awaited<ReturnType<typeof buildProgram>>;
const folder = temporaryFolders();

beforeAll(async () => {
  run = await buildProgram('adoption');
});

const RULES = `*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p udp --dport 3478 -j DROP
COMMIT
`;
const ASKED = ['--require', 'm365-worldwide/11/udp'];

describe('a baseline', () => {
  it('leaves out what it has accepted, wherever the lines have moved, and tells what is new', async () => {
    const at = folder({ 'rules.v4': RULES });
    const written = await run(at, ['check', ...ASKED, '--write-baseline', 'lintel-baseline.json']);
    expect(written).toMatchObject({ status: 0, output: 'lintel-baseline.json: 1 finding is accepted\n' });
    const args = ['check', ...ASKED, '--baseline', 'lintel-baseline.json'];
    expect(await run(at, args)).toMatchObject({ status: 0, output: expect.stringContaining('1 file: 0 errors') });

    writeFileSync(join(at, 'rules.v4'), RULES.replace('*filter\n', '# moved\n*filter\n'));
    expect((await run(at, args)).status).toBe(0);

    writeFileSync(join(at, 'rules.v4'), RULES.replace('COMMIT', '-A FORWARD -p udp --dport 3479 -j DROP\nCOMMIT'));
    const more = await run(at, args);
    expect(more.output).toMatch(/^rules\.v4:4:1 error requirement-partial\n/);
    expect(more.status).toBe(1);
  });

  it('that is no baseline, or is not there, is told', async () => {
    const at = folder({ 'rules.v4': RULES, 'other.json': '{"version": 1}', 'broken.json': '{' });
    for (const name of ['other.json', 'broken.json'])
      expect(await run(at, ['check', '--baseline', name])).toMatchObject({
        status: 2,
        errors: `lintel: ${name}: not a baseline of Lintel\n`,
      });
    expect((await run(at, ['check', '--baseline', 'none.json'])).errors).toMatch(
      /^lintel: none\.json: cannot be read \(/,
    );
  });
});

describe('a run', () => {
  it('succeeds with as many findings as it is allowed', async () => {
    const at = folder({ 'rules.v4': RULES });
    const { status: none } = await run(at, ['check', ...ASKED]);
    const { status: one, output } = await run(at, ['check', ...ASKED, '--max-findings', '1']);
    expect([none, one]).toEqual([1, 0]);
    expect(output).toContain('requirement-partial');
    expect(await run(at, ['check', '--max-findings', 'few'])).toMatchObject({
      status: 2,
      errors: 'lintel: --max-findings must be a number, not "few"\n',
    });
  });

  it('fails by code as lintel.yaml says, in every report, and never with --fail-on never', async () => {
    const at = folder({ 'rules.v4': RULES, 'lintel.yaml': 'fail-on:\n  requirement-partial: never\n' });
    const { status, output } = await run(at, ['check', ...ASKED, '--format', 'junit']);
    expect(status).toBe(0);
    expect(output).toMatch(/<testsuites name="lintel" tests="\d+" failures="0"/);
    writeFileSync(join(at, 'rules.v4'), RULES.replace('udp', 'udp -m u32 --u32 "0=1"'));
    expect((await run(at, ['check', ...ASKED])).status).toBe(0);
    writeFileSync(join(at, 'lintel.yaml'), 'fail-on:\n  requirement-undecided: info\n');
    const undecided = await run(at, ['check', ...ASKED]);
    expect(undecided.output).toContain('info requirement-undecided');
    expect(undecided.status).toBe(1);
    expect((await run(at, ['check', ...ASKED, '--fail-on', 'never'])).status).toBe(0);
  });
});

describe('the first lintel.yaml', () => {
  const FILES = {
    'edge/one.v4': RULES,
    'edge/two.v4': RULES,
    'edge/[a] {b}.nft': 'table inet f {\n\tchain forward { type filter hook forward priority 0; policy accept; }\n}\n',
    'core.cfg':
      'interface Vlan10\n ip address 10.20.0.1 255.255.0.0\n ip access-group USERS in\ninterface Gi0/1\n ip address 198.51.100.2 255.255.255.252\nip route 0.0.0.0 0.0.0.0 198.51.100.1\nip access-list extended USERS\n permit tcp any any\n deny ip any any\n',
    'packs/own.yaml':
      'id: own\ntitle: Own\nversion: "1"\ndocuments:\n  guide: { title: Guide, url: "https://example.net/", revision: "1" }\nrequirements:\n  - { id: own/one, title: One, why: It is needed., kind: reach, flow: { direction: outbound, from: { role: clients }, to: { prefixes: [192.0.2.1/32] }, protocol: tcp, ports: "443" }, source: { document: guide, section: "1" } }\n',
  };

  it('names the files and the networks that they show, and changes no verdict', async () => {
    const at = folder(FILES);
    const before = await run(at, ['check', '--format', 'json', '--exclude', 'packs']);
    const { output, status } = await run(at, ['init']);
    expect(output).toBe('lintel.yaml: written for 5 files; next, declare your networks in it and run lintel check\n');
    expect(status).toBe(0);
    const text = readFileSync(join(at, 'lintel.yaml'), 'utf8');
    expect(text).toContain('#     - 10.20.0.0/16  # Vlan10 in core.cfg\n');
    expect(text).toContain('  - match: edge/*.v4  # iptables, 2 files\n');
    expect(text).toContain('packs:\n  - packs/own.yaml\n');
    const after = await run(at, ['check', '--format', 'json', '--exclude', 'packs', '--exclude', 'lintel.yaml']);
    expect(JSON.parse(after.output)).toEqual(JSON.parse(before.output));
    expect(after.errors).toBe(before.errors);
    // What is commented out is valid as well: the networks are only to be confirmed.
    const confirmed = text.replace(/^# (?=roles:|severity:|fail-on:| )/gm, '');
    expect(confirmed).toContain('\nroles:\n  clients:\n    - 10.20.0.0/16');
    writeFileSync(join(at, 'lintel.yaml'), confirmed);
    const edited = await run(at, ['check', 'lintel.yaml', 'core.cfg']);
    expect(edited.output).not.toContain('invalid-configuration');
    expect(edited.output).toContain('core.cfg');
  });

  it('is never written over, and can be looked at before', async () => {
    const at = folder(FILES);
    const { output } = await run(at, ['init', '--dry-run', '--exclude', 'edge']);
    expect(output).toContain('  - match: core.cfg  # Cisco access lists\n');
    expect(output).not.toContain('edge/');
    writeFileSync(join(at, 'lintel.yml'), 'cloud: china\n');
    expect(await run(at, ['init'])).toMatchObject({ status: 2, errors: 'lintel: lintel.yml is there already\n' });
    expect(await run(at, ['init', 'core.cfg'])).toMatchObject({
      status: 2,
      errors: expect.stringContaining('one folder'),
    });
  });
});

describe('a change', () => {
  function git(at: string, ...args: string[]): void {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    execFileSync('git', [...identity, ...args], { cwd: at });
  }

  it('is answerable for what it causes, and for nothing that was there before', async () => {
    const at = folder({ 'site/rules.v4': RULES, 'site/lintel.yaml': 'require: [m365-worldwide/11/udp]\n' });
    git(at, 'init', '-q');
    git(at, 'add', '.');
    git(at, 'commit', '-qm', 'First');
    expect(await run(join(at, 'site'), ['check', '--since', 'HEAD'])).toMatchObject({ status: 0 });

    // The rule that denies stands where it stood: the one in front of it went.
    const open = RULES.replace('-A', '-A FORWARD -p udp --dport 3478 -j ACCEPT\n-A');
    writeFileSync(join(at, 'site/rules.v4'), open);
    git(at, 'commit', '-qam', 'Opened');
    writeFileSync(join(at, 'site/rules.v4'), RULES);
    const since = ['check', '--format', 'oneline', '--since', 'HEAD'];
    const closed = await run(join(at, 'site'), since);
    expect(closed.output).toMatch(/^rules\.v4:3:1: error: .* \[requirement-partial\]\n$/);
    expect(closed.status).toBe(1);
    // Nothing of it is staged yet.
    const staged = ['check', '--format', 'oneline', '--staged'];
    expect(await run(at, staged)).toMatchObject({ status: 0, output: '' });
    git(at, 'add', '.');
    writeFileSync(join(at, 'site/rules.v4'), open);
    expect((await run(at, staged)).output).toMatch(/^site\/rules\.v4:3:1: error: /);
    expect(readFileSync(join(at, 'site/rules.v4'), 'utf8')).toBe(open);
  });

  it('of an unknown revision is told', async () => {
    const at = folder({ 'rules.v4': RULES });
    git(at, 'init', '-q');
    const { errors, status } = await run(at, ['check', '--since', '--output=x']);
    expect({ errors, status }).toEqual({ errors: expect.stringMatching(/^lintel: .*--since/), status: 2 });
    expect((await run(at, ['check', '--since=--output=x'])).errors).toBe(
      'lintel: Git knows no revision "--output=x"\n',
    );
  });
});

describe('a finding', () => {
  it('is explained in the terminal', async () => {
    const { output, status } = await run(folder({}), ['help', 'not-bypassed']);
    expect(output).toMatch(/^not-bypassed \(warning\): Traffic that should bypass the proxy is sent to it\n/);
    expect(output).toContain('\n    function FindProxyForURL(url, host) {\n');
    expect(output).toContain('lintel: ignore not-bypassed --');
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(status).toBe(0);
  });
});

describe('a report', () => {
  it('is without information when quiet, and can be written to a file', async () => {
    const at = folder({ 'squid.conf': 'acl late time 20:00-24:00\nhttp_access allow late\nhttp_access deny all\n' });
    const loud = await run(at, ['check', ...ASKED, '--require', 'm365-worldwide/31/tcp']);
    expect(loud.output).toContain('info requirement-undecided');
    const quiet = await run(at, ['check', '--quiet', '--output', 'report.txt', '--require', 'm365-worldwide/31/tcp']);
    expect(quiet.output).toBe('');
    const report = readFileSync(join(at, 'report.txt'), 'utf8');
    expect(report).not.toContain('info requirement-undecided');
    expect(report).toContain('1 file: ');
  });

  it('in JSON is what its schema says, with no key besides', async () => {
    const at = folder({ 'b.v4': RULES, 'squid.conf': 'http_port 3128\nhttp_access deny all\n' });
    const { output } = await run(at, ['check', '.', '--format', 'json']);
    const closed = (value: unknown): unknown =>
      value === null || typeof value !== 'object'
        ? value
        : Array.isArray(value)
          ? value.map(closed)
          : {
              ...Object.fromEntries(Object.entries(value).map(([key, own]) => [key, closed(own)])),
              ...('properties' in value ? { additionalProperties: false } : {}),
            };
    const isReport = new Ajv({ allowUnionTypes: true }).compile(closed(reportSchema) as object);
    const report: unknown = JSON.parse(output);
    expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
    expect(output).toContain('"edits":[{');
    expect(isReport({ ...(report as object), files: [{}] })).toBe(false);
  });

  it('for GitHub begins with what could not be checked and with errors, and fills the summary of the step', async () => {
    const at = folder({
      'a.pac': 'function FindProxyForURL(url, host) {\n  return "PROXY proxy.example.com:8080";\n}\n',
      'b.v4': RULES,
      'zero.nft': 'table\0',
      'summary.md': 'earlier\n',
    });
    const summary = join(at, 'summary.md');
    process.env.GITHUB_STEP_SUMMARY = summary;
    const { output, status } = await run(at, ['check', '.', '--format', 'github']);
    delete process.env.GITHUB_STEP_SUMMARY;
    const kinds = output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(output).toMatch(/^::error title=not checked::zero\.nft: a binary file, not configuration\n/);
    expect(kinds).toEqual([...kinds].sort());
    expect(kinds).toContain('::warning');
    expect(status).toBe(2);
    const text = readFileSync(summary, 'utf8');
    expect(text).toMatch(/^earlier\n### Lintel\n/);
    expect(text).toMatch(/^\| b\.v4 \| 1 \| 0 \| /m);
    expect(text).toContain('- **not checked** zero.nft: a binary file, not configuration');
  });

  it('is read by GitLab, by what reads Checkstyle and by what reads compilers', async () => {
    const at = folder({ 'b & c.v4': RULES, 'z.nft': 'a\0' });
    const gitlab = JSON.parse((await run(at, ['check', '.', '--format', 'gitlab', ...ASKED])).output);
    expect(gitlab).toEqual([
      expect.objectContaining({ check_name: 'not-checked', severity: 'blocker' }),
      {
        check_name: 'requirement-partial',
        description: expect.stringContaining('UDP 3478'),
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
        severity: 'critical',
        location: { path: 'b & c.v4', lines: { begin: 3 } },
      },
    ]);
    const checkstyle = await run(at, ['check', '.', '--format', 'checkstyle', ...ASKED]);
    expect(checkstyle.output).toMatch(
      /^ {2}<file name="b &amp; c\.v4">\n {4}<error line="3" column="1" severity="error" message="[^"<]+" source="lintel\.requirement-partial"\/>$/m,
    );
    expect(checkstyle.output).toContain('source="lintel.not-checked"');
    const oneline = await run(at, ['check', 'b & c.v4', '--format', 'oneline', ...ASKED]);
    expect(oneline.output).toMatch(/^b & c\.v4:3:1: error: [^\n]+ \[requirement-partial\]\n$/);
  });

  it('in JUnit counts what could not be checked, and no two cases of a suite have one name', async () => {
    const at = folder({
      'b.v4': RULES.replace('COMMIT', '-A FORWARD -p udp --dport 3479 -j DROP\nCOMMIT'),
      'z.nft': 'a\0',
    });
    const { output } = await run(at, ['check', '.', '--format', 'junit']);
    expect(output).toMatch(/^<testsuites name="lintel" tests="\d+" failures="2" errors="1">$/m);
    expect(output).toContain('<error type="not-checked" message="z.nft: a binary file, not configuration"/>');
    const names = [...output.matchAll(/<testcase classname="b\.v4" name="([^"]*)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name?.startsWith('requirement-partial at line'))).toHaveLength(2);
  });
});
