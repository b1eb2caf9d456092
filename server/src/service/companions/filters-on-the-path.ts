// The packet filters on the clients' path: traffic that a PAC file sends past the proxy goes through them.

import type { Evaluation } from '../../analysis/evaluate/evaluation.js';
import type { FilterOnPath } from '../../analysis/findings/bypass-blocked.js';
import type { Configuration } from '../../configuration/configuration.js';
import type { FileEntry } from '../../configuration/lintel-file.js';
import type { FileChecks } from '../checks.js';
import type { Reading } from '../files/reading.js';
import { folderOf, inFolder, isInside, nameOf, pathWithin } from '../files/uris.js';
import type { ListedFiles } from '../files/workspace.js';

/** How many packet filters one PAC file is compared with. */
const FILTER_LIMIT = 16;

/**
 * The packet filters that the clients' own traffic passes: those whose entries in the workspace file say so. None where
 * the workspace file does not list the PAC file as well, so that files are compared only where both are declared.
 */
export function listedFilters(configuration: Configuration, uri: string): readonly ListedFiles[] {
  const base = folderOf(configuration.uri);
  const entryOf = (file: string) => (isInside(file, base) ? configuration.entryFor(pathWithin(base, file)) : undefined);
  const own = entryOf(uri);
  if (!own) return [];
  return configuration.file.files
    .filter((entry) => entry !== own && isOnClientPath(entry))
    .map((entry) => {
      const folders = entry.match.split('/').slice(0, -1);
      const isPlain = folders.every((name) => !/[*?[\]{}\\]/.test(name) && name !== '..' && name !== '.');
      return {
        has: (file) => entryOf(file) === entry,
        folder: isPlain ? folders.reduce(inFolder, base) : undefined,
      };
    });
}

function isOnClientPath({ hook, point, role }: FileEntry): boolean {
  if (role !== undefined) return role === 'clients';
  return hook === 'forward' || (hook === undefined && point !== undefined);
}

/**
 * The filters among some files, with their verdicts.
 * @param evaluate decides the requirements of a file; `undefined` where it is not a packet filter
 */
export async function evaluateFilters(
  uris: readonly string[],
  evaluate: (uri: string) => Promise<readonly Evaluation[] | undefined>,
): Promise<readonly FilterOnPath[]> {
  const filters: FilterOnPath[] = [];
  for (const uri of uris) {
    if (filters.length === FILTER_LIMIT) break;
    const evaluations = await evaluate(uri);
    if (evaluations) filters.push({ name: nameOf(uri), evaluations });
  }
  return filters;
}

/** Joins the checks of a PAC file with the filters that were found for it; the same object while both are the same. */
export class ChecksWithFilters {
  private readonly known = new WeakMap<Reading, { readonly checks: FileChecks; readonly joined: FileChecks }>();

  join(reading: Reading, checks: FileChecks, filters: readonly FilterOnPath[]): FileChecks {
    if (filters.length === 0) return checks;
    const known = this.known.get(reading);
    if (known?.checks === checks && isSame(known.joined.filtersOnPath ?? [], filters)) return known.joined;
    const joined = { ...checks, filtersOnPath: filters };
    this.known.set(reading, { checks, joined });
    return joined;
  }
}

function isSame(known: readonly FilterOnPath[], filters: readonly FilterOnPath[]): boolean {
  return (
    known.length === filters.length &&
    known.every(({ name, evaluations }, i) => name === filters[i]?.name && evaluations === filters[i].evaluations)
  );
}
