// This machine for a server, which answers others while it reads.

import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { entryOf, statusOf } from './blocking-files.js';
import { System, type SystemFiles } from './system.js';

/** The files of this machine, to read. */
export const nodeFiles: SystemFiles = {
  status: async (at) => statusOf(await stat(at)),
  entries: async (folder) => (await readdir(folder, { withFileTypes: true })).map(entryOf),
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
