// What editors ask for while a file is read and written, beyond hover, completion and navigation: marks, selections, colours,
// hints and lenses.

import {
  type ClientCapabilities,
  type CodeLens,
  CodeLensRefreshRequest,
  type Connection,
  DocumentHighlightKind,
  type DocumentLink,
  type FormattingOptions,
  type InlayHint,
  type Range,
  type SelectionRange,
  SemanticTokensBuilder,
  type ServerCapabilities,
  SymbolKind,
  type TextEdit,
  type WorkspaceSymbol,
} from 'vscode-languageserver';
import { SHOW_COVERAGE_COMMAND } from '../../../shared/protocol.js';
import { type SemanticToken, TOKEN_MODIFIERS, TOKEN_TYPES, tokenTypeOf } from '../service/editing/semantic-tokens.js';
import { nameOf } from '../service/files/uris.js';
import type { LanguageService } from '../service/language-service.js';
import { toOffsets, toRange } from './convert.js';
import type { EditedDocument } from './edited-document.js';
import type { CheckedDocument, OpenDocuments } from './open-documents.js';

export const EDITING_CAPABILITIES: ServerCapabilities = {
  documentHighlightProvider: true,
  documentLinkProvider: {},
  workspaceSymbolProvider: true,
  selectionRangeProvider: true,
  inlayHintProvider: true,
  codeLensProvider: {},
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  // The line that was left, and that of a brace.
  documentOnTypeFormattingProvider: { firstTriggerCharacter: '}', moreTriggerCharacter: ['\n'] },
  semanticTokensProvider: {
    legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
    // What is on screen is enough, whatever the length of the file.
    range: true,
  },
};

/** The symbols of names, as outlines show them. */
const NAME_KINDS: Readonly<Record<SemanticToken['type'], SymbolKind>> = {
  function: SymbolKind.Function,
  variable: SymbolKind.Variable,
  class: SymbolKind.Array,
  namespace: SymbolKind.Namespace,
  interface: SymbolKind.Interface,
  number: SymbolKind.Number,
};

/** Has the client ask anew for what it shows between the lines: an edit of the file itself does so without. */
export function refreshShown(connection: Connection, { workspace }: ClientCapabilities): void {
  // The client may have disconnected.
  const ignore = () => undefined;
  if (workspace?.codeLens?.refreshSupport) connection.sendRequest(CodeLensRefreshRequest.type).catch(ignore);
  if (workspace?.inlayHint?.refreshSupport) connection.languages.inlayHint.refresh().catch(ignore);
}

interface Context {
  readonly service: LanguageService;
  readonly documents: OpenDocuments;
  /** An open document that is checked, with its settings. */
  readonly find: (clientUri: string) => Promise<CheckedDocument | undefined>;
  /** Whether the client is Lintel's own, whose commands lenses may run. */
  readonly hasCommands: () => boolean;
}

