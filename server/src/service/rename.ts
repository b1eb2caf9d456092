// Renames what a file defines, wherever it is used, and proves that nothing else changes.

import { type FixContext, reanalyse } from '../analysis/fixes/edited-copy.js';
import { worsensNothing } from '../analysis/fixes/fixes.js';
import type { NameUse } from '../dialects/dialect.js';
import type { FileEdit } from '../text/edit.js';
import type { TextRange } from '../text/range.js';
import { usesAt } from './navigation.js';

/** A name at one of its uses, as it is written there. */
export interface RenamableName {
  readonly range: TextRange;
  readonly name: string;
}

/** The edits that change all uses of a name, or why it cannot be changed. */
export type Renaming = { readonly edits: readonly FileEdit[] } | { readonly refusal: string };

/** The name at an offset, where the files that are known define it and its language lets names be changed. */
export function renamableAt(context: FixContext, uri: string, offset: number): RenamableName | undefined {
  const { dialect, document } = context;
  const uses = usesAt(document, uri, offset);
  const definition = uses.find(({ role }) => role === 'definition');
  const here = uses.find((use) => use.uri === uri && use.range.start <= offset && offset <= use.range.end);
  const name = definition && textAt(context, definition);
  if (!here || name === undefined || !dialect.nameFault || dialect.nameFault(here.kind, name) !== undefined) {
    return undefined;
  }
  const at = nameWithin(context, here, name);
  return at && { range: at, name };
}

/**
 * Changes a name at an offset. It is refused where the new name is invalid or taken, and where the files would mean
 * something else.
 */
export function renameAt(context: FixContext, uri: string, offset: number, newName: string): Renaming {
  const { dialect, document } = context;
  const found = renamableAt(context, uri, offset);
  if (!found) return { refusal: 'There is no name here that can be changed.' };
  if (newName === found.name) return { edits: [] };
  const uses = usesAt(document, uri, offset);
  const kind = uses[0]?.kind ?? '';
  const fault = dialect.nameFault?.(kind, newName);
  if (fault !== undefined) return { refusal: `The name '${newName}' is invalid: ${fault}.` };
  const taken = document.names.some(
    (use) => use.kind === kind && !uses.includes(use) && isCalled(context, use, newName),
  );
  if (taken) return { refusal: `The name '${newName}' is already in use.` };
  const written = uses.map((use) => ({ uri: use.uri, range: nameWithin(context, use, found.name) }));
  const edits = written.flatMap(({ uri: file, range }) => (range ? [{ uri: file, range, newText: newName }] : []));
  if (edits.length < written.length)
    return { refusal: `The name '${found.name}' is also used in a form that cannot be changed.` };
  const after = reanalyse(context, edits);
  if (!after || !worsensNothing(context, after) || after.analysis.problems.length > context.analysis.problems.length) {
    return { refusal: `The name '${newName}' would change what the files mean.` };
  }
  return { edits };
}

function textAt({ document, sources }: FixContext, { uri, range }: NameUse): string | undefined {
  const source = uri === document.source.uri ? document.source : sources.read(uri);
  return typeof source === 'string' ? undefined : source.text.slice(range.start, range.end);
}

/** Where the name itself stands: a use may have a sign before it, such as `$`, `@` or `!`. */
function nameWithin(context: FixContext, use: NameUse, name: string): TextRange | undefined {
  const text = textAt(context, use);
  if (text === undefined || !text.toLowerCase().endsWith(name.toLowerCase())) return undefined;
  const sign = text.slice(0, text.length - name.length);
  if (!/^[$@!]?$/.test(sign)) return undefined;
  return { start: use.range.end - name.length, end: use.range.end };
}

function isCalled(context: FixContext, use: NameUse, name: string): boolean {
  return nameWithin(context, use, name) !== undefined;
}
