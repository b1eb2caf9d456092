// Diagnostics that a client asks for, beside those that it is sent.

import {
  type ClientCapabilities,
  type Connection,
  type Diagnostic,
  type DiagnosticOptions,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
} from 'vscode-languageserver';
import { canonicalUri } from '../service/files/uris.js';

/** Other files and the settings count; a check of the whole workspace is asked for by a request of its own. */
export const DIAGNOSTIC_OPTIONS: DiagnosticOptions = { interFileDependencies: true, workspaceDiagnostics: false };

/** Answers for each open document; what has not changed since a client asked last is not sent again. */
export class PulledDiagnostics {
  private readonly told = new Map<string, { readonly id: string; readonly text: string }>();
  private count = 0;

  /** @param diagnosticsOf those of one open document */
  constructor(private readonly diagnosticsOf: (uri: string) => Promise<Diagnostic[]>) {}

  answer(connection: Connection): void {
    connection.languages.diagnostics.on(({ textDocument, previousResultId }) =>
      this.report(canonicalUri(textDocument.uri), previousResultId),
    );
  }

  closed(uri: string): void {
    this.told.delete(uri);
  }

  private async report(uri: string, previous: string | undefined): Promise<DocumentDiagnosticReport> {
    const items = await this.diagnosticsOf(uri);
    const text = JSON.stringify(items);
    const known = this.told.get(uri);
    if (known?.text === text && known.id === previous)
      return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: known.id };
    const id = String(++this.count);
    this.told.set(uri, { id, text });
    return { kind: DocumentDiagnosticReportKind.Full, resultId: id, items };
  }
}

/** Has a client that can ask again do so, because another file or a setting has changed. */
export function refreshPulled(connection: Connection, { workspace }: ClientCapabilities): void {
  // The client may have disconnected.
  if (workspace?.diagnostics?.refreshSupport) connection.languages.diagnostics.refresh().catch(() => undefined);
}
