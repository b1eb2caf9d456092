// What `fix` and its patches do to the bytes on the disk.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, programPath, temporaryFolders } from './program.js';

let run: Awaited<ReturnType<typeof buildProgram>>;
const folder = temporaryFolders();

beforeAll(async () => {
  run = await buildProgram('writing');
});

const isRoot = process.getuid?.() === 0;

const RULES = '*filter\n:FORWARD DROP [0:0]\n# büro\n-A FORWARD -p icmp -j ACCEPT\nCOMMIT\n';
const ASKED = ['--require', 'm365-worldwide/11/udp'];

/** The file that `fix` makes of {@link RULES}. */
async function fixedRules(): Promise<string> {
  const at = folder({ 'rules.v4': RULES });
  await run(at, ['fix', ...ASKED, 'rules.v4']);
  const fixed = readFileSync(join(at, 'rules.v4'), 'utf8');
  expect(fixed).toContain('-A FORWARD -d 52.112.0.0/14');
  return fixed;
}

describe('fix', () => {
  it('keeps mode and owner, and leaves nothing beside the file', async () => {
    const at = folder({ 'rules.v4': RULES });
    const path = join(at, 'rules.v4');
    chmodSync(path, 0o640);
    if (isRoot) chownSync(path, 65_534, 65_534);
    const before = statSync(path);
    expect((await run(at, ['fix', ...ASKED])).status).toBe(0);
    const after = statSync(path);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    expect(after.size).toBeGreaterThan(before.size);
    expect(readdirSync(at)).toEqual(['rules.v4']);
  });

  it('writes through a link within the folder, which stays a link', async () => {
    const at = folder({ 'kept/.rules': RULES });
    symlinkSync('kept/.rules', join(at, 'rules.v4'));
    expect((await run(at, ['fix', ...ASKED])).status).toBe(0);
    expect(readFileSync(join(at, 'kept/.rules'), 'utf8')).toContain('52.112.0.0/14');
    expect(
      readdirSync(at, { withFileTypes: true })
        .find(({ name }) => name === 'rules.v4')
        ?.isSymbolicLink(),
    ).toBe(true);
  });

  it.each([['in'], ['in/rules.v4']])('follows no link out of the named folders: %s', async (named) => {
    const at = folder({ 'outside/rules.v4': RULES });
    mkdirSync(join(at, 'in'));
    symlinkSync('../outside/rules.v4', join(at, 'in/rules.v4'));
    const { status, errors, output } = await run(at, ['fix', named, ...ASKED]);
    expect(readFileSync(join(at, 'outside/rules.v4'), 'utf8')).toBe(RULES);
    expect(errors).toMatch(/^lintel: in\/rules\.v4: .*outside of the folders that are checked/m);
    expect(output).not.toContain('fixed');
    expect(status).toBe(2);
  });

  it('tells a file that may not be written, and goes on with the others', () => {
    const at = folder({ 'a.v4': RULES, 'b.v4': RULES });
    chmodSync(join(at, 'a.v4'), 0o444);
    const command = [process.execPath, programPath('writing'), 'fix', ...ASKED];
    if (isRoot) command.unshift('setpriv', '--bounding-set=-dac_override');
    const [program = '', ...args] = command;
    const { status, stderr, stdout } = spawnSync(program, args, { cwd: at, encoding: 'utf8' });
    expect(stderr).toBe('lintel: a.v4: cannot be written (permission denied)\n');
    expect(stdout).toContain('b.v4: fixed');
    expect(readFileSync(join(at, 'a.v4'), 'utf8')).toBe(RULES);
    expect(status).toBe(2);
  });

  it.runIf(isRoot)('leaves a file on a full disk as it was', () => {
    const at = folder({ 'rules.v4': RULES });
    // A file system of its own, seen by this process alone, that has no room for a second file.
    const script = [
      'mount -t tmpfs -o size=8k,mode=755 tmpfs .',
      'cd .',
      'cat > rules.v4',
      'cp rules.v4 before',
      'head -c 100000 /dev/zero > filler 2>/dev/null',
      `"$0" "$1" fix rules.v4 ${ASKED.join(' ')}`,
      'echo "status $?"',
      'cmp rules.v4 before && ls',
    ].join('\n');
    const args = ['--mount', 'sh', '-c', `cd "$2"\n${script.replace('cd .', 'cd "$2"')}`];
    const { stdout, stderr } = spawnSync('unshare', [...args, process.execPath, programPath('writing'), at], {
      encoding: 'utf8',
      input: RULES,
    });
    expect(stderr).toBe('lintel: rules.v4: cannot be written (no space left on the device)\n');
    expect(stdout).toBe('status 2\nbefore\nfiller\nrules.v4\n');
  });

  it('that is interrupted, or runs twice at once, leaves the old file or the new one', async () => {
    const fixed = await fixedRules();
    const at = folder({ 'rules.v4': RULES });
    const path = join(at, 'rules.v4');
    for (let round = 0; round < INTERRUPTED; round++) {
      const ended = [0, 1].map(async () => {
        const child = spawn(process.execPath, [programPath('writing'), 'fix', 'rules.v4', ...ASKED], { cwd: at });
        const end = once(child, 'close');
        const watcher = watch(at);
        // Interrupted at the first sign of writing.
        await Promise.race([once(watcher, 'change'), end]);
        watcher.close();
        child.kill('SIGINT');
        await end;
      });
      await Promise.all(ended);
      expect([RULES, fixed]).toContain(readFileSync(path, 'utf8'));
      writeFileSync(path, RULES);
    }
    expect(readdirSync(at)).toEqual(['rules.v4']);
  });
});

