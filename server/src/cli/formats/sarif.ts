// Findings as SARIF.

import { version } from '../../../../package.json';
import type { Finding, Fix } from '../../analysis/report.js';
import { explanationOf, pageOf, pageUriOf } from '../../model/code-page.js';
import { FINDING_CODES, type FindingCode, type Severity } from '../../model/codes.js';
import { keyOf } from '../../service/checked-files.js';
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
export async function sarifReport(files: readonly CheckedFile[], session: Session): Promise<string> {
  const findings = files.flatMap((file) => file.findings);
  const fingerprints = await fingerprintsOf(files, session);
  const { fixes } = session;
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
        artifacts: files.map(({ path, uri }) => ({ location: artifactOf(path, uri) })),
        results: findings.map((finding) => ({
          ...resultOf(finding, codes, session),
          partialFingerprints: { 'lintel/v1': fingerprints.get(finding) },
          ...fixesOf(fixes.get(keyOf(finding)) ?? [], session),
        })),
      },
    ],
  })}\n`;
}

/**
 * Section 3.49. Code scanning of GitHub shows `help` and ignores `helpUri` (of its page on SARIF support, "the rest of the
 * supported fields are ignored"); viewers in VS Code open it. It is the extension's, as pages of codes have no public address.
 */
function ruleOf(code: FindingCode) {
  const { title, what, severity } = FINDING_CODES[code];
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: what },
    help: { text: explanationOf(code).join('\n\n'), markdown: pageOf(code) },
    helpUri: pageUriOf(code, 'vscode'),
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

/** Section 3.55: alternatives, each with the changes of all files that belong together. */
function fixesOf(fixes: readonly Fix[], session: Session) {
  if (fixes.length === 0) return {};
  return {
    fixes: fixes.map(({ title, edits }) => ({
      description: { text: title },
      artifactChanges: [...new Set(edits.map(({ uri }) => uri))].map((uri) => ({
        artifactLocation: artifactOf(session.pathOf(uri), uri),
        replacements: edits
          .filter((edit) => edit.uri === uri)
          .map((edit) => ({ deletedRegion: regionOf(edit, session), insertedContent: { text: edit.newText } })),
      })),
    })),
  };
}

function physicalLocationOf(location: Location, session: Session) {
  return {
    artifactLocation: artifactOf(session.pathOf(location.uri), location.uri),
    region: regionOf(location, session),
  };
}

/** Section 3.30: one-based, and an end column that is one past the last character. */
function regionOf({ uri, range }: Location, session: Session) {
  const [start, end] = [session.positionOf(uri, range.start), session.positionOf(uri, range.end)];
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

/** Section 3.4.4: relative to the root of the sources, and what is outside of it by its whole address. */
function artifactOf(path: string, file: string) {
  if (path.startsWith('../')) return { uri: file };
  const isAbsolute = /^(?:\/|[A-Za-z]:)/.test(path);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return isAbsolute
    ? { uri: `file://${encoded.startsWith('/') ? '' : '/'}${encoded.replace(/^([A-Za-z])%3A/, '$1:')}` }
    : { uri: encoded, uriBaseId: '%SRCROOT%' };
}
