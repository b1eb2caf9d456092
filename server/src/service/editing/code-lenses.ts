// What a file covers, said above each of its parts that decides.

import { serviceTitleOf } from '../../analysis/findings/services.js';
import type { Verdict, VerdictStatus } from '../../analysis/report.js';
import type { OutlineItem } from '../../dialects/dialect.js';
import { addTo } from '../../kept/lists.js';
import { contains, type TextRange } from '../../text/range.js';
import type { Examined } from '../examination.js';

/** A line above a statement of a file. */
export interface CodeLens {
  /** A part of the file, such as a chain; or one statement in it. */
  readonly about: 'part' | 'rule';
  readonly range: TextRange;
  readonly title: string;
}

/** How many services one line names. */
const SERVICE_LIMIT = 4;

/** What is told of a service beside how much of it is met. */
const NOT_MET: readonly VerdictStatus[] = ['blocked', 'partial', 'undecided'];

/**
 * Above each part of the outline that decides a requirement: how much of each service it meets. Above each statement by which
 * requirements are met: how many of each service.
 */
export function codeLensesFor(
  { analysis, checks }: Examined,
  uri: string,
  outline: readonly OutlineItem[],
): readonly CodeLens[] {
  const parts = new Map<OutlineItem | undefined, Verdict[]>();
  const rules = new Map<number, { readonly range: TextRange; readonly met: Verdict[] }>();
  for (const verdict of analysis.report.coverage) {
    if (verdict.status === 'not-applicable') continue;
    const [decider] = verdict.decidedBy;
    if (decider?.uri === uri) {
      const part = partAt(outline, decider.range.start);
      addTo(parts, part, verdict);
    }
    if (verdict.status !== 'met') continue;
    for (const { uri: file, range } of verdict.decidedBy) {
      if (file !== uri) continue;
      const rule = rules.get(range.start) ?? { range, met: [] };
      rule.met.push(verdict);
      rules.set(range.start, rule);
    }
  }
  const start = { start: 0, end: 0 };
  const ofParts = [...parts].map(
    ([part, verdicts]): CodeLens => ({
      about: 'part',
      range: part?.nameRange ?? start,
      title: titleOf(byService(verdicts, checks), summaryOf),
    }),
  );
  // A part of one statement has its line already.
  const ofRules = [...rules.values()]
    .filter(({ range }) => ![...parts.keys()].some((part) => part && contains(range, part.nameRange.start)))
    .map(
      ({ range, met }): CodeLens => ({
        about: 'rule',
        range,
        title: `Meets ${titleOf(byService(met, checks), (service, all) => `${service} (${all.length})`)}`,
      }),
    );
  return [...ofParts, ...ofRules].sort((a, b) => a.range.start - b.range.start);
}

/** The narrowest part at an offset, such as a chain in its table; a single rule only where it is in none. */
function partAt(items: readonly OutlineItem[], offset: number): OutlineItem | undefined {
  const length = ({ range }: OutlineItem) => range.end - range.start;
  const [narrowest] = items.filter(({ range }) => contains(range, offset)).sort((a, b) => length(a) - length(b));
  return (
    narrowest &&
    (partAt(
      narrowest.children.filter(({ kind }) => kind !== 'rule'),
      offset,
    ) ??
      narrowest)
  );
}

function byService(verdicts: readonly Verdict[], { requirements }: Examined['checks']) {
  const byId = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  const services = new Map<string, VerdictStatus[]>();
  for (const { requirement, status } of verdicts) {
    const known = byId.get(requirement);
    if (!known) continue;
    const service = serviceTitleOf(known);
    addTo(services, service, status);
  }
  return services;
}

function titleOf(
  services: ReadonlyMap<string, readonly VerdictStatus[]>,
  summary: (service: string, statuses: readonly VerdictStatus[]) => string,
): string {
  const told = [...services].slice(0, SERVICE_LIMIT).map(([service, statuses]) => summary(service, statuses));
  const more = services.size - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(' | ');
}

/** `Microsoft Teams 9/13 met, 1 blocked`. */
function summaryOf(service: string, statuses: readonly VerdictStatus[]): string {
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
  const others = NOT_MET.flatMap((status) => (count(status) > 0 ? [`${count(status)} ${status}`] : []));
  return [`${service} ${count('met')}/${statuses.length} met`, ...others].join(', ');
}
