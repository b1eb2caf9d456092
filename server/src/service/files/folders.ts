// The folders that a client works in: how far upwards the workspace file of a document is looked for, and where its
// includes may reach. Every folder URI is canonical, so that the root of a file system needs no special case.

import { canonicalFolder, folderOf, isInside } from './uris.js';

/** How far upwards the workspace file of a document is looked for. */
export interface SearchLimit {
  /** The topmost folder that is searched; `undefined` where there is no limit. */
  readonly last: string | undefined;
  /** The folder whose files are checked together where no workspace file is found. */
  readonly otherwise: string;
}

export class WorkspaceFolders {
  private folders: readonly string[] = [];
  private searchesAbove = false;

  /** @param searchesAbove whether a document's workspace file may also lie above its folder, at any height */
  set(folders: readonly string[], searchesAbove: boolean): void {
    this.folders = folders.map(canonicalFolder);
    this.searchesAbove = searchesAbove;
  }

  /** How far the workspace file of a document is looked for. */
  searchFor(uri: string): SearchLimit {
    const holders = this.holdersOf(uri).sort((a, b) => a.length - b.length);
    const [outermost = folderOf(uri)] = holders;
    return { last: this.searchesAbove ? undefined : (holders.at(-1) ?? outermost), otherwise: outermost };
  }

  /** The folders that a document may reach into, the one that holds it first; without any, its own folder. */
  rootsFor(uri: string): readonly string[] {
    const holders = this.holdersOf(uri);
    if (holders.length === 0) return [folderOf(uri), ...this.folders];
    return [...holders, ...this.folders.filter((folder) => !holders.includes(folder))];
  }

  private holdersOf(uri: string): string[] {
    return this.folders.filter((folder) => isInside(uri, folder));
  }
}
