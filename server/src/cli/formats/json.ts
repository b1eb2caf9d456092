// Findings and verdicts as JSON.

import type { Fix } from '../../analysis/report.js';
import { keyOf } from '../../service/checked-files.js';
import { countByStatus } from '../../service/coverage.js';
import type { TextRange } from '../../text/range.js';
import type { CheckedFile, Session } from '../session.js';
import { SEVERITIES } from '../severity.js';

/** The report of `check --format json`, version 1. Lines and characters are zero-based, as in the protocol of editors. */
export function jsonReport(files: readonly CheckedFile[], session: Session): string {
  const { fixes } = session;
  return `${JSON.stringify({
    version: 1,
    files: files.map((file) => fileOf(file, fixes, session)),
    summary: summaryOf(files),
  })}\n`;
}

function fileOf(
  { path, dialect, findings, coverage }: CheckedFile,
  fixes: ReadonlyMap<string, readonly Fix[]>,
  session: Session,
) {
  return {
    path,
    dialect,
    findings: findings.map((finding) => ({
      code: finding.code,
      severity: finding.severity,
      message: finding.message,
      range: rangeOf(finding.uri, finding.range, session),
      requirements: finding.requirements,
      related: finding.related.map(({ uri, range, message }) => ({
        path: session.pathOf(uri),
        range: rangeOf(uri, range, session),
        message,
      })),
      fixes: (fixes.get(keyOf(finding)) ?? []).map((fix) => fixOf(fix, session)),
    })),
    coverage: coverage.map(({ requirement, status, decidedBy, missing, reason }) => ({
      requirement,
      status,
      decidedBy: decidedBy.map(({ uri, range }) => ({
        path: session.pathOf(uri),
        line: session.lineOf(uri, range.start) - 1,
      })),
      missing: missing ?? null,
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}

function fixOf({ title, edits }: Fix, session: Session) {
  return {
    title,
    edits: edits.map(({ uri, range, newText }) => ({
      path: session.pathOf(uri),
      range: rangeOf(uri, range, session),
      newText,
    })),
  };
}

function rangeOf(uri: string, { start, end }: TextRange, session: Session) {
  return { start: session.positionOf(uri, start), end: session.positionOf(uri, end) };
}

function summaryOf(files: readonly CheckedFile[]) {
  const findings = files.flatMap((file) => file.findings);
  return {
    files: files.length,
    findings: Object.fromEntries(
      SEVERITIES.map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length]),
    ),
    requirements: Object.fromEntries(countByStatus(files.flatMap(({ coverage }) => coverage))),
  };
}
