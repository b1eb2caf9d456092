// Edits that take out what has no effect: a rule that never decides or changes nothing, a name that nothing uses.

import type { NameUse, OutlineItem } from '../../dialects/dialect.js';
import { largest } from '../../kept/lists.js';
import { unlessSpent } from '../../model/budget.js';
import type { FindingCode } from '../../model/codes.js';
import type { FileEdit } from '../../text/edit.js';
import { endOfLine, startOfLine } from '../../text/lines.js';
import { contains, type TextRange } from '../../text/range.js';
import type { Finding } from '../report.js';
import { type FixContext, reanalysis, textOf } from './edited-copy.js';
import { type Remedies, TOO_MUCH, worsensNothing } from './fixes.js';
import type { InParts } from './in-parts.js';
import { meansTheSame } from './same-meaning.js';

/**
 * The codes of what can be taken out without another effect, and why it can. Only a person knows whether it is there by mistake or is in
 * the wrong place: no edit of all findings takes it out.
 */
const REMOVABLE: ReadonlyMap<FindingCode, string> = new Map([
  ['redundant-rule', 'it changes nothing'],
  ['shadowed-rule', 'it never decides'],
  ['unused-name', 'nothing uses it'],
]);

export function isRemovable({ code }: Finding): boolean {
  return REMOVABLE.has(code);
}

/** The title of the edit: what is taken out, and why it can be. */
export function removalTitle(context: FixContext, { code, uri, range }: Finding): string {
  const name = textOf(context, uri).slice(range.start, range.end);
  return `Remove ${code === 'unused-name' ? name : 'this'}: ${REMOVABLE.get(code)}`;
}

/** The edit that takes it out, if the file then means the same. */
export function* removalRemedies(context: FixContext, finding: Finding): InParts<Remedies> {
  let obstacle = 'what the file does could not be proved to stay the same without it';
  for (const edits of removalsFor(context, finding)) {
    const after = yield* reanalysis(context, edits);
    if (
      !after ||
      !hasSameVerdicts(context, after) ||
      !worsensNothing(context, after) ||
      countOf(after, finding) >= countOf(context, finding)
    )
      continue;
    const isSame = unlessSpent<boolean | undefined>(
      () => meansTheSame(context.document.model, after.document.model),
      () => undefined,
    );
    if (isSame === undefined) obstacle = TOO_MUCH;
    if (!isSame) continue;
    return { fixes: [{ title: removalTitle(context, finding), edits, requirements: [] }] };
  }
  return { fixes: [], obstacle };
}

function hasSameVerdicts(before: FixContext, after: FixContext): boolean {
  const now = new Map(after.analysis.evaluations.map(({ requirement, verdict }) => [requirement.id, verdict.status]));
  return before.analysis.evaluations.every(({ requirement, verdict }) => now.get(requirement.id) === verdict.status);
}

function countOf({ analysis }: FixContext, { code, uri }: Finding): number {
  return analysis.problems.filter((problem) => problem.code === code && problem.uri === uri).length;
}

/** The edits that may take out what a finding is about, the smallest first. */
function removalsFor(context: FixContext, finding: Finding): readonly (readonly FileEdit[])[] {
  const { document, dialect } = context;
  const known = context.analysis.problems.flatMap(({ code, uri, range, fix }) =>
    fix && code === finding.code && uri === finding.uri && range.start === finding.range.start ? [fix.edits] : [],
  );
  const isOwn = finding.uri === document.source.uri;
  const blocks = isOwn
    ? [...flattened(dialect.outline(document)), ...dialect.foldingRanges(document).map((range) => ({ range }))]
    : [];
  const ways =
    finding.code === 'unused-name' ? namedWays(context, finding, blocks) : statementWays(context, finding, blocks);
  return [...known, ...ways.map((ranges) => deletions(finding.uri, ranges))];
}

/** The lines of a statement, where it stands alone on them; otherwise those of the item of the outline that it begins. */
function statementWays(context: FixContext, { uri, range }: Finding, blocks: readonly Block[]): TextRange[][] {
  const text = textOf(context, uri);
  const lines = linesOf(text, range);
  const isAlone = text.slice(lines.start, range.start).trim() === '' && text.slice(range.end, lines.end).trim() === '';
  const item = blocks.find((one) => one.range.start === range.start && one.range.end > range.end);
  return [...(item ? [[linesOf(text, item.range)]] : []), ...(isAlone ? [[lines]] : [])];
}

/** All that defines a name; otherwise each line that names it: those that fill what it names, as the rules of a chain do, as well. */
function namedWays(context: FixContext, { uri, range }: Finding, blocks: readonly Block[]): TextRange[][] {
  const text = textOf(context, uri);
  const isHere = (use: NameUse) => use.uri === uri && use.range.start <= range.start && range.end <= use.range.end;
  const { names } = context.document;
  const found = names.find((use) => isHere(use) && use.role === 'definition');
  const uses = names.filter((use) => use.uri === uri && use.name === found?.name && use.kind === found.kind);
  const linesAt = (at: TextRange) => {
    const lines = linesOf(text, at);
    const begun = blocks.filter((block) =>
      block.nameRange ? contains(block.nameRange, at.start) : contains(lines, block.range.start),
    );
    return linesOf(text, {
      start: at.start,
      end: largest(
        begun.map((block) => block.range.end),
        at.end,
      ),
    });
  };
  const definitions = uses.filter(({ role }) => role === 'definition').map((use) => linesAt(use.range));
  const lines = uses.map((use) => linesOf(text, use.range));
  // Lines that are set in belong to the one before them.
  const isWhole = lines.every(({ end }) => !/^[ \t]/.test(text.slice(end, end + 1)));
  return [definitions.length > 0 ? definitions : [linesAt(range)], ...(isWhole && lines.length > 0 ? [lines] : [])];
}

/** What stands together: an item of the outline, with its name, or what can be folded. */
interface Block {
  readonly range: TextRange;
  readonly nameRange?: TextRange;
}

function flattened(items: readonly OutlineItem[]): OutlineItem[] {
  return items.flatMap((item) => [item, ...flattened(item.children)]);
}

/** The whole lines of a range, with their line ends. */
function linesOf(text: string, { start, end }: TextRange): TextRange {
  return { start: startOfLine(text, start), end: Math.min(text.length, endOfLine(text, Math.max(start, end - 1)) + 1) };
}

/** One deletion for each stretch of lines. */
function deletions(uri: string, ranges: readonly TextRange[]): FileEdit[] {
  const stretches: TextRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = stretches.at(-1);
    if (last && range.start <= last.end)
      stretches[stretches.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else stretches.push(range);
  }
  return stretches.map((range) => ({ uri, range, newText: '' }));
}
