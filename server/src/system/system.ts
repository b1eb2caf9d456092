// The machine that Lintel runs on: its files, and how it writes their paths. Inside of Lintel a file is its URI, and a path in
// reports has forward slashes; what the machine writes instead stands at its edges, which are here.

import type { PlatformPath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { canonicalUri } from '../service/files/uris.js';

/** What a path leads to, links followed. */
export type FileKind = 'file' | 'folder' | 'other' | 'missing' | 'unreachable';

/** What a folder holds; a link is not followed. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** Operations on files by absolute paths of the machine. They reject with errors that have the codes of Node.js. */
export interface SystemFiles {
  /** What a path leads to, links followed, and the size of it in bytes. */
  status(path: string): Promise<{ readonly kind: 'file' | 'folder' | 'other'; readonly size: number }>;
  /** The content of a folder, in no order. */
  entries(folder: string): Promise<readonly FolderEntry[]>;
  read(path: string): Promise<Uint8Array>;
  /** At most the first `length` bytes. */
  readStart(path: string, length: number): Promise<Uint8Array>;
  /** The path without links, and in the case that the file system keeps. */
  realPath(path: string): Promise<string>;
}

/** Files that may be written as well. */
export interface WritableFiles extends SystemFiles {
  /** Writes a file that is whole at every moment: the old one or the new one. A link stays, and what it leads to is replaced. */
  replace(path: string, content: Uint8Array | string): Promise<void>;
  /** Makes a folder and those above it that are missing. */
  makeFolder(path: string): Promise<void>;
}

/** A machine: this one, or a stand-in for tests. */
export class System<Files extends SystemFiles = SystemFiles> {
  constructor(
    readonly files: Files,
    /** How paths are written: `win32` or `posix` of `node:path`. */
    readonly path: PlatformPath,
  ) {}

  private get windows(): boolean {
    return this.path.sep === '\\';
  }

  /** The canonical URI of an absolute path. */
  uriOf(absolute: string): string {
    return canonicalUri(pathToFileURL(absolute, { windows: this.windows }).href);
  }

  /** The absolute path of a `file:` URI. */
  pathOf(uri: string): string {
    return fileURLToPath(uri, { windows: this.windows });
  }

  /** A path or pattern with forward slashes, as in reports and in globs; elsewhere a backslash is a character of names. */
  slashed(path: string): string {
    return this.windows ? path.replaceAll('\\', '/') : path;
  }

  /** The path of a file below a folder, for reports; absolute where it is elsewhere. Both are absolute. */
  shownFrom(folder: string, absolute: string): string {
    return this.slashed(this.isWithinAny(absolute, [folder]) ? this.path.relative(folder, absolute) : absolute);
  }

  /** Whether names that differ in case alone are one file, as far as patterns are concerned. */
  get ignoresCase(): boolean {
    return this.windows;
  }

  async kindOf(absolute: string): Promise<FileKind> {
    try {
      return (await this.files.status(absolute)).kind;
    } catch (error) {
      return isMissing(error) ? 'missing' : 'unreachable';
    }
  }

  /** The path without links; the path itself where it leads nowhere. */
  async realPathOf(absolute: string): Promise<string> {
    return this.files.realPath(absolute).catch(() => absolute);
  }

  /** The text of a file in UTF-8, without a byte order mark. Rejects where it cannot be read. */
  async utf8Of(absolute: string): Promise<string> {
    return new TextDecoder().decode(await this.files.read(absolute));
  }

  /** Whether a path is one of some folders or lies below one of them; all absolute. */
  isWithinAny(path: string, folders: readonly string[]): boolean {
    return folders.some((folder) => {
      const below = this.path.relative(folder, path);
      // Of another drive, the relative path is the absolute one.
      return below !== '..' && !below.startsWith(`..${this.path.sep}`) && !this.path.isAbsolute(below);
    });
  }
}

/** Why a file cannot be read or written, for people. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return (code && REASONS.get(code)) ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'the disk quota is exceeded'],
  ['EROFS', 'the file system is read-only'],
  ['ELOOP', 'its links lead in a circle'],
  ['EPIPE', 'nobody reads it'],
]);

/** Whether an error says that there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
