// The names that the files of a workspace have, for what is typed in its workspace file.

import { namesOfPoints } from '../../analysis/evaluate/filter/points.js';
import type { FileEntry } from '../../configuration/lintel-file.js';
import type { FittingNames } from '../../dialects/dialect.js';
import { filteringPoints } from '../../model/asked-points.js';
import { profileOf } from '../../model/surroundings.js';
import type { Path } from '../../yaml/yaml-text.js';
import { filtersIn, interfacesOf } from './interfaces.js';
import type { FittedFile } from './misfits.js';

/** What has names in files: these keys of a workspace file, at its top or in an entry. */
const KEYS = ['point', 'hook', 'role', 'interfaces', 'profiles'] as const;

/** A place in a workspace file whose names are those of files. */
export interface NamedPlace {
  readonly key: (typeof KEYS)[number];
  /** The index of the entry that it is in; `undefined` for what holds for all files. */
  readonly entry: number | undefined;
}

/** The place that a path leads to; `undefined` where no names of files stand. */
export function namedPlaceAt(path: Path): NamedPlace | undefined {
  const [section, index, inner] = path;
  const isInEntry = section === 'files' && typeof index === 'number';
  const key = KEYS.find((one) => one === (isInEntry ? inner : section));
  if (key === undefined || path.length > (isInEntry ? 3 : 1) + (key === 'profiles' ? 1 : 0)) return undefined;
  return { key, entry: isInEntry ? index : undefined };
}

/** The names that files have for a place, each once; `undefined` where they have none, so that any may be meant. */
export function fittingNames(
  { key }: NamedPlace,
  entry: FileEntry | undefined,
  files: readonly FittedFile[],
): FittingNames | undefined {
  const names = [...new Set(files.flatMap((file) => namesIn(file, key, entry)))];
  return names.length === 0 ? undefined : { role: key === 'interfaces' ? 'key' : 'value', names };
}

function namesIn({ model, requirements }: FittedFile, key: NamedPlace['key'], entry: FileEntry | undefined): string[] {
  const filters = filtersIn(model);
  const points = filters.flatMap((filter) => filter.points);
  switch (key) {
    case 'point':
      return filters.flatMap(namesOfPoints);
    case 'hook':
      return filters.flatMap((filter) => filteringPoints(filter).flatMap(({ hook }) => hook ?? []));
    case 'interfaces':
      // A pattern is no interface, and nobody is behind the loopback.
      return filters
        .flatMap((filter) => [...interfacesOf(filter).all])
        .filter((name) => name !== 'lo' && !name.endsWith('*'));
    case 'profiles':
      return points.flatMap(({ surroundings }) =>
        surroundings?.kind === 'profiles' ? surroundings.names.map((name) => profileOf(name).toLowerCase()) : [],
      );
    case 'role':
      // Where nothing says yet what the files are checked against, their role may be any.
      if (entry?.require === undefined || filters.length === 0) return [];
      return requirements
        .flatMap(({ flow: { from, to } }) => [from.role, to.role])
        .filter((role) => role !== undefined);
  }
}
