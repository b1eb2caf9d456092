// The open documents and all files that they depend on: the only part of the service that holds state about files.

import type { Configuration } from '../../configuration/configuration.js';
import { isConfiguration } from '../../configuration/languages.js';
import type { Language, Source } from '../../dialects/dialect.js';
import type { PiecedText } from '../../text/pieced-text.js';
import { CompanionNotes } from './companion-notes.js';
import { Configurations } from './configurations.js';
import type { FileAccess } from './file-access.js';
import { WorkspaceFolders } from './folders.js';
import { IncludedFiles } from './included-files.js';
import { Includers, includes } from './includers.js';
import { evict, foldersToWatch, invalidate } from './invalidation.js';
import { type KeptFile, KeptFiles } from './kept-files.js';
import { type FoundFiles, filesToMatch } from './matched-files.js';
import type { Reading } from './reading.js';
import { NO_TRACE, type Trace } from './trace.js';
import { folderOf, inFolder, isInside } from './uris.js';

/** How often a question is repeated because it requested files that had not been loaded; each round loads more of them. */
const LATE_ROUND_LIMIT = 8;

/** Files that an entry of a workspace file lists. */
export interface ListedFiles {
  /** Whether a file is one of them: no entry before it matches. */
  readonly has: (uri: string) => boolean;
  /** The folder that all of them are in; `undefined` where the pattern's folders have wildcards. */
  readonly folder: string | undefined;
}

export class Workspace {
  private readonly folders = new WorkspaceFolders();
  private readonly files: KeptFiles;
  private readonly included: IncludedFiles;
  private readonly includers: Includers;
  private readonly companions = new CompanionNotes();
  private readonly configurations: Configurations;
  private sizeLimit = Number.POSITIVE_INFINITY;
  private readAheadLimit = Number.POSITIVE_INFINITY;
  private readAhead = 0;

  constructor(access: FileAccess, trace: Trace = NO_TRACE) {
    const { folders } = this;
    const included = new IncludedFiles(
      access,
      () => this.sizeLimit,
      (uri) => this.files.open.get(uri)?.source,
    );
    this.included = included;
    this.configurations = new Configurations(included, folders);
    this.files = new KeptFiles({ included, configurations: this.configurations, folders, trace });
    this.includers = new Includers(this.files, included, folders);
  }

  // Documents

  /**
   * Sets the folders that includes may reach into; a document outside all of them may reach into its own folder.
   * @param searchesAbove whether a document's workspace file may also lie above its folder, at any height
   */
  setFolders(folders: readonly string[], searchesAbove = false): void {
    this.folders.set(folders, searchesAbove);
    for (const file of this.files.all) file.markStale();
    this.includers.clear();
    this.configurations.reset();
  }

  /** Sets the largest file that is read for an include, in bytes. */
  setSizeLimit(bytes: number): void {
    this.sizeLimit = bytes;
  }

  /**
   * Sets how many documents that were read only to see what they include stay read. Those beyond are read again when their
   * turn comes, so that the memory of a run does not grow with the number of its files.
   */
  setReadAheadLimit(count: number): void {
    this.readAheadLimit = count;
  }

  /**
   * Opens a document or replaces its text. Returns the other open documents that include it or are configured by it.
   * @param detected its language; the workspace file takes precedence unless `isForced`
   */
  put(
    uri: string,
    detected: Language | undefined,
    text: string | PiecedText,
    isForced = false,
    byteOrderMark = false,
  ): readonly string[] {
    this.files.put(uri, detected, text, isForced, byteOrderMark);
    return invalidate(this.state, [uri]).filter((other) => other !== uri);
  }

  /** Closes a document and drops what only it needed. Returns the other open documents that needed it. */
  close(uri: string): readonly string[] {
    this.files.open.delete(uri);
    this.includers.forget(uri);
    this.companions.forget(uri);
    const affected = invalidate(this.state, [uri]);
    evict(this.state);
    return affected;
  }

  /** Drops what was read of a document, whose text stays; it is read again where something more is asked of it. */
  release(uri: string): void {
    this.files.open.get(uri)?.release();
  }

  /** Handles files on disk that were changed, created or deleted. Returns the open documents that this concerns. */
  filesChanged(uris: readonly string[]): readonly string[] {
    for (const uri of uris) this.included.forget(uri);
    const affected = invalidate(this.state, uris);
    for (const uri of uris) this.files.onDisk.delete(uri);
    this.includers.clear();
    return affected;
  }

  get watchedFolders(): ReadonlySet<string> {
    return foldersToWatch(this.state);
  }

  /** The loaded text of an open document or of a file that one includes; `undefined` where it is not loaded. */
  sourceOf(uri: string): Source | undefined {
    const source = this.included.get(uri) ?? this.files.onDisk.get(uri)?.source;
    return typeof source === 'string' ? undefined : source;
  }

  // Configuration

  /** What the nearest workspace file says of a file, open or not. */
  configurationFor(uri: string): Promise<Configuration> {
    return this.configurations.configurationFor(uri);
  }

  /** The nearest workspace file of a file, where it exists and is not open itself. */
  async unopenedConfiguration(uri: string): Promise<Reading | undefined> {
    const reading = await this.configurations.readingFor(uri);
    const { uri: own } = reading.document.source;
    if (this.isOpen(own)) return undefined;
    return typeof (await this.included.load(own, this.folders.rootsFor(own))) === 'string' ? undefined : reading;
  }

  /** The language that the workspace file says a file is written in. */
  declaredDialect(uri: string): Promise<Language | undefined> {
    return this.files.declaredDialect(uri);
  }