export function answerEditingRequests(connection: Connection, context: Context): void {
  const { service, documents, find, hasCommands } = context;

  connection.onDocumentHighlight(async ({ textDocument, position }) => {
    const open = await find(textDocument.uri);
    if (!open) return null;
    const uses = await service.highlights(open.uri, open.document.offsetAt(position));
    return uses.map(({ range, role }) => ({
      range: toRange(range, open.document),
      kind: role === 'definition' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
  });

  connection.onDocumentLinks(async ({ textDocument }) => {
    const open = await find(textDocument.uri);
    if (!open) return null;
    return (await service.fileLinks(open.uri)).flatMap(({ range, targets }): DocumentLink[] => {
      const [target, ...others] = targets;
      // A link leads to one file: where a pattern names several, going to its definition shows them all.
      if (target === undefined || others.length > 0) return [];
      return [{ range: toRange(range, open.document), target: documents.places(target).uri }];
    });
  });

  connection.onWorkspaceSymbol(async ({ query }) => {
    const found = await service.definitionsNamed(query);
    return found.map((use): WorkspaceSymbol => {
      const { uri, positions } = documents.places(use.uri);
      // As the file writes it: a name may carry the table or the scope that it is in.
      const name = service.textOf(use.uri)?.slice(use.range.start, use.range.end) ?? use.name;
      return {
        name,
        kind: NAME_KINDS[tokenTypeOf(use)],
        containerName: nameOf(use.uri),
        location: { uri, range: toRange(use.range, positions) },
      };
    });
  });

  connection.onSelectionRanges(async ({ textDocument, positions }) => {
    const open = await find(textDocument.uri);
    if (!open) return null;
    const answers: SelectionRange[] = [];
    for (const position of positions) {
      const ranges = await service.selectionRanges(open.uri, open.document.offsetAt(position));
      const outermostFirst = [...ranges].reverse();
      const innermost = outermostFirst.reduce<SelectionRange | undefined>(
        (parent, range) => ({ range: toRange(range, open.document), ...(parent ? { parent } : {}) }),
        undefined,
      );
      answers.push(innermost ?? { range: { start: position, end: position } });
    }
    return answers;
  });

  connection.languages.semanticTokens.onRange(async ({ textDocument, range }) => {
    const open = await find(textDocument.uri);
    const builder = new SemanticTokensBuilder();
    if (!open) return builder.build();
    for (const token of await service.semanticTokens(open.uri, toOffsets(range, open.document))) {
      const { line, character } = open.document.positionAt(token.range.start);
      const length = token.range.end - token.range.start;
      builder.push(line, character, length, TOKEN_TYPES.indexOf(token.type), token.isDeclaration ? 1 : 0);
    }
    return builder.build();
  });

  connection.languages.inlayHint.on(async ({ textDocument, range }) => {
    const open = await find(textDocument.uri);
    if (!open) return null;
    const { inlayHints, contentHints, defaultHints } = open.request;
    const shown = toOffsets(range, open.document);
    const services = inlayHints ? await service.inlayHints(open.uri, shown, open.request) : [];
    const contents = contentHints || defaultHints ? await service.contentHints(open.uri, shown) : [];
    const wanted = contents.filter(({ about }) => (about === 'content' ? contentHints : defaultHints));
    return [...services, ...wanted].map(
      ({ offset, label, tooltip }): InlayHint => ({
        position: open.document.positionAt(offset),
        label,
        tooltip,
        paddingLeft: true,
      }),
    );
  });

  const formatting = async (clientUri: string, { tabSize, insertSpaces }: FormattingOptions, range?: Range) => {
    const open = await find(clientUri);
    if (!open) return null;
    const indent = insertSpaces ? ' '.repeat(Math.max(1, tabSize)) : '\t';
    const lines = range && wholeLines(range, open.document);
    const edits = await service.formatting(open.uri, indent, lines);
    return edits.map(({ range: changed, newText }): TextEdit => ({ range: toRange(changed, open.document), newText }));
  };
  connection.onDocumentFormatting(({ textDocument, options }) => formatting(textDocument.uri, options));
  connection.onDocumentRangeFormatting(({ textDocument, options, range }) =>
    formatting(textDocument.uri, options, range),
  );
  connection.onDocumentOnTypeFormatting(({ textDocument, options, position, ch }) => {
    const line = ch === '\n' ? position.line - 1 : position.line;
    if (line < 0) return null;
    return formatting(textDocument.uri, options, { start: { line, character: 0 }, end: { line, character: 0 } });
  });

  connection.onCodeLens(async ({ textDocument }) => {
    const open = await find(textDocument.uri);
    if (!open) return null;
    const { codeLens, ruleCodeLens } = open.request;
    if (!codeLens && !ruleCodeLens) return null;
    const command = hasCommands() ? SHOW_COVERAGE_COMMAND : '';
    return (await service.codeLenses(open.uri, open.request))
      .filter(({ about }) => (about === 'part' ? codeLens : ruleCodeLens))
      .map(
        ({ range, title }): CodeLens => ({
          range: toRange(range, open.document),
          command: { title, command, ...(command ? { arguments: [open.document.uri] } : {}) },
        }),
      );
  });
}

/** From the beginning of the first line of a range to the end of its last one. */
function wholeLines({ start, end }: Range, document: EditedDocument) {
  return {
    start: document.offsetAt({ line: start.line, character: 0 }),
    end: document.offsetAt({ line: end.line + 1, character: 0 }),
  };
}
