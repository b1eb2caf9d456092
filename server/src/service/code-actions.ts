import { type FixContext, fixesFor } from '../analysis/fixes/fixes.js';
import { ignoreFix } from '../analysis/fixes/ignore.js';
import type { Finding, Fix } from '../analysis/report.js';

/** The proved fixes of one finding. */
export interface FindingFixes {
  readonly finding: Finding;
  readonly fixes: readonly Fix[];
}

/**
 * Proves fixes when they are asked for, and remembers them as long as the analysis that they belong to: each proof is an
 * analysis of its own.
 */
export class FixBench {
  private readonly proved = new WeakMap<Finding, readonly Fix[]>();

  /** The fixes of some findings of a report. */
  fixes(context: FixContext, isWanted: (finding: Finding, index: number) => boolean): readonly FindingFixes[] {
    return context.analysis.report.findings
      .filter(isWanted)
      .map((finding) => ({ finding, fixes: this.fixesOf(context, finding) }));
  }

  /** The comments that would ignore some findings of a report. */
  ignores(context: FixContext, isWanted: (finding: Finding, index: number) => boolean): readonly FindingFixes[] {
    return context.analysis.report.findings.filter(isWanted).map((finding) => {
      const fix = ignoreFix(context, finding);
      return { finding, fixes: fix ? [fix] : [] };
    });
  }

  private fixesOf(context: FixContext, finding: Finding): readonly Fix[] {
    const known = this.proved.get(finding);
    if (known) return known;
    const fixes = fixesFor(context, finding);
    this.proved.set(finding, fixes);
    return fixes;
  }
}
