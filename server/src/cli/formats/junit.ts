// The JUnit report of `lintel check`.

import type { CheckedFile, Session } from '../session.js';
import { type FailOn, fails } from '../severity.js';

/**
 * A JUnit report with one suite per file: a failed case for each finding that makes the run fail, a passed case for each other
 * finding and each met requirement, a skipped case for each that does not apply.
 */
export function junitReport(files: readonly CheckedFile[], session: Session, failOn: FailOn): string {
  const suites = files.map((file) => suiteOf(file, session, failOn));
  const total = (key: 'tests' | 'failures' | 'skipped') => suites.reduce((sum, suite) => sum + suite[key], 0);
  const head = `<testsuites name="lintel" tests="${total('tests')}" failures="${total('failures')}" errors="0" skipped="${total('skipped')}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.map(({ xml }) => xml).join('')}</testsuites>\n`;
}

function suiteOf({ path, findings, coverage }: CheckedFile, session: Session, failOn: FailOn) {
  const named = (name: string, rest: string) =>
    `    <testcase classname=${quote(path)} name=${quote(name)}${rest ? `>${rest}</testcase>` : '/>'}\n`;
  const cases = findings
    .filter(({ severity }) => severity !== 'hint')
    .map((finding) => {
      const location = `${path}:${session.lineOf(finding.uri, finding.range.start)}`;
      const outcome = fails(finding, failOn)
        ? `<failure type=${quote(finding.code)} message=${quote(finding.message)}>${escapeXml(location)}</failure>`
        : `<system-out>${escapeXml(`${location}: ${finding.message}`)}</system-out>`;
      return named(`${finding.code} at line ${session.lineOf(finding.uri, finding.range.start)}`, outcome);
    });
  const failures = findings.filter((finding) => fails(finding, failOn)).length;
  const met = coverage.filter(({ status }) => status === 'met').map(({ requirement }) => named(requirement, ''));
  const skipped = coverage
    .filter(({ status }) => status === 'not-applicable')
    .map(({ requirement, reason }) => named(requirement, `<skipped message=${quote(reason ?? '')}/>`));
  const all = [...cases, ...met, ...skipped];
  // A suite without any case would look as if the file had not been checked.
  if (all.length === 0) all.push(named('no findings', ''));
  const head = `<testsuite name=${quote(path)} tests="${all.length}" failures="${failures}" errors="0" skipped="${skipped.length}">`;
  return {
    tests: all.length,
    failures,
    skipped: skipped.length,
    xml: `  ${head}\n${all.join('')}  </testsuite>\n`,
  };
}

function quote(text: string): string {
  return `"${escapeXml(text)}"`;
}

/** Escapes markup, and drops the characters that XML 1.0 (section 2.2) cannot write. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
