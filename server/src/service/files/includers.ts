// Finds the file on disk that includes an open document, which is then read as a part of that file.

import type { Language } from '../../dialects/dialect.js';
import type { WorkspaceFolders } from './folders.js';
import type { IncludedFiles } from './included-files.js';
import type { KeptFile, KeptFiles } from './kept-files.js';
import type { Reading } from './reading.js';
import { folderOf, inFolder, isInside, pathOf } from './uris.js';

/** A file name with at least this certainty of detection is that of a main file, which no other file includes. */
const MAIN_FILE = 0.9;
/** A file name with at least this certainty may be that of a main file or of an included one. */
const EITHER_FILE = 0.8;

/** How many levels of folders are searched for the file that includes a document, and how many files are tried. */
const LEVEL_LIMIT = 4;
const CANDIDATE_LIMIT = 16;

export class Includers {
  /** For a document that was searched for: the file on disk that includes it, or `undefined` where none does. */
  private readonly found = new Map<string, string | undefined>();
  private readonly searches = new Map<string, Promise<KeptFile | undefined>>();

  constructor(
    private readonly files: KeptFiles,
    private readonly included: IncludedFiles,
    private readonly folders: WorkspaceFolders,
  ) {}

  /** The files on disk that include an open document, and these documents. */
  get entries(): readonly (readonly [document: string, includer: string])[] {
    return [...this.found].flatMap(([uri, includer]) => (includer === undefined ? [] : [[uri, includer] as const]));
  }

  /** Called when a document is closed. */
  forget(uri: string): void {
    this.found.delete(uri);
  }

  /** Called when files were created or deleted: any document may have another includer. */
  clear(): void {
    this.found.clear();
  }

  /** A file with the name of a main file, in the document's folder or one above, that includes the document. */
  async includerOf(uri: string, dialect: Language): Promise<KeptFile | undefined> {
    const { files, found, searches } = this;
    if (!dialect.mayInclude || certaintyOfName(uri, dialect) >= MAIN_FILE) return undefined;
    if (found.has(uri)) return files.onDisk.get(found.get(uri) ?? '');
    // Concurrent requests share one search, so that none of them takes the document for a whole file.
    const search = searches.get(uri) ?? this.search(uri, dialect);
    searches.set(uri, search);
    const includer = await search;
    searches.delete(uri);
    // The document may have been closed meanwhile.
    if (files.open.has(uri)) {
      if (includer) files.onDisk.set(includer.source.uri, includer);
      found.set(uri, includer?.source.uri);
    }
    return includer;
  }

  private async search(uri: string, dialect: Language): Promise<KeptFile | undefined> {
    const roots = this.folders.rootsFor(uri);
    let folder = folderOf(uri);
    let tried = 0;
    for (let level = 0; level < LEVEL_LIMIT && roots.some((root) => isInside(folder, root)); level++) {
      for (const name of await this.included.loadFolder(folder)) {
        const candidate = inFolder(folder, name);
        if (candidate === uri || this.files.open.has(candidate)) continue;
        if (certaintyOfName(candidate, dialect) < EITHER_FILE) continue;
        if (++tried > CANDIDATE_LIMIT) return undefined;
        const file = await this.files.fromDisk(candidate, dialect);
        if (!file || !dialect.mayInclude?.(file.source.text)) continue;
        const reading = await this.files.read(file);
        if (reading && includes(reading, uri)) return file;
      }
      if (folder === folderOf(folder)) break;
      folder = folderOf(folder);
    }
    return undefined;
  }
}

export function includes({ document }: Reading, uri: string): boolean {
  return document.dependencies.includes(uri);
}

function certaintyOfName(uri: string, dialect: Language): number {
  return dialect.detect(pathOf(uri), '');
}
