// The coverage of a file: every selected requirement with its verdict, as Markdown.

import type { Verdict, VerdictStatus } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import { shortened } from '../text/lines.js';
import { codeSpan, escapeMarkdown, sourceLink } from './markdown.js';

/** The order in which statuses are listed: what needs work first. */
export const STATUS_ORDER: readonly VerdictStatus[] = [
  'violated',
  'blocked',
  'partial',
  'undecided',
  'met',
  'not-applicable',
];

const HEADINGS: Readonly<Record<VerdictStatus, string>> = {
  violated: 'Passes, and must not',
  blocked: 'Blocked',
  partial: 'Partly met',
  undecided: 'Undecided',
  met: 'Met',
  'not-applicable': 'Not applicable',
};

/** How many verdicts have each status. */
export function countByStatus(coverage: readonly Verdict[]): ReadonlyMap<VerdictStatus, number> {
  const counts = new Map<VerdictStatus, number>(STATUS_ORDER.map((status) => [status, 0]));
  for (const { status } of coverage) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

/** The statuses to name in a summary: flows that must not pass are only of those who ask for them. */
export function summaryStatuses(counts: ReadonlyMap<VerdictStatus, number>): readonly VerdictStatus[] {
  return STATUS_ORDER.filter((status) => status !== 'violated' || counts.get(status));
}

/** The remark beside a status: what is missing, or the reason. */
export function remarkOf({ missing, reason }: Verdict): string {
  return missing ?? reason ?? '';
}

/**
 * Every selected requirement with its verdict, as Markdown for reading.
 * @param lineOf the one-based line of a statement, or `undefined` where its file is not known
 */
export function coverageMarkdown(
  name: string,
  coverage: readonly Verdict[],
  catalog: Catalog,
  lineOf: (uri: string, offset: number) => number | undefined,
): string {
  const counts = countByStatus(coverage);
  const summary = STATUS_ORDER.filter((status) => counts.get(status))
    .map((status) => `${counts.get(status)} ${HEADINGS[status].toLowerCase()}`)
    .join(', ');
  const sections = STATUS_ORDER.flatMap((status) => {
    const verdicts = coverage.filter((verdict) => verdict.status === status);
    if (verdicts.length === 0) return [];
    const rows = verdicts.map((verdict) => {
      const requirement = catalog.byId(verdict.requirement);
      const statement = verdict.decidedBy[0];
      const line = statement && lineOf(statement.uri, statement.range.start);
      const decided = statement ? `${line === undefined ? '' : `line ${line}: `}${codeSpan(cell(statement.text))}` : '';
      const title = requirement ? `${escapeMarkdown(requirement.title)} ` : '';
      const document = requirement ? sourceLink(requirement.source) : '';
      return `| ${title}${codeSpan(verdict.requirement)} | ${escapeMarkdown(remarkOf(verdict))} | ${decided} | ${document} |`;
    });
    const head = ['| requirement | remark | decided by | document |', '|---|---|---|---|'];
    return [`## ${HEADINGS[status]} (${verdicts.length})`, [...head, ...rows].join('\n')];
  });
  return `${[`# Coverage of ${escapeMarkdown(name)}`, summary || 'No requirement is selected.', ...sections].join('\n\n')}\n`;
}

/** Statement text that fits in a table cell. */
function cell(text: string): string {
  return shortened(text, 80).replace(/\|/g, '¦').replace(/\s+/g, ' ');
}
