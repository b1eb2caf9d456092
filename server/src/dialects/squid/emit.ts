import type { Candidate, Change, Document, Sources } from '../dialect.js';
import type { SquidTree } from './parse.js';

export function emit(document: Document<SquidTree>, change: Change, sources: Sources): readonly Candidate[] {
  void [document, change, sources];
  return [];
}
