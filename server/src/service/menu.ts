// What can be done about findings at one place, as entries of a menu: fixes, fixes of several, comments that ignore, and why there is no fix.

import { serviceOf } from '../analysis/findings/services.js';
import type { FixContext } from '../analysis/fixes/edited-copy.js';
import { textOf } from '../analysis/fixes/edited-copy.js';
import type { Scope } from '../analysis/fixes/fix-all.js';
import { canIgnore, ignoreTitle } from '../analysis/fixes/ignore.js';
import { isFixedWithOthers } from '../analysis/fixes/remedies.js';
import type { Finding, Fix } from '../analysis/report.js';
import type { Configuration } from '../configuration/configuration.js';
import { FINDING_CODES } from '../model/codes.js';
import { endOfLineText, startOfLine } from '../text/lines.js';
import { declarations, type FixProver } from './fixes.js';
import { type CheckedFile, requiring } from './selection.js';

/** One entry. All but the edits that are known are worked out when somebody chooses them. */
export type MenuEntry = {
  readonly title: string;
  /** What it is about; never empty. */
  readonly findings: readonly Finding[];
} & (
  | { readonly does: 'edit'; readonly fix: Fix; readonly isPreferred: boolean }
  /** Says where clients are, in a workspace file that need not exist. */
  | { readonly does: 'declare'; readonly fix: Fix }
  | { readonly does: 'prove' | 'fix-line' | 'fix-code' | 'ignore' | 'explain' }
);

/**
 * @param here the findings at the place
 * @param asked those of them that the question is about
 */
export function menuFor(
  context: CheckedFile,
  prover: FixProver,
  configuration: Configuration,
  { here, asked }: { readonly here: readonly Finding[]; readonly asked: readonly Finding[] },
): MenuEntry[] {
  const { proved, open, unfixed } = prover.known(context, asked);
  const edits = distinctEdits(proved.flatMap(({ finding, fixes }) => fixes.map((fix) => ({ finding, fix }))));
  const preferred = edits.find(({ findings }) => findings.every(isMeantToBeFixed));
  const proofs = open.map(({ finding, title }): MenuEntry => ({ does: 'prove', title, findings: [finding] }));
  const known = prover.known(context, here);
  const fixable = [...known.proved, ...known.open].map(({ finding }) => finding).filter(isFixedWithOthers);
  return distinctTitles([
    ...edits.map((one): MenuEntry => ({ ...one, isPreferred: one === preferred })),
    ...proofs,
    ...ofLine(fixable),
    ...ofCodes(context, fixable, asked),
    ...distinctEdits(
      asked.flatMap((finding) => {
        const fix = requiring(context, finding);
        return fix ? [{ finding, fix }] : [];
      }),
    ),
    ...declarations(asked, configuration).map(
      (one): MenuEntry => ({ ...one, does: 'declare', findings: [one.finding], title: one.fix.title }),
    ),
    ...ofEachCode(asked.filter((finding) => canIgnore(context, finding))).map(
      ([finding]): MenuEntry => ({ does: 'ignore', title: ignoreTitle(finding), findings: [finding] }),
    ),
    ...ofEachCode(unfixed).map(
      (findings): MenuEntry => ({ does: 'explain', title: `Why is there no fix for ${findings[0].code}?`, findings }),
    ),
  ]);
}

/** What somebody wrote and may have meant otherwise is no edit to make without a look. */
function isMeantToBeFixed(finding: Finding): boolean {
  return isFixedWithOthers(finding) && finding.code !== 'shadowed-rule';
}

type EditEntry = Extract<MenuEntry, { readonly does: 'edit' }>;

/** One entry for each edit: of several findings where it fixes them all. */
function distinctEdits(fixes: readonly { readonly finding: Finding; readonly fix: Fix }[]): EditEntry[] {
  const entries = new Map<string, EditEntry>();
  for (const { finding, fix } of fixes) {
    const key = JSON.stringify(fix.edits);
    const known = entries.get(key);
    const findings = [...(known?.findings ?? []), finding];
    entries.set(
      key,
      known ? { ...known, findings } : { does: 'edit', title: fix.title, fix, findings, isPreferred: false },
    );
  }
  return [...entries.values()];
}

