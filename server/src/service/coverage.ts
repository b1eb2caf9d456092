// The coverage of files: every selected requirement with its verdict, as Markdown and CSV.

import { type CoverageFile, STATUS_ORDER } from '../../../shared/coverage.js';
import type { ToldVerdict, VerdictStatus } from '../analysis/report.js';
import { csvText } from '../text/csv.js';
import { shortened } from '../text/lines.js';
import { codeSpan, escapeMarkdown } from './markdown.js';

const HEADINGS: Readonly<Record<VerdictStatus, string>> = {
  blocked: 'Blocked',
  partial: 'Partly met',
  undecided: 'Undecided',
  met: 'Met',
  'not-applicable': 'Not applicable',
};

/** How many verdicts have each status. */
export function countByStatus(coverage: readonly Pick<ToldVerdict, 'status'>[]): ReadonlyMap<VerdictStatus, number> {
  const counts = new Map<VerdictStatus, number>(STATUS_ORDER.map((status) => [status, 0]));
  for (const { status } of coverage) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

/** The remark beside a status: what is missing, or the reason. */
export function remarkOf({ missing, reason }: ToldVerdict): string {
  return missing ?? reason ?? '';
}

/** Every selected requirement with its verdict for one file, as Markdown for reading. */
export function coverageMarkdown(name: string, { verdicts: coverage }: CoverageFile): string {
  const counts = countByStatus(coverage);
  const summary = STATUS_ORDER.filter((status) => counts.get(status))
    .map((status) => `${counts.get(status)} ${HEADINGS[status].toLowerCase()}`)
    .join(', ');
  const sections = STATUS_ORDER.flatMap((status) => {
    const verdicts = coverage.filter((verdict) => verdict.status === status);
    if (verdicts.length === 0) return [];
    const rows = verdicts.map(({ requirement, title, remark, decidedBy: [statement], document }) => {
      const line = statement && statement.line > 0 ? `line ${statement.line}: ` : '';
      const decided = statement ? `${line}${codeSpan(cell(statement.text))}` : '';
      const revision = document.revision === undefined ? '' : ` (${escapeMarkdown(document.revision)})`;
      const source = `[${escapeMarkdown(document.title)}](${document.url})${revision}`;
      return `| ${escapeMarkdown(title)} ${codeSpan(requirement)} | ${escapeMarkdown(remark)} | ${decided} | ${source} |`;
    });
    const head = ['| requirement | remark | decided by | document |', '|---|---|---|---|'];
    return [`## ${HEADINGS[status]} (${verdicts.length})`, [...head, ...rows].join('\n')];
  });
  return `${[`# Coverage of ${escapeMarkdown(name)}`, summary || 'No requirement is selected.', ...sections].join('\n\n')}\n`;
}

/** The same for several files as comma-separated values, one verdict a row. */
export function coverageCsv(files: readonly CoverageFile[]): string {
  const rows = files.flatMap(({ path, verdicts }) =>
    verdicts.map(({ requirement, title, status, remark, decidedBy: [statement], document }) => {
      const line = statement && statement.line > 0 ? String(statement.line) : '';
      return [path, requirement, title, status, remark, statement?.path ?? '', line, document.url];
    }),
  );
  const head = ['path', 'requirement', 'title', 'status', 'remark', 'decided_in', 'line', 'document'];
  return csvText([head, ...rows]);
}

/** Statement text that fits in a table cell. */
function cell(text: string): string {
  return shortened(text, 80).replace(/\|/g, '¦').replace(/\s+/g, ' ');
}
