import type { Dialect, Document, Source, Sources } from '../dialects/dialect.js';
import { IncludeView, type SourceCache } from './source-cache.js';

/** A file read with everything that it includes. */
export interface Reading {
  readonly dialect: Dialect;
  readonly document: Document;
  readonly sources: Sources;
  /** The files that were asked for, whether they exist or not. */
  readonly files: ReadonlySet<string>;
  /** The folders that were listed. */
  readonly folders: ReadonlySet<string>;
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
    const view = new IncludeView(cache, roots);
    const document = dialect.lower(source, tree, view);
    if (view.isComplete) return { dialect, document, sources: view, files: view.files, folders: view.folders };
    if (round < ROUND_LIMIT) {
      const files = [...view.wantedFiles].map((uri) => cache.load(uri));
      const folders = [...view.wantedFolders].map((folder) => cache.loadFolder(folder));
      await Promise.all([...files, ...folders]);
    } else {
      for (const uri of view.wantedFiles) cache.refuse(uri);
      if (view.wantedFiles.size === 0)
        return { dialect, document, sources: view, files: view.files, folders: view.folders };
    }
  }
}
