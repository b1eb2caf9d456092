// Files before and after their fixes.

import { createTwoFilesPatch } from 'diff';
import type { Fix } from '../analysis/report.js';
import { applyEdits } from '../text/edit.js';
import type { Session } from './session.js';

/** A file before and after its fixes. */
export interface FixedFile {
  readonly uri: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** The files that a fix changes. */
export function fixedFiles({ edits }: Fix, session: Session): FixedFile[] {
  return [...new Set(edits.map(({ uri }) => uri))].map((uri) => {
    const before = session.service.textOf(uri) ?? '';
    const own = edits.filter((edit) => edit.uri === uri);
    return { uri, path: session.pathOf(uri), before, after: applyEdits(before, own) };
  });
}

/** What changes in a file, as a unified diff. */
export function patchOf({ path, before, after }: FixedFile): string {
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, '', '');
}
