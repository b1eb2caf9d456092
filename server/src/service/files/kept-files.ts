// The files whose readings are kept between requests: open documents, and files on disk that include one or are its
// companions.

import { detectLanguage, includesNothing, isConfiguration, languageById } from '../../configuration/languages.js';
import { lintelPack } from '../../configuration/lintel-pack.js';
import { type Dialect, type Language, loaded, type Source } from '../../dialects/dialect.js';
import { sourceOf } from '../../dialects/source.js';
import type { PiecedText } from '../../text/pieced-text.js';
import type { Configurations } from './configurations.js';
import type { IncludeView } from './included-files.js';
import { type ReadContext, type Reading, readSource } from './reading.js';
import { folderOf, pathOf, pathWithin } from './uris.js';

const NO_FILES: ReadonlySet<string> = new Set();

/** One file with its current text and, once it was requested, its reading. */
export class KeptFile {
  /** The language that it is read in, once that was requested. */
  language: Promise<Language | undefined> | undefined;
  pending: Promise<Reading | undefined> | undefined;
  /** The reading of the current version, once it is complete. */
  reading: Reading | undefined;
  /** What the current version was read from, and what it includes: known also once its reading is released. */
  sources: IncludeView | undefined;
  private includes: ReadonlySet<string> | undefined;
  /** The tree of an earlier version, whose unchanged parts its dialect may use again. */
  private tree: { readonly dialect: Dialect; readonly root: unknown } | undefined;

  /**
   * @param detected the language by its name and content or by its editor; `undefined` where that is unknown
   * @param isForced whether that takes precedence over the workspace file
   * @param staled called where it becomes unknown again what the file includes
   */
  constructor(
    readonly detected: Language | undefined,
    readonly isForced: boolean,
    public source: Source,
    private readonly staled: () => void = () => undefined,
  ) {}

  /** While a file is still being read it is unknown which files it will request. */
  get isBeingRead(): boolean {
    return this.pending !== undefined && this.reading === undefined;
  }

  replace(source: Source): void {
    this.source = source;
    this.markStale();
  }

  /** Drops the reading. The tree is kept: its dialect reuses the parts of it that have not changed. */
  markStale(): void {
    this.language = undefined;
    this.pending = undefined;
    this.reading = undefined;
    this.sources = undefined;
    this.includes = undefined;
    this.staled();
  }

  /** Drops all that was read of the current version, but not which files that were. */
  release(): void {
    this.pending = undefined;
    this.reading = undefined;
    this.tree = undefined;
  }

  /** Notes what its text may tell before it is read: that it includes nothing. */
  noteLanguage(dialect: Language): void {
    const { uri, text } = this.source;
    if (includesNothing(dialect, uri, text)) this.includes ??= NO_FILES;
  }

  complete(reading: Reading | undefined): void {
    this.reading = reading;
    this.sources = reading?.sources;
    const wasPlain = this.isPlain;
    this.includes = new Set(reading?.document.dependencies);
    if (wasPlain && !this.isPlain) this.staled();
  }

  /** Whether the file is known to include no other one. */
  get isPlain(): boolean {
    return this.includes?.size === 0;
  }

  /** Whether the file was read and does not include another one. */
  isKnownToLackInclude(uri: string): boolean {
    return this.includes !== undefined && (this.includes.size === 0 || !this.includes.has(uri));
  }

  earlierTree(dialect: Dialect): unknown {
    return this.tree?.dialect === dialect ? this.tree.root : undefined;
  }

  keepTree({ dialect, document }: Reading): void {
    this.tree = { dialect, root: document.tree };
  }
}

export class KeptFiles {
  readonly open = new Map<string, KeptFile>();
  /** Files on disk that include an open document or are its companions. */
  readonly onDisk = new Map<string, KeptFile>();
  private knownIncluders: readonly (readonly [uri: string, file: KeptFile])[] | undefined;

  constructor(private readonly context: ReadContext & { readonly configurations: Configurations }) {}

  get all(): readonly KeptFile[] {
    return [...this.open.values(), ...this.onDisk.values()];
  }

  /** The open files that may include others, in the order of all: few among thousands, each of which is asked for its includers. */
  get includers(): readonly (readonly [uri: string, file: KeptFile])[] {
    const known = this.knownIncluders ?? [...this.open];
    this.knownIncluders = known.some(([, file]) => file.isPlain) ? known.filter(([, file]) => !file.isPlain) : known;
    return this.knownIncluders;
  }

  private forgetIncluders(): void {
    this.knownIncluders = undefined;
  }

  /** @param detected see {@link KeptFile} */
  put(
    uri: string,
    detected: Language | undefined,
    text: string | PiecedText,
    isForced: boolean,
    byteOrderMark: boolean,
  ): void {
    const known = this.open.get(uri);
    const source = sourceOf(uri, text, byteOrderMark);
    if (known?.detected === detected && known?.isForced === isForced) known.replace(source);
    else {
      this.open.set(uri, new KeptFile(detected, isForced, source, () => this.forgetIncluders()));
      this.forgetIncluders();
    }
  }

  /** Reads a file; `undefined` where its language is unknown. */
  async read(file: KeptFile): Promise<Reading | undefined> {
    if (file.reading) {
      this.context.trace.reused(file.source.uri, 'reading');
      return file.reading;
    }
    const { source } = file;
    file.pending ??= this.readAsDeclared(file);
    const { pending } = file;
    const reading = await pending;
    // Otherwise the file or one that it includes has changed meanwhile.
    if (file.pending === pending) file.complete(reading);
    if (file.source === source && reading) file.keepTree(reading);
    return reading;
  }

  /** The language of a file: as the workspace file says, otherwise as it was detected. */
  languageOf(file: KeptFile): Promise<Language | undefined> {
    file.language ??= this.findLanguage(file);
    return file.language;
  }

  /** The language that the workspace file says a file is written in. */
  async declaredDialect(uri: string): Promise<Language | undefined> {
    const configuration = await this.context.configurations.configurationFor(uri);
    if (configuration.listsPack(uri)) return lintelPack;
    const declared = configuration.entryFor(pathWithin(folderOf(configuration.uri), uri))?.dialect;
    return declared === undefined ? undefined : languageById(declared);
  }

  /**
   * A file on disk; a new one is not kept yet. `undefined` where it cannot be read.
   * @param language the one to read it in; absent: the detected or declared one
   */
  async fromDisk(uri: string, language?: Language): Promise<KeptFile | undefined> {
    const known = this.onDisk.get(uri);
    if (known) return known;
    const { included, folders } = this.context;
    const source = await included.load(uri, folders.rootsFor(uri));
    if (typeof source === 'string') return undefined;
    return new KeptFile(language ?? detectLanguage(pathOf(uri), source.text), language !== undefined, source);
  }

  private async readAsDeclared(file: KeptFile): Promise<Reading | undefined> {
    const { source } = file;
    const language = await this.languageOf(file);
    if (!language) return undefined;
    const dialect = await loaded(language);
    const earlierTree = file.earlierTree(dialect);
    if (isConfiguration(dialect)) return readSource(dialect, source, this.context, { earlierTree });
    const { variables, squid } = (await this.context.configurations.configurationFor(source.uri)).file;
    return readSource(dialect, source, this.context, { earlierTree, variables, squid });
  }

  private async findLanguage({ detected, isForced, source: { uri } }: KeptFile): Promise<Language | undefined> {
    if (isForced || (detected && isConfiguration(detected))) return detected;
    return (await this.declaredDialect(uri)) ?? detected;
  }
}
