// Finds the files that `include` names, and reuses their trees in the next version of the main file.
import type { Source, Sources } from '../../dialect.js';
import { folderOf, includeCandidates, isPattern } from '../../shared/include-paths.js';
import { RepeatedFiles } from '../../shared/repeated-files.js';
import { type NftTree, parseText } from '../syntax/parse.js';
import type { BlockKind } from '../syntax/tree.js';

/**
 * Where nft files are installed. nft itself looks for relative paths in its working folder and in /etc (nft(8), INCLUDE
 * FILES), which a repository shows as the folder of the file that includes them.
 */
const STANDARD_FOLDERS = ['/etc/nftables', '/usr/share/nftables', '/etc'];

/** How deep files may include each other (MAX_INCLUDE_DEPTH of nft). */
const INCLUDE_DEPTH = 16;

/** Why the file of a path cannot be read. */
export interface Unavailable {
  /** As the end of a sentence: `the included file x is …`. */
  readonly reason: string;
  /** No such file exists where nft searches for it. */
  readonly isMissing: boolean;
}

export class Includes {
  /** The URIs that were searched for, in order. */
  readonly dependencies = new Set<string>();
  private readonly open: string[];
  private readonly repeated = new RepeatedFiles();

  constructor(
    main: Source,
    private readonly trees: Map<string, NftTree>,
    private readonly sources: Sources,
  ) {
    this.open = [main.uri];
  }

  /** The files that a path in the file `uri` names. A pattern may match none. */
  filesFor(path: string, uri: string): readonly Source[] | Unavailable {
    const candidates = includeCandidates(path, folderOf(uri), STANDARD_FOLDERS);
    return isPattern(path) ? this.matching(candidates) : this.first(candidates);
  }

  /** Reads an included file, unless files include each other too deeply, or in a loop, or there is too much that is read again. */
  enter(file: Source, kind: BlockKind, read: (tree: NftTree) => void): 'read' | 'nested' | 'too-much' {
    if (this.open.length >= INCLUDE_DEPTH || this.open.includes(file.uri)) return 'nested';
    if (!this.repeated.mayRead(file)) return 'too-much';
    this.open.push(file.uri);
    read(this.treeOf(file, kind));
    this.open.pop();
    return 'read';
  }

  private matching(patterns: readonly string[]): readonly Source[] | Unavailable {
    const listed = patterns.map((pattern) => this.sources.list(pattern)).find((uris) => uris.length > 0) ?? [];
    for (const uri of listed) this.dependencies.add(uri);
    const files = listed.map((uri) => this.sources.read(uri)).filter((file) => typeof file !== 'string');
    const isInside = patterns.some((pattern) => this.sources.roots.some((root) => pattern.startsWith(root)));
    return files.length > 0 || isInside ? files : { reason: 'outside the workspace', isMissing: false };
  }

  private first(candidates: readonly string[]): readonly Source[] | Unavailable {
    let result: Unavailable = { reason: 'not here', isMissing: true };
    for (const candidate of candidates) {
      this.dependencies.add(candidate);
      const file = this.sources.read(candidate);
      if (typeof file !== 'string') return [file];
      if (file === 'outside-workspace') result = { reason: 'outside the workspace', isMissing: false };
      if (file === 'unreadable' || file === 'too-large') result = { reason: 'not readable', isMissing: false };
    }
    return result;
  }

  private treeOf({ uri, text }: Source, kind: BlockKind): NftTree {
    const key = `${kind} ${uri}`;
    const known = this.trees.get(key);
    if (known?.text === text) return known;
    const tree = parseText(text, known, kind);
    this.trees.set(key, tree);
    return tree;
  }
}
