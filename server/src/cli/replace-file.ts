// Replaces files so that each is whole at every moment: the old one or the new one.

import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { nodeFiles } from '../system/node-system.js';
import { reasonOf, System, type WritableFiles } from '../system/system.js';
import { uninterrupted } from './interruption.js';
import { type Terminal, UsageError } from './terminal.js';

const files: WritableFiles = {
  ...nodeFiles,

  // Writes beside the file, syncs and renames; mode and owner stay.
  async replace(at, content) {
    const target = await nodeFiles.realPath(at).catch(() => at);
    // A file that is read-only is not to be written, although its folder would let it be replaced.
    await access(target, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    const { writeFileAtomic } = await import('./atomic/write.js');
    const whole = typeof content === 'string' ? content : Buffer.from(content);
    await uninterrupted(() => writeFileAtomic(target, whole));
  },

  async makeFolder(at) {
    await mkdir(at, { recursive: true });
  },
};

/** This machine, with files that may be written. */
export const writableSystem = new System(files, path);

/** Writes a file that a command line names, relative to the folder of the run. Throws a UsageError where that fails. */
export async function replaceNamed(named: string, { folder, system }: Terminal, content: string): Promise<void> {
  try {
    await system.files.replace(system.path.resolve(folder, named), content);
  } catch (error) {
    throw new UsageError(`${named}: cannot be written (${reasonOf(error)})`);
  }
}
