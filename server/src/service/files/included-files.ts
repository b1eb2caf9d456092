// The files that documents include: loaded once, and seen by each document through a view of its own.

import type { Source, Sources, Unavailable } from '../../dialects/dialect.js';
import type { DecodedText } from '../../text/decode.js';
import { matchesName } from '../../text/glob.js';
import type { FileAccess } from './file-access.js';
import { canonicalUri, folderOf, inFolder, isInside, splitPattern } from './uris.js';

/** How many files one document may include. */
const FILE_LIMIT = 1_000;

/**
 * The files that documents include, as far as they have been read. Dialects read synchronously: files that they requested
 * before these were loaded are loaded afterwards, and the document is lowered again.
 */
export class IncludedFiles {
  private readonly files = new Map<string, Source | Unavailable>();
  private readonly folders = new Map<string, readonly string[]>();
  private readonly subfolders = new Map<string, readonly string[]>();

  constructor(
    private readonly access: FileAccess,
    /** The largest file that is read, in bytes. */
    private readonly sizeLimit: () => number,
    /** The open document of a URI, which is read instead of the file on disk. */
    private readonly openSource: (uri: string) => Source | undefined,
  ) {}

  get(uri: string): Source | Unavailable | undefined {
    return this.openSource(uri) ?? this.files.get(uri);
  }

  namesIn(folder: string): readonly string[] | undefined {
    return this.folders.get(folder);
  }

  /**
   * Reads a file unless it is known already.
   * @param roots the folders that it has to lie in, links on the way followed: nothing outside is ever read or shown
   */
  async load(uri: string, roots: readonly string[]): Promise<Source | Unavailable> {
    const known = this.get(uri);
    if (known) return known;
    const decoded = await this.decoded(uri, roots);
    const loaded = typeof decoded === 'string' ? decoded : { uri, text: decoded.text };
    this.files.set(uri, loaded);
    return loaded;
  }

  private async decoded(uri: string, roots: readonly string[]): Promise<DecodedText | Unavailable> {
    // Most files that are looked for are not there: those that configure a folder.
    if (await this.access.isMissing?.(uri)) return 'missing';
    return (await this.isReally(uri, roots)) ? this.access.read(uri, this.sizeLimit()) : 'outside-workspace';
  }

  private async isReally(uri: string, roots: readonly string[]): Promise<boolean> {
    const { realUri } = this.access;
    if (!realUri) return true;
    const [real, ...folders] = await Promise.all([uri, ...roots].map((one) => realUri(one)));
    return folders.some((folder) => isInside(real ?? uri, folder));
  }

  async loadFolder(folder: string): Promise<readonly string[]> {
    const names = this.folders.get(folder) ?? (await this.access.list(folder));
    this.folders.set(folder, names);
    return names;
  }

  async loadSubfolders(folder: string): Promise<readonly string[]> {
    const names = this.subfolders.get(folder) ?? (await this.access.listFolders(folder));
    this.subfolders.set(folder, names);
    return names;
  }

  /** What a folder holds now; nothing where it is not in one of some folders, links on the way followed. */
  async contentOf(folder: string, roots: readonly string[]) {
    const isReachable = roots.some((root) => isInside(folder, root)) && (await this.isReally(folder, roots));
    if (!isReachable) return { files: [], folders: [] };
    const [files, folders] = await Promise.all([this.access.list(folder), this.access.listFolders(folder)]);
    return { files, folders };
  }

  /** Loads the files and folders that were requested of a view but not yet there. */
  async loadRequested({ requestedFiles, requestedFolders, roots }: IncludeView): Promise<void> {
    const files = [...requestedFiles].map((uri) => this.load(uri, roots));
    const folders = [...requestedFolders].map((folder) => this.loadFolder(folder));
    await Promise.all([...files, ...folders]);
  }

  /** Drops a file and the listing of its folder, because either may have changed. */
  forget(uri: string): void {
    this.files.delete(uri);
    this.folders.delete(folderOf(uri));
    // It may be the first file of a new folder.
    this.subfolders.clear();
  }

  /** Drops every file and folder that nothing needs any more. */
  retain(files: ReadonlySet<string>, folders: ReadonlySet<string>): void {
    for (const uri of this.files.keys()) if (!files.has(uri)) this.files.delete(uri);
    for (const folder of this.folders.keys()) if (!folders.has(folder)) this.folders.delete(folder);
    for (const folder of this.subfolders.keys()) if (!folders.has(folder)) this.subfolders.delete(folder);
  }
}

/** The files as one document sees them. Records what the document requested, and which of that was not loaded yet. */
export class IncludeView implements Sources {
  readonly files = new Set<string>();
  readonly folders = new Set<string>();
  readonly requestedFiles = new Set<string>();
  readonly requestedFolders = new Set<string>();

  constructor(
    private readonly included: IncludedFiles,
    readonly roots: readonly string[],
    readonly variables?: ReadonlyMap<string, unknown>,
    readonly squid?: string,
  ) {}

  read(uri: string): Source | Unavailable {
    const canonical = canonicalUri(uri);
    if (!this.roots.some((root) => isInside(canonical, root))) return 'outside-workspace';
    if (!this.files.has(canonical) && this.files.size >= FILE_LIMIT) return 'unreadable';
    this.files.add(canonical);
    const known = this.included.get(canonical);
    if (known) return known;
    this.requestedFiles.add(canonical);
    return 'missing';
  }

  list(pattern: string): readonly string[] {
    const [folder, namePattern] = splitPattern(pattern);
    if (!this.roots.some((root) => isInside(folder, root))) return [];
    this.folders.add(folder);
    const names = this.included.namesIn(folder);
    if (!names) {
      this.requestedFolders.add(folder);
      return [];
    }
    return names.filter((name) => matchesName(name, namePattern)).map((name) => inFolder(folder, name));
  }

  get isComplete(): boolean {
    return this.requestedFiles.size === 0 && this.requestedFolders.size === 0;
  }
}
