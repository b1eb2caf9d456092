// What can be offered for findings: proved fixes, and comments that ignore them.

import { type FixContext, fixesFor } from '../analysis/fixes/fixes.js';
import { ignoreFix } from '../analysis/fixes/ignore.js';
import type { Finding, Fix } from '../analysis/report.js';
import { Memo } from '../kept/memo.js';

/** The proved fixes of one finding. */
export interface FindingFixes {
  readonly finding: Finding;
  readonly fixes: readonly Fix[];
}

/**
 * Proves fixes on request, and keeps them as long as the finding that they belong to: each proof is a complete analysis.
 */
export class FixProver {
  private readonly proved = new Memo<Finding, readonly Fix[]>();

  /** The fixes of some findings of a report. */
  fixes(context: FixContext, isWanted: (finding: Finding, index: number) => boolean): readonly FindingFixes[] {
    return context.analysis.report.findings.filter(isWanted).map((finding) => ({
      finding,
      fixes: this.proved.of(finding, () => fixesFor(context, finding)),
    }));
  }

  /** The comments that would ignore some findings of a report. */
  ignores(context: FixContext, isWanted: (finding: Finding, index: number) => boolean): readonly FindingFixes[] {
    return context.analysis.report.findings.filter(isWanted).map((finding) => {
      const fix = ignoreFix(context, finding);
      return { finding, fixes: fix ? [fix] : [] };
    });
  }
}
