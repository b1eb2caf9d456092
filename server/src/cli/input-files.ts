// Finds and reads the files that a command line names.

import { open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import picomatch from 'picomatch';
import { DETECTION_WINDOW, detectionWindow } from '../../../shared/detection.js';
import type { Dialect } from '../dialects/dialect.js';
import { canonicalUri } from '../service/files/uris.js';
import { decodeText } from '../text/decode.js';

/** A file to work on. */
export interface InputFile {
  /** The path as given on the command line, or below the folder that was given. */
  readonly path: string;
  readonly uri: string;
  readonly text: string;
  readonly byteOrderMark: boolean;
  readonly dialect: Dialect;
}

/** The files that the paths of a command line name. */
export interface Input {
  readonly files: readonly InputFile[];
  /** What could not be read, one sentence each. */
  readonly errors: readonly string[];
}

/** A file that can be worked on, or the sentence that says why it cannot. */
type FoundFile =
  | { readonly kind: 'file'; readonly file: InputFile }
  | { readonly kind: 'unusable'; readonly message: string };

/** The largest file that is read, in bytes. */
export const SIZE_LIMIT = 20_000_000;

const SKIPPED_FOLDERS = new Set(['node_modules']);

/** Finds the language of a file by its absolute path and the beginning of its text; `undefined` where it is unknown. */
export type LanguageOf = (path: string, text: string) => Promise<Dialect | undefined>;

/** The folders that includes may reach into, as URIs: the named folders and those of the named files. */
export async function foldersOf(paths: readonly string[], folder: string): Promise<readonly string[]> {
  const folders = new Set([uriOf(folder)]);
  for (const path of paths) {
    const absolute = resolve(folder, path);
    const kind = await kindOf(absolute);
    if (kind === 'file' || kind === 'folder') folders.add(uriOf(kind === 'file' ? dirname(absolute) : absolute));
  }
  return [...folders];
}

/**
 * Finds the files that paths, folders and glob patterns name. Of folders and patterns only files of a known language are
 * taken; a file that is named itself must be one.
 * @param dialect the forced dialect of files that are named or match a pattern
 */
export async function readInput(
  paths: readonly string[],
  folder: string,
  dialect: Dialect | undefined,
  languageOf: LanguageOf,
): Promise<Input> {
  const files = new Map<string, InputFile>();
  const errors: string[] = [];
  const add = (found: FoundFile | undefined) => {
    if (found?.kind === 'unusable') errors.push(found.message);
    else if (found && !files.has(found.file.uri)) files.set(found.file.uri, found.file);
  };
  const named = dialect ? async () => dialect : languageOf;
  for (const path of paths) {
    const kind = await kindOf(resolve(folder, path));
    if (kind === 'file') {
      add(await readNamed(path, folder, named));
    } else if (kind === 'folder') {
      for await (const found of walk(path, folder)) add(await readFound(found, folder, languageOf));
    } else if (kind === 'missing' && picomatch.scan(path).isGlob) {
      const matched = await expand(path, folder);
      if (matched.length === 0) errors.push(`${path}: no file matches`);
      for (const found of matched) add(await readFound(found, folder, named));
    } else {
      errors.push(`${path}: ${kind === 'missing' ? 'no such file or folder' : 'neither a file nor a folder'}`);
    }
  }
  return { files: [...files.values()], errors };
}

/** The canonical URI of an absolute path. */
export function uriOf(absolute: string): string {
  return canonicalUri(pathToFileURL(absolute).href);
}

export async function kindOf(absolute: string): Promise<'file' | 'folder' | 'other' | 'missing'> {
  try {
    const status = await stat(absolute);
    return status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other';
  } catch {
    return 'missing';
  }
}

/** Reads a file that was named itself. */
async function readNamed(path: string, folder: string, languageOf: LanguageOf): Promise<FoundFile> {
  const unusable = (reason: string): FoundFile => ({ kind: 'unusable', message: `${path}: ${reason}` });
  const absolute = resolve(folder, path);
  const uri = uriOf(absolute);
  try {
    const { size } = await stat(absolute);
    if (size > SIZE_LIMIT) return unusable(`too large to check (${megabytes(size)}; at most ${megabytes(SIZE_LIMIT)})`);
    const decoded = decodeText(await readFile(absolute));
    if (!decoded) return unusable('a binary file, not configuration');
    const detected = await languageOf(absolute, decoded.text);
    if (!detected) return unusable('not recognised as any dialect; name one with --dialect');
    if (decoded.encoding.startsWith('utf-16') && !detected.readsUtf16)
      return unusable(`encoded as UTF-16, which is invalid for ${detected.title}; save it as UTF-8`);
    if (decoded.byteOrderMark && detected.refusesByteOrderMark)
      return unusable(
        `begins with a byte order mark, which is invalid for ${detected.title}; save it as UTF-8 without one`,
      );
    const { text, byteOrderMark } = decoded;
    return { kind: 'file', file: { path: normalize(path), uri, text, byteOrderMark, dialect: detected } };
  } catch (error) {
    return unusable(`cannot be read (${reasonOf(error)})`);
  }
}

/** Reads a file that was found below a folder or by a pattern; `undefined` where its language is unknown. */
async function readFound(path: string, folder: string, languageOf: LanguageOf): Promise<FoundFile | undefined> {
  const absolute = resolve(folder, path);
  const start = await readStart(absolute);
  if (start === 'unreadable') {
    const isOurs = (await languageOf(absolute, '')) !== undefined;
    return isOurs ? { kind: 'unusable', message: `${path}: cannot be read` } : undefined;
  }
  if (start === 'binary' || !(await languageOf(absolute, start.text))) return undefined;
  return readNamed(path, folder, languageOf);
}

/** The beginning of a file, which is all that recognising it needs. */
async function readStart(absolute: string): Promise<{ readonly text: string } | 'binary' | 'unreadable'> {
  try {
    const handle = await open(absolute);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(DETECTION_WINDOW), 0, DETECTION_WINDOW, 0);
      const first = buffer.subarray(0, bytesRead);
      const window = detectionWindow(first.toString('latin1', 0, 2));
      if (bytesRead < DETECTION_WINDOW || window === DETECTION_WINDOW) return decodeText(first) ?? 'binary';
      const more = await handle.read(Buffer.alloc(window), 0, window, 0);
      return decodeText(more.buffer.subarray(0, more.bytesRead)) ?? 'binary';
    } finally {
      await handle.close();
    }
  } catch {
    return 'unreadable';
  }
}

/** The files below a folder, sorted by name, except hidden ones and those of installed packages. */
async function* walk(path: string, folder: string): AsyncGenerator<string> {
  const entries = await readdir(resolve(folder, path), { withFileTypes: true }).catch(() => []);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const child = join(path, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED_FOLDERS.has(entry.name)) yield* walk(child, folder);
    } else if (entry.isFile() || (entry.isSymbolicLink() && (await kindOf(resolve(folder, child))) === 'file')) {
      yield child;
    }
  }
}

/** The files that a glob pattern matches; only the folder of its literal beginning is searched. */
async function expand(pattern: string, folder: string): Promise<string[]> {
  const { base } = picomatch.scan(pattern);
  const matches = picomatch(normalize(pattern));
  const found: string[] = [];
  for await (const path of walk(base || (isAbsolute(pattern) ? '/' : '.'), folder)) if (matches(path)) found.push(path);
  return found;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}
