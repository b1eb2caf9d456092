// Which files of a folder are passed over: those of .gitignore and .lintelignore files and of --exclude.

import ignore, { type Ignore } from 'ignore';
import type { System } from '../system/system.js';

/** The later one counts more, so that `!pattern` in `.lintelignore` takes back what Git ignores. */
const NAMES = ['.gitignore', '.lintelignore'] as const;

/** Patterns in the syntax of gitignore(5), which hold below a folder. */
interface Layer {
  readonly folder: string;
  readonly patterns: Ignore;
}

/** The patterns that hold in a folder: its own and those of the folders above it, nearest last. */
export class IgnoredFiles {
  private constructor(
    private readonly layers: readonly Layer[],
    private readonly system: System,
  ) {}

  /** What holds from above a folder: as far up as its repository reaches, or else the folder of the run. */
  static async above(folder: string, runFolder: string, system: System): Promise<IgnoredFiles> {
    const none = new IgnoredFiles([], system);
    let rules = none;
    for (const parent of await parentsOf(folder, runFolder, system)) rules = await rules.within(parent);
    // Who names a folder that is ignored wants it read.
    return rules.ignores(folder, true) ? none : rules;
  }

  /** Patterns that stand for no file, such as those of a command line, relative to a folder. */
  static from(patterns: readonly string[], folder: string, system: System): IgnoredFiles {
    return new IgnoredFiles([{ folder, patterns: ignore().add([...patterns]) }], system);
  }

  /** With the patterns of the files in a folder below those of the rules so far. */
  async within(folder: string): Promise<IgnoredFiles> {
    const { path } = this.system;
    const texts = await Promise.all(NAMES.map((name) => this.system.utf8Of(path.join(folder, name)).catch(() => '')));
    if (texts.every((text) => text === '')) return this;
    return new IgnoredFiles([...this.layers, { folder, patterns: ignore().add(texts.join('\n')) }], this.system);
  }

  /** Whether an absolute path is passed over. */
  ignores(path: string, isFolder: boolean): boolean {
    for (const { folder, patterns } of [...this.layers].reverse()) {
      const below = this.system.slashed(this.system.path.relative(folder, path));
      if (!ignore.isPathValid(below)) continue;
      const { ignored, unignored } = patterns.test(isFolder ? `${below}/` : below);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

/** The folders above a folder, outermost first, up to the top of its repository or to the folder of the run. */
async function parentsOf(folder: string, runFolder: string, system: System): Promise<readonly string[]> {
  const { dirname, join } = system.path;
  const parents: string[] = [];
  let belowRun = 0;
  for (let current = folder; ; current = dirname(current)) {
    if (current !== folder) parents.unshift(current);
    if ((await system.kindOf(join(current, '.git'))) !== 'missing') return parents;
    if (current === runFolder) belowRun = parents.length;
    if (dirname(current) === current) return parents.slice(parents.length - belowRun);
  }
}
