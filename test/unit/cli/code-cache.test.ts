// What one run has compiled shows in no other way than in the time of the next one.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, programPath, temporaryFolders } from './program.js';

const RULES = '*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 10.0.0.0/16 -j ACCEPT\n-A FORWARD -j NOWHERE\nCOMMIT\n';

const folder = temporaryFolders();
const program = programPath('code-cache');
const cli = join(dirname(program), 'cli-program.js');

beforeAll(async () => {
  await buildProgram('code-cache');
});

function run(at: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, XDG_CACHE_HOME: at, LOCALAPPDATA: at, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: at,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The files of compiled code, with what is in them. */
function kept(at: string): ReadonlyMap<string, string> {
  const path = join(at, 'lintel');
  return new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'latin1')]));
}

// Later versions of Node.js keep the code themselves.
describe.skipIf('enableCompileCache' in nodeModule)('compiled code that is kept', () => {
  it('tells the same, of every command, and is written once for each', () => {
    const at = folder({ 'rules.v4': RULES });
    const check = ['check', 'rules.v4', '--format', 'json'];
    const first = run(at, check);
    expect(first).toMatchObject({ status: 1, stderr: '' });
    const after = kept(at);
    expect([...after.keys()].map((name) => /^[a-z-]+\.js/.exec(name)?.[0])).toEqual([
      'cli-program-iptables.js',
      'cli-program.js',
    ]);
    expect(run(at, check)).toEqual(first);
    expect(kept(at)).toEqual(after);
    const coverage = ['coverage', 'rules.v4'];
    const covered = run(at, coverage);
    expect(covered).toMatchObject({ status: 0 });
    expect(kept(at)).not.toEqual(after);
    const both = kept(at);
    expect(run(at, coverage)).toEqual(covered);
    expect(run(at, check)).toEqual(first);
    expect(kept(at)).toEqual(both);
  });

  it('is of nobody else', () => {
    const at = folder({ 'rules.v4': RULES });
    run(at, ['check', 'rules.v4']);
    if (process.platform === 'win32') return;
    expect(statSync(join(at, 'lintel')).mode & 0o777).toBe(0o700);
    const shared = folder({ 'rules.v4': RULES, 'lintel/note': '' });
    chmodSync(join(shared, 'lintel'), 0o777);
    expect(run(shared, ['check', 'rules.v4'])).toMatchObject({ status: 1, stderr: '' });
    expect([...kept(shared).keys()]).toEqual(['note']);
  });

  it('is given up where it cannot be kept, or is not wanted', () => {
    const at = folder({ 'rules.v4': RULES, file: '' });
    const expected = run(at, ['check', 'rules.v4'], { NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(expected).toMatchObject({ status: 1, stderr: '' });
    expect(existsSync(join(at, 'lintel'))).toBe(false);
    const nowhere = join(at, 'file');
    expect(run(at, ['check', 'rules.v4'], { XDG_CACHE_HOME: nowhere, LOCALAPPDATA: nowhere })).toEqual(expected);
  });

  it.each(['truncated', 'overwritten'])('is made again where it is %s', (how) => {
    const at = folder({ 'rules.v4': RULES });
    const first = run(at, ['check', 'rules.v4']);
    for (const [name, content] of kept(at)) {
      const half = content.length >> 1;
      const text = content.slice(0, half) + (how === 'truncated' ? '' : `damaged${content.slice(half + 7)}`);
      writeFileSync(join(at, 'lintel', name), text, 'latin1');
    }
    const damaged = kept(at);
    expect(run(at, ['check', 'rules.v4'])).toEqual(first);
    expect(kept(at)).not.toEqual(damaged);
  });

  it('is not run for another text of the same length', () => {
    const at = folder({});
    const before = run(at, ['check', '--help']).stdout;
    const text = readFileSync(cli, 'utf8');
    try {
      writeFileSync(cli, text.replaceAll('Check files against', 'CHECK FILES AGAINST'));
      expect(run(at, ['check', '--help']).stdout).toBe(before.replace('Check files against', 'CHECK FILES AGAINST'));
    } finally {
      writeFileSync(cli, text);
    }
  });

  it('tells places of the program as they are', () => {
    const at = folder({});
    const text = readFileSync(cli, 'utf8');
    const thrown = (environment: NodeJS.ProcessEnv) => run(at, ['check', '--help'], environment).stderr;
    try {
      writeFileSync(cli, text.replace('"use strict";', '"use strict"; throw new Error("broken");'));
      expect(thrown({})).toContain(`${cli}:1:`);
      expect(thrown({}).match(/cli-program\.js:1:\d+/g)).toEqual(
        thrown({ NODE_DISABLE_COMPILE_CACHE: '1' }).match(/cli-program\.js:1:\d+/g),
      );
    } finally {
      writeFileSync(cli, text);
    }
  });
});
