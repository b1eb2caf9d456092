// Files of this machine, read with Node.js.

import type { Dirent } from 'node:fs';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Unavailable } from '../dialects/dialect.js';
import type { FileAccess } from '../service/files/file-access.js';
import { canonicalUri } from '../service/files/uris.js';
import { decodeText, hasByteOrderMark, MARK_SIZE } from '../text/decode.js';

/** The files of this machine, for `file:` URIs. */
export const nodeFiles: FileAccess = {
  async read(uri, limit) {
    try {
      const path = fileURLToPath(uri);
      const status = await stat(path);
      // Reading a pipe or a device might never end.
      if (!status.isFile()) return 'unreadable';
      if (status.size > limit) return 'too-large';
      return decodeText(await readFile(path)) ?? 'unreadable';
    } catch (error) {
      return unavailable(error);
    }
  },

  async hasByteOrderMark(uri) {
    try {
      const path = fileURLToPath(uri);
      if (!(await stat(path)).isFile()) return false;
      const handle = await open(path);
      try {
        const bytes = new Uint8Array(MARK_SIZE);
        await handle.read(bytes, 0, MARK_SIZE, 0);
        return hasByteOrderMark(bytes);
      } finally {
        await handle.close();
      }
    } catch {
      return false;
    }
  },

  async realUri(uri) {
    try {
      return canonicalUri(pathToFileURL(await realpath(fileURLToPath(uri))).href);
    } catch {
      return uri;
    }
  },

  list: (folder) => namesIn(folder, (entry) => entry.isFile() || entry.isSymbolicLink()),
  listFolders: (folder) => namesIn(folder, (entry) => entry.isDirectory()),
};

async function namesIn(folder: string, isWanted: (entry: Dirent) => boolean): Promise<readonly string[]> {
  try {
    const entries = await readdir(fileURLToPath(folder), { withFileTypes: true });
    return entries
      .filter(isWanted)
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

function unavailable(error: unknown): Unavailable {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable';
}
