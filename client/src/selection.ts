// Selects what an action has written, where a person has to write over it.

import * as vscode from 'vscode';
import { SELECT_COMMAND } from '../../shared/protocol.js';

/** A range as the protocol writes it. */
interface PlainRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export function registerSelection(): vscode.Disposable {
  return vscode.commands.registerCommand(SELECT_COMMAND, async (uri: string, { start, end }: PlainRange) => {
    const selection = new vscode.Range(start.line, start.character, end.line, end.character);
    await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection });
  });
}