const INTERRUPTED = 4;

describe('a patch', () => {
  const latin1 = Uint8Array.from(RULES, (character) => character.charCodeAt(0));
  const windows = `Set-NetFirewallProfile -All -DefaultOutboundAction Block\r\n# büro\r\n`;
  const utf16 = Uint8Array.from([0xff, 0xfe, ...Buffer.from(windows, 'utf16le')]);
  const marked = Uint8Array.from([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(windows)]);

  it.each([
    ['rules.v4', new TextEncoder().encode(RULES)],
    ['old encoding/rules.v4', latin1],
    ['crlf.ps1', new TextEncoder().encode(windows)],
    ['byte order mark/größe.ps1', marked],
    ['utf-16.ps1', utf16],
    ['no-end-of-line.v4', new TextEncoder().encode(RULES.trimEnd())],
  ])('applies exactly, and makes what fix makes: %s', async (name, content) => {
    const [patched, fixed] = [folder({ [name]: content }), folder({ [name]: content })];
    // Standard output as bytes.
    const { stdout: patch } = spawnSync(process.execPath, [programPath('writing'), 'fix', '--dry-run', ...ASKED], {
      cwd: patched,
    });
    expect(readFileSync(join(patched, name))).toEqual(Buffer.from(content));
    const applied = spawnSync('git', ['apply', '--verbose', '-'], { cwd: patched, input: patch, encoding: 'utf8' });
    expect(applied.stderr).not.toMatch(/fuzz|offset|error/);
    await run(fixed, ['fix', ...ASKED]);
    expect(readFileSync(join(patched, name))).toEqual(readFileSync(join(fixed, name)));
    expect(readFileSync(join(patched, name))).not.toEqual(Buffer.from(content));
  });

  it('names the file relative to the folder of the run, however it was given', async () => {
    const at = folder({ 'site/rules.v4': RULES });
    const { output } = await run(at, ['fix', '--dry-run', join(at, 'site/rules.v4'), ...ASKED]);
    expect(output).toMatch(/^--- a\/site\/rules\.v4\t?\n\+\+\+ b\/site\/rules\.v4\t?\n/m);
  });
});

describe('standard output', () => {
  it('that is full is told in one line, with status 2', () => {
    const at = folder({ 'rules.v4': RULES });
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', '"$0" "$1" check rules.v4 > /dev/full', process.execPath, programPath('writing')],
      { cwd: at, encoding: 'utf8' },
    );
    expect(stderr).toBe('lintel: standard output cannot be written (no space left on the device)\n');
    expect(status).toBe(2);
  });
});
