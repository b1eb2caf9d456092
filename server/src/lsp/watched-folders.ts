// Watches, through the client, the folders of included files.

import { type Connection, DidChangeWatchedFilesNotification, type Disposable } from 'vscode-languageserver';

/** Registers watchers with the client for the folders that contain included files, and no others. */
export class WatchedFolders {
  private watched = '';
  private registration: Promise<Disposable> | undefined;

  /** @param isSupported whether the client supports dynamic registration of watchers */
  constructor(
    private readonly connection: Connection,
    private readonly isSupported: () => boolean,
  ) {}

  /** Replaces the watchers where the folders are not those that are watched already. */
  async watch(folders: ReadonlySet<string>): Promise<void> {
    const wanted = [...folders].sort();
    const key = wanted.join('\n');
    if (key === this.watched || !this.isSupported()) return;
    this.watched = key;
    const earlier = this.registration;
    this.registration =
      wanted.length === 0
        ? undefined
        : this.connection.client.register(DidChangeWatchedFilesNotification.type, {
            watchers: wanted.map((baseUri) => ({ globPattern: { baseUri, pattern: '*' } })),
          });
    (await earlier)?.dispose();
  }
}
