// This machine for a program that does one thing after the other: for small files, threads that read take longer than reading.

import type { Dirent, Stats } from 'node:fs';
import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import type { FolderEntry, SystemFiles } from './system.js';

/** The files of this machine, to read; each is there when the call returns. */
export const blockingFiles: SystemFiles = {
  status: async (at) => statusOf(statSync(at)),
  entries: async (folder) => readdirSync(folder, { withFileTypes: true }).map(entryOf),
  read: async (at) => readFileSync(at),

  async readStart(at, length) {
    const file = openSync(at, 'r');
    try {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(file, buffer, 0, length, 0));
    } finally {
      closeSync(file);
    }
  },

  realPath: async (at) => realpathSync.native(at),
};

export function statusOf(status: Stats): Awaited<ReturnType<SystemFiles['status']>> {
  return { kind: status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other', size: status.size };
}

export function entryOf(entry: Dirent): FolderEntry {
  const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other';
  return { name: entry.name, kind };
}
