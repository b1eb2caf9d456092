// What lets a team start with the findings that it has: baselines, quiet runs, reports in files and for its platform.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, folderWith } from './program.js';

let run: Awaited<ReturnType<typeof buildProgram>>;
const folders: string[] = [];

beforeAll(async () => {
  run = await buildProgram('adoption');
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(files: Readonly<Record<string, string>>): string {
  const made = folderWith(files);
  folders.push(made);
  return made;
}

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
