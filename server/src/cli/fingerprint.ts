// What makes a finding the same finding in another version of its file.

import type { Finding } from '../analysis/report.js';
import type { CheckedFile, Session } from './session.js';

/**
 * The fingerprints of the findings of some files, in their order: of path, code, requirements and the text of the statement
 * with its blanks joined, and how many equal ones stand before it. Lines that move do not change them.
 */
export async function fingerprintsOf(
  files: readonly CheckedFile[],
  session: Session,
): Promise<ReadonlyMap<Finding, string>> {
  // Loaded where it is needed: it takes longer than a small file, whose report has none.
  const { createHash } = await import('node:crypto');
  const times = new Map<string, number>();
  const fingerprints = new Map<Finding, string>();
  for (const { path, findings } of files) {
    for (const finding of findings) {
      const { code, requirements, uri, range } = finding;
      const text = (session.textOf(uri) ?? '').slice(range.start, range.end).replace(/\s+/g, ' ').trim();
      const key = JSON.stringify([path, code, [...requirements].sort(), text]);
      const before = times.get(key) ?? 0;
      times.set(key, before + 1);
      fingerprints.set(finding, createHash('sha256').update(`${key} ${before}`).digest('hex').slice(0, 32));
    }
  }
  return fingerprints;
}
