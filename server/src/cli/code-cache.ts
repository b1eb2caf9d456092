// Keeps the compiled code of the program from one run to the next, where Node.js does not do that itself (before 22.1).
// To compile it, and each function again when it is first called, takes as long as the rest of the check of a small file.

import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';

/** What was not written for so long is of a version that is gone, or is soon written again. In milliseconds. */
const KEPT_FOR = 30 * 24 * 3_600_000;

const BEFORE = '(function (exports, require, module, __filename, __dirname) { ';

/** A file of the program that this run has loaded. */
interface Loaded {
  readonly script: Script;
  /** Where its code is kept. */
  readonly kept: string;
  /** The commands that have run with its code, which has the functions that these have called. */
  readonly commands: readonly string[];
}

/**
 * Loads a file of the program as `require` does, and those beside it that it requires, each from what an earlier run has compiled.
 * At the end of the run their code is kept, unless all of it was known. Where nothing can be kept, everything is compiled.
 * @param file an absolute path, of a file as scripts/chunks.mjs writes it
 * @param command the word that says what the run does
 */
export function loadCompiled(file: string, command: string): void {
  const folder = ownFolder();
  if (folder === undefined) return void createRequire(file)(file);
  const engine = `${process.version}-${process.arch}-${cachedDataVersionTag().toString(16)}`;
  const loaded: Loaded[] = [];
  const modules = new Map<string, { exports: unknown }>();
  let isKnown = true;

  const load = (path: string): unknown => {
    const known = modules.get(path);
    if (known) return known.exports;
    // Written as ASCII.
    const source = readFileSync(path, 'latin1');
    // Somebody may have changed it by hand.
    const time = Math.round(statSync(path).mtimeMs).toString(36);
    const kept = join(folder, `${basename(path)}-${engine}-${hashOf(source)}-${time}`);
    const { code, commands } = readKept(kept);
    const script = new Script(`${BEFORE}${source}\n})`, {
      filename: path,
      columnOffset: -BEFORE.length,
      ...(code ? { cachedData: code } : {}),
    });
    isKnown &&= script.cachedDataRejected === false && commands.includes(command);
    loaded.push({ script, kept, commands: [...new Set([...commands, command])] });
    const module = { exports: {} };
    modules.set(path, module);
    const own = createRequire(path);
    const required = (name: string): unknown => (name.startsWith('./') ? load(join(dirname(path), name)) : own(name));
    script.runInThisContext()(module.exports, required, module, path, dirname(path));
    return module.exports;
  };

  process.on('exit', (status) => {
    // A run that could not be done has called few functions.
    if (!isKnown && status <= 1) keep(loaded, folder);
  });
  load(file);
}

/** What the build has written of the content of a file, at its beginning. */
function hashOf(source: string): string {
  return /^\/\* ([0-9a-f]{32}) \*\//.exec(source)?.[1] ?? '';
}

/**
 * The folder for compiled code. `undefined` where it cannot be made, or where anybody else could write into it or is its owner: what
 * it holds is run.
 */
function ownFolder(): string | undefined {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  try {
    const path = join(cacheFolder(), 'lintel');
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { mode, uid } = lstatSync(path);
    const isOwn = process.platform === 'win32' || (uid === process.getuid?.() && (mode & 0o170077) === 0o040000);
    return isOwn ? path : undefined;
  } catch {
    return undefined;
  }
}

/** As the XDG Base Directory Specification defines it; on Windows the application data folder of this machine. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  return process.platform === 'win32' && LOCALAPPDATA ? LOCALAPPDATA : join(homedir(), '.cache');
}

/**
 * A line with the commands, then the code twice: V8 does not see what is damaged, and ends the process.
 * To compare both takes a tenth of the time of any sum.
 */
function readKept(path: string): { readonly code?: Buffer; readonly commands: readonly string[] } {
  try {
    const content = readFileSync(path);
    const end = content.indexOf('\n');
    const half = (content.length - end - 1) / 2;
    const code = content.subarray(end + 1, end + 1 + half);
    if (end >= 0 && code.equals(content.subarray(-half))) {
      return { code, commands: content.toString('utf8', 0, end).split(' ') };
    }
  } catch {
    // It was never kept, or cannot be read.
  }
  return { commands: [] };
}

function keep(loaded: readonly Loaded[], folder: string): void {
  try {
    for (const { script, kept, commands } of loaded) {
      const line = Buffer.from(`${commands.join(' ')}\n`);
      const code = script.createCachedData();
      // Renamed into place, so that nobody reads a half-written file.
      const made = `${kept}.${process.pid}`;
      writeFileSync(made, Buffer.concat([line, code, code]), { mode: 0o600, flag: 'wx' });
      renameSync(made, kept);
    }
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (lstatSync(path).mtimeMs < Date.now() - KEPT_FOR) rmSync(path);
    }
  } catch {
    // The next run compiles it again.
  }
}
