// Findings as SARIF.

import { version } from '../../../../package.json';
import type { Finding } from '../../analysis/report.js';
import { FINDING_CODES, type FindingCode, type Severity } from '../../model/codes.js';
import type { Location } from '../../text/range.js';
import { fingerprintsOf } from '../fingerprint.js';
import type { CheckedFile, Session } from '../session.js';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

/** A log in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS). */
export function sarifReport(files: readonly CheckedFile[], session: Session): string {
  const findings = files.flatMap((file) => file.findings);
  const fingerprints = fingerprintsOf(files, session);
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return `${JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Lintel', semanticVersion: version, rules: codes.map(ruleOf) } },
        invocations: [
          {
            executionSuccessful: session.errors.length === 0,
            toolExecutionNotifications: session.errors.map((text) => ({ level: 'error', message: { text } })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        artifacts: files.map(({ path }) => ({ location: artifactOf(path) })),
        results: findings.map((finding) => ({
          ...resultOf(finding, codes, session),
          partialFingerprints: { 'lintel/v1': fingerprints.get(finding) },
        })),
      },
    ],
  })}\n`;
}

function ruleOf(code: FindingCode) {
  const { title, what, why, severity } = FINDING_CODES[code];
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: what },
    help: { text: why },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultOf(finding: Finding, codes: readonly FindingCode[], session: Session) {
  const { code, severity, message, requirements, related } = finding;
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVELS[severity],
    message: { text: message },
    locations: [{ physicalLocation: physicalLocationOf(finding, session) }],
    relatedLocations: related.map((other, id) => ({
      id,
      message: { text: other.message },
      physicalLocation: physicalLocationOf(other, session),
    })),
    properties: { requirements },
  };
}

function physicalLocationOf({ uri, range }: Location, session: Session) {
  const [start, end] = [session.positionOf(uri, range.start), session.positionOf(uri, range.end)];
  return {
    artifactLocation: artifactOf(session.pathOf(uri)),
    // Section 3.30: one-based, and an end column that is one past the last character.
    region: {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}

function artifactOf(path: string) {
  const isAbsolute = /^(?:\/|[A-Za-z]:)/.test(path);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return isAbsolute
    ? { uri: `file://${encoded.startsWith('/') ? '' : '/'}${encoded.replace(/^([A-Za-z])%3A/, '$1:')}` }
    : { uri: encoded, uriBaseId: '%SRCROOT%' };
}
