// Findings as annotations of GitHub Actions.

import { STATUS_ORDER } from '../../../../shared/coverage.js';
import type { Severity } from '../../model/codes.js';
import { countByStatus } from '../../service/coverage.js';
import type { CheckedFile, Session } from '../session.js';
import { SEVERITIES } from '../severity.js';

const COMMANDS: Readonly<Record<Exclude<Severity, 'hint'>, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/**
 * Workflow commands of GitHub Actions, which become annotations; hints are left out. The platform shows the first few of a
 * step (10 errors, 10 warnings and 10 notices), so that what could not be read and the errors come first.
 */
export function githubReport(files: readonly CheckedFile[], session: Session): string {
  const unread = session.errors.map((message) => `::error title=not checked::${escapeData(message)}\n`);
  const findings = files.flatMap(({ path, findings: own }) => own.map((finding) => ({ path, finding })));
  const annotations = SEVERITIES.flatMap((severity) => {
    if (severity === 'hint') return [];
    const ofSeverity = findings.filter(({ finding }) => finding.severity === severity);
    return ofSeverity.map(({ path, finding: { code, message, uri, range } }) => {
      const [start, end] = [session.positionOf(uri, range.start), session.positionOf(uri, range.end)];
      const properties = {
        file: path,
        line: start.line + 1,
        endLine: end.line + 1,
        // Columns have a meaning only within one line.
        ...(start.line === end.line ? { col: start.character + 1, endColumn: Math.max(end.character, 1) } : {}),
        title: code,
      };
      const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
      return `::${COMMANDS[severity]} ${written.join(',')}::${escapeData(message)}\n`;
    });
  });
  return [...unread, ...annotations].join('');
}

/** The summary of a step, which has room for all that the annotations have not. */
export function githubSummary(files: readonly CheckedFile[], session: Session): string {
  const rows = files.map(({ path, findings, coverage }) => {
    const counts = SEVERITIES.slice(0, 3).map((severity) => findings.filter((one) => one.severity === severity).length);
    const byStatus = countByStatus(coverage);
    return [cell(path), ...counts, ...STATUS_ORDER.map((status) => byStatus.get(status) ?? 0)];
  });
  const head = ['file', 'errors', 'warnings', 'info', ...STATUS_ORDER];
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  const findings = files.flatMap(({ path, findings: own }) =>
    own
      .filter(({ severity }) => severity === 'error' || severity === 'warning')
      .map(({ severity, code, message, uri, range }) => {
        const place = `${path}:${session.lineOf(uri, range.start)}`;
        return `- **${severity}** ${code} in ${cell(place)}: ${cell(message)}`;
      }),
  );
  const unread = session.errors.map((message) => `- **not checked** ${cell(message)}`);
  const lists = [...unread, ...findings];
  const shown = lists.slice(0, SUMMARY_LIMIT);
  if (lists.length > shown.length) shown.push(`- and ${lists.length - shown.length} more`);
  return `### Lintel\n\n${table.join('\n')}\n${shown.length > 0 ? `\n${shown.join('\n')}\n` : ''}`;
}

/** How many findings a summary lists: it may have 1 MB, and is read by people. */
const SUMMARY_LIMIT = 200;

/** A text without what Markdown would take for markup. */
function cell(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, '\\$&').replace(/\s+/g, ' ');
}

// The escapes of the runner's own toolkit (@actions/core, command.ts).
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
