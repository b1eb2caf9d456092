// Resolves and reads the files that a configuration names.

import type { Source, Sources, Unavailable } from '../../dialect.js';
import { folderOf, includeCandidates, isPattern } from '../../shared/include-paths.js';
import { parseText } from '../syntax/parse.js';
import type { SquidTree } from '../syntax/tree.js';

/** Where squid is installed: a squid.conf in a repository is deployed to one of these folders. */
const STANDARD_FOLDERS = ['/etc/squid', '/etc/squid3', '/usr/local/etc/squid', '/usr/local/squid/etc'];

interface IncludedFile {
  readonly text: string;
  readonly tree: SquidTree;
}

export class IncludedFiles {
  private readonly trees = new Map<string, IncludedFile>();
  private readonly read = new Set<string>();

  /** `previous`: the included files of the previous version, whose trees are reused. */
  constructor(
    private readonly main: Source,
    private readonly sources: Sources,
    private readonly previous: ReadonlyMap<string, IncludedFile>,
  ) {}

  /** The included files, for the next version. */
  get included(): ReadonlyMap<string, IncludedFile> {
    return this.trees;
  }

  /** The URIs of all files that were read. */
  get dependencies(): readonly string[] {
    return [...this.read];
  }

  /** The readable files that the path of an include refers to. */
  resolve(path: string): readonly string[] {
    for (const candidate of this.candidatesFor(path)) {
      if (!isPattern(path)) {
        if (typeof this.sources.read(candidate) !== 'string') return [candidate];
      } else {
        const readable = this.sources.list(candidate).filter((uri) => typeof this.sources.read(uri) !== 'string');
        if (readable.length > 0) return readable;
      }
    }
    return [];
  }

  fileOf(uri: string): IncludedFile | undefined {
    const source = this.sources.read(uri);
    if (typeof source === 'string') return undefined;
    this.read.add(uri);
    const known = this.trees.get(uri) ?? this.previous.get(uri);
    const tree = known?.text === source.text ? known.tree : parseText(source.text, known?.tree);
    const file = { text: source.text, tree };
    this.trees.set(uri, file);
    return file;
  }

  /** The file that a path refers to, or why it cannot be read. */
  load(path: string): Source | Unavailable {
    let reason: Unavailable = 'missing';
    for (const candidate of this.candidatesFor(path)) {
      const source = this.sources.read(candidate);
      if (typeof source !== 'string') {
        this.read.add(candidate);
        return source;
      }
      if (source !== 'missing') reason = source;
    }
    return reason;
  }

  /** squid's working folder is that of its main file, so relative paths are resolved there (`include`, squid.conf.documented). */
  private candidatesFor(path: string): string[] {
    return includeCandidates(path, folderOf(this.main.uri), STANDARD_FOLDERS);
  }
}
