// Tells where a workspace file does not fit the files that it is about: what an entry names and they do not have.

import { namesOfPoints, pointNamed } from '../../analysis/evaluate/filter/points.js';
import type { Requirement } from '../../catalog/requirement.js';
import type { Configuration } from '../../configuration/configuration.js';
import type { FileEntry } from '../../configuration/lintel-file.js';
import type { Problem, Source } from '../../dialects/dialect.js';
import { filteringPoints } from '../../model/asked-points.js';
import type { Model } from '../../model/model.js';
import { profileOf } from '../../model/surroundings.js';
import { editDistance } from '../../text/edit-distance.js';
import { matchesGlob } from '../../text/glob.js';
import { type Path, YamlText } from '../../yaml/yaml-text.js';
import { type DeclaredInterfaces, filtersIn, interfacesOf, namesNetwork, unknownInterfaces } from './interfaces.js';

/** A file that a workspace file applies to, as far as its entries may misfit. */
export interface FittedFile {
  /** Relative to the workspace file. */
  readonly path: string;
  readonly model: Model;
  /** What it is checked against. */
  readonly requirements: readonly Requirement[];
}

/** All that is known of the files that a workspace file applies to. */
export interface KnownFiles {
  /** Relative to the workspace file. */
  readonly paths: readonly string[];
  /** Whether {@link paths} has every file that an entry may match. */
  readonly isComplete: boolean;
  /** Those that were read, by the entry that applies to them. */
  readonly read: ReadonlyMap<FileEntry | undefined, readonly FittedFile[]>;
  /** Whether {@link read} has all files of every entry in it. */
  readonly isReadComplete: boolean;
}

/** Whether what an entry says depends on what is in its files, so that they have to be read. */
export function needsFiles({ hook, point, role, interfaces, profiles }: FileEntry): boolean {
  return [hook, point, role, interfaces, profiles].some((value) => value !== undefined);
}

/** What a workspace file says of files that do not have it, each on its value. */
export function misfits(configuration: Configuration, source: Source, known: KnownFiles): readonly Problem[] {
  const yaml = YamlText.parse(source.text, true);
  const { files, interfaces, profiles } = configuration.file;
  const problems: Problem[] = [];
  const reportAt: Report = (path, message, isKey = false) => {
    const [key] = path.slice(-1);
    const range = isKey ? yaml.keyRangeOf(path.slice(0, -1), String(key)) : yaml.rangeOf(path);
    problems.push({ code: 'invalid-configuration', uri: source.uri, range, message });
  };
  for (const entry of files) {
    reportUnmatched(entry, configuration, known, reportAt);
    const read = known.read.get(entry) ?? [];
    reportEachMisfit(entry, read, reportAt);
    if (known.isReadComplete && read.length > 0) reportCommonMisfits(entry, read, reportAt);
  }
  if (!known.isReadComplete) return problems;
  const ownInterfaces = [...known.read].flatMap(([entry, read]) => (entry?.interfaces ? [] : read));
  const ownProfiles = [...known.read].flatMap(([entry, read]) => (entry?.profiles ? [] : read));
  if (interfaces) reportInterfaces(interfaces, ownInterfaces, ['interfaces'], reportAt);
  if (profiles) reportProfiles(profiles, ownProfiles, ['profiles'], reportAt);
  return problems;
}

type Report = (path: Path, message: string, isKey?: boolean) => void;

function reportUnmatched(
  entry: FileEntry,
  configuration: Configuration,
  { paths, isComplete }: KnownFiles,
  reportAt: Report,
): void {
  const matched = paths.filter((path) => matchesGlob(path, entry.match));
  const at = [...entry.path, 'match'];
  if (matched.length === 0) {
    if (isComplete) reportAt(at, `no file that this lintel.yaml applies to matches "${entry.match}"`);
  } else if (isComplete && matched.every((path) => configuration.entryFor(path) !== entry)) {
    reportAt(at, 'an entry before this one applies to every file that it matches');
  }
}

/** The packet filters among files, each with its file. Files that filter nothing by themselves are parts of others. */
function filtersAmong(files: readonly FittedFile[]) {
  return files.flatMap((file) =>
    filtersIn(file.model).flatMap((filter) =>
      filter.points.length > 0 ? [{ file, points: filter.points, filter }] : [],
    ),
  );
}

