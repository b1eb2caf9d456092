// Which files of a folder are looked at without being open: those that a client names, without those that a terminal passes over.

import type { LeftOut } from '../../../shared/protocol.js';
import type { FileAccess } from '../service/files/file-access.js';
import { type IgnoreAccess, IgnoredFiles, isPassedOver } from '../service/files/ignored-files.js';
import {
  canonicalFolder,
  canonicalUri,
  folderOf,
  inFolder,
  isInside,
  nameOf,
  pathWithin,
} from '../service/files/uris.js';

/** How many files of one folder are read: the others stay unread, which is told. */
const FILE_LIMIT = 2_000;

/** The largest file of patterns that is read, in bytes. */
const PATTERNS_LIMIT = 1_000_000;

/** The files that are looked at, and how many are not. */
export interface ChosenFiles {
  /** The client's spelling by the canonical URI. */
  readonly files: ReadonlyMap<string, string>;
  readonly leftOut: LeftOut;
}

/** Nothing above the folder is read: what lies there is not part of the workspace. */
export async function chooseFiles(folder: string, uris: readonly string[], access: FileAccess): Promise<ChosenFiles> {
  const root = canonicalFolder(folder);
  const rules = new FolderRules(root, access);
  const files = new Map<string, string>();
  let ignored = 0;
  let beyondLimit = 0;
  for (const clientUri of uris) {
    const uri = canonicalUri(clientUri);
    if (!isInside(uri, root) || files.has(uri)) continue;
    if (await rules.ignores(uri)) ignored++;
    else if (files.size < FILE_LIMIT) files.set(uri, clientUri);
    else beyondLimit++;
  }
  return { files, leftOut: { ignored, beyondLimit } };
}

/** The patterns that hold in the folders below one, each read once. */
class FolderRules {
  /** `undefined` for a folder that is passed over as a whole. */
  private readonly byFolder = new Map<string, Promise<IgnoredFiles | undefined>>();

  constructor(root: string, files: FileAccess) {
    this.byFolder.set(root, IgnoredFiles.none(ignoreAccessOf(files)).within(root));
  }

  async ignores(uri: string): Promise<boolean> {
    const rules = await this.in(folderOf(uri));
    return rules === undefined || isPassedOver(nameOf(uri), false) || rules.ignores(uri, false);
  }

  private in(folder: string): Promise<IgnoredFiles | undefined> {
    const known = this.byFolder.get(folder);
    if (known) return known;
    const read = this.read(folder);
    this.byFolder.set(folder, read);
    return read;
  }

  private async read(folder: string): Promise<IgnoredFiles | undefined> {
    const above = await this.in(folderOf(folder));
    const isIgnored = !above || isPassedOver(nameOf(folder), true) || above.ignores(folder, true);
    return isIgnored ? undefined : above.within(folder);
  }
}

function ignoreAccessOf(files: FileAccess): IgnoreAccess {
  return {
    textIn: async (folder, name) => {
      const file = await files.read(inFolder(folder, name), PATTERNS_LIMIT);
      return typeof file === 'string' ? '' : file.text;
    },
    pathBelow: (folder, uri) => (isInside(uri, folder) ? pathWithin(folder, uri) : ''),
  };
}