  // Reading

  /** The reading of an open document by itself; `undefined` where it is not open or its language is unknown. */
  async read(uri: string): Promise<Reading | undefined> {
    const file = this.files.open.get(uri);
    return file && this.files.read(file);
  }

  /** The readings of all open documents, each by itself; one that Lintel fails on is left out. */
  async readAllOpen(): Promise<readonly Reading[]> {
    const readings: Reading[] = [];
    for (const file of [...this.files.open.values()]) {
      const reading = await this.readOther(file);
      if (reading) readings.push(reading);
    }
    return readings;
  }

  /** The reading that a document's findings come from: that of the file that includes it, otherwise its own. */
  async readInContext(uri: string): Promise<Reading | undefined> {
    const { files } = this;
    const file = files.open.get(uri);
    const dialect = file && (await files.languageOf(file));
    if (!file || !dialect) return undefined;
    if (isConfiguration(dialect)) return files.read(file);
    for (const [other, candidate] of files.includers) {
      if (candidate.isKnownToLackInclude(uri) || other === uri || files.open.get(other) !== candidate) continue;
      const own = await files.languageOf(candidate);
      if (own) candidate.noteLanguage(own);
      if (own !== dialect || candidate.isKnownToLackInclude(uri)) continue;
      const reading = await this.readOther(candidate);
      if (reading && includes(reading, uri)) return reading;
      if (this.readAhead++ >= this.readAheadLimit) candidate.release();
    }
    return files.read((await this.includers.includerOf(uri, dialect)) ?? file);
  }

  /** The answer to a question to the reading in context; repeated where the question requested files that were not loaded. */
  answer<Answer>(uri: string, question: (reading: Reading) => Answer | Promise<Answer>): Promise<Answer | undefined> {
    return this.answerFrom(() => this.readInContext(uri), question);
  }

  /**
   * The answer to a question to a companion file of a document, open or on disk; `undefined` where it cannot be read. From
   * now on a change of that file concerns the document.
   */
  answerFromCompanion<Answer>(
    of: string,
    uri: string,
    question: (reading: Reading) => Answer | Promise<Answer>,
  ): Promise<Answer | undefined> {
    return this.answerFrom(() => this.readCompanion(of, uri), question);
  }

  /**
   * The files that entries of a workspace file match, as far as they are open or in a folder that the pattern names. From
   * now on the document is affected when such a file is created.
   */
  async filesListed(of: string, entries: readonly ListedFiles[]): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const { has, folder } of entries) {
      for (const uri of this.files.open.keys()) if (has(uri)) found.add(uri);
      if (folder === undefined) continue;
      this.companions.noteFolder(of, folder);
      for (const name of await this.included.loadFolder(folder)) {
        const uri = inFolder(folder, name);
        if (has(uri)) found.add(uri);
      }
    }
    return [...found].sort();
  }

  /**
   * The files that a workspace file applies to, as far as they are open or its entries may match them. From now on one that
   * is created concerns it.
   */
  async filesFor({ uri, file }: Configuration): Promise<FoundFiles> {
    const { included, companions } = this;
    const found = await filesToMatch(
      included,
      folderOf(uri),
      file.files.map(({ match }) => match),
    );
    for (const folder of found.folders) companions.noteFolder(uri, folder);
    const uris = new Set([...found.uris].filter((one) => one !== uri));
    for (const open of this.files.open.keys()) {
      if (open !== uri && (await this.configurationFor(open)).uri === uri) uris.add(open);
    }
    return { ...found, uris: [...uris].sort() };
  }

  /** The files and folders in a folder that a document may reach into. */
  contentOf(
    of: string,
    folder: string,
  ): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
    return this.included.contentOf(folder, this.folders.rootsFor(of));
  }

  isOpen(uri: string): boolean {
    return this.files.open.has(uri);
  }

  private get state() {
    const { files, included, includers, companions, configurations } = this;
    return { files, included, includers, companions, configurations };
  }

  private async readCompanion(of: string, uri: string): Promise<Reading | undefined> {
    const { files } = this;
    this.companions.noteFile(of, uri);
    const open = files.open.get(uri);
    if (open) return this.readOther(open);
    if (!this.folders.rootsFor(of).some((root) => isInside(uri, root))) return undefined;
    const file = await files.fromDisk(uri);
    if (!file) return undefined;
    files.onDisk.set(uri, file);
    return this.readOther(file);
  }

  /** The reading of a file on whose behalf nobody asks: where Lintel fails on it, that is told of that file alone. */
  private readOther(file: KeptFile): Promise<Reading | undefined> {
    return this.files.read(file).catch(() => undefined);
  }

  private async answerFrom<Answer>(
    read: () => Promise<Reading | undefined>,
    question: (reading: Reading) => Answer | Promise<Answer>,
  ): Promise<Answer | undefined> {
    for (let round = 0; ; round++) {
      const reading = await read();
      if (!reading) return undefined;
      const answer = await question(reading);
      if (round === LATE_ROUND_LIMIT || !(await this.loadLate(reading))) return answer;
    }
  }

  /**
   * Loads what was requested from a reading after it was made: a dialect may read a list only when a verdict depends on
   * it. Returns whether anything was loaded, so that the document has to be read again.
   */
  private async loadLate({ document, sources }: Reading): Promise<boolean> {
    if (sources.isComplete) return false;
    await this.included.loadRequested(sources);
    const { uri } = document.source;
    for (const file of [this.files.open.get(uri), this.files.onDisk.get(uri)]) {
      if (file?.reading?.sources === sources) file.markStale();
    }
    return true;
  }
}
