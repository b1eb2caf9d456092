// Replaces files so that each is whole at every moment: the old one or the new one.

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { realPathOf, reasonOf } from './file-kinds.js';
import { UsageError } from './terminal.js';

/**
 * Writes beside the file, syncs and renames; mode and owner stay. A link stays a link: what it leads to is replaced.
 * Rejects where that fails, with the file as it was.
 */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const target = await realPathOf(path);
  // A file that is read-only is not to be written, although its folder would let it be replaced.
  await access(target, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await writeFileAtomic(target, typeof content === 'string' ? content : Buffer.from(content));
}

/** Writes a file that a command line names, relative to the folder of the run. Throws a UsageError where that fails. */
export async function replaceNamed(path: string, folder: string, content: string): Promise<void> {
  try {
    await replaceFile(resolve(folder, path), content);
  } catch (error) {
    throw new UsageError(`${path}: cannot be written (${reasonOf(error)})`);
  }
}
