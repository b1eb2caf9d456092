// What stands at a path of this machine.

import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';

/** What a path leads to, links followed. */
export type FileKind = 'file' | 'folder' | 'other' | 'missing' | 'unreachable';

export async function kindOf(absolute: string): Promise<FileKind> {
  try {
    const status = await stat(absolute);
    return status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    return isMissing(error) ? 'missing' : 'unreachable';
  }
}

/** The path without links; the path itself where it leads nowhere. */
export async function realPathOf(absolute: string): Promise<string> {
  return realpath(absolute).catch(() => absolute);
}

/** Whether a path is one of some folders or lies below one of them; all absolute. */
export function isWithinAny(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const below = relative(folder, path);
    // Of another drive, the relative path is the absolute one.
    return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
  });
}

/** Why a file cannot be read or written, for people. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return (code && REASONS.get(code)) ?? (error instanceof Error ? error.message : String(error));
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'the disk quota is exceeded'],
  ['EROFS', 'the file system is read-only'],
  ['ELOOP', 'its links lead in a circle'],
  ['EPIPE', 'nobody reads it'],
]);

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
