// The open documents and all that they are read from: the one place of the service that holds state about files.

import type { Configuration } from '../../configuration/configuration.js';
import { isConfiguration } from '../../configuration/languages.js';
import type { Dialect, Source } from '../../dialects/dialect.js';
import { CompanionNotes } from './companion-notes.js';
import { Configurations } from './configurations.js';
import type { FileAccess } from './file-access.js';
import { WorkspaceFolders } from './folders.js';
import { IncludedFiles } from './included-files.js';
import { Includers, includes } from './includers.js';
import { evict, foldersToWatch, invalidate } from './invalidation.js';
import { KeptFiles } from './kept-files.js';
import type { Reading } from './reading.js';
import { NO_TRACE, type Trace } from './trace.js';
import { inFolder, isInside } from './uris.js';

/** How often an answer is given again because it took files that had not been loaded: each time brings more of them. */
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
   * Opens a document or replaces its text. Returns the other open documents that include it or are configured by it.
   * @param detected what it is written in, unless the workspace file says otherwise and it is not forced
   */
  put(uri: string, detected: Dialect | undefined, text: string, isForced = false): readonly string[] {
    this.files.put(uri, detected, text, isForced);
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

  /** Takes note that files on disk have changed, appeared or gone. Returns the open documents that this concerns. */
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

  /** A text that has been read: of an open document or of a file that one includes. */
  sourceOf(uri: string): Source | undefined {
    const source = this.included.get(uri) ?? this.files.onDisk.get(uri)?.source;
    return typeof source === 'string' ? undefined : source;
  }

  // What the workspace file says

  /** What the nearest workspace file says of a file, open or not. */
  configurationFor(uri: string): Promise<Configuration> {
    return this.configurations.configurationFor(uri);
  }

  /** The language that the workspace file says a file is written in. */
  declaredDialect(uri: string): Promise<Dialect | undefined> {
    return this.files.declaredDialect(uri);
  }

  // Reading

  /** An open document read by itself; `undefined` where it is not open, or in no language that is known. */
  async read(uri: string): Promise<Reading | undefined> {
    const file = this.files.open.get(uri);
    return file && this.files.read(file);
  }

  /** The reading that a document's findings come from: that of the file that includes it, where there is one. */
  async readInContext(uri: string): Promise<Reading | undefined> {
    const { files } = this;
    const file = files.open.get(uri);
    const dialect = file && (await files.dialectOf(file));
    if (!file || !dialect) return undefined;
    if (isConfiguration(dialect)) return files.read(file);
    for (const [other, candidate] of files.open) {
      if (other === uri || (await files.dialectOf(candidate)) !== dialect) continue;
      const reading = await files.read(candidate);
      if (reading && includes(reading, uri)) return reading;
    }
    return files.read((await this.includers.includerOf(uri, dialect)) ?? file);
  }

  /** An answer from the reading in context; once more where the answer took files that had not been loaded. */
  answer<Answer>(uri: string, question: (reading: Reading) => Answer | Promise<Answer>): Promise<Answer | undefined> {
    return this.answerFrom(() => this.readInContext(uri), question);
  }

  /**
   * An answer from another file that a document is judged together with, open or on disk; `undefined` where there is none
   * that can be read. From now on a change of it concerns the document.
   */
  answerFromCompanion<Answer>(
    of: string,
    uri: string,
    question: (reading: Reading) => Answer | Promise<Answer>,
  ): Promise<Answer | undefined> {
    return this.answerFrom(() => this.readCompanion(of, uri), question);
  }

  /**
   * The files that entries of a workspace file list, as far as they are open or can be found without searching. From now
   * on it concerns the document when one appears.
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

  private get state() {
    const { files, included, includers, companions, configurations } = this;
    return { files, included, includers, companions, configurations };
  }

  private async readCompanion(of: string, uri: string): Promise<Reading | undefined> {
    const { files } = this;
    this.companions.noteFile(of, uri);
    const open = files.open.get(uri);
    if (open) return files.read(open);
    if (!this.folders.rootsFor(of).some((root) => isInside(uri, root))) return undefined;
    const file = await files.fromDisk(uri);
    if (!file) return undefined;
    files.onDisk.set(uri, file);
    return files.read(file);
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
   * Loads what was asked of a reading after it was made: a dialect may look into a list only when a verdict depends on
   * it. Returns whether there was anything, so that the document has to be read again.
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
