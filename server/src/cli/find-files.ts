// Finds the files below folders and those that glob patterns match.

import picomatch from 'picomatch';
import { IgnoredFiles, isPassedOver } from '../service/files/ignored-files.js';
import { type FolderEntry, reasonOf, type System } from '../system/system.js';
import { ignoreAccessOf, ignoredAbove } from './ignored-files.js';

/** What was found, at a path with forward slashes that is absolute where that of the folder or pattern is. */
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

/** Goes through folders, in the order of names. */
export class FileFinder {
  private readonly excluded: IgnoredFiles;

  /**
   * @param folders the real paths of the folders that are gone through
   * @param exclude patterns in the syntax of gitignore(5), relative to the folder of the run
   */
  constructor(
    private readonly system: System,
    private readonly runFolder: string,
    private readonly folders: readonly string[],
    exclude: readonly string[],
  ) {
    this.excluded = IgnoredFiles.from(exclude, runFolder, ignoreAccessOf(system));
  }

  /** Whether the command line excludes a file. */
  excludes(path: string): boolean {
    return this.excluded.ignores(this.system.path.resolve(this.runFolder, path), false);
  }

  /** What is below a folder, except hidden and ignored files and those of installed packages. */
  async *below(path: string): AsyncGenerator<Found> {
    const absolute = this.system.path.resolve(this.runFolder, path);
    yield* this.walk(this.system.slashed(path), await ignoredAbove(absolute, this.runFolder, this.system));
  }

  /** The files that a glob pattern matches; only the folder of its literal beginning is searched. */
  async *matching(pattern: string): AsyncGenerator<Found> {
    const written = this.system.slashed(this.system.path.normalize(pattern));
    const { base } = picomatch.scan(written);
    const matches = picomatch(written, { nocase: this.system.ignoresCase });
    for await (const found of this.below(base || (written.startsWith('/') ? '/' : '.')))
      if (found.kind === 'unread' || matches(found.path)) yield found;
  }

  private async *walk(path: string, above: IgnoredFiles): AsyncGenerator<Found> {
    const absolute = this.system.path.resolve(this.runFolder, path);
    const ignored = await above.within(absolute);
    let entries: readonly FolderEntry[];
    try {
      entries = await this.system.files.entries(absolute);
    } catch (error) {
      yield { kind: 'unread', path, reason: reasonOf(error) };
      return;
    }
    for (const { name: own, kind } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const child = this.system.path.resolve(absolute, own);
      const isFolder = kind === 'folder';
      if (isPassedOver(own, isFolder)) continue;
      if (ignored.ignores(child, isFolder) || this.excluded.ignores(child, isFolder)) continue;
      const name = this.system.slashed(this.system.path.join(path, own));
      if (isFolder) yield* this.walk(name, ignored);
      else if (kind === 'file') yield { kind: 'file', path: name };
      else if (kind !== 'link') yield { kind: 'special', path: name };
      else yield* this.linked(name, child);
    }
  }

  private async *linked(path: string, absolute: string): AsyncGenerator<Found> {
    const kind = await this.system.kindOf(absolute);
    if (kind === 'file') yield { kind: 'link', path };
    else if (kind === 'other') yield { kind: 'special', path };
    else if (kind !== 'folder') yield { kind: 'dangling', path };
    // The files of a folder that is gone through are found there.
    else if (!this.system.isWithinAny(await this.system.realPathOf(absolute), this.folders))
      yield { kind: 'linked-folder', path };
  }
}
