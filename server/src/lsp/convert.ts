// Translates findings, fixes, symbols and completions into the types of the protocol.

import {
  type CodeAction,
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentSymbol,
  InsertTextFormat,
  type Position,
  type Range,
  type SignatureHelp,
  SymbolKind,
  type TextDocumentEdit,
} from 'vscode-languageserver';
import { DIAGNOSTIC_SOURCE } from '../../../shared/protocol.js';
import type { Finding, Fix } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import type { CompletionItem as Completion, OutlineItem, Signature } from '../dialects/dialect.js';
import { withoutStops } from '../dialects/shared/snippets.js';
import type { FindingCode, Severity } from '../model/codes.js';
import { citedDocuments } from '../service/cited-documents.js';
import type { TextRange } from '../text/range.js';

/** Translates the offsets of one text. Both editors' documents and {@link LineIndex} do. */
export interface Positions {
  positionAt(offset: number): Position;
}

/** Finds the text of a canonical URI, and the client's spelling of the URI. */
export type Places = (uri: string) => {
  readonly uri: string;
  readonly positions: Positions;
  readonly version: number | null;
};

/** The data of a diagnostic by which code actions find its finding. */
export interface DiagnosticData {
  readonly requirements: readonly string[];
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const TAGS: Readonly<Partial<Record<FindingCode, DiagnosticTag>>> = {
  'unused-name': DiagnosticTag.Unnecessary,
  'shadowed-rule': DiagnosticTag.Unnecessary,
  'redundant-rule': DiagnosticTag.Unnecessary,
  'retired-endpoint': DiagnosticTag.Deprecated,
};

export function toRange(range: TextRange, positions: Positions): Range {
  return { start: positions.positionAt(range.start), end: positions.positionAt(range.end) };
}

/** What translates positions of one text. */
export interface Offsets {
  offsetAt(position: Position): number;
}

export function toOffsets({ start, end }: Range, offsets: Offsets): TextRange {
  return { start: offsets.offsetAt(start), end: offsets.offsetAt(end) };
}

/** The URI that has the client show the page of a code; `undefined` where the client has none. */
export type PageUriOf = (code: FindingCode) => string | undefined;

/** How many other places a diagnostic shows. */
const RELATED_LIMIT = 8;

/** A finding as a diagnostic, whose code leads to the document that it cites, or else to the page of the code. */
export function toDiagnostic(finding: Finding, catalog: Catalog, places: Places, pageUriOf: PageUriOf): Diagnostic {
  const { code, severity, message, requirements, related } = finding;
  const tag = TAGS[code];
  const [document] = citedDocuments(finding, catalog);
  const href = document?.url ?? pageUriOf(code);
  const data: DiagnosticData = { requirements };
  return {
    range: toRange(finding.range, places(finding.uri).positions),
    severity: SEVERITIES[severity],
    code,
    source: DIAGNOSTIC_SOURCE,
    message,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    ...(tag ? { tags: [tag] } : {}),
    ...(related.length > 0
      ? {
          relatedInformation: related.slice(0, RELATED_LIMIT).map((other) => {
            const { uri, positions } = places(other.uri);
            return { location: { uri, range: toRange(other.range, positions) }, message: other.message };
          }),
        }
      : {}),
    ...(requirements.length > 0 ? { data } : {}),
  };
}

export function toDocumentEdits(fix: Pick<Fix, 'edits'>, places: Places): TextDocumentEdit[] {
  return [...new Set(fix.edits.map(({ uri }) => uri))].map((file) => {
    const { uri, positions, version } = places(file);
    const edits = fix.edits
      .filter((edit) => edit.uri === file)
      .map(({ range, newText }) => ({ range: toRange(range, positions), newText }));
    return { textDocument: { uri, version }, edits };
  });
}

type DocumentChange = NonNullable<NonNullable<CodeAction['edit']>['documentChanges']>[number];

/** An action that also creates the files that it edits, where they do not exist. */
export function creatingFiles(action: CodeAction, exists: (uri: string) => boolean): CodeAction {
  const changes = (action.edit?.documentChanges ?? []).flatMap((change): DocumentChange[] => {
    if (!('edits' in change) || exists(change.textDocument.uri)) return [change];
    return [{ kind: 'create', uri: change.textDocument.uri, options: { ignoreIfExists: true } }, change];
  });
  return { ...action, edit: { documentChanges: changes } };
}

const SYMBOL_KINDS: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  function: SymbolKind.Function,
  variable: SymbolKind.Variable,
  rule: SymbolKind.Event,
  list: SymbolKind.Array,
  section: SymbolKind.Namespace,
  port: SymbolKind.Interface,
};

export function toSymbol(item: OutlineItem, positions: Positions): DocumentSymbol {
  return {
    // The protocol asks for a name that is not empty.
    name: item.name.trim() || '(unnamed)',
    detail: item.detail,
    kind: SYMBOL_KINDS[item.kind],
    range: toRange(item.range, positions),
    selectionRange: toRange(item.nameRange, positions),
    children: item.children.map((child) => toSymbol(child, positions)),
  };
}

const COMPLETION_KINDS: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  type: CompletionItemKind.TypeParameter,
  name: CompletionItemKind.Variable,
  function: CompletionItemKind.Function,
  value: CompletionItemKind.Value,
  snippet: CompletionItemKind.Snippet,
};

/** The place in a list of what has none of its own: names of the file before what the language has. */
const NAME_RANK = 50_000;
const SNIPPET_RANK = 55_000;
const WORD_RANK = 60_000;

const RANKS: Readonly<Partial<Record<Completion['kind'], number>>> = { name: NAME_RANK, snippet: SNIPPET_RANK };

/** @param takesSnippets whether the client fills in forms; for others the form is text */
export function toCompletion(item: Completion, range: Range, takesSnippets = false): CompletionItem {
  const rank = item.rank ?? RANKS[item.kind] ?? WORD_RANK;
  const isSnippet = item.kind === 'snippet';
  const newText = isSnippet && !takesSnippets ? withoutStops(item.insertText) : item.insertText;
  return {
    sortText: `${String(rank).padStart(6, '0')} ${item.label}`,
    // What is typed is compared with what would stand there as well as with its title.
    ...(item.label === item.insertText || isSnippet ? {} : { filterText: `${item.insertText} ${item.label}` }),
    label: item.label,
    kind: COMPLETION_KINDS[item.kind],
    detail: item.detail,
    textEdit: { range, newText },
    ...(isSnippet && takesSnippets ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
  };
}

export function toSignatureHelp({ label, documentation, parameters, active }: Signature): SignatureHelp {
  const markdown = (value: string | undefined) =>
    value === undefined ? {} : { documentation: { kind: 'markdown', value } as const };
  return {
    signatures: [
      {
        label,
        ...markdown(documentation),
        parameters: parameters.map(({ range: { start, end }, documentation }) => ({
          label: [start, end] as [number, number],
          ...markdown(documentation),
        })),
      },
    ],
    activeSignature: 0,
    // One that there is not: none is lit up.
    activeParameter: active ?? parameters.length,
  };
}
