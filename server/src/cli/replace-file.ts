// Replaces files so that each is whole at every moment: the old one or the new one.

import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { blockingFiles } from '../system/blocking-files.js';
import { isMissing, reasonOf, System, type WritableFiles } from '../system/system.js';
import { uninterrupted } from './interruption.js';
import { type Terminal, UsageError } from './terminal.js';

const files: WritableFiles = {
  ...blockingFiles,

  // Writes beside the file, syncs and renames; mode and owner stay.
  async replace(at, content) {
    const target = await blockingFiles.realPath(at).catch(() => at);
    // A file that is read-only is not to be written, although its folder would let it be replaced.
    try {
      accessSync(target, constants.W_OK);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    const { writeFileAtomic } = await import('./atomic/write.js');
    const whole = typeof content === 'string' ? content : Buffer.from(content);
    await uninterrupted(() => writeFileAtomic(target, whole));
  },

  async makeFolder(at) {
    mkdirSync(at, { recursive: true });
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
