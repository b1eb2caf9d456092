import type { Dialect, Source } from '../dialects/dialect.js';
import type { FileAccess } from './file-access.js';
import { type Reading, readSource } from './reading.js';
import { SourceCache } from './source-cache.js';
import { canonicalUri, folderOf, inFolder, isInside, pathOf } from './uris.js';

/** A file that is kept read: an open document, or a file on disk that includes one. */
interface KeptFile {
  readonly dialect: Dialect;
  source: Source;
  /** The tree of an earlier version, whose unchanged parts the dialect may use again. */
  tree: unknown;
  pending: Promise<Reading> | undefined;
  /** The reading of the current version, once it is there. */
  reading: Reading | undefined;
}

/** A name alone that makes a dialect this sure is that of a file which includes others and is included by none. */
const MAIN_FILE = 0.9;

/** How many levels of folders are searched for the file that includes a document, and how many files are tried. */
const INCLUDER_LEVELS = 4;
const INCLUDER_CANDIDATES = 16;

/** The open documents and what they include: the one place that holds state. */
export class Workspace {
  private readonly open = new Map<string, KeptFile>();
  /** Files on disk that are read because an open document is included by them. */
  private readonly includers = new Map<string, KeptFile>();
  /** For a document that was searched for: the file on disk that includes it, or `undefined` where none does. */
  private readonly includerOf = new Map<string, string | undefined>();
  private readonly searches = new Map<string, Promise<KeptFile | undefined>>();
  private readonly cache: SourceCache;
  private folders: readonly string[] = [];
  private sizeLimit = Number.POSITIVE_INFINITY;

  constructor(access: FileAccess) {
    this.cache = new SourceCache(
      access,
      () => this.sizeLimit,
      (uri) => this.open.get(uri)?.source,
    );
  }

  /** Sets the folders that includes may reach into. A document outside all of them may reach into its own folder. */
  setFolders(folders: readonly string[]): void {
    this.folders = folders.map((folder) => canonicalUri(folder).replace(/\/$/, ''));
    this.forgetReadings();
  }

  /** Sets the largest file that is read for an include, in bytes. */
  setSizeLimit(bytes: number): void {
    this.sizeLimit = bytes;
  }

  /** Opens a document or replaces its text. Returns the other open documents that include it. */
  put(uri: string, dialect: Dialect, text: string): readonly string[] {
    const known = this.open.get(uri);
    const source = { uri, text };
    if (known?.dialect === dialect) {
      known.source = source;
      known.pending = undefined;
      known.reading = undefined;
    } else {
      this.open.set(uri, { dialect, source, tree: undefined, pending: undefined, reading: undefined });
    }
    return this.changed([uri]).filter((other) => other !== uri);
  }

  /** Closes a document and drops what only it needed. Returns the other open documents that include it. */
  close(uri: string): readonly string[] {
    this.open.delete(uri);
    this.includerOf.delete(uri);
    const affected = this.changed([uri]);
    this.evict();
    return affected;
  }

  has(uri: string): boolean {
    return this.open.has(uri);
  }

  get openUris(): readonly string[] {
    return [...this.open.keys()];
  }

  /** Takes note that files on disk have changed, appeared or gone. Returns the open documents that this concerns. */
  filesChanged(uris: readonly string[]): readonly string[] {
    for (const uri of uris) this.cache.forget(uri);
    const affected = this.changed(uris);
    for (const uri of uris) this.includers.delete(uri);
    // A new file may be the includer of a document that had none.
    this.includerOf.clear();
    return affected;
  }

  /** The folders that hold files on disk which readings depend on: what a front end has to watch. */
  get watchedFolders(): ReadonlySet<string> {
    const folders = new Set<string>();
    for (const { reading } of [...this.open.values(), ...this.includers.values()]) {
      if (!reading) continue;
      for (const file of reading.sources.files) folders.add(folderOf(file));
      for (const folder of reading.sources.folders) folders.add(folder);
    }
    for (const includer of this.includers.keys()) folders.add(folderOf(includer));
    return folders;
  }

  /** A text that has been read: of an open document or of a file that one includes. */
  sourceOf(uri: string): Source | undefined {
    const source = this.cache.get(uri) ?? this.includers.get(uri)?.source;
    return typeof source === 'string' ? undefined : source;
  }

  /** An open document read by itself; `undefined` where it is not open. */
  async read(uri: string): Promise<Reading | undefined> {
    const file = this.open.get(uri);
    return file && this.readKept(file);
  }

  /** The reading that a document's findings come from: that of the file that includes it, where there is one. */
  async readInContext(uri: string): Promise<Reading | undefined> {
    const file = this.open.get(uri);
    if (!file) return undefined;
    for (const [other, candidate] of this.open) {
      if (other === uri || candidate.dialect !== file.dialect) continue;
      const reading = await this.readKept(candidate);
      if (includes(reading, uri)) return reading;
    }
    const includer = await this.includerOnDisk(uri, file.dialect);
    return includer ? this.readKept(includer) : this.readKept(file);
  }

