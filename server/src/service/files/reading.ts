// Reads one file together with everything that it includes.

import type { Dialect, Document, Source } from '../../dialects/dialect.js';
import type { WorkspaceFolders } from './folders.js';
import { type IncludedFiles, IncludeView } from './included-files.js';
import type { Trace } from './trace.js';

/** A file read with everything that it includes. */
export interface Reading {
  readonly dialect: Dialect;
  readonly document: Document;
  /** The view that the dialect read included files through, which records all that it requested. */
  readonly sources: IncludeView;
}

/** How often a document is lowered while files that it includes are being loaded: deeper than squid's limit of 16. */
const ROUND_LIMIT = 24;

/** What a file is read with. */
export interface ReadContext {
  readonly included: IncludedFiles;
  readonly folders: WorkspaceFolders;
  readonly trace: Trace;
}

/** What is known of a file before it is read. */
export interface Known {
  readonly earlierTree?: unknown;
  readonly variables?: ReadonlyMap<string, unknown>;
  readonly squid?: string | undefined;
}

/**
 * Reads a source, loading what it includes level by level until all that exists is loaded.
 * @param known the tree of an earlier version in the same dialect, the values of variables in templates, and the version of squid
 */
export async function readSource(
  dialect: Dialect,
  source: Source,
  { included, folders, trace }: ReadContext,
  { earlierTree, variables, squid }: Known = {},
): Promise<Reading> {
  const { uri } = source;
  if (earlierTree !== undefined) trace.reused(uri, 'tree');
  const tree = trace.phase(uri, 'parse', () => dialect.parse(source, earlierTree));
  const roots = folders.rootsFor(uri);
  for (let round = 0; ; round++) {
    const sources = new IncludeView(included, roots, variables, squid);
    const document = trace.phase(uri, 'lower', () => dialect.lower(source, tree, sources));
    if (sources.isComplete || round === ROUND_LIMIT) return { dialect, document, sources };
    await included.loadRequested(sources);
  }
}
