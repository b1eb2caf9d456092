// Finds the files that the entries of a workspace file may match.

import { LINTEL_FILE_NAMES } from '../../configuration/lintel-config.js';
import type { IncludedFiles } from './included-files.js';
import { inFolder } from './uris.js';

/** How many folders are searched for one workspace file. */
const FOLDER_LIMIT = 200;

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules']);

export interface FoundFiles {
  readonly uris: readonly string[];
  /** The folders that were searched. */
  readonly folders: ReadonlySet<string>;
  /** Whether these are all files that the patterns may match: none was beyond the limit. */
  readonly isComplete: boolean;
}

/**
 * The files below a folder that glob patterns may match, without those that a workspace file of their own applies to. A
 * pattern without wildcards in its folders needs no search of others.
 */
export async function filesToMatch(
  included: IncludedFiles,
  base: string,
  patterns: readonly string[],
): Promise<FoundFiles> {
  const names = patterns.map((pattern) => pattern.split('/').slice(0, -1));
  const isPlain = (folders: readonly string[]) =>
    folders.every((name) => !/[*?[\]{}\\]/.test(name) && !/^\.{0,2}$/.test(name));
  const uris: string[] = [];
  const folders = new Set<string>();
  const queue = [base];
  const searchesAll = names.some((one) => !isPlain(one));
  const wanted = new Set(names.filter(isPlain).flatMap((path) => pathsTo(base, path)));
  for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
    if (folders.size === FOLDER_LIMIT) return { uris, folders, isComplete: false };
    folders.add(folder);
    const files = await included.loadFolder(folder);
    if (folder !== base && LINTEL_FILE_NAMES.some((name) => files.includes(name))) continue;
    for (const name of files) uris.push(inFolder(folder, name));
    for (const name of await included.loadSubfolders(folder)) {
      const inner = inFolder(folder, name);
      const isSearched = searchesAll && !name.startsWith('.') && !SKIPPED_FOLDERS.has(name);
      if (isSearched || wanted.has(inner)) queue.push(inner);
    }
  }
  return {
    uris,
    folders,
    isComplete: !names.some((path) => path.some((name) => /^\.[^./]/.test(name)) && !isPlain(path)),
  };
}

/** The folders on the way from a folder along a path. */
function pathsTo(base: string, path: readonly string[]): string[] {
  return path.map((_, i) => path.slice(0, i + 1).reduce(inFolder, base));
}
