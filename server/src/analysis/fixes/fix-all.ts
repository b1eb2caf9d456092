// One edit that applies every fix of a file that is proved.
import { Purse } from '../../model/budget.js';
import type { FileEdit } from '../../text/edit.js';
import { startOfLine } from '../../text/lines.js';
import { mayIgnore } from '../findings/directives.js';
import type { Finding, Fix } from '../report.js';
import { canProve, type FixContext, reanalyse, textOf } from './edited-copy.js';
import { fixesFor, isFixedWithOthers } from './remedies.js';
import { isRemovable } from './removal.js';

/** How many edits {@link fixAll} joins at most. */
const FIX_ALL_LIMIT = 50;

/** Which findings are fixed, and what that is called. */
export interface Scope {
  readonly title: string;
  includes(finding: Finding, context: FixContext): boolean;
}

const EVERYTHING: Scope = {
  title: 'Fix everything that Lintel can fix in this file',
  includes: (finding) => !isRemovable(finding),
};

/**
 * One edit that applies a proved fix for every finding of a scope that has one; `undefined` where none has.
 * @param purse pays for all of it; where it is empty, the edit applies what is proved by then
 */
export function fixAll(context: FixContext, purse = new Purse(), scope = EVERYTHING): Fix | undefined {
  if (!canProve(context, purse)) return undefined;
  const fixInOrder = (order: Order) => fixedInOrder(context, { order, scope }, purse);
  const first = fixInOrder((findings) => findings);
  const { findings } = context.analysis.report;
  if (context.document.model.kind !== 'server' || !findings.some(isOpen) || findings.every(isOpen)) return first?.fix;
  // Of a proxy one edit may serve both what is undecided and what is certain; which of the two it is depends on the rules.
  const second = fixInOrder(certainFirst);
  return second && (!first || costOf(second) < costOf(first)) ? second.fix : first?.fix;
}

/** In which order findings are fixed. */
type Order = (findings: readonly Finding[]) => readonly Finding[];

function isOpen({ code }: Finding): boolean {
  return code === 'requirement-undecided';
}

function certainFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings.filter((finding) => !isOpen(finding)), ...findings.filter(isOpen)];
}

interface WholeFix {
  readonly fix: Fix;
  /** How many findings are left. */
  readonly left: number;
}

/** Findings that are left count more than any text. */
function costOf({ fix, left }: WholeFix): number {
  return left * 1e9 + fix.edits.reduce((length, { newText }) => length + newText.length, 0);
}

/** Which findings are fixed, and in which order. */
interface Course {
  readonly order: Order;
  readonly scope: Scope;
}

function fixedInOrder(context: FixContext, course: Course, purse: Purse): WholeFix | undefined {
  let current = withoutUnselected(context);
  let passStart = current;
  const requirements = new Set<string>();
  const unfixable = new Set<string>();
  for (let round = 0; round < FIX_ALL_LIMIT; round++) {
    // What was proved of the edited copy is not done again where that is fixed further.
    const context = { ...current, latest: {} };
    const next = purse.pay(
      () => nextFix(context, unfixable, course),
      () => 'too much' as const,
    );
    if (next === 'too much') break;
    if (next) {
      for (const id of next.fix.requirements) requirements.add(id);
      current = next.context;
    } else if (current !== passStart) {
      // What could not be proved before the other fixes may be provable after them.
      passStart = current;
      unfixable.clear();
    } else break;
  }
  if (current.document === context.document) return undefined;
  const edits = changedUris(context, current).flatMap((uri) =>
    spanEdit(uri, textOf(context, uri), textOf(current, uri)),
  );
  const fix = {
    title: course.scope.title,
    edits,
    requirements: newlyMet(context, current, requirements),
  };
  return { fix, left: current.analysis.report.findings.length };
}

/**
 * The same without what nobody selected: no edit is made for it, and each copy would be asked for it again. A comment may ignore a finding
 * of it, and would seem to ignore nothing.
 */
function withoutUnselected(context: FixContext): FixContext {
  const { document, checks } = context;
  return mayIgnore(document) ? context : { ...context, checks: { ...checks, unselected: { requirements: [] } } };
}

/** Of the requirements that some fixes serve, those that are met only after them: others of their statements may remain. */
function newlyMet(before: FixContext, after: FixContext, served: ReadonlySet<string>): string[] {
  const metIn = ({ analysis }: FixContext) =>
    new Set(analysis.evaluations.flatMap(({ verdict }) => (verdict.status === 'met' ? [verdict.requirement] : [])));
  const [earlier, now] = [metIn(before), metIn(after)];
  return [...served].filter((id) => now.has(id) && !earlier.has(id));
}

interface NextFix {
  readonly fix: Fix;
  readonly context: FixContext;
}

function nextFix(context: FixContext, unfixable: Set<string>, { order, scope }: Course): NextFix | undefined {
  for (const finding of order(context.analysis.report.findings)) {
    if (!isFixedWithOthers(finding) || !scope.includes(finding, context)) continue;
    const key = `${finding.code} ${finding.message}`;
    if (unfixable.has(key)) continue;
    const fix = fixesFor(context, finding)[0];
    const after = fix && reanalyse(context, fix.edits);
    if (fix && after) return { fix, context: after };
    unfixable.add(key);
  }
  return undefined;
}

function changedUris(before: FixContext, after: FixContext): string[] {
  const uris = new Set([before.document.source.uri, ...before.document.dependencies, ...after.document.dependencies]);
  return [...uris].filter((uri) => textOf(before, uri) !== textOf(after, uri));
}

/** The single edit of the span in which two texts differ, widened to whole lines. */
function spanEdit(uri: string, before: string, after: string): FileEdit {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  start = startOfLine(before, start);
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return {
    uri,
    range: { start, end: before.length - same },
    newText: after.slice(start, after.length - same),
  };
}
