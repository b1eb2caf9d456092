// Files before and after their fixes.

import { createTwoFilesPatch } from 'diff';
import type { Fix } from '../analysis/report.js';
import type { System } from '../system/system.js';
import { encodeText, type StoredAs } from '../text/decode.js';
import { applyEdits } from '../text/edit.js';
import { readText } from './input-files.js';
import type { Session } from './session.js';
import type { Terminal } from './terminal.js';

/** A file before and after its fixes. */
export interface FixedFile {
  readonly uri: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly stored: StoredAs;
}

/** The files that a fix changes; a sentence where one of them has changed since it was read. */
export async function fixedFiles({ edits }: Fix, session: Session): Promise<readonly FixedFile[] | string> {
  const files: FixedFile[] = [];
  for (const uri of new Set(edits.map((edit) => edit.uri))) {
    const before = session.service.textOf(uri) ?? '';
    const own = edits.filter((edit) => edit.uri === uri);
    const path = session.pathOf(uri);
    const stored = session.standardInputOf(uri) ?? (await storedAs(uri, before, session.system));
    if (!stored) return `${path}: changed while it was being fixed`;
    files.push({ uri, path, before, after: applyEdits(before, own), stored });
  }
  return files;
}

/** How a file is stored; `undefined` where its text is not the one that is expected. */
export async function storedAs(uri: string, expected: string, system: System): Promise<StoredAs | undefined> {
  const decoded = await readText(system.pathOf(uri), system).catch(() => undefined);
  return decoded?.text === expected ? decoded : undefined;
}

/** The bytes of a fixed file, in the encoding that it had. */
export function bytesOf({ after, stored }: FixedFile): Uint8Array {
  return encodeText(after, stored);
}

/**
 * What changes in a file, as a unified diff. It is made of bytes, as `git apply` and `patch` read them, and so fits a file
 * in any encoding. It names files relative to the folder of the run, quoted where they are not plain, as Git does.
 */
export function patchOf({ uri, before, after, stored }: FixedFile, { folder, system }: Terminal): Uint8Array {
  const name = system.shownFrom(folder, system.pathOf(uri)).replace(/^\/+/, '');
  const [old, fixed] = [before, after].map((text) => bytesAsText(encodeText(text, stored)));
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, old ?? '', fixed ?? '', '', '');
  return Uint8Array.from(patch, (character) => character.charCodeAt(0));
}

/** A text with a character for each byte. */
function bytesAsText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
