// Which files a command line takes, and what it says of those that it does not take.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, programPath, temporaryFolders } from './program.js';

let run: Awaited<ReturnType<typeof buildProgram>>;
const folder = temporaryFolders();

beforeAll(async () => {
  run = await buildProgram('reading');
});

const RULES = '*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n';
const RULESET = 'table inet filter {\n}\n';

/** The paths that `check` reports as JSON, with the exit status and what it writes to standard error. */
async function checked(at: string, args: readonly string[], input?: string) {
  const { status, output, errors } = await run(at, ['check', '--format', 'json', ...args], input);
  const { files } = JSON.parse(output) as { readonly files: readonly { readonly path: string }[] };
  return { status, errors, paths: files.map(({ path }) => path) };
}

/** Runs the program without the right of root to read everything. */
function runAsNobody(at: string, args: readonly string[]) {
  const command = [process.execPath, programPath('reading'), ...args];
  if (process.getuid?.() === 0) command.unshift('setpriv', '--bounding-set=-dac_override,-dac_read_search');
  const [program = '', ...rest] = command;
  return spawnSync(program, rest, { cwd: at, encoding: 'utf8' });
}

describe('a folder', () => {
  it('is read without what .gitignore and .lintelignore name, with their exceptions', async () => {
    const at = folder({
      '.gitignore': 'build/\n*.bak.v4\n',
      '.lintelignore': '/old/*\n!/old/kept.v4\n',
      'rules.v4': RULES,
      'rules.bak.v4': RULES,
      'build/rules.v4': RULES,
      'old/gone.v4': RULES,
      'old/kept.v4': RULES,
      'site/.gitignore': '!rules.bak.v4\n',
      'site/rules.bak.v4': RULES,
    });
    const { status, paths, errors } = await checked(at, ['.']);
    expect(paths).toEqual(['old/kept.v4', 'rules.v4', 'site/rules.bak.v4']);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
  });

  it('obeys the ignore files above it as far as its repository reaches, unless it is ignored and named itself', async () => {
    const at = folder({
      '.gitignore': '*.v4\n',
      'repository/.git/HEAD': 'ref: refs/heads/main\n',
      'repository/.gitignore': 'generated/\ntest.nft\n',
      'repository/site/a.v4': RULES,
      'repository/site/test.nft': RULESET,
      'repository/generated/b.v4': RULES,
    });
    expect((await checked(at, ['repository/site'])).paths).toEqual(['repository/site/a.v4']);
    expect((await checked(at, ['repository/generated'])).paths).toEqual(['repository/generated/b.v4']);
    expect((await checked(at, ['repository'])).paths).toEqual(['repository/site/a.v4']);
  });

  it('is read without what --exclude names, which holds for named files as well', async () => {
    const at = folder({ 'a.v4': RULES, 'b.nft': RULESET, 'old/c.v4': RULES });
    expect((await checked(at, ['.', '--exclude', 'old', '--exclude', '*.nft'])).paths).toEqual(['a.v4']);
    expect((await checked(at, ['a.v4', 'b.nft', '--exclude', '*.nft'])).paths).toEqual(['a.v4']);
  });

  it('has each file once, under its own name where a link leads to it', async () => {
    const at = folder({ 'a/rules.v4': RULES, 'hidden/.rules': RULES });
    symlinkSync('rules.v4', join(at, 'a/0-link.v4'));
    symlinkSync('a', join(at, 'b'));
    symlinkSync('.rules', join(at, 'hidden/shown.v4'));
    const { paths, errors } = await checked(at, ['.', 'a', 'a/rules.v4', 'a/0-link.v4']);
    expect(paths).toEqual(['a/rules.v4', 'hidden/shown.v4']);
    expect(errors).toBe('');
  });

  it('tells what it could not read, and ends with status 2', async () => {
    const at = folder({
      'a.v4': RULES,
      'zero.nft': Uint8Array.from([0x74, 0, 0]),
      'picture.png': Uint8Array.from([0]),
    });
    symlinkSync('nowhere', join(at, 'dangling.nft'));
    symlinkSync('nowhere', join(at, 'dangling.txt'));
    spawnSync('mkfifo', [join(at, 'pipe.nft')]);
    const { status, paths, errors } = await checked(at, ['.']);
    expect(paths).toEqual(['a.v4']);
    expect(errors.trimEnd().split('\n').sort()).toEqual([
      'lintel: dangling.nft: a link to nothing',
      'lintel: pipe.nft: neither a file nor a folder',
      'lintel: zero.nft: a binary file, not configuration',
    ]);
    expect(status).toBe(2);
  });

  it('tells the files and folders below it that may not be read', () => {
    const at = folder({ 'a.v4': RULES, 'shut/b.v4': RULES, 'secret.v4': RULES });
    chmodSync(join(at, 'shut'), 0);
    chmodSync(join(at, 'secret.v4'), 0);
    const { status, stderr } = runAsNobody(at, ['check', '.']);
    chmodSync(join(at, 'shut'), 0o755);
    expect(stderr.trimEnd().split('\n').sort()).toEqual([
      'lintel: secret.v4: cannot be read (permission denied)',
      'lintel: shut: cannot be read (permission denied)',
    ]);
    expect(status).toBe(2);
  });

  it('does not lead outside: a linked file is told as an error, a linked folder as a note', async () => {
    const at = folder({ 'outside/rules.v4': RULES, 'outside/note.txt': 'text\n', 'in/a.v4': RULES });
    symlinkSync('../outside/rules.v4', join(at, 'in/linked.v4'));
    symlinkSync('../outside/note.txt', join(at, 'in/note.txt'));
    symlinkSync('../outside', join(at, 'in/more'));
    const { status, paths, errors } = await checked(at, ['in']);
    expect(paths).toEqual(['in/a.v4']);
    expect(errors).toMatch(/^lintel: note: in\/more: a link to a folder outside, which is not followed$/m);
    expect(errors).toMatch(
      /^lintel: in\/linked\.v4: a link to \S+outside\/rules\.v4, outside of the folders that are /m,
    );
    expect(errors).not.toContain('note.txt');
    expect(status).toBe(2);
  });

  it('without any file of a known dialect is no success, unless that is allowed', async () => {
    const at = folder({ 'README.md': 'text\n' });
    mkdirSync(join(at, 'empty'));
    for (const args of [['.'], ['empty']]) {
      expect(await checked(at, args)).toMatchObject({
        status: 2,
        errors: 'lintel: no file of a known dialect was found\n',
      });
      expect((await checked(at, [...args, '--allow-empty'])).status).toBe(0);
    }
  });

  it('has the files that match --pattern read as the dialect of --dialect', async () => {
    const at = folder({ 'routers/a.txt': 'hostname a\n', 'routers/b.md': 'text\n', 'c.txt': 'text\n' });
    expect((await checked(at, ['.', '--dialect', 'cisco', '--allow-empty'])).paths).toEqual([]);
    expect((await checked(at, ['.', '--dialect', 'cisco', '--pattern', 'routers/*.txt'])).paths).toEqual([
      'routers/a.txt',
    ]);
    expect((await checked(at, ['.', '--dialect', 'cisco', '--pattern', '*.txt'])).paths).toEqual([
      'c.txt',
      'routers/a.txt',
    ]);
    expect((await run(at, ['check', '--pattern', '*.txt'])).errors).toBe('lintel: --pattern needs --dialect\n');
  });
});

