// The findings of a file as its diagnostics, whether the file is open or not.

import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import { DIAGNOSTIC_SOURCE } from '../../../shared/protocol.js';
import type { Finding } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import { type PageUriOf, type Places, toDiagnostic } from './convert.js';

/** How many diagnostics of one file are sent: few enough to send at every keystroke. */
const DIAGNOSTIC_LIMIT = 1_000;

/** What says that a file, or all that others require of it, is not checked: no finding about the file. */
export const NOT_CHECKED = 'not-checked';

/** What counts the findings beyond {@link DIAGNOSTIC_LIMIT}. */
const NOT_SHOWN = 'not-shown';

const RANKS = { error: 0, warning: 1, info: 2, hint: 3 } as const;

export function toDiagnostics(
  findings: readonly Finding[],
  catalog: Catalog,
  places: Places,
  pageUriOf: PageUriOf,
): Diagnostic[] {
  const shown = mostSevere(findings).map((finding) => toDiagnostic(finding, catalog, places, pageUriOf));
  const rest = findings.length - shown.length;
  if (rest === 0) return shown;
  const message = `${rest} more findings of this file are not shown here: 'lintel check' lists them all.`;
  return [atStart(NOT_SHOWN, DiagnosticSeverity.Information, message), ...shown];
}

export function failure(error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `The file could not be checked, because of an error in Lintel itself: ${reason}`;
  return atStart(NOT_CHECKED, DiagnosticSeverity.Warning, message);
}

export function atStart(code: string, severity: DiagnosticSeverity, message: string): Diagnostic {
  const start = { line: 0, character: 0 };
  return { range: { start, end: start }, severity, code, source: DIAGNOSTIC_SOURCE, message };
}

function mostSevere(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= DIAGNOSTIC_LIMIT) return findings;
  return [...findings].sort((a, b) => RANKS[a.severity] - RANKS[b.severity]).slice(0, DIAGNOSTIC_LIMIT);
}
