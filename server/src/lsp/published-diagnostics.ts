// What the client is told of each file, where several checks find something in it.

import type { Connection, Diagnostic } from 'vscode-languageserver';
import type { OpenDocuments } from './open-documents.js';

/** Nothing is known of what is shown, so that anything is news. */
const UNKNOWN = Symbol('unknown');

/**
 * The diagnostics of an open document are its own. Those of another file are what open documents say of it, which include it or are
 * configured by it, or else what the check of the workspace says. What is shown already is not sent again.
 */
export class PublishedDiagnostics {
  private readonly fromOpen = new Map<string, readonly Diagnostic[]>();
  private readonly fromWorkspace = new Map<string, readonly Diagnostic[]>();
  /** What is shown of each file of which something is. */
  private readonly shown = new Map<string, string | typeof UNKNOWN>();
  /** How the client spells the URIs of files that it has named. */
  private readonly spellings = new Map<string, string>();

  constructor(
    private readonly connection: Connection,
    private readonly documents: OpenDocuments,
    /** Whether the client asks for those of open documents, so that they are not sent. */
    private readonly arePulled: () => boolean,
  ) {}

  /** Whether anything is shown of a file. */
  shows(uri: string): boolean {
    return this.shown.has(uri);
  }

  /** What the check of an open document found in it, or in another file. */
  async byOpen(uri: string, diagnostics: Diagnostic[]): Promise<void> {
    if (!this.documents.get(uri)) {
      replace(this.fromOpen, uri, diagnostics);
      return this.show(uri);
    }
    this.fromOpen.delete(uri);
    if (this.arePulled()) return;
    if (diagnostics.length > 0) this.shown.set(uri, UNKNOWN);
    else this.shown.delete(uri);
    const { uri: clientUri, version } = this.documents.places(uri);
    await this.connection.sendDiagnostics({
      uri: clientUri,
      diagnostics,
      ...(version === null ? {} : { version }),
    });
  }

  /** What the check of the workspace found in a file, as the client spells it. */
  async byWorkspace(uri: string, clientUri: string, diagnostics: Diagnostic[]): Promise<void> {
    replace(this.fromWorkspace, uri, diagnostics);
    if (this.documents.get(uri)) return;
    if (!this.spellings.has(uri)) this.spellings.set(uri, clientUri);
    await this.show(uri);
  }

  /** @param isFollowed whether the check of the workspace will say what it finds: until then what is shown stays */
  async closed(uri: string, clientUri: string, isFollowed: boolean): Promise<void> {
    this.spellings.set(uri, clientUri);
    // Whoever closes a file gets an answer, be there nothing to take away.
    this.shown.set(uri, UNKNOWN);
    if (!isFollowed) await this.show(uri);
  }

  private async show(uri: string): Promise<void> {
    const diagnostics = [...(this.fromOpen.get(uri) ?? this.fromWorkspace.get(uri) ?? [])];
    const text = diagnostics.length === 0 ? undefined : JSON.stringify(diagnostics);
    if (this.shown.get(uri) === text) return;
    if (text === undefined) this.shown.delete(uri);
    else this.shown.set(uri, text);
    await this.connection.sendDiagnostics({ uri: this.spellings.get(uri) ?? uri, diagnostics });
  }
}

function replace(all: Map<string, readonly Diagnostic[]>, uri: string, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) all.set(uri, diagnostics);
  else all.delete(uri);
}