describe('standard input', () => {
  it('is a file by the name -, with the dialect and the workspace file of the name that it is given', async () => {
    const at = folder({ 'edge/lintel.yaml': 'severity: { requirement-blocked: warning }\n' });
    const rules = RULES.replace('ACCEPT', 'DROP');
    const args = ['-', '--stdin-filename', 'edge/rules.v4', '--require', 'm365-worldwide/11/udp'];
    expect(await run(at, ['check', ...args], rules)).toMatchObject({
      status: 1,
      output: expect.stringMatching(/^edge\/rules\.v4:2:1 warning requirement-blocked\n/),
    });
    const fixed = await run(at, ['fix', ...args], rules);
    expect(fixed.output).toMatch(/^\*filter\n:FORWARD DROP \[0:0\]\n(-A FORWARD .*\n)+COMMIT\n$/);
    expect(fixed).toMatchObject({
      status: 0,
      errors: 'lintel: edge/rules.v4: fixed; now met: m365-worldwide/11/udp\n',
    });
  });

  it('comes out of fix as it went in where there is nothing to fix', async () => {
    const at = folder({ 'a.txt': '' });
    expect(await run(at, ['fix', '-', '--dialect', 'iptables'], RULES)).toMatchObject({
      status: 0,
      output: RULES,
      errors: '',
    });
  });

  it('keeps the bytes of old encodings', async () => {
    const latin1 = Buffer.from(`# b\u00fcro\r\n${RULES}`, 'latin1');
    const { stdout } = spawnSync(process.execPath, [programPath('reading'), 'fix', '-', '--dialect', 'iptables'], {
      cwd: folder({}),
      input: latin1,
    });
    expect(stdout).toEqual(latin1);
  });

  it('of no known dialect is told', async () => {
    const { status, errors } = await run(folder({ 'a.txt': '' }), ['check', '-'], 'text\n');
    expect(errors).toBe('lintel: stdin: not recognised as any dialect; name one with --dialect\n');
    expect(status).toBe(2);
  });

  it('cannot be the file and the questions at once', async () => {
    const { status, errors } = await run(folder({ 'a.txt': '' }), ['explain', '-', '--flows', '-'], RULES);
    expect(errors).toBe('lintel: standard input is either the file or the questions, not both\n');
    expect(status).toBe(2);
  });
});

describe('an include', () => {
  it('that leads out of the workspace by a link is neither read nor shown', async () => {
    const at = folder({ 'outside/secret.conf': 'secretline TOPSECRET\n', 'in/squid.conf': 'include link.conf\n' });
    symlinkSync('../outside/secret.conf', join(at, 'in/link.conf'));
    const { output, errors } = await run(join(at, 'in'), ['check', '--format', 'json', 'squid.conf']);
    expect(output + errors).not.toContain('TOPSECRET');
    expect(output).toContain("the content of 'link.conf' is unknown: it is outside of the workspace");
  });
});
