import { RequestType } from 'vscode-languageserver';

/** Client → server: every selected requirement with its verdict for one file, as Markdown; `null` for an unknown file. */
export const CoverageRequest = new RequestType<{ readonly uri: string }, { readonly markdown: string } | null, void>(
  'lintel/coverage',
);

/** Server → client, for files that the server cannot reach itself: the bytes of a file in base64, `null` where there is none. */
export const ReadFileRequest = new RequestType<
  { readonly uri: string; readonly limit: number },
  { readonly base64: string } | { readonly unavailable: 'missing' | 'unreadable' | 'too-large' },
  void
>('lintel/readFile');

/** Server → client: the names of the files in a folder. */
export const ListFolderRequest = new RequestType<{ readonly uri: string }, readonly string[], void>(
  'lintel/listFolder',
);

/** What a client may send along with `initialize`. */
export interface InitializationOptions {
  /** The client answers {@link ReadFileRequest} and {@link ListFolderRequest}. */
  readonly fileRequests?: boolean;
}
