// Reads files for a server that cannot access them.

import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { LIST_FOLDER, type ListFolderParams, READ_FILE, type ReadFileResult } from '../../shared/protocol.js';
import { typed } from './requests.js';

/** Handles the file requests of a server in a browser or for a virtual workspace. */
export function answerFileRequests(client: BaseLanguageClient): void {
  client.onRequest(typed(READ_FILE), ({ uri, limit }) => readFile(client.protocol2CodeConverter.asUri(uri), limit));
  client.onRequest(typed(LIST_FOLDER), ({ uri, kind }) => listFolder(client.protocol2CodeConverter.asUri(uri), kind));
}

async function readFile(uri: vscode.Uri, limit: number): Promise<ReadFileResult> {
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) return { unavailable: 'unreadable' };
    if (size > limit) return { unavailable: 'too-large' };
    return { base64: toBase64(await vscode.workspace.fs.readFile(uri)) };
  } catch (error) {
    const isMissing = error instanceof vscode.FileSystemError && error.code === 'FileNotFound';
    return { unavailable: isMissing ? 'missing' : 'unreadable' };
  }
}

async function listFolder(uri: vscode.Uri, kind: ListFolderParams['kind']): Promise<readonly string[]> {
  const entries = await vscode.workspace.fs.readDirectory(uri);
  // A link to a folder may lead to a folder that holds it.
  const isWanted = (type: vscode.FileType) =>
    kind === 'files' ? (type & vscode.FileType.File) !== 0 : type === vscode.FileType.Directory;
  return entries.filter(([, type]) => isWanted(type)).map(([name]) => name);
}

/** The size of a piece in bytes: a multiple of three is encoded without padding, so that the pieces can be joined. */
const PIECE = 3 * 8192;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += PIECE) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + PIECE)));
  }
  return text;
}
