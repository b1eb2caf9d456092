// Groups the findings of an analysis by file.

import type { Analysis } from '../analysis/analyze.js';
import type { Finding } from '../analysis/report.js';

/** The findings of an analysis by the URI of their file. The analysed file has an entry even without findings. */
export function findingsByFile(analysis: Analysis): ReadonlyMap<string, readonly Finding[]> {
  const files = new Map<string, Finding[]>([[analysis.report.uri, []]]);
  for (const finding of analysis.report.findings) {
    const known = files.get(finding.uri);
    if (known) known.push(finding);
    else files.set(finding.uri, [finding]);
  }
  return files;
}
