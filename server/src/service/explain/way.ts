// The statements on the way to an answer, for marking them where they stand.

import type { WayStep } from '../../../../shared/explanation.js';
import { NO_MATCH, statementKey, type TraceStep } from '../../model/evidence.js';
import type { Location } from '../../text/range.js';
import type { Answer } from './answer.js';

/** Where a statement stands for the front end: its file and its lines. */
export type PlaceOf = (statement: Location) => Pick<WayStep, 'uri' | 'lines'>;

/** The way of one flow or URL; the statement that decides ends it where the trace does not come to it. */
export function wayOf({ trace, decidedBy, verdict }: Answer, placeOf: PlaceOf): readonly WayStep[] {
  const isTold = decidedBy && trace.some(({ statement }) => statementKey(statement) === statementKey(decidedBy));
  const end: readonly TraceStep[] = decidedBy && !isTold ? [{ statement: decidedBy, effect: verdict }] : [];
  return [...trace, ...end].map(({ statement, effect }) => stepAt(placeOf, statement, effect));
}

/** What a statement did, at its place. */
export function stepAt(placeOf: PlaceOf, statement: Location, effect: string): WayStep {
  return { ...placeOf(statement), effect, applies: effect !== NO_MATCH };
}
