// Reads the files that a workspace file is about, to tell where it does not fit them.

import type { Configuration } from '../../configuration/configuration.js';
import { isConfiguration } from '../../configuration/languages.js';
import type { FileEntry } from '../../configuration/lintel-file.js';
import { addTo } from '../../kept/lists.js';
import type { FileChecks } from '../checks.js';
import type { Reading } from '../files/reading.js';
import { folderOf, pathWithin } from '../files/uris.js';
import type { Workspace } from '../files/workspace.js';
import { type FittedFile, type KnownFiles, needsFiles } from './misfits.js';

/** How many files of one entry are read. */
const READ_LIMIT = 40;

/** Whether the content of a file matters, by the entry that applies to it and whether it is open. */
type Wanted = (entry: FileEntry | undefined, isOpen: boolean) => boolean;

/**
 * Files whose content matters for what a workspace file says: of entries that name a part of their files, and all that are
 * open where it says something of all files.
 */
export function saidOf({ file: { interfaces, profiles } }: Configuration): Wanted {
  const isAboutAll = interfaces !== undefined || profiles !== undefined;
  return (entry, isOpen) =>
    (entry !== undefined && needsFiles(entry)) || (isAboutAll && (entry !== undefined || isOpen));
}

/** The files that a workspace file applies to, of which those are read that are wanted. */
export async function knownFiles(
  configuration: Configuration,
  workspace: Workspace,
  isWanted: Wanted,
  checksFor: (reading: Reading) => Promise<Pick<FileChecks, 'requirements'>>,
): Promise<KnownFiles> {
  const { uri: own } = configuration;
  const base = folderOf(own);
  const { uris, isComplete } = await workspace.filesFor(configuration);
  const read = new Map<FileEntry | undefined, FittedFile[]>();
  const counts = new Map<FileEntry | undefined, number>();
  let isReadComplete = isComplete;
  for (const uri of uris) {
    const path = pathWithin(base, uri);
    const entry = configuration.entryFor(path);
    if (!isWanted(entry, workspace.isOpen(uri))) continue;
    const count = (counts.get(entry) ?? 0) + 1;
    counts.set(entry, count);
    if (count > READ_LIMIT) {
      isReadComplete = false;
      continue;
    }
    const fitted = await workspace.answerFromCompanion(own, uri, async (reading) => {
      if (isConfiguration(reading.dialect)) return undefined;
      const { requirements } = await checksFor(reading);
      return { path, model: reading.document.model, requirements };
    });
    if (fitted) addTo(read, entry, fitted);
  }
  return { paths: uris.map((uri) => pathWithin(base, uri)), isComplete, read, isReadComplete };
}
