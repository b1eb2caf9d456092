// Finds the files below folders and those that glob patterns match.

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, normalize, resolve } from 'node:path';
import picomatch from 'picomatch';
import { isWithinAny, kindOf, realPathOf, reasonOf } from './file-kinds.js';
import { IgnoredFiles } from './ignored-files.js';

/** What was found, at a path that is absolute where that of the folder or pattern is. */
export interface Found {
  readonly path: string;
  readonly kind:
    | 'file'
    /** A link to a file. */
    | 'link'
    /** A link to a folder that is not among those gone through. */
    | 'linked-folder'
    /** A link to nothing. */
    | 'dangling'
    /** A pipe or a device. */
    | 'special'
    /** A folder that cannot be listed, for `reason`. */
    | 'unread';
  readonly reason?: string;
}

const SKIPPED_FOLDERS = new Set(['node_modules']);

/** Goes through folders, in the order of names. */
export class FileFinder {
  private readonly excluded: IgnoredFiles;

  /**
   * @param folders the real paths of the folders that are gone through
   * @param exclude patterns in the syntax of gitignore(5), relative to the folder of the run
   */
  constructor(
    private readonly runFolder: string,
    private readonly folders: readonly string[],
    exclude: readonly string[],
  ) {
    this.excluded = IgnoredFiles.from(exclude, runFolder);
  }

  /** Whether the command line excludes a file. */
  excludes(path: string): boolean {
    return this.excluded.ignores(resolve(this.runFolder, path), false);
  }

  /** What is below a folder, except hidden and ignored files and those of installed packages. */
  async *below(path: string): AsyncGenerator<Found> {
    yield* this.walk(path, await IgnoredFiles.above(resolve(this.runFolder, path), this.runFolder));
  }

  /** The files that a glob pattern matches; only the folder of its literal beginning is searched. */
  async *matching(pattern: string): AsyncGenerator<Found> {
    const { base } = picomatch.scan(pattern);
    const matches = picomatch(normalize(pattern));
    for await (const found of this.below(base || (isAbsolute(pattern) ? '/' : '.')))
      if (found.kind === 'unread' || matches(found.path)) yield found;
  }

  private async *walk(path: string, above: IgnoredFiles): AsyncGenerator<Found> {
    const absolute = resolve(this.runFolder, path);
    const ignored = await above.within(absolute);
    let entries: Dirent[];
    try {
      entries = await readdir(absolute, { withFileTypes: true });
    } catch (error) {
      yield { kind: 'unread', path, reason: reasonOf(error) };
      return;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const child = resolve(absolute, entry.name);
      const isFolder = entry.isDirectory();
      if (entry.name.startsWith('.') || (isFolder && SKIPPED_FOLDERS.has(entry.name))) continue;
      if (ignored.ignores(child, isFolder) || this.excluded.ignores(child, isFolder)) continue;
      const name = join(path, entry.name);
      if (isFolder) yield* this.walk(name, ignored);
      else if (entry.isFile()) yield { kind: 'file', path: name };
      else if (!entry.isSymbolicLink()) yield { kind: 'special', path: name };
      else yield* this.linked(name, child);
    }
  }

  private async *linked(path: string, absolute: string): AsyncGenerator<Found> {
    const kind = await kindOf(absolute);
    if (kind === 'file') yield { kind: 'link', path };
    else if (kind === 'other') yield { kind: 'special', path };
    else if (kind !== 'folder') yield { kind: 'dangling', path };
    // The files of a folder that is gone through are found there.
    else if (!isWithinAny(await realPathOf(absolute), this.folders)) yield { kind: 'linked-folder', path };
  }
}
