// The pages of finding codes, which the links of diagnostics and of SARIF reports lead to.

import * as vscode from 'vscode';
import { FINDING_PAGE } from '../../shared/protocol.js';
import type { Server } from './server.js';

const SCHEME = 'lintel-finding';

/** Shows the page of a code for URIs of the extension such as `vscode://lintel.lintel/finding/requirement-blocked`. */
export function registerFindingPages(server: Server): vscode.Disposable[] {
  return [
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: async (page) => {
        const result = await server.request(FINDING_PAGE, page, { code: page.path.slice(1) });
        return result?.markdown ?? 'Lintel has no such finding.';
      },
    }),
    vscode.window.registerUriHandler({
      handleUri: async ({ path }) => {
        const [, code] = /^\/finding\/([a-z-]+)$/.exec(path) ?? [];
        if (code === undefined) return;
        await vscode.commands.executeCommand(
          'markdown.showPreview',
          vscode.Uri.from({ scheme: SCHEME, path: `/${code}` }),
        );
      },
    }),
  ];
}
