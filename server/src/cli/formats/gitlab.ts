// Findings as a Code Quality report of GitLab.

import type { Severity } from '../../model/codes.js';
import { fingerprintsOf } from '../fingerprint.js';
import type { CheckedFile, Session } from '../session.js';

const SEVERITY_NAMES: Readonly<Record<Exclude<Severity, 'hint'>, string>> = {
  error: 'critical',
  warning: 'major',
  info: 'info',
};

/**
 * A Code Quality report (GitLab, "Code Quality report format"): an array of findings, whose fingerprints stay the same where
 * lines move. Hints are left out. What could not be checked is a blocker.
 */
export async function gitlabReport(files: readonly CheckedFile[], session: Session): Promise<string> {
  const fingerprints = await fingerprintsOf(files, session);
  const findings = files.flatMap(({ path, findings: own }) =>
    own.flatMap((finding) => {
      const { code, severity, message, uri, range } = finding;
      if (severity === 'hint') return [];
      return {
        description: message,
        check_name: code,
        fingerprint: fingerprints.get(finding),
        severity: SEVERITY_NAMES[severity],
        location: { path: path.replaceAll('\\', '/'), lines: { begin: session.lineOf(uri, range.start) } },
      };
    }),
  );
  const unread = session.errors.map((message) => ({
    description: message,
    check_name: 'not-checked',
    fingerprint: `not-checked ${message}`,
    severity: 'blocker',
    location: { path: message.split(':')[0], lines: { begin: 1 } },
  }));
  return `${JSON.stringify([...unread, ...findings])}\n`;
}
