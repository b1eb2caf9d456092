// The files that are kept read from one question to the next: open documents, and files on disk that include one or are
// judged together with one.

import { detectLanguage, isConfiguration, languageById } from '../../configuration/languages.js';
import { lintelPack } from '../../configuration/lintel-pack.js';
import type { Dialect, Source } from '../../dialects/dialect.js';
import type { Configurations } from './configurations.js';
import { type ReadContext, type Reading, readSource } from './reading.js';
import { folderOf, pathOf, pathWithin } from './uris.js';

/** One file with its current text and, once somebody asked, what was read from it. */
export class KeptFile {
  /** The language that it is read in, once it was asked for. */
  language: Promise<Dialect | undefined> | undefined;
  pending: Promise<Reading | undefined> | undefined;
  /** The reading of the current version, once it is there. */
  reading: Reading | undefined;
  /** The tree of an earlier version, whose unchanged parts its dialect may use again. */
  private tree: { readonly dialect: Dialect; readonly root: unknown } | undefined;

  /**
   * @param detected what its name and content or its editor say; `undefined` where they say nothing
   * @param isForced whether that applies even where the workspace file names another language
   */
  constructor(
    readonly detected: Dialect | undefined,
    readonly isForced: boolean,
    public source: Source,
  ) {}

  /** While a file is still being read it is not known what it will have asked for. */
  get isBeingRead(): boolean {
    return this.pending !== undefined && this.reading === undefined;
  }

  replace(source: Source): void {
    this.source = source;
    this.markStale();
  }

  /** What was read no longer holds. The tree stays: it knows by itself what has not changed. */
  markStale(): void {
    this.language = undefined;
    this.pending = undefined;
    this.reading = undefined;
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
  /** Files on disk that are read because an open document is included by them or judged together with them. */
  readonly onDisk = new Map<string, KeptFile>();

  constructor(private readonly context: ReadContext & { readonly configurations: Configurations }) {}

  get all(): readonly KeptFile[] {
    return [...this.open.values(), ...this.onDisk.values()];
  }

  /** @param detected see {@link KeptFile} */
  put(uri: string, detected: Dialect | undefined, text: string, isForced: boolean): void {
    const known = this.open.get(uri);
    const source = { uri, text };
    if (known?.detected === detected && known?.isForced === isForced) known.replace(source);
    else this.open.set(uri, new KeptFile(detected, isForced, source));
  }

  /** `undefined` where it is in no language that is known. */
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
    if (file.pending === pending) file.reading = reading;
    if (file.source === source && reading) file.keepTree(reading);
    return reading;
  }

  /** The language of a file: as the workspace file says, otherwise as it was detected. */
  dialectOf(file: KeptFile): Promise<Dialect | undefined> {
    file.language ??= this.findDialect(file);
    return file.language;
  }

  /** The language that the workspace file says a file is written in. */
  async declaredDialect(uri: string): Promise<Dialect | undefined> {
    const configuration = await this.context.configurations.configurationFor(uri);
    if (configuration.listsPack(uri)) return lintelPack;
    const declared = configuration.entryFor(pathWithin(folderOf(configuration.uri), uri))?.dialect;
    return declared === undefined ? undefined : languageById(declared);
  }

  /**
   * A file on disk, not yet kept where it is new; `undefined` where it cannot be read.
   * @param dialect absent: the one that the file looks like or is declared to be
   */
  async fromDisk(uri: string, dialect?: Dialect): Promise<KeptFile | undefined> {
    const known = this.onDisk.get(uri);
    if (known) return known;
    const source = await this.context.included.load(uri);
    if (typeof source === 'string') return undefined;
    return new KeptFile(dialect ?? detectLanguage(pathOf(uri), source.text), dialect !== undefined, source);
  }

  private async readAsDeclared(file: KeptFile): Promise<Reading | undefined> {
    const { source } = file;
    const dialect = await this.dialectOf(file);
    if (!dialect) return undefined;
    return readSource(dialect, source, this.context, file.earlierTree(dialect));
  }

  private async findDialect({ detected, isForced, source: { uri } }: KeptFile): Promise<Dialect | undefined> {
    if (isForced || (detected && isConfiguration(detected))) return detected;
    return (await this.declaredDialect(uri)) ?? detected;
  }
}
