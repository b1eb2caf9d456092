// What a change of files makes stale, and what is dropped when a document is closed.

import { LINTEL_FILE_NAMES } from '../../configuration/lintel-config.js';
import type { CompanionNotes } from './companion-notes.js';
import type { Configurations } from './configurations.js';
import type { IncludedFiles } from './included-files.js';
import type { Includers } from './includers.js';
import type { KeptFile, KeptFiles } from './kept-files.js';
import { folderOf, isInside, nameOf } from './uris.js';

/** Everything about files that is kept between requests. */
export interface KeptState {
  readonly files: KeptFiles;
  readonly included: IncludedFiles;
  readonly includers: Includers;
  readonly companions: CompanionNotes;
  readonly configurations: Configurations;
}

/** Marks the readings that depend on some files as stale. Returns the open documents concerned, the files included. */
export function invalidate(state: KeptState, uris: readonly string[]): readonly string[] {
  const { files, includers, companions, configurations } = state;
  const folders = new Set(uris.map(folderOf));
  const configured = configurations.changed(uris);
  const touched = new Set(uris);
  const concerns = (file: KeptFile) =>
    uris.includes(file.source.uri) ||
    configured.some((folder) => isInside(file.source.uri, folder)) ||
    file.isBeingRead ||
    readsFrom(file, uris, folders);
  for (const [uri, file] of [...files.open, ...files.onDisk]) {
    if (!concerns(file)) continue;
    file.markStale();
    touched.add(uri);
  }
  for (const [document, note] of companions.entries) {
    if (some(note.folders, (folder) => folders.has(folder)) || some(note.files, (file) => touched.has(file))) {
      touched.add(document);
    }
  }
  for (const [document, includer] of includers.entries) if (touched.has(includer)) touched.add(document);
  for (const uri of governed(state, touched)) touched.add(uri);
  return [...files.open.keys()].filter((uri) => touched.has(uri));
}

/** For each touched workspace file that is not open, an open document by which it is told what is wrong in it. */
function governed({ files, companions }: KeptState, touched: ReadonlySet<string>): string[] {
  const open = [...files.open.keys()];
  return [...companions.entries].flatMap(([document]) => {
    if (!touched.has(document) || !isUnopenedConfiguration(document, files)) return [];
    const own = open.filter((uri) => isInside(uri, folderOf(document)));
    return own.some((uri) => touched.has(uri)) ? [] : own.slice(0, 1);
  });
}

function isUnopenedConfiguration(uri: string, files: KeptFiles): boolean {
  return !files.open.has(uri) && LINTEL_FILE_NAMES.some((name) => name === nameOf(uri));
}

/** Drops what no open document needs. */
export function evict({ files, included, includers, companions, configurations }: KeptState): void {
  if (files.open.size === 0) configurations.reset();
  const includerUris = new Set(includers.entries.map(([, includer]) => includer));
  // Those of a file that includes an open document, or configures it, stay as long as that document.
  const configures = (document: string) =>
    isUnopenedConfiguration(document, files) && some(files.open.keys(), (uri) => isInside(uri, folderOf(document)));
  companions.retain((document) => files.open.has(document) || includerUris.has(document) || configures(document));
  const needed = new Set([...includerUris, ...companions.all.flatMap((note) => [...note.files])]);
  for (const uri of files.onDisk.keys()) if (!needed.has(uri)) files.onDisk.delete(uri);
  const kept = files.all;
  if (kept.some((file) => file.isBeingRead)) return;
  const sources = kept.flatMap(({ sources: own }) => own ?? []);
  included.retain(
    new Set([...files.onDisk.keys(), ...configurations.uris, ...sources.flatMap((view) => [...view.files])]),
    new Set([...companions.all.flatMap((note) => [...note.folders]), ...sources.flatMap((view) => [...view.folders])]),
  );
}

/** The folders that hold files on disk which readings depend on: what a front end has to watch. */
export function foldersToWatch({ files, companions, configurations }: KeptState): ReadonlySet<string> {
  const folders = new Set(configurations.packFolders);
  for (const { sources } of files.all) {
    for (const file of sources?.files ?? []) folders.add(folderOf(file));
    for (const folder of sources?.folders ?? []) folders.add(folder);
  }
  for (const file of files.onDisk.keys()) folders.add(folderOf(file));
  for (const note of companions.all) {
    for (const file of note.files) folders.add(folderOf(file));
    for (const folder of note.folders) folders.add(folder);
  }
  return folders;
}

function readsFrom({ sources }: KeptFile, uris: readonly string[], folders: ReadonlySet<string>): boolean {
  if (!sources) return false;
  return uris.some((uri) => sources.files.has(uri)) || some(sources.folders, (folder) => folders.has(folder));
}

function some<Value>(values: Iterable<Value>, isWanted: (value: Value) => boolean): boolean {
  for (const value of values) if (isWanted(value)) return true;
  return false;
}
