// The documents that are open in the client, under canonical URIs.

import { type Connection, TextDocumentSyncKind, TextDocuments } from 'vscode-languageserver';
import { detectLanguage, LANGUAGES, languageById } from '../configuration/languages.js';
import type { Language } from '../dialects/dialect.js';
import { canonicalUri, pathOf } from '../service/files/uris.js';
import type { LanguageService } from '../service/language-service.js';
import { PiecedText } from '../text/pieced-text.js';
import type { Places } from './convert.js';
import { EditedDocument } from './edited-document.js';
import type { Settings } from './settings.js';

/** A document that is open in the client. */
export interface OpenDocument {
  /** Canonical; the client's own spelling is `document.uri`. */
  readonly uri: string;
  readonly document: EditedDocument;
  /** Its language by the client or by its content; `undefined` where that is unknown. */
  readonly dialect: Language | undefined;
}

/** An open document that a request is about. */
export interface CheckedDocument extends OpenDocument {
  /** The checks that its settings request. */
  readonly request: Settings;
}

/** The client's documents under their canonical URIs, and the positions in them. */
export class OpenDocuments {
  /** Documents whose text the client has not sent, but something else in its place. */
  private readonly withoutText = new WeakSet<EditedDocument>();
  private readonly all = new TextDocuments<EditedDocument>({
    create: (uri, languageId, version, content: unknown) => {
      const text = PiecedText.of(typeof content === 'string' ? content : '');
      const document = new EditedDocument(uri, languageId, version, text);
      if (typeof content !== 'string') this.withoutText.add(document);
      return document;
    },
    update: (document, changes, version) => {
      const texts = changes.filter(({ text }: { readonly text: unknown }) => typeof text === 'string');
      if (texts.some((change) => !('range' in change))) this.withoutText.delete(document);
      document.update(texts, version);
      return document;
    },
  });
  private readonly open = new Map<string, OpenDocument>();

  constructor(
    private readonly service: LanguageService,
    events: {
      changed(open: OpenDocument): void;
      saved(uri: string): void;
      closed(uri: string, clientUri: string): void;
    },
  ) {
    this.all.onDidChangeContent(({ document }) => {
      if (this.withoutText.has(document)) return;
      const uri = canonicalUri(document.uri);
      const open = { uri, document, dialect: this.dialectOf(uri, document) };
      this.open.set(uri, open);
      events.changed(open);
    });
    this.all.onDidSave(({ document }) => events.saved(canonicalUri(document.uri)));
    this.all.onDidClose(({ document }) => {
      const uri = canonicalUri(document.uri);
      if (this.open.delete(uri)) events.closed(uri, document.uri);
    });
  }

  static readonly syncKind = TextDocumentSyncKind.Incremental;

  listen(connection: Connection): void {
    this.all.listen(connection);
  }

  get(uri: string): OpenDocument | undefined {
    return this.open.get(uri);
  }

  get values(): Iterable<OpenDocument> {
    return this.open.values();
  }

  /** The positions and the client's spelling for a canonical URI: of an open document, otherwise of a file that was read. */
  readonly places: Places = (uri) => {
    const open = this.open.get(uri);
    if (open) return { uri: open.document.uri, positions: open.document, version: open.document.version };
    return { uri, positions: this.service.linesOf(uri) ?? START_OF_FILE, version: null };
  };

  /** The dialect that the client names, otherwise the one that name and content suggest. */
  private dialectOf(uri: string, document: EditedDocument): Language | undefined {
    const known = this.open.get(uri);
    if (known?.dialect && known.document.languageId === document.languageId) return known.dialect;
    const own = languageById(document.languageId);
    if (own) return own;
    const detected = detectLanguage(pathOf(uri), document.getText());
    // A PowerShell script may quote any other language.
    const hosts = LANGUAGES.filter(({ hostLanguages }) => hostLanguages?.includes(document.languageId));
    return hosts.length === 0 || (detected && hosts.includes(detected)) ? detected : undefined;
  }
}

/** The positions of a file that was deleted since it was read. */
const START_OF_FILE = { positionAt: () => ({ line: 0, character: 0 }) };
