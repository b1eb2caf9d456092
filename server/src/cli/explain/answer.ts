import type { Statement, TraceStep } from '../../model/proxy.js';
import type { Session } from '../session.js';

/** The answer to one question of `explain`, in both forms that it can be printed in. */
export interface Answer {
  readonly json: object;
  /** For people. */
  readonly text: readonly string[];
}

/** Answers one question; a message where the text is no question. */
export type Ask = (question: string) => Answer | string;

/** What every answer tells of how it was found. Lines are one-based. */
export function decisionJson(
  decision: { readonly decidedBy: Statement | undefined; readonly trace: readonly TraceStep[] },
  session: Session,
) {
  const placed = ({ uri, range, text }: Statement) => ({
    path: session.pathOf(uri),
    line: session.lineOf(uri, range.start),
    text,
  });
  return {
    decidedBy: decision.decidedBy ? placed(decision.decidedBy) : null,
    trace: decision.trace.map(({ statement, effect }) => ({ ...placed(statement), effect })),
  };
}

export function decisionText(
  decision: {
    readonly decidedBy: Statement | undefined;
    readonly reason: string | undefined;
    readonly trace: readonly TraceStep[];
  },
  session: Session,
): string[] {
  return [
    ...(decision.reason === undefined ? [] : [`reason: ${decision.reason}`]),
    `decided by: ${decision.decidedBy ? placedText(decision.decidedBy, session) : 'the default'}`,
    ...decision.trace.map(({ statement, effect }) => `  ${placedText(statement, session)} (${effect})`),
  ];
}

/** A statement as `path:line: text`. */
export function placedText({ uri, range, text }: Statement, session: Session): string {
  return `${session.pathOf(uri)}:${session.lineOf(uri, range.start)}: ${text}`;
}
