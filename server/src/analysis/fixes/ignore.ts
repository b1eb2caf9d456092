// Writes the comment that ignores a finding.
import { LineIndex } from '../../text/lines.js';
import type { Finding, Fix } from '../report.js';
import { type FixContext, reanalyse } from './edited-copy.js';
import { worsensNothing } from './fixes.js';

/** What stands for the reason until somebody gives one. */
export const REASON = '(reason)';

/**
 * The comment that ignores a finding, in a line of its own above it; `undefined` where the file's language has no such
 * comment, or none can stand there.
 */
export function ignoreFix(context: FixContext, finding: Finding): Fix | undefined {
  const { document, dialect, sources } = context;
  const { uri, code } = finding;
  const source = uri === document.source.uri ? document.source : sources.read(uri);
  const sign = typeof source === 'string' ? undefined : dialect.lineComment(source);
  if (typeof source === 'string' || sign === undefined) return undefined;
  const lines = new LineIndex(source.text);
  const line = lines.lineAt(finding.range.start);
  const start = lines.lineStart(line);
  const indent = /^[ \t]*/.exec(lines.lineText(line))?.[0] ?? '';
  const lineEnd = /\r\n|\n|\r/.exec(source.text)?.[0] ?? '\n';
  const newText = `${indent}${sign} lintel: ignore ${code} -- ${REASON}${lineEnd}`;
  const edits = [{ uri, range: { start, end: start }, newText }];
  // Inside a statement of several lines, the comment would become a part of it.
  const after = reanalyse(context, edits);
  if (!after || !worsensNothing(context, after) || countOf(after, finding) >= countOf(context, finding))
    return undefined;
  return { title: ignoreTitle(finding), edits, requirements: [] };
}

export function ignoreTitle({ code }: Finding): string {
  return `Ignore ${code} here (give a reason)`;
}

/** Whether the language of the file of a finding has such comments; not each of them can stand everywhere. */
export function canIgnore({ document, dialect, sources }: FixContext, { uri }: Finding): boolean {
  const source = uri === document.source.uri ? document.source : sources.read(uri);
  return typeof source !== 'string' && dialect.lineComment(source) !== undefined;
}

function countOf({ analysis }: FixContext, { uri, code }: Finding): number {
  return analysis.report.findings.filter((finding) => finding.uri === uri && finding.code === code).length;
}
