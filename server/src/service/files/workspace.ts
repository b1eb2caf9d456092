import type { Configuration } from '../../configuration/configuration.js';
import { detectLanguage, isConfiguration, languageById } from '../../configuration/languages.js';
import { lintelPack } from '../../configuration/lintel-pack.js';
import type { Dialect, Source } from '../../dialects/dialect.js';
import type { ListedFiles } from '../companions/halves.js';
import { type ConfigurationSearch, Configurations } from './configurations.js';
import type { FileAccess } from './file-access.js';
import { SourceCache } from './included-files.js';
import { type Reading, readSource } from './reading.js';
import { canonicalUri, folderOf, inFolder, isInside, pathOf, pathWithin } from './uris.js';

/** A file that is kept read: an open document, or a file on disk that includes one or is judged together with one. */
interface KeptFile {
  /** What its name and content tell, or its editor; `undefined` where they tell nothing. */
  readonly dialect: Dialect | undefined;
  /** Whether that counts even where the workspace file names another one. */
  readonly isForced: boolean;
  source: Source;
  /** The language that it is read in, once it was asked for. */
  language: Promise<Dialect | undefined> | undefined;
  /** The tree of an earlier version, whose unchanged parts its dialect may use again. */
  tree: { readonly dialect: Dialect; readonly root: unknown } | undefined;
  pending: Promise<Reading | undefined> | undefined;
  /** The reading of the current version, once it is there. */
  reading: Reading | undefined;
}

/** What a document is judged together with, beside what it includes. */
interface Companions {
  /** There or not: one that appears counts as well. */
  readonly files: Set<string>;
  readonly folders: Set<string>;
}

/** A name alone that makes a dialect this sure is that of a file which includes others and is included by none. */
const MAIN_FILE = 0.9;
/** One that makes it this sure may be that of either. */
const EITHER_FILE = 0.8;

/** How many levels of folders are searched for the file that includes a document, and how many files are tried. */
const INCLUDER_LEVELS = 4;
const INCLUDER_CANDIDATES = 16;

/** The open documents and what they include: the one place that holds state. */
export class Workspace {
  private readonly open = new Map<string, KeptFile>();
  /** Files on disk that are read because an open document is included by them or judged together with them. */
  private readonly onDisk = new Map<string, KeptFile>();
  /** For a document that was searched for: the file on disk that includes it, or `undefined` where none does. */
  private readonly includerOf = new Map<string, string | undefined>();
  /** By the document that asked. */
  private readonly companions = new Map<string, Companions>();
  private readonly searches = new Map<string, Promise<KeptFile | undefined>>();
  private readonly cache: SourceCache;
  private readonly configurations: Configurations;
  private folders: readonly string[] = [];
  private searchesAbove = false;
  private sizeLimit = Number.POSITIVE_INFINITY;

  constructor(access: FileAccess) {
    this.cache = new SourceCache(
      access,
      () => this.sizeLimit,
      (uri) => this.open.get(uri)?.source,
    );
    this.configurations = new Configurations(
      this.cache,
      (uri) => this.searchFor(uri),
      (uri) => this.rootsFor(uri),
    );
  }

  /**
   * Sets the folders that includes may reach into; a document outside all of them may reach into its own folder.
   * @param searchesAbove whether a document's workspace file may also lie above its folder, at any height
   */
  setFolders(folders: readonly string[], searchesAbove = false): void {
    this.folders = folders.map((folder) => canonicalUri(folder).replace(/\/$/, ''));
    this.searchesAbove = searchesAbove;
    this.forgetReadings();
  }

  /** Sets the largest file that is read for an include, in bytes. */
  setSizeLimit(bytes: number): void {
    this.sizeLimit = bytes;
  }

