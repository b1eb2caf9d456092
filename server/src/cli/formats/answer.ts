// Answers of `lintel explain` as JSON and as text.

import type { QuotedLine } from '../../model/evidence.js';
import type { Answer, Aspect } from '../../service/explain/answer.js';
import type { Session } from '../session.js';

/** An answer of `explain` for programs. Lines are one-based. */
export function answerJson(
  { kind, verdict, aspects, decidedBy, reason, note, trace }: Answer,
  session: Session,
): object {
  const placed = ({ uri, range, text }: QuotedLine) => ({
    path: session.pathOf(uri),
    line: session.lineOf(uri, range.start),
    text,
  });
  return {
    verdict,
    ...Object.fromEntries(aspects.map(({ name, value }) => [name, value ?? null])),
    decidedBy: decidedBy ? placed(decidedBy) : null,
    // Of URLs, only what is undecided has a reason beside its trace.
    ...(kind === 'flow' || reason !== undefined ? { reason: reason ?? null } : {}),
    ...(note === undefined ? {} : { note }),
    trace: trace.map(({ statement, effect }) => ({ ...placed(statement), effect })),
  };
}

/** A statement with its place, for people. */
export function placedText({ uri, range, text }: QuotedLine, session: Session): string {
  return `${session.pathOf(uri)}:${session.lineOf(uri, range.start)}: ${text}`;
}

/** Verdicts that nothing decides, not even a default. */
export const OPEN = new Set(['undecided', 'not-applicable']);

/** The same for people, as lines. */
export function answerText({ verdict, aspects, decidedBy, reason, note, trace }: Answer, session: Session): string[] {
  const placed = (statement: QuotedLine) => placedText(statement, session);
  const by = (aspect: Aspect) => (aspect.decidedBy ? ` (${placed(aspect.decidedBy)})` : '');
  return [
    `verdict: ${verdict}`,
    ...aspects.flatMap((aspect) =>
      aspect.value === undefined
        ? []
        : [
            `${aspect.name === 'tls' ? 'TLS' : aspect.name}: ${aspect.value}${by(aspect)}`,
            ...(aspect.reason === undefined ? [] : [`  ${aspect.reason}`]),
          ],
    ),
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
    ...(note === undefined ? [] : [`note: ${note}`]),
    ...(decidedBy || !OPEN.has(verdict) ? [`decided by: ${decidedBy ? placed(decidedBy) : 'the default'}`] : []),
    ...trace.map(({ statement, effect }) => `  ${placed(statement)} (${effect})`),
  ];
}
