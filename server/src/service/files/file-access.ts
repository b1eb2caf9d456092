// How the service reads files.

import type { Unavailable } from '../../dialects/dialect.js';
import type { DecodedText } from '../../text/decode.js';

/** How the service reads files. Provided by the front end, so that the service also runs in a browser. */
export interface FileAccess {
  /** The text of a file of at most `limit` bytes, or why there is none. Never rejects. */
  read(uri: string, limit: number): Promise<DecodedText | Unavailable>;
  /** Whether a file begins with a byte order mark, which editors keep to themselves; `false` where it is unreadable. Never rejects. */
  hasByteOrderMark?(uri: string): Promise<boolean>;
  /** Whether nothing is there, which costs less to know than where links lead. Never rejects. */
  isMissing?(uri: string): Promise<boolean>;
  /** The URI of a file or folder without links on the way; its own where it leads nowhere. Never rejects. */
  realUri?(uri: string): Promise<string>;
  /** The names of the files in a folder, sorted; empty where it cannot be listed. Never rejects. */
  list(folder: string): Promise<readonly string[]>;
  /** The names of the folders in a folder, sorted, without links to folders; empty where it cannot be listed. Never rejects. */
  listFolders(folder: string): Promise<readonly string[]>;
}
