// Files that the server reads through its client.

import type { Connection } from 'vscode-languageserver';
import { LIST_FOLDER, type ListFolderParams, READ_FILE } from '../../../shared/protocol.js';
import type { FileAccess } from '../service/files/file-access.js';
import { decodeText } from '../text/decode.js';
import { typed } from './requests.js';

/** The largest file, in bytes, of which the client is asked for the first ones: it sends files as a whole. */
const MARKED_LIMIT = 1_000_000;

/** Files that only the client can reach: those of a virtual workspace, and all of them for a server in a browser. */
export function clientFiles(connection: Connection): FileAccess {
  const namesIn = async (uri: string, kind: ListFolderParams['kind']) => {
    try {
      return [...(await connection.sendRequest(typed(LIST_FOLDER), { uri, kind }))].sort();
    } catch {
      return [];
    }
  };
  const read: FileAccess['read'] = async (uri, limit) => {
    try {
      const answer = await connection.sendRequest(typed(READ_FILE), { uri, limit });
      if ('unavailable' in answer) return answer.unavailable;
      return decodeText(Uint8Array.from(atob(answer.base64), (character) => character.charCodeAt(0))) ?? 'unreadable';
    } catch {
      return 'unreadable';
    }
  };
  return {
    read,
    hasByteOrderMark: async (uri) => {
      const file = await read(uri, MARKED_LIMIT);
      return typeof file !== 'string' && file.byteOrderMark;
    },

    list: (folder) => namesIn(folder, 'files'),
    listFolders: (folder) => namesIn(folder, 'folders'),
  };
}
