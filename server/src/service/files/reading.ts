import type { Dialect, Document, Source } from '../../dialects/dialect.js';
import { IncludeView, type SourceCache } from './included-files.js';

/** A file read with everything that it includes. */
export interface Reading {
  readonly dialect: Dialect;
  readonly document: Document;
  /** What the dialect was given to read from, with a note of all that it has asked for. */
  readonly sources: IncludeView;
}

/** How often a document is lowered while files that it includes are being loaded: deeper than squid's limit of 16. */
const ROUND_LIMIT = 24;

/** Reads a source, loading what it includes level by level until nothing is missing that exists. */
export async function readSource(
  dialect: Dialect,
  source: Source,
  cache: SourceCache,
  roots: readonly string[],
  previousTree?: unknown,
): Promise<Reading> {
  if (dialect.load) await dialect.load();
  const tree = dialect.parse(source, previousTree);
  for (let round = 0; ; round++) {
    const sources = new IncludeView(cache, roots);
    const document = dialect.lower(source, tree, sources);
    if (sources.isComplete || round === ROUND_LIMIT) return { dialect, document, sources };
    await cache.loadAll(sources);
  }
}
