// The files of a Git repository as they were, or as they are staged.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from './terminal.js';

/** The files of a repository in a folder of their own. */
export interface Checkout {
  /** What stands there for the folder of the run. */
  readonly folder: string;
  /** Removes the files. */
  remove(): Promise<void>;
}

/**
 * Writes out the files of a revision, or those that are staged, without touching repository, index or working files.
 * Throws a UsageError outside of a repository and for an unknown revision.
 * @param folder the folder of the run, in the repository
 */
export async function checkOut(version: { readonly revision: string } | 'staged', folder: string): Promise<Checkout> {
  const top = (await git(folder, ['rev-parse', '--show-toplevel'])).trim();
  const made = realpathSync.native(mkdtempSync(join(tmpdir(), 'lintel-')));
  const remove = async () => rmSync(made, { recursive: true, force: true });
  try {
    // The index of the repository says what is staged; a revision gets one of its own.
    const index = version === 'staged' ? {} : { GIT_INDEX_FILE: join(made, '.git-index') };
    if (version !== 'staged') {
      const tree = await git(top, [
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${version.revision}^{tree}`,
      ]);
      await git(top, ['read-tree', tree.trim()], index);
    }
    await git(top, ['checkout-index', '--all', `--prefix=${made}/files/`], index);
    return { folder: join(made, 'files', relative(realpathSync.native(top), realpathSync.native(folder))), remove };
  } catch (error) {
    await remove();
    if (version !== 'staged') throw new UsageError(`Git knows no revision "${version.revision}"`);
    throw error;
  }
}

async function git(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  // Loaded where it is needed, which takes longer than reading a small file.
  const { execFile } = await import('node:child_process');
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], {
      env: { ...process.env, ...environment },
    });
    return stdout;
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new UsageError(text.split('\n')[0] || 'git cannot be run');
  }
}
