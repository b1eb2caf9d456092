// What platforms run: the commands of the action, the hook, the component, the pipeline and the image, run here with the package.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { buildNpmPackage, elsewhere, root, runProgram } from './support.js';

const CLOSED = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
const UDP = 'm365-worldwide/11/udp';

const folder = elsewhere();
let tarball: string;

beforeAll(async () => {
  tarball = await buildNpmPackage(folder());
});

const file = (path: string) => readFileSync(join(root, path), 'utf8');

/** A repository with a firewall that is closed, or open. */
function repository(policy: 'DROP' | 'ACCEPT'): string {
  const made = folder();
  mkdirSync(join(made, 'edge'));
  writeFileSync(join(made, 'edge/rules.v4'), CLOSED.replace('DROP', policy));
  writeFileSync(join(made, 'lintel.yaml'), `files:\n  - match: edge/*\n    require: [${UDP}]\n`);
  return made;
}

/** Runs a script as platforms do; npm finds what the package needs without a network. */
function bash(script: string, cwd: string, env: NodeJS.ProcessEnv) {
  const all = { ...env, LINTEL_PACKAGE: tarball, npm_config_offline: 'true' };
  return runProgram('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd, env: all });
}

describe('the GitHub Action', () => {
  interface Step {
    readonly name: string;
    readonly if?: string;
    readonly run?: string;
    readonly uses?: string;
    readonly env?: Readonly<Record<string, string>>;
  }
  const { inputs, runs }: { inputs: Record<string, { default: string }>; runs: { steps: Step[] } } = parse(
    file('action.yml'),
  );

  /** Runs its steps until one fails. */
  async function act(cwd: string, given: Readonly<Record<string, string>> = {}) {
    const values: Record<string, string> = {};
    for (const [name, { default: usual }] of Object.entries(inputs)) values[name] = given[name] ?? usual;
    const temp = folder();
    const summary = join(temp, 'summary.md');
    for (const { run, if: condition, env = {} } of runs.steps) {
      if (run === undefined || (condition !== undefined && values.sarif !== 'true')) continue;
      // No input gets into a script but through the environment.
      expect(run).not.toContain('${{');
      const filled = Object.entries(env).map(([key, text]) => [
        key,
        text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => values[name] ?? ''),
      ]);
      const step = { ...Object.fromEntries(filled), RUNNER_TEMP: temp, GITHUB_STEP_SUMMARY: summary };
      const ended = await bash(run, cwd, step);
      if (ended.status !== 0 || run.includes('--format github'))
        return { ...ended, temp, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
    }
    throw new Error('it has no step that checks');
  }

  it('annotates the line, writes the table of verdicts, and fails', async () => {
    const { status, output, errors, summary, temp } = await act(repository('DROP'), { sarif: 'true' });
    expect(errors).toBe('');
    expect(output).toMatch(/^::error file=edge\/rules\.v4,line=3,.*title=requirement-blocked::/m);
    expect(summary).toMatch(/^\| edge\/rules\.v4 \| 1 \| 0 \| 0 \| 1 \|/m);
    expect(JSON.parse(readFileSync(join(temp, 'lintel.sarif'), 'utf8')).runs[0].results).toHaveLength(1);
    expect(status).toBe(1);
  });

  it('succeeds where nothing is missing, or where nothing shall fail', async () => {
    expect((await act(repository('ACCEPT'))).status).toBe(0);
    expect((await act(repository('DROP'), { 'fail-on': 'never' })).status).toBe(0);
  });

  it('takes paths and selectors as texts, never as commands', async () => {
    const strange = await act(repository('ACCEPT'), { paths: '$(touch hacked) ;echo', require: 'x"; touch hacked' });
    expect(strange.status).toBe(2);
    const several = await act(repository('DROP'), {
      paths: 'edge lintel.yaml',
      require: `${UDP}\nm365-worldwide/12/tcp\n`,
    });
    expect(several.output).toContain('m365');
    expect(several.status).toBe(1);
  });
});

describe('the pre-commit hook', () => {
  const [hook] = parse(file('.pre-commit-hooks.yaml'));
  const [, , packageName, ...args] = String(hook.entry).split(' ');

  it('stops a commit that closes the firewall, and no other', async () => {
    expect([hook.language, hook.pass_filenames]).toEqual(['system', false]);
    const cwd = repository('ACCEPT');
    const git = (...words: string[]) =>
      runProgram('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...words], { cwd });
    for (const words of [
      ['init', '-q'],
      ['add', '.'],
      ['commit', '-qm', 'open'],
    ])
      expect((await git(...words)).status).toBe(0);
    expect(packageName).toBe(`lintel@${manifest.version}`);
    const cache = folder();
    const check = () =>
      bash(`npx --yes --package "$LINTEL_PACKAGE" -- lintel ${args.join(' ')}`, cwd, { npm_config_cache: cache });
    expect((await check()).status).toBe(0);
    writeFileSync(join(cwd, 'edge/rules.v4'), CLOSED);
    expect((await check()).status).toBe(0);
    await git('add', '.');
    const { status, output } = await check();
    expect(output).toContain('requirement-blocked');
    expect(status).toBe(1);
  });
});

it('the GitLab component reports code quality, and fails', async () => {
  const [spec, jobs] = parseAllDocuments(file('templates/lintel.yml')).map((one) => one.toJS());
  const { script, variables, artifacts } = jobs.lintel;
  const fill = (text: string) =>
    text.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => spec.spec.inputs[name].default);
  const temp = folder();
  const env = Object.fromEntries(Object.entries(variables).map(([key, text]) => [key, fill(String(text))]));
  const cwd = repository('DROP');
  const { status, output, errors } = await bash(script.join('\n').replaceAll('/tmp/lintel', temp), cwd, env);
  expect(errors).toBe('');
  expect(output).toContain('requirement-blocked');
  expect(status).toBe(1);
  const report = JSON.parse(readFileSync(join(cwd, artifacts.reports.codequality), 'utf8'));
  expect(report).toMatchObject([
    { check_name: 'requirement-blocked', location: { path: 'edge/rules.v4', lines: { begin: 3 } } },
  ]);
});

it('the pipeline of Azure publishes what its check has written', async () => {
  const { steps } = parse(file('docs/pipelines/azure-pipelines.yml'));
  const scripts = steps.flatMap(({ script }: { script?: string }) => script ?? []);
  const cwd = repository('DROP');
  const { status } = await bash(scripts.join('\n'), cwd, { AGENT_TEMPDIRECTORY: folder() });
  expect(status).toBe(1);
  const { inputs } = steps.find(({ task }: { task?: string }) => task?.startsWith('PublishTestResults'));
  expect(readFileSync(join(cwd, inputs.testResultsFiles), 'utf8')).toContain('<failure type="requirement-blocked"');
});

/** There is no engine for containers here: the instructions of the last stage are carried out in a folder, by an ordinary shell. */
describe('the Dockerfile', () => {
  const instructions = file('Dockerfile')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => /^([A-Z]+) (.+)$/.exec(line)?.slice(1) ?? []);
  const names = instructions.map(([name = '']) => name);
  const start = names.lastIndexOf('FROM');
  const last = instructions.slice(start);
  const one = (wanted: string) => last.find(([name]) => name === wanted)?.[1] ?? '';

  it('has only instructions that are known, and ends as an ordinary user on a small image', () => {
    const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'USER', 'ENTRYPOINT', 'CMD'];
    expect(instructions.filter(([name = '']) => !known.includes(name))).toEqual([]);
    expect(one('FROM')).toMatch(/^node:\d+-alpine$/);
    expect(one('USER')).toBe('node');
    expect(names.lastIndexOf('USER')).toBeGreaterThan(names.lastIndexOf('RUN'));
    expect(file('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['node_modules', '.git', 'dist']));
  });

  it('installs the package without a network, and checks by default', async () => {
    const [, source = '', target = ''] = /^--from=build (\S+) (\S+)$/.exec(one('COPY')) ?? [];
    expect(source).toBe('/src/lintel-*.tgz');
    const [image, cwd] = [folder(), repository('DROP')];
    const copied = join(image, 'lintel.tgz');
    copyFileSync(tarball, copied);
    const built = await bash(one('RUN').replaceAll(target, copied), image, { npm_config_prefix: image });
    expect(built.status).toBe(0);
    expect(existsSync(copied)).toBe(false);
    const program: readonly string[] = JSON.parse(one('ENTRYPOINT'));
    const args: readonly string[] = JSON.parse(one('CMD'));
    const { status, output } = await runProgram(join(image, 'bin', program[0] ?? ''), args, { cwd });
    expect(output).toContain('requirement-blocked');
    expect(status).toBe(1);
  });
});

it('all of them name the version that there is', () => {
  for (const path of [
    'action.yml',
    '.pre-commit-hooks.yaml',
    'templates/lintel.yml',
    'docs/pipelines/azure-pipelines.yml',
    'docs/pipelines/README.md',
  ]) {
    const versions = [...file(path).matchAll(/(?:lintel@v?|default: |rev: v)(\d+\.\d+\.\d+)/g)].map(
      ([, version]) => version,
    );
    expect(versions.length, path).toBeGreaterThan(0);
    expect(new Set(versions), path).toEqual(new Set([manifest.version]));
  }
});