  /**
   * Loads what was asked of a reading after it was made: a dialect may look into a list only when a verdict depends on
   * it. Returns whether there was anything, so that the document has to be read again.
   */
  async loadLate({ document, sources }: Reading): Promise<boolean> {
    if (sources.isComplete) return false;
    await this.cache.loadAll(sources);
    const { uri } = document.source;
    for (const file of [this.open.get(uri), this.includers.get(uri)]) {
      if (file?.reading?.sources !== sources) continue;
      file.pending = undefined;
      file.reading = undefined;
    }
    return true;
  }

  private async readKept(file: KeptFile): Promise<Reading> {
    if (file.reading) return file.reading;
    const { source } = file;
    file.pending ??= readSource(file.dialect, source, this.cache, this.rootsFor(source.uri), file.tree);
    const { pending } = file;
    const reading = await pending;
    // Otherwise the file or one that it includes has changed meanwhile.
    if (file.pending === pending) file.reading = reading;
    if (file.source === source) file.tree = reading.document.tree;
    return reading;
  }

  private rootsFor(uri: string): readonly string[] {
    const holders = this.folders.filter((folder) => isInside(uri, folder));
    if (holders.length === 0) return [folderOf(uri), ...this.folders];
    return [...holders, ...this.folders.filter((folder) => !holders.includes(folder))];
  }

  /** A file with a telling name, in the document's folder or one above, that includes the document. */
  private async includerOnDisk(uri: string, dialect: Dialect): Promise<KeptFile | undefined> {
    if (isMainFile(uri, dialect)) return undefined;
    if (this.includerOf.has(uri)) return this.includers.get(this.includerOf.get(uri) ?? '');
    // One search for all who ask meanwhile, so that none of them takes the document for a whole file.
    const search = this.searches.get(uri) ?? this.searchIncluder(uri, dialect);
    this.searches.set(uri, search);
    const found = await search;
    this.searches.delete(uri);
    // The document may have been closed meanwhile.
    if (this.open.has(uri)) {
      if (found) this.includers.set(found.source.uri, found);
      this.includerOf.set(uri, found?.source.uri);
    }
    return found;
  }

  private async searchIncluder(uri: string, dialect: Dialect): Promise<KeptFile | undefined> {
    const roots = this.rootsFor(uri);
    let folder = folderOf(uri);
    let tried = 0;
    for (let level = 0; level < INCLUDER_LEVELS && roots.some((root) => isInside(folder, root)); level++) {
      for (const name of await this.cache.loadFolder(folder)) {
        const candidate = inFolder(folder, name);
        if (candidate === uri || this.open.has(candidate) || !isMainFile(candidate, dialect)) continue;
        if (++tried > INCLUDER_CANDIDATES) return undefined;
        const file = await this.readOnDisk(candidate, dialect);
        if (file && includes(await this.readKept(file), uri)) return file;
      }
      folder = folderOf(folder);
    }
    return undefined;
  }

  private async readOnDisk(uri: string, dialect: Dialect): Promise<KeptFile | undefined> {
    const known = this.includers.get(uri);
    if (known) return known;
    const source = await this.cache.load(uri);
    if (typeof source === 'string') return undefined;
    return { dialect, source, tree: undefined, pending: undefined, reading: undefined };
  }

  /** Drops the readings that some files had a part in. Returns the open documents concerned, the files among them. */
  private changed(uris: readonly string[]): readonly string[] {
    const affected: string[] = [];
    const folders = new Set(uris.map(folderOf));
    const concerns = (file: KeptFile) =>
      uris.includes(file.source.uri) ||
      // While a file is still being read it is not known what it will have asked for.
      (file.pending && !file.reading) ||
      (file.reading &&
        (uris.some((uri) => file.reading?.sources.files.has(uri)) ||
          [...file.reading.sources.folders].some((folder) => folders.has(folder))));
    for (const [uri, file] of this.open) {
      if (!concerns(file)) continue;
      file.pending = undefined;
      file.reading = undefined;
      affected.push(uri);
    }
    for (const [includer, file] of this.includers) {
      if (!concerns(file)) continue;
      file.pending = undefined;
      file.reading = undefined;
      for (const [uri, own] of this.includerOf) if (own === includer && !affected.includes(uri)) affected.push(uri);
    }
    return affected;
  }

  private forgetReadings(): void {
    for (const file of [...this.open.values(), ...this.includers.values()]) {
      file.pending = undefined;
      file.reading = undefined;
    }
    this.includerOf.clear();
  }

  private evict(): void {
    const needed = new Set(this.includerOf.values());
    for (const includer of this.includers.keys()) if (!needed.has(includer)) this.includers.delete(includer);
    const kept = [...this.open.values(), ...this.includers.values()];
    // While a file is still being read it is not known what it needs.
    if (kept.some(({ pending, reading }) => pending && !reading)) return;
    this.cache.retain(
      new Set([...this.includers.keys(), ...kept.flatMap(({ reading }) => [...(reading?.sources.files ?? [])])]),
      new Set(kept.flatMap(({ reading }) => [...(reading?.sources.folders ?? [])])),
    );
  }
}

function includes(reading: Reading, uri: string): boolean {
  return reading.document.dependencies.includes(uri);
}

function isMainFile(uri: string, dialect: Dialect): boolean {
  return dialect.detect(pathOf(uri), '') >= MAIN_FILE;
}
