// What is told of a file, in plain values: they can be sent from one thread to another, and keep nothing of what the file was read to.

import type { Finding, ToldVerdict, Verdict } from '../analysis/report.js';
import { Interned } from '../kept/memo.js';
import { type Told, toldVerdicts } from '../service/checked-files.js';
import type { TextRange } from '../text/range.js';
import type { Tells } from './check-job.js';

/** The same without what only editors use. Findings of an analysis hold its statements, and with them all that was read. */
export function plainTold<Common>({ root, findings, coverage, common }: Told<Common, Verdict>, { decisions }: Tells) {
  const plain = [...findings].map(([of, own]) => [of, own.map(plainFinding)] as const);
  return {
    root,
    findings: plain,
    coverage: decisions ? toldVerdicts(coverage).map(plainVerdict) : coverage.map(statusAlone),
    common,
  };
}

/**
 * A finding without what only editors use, and without what cannot be sent. Here and below, all properties are written out: an
 * object that is spread and then gets more of them has a shape of its own in V8 11, which takes more memory than its values.
 */
function plainFinding({ uri, range, code, severity, message, requirements, related, source }: Finding): Finding {
  const plain = {
    uri,
    range: plainRange(range),
    code,
    severity,
    message: inOnePiece(message),
    requirements,
    related: related.map((one) => ({ uri: one.uri, range: plainRange(one.range), message: one.message })),
  };
  return source ? { source, ...plain } : plain;
}

/** One object for all files of which the same is said: most requirements do not apply to most files. */
const alike = new Interned<string, ToldVerdict>(10_000);

/** The same verdict, as an object that files share where no statement of one decided it. */
export function sharedVerdict(verdict: ToldVerdict): ToldVerdict {
  const { requirement, status, decidedBy, reason, missing } = verdict;
  return decidedBy.length > 0
    ? verdict
    : alike.of(JSON.stringify([requirement, status, reason, missing]), () => verdict);
}

/** What counts of a verdict where nobody reads who decided it; why it is undecided is told as that it is skipped. */
function statusAlone({ requirement, status, reason }: Verdict): ToldVerdict {
  return sharedVerdict({ requirement, status, decidedBy: [], ...(reason === undefined ? {} : { reason }) });
}

function plainVerdict(verdict: ToldVerdict): ToldVerdict {
  const { missing } = verdict;
  const decidedBy = verdict.decidedBy.map(({ uri, range, text }) => ({
    uri,
    range: plainRange(range),
    text: inOnePiece(text),
  }));
  const plain = { ...verdict, decidedBy };
  return sharedVerdict(missing === undefined ? plain : { ...plain, missing: inOnePiece(missing) });
}

/** A text that was put together of others keeps all of these, in most engines, until a character of it is read. */
function inOnePiece(text: string): string {
  return text.charCodeAt(0) < 0 ? '' : text;
}

/** Statements may be objects that work out where they are when they are asked. */
function plainRange({ start, end }: TextRange): TextRange {
  return { start, end };
}
