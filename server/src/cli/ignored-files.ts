// The patterns of ignored files that hold in a folder of the machine, by paths.

import { type IgnoreAccess, IgnoredFiles } from '../service/files/ignored-files.js';
import type { System } from '../system/system.js';

/** Files of a machine by their absolute paths. */
export function ignoreAccessOf(system: System): IgnoreAccess {
  return {
    textIn: (folder, name) => system.utf8Of(system.path.join(folder, name)).catch(() => ''),
    pathBelow: (folder, path) => system.slashed(system.path.relative(folder, path)),
  };
}

/** What holds from above a folder: as far up as its repository reaches, or else the folder of the run. */
export async function ignoredAbove(folder: string, runFolder: string, system: System): Promise<IgnoredFiles> {
  const none = IgnoredFiles.none(ignoreAccessOf(system));
  let rules = none;
  for (const parent of await parentsOf(folder, runFolder, system)) rules = await rules.within(parent);
  // Who names a folder that is ignored wants it read.
  return rules.ignores(folder, true) ? none : rules;
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
