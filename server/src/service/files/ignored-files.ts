// Which files of a folder are passed over: those of .gitignore and .lintelignore files, what is hidden, and installed packages.

import ignore, { type Ignore } from 'ignore';

/** The later one counts more, so that `!pattern` in `.lintelignore` takes back what Git ignores. */
const NAMES = ['.gitignore', '.lintelignore'] as const;

const PACKAGE_FOLDERS = new Set(['node_modules']);

/** How files are named and read: by paths in a terminal, by URIs in an editor. */
export interface IgnoreAccess {
  /** The text of the file `name` in a folder; empty where there is none. */
  textIn(folder: string, name: string): Promise<string>;
  /** Where something lies below a folder, with forward slashes; of what does not, anything that is no such path. */
  pathBelow(folder: string, path: string): string;
}

/** Patterns in the syntax of gitignore(5), which hold below a folder. */
interface Layer {
  readonly folder: string;
  readonly patterns: Ignore;
}

/** Whether a file or folder is passed over for its name alone. */
export function isPassedOver(name: string, isFolder: boolean): boolean {
  return name.startsWith('.') || (isFolder && PACKAGE_FOLDERS.has(name));
}

/** The patterns that hold in a folder: its own and those of the folders above it, nearest last. */
export class IgnoredFiles {
  private constructor(
    private readonly layers: readonly Layer[],
    private readonly access: IgnoreAccess,
  ) {}

  static none(access: IgnoreAccess): IgnoredFiles {
    return new IgnoredFiles([], access);
  }

  /** Patterns that stand for no file, such as those of a command line, relative to a folder. */
  static from(patterns: readonly string[], folder: string, access: IgnoreAccess): IgnoredFiles {
    return new IgnoredFiles([{ folder, patterns: ignore().add([...patterns]) }], access);
  }

  /** With the patterns of the files in a folder below those of the rules so far. */
  async within(folder: string): Promise<IgnoredFiles> {
    const texts = await Promise.all(NAMES.map((name) => this.access.textIn(folder, name)));
    if (texts.every((text) => text === '')) return this;
    return new IgnoredFiles([...this.layers, { folder, patterns: ignore().add(texts.join('\n')) }], this.access);
  }

  /** Whether a file or folder is passed over. */
  ignores(path: string, isFolder: boolean): boolean {
    for (const { folder, patterns } of [...this.layers].reverse()) {
      const below = this.access.pathBelow(folder, path);
      if (!ignore.isPathValid(below)) continue;
      const { ignored, unignored } = patterns.test(isFolder ? `${below}/` : below);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}
