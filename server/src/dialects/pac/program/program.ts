// A PAC file with its names resolved.
import type { Document } from '../../dialect.js';
import type { PacTree, ParsedPac } from '../syntax/tree.js';
import { resolveScopes, type Scopes } from './scopes.js';
import { Subjects } from './subjects.js';

export interface PacProgram {
  readonly tree: ParsedPac;
  readonly scopes: Scopes;
  readonly subjects: Subjects;
}

/** A file that is not JavaScript has no program. */
export type PacDocument = Document<PacTree, PacProgram | undefined>;

export function programOf(tree: ParsedPac): PacProgram {
  const scopes = resolveScopes(tree);
  return { tree, scopes, subjects: new Subjects(tree, scopes) };
}
