// What is told of a file, in plain values: they can be sent from one thread to another, and keep nothing of what the file was read to.

import type { Finding, Verdict } from '../analysis/report.js';
import type { Told } from '../service/checked-files.js';
import type { Location } from '../text/range.js';

/** The same without what only editors use. Findings of an analysis hold its statements, and with them all that was read. */
export function plainTold<Common>({ root, findings, coverage, common }: Told<Common>) {
  const plain = [...findings].map(([of, own]) => [of, own.map(plainFinding)] as const);
  return { root, findings: plain, coverage: coverage.map(plainVerdict), common };
}

/** A finding without what only editors use, and without what cannot be sent. */
function plainFinding(finding: Finding): Finding {
  const { code, severity, message, requirements, related, source } = finding;
  return {
    ...plainLocation(finding),
    code,
    severity,
    message,
    requirements,
    related: related.map((one) => ({ ...plainLocation(one), message: one.message })),
    ...(source ? { source } : {}),
  };
}

function plainVerdict(verdict: Verdict): Verdict {
  const decidedBy = verdict.decidedBy.map((line) => ({ ...plainLocation(line), text: line.text }));
  return { ...verdict, decidedBy };
}

/** Statements may be objects that work out where they are when they are asked. */
function plainLocation({ uri, range: { start, end } }: Location): Location {
  return { uri, range: { start, end } };
}