function ofLine(fixable: readonly Finding[]): MenuEntry[] {
  if (fixable.length < 2) return [];
  return [{ does: 'fix-line', title: `Fix all ${fixable.length} at this line`, findings: fixable }];
}

/** For each code that can be fixed here and stands elsewhere in the file as well. */
function ofCodes(context: FixContext, fixable: readonly Finding[], asked: readonly Finding[]): MenuEntry[] {
  return ofEachCode(fixable.filter((finding) => asked.includes(finding))).flatMap(([first]): MenuEntry[] => {
    const all = context.analysis.report.findings.filter(
      (one) => one.code === first.code && one.uri === first.uri && isFixedWithOthers(one),
    );
    const isElsewhere = all.some(({ range }) => range.start !== first.range.start);
    return isElsewhere ? [{ does: 'fix-code', title: `Fix all ${first.code} in this file`, findings: [first] }] : [];
  });
}

type Findings = readonly [Finding, ...Finding[]];

function ofEachCode(findings: readonly Finding[]): Findings[] {
  const byCode = new Map<string, Findings>();
  for (const finding of findings)
    byCode.set(finding.code, [...(byCode.get(finding.code) ?? []), finding] as const as Findings);
  return [...byCode.values()];
}

/** The entries with what tells apart those of one title. */
function distinctTitles(entries: readonly MenuEntry[]): MenuEntry[] {
  const taken = new Set<string>();
  return entries.map((entry) => {
    const { title } = entry;
    const isAlike = entries.some((other) => other !== entry && other.title === title);
    let own = isAlike ? `${title} [${entry.findings[0]?.code}]` : title;
    for (let i = 2; taken.has(own); i++) own = `${title} [${entry.findings[0]?.code}, ${i}]`;
    taken.add(own);
    return { ...entry, title: own };
  });
}

/** Which findings an entry that fixes several is about, in the file as it is edited meanwhile. */
export function scopeOf(
  context: FixContext,
  { does, title, findings }: Pick<MenuEntry, 'does' | 'title' | 'findings'>,
): Scope {
  const [first] = findings;
  if (does === 'fix-code') {
    return { title, includes: ({ code, uri }) => code === first?.code && uri === first.uri };
  }
  // Which statement decides, and how findings are joined, may change with each fix; what they require does not.
  const required = new Set(findings.flatMap(({ requirements }) => requirements));
  const keys = new Set(findings.map((finding) => keyOf(finding, context)));
  const isMeant = (finding: Finding, now: FixContext) =>
    finding.requirements.length > 0
      ? finding.requirements.every((id) => required.has(id))
      : keys.has(keyOf(finding, now));
  return { title, includes: isMeant };
}

/** What a finding about the file itself is about: the statement that it stands on, wherever that is. */
function keyOf({ code, uri, range }: Finding, context: FixContext): string {
  const text = textOf(context, uri);
  return JSON.stringify([code, uri, text.slice(startOfLine(text, range.start), endOfLineText(text, range.start))]);
}

/** Why findings have no fix, in one sentence each. */
export function reasonsFor(
  { checks }: FixContext,
  findings: readonly Finding[],
  prover: (finding: Finding) => string | undefined,
): string {
  const reasons = findings.map((finding) => {
    const obstacle = prover(finding);
    if (obstacle === undefined) return plain(FINDING_CODES[finding.code].fix);
    const requirement = checks.requirements.find(({ id }) => finding.requirements.includes(id));
    return `No quick fix${requirement ? ` for ${serviceOf(requirement)}` : ''}: ${obstacle}.`;
  });
  return [...new Set(reasons)].join(' ');
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', "'");
}
