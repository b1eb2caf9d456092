// The npm package, used from an empty folder somewhere else as its users do.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../server/src/dialects/registry.js';
import { buildNpmPackage, elsewhere, installOffline, root, runProgram } from './support.js';

const folder = elsewhere();
let tarball: string;
let project: string;

beforeAll(async () => {
  tarball = await buildNpmPackage(folder());
  project = folder();
  await installOffline(tarball, project);
});

it('holds what it needs and nothing else', () => {
  const installed = join(project, 'node_modules/lintel');
  const files = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(installed.length + 1)
        .replaceAll('\\', '/'),
    );
  expect(files.sort()).toEqual([
    'LICENSE',
    'README.md',
    'dist/THIRD-PARTY-NOTICES.txt',
    ...[
      ...['atomic', 'mcp', ...DIALECTS.map(({ id }) => id)].map((part) => `dist/cli-program-${part}.js`),
      ...[1, 2, 3, 4].map((data) => `dist/cli-program-data-${data}.json`),
    ].sort(),
    'dist/cli-program.js',
    'dist/cli.js',
    'dist/library.js',
    'dist/mcp.js',
    'dist/server.js',
    'man/lintel.1',
    'package.json',
    ...readdirSync(join(root, 'schemas')).map((name) => `schemas/${name}`),
    'types/index.d.ts',
    'types/input-error.d.ts',
    'types/types.d.ts',
  ]);
});

describe('the program', () => {
  const lintel = (...args: string[]) => runProgram('npx', ['--offline', 'lintel', ...args], { cwd: project });

  it('ends in 2 where there is nothing to check', async () => {
    const { status, errors } = await lintel('check');
    expect(errors).toContain('no file of a known dialect was found');
    expect(status).toBe(2);
  });

  it('reports what is missing and ends in 1, and in 0 after its own fix', async () => {
    const rules = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
    writeFileSync(join(project, 'rules.v4'), rules);
    const asked = ['--require', 'm365-worldwide/11/udp'];
    const { status, output } = await lintel('check', ...asked, '--format', 'oneline');
    expect(output).toMatch(/^rules\.v4:3:\d+: .*requirement-blocked/m);
    expect(status).toBe(1);
    const fixed = await lintel('fix', ...asked);
    expect(fixed.output).toBe('rules.v4: fixed; now met: m365-worldwide/11/udp\n');
    expect((await lintel('check', ...asked)).status).toBe(0);
  });
});

describe('the library', () => {
  it.each([
    ['an ES module', 'mjs', "import { check } from 'lintel';"],
    ['a CommonJS module', 'cjs', "const { check } = require('lintel');"],
  ])('answers %s', async (_, ending, first) => {
    const name = `use.${ending}`;
    writeFileSync(
      join(project, name),
      `${first}
check([{ path: 'squid.conf', text: 'http_access allow offic' }]).then(({ files }) => console.log(files[0].findings.map(({ code }) => code).join()));
`,
    );
    const { output, errors } = await runProgram(process.execPath, [name], { cwd: project });
    expect(errors).toBe('');
    expect(output.trim().split(',')).toContain('undefined-name');
  });

  it('has types that say what it takes and returns', async () => {
    writeFileSync(
      join(project, 'use.mts'),
      `import { check, type CheckResult, explain, InputError, loadCatalog, type TextFile } from 'lintel';
const files: TextFile[] = [{ path: 'proxy.pac', text: '' }];
const result: CheckResult = await check(files, { require: ['teams'], cloud: 'china' });
const codes: string[] = result.files.flatMap(({ findings }) => findings.map(({ code }) => code));
const { verdict }: { verdict: string } = await explain(files, { path: 'proxy.pac', url: 'https://teams.microsoft.com/' });
const found: readonly { pack: string }[] = (await loadCatalog()).find('udp/3478');
// @ts-expect-error no such cloud
await check(files, { cloud: 'mars' });
// @ts-expect-error neither a URL nor a flow
await explain(files, { path: 'proxy.pac' });
void [codes, verdict, found, InputError];
`,
    );
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', '', 'use.mts'];
    const { output } = await runProgram(process.execPath, [compiler, ...options], { cwd: project });
    expect(output).toBe('');
  });

  it('runs the program of the examples', async () => {
    copyFileSync(join(root, 'examples/library/report.mjs'), join(project, 'report.mjs'));
    const { status, output, errors } = await runProgram(process.execPath, ['report.mjs', join(root, 'examples')], {
      cwd: project,
    });
    expect(errors).toBe('');
    expect(status).toBe(0);
    expect(output).toMatch(/^\d+ requirements of \d{3,}$/m);
    expect(output).toMatch(/^firewall\/rules\.v4:\d+: .*: (?:blocked|partial), .*UDP/m);
    expect(output).toMatch(/^proxy\/proxy\.pac: https:\/\/teams\.microsoft\.com\/ is (?:direct|proxy): return /m);
    expect(output).toMatch(/^firewall\/rules\.v4: 1 proved edit$/m);
    expect(output).toMatch(/^met after that: .*m365-worldwide\/11\/udp/m);
  });

  it('has the interface that docs/reference/library.md reports (write it anew with: node scripts/docs.mjs)', async () => {
    const report = readFileSync(join(root, 'docs/reference/library.md'), 'utf8');
    for (const name of ['index', 'types', 'input-error']) {
      const text = readFileSync(join(project, 'node_modules/lintel/types', `${name}.d.ts`), 'utf8');
      expect(report).toContain(text.trim());
    }
  });
});

it('is made of the same bytes again', async () => {
  const again = await buildNpmPackage(folder());
  expect(readFileSync(again).equals(readFileSync(tarball))).toBe(true);
});
