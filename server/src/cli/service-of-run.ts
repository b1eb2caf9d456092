// The service that the files of a run are opened in.

import { LanguageService } from '../service/language-service.js';
import { fileAccessOf } from '../system/file-access.js';
import type { System } from '../system/system.js';
import { type InputFile, SIZE_LIMIT } from './input-files.js';

/** How many files stay read that were read only to see what they include. */
const READ_AHEAD_LIMIT = 100;

/** A service whose files are configured by the nearest workspace file up the tree. */
export function serviceFor(folders: readonly string[], system: System): LanguageService {
  const service = new LanguageService(fileAccessOf(system));
  service.setSizeLimit(SIZE_LIMIT);
  service.setReadAheadLimit(READ_AHEAD_LIMIT);
  service.setFolders(folders, true);
  return service;
}

/** @param forced the id of the language that the command line forces on files */
export function putAll(files: readonly InputFile[], service: LanguageService, forced: string | undefined): void {
  for (const { uri, dialect, text, byteOrderMark } of files)
    service.put(uri, dialect, text, dialect.id === forced, byteOrderMark);
}