  /**
   * Opens a document or replaces its text. Returns the other open documents that include it or are configured by it.
   * @param dialect what it is written in, unless the workspace file says otherwise and it is not forced
   */
  put(uri: string, dialect: Dialect | undefined, text: string, isForced = false): readonly string[] {
    const known = this.open.get(uri);
    const source = { uri, text };
    if (known && known.dialect === dialect && known.isForced === isForced) {
      known.source = source;
      forget(known);
    } else {
      this.open.set(uri, unread(dialect, source, isForced));
    }
    return this.changed([uri]).filter((other) => other !== uri);
  }

  /** Closes a document and drops what only it needed. Returns the other open documents that needed it. */
  close(uri: string): readonly string[] {
    this.open.delete(uri);
    this.includerOf.delete(uri);
    this.companions.delete(uri);
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
    for (const uri of uris) this.onDisk.delete(uri);
    // A new file may be the includer of a document that had none.
    this.includerOf.clear();
    return affected;
  }

  /** The folders that hold files on disk which readings depend on: what a front end has to watch. */
  get watchedFolders(): ReadonlySet<string> {
    const folders = new Set(this.configurations.packFolders);
    for (const { reading } of [...this.open.values(), ...this.onDisk.values()]) {
      if (!reading) continue;
      for (const file of reading.sources.files) folders.add(folderOf(file));
      for (const folder of reading.sources.folders) folders.add(folder);
    }
    for (const file of this.onDisk.keys()) folders.add(folderOf(file));
    for (const { files, folders: own } of this.companions.values()) {
      for (const file of files) folders.add(folderOf(file));
      for (const folder of own) folders.add(folder);
    }
    return folders;
  }

  /** A text that has been read: of an open document or of a file that one includes. */
  sourceOf(uri: string): Source | undefined {
    const source = this.cache.get(uri) ?? this.onDisk.get(uri)?.source;
    return typeof source === 'string' ? undefined : source;
  }

  /** What the nearest workspace file says of a file, open or not. */
  configurationFor(uri: string): Promise<Configuration> {
    return this.configurations.configurationFor(uri);
  }

  /** An open document read by itself; `undefined` where it is not open, or in no language that is known. */
  async read(uri: string): Promise<Reading | undefined> {
    const file = this.open.get(uri);
    return file && this.readKept(file);
  }

  /** The reading that a document's findings come from: that of the file that includes it, where there is one. */
  async readInContext(uri: string): Promise<Reading | undefined> {
    const file = this.open.get(uri);
    const dialect = file && (await this.dialectOf(file));
    if (!file || !dialect) return undefined;
    if (isConfiguration(dialect)) return this.readKept(file);
    for (const [other, candidate] of this.open) {
      if (other === uri || (await this.dialectOf(candidate)) !== dialect) continue;
      const reading = await this.readKept(candidate);
      if (reading && includes(reading, uri)) return reading;
    }
    const includer = await this.includerOnDisk(uri, dialect);
    return includer ? this.readKept(includer) : this.readKept(file);
  }

  /**
   * Another file that a document is judged together with, open or on disk; `undefined` where there is none that can be
   * read. From now on a change of it concerns the document.
   */
  async readCompanion(of: string, uri: string): Promise<Reading | undefined> {
    this.companionsOf(of).files.add(uri);
    const open = this.open.get(uri);
    if (open) return this.readKept(open);
    if (!this.rootsFor(of).some((root) => isInside(uri, root))) return undefined;
    const file = await this.readOnDisk(uri, undefined);
    if (!file) return undefined;
    this.onDisk.set(uri, file);
    return this.readKept(file);
  }

