// What can be done about a finding: the kinds of fixes in one place.
import type { Finding, Fix } from '../report.js';
import type { FixContext } from './edited-copy.js';
import { narrowingFixes, openTitle, problemFixes, type Remedies, requirementRemedies } from './fixes.js';
import { type InParts, withoutPause } from './in-parts.js';
import { isRemovable, removalRemedies, removalTitle } from './removal.js';

/** The proved fixes of one finding, best first, or why there is none. */
export function* remediesFor(context: FixContext, finding: Finding): InParts<Remedies> {
  if (finding.code === 'over-permissive-rule') return { fixes: yield* narrowingFixes(context, finding) };
  if (finding.requirements.length > 0) return yield* requirementRemedies(context, finding);
  if (isRemovable(finding)) return yield* removalRemedies(context, finding);
  return { fixes: yield* problemFixes(context, finding) };
}

/** The proved fixes of one finding, best first. */
export function fixesFor(context: FixContext, finding: Finding): readonly Fix[] {
  return withoutPause(remediesFor(context, finding)).fixes;
}

/** The title of what may fix a finding before that is proved; `undefined` where nothing can be tried. */
export function titleOfProof(context: FixContext, finding: Finding): string | undefined {
  const { analysis, dialect } = context;
  if (finding.code === 'over-permissive-rule') return dialect.narrow && 'Narrow this rule (still to be proved)';
  if (finding.requirements.length > 0) return openTitle(context, finding);
  if (isRemovable(finding)) return removalTitle(context, finding);
  return analysis.problems.find(
    ({ code, uri, range, fix }) =>
      fix && code === finding.code && uri === finding.uri && range.start === finding.range.start,
  )?.fix?.title;
}

/**
 * Whether a finding may be fixed together with others. Something undocumented may need a wide rule, and a network may be shut on purpose
 * while another one is served: only a person knows.
 */
export function isFixedWithOthers(finding: Finding): boolean {
  return finding.code !== 'over-permissive-rule' && !finding.networks;
}
