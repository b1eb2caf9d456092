// The files of a machine as the service reads them, by `file:` URIs.

import type { Unavailable } from '../dialects/dialect.js';
import type { FileAccess } from '../service/files/file-access.js';
import { decodeText, hasByteOrderMark, MARK_SIZE } from '../text/decode.js';
import { type FolderEntry, isMissing, type System } from './system.js';

/** The files of a machine, for `file:` URIs. */
export function fileAccessOf(system: System): FileAccess {
  const { files } = system;

  async function namesIn(folder: string, kinds: readonly FolderEntry['kind'][]): Promise<readonly string[]> {
    try {
      const entries = await files.entries(system.pathOf(folder));
      return entries
        .filter(({ kind }) => kinds.includes(kind))
        .map(({ name }) => name)
        .sort();
    } catch {
      return [];
    }
  }

  return {
    async read(uri, limit) {
      try {
        const path = system.pathOf(uri);
        const { kind, size } = await files.status(path);
        // Reading a pipe or a device might never end.
        if (kind !== 'file') return 'unreadable';
        if (size > limit) return 'too-large';
        return decodeText(await files.read(path)) ?? 'unreadable';
      } catch (error) {
        return unavailable(error);
      }
    },

    async hasByteOrderMark(uri) {
      try {
        const path = system.pathOf(uri);
        if ((await files.status(path)).kind !== 'file') return false;
        return hasByteOrderMark(await files.readStart(path, MARK_SIZE));
      } catch {
        return false;
      }
    },

    async isMissing(uri) {
      try {
        return (await system.kindOf(system.pathOf(uri))) === 'missing';
      } catch {
        // It has no path on this machine.
        return false;
      }
    },

    async realUri(uri) {
      try {
        return system.uriOf(await files.realPath(system.pathOf(uri)));
      } catch {
        return uri;
      }
    },

    list: (folder) => namesIn(folder, ['file', 'link']),
    listFolders: (folder) => namesIn(folder, ['folder']),
  };
}

function unavailable(error: unknown): Unavailable {
  return isMissing(error) ? 'missing' : 'unreadable';
}
