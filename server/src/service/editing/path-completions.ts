// The files of the workspace where the path of one is written: nothing outside of its folders is ever shown.

import type { CompletionItem } from '../../dialects/dialect.js';
import { canonicalFolder, folderOf, inFolder } from '../files/uris.js';

/** What a folder holds. */
export interface FolderContent {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/**
 * @param typed the path before the offset
 * @param contentOf what a folder holds, empty for one outside of the workspace
 */
export async function pathCompletions(
  uri: string,
  typed: string,
  contentOf: (folder: string) => Promise<FolderContent>,
): Promise<readonly CompletionItem[]> {
  // Absolute paths are those of the server, which a workspace does not show.
  if (typed.startsWith('/')) return [];
  const written = typed.slice(0, typed.lastIndexOf('/') + 1);
  const folder = canonicalFolder(inFolder(folderOf(uri), written));
  const { files, folders } = await contentOf(folder);
  const itemOf = (name: string, detail: string): CompletionItem => ({
    label: written + name,
    kind: 'value',
    detail,
    insertText: written + name,
  });
  return [
    ...files.filter((name) => inFolder(folder, name) !== uri).map((name) => itemOf(name, 'file')),
    ...folders.map((name) => itemOf(`${name}/`, 'folder')),
  ];
}
