// Findings as annotations of GitHub Actions.

import type { Severity } from '../../model/codes.js';
import type { CheckedFile, Session } from '../session.js';

const COMMANDS: Readonly<Record<Exclude<Severity, 'hint'>, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/** Workflow commands of GitHub Actions, which become annotations; hints are left out. */
export function githubReport(files: readonly CheckedFile[], session: Session): string {
  return files
    .flatMap(({ path, findings }) =>
      findings.flatMap(({ severity, code, message, uri, range }) => {
        if (severity === 'hint') return [];
        const lines = session.service.linesOf(uri);
        const start = lines?.positionAt(range.start) ?? { line: 0, character: 0 };
        const end = lines?.positionAt(range.end) ?? start;
        const properties = {
          file: path,
          line: start.line + 1,
          endLine: end.line + 1,
          // Columns have a meaning only within one line.
          ...(start.line === end.line ? { col: start.character + 1, endColumn: Math.max(end.character, 1) } : {}),
          title: code,
        };
        const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
        return [`::${COMMANDS[severity]} ${written.join(',')}::${escapeData(message)}\n`];
      }),
    )
    .join('');
}

// The escapes of the runner's own toolkit (@actions/core, command.ts).
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
