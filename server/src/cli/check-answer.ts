// Makes what a thread answers for one of its files.

import { toldOf } from '../service/checked-files.js';
import type { Location } from '../text/range.js';
import type { CheckAnswer, Tells } from './check-job.js';
import { plainTold } from './plain-told.js';
import type { Session } from './session.js';

/**
 * Checks a file of a run.
 * @param sent the files whose texts were sent already; those that are sent now are added
 */
export async function answerOf(session: Session, uri: string, tells: Tells, sent: Set<string>): Promise<CheckAnswer> {
  const [known, knownErrors] = [session.fixes.size, session.errors.length];
  const examined = await session.examine(uri, tells.fixes);
  const errors = session.errors.slice(knownErrors);
  const fixes = [...session.fixes].slice(known);
  if (!examined) return { uri, errors, fixes, texts: [] };
  const { root, findings, coverage, common } = plainTold(toldOf(examined), tells);
  const places: readonly Location[] = [
    ...findings.flatMap(([, own]) => own.flatMap((finding) => [finding, ...finding.related])),
    ...coverage.flatMap(({ decidedBy }) => decidedBy),
    ...fixes.flatMap(([, proved]) => proved.flatMap(({ edits }) => edits)),
  ];
  const texts = [...new Set(places.map((place) => place.uri))].flatMap((of) => {
    const text = sent.has(of) ? undefined : session.textOf(of);
    sent.add(of);
    return text === undefined ? [] : [[of, text] as const];
  });
  const { dialect, failOn } = common;
  return { uri, told: { root, findings, coverage, common: { dialect, failOn } }, errors, fixes, texts };
}
