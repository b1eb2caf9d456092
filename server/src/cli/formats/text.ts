// Findings as text for people.

import { STATUS_ORDER } from '../../../../shared/coverage.js';
import type { Finding } from '../../analysis/report.js';
import type { Severity } from '../../model/codes.js';
import { citedDocuments } from '../../service/cited-documents.js';
import { countByStatus } from '../../service/coverage.js';
import type { CheckedFile, Session } from '../session.js';
import { SEVERITIES } from '../severity.js';
import type { Terminal } from '../terminal.js';
import { wrap } from './wrap.js';

/** ANSI escape codes: red, yellow, blue, dim. */
const COLOURS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, info: 34, hint: 2 };
const BOLD = 1;
const DIM = 2;

/** Findings for people, with the line that they stand on; hints are only counted. Told file by file: of thousands, it is long. */
export function* textReport(
  files: readonly CheckedFile[],
  session: Session,
  terminal: Terminal,
): Generator<string, void> {
  const paint = (code: number, text: string) => (terminal.hasColours ? `\u001b[${code}m${text}\u001b[0m` : text);
  // Of a run that could read nothing, the errors say all that there is to say.
  if (files.length === 0) return;
  for (const file of files) {
    const told = file.findings.filter(({ severity }) => severity !== 'hint');
    if (told.length === 0) continue;
    const described = told.map((finding) => describe(file, finding, { session, width: terminal.width, paint }));
    yield `${described.join('\n')}\n`;
  }
  yield `${summaryOf(files)}\n`;
}

/** What a finding is written with. */
interface Output {
  readonly session: Session;
  readonly width: number;
  readonly paint: (code: number, text: string) => string;
}

function describe({ path, catalog }: CheckedFile, finding: Finding, { session, width, paint }: Output): string {
  const lines = session.linesOf(finding.uri);
  const start = lines?.positionAt(finding.range.start) ?? { line: 0, character: 0 };
  const head = [
    paint(BOLD, `${path}:${start.line + 1}:${start.character + 1}`),
    paint(COLOURS[finding.severity], finding.severity),
    paint(DIM, finding.code),
  ].join(' ');
  const source = lines
    ? excerpt(lines.lineText(start.line), start, finding.range.end - finding.range.start, width)
    : [];
  const documents = citedDocuments(finding, catalog).map(({ url }) => url);
  return [
    head,
    ...wrap(finding.message, width, '  '),
    ...source.map((line) => paint(DIM, line)),
    ...documents.slice(0, 3).map((url) => `  see ${url}`),
    '',
  ].join('\n');
}

/** A source line with carets below the range of a finding, cut to the width of the terminal around that range. */
function excerpt(line: string, start: { line: number; character: number }, length: number, width: number): string[] {
  if (line.trim() === '') return [];
  const number = `${start.line + 1}`;
  const room = Math.max(20, width - number.length - 6);
  const offset = start.character > room / 2 ? start.character - Math.floor(room / 4) : 0;
  // One column per character, so that the carets stay aligned.
  const shown = line.slice(offset, offset + room).replace(/[\p{Cc}]/gu, ' ');
  const column = start.character - offset;
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - column)));
  const gutter = ' '.repeat(number.length);
  return [`  ${number} | ${shown.trimEnd()}`, `  ${gutter} | ${' '.repeat(column)}${carets}`];
}

function summaryOf(files: readonly CheckedFile[]): string {
  const counts = SEVERITIES.map((severity) => {
    const count = sumOf(
      files.map(({ findings }) => findings.filter((finding) => finding.severity === severity).length),
    );
    return `${count} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`;
  });
  const byFile = files.map(({ coverage }) => countByStatus(coverage));
  const verdicts = STATUS_ORDER.map(
    (status) => `${sumOf(byFile.map((counted) => counted.get(status) ?? 0))} ${status}`,
  );
  return `${files.length} ${files.length === 1 ? 'file' : 'files'}: ${counts.join(', ')}\nrequirements: ${verdicts.join(', ')}`;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
