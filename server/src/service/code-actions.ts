import { type FixContext, fixAll, fixesFor } from '../analysis/fixes.js';
import type { Finding, Fix } from '../analysis/report.js';
import type { TextRange } from '../text/range.js';

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

  /** The fixes of the findings that touch a range of one file. */
  fixesAt(context: FixContext, uri: string, range: TextRange): readonly FindingFixes[] {
    return context.analysis.report.findings
      .filter((finding) => finding.uri === uri && finding.range.start <= range.end && range.start <= finding.range.end)
      .map((finding) => ({ finding, fixes: this.fixesOf(context, finding) }));
  }

  fixesOf(context: FixContext, finding: Finding): readonly Fix[] {
    const known = this.proved.get(finding);
    if (known) return known;
    const fixes = fixesFor(context, finding);
    this.proved.set(finding, fixes);
    return fixes;
  }

  /** One edit for everything that can be fixed; `undefined` where nothing can. */
  fixAll(context: FixContext): Fix | undefined {
    return fixAll(context);
  }
}
