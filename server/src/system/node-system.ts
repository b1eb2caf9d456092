// This machine, by way of Node.js.

import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { type FolderEntry, System, type SystemFiles } from './system.js';

/** The files of this machine, to read. */
export const nodeFiles: SystemFiles = {
  async status(at) {
    const status = await stat(at);
    return { kind: status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other', size: status.size };
  },

  async entries(folder) {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry): FolderEntry => {
      const kind = entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : entry.isSymbolicLink() ? 'link' : 'other';
      return { name: entry.name, kind };
    });
  },

  read: (at) => readFile(at),

  async readStart(at, length) {
    const handle = await open(at);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  },

  realPath: (at) => realpath(at),
};

export const nodeSystem = new System(nodeFiles, path);