  /**
   * The files that entries of a workspace file list, as far as they are open or can be found without searching. From now
   * on it concerns the document when one appears.
   */
  async filesListed(of: string, entries: readonly ListedFiles[]): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const { has, folder } of entries) {
      for (const uri of this.open.keys()) if (has(uri)) found.add(uri);
      if (folder === undefined) continue;
      this.companionsOf(of).folders.add(folder);
      for (const name of await this.cache.loadFolder(folder)) {
        const uri = inFolder(folder, name);
        if (has(uri)) found.add(uri);
      }
    }
    return [...found].sort();
  }

  private companionsOf(of: string): Companions {
    const known = this.companions.get(of) ?? { files: new Set(), folders: new Set() };
    this.companions.set(of, known);
    return known;
  }

  /**
   * Loads what was asked of a reading after it was made: a dialect may look into a list only when a verdict depends on
   * it. Returns whether there was anything, so that the document has to be read again.
   */
  async loadLate({ document, sources }: Reading): Promise<boolean> {
    if (sources.isComplete) return false;
    await this.cache.loadAll(sources);
    const { uri } = document.source;
    for (const file of [this.open.get(uri), this.onDisk.get(uri)]) {
      if (file?.reading?.sources === sources) forget(file);
    }
    return true;
  }

  private async readKept(file: KeptFile): Promise<Reading | undefined> {
    if (file.reading) return file.reading;
    const { source } = file;
    file.pending ??= this.readAsDeclared(file);
    const { pending } = file;
    const reading = await pending;
    // Otherwise the file or one that it includes has changed meanwhile.
    if (file.pending === pending) file.reading = reading;
    if (file.source === source && reading) file.tree = { dialect: reading.dialect, root: reading.document.tree };
    return reading;
  }

  private async readAsDeclared(file: KeptFile): Promise<Reading | undefined> {
    const { source, tree } = file;
    const dialect = await this.dialectOf(file);
    if (!dialect) return undefined;
    const earlier = tree?.dialect === dialect ? tree.root : undefined;
    return readSource(dialect, source, this.cache, this.rootsFor(source.uri), earlier);
  }

  /** The language of a file: as the workspace file says, otherwise as it looks. */
  private dialectOf(file: KeptFile): Promise<Dialect | undefined> {
    file.language ??= this.findDialect(file);
    return file.language;
  }

  private async findDialect({ dialect, isForced, source: { uri } }: KeptFile): Promise<Dialect | undefined> {
    if (isForced || (dialect && isConfiguration(dialect))) return dialect;
    return (await this.declaredDialect(uri)) ?? dialect;
  }

  /** The language that the workspace file says a file is written in. */
  async declaredDialect(uri: string): Promise<Dialect | undefined> {
    const configuration = await this.configurationFor(uri);
    if (configuration.listsPack(uri)) return lintelPack;
    const declared = configuration.entryFor(pathWithin(folderOf(configuration.uri), uri))?.dialect;
    return declared === undefined ? undefined : languageById(declared);
  }

  private searchFor(uri: string): ConfigurationSearch {
    const holders = this.folders.filter((folder) => isInside(uri, folder)).sort((a, b) => a.length - b.length);
    const [outermost = folderOf(uri)] = holders;
    return { last: this.searchesAbove ? undefined : (holders.at(-1) ?? outermost), otherwise: outermost };
  }

  private rootsFor(uri: string): readonly string[] {
    const holders = this.folders.filter((folder) => isInside(uri, folder));
    if (holders.length === 0) return [folderOf(uri), ...this.folders];
    return [...holders, ...this.folders.filter((folder) => !holders.includes(folder))];
  }

  /** A file with a telling name, in the document's folder or one above, that includes the document. */
  private async includerOnDisk(uri: string, dialect: Dialect): Promise<KeptFile | undefined> {
    if (certaintyOfName(uri, dialect) >= MAIN_FILE) return undefined;
    if (this.includerOf.has(uri)) return this.onDisk.get(this.includerOf.get(uri) ?? '');
    // One search for all who ask meanwhile, so that none of them takes the document for a whole file.
    const search = this.searches.get(uri) ?? this.searchIncluder(uri, dialect);
    this.searches.set(uri, search);
    const found = await search;
    this.searches.delete(uri);
    // The document may have been closed meanwhile.
    if (this.open.has(uri)) {
      if (found) this.onDisk.set(found.source.uri, found);
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
        if (candidate === uri || this.open.has(candidate) || certaintyOfName(candidate, dialect) < EITHER_FILE)
          continue;
        if (++tried > INCLUDER_CANDIDATES) return undefined;
        const file = await this.readOnDisk(candidate, dialect);
        const reading = file && (await this.readKept(file));
        if (file && reading && includes(reading, uri)) return file;
      }
      folder = folderOf(folder);
    }
    return undefined;
  }

  /** @param dialect absent: the one that the file looks like or is declared to be */
  private async readOnDisk(uri: string, dialect: Dialect | undefined): Promise<KeptFile | undefined> {
    const known = this.onDisk.get(uri);
    if (known) return known;
    const source = await this.cache.load(uri);
    if (typeof source === 'string') return undefined;
    return dialect ? unread(dialect, source, true) : unread(detectLanguage(pathOf(uri), source.text), source, false);
  }

  /** Drops the readings that some files had a part in. Returns the open documents concerned, the files among them. */
  private changed(uris: readonly string[]): readonly string[] {
    const affected: string[] = [];
    const folders = new Set(uris.map(folderOf));
    const configured = this.configurations.changed(uris);
    const concerns = (file: KeptFile) =>
      uris.includes(file.source.uri) ||
      configured.some((folder) => isInside(file.source.uri, folder)) ||
      // While a file is still being read it is not known what it will have asked for.
      (file.pending && !file.reading) ||
      (file.reading &&
        (uris.some((uri) => file.reading?.sources.files.has(uri)) ||
          [...file.reading.sources.folders].some((folder) => folders.has(folder))));
    for (const [uri, file] of this.open) {
      if (!concerns(file)) continue;
      forget(file);
      affected.push(uri);
    }
    const touched = new Set([...uris, ...affected]);
    for (const [onDisk, file] of this.onDisk) {
      if (!concerns(file)) continue;
      forget(file);
      touched.add(onDisk);
    }
    for (const [uri, { files, folders: own }] of this.companions) {
      if ([...own].some((folder) => folders.has(folder)) || [...files].some((file) => touched.has(file))) {
        touched.add(uri);
      }
    }
    for (const [uri, includer] of this.includerOf)
      if (includer !== undefined && touched.has(includer)) touched.add(uri);
    return [...this.open.keys()].filter((uri) => touched.has(uri) || affected.includes(uri));
  }

  private forgetReadings(): void {
    for (const file of [...this.open.values(), ...this.onDisk.values()]) forget(file);
    this.includerOf.clear();
    this.configurations.reset();
  }

  private evict(): void {
    if (this.open.size === 0) this.configurations.reset();
    for (const uri of this.companions.keys()) {
      // Those of a file that includes an open document stay as long as that document.
      if (!this.open.has(uri) && ![...this.includerOf.values()].includes(uri)) this.companions.delete(uri);
    }
    const companions = [...this.companions.values()];
    const needed = new Set([...this.includerOf.values(), ...companions.flatMap(({ files }) => [...files])]);
    for (const file of this.onDisk.keys()) if (!needed.has(file)) this.onDisk.delete(file);
    const kept = [...this.open.values(), ...this.onDisk.values()];
    // While a file is still being read it is not known what it needs.
    if (kept.some(({ pending, reading }) => pending && !reading)) return;
    this.cache.retain(
      new Set([...this.onDisk.keys(), ...kept.flatMap(({ reading }) => [...(reading?.sources.files ?? [])])]),
      new Set([
        ...companions.flatMap(({ folders }) => [...folders]),
        ...kept.flatMap(({ reading }) => [...(reading?.sources.folders ?? [])]),
      ]),
    );
  }
}

function unread(dialect: Dialect | undefined, source: Source, isForced: boolean): KeptFile {
  return {
    dialect,
    isForced,
    source,
    language: undefined,
    tree: undefined,
    pending: undefined,
    reading: undefined,
  };
}

/** Has a file read again. */
function forget(file: KeptFile): void {
  file.language = undefined;
  file.pending = undefined;
  file.reading = undefined;
}

function includes(reading: Reading, uri: string): boolean {
  return reading.document.dependencies.includes(uri);
}

function certaintyOfName(uri: string, dialect: Dialect): number {
  return dialect.detect(pathOf(uri), '');
}
