// The nearest workspace file of each document, kept until that file or one that it lists changes.

import type { Configuration } from '../../configuration/configuration.js';
import { configurationOf, LINTEL_FILE_NAMES, lintelConfig } from '../../configuration/lintel-config.js';
import type { Source } from '../../dialects/dialect.js';
import type { SearchLimit, WorkspaceFolders } from './folders.js';
import type { IncludedFiles } from './included-files.js';
import { type Reading, readSource } from './reading.js';
import { NO_TRACE } from './trace.js';
import { folderOf, inFolder, nameOf } from './uris.js';

/** A workspace file whose reading is kept. */
interface KeptConfiguration {
  readonly folder: string;
  readonly pending: Promise<Reading>;
  reading: Reading | undefined;
}

/** Finds what the nearest workspace file says of documents, and keeps it until that file or one that it lists changes. */
export class Configurations {
  /** By the folder of the documents that were asked about. */
  private readonly nearest = new Map<string, Promise<KeptConfiguration>>();
  private readonly kept = new Map<string, KeptConfiguration>();

  constructor(
    private readonly included: IncludedFiles,
    private readonly folders: WorkspaceFolders,
  ) {}

  /** What applies to a document: an empty configuration where there is no workspace file near it. */
  async configurationFor(uri: string): Promise<Configuration> {
    const { document } = await this.readingFor(uri);
    const configuration = configurationOf(document);
    if (!configuration) throw new Error(`${document.source.uri} was not read as a workspace file`);
    return configuration;
  }

  /** The nearest workspace file of a document as it was read, with the packs that it lists. */
  async readingFor(uri: string): Promise<Reading> {
    const folder = folderOf(uri);
    const search = this.nearest.get(folder) ?? this.search(folder, this.folders.searchFor(uri));
    this.nearest.set(folder, search);
    return (await search).pending;
  }

  /** The workspace files that are kept. */
  get uris(): Iterable<string> {
    return this.kept.keys();
  }

  /** Handles a change of files. Returns the folders whose documents this concerns. */
  changed(uris: readonly string[]): readonly string[] {
    const workspaceFiles = uris.filter((uri) => LINTEL_FILE_NAMES.some((name) => name === nameOf(uri)));
    const folders = new Set(workspaceFiles.map(folderOf));
    for (const [uri, { folder, reading }] of this.kept) {
      // While a file is still being read it is unknown which files it will request.
      const concerns = !reading || uris.some((changed) => changed === uri || isSourceOf(changed, reading));
      if (!concerns) continue;
      folders.add(folder);
      this.kept.delete(uri);
    }
    // A file that was created or deleted may change which workspace file is nearest to any document.
    if (folders.size > 0) this.nearest.clear();
    return [...folders];
  }

  reset(): void {
    this.nearest.clear();
    this.kept.clear();
  }

  /** The folders that contain the packs that workspace files list. */
  get packFolders(): ReadonlySet<string> {
    const folders = new Set<string>();
    for (const { reading } of this.kept.values()) {
      if (!reading) continue;
      for (const uri of reading.document.dependencies) folders.add(folderOf(uri));
      for (const folder of reading.sources.folders) folders.add(folder);
    }
    return folders;
  }

  private async search(folder: string, { last, otherwise }: SearchLimit): Promise<KeptConfiguration> {
    for (let at = folder; ; at = folderOf(at)) {
      for (const name of LINTEL_FILE_NAMES) {
        const uri = inFolder(at, name);
        const source = await this.included.load(uri, this.folders.rootsFor(uri));
        if (typeof source !== 'string') return this.keep(at, source);
      }
      if (at === last || at === folderOf(at)) break;
    }
    return this.keep(otherwise, { uri: inFolder(otherwise, LINTEL_FILE_NAMES[0]), text: '' });
  }

  private keep(folder: string, source: Source): KeptConfiguration {
    const known = this.kept.get(source.uri);
    if (known) return known;
    const pending = readSource(lintelConfig, source, {
      included: this.included,
      folders: this.folders,
      trace: NO_TRACE,
    });
    const kept: KeptConfiguration = { folder, pending, reading: undefined };
    this.kept.set(source.uri, kept);
    void pending.then((reading) => {
      kept.reading = reading;
    });
    return kept;
  }
}

function isSourceOf(uri: string, { sources }: Reading): boolean {
  return sources.files.has(uri) || sources.folders.has(folderOf(uri));
}
