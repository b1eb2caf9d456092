// The JUnit report of `lintel check`.

import type { Finding } from '../../analysis/report.js';
import type { FailOn } from '../../configuration/lintel-file.js';
import type { CheckedFile, Session } from '../session.js';
import { fails } from '../severity.js';
import { escapeXml, quote } from './xml.js';

/**
 * A JUnit report with one suite per file: a failed case for each finding that makes the run fail, a passed case for each other
 * finding and each met requirement, a skipped case for each that does not apply; and a suite with an error for each file
 * that could not be checked. It is valid by the schema of Jenkins' xUnit plugin (junit-10.xsd).
 */
export function junitReport(files: readonly CheckedFile[], session: Session, failOn: FailOn): string {
  const suites = files.map((file) => suiteOf(file, session, failOn));
  if (session.errors.length > 0) suites.push(unreadSuite(session.errors));
  const counts = (['tests', 'failures', 'errors'] as const).map(
    (key) => ` ${key}="${suites.reduce((sum, suite) => sum + suite[key], 0)}"`,
  );
  const xml = suites.map((suite) => suite.xml).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lintel"${counts.join('')}>\n${xml}</testsuites>\n`;
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly xml: string;
}

/** A case of a suite: its name, and what happened where it did not simply pass. */
interface Case {
  readonly name: string;
  readonly kind: 'passed' | 'failed' | 'error' | 'skipped';
  readonly outcome?: string;
}

function suiteOf({ path, findings, coverage, failOn: byCode }: CheckedFile, session: Session, failOn: FailOn): Suite {
  const cases = findings
    .filter(({ severity }) => severity !== 'hint')
    .map((finding) => caseOf(finding, path, session, fails(finding, failOn, byCode)));
  for (const { requirement, status, reason } of coverage) {
    if (status === 'met') cases.push({ name: requirement, kind: 'passed' });
    if (status === 'not-applicable')
      cases.push({ name: requirement, kind: 'skipped', outcome: `<skipped message=${quote(reason ?? '')}/>` });
  }
  // A suite without any case would look as if the file had not been checked.
  if (cases.length === 0) cases.push({ name: 'no findings', kind: 'passed' });
  return suite(path, cases);
}

function caseOf(finding: Finding, path: string, session: Session, hasFailed: boolean): Case {
  const { code, requirements, message } = finding;
  const line = session.lineOf(finding.uri, finding.range.start);
  const what = requirements.length > 0 ? `: ${requirements.join(', ')}` : '';
  const name = `${code} at line ${line}${what}`;
  if (hasFailed) {
    const place = escapeXml(`${path}:${line}`);
    return {
      name,
      kind: 'failed',
      outcome: `<failure type=${quote(code)} message=${quote(message)}>${place}</failure>`,
    };
  }
  return { name, kind: 'passed', outcome: `<system-out>${escapeXml(`${path}:${line}: ${message}`)}</system-out>` };
}

function unreadSuite(errors: readonly string[]): Suite {
  return suite(
    'not checked',
    errors.map((message) => ({
      name: message,
      kind: 'error',
      outcome: `<error type="not-checked" message=${quote(message)}/>`,
    })),
  );
}

function suite(name: string, cases: readonly Case[]): Suite {
  const count = (kind: Case['kind']) => cases.filter((one) => one.kind === kind).length;
  const known = new Map<string, number>();
  const written = cases.map(({ name: own, outcome }) => {
    // Reports tell cases apart by their names.
    const times = (known.get(own) ?? 0) + 1;
    known.set(own, times);
    const unique = times === 1 ? own : `${own} (${times})`;
    const head = `    <testcase classname=${quote(name)} name=${quote(unique)}`;
    return outcome === undefined ? `${head}/>\n` : `${head}>${outcome}</testcase>\n`;
  });
  const [failures, errors] = [count('failed'), count('error')];
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${count('skipped')}"`;
  const xml = `  <testsuite name=${quote(name)} ${counts}>\n${written.join('')}  </testsuite>\n`;
  return { tests: cases.length, failures, errors, xml };
}