/** Reports what single files of an entry do not have: nothing would be checked in them. */
function reportEachMisfit({ path, hook, point, role }: FileEntry, read: readonly FittedFile[], reportAt: Report): void {
  const filters = filtersAmong(read);
  if (point !== undefined) {
    const misfit = filters.filter(({ filter }) => !pointNamed(filter, point));
    const [first] = misfit;
    const message = `has no point ${point}; known are ${some(first ? namesOfPoints(first.filter) : [])}`;
    if (misfit.length > 0) reportAt([...path, 'point'], `${subject(misfit)} ${message}`);
  } else if (hook !== undefined) {
    const hooksOf = ({ filter }: (typeof filters)[number]) => filteringPoints(filter).flatMap((one) => one.hook ?? []);
    const misfit = filters.filter((one) => !hooksOf(one).includes(hook));
    const hooks = new Set(misfit.slice(0, 1).flatMap(hooksOf));
    const message = hooks.size > 0 ? `; known are ${some([...hooks])}` : '; its lists are chosen with point';
    if (misfit.length > 0)
      reportAt([...path, 'hook'], `${subject(misfit)} filters nothing at the hook ${hook}${message}`);
  }
  if (role !== undefined) {
    const isAbout = ({ flow: { from, to } }: Requirement) => from.role === role || to.role === role;
    const misfit = filters.filter(
      ({ file: { requirements } }) => requirements.length > 0 && !requirements.some(isAbout),
    );
    const message = `is checked against nothing that is about the role ${role}`;
    if (misfit.length > 0) reportAt([...path, 'role'], `${subject(misfit)} ${message}`);
  }
}

/** Reports what none of an entry's files has. */
function reportCommonMisfits(entry: FileEntry, read: readonly FittedFile[], reportAt: Report): void {
  const { path, interfaces, profiles } = entry;
  // A filter without points cannot be read, or is a part of another.
  if (!read.some(({ model }) => filtersIn(model).length > 0)) {
    const message = read.length === 1 ? `${read[0]?.path} is no packet filter` : 'none of its files is a packet filter';
    for (const key of ['hook', 'point', 'interfaces'] as const) {
      if (entry[key] !== undefined) reportAt([...path, key], message);
    }
  }
  if (interfaces) reportInterfaces(interfaces, read, [...path, 'interfaces'], reportAt);
  if (profiles) reportProfiles(profiles, read, [...path, 'profiles'], reportAt);
}

/** The first of some files, with the number of the others. */
function subject([first, ...others]: readonly { readonly file: FittedFile }[]): string {
  const path = first?.file.path ?? '';
  return others.length === 0 ? path : `${path} (as ${others.length} more)`;
}

/** Reports the interfaces that no file has. */
function reportInterfaces(
  declared: DeclaredInterfaces,
  read: readonly FittedFile[],
  path: Path,
  reportAt: Report,
): void {
  const filters = filtersAmong(read);
  if (filters.length === 0) return;
  const { unknown, others } = unknownInterfaces(
    [...declared.keys()],
    filters.map(({ filter }) => interfacesOf(filter)),
  );
  const isAbout = namesNetwork(declared, unknown);
  const known = others.length > 0 ? `; named are ${some(others)}` : '';
  const where = filters.length === 1 ? `${filters[0]?.file.path} does not name` : 'none of its files names';
  for (const name of unknown) {
    // Files that name the interface of one declared network may leave others to their policy, unless a name is mistyped.
    if (isAbout && !others.some((other) => editDistance(name, other) === 1)) continue;
    reportAt([...path, name], `${where} the interface ${name}${known}`, true);
  }
}

function reportProfiles(profiles: readonly string[], read: readonly FittedFile[], path: Path, reportAt: Report): void {
  const known = filtersAmong(read).flatMap(({ points }) =>
    points.flatMap(({ surroundings }) => (surroundings?.kind === 'profiles' ? surroundings.names : [])),
  );
  const names = new Set(known.map((name) => profileOf(name).toLowerCase()));
  if (names.size === 0) {
    if (read.length > 0) reportAt(path, 'none of its files has profiles: only those of Windows have');
    return;
  }
  profiles.forEach((profile, i) => {
    if (!names.has(profile))
      reportAt([...path, i], `its files have no profile ${profile}; they have ${some([...names])}`);
  });
}

/** How many names a message lists. */
const NAME_LIMIT = 6;

function some(names: readonly string[]): string {
  const rest = names.length - NAME_LIMIT;
  return [...names.slice(0, NAME_LIMIT), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
