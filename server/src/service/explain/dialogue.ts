// The dialogue that asks the user for a flow or URL and its path, and the answer as a page.

import type { ExplanationStep } from '../../../../shared/explanation.js';
import type { FlowPath } from '../../analysis/explain/flow.js';
import { ANYONE, type Explainer } from './answer.js';
import { answerPage, type LinkTo } from './pages.js';
import { type Place, questionAt } from './suggestion.js';
import { type PlaceOf, wayOf } from './way.js';

/** What the user has entered so far: the flow or URL, if any, and the path that was chosen for the flow; and where it is asked. */
export interface AskedQuestion {
  readonly question: string | undefined;
  readonly path: FlowPath;
  readonly place?: Place;
}

/** How a front end leads to a statement, and where the statement stands for it. */
export interface Places {
  readonly linkTo: LinkTo;
  readonly placeOf: PlaceOf;
}

/**
 * The next step of the dialogue: asks for the question where it is absent, and for the path of a flow only where the verdict
 * depends on it.
 */
export function explanationStep(
  explainer: Explainer,
  { question, path, place }: AskedQuestion,
  { linkTo, placeOf }: Places,
): ExplanationStep<FlowPath> {
  if (question === undefined) {
    const suggestion = place && questionAt(place);
    const ask = { kind: 'ask', prompt: promptOf(explainer), example: explainer.example } as const;
    return suggestion === undefined ? ask : { ...ask, suggestion };
  }
  const isUrl = question.includes('://') || !explainer.kinds.includes('flow');
  const answer = isUrl ? explainer.url(question, ANYONE) : explainer.flow(question, path);
  if (answer.kind === 'invalid') return answer;
  const points = isUrl ? [] : explainer.pointsFor(question, path);
  if (points.length > 0)
    return { kind: 'choose', prompt: 'Which chain or access list does the flow pass?', choices: points };
  if (answer.choices.length > 0) {
    return {
      kind: 'choose',
      prompt: 'The verdict depends on an interface. Which one does the flow pass?',
      choices: answer.choices,
    };
  }
  const title = question.trim();
  return { kind: 'answer', title, html: answerPage(title, path, answer, linkTo), way: wayOf(answer, placeOf) };
}

function promptOf({ kinds }: Explainer): string {
  const flow = 'The first packet of a connection: PROTOCOL SOURCE:PORT > DESTINATION:PORT';
  const url = 'A URL, optionally preceded by the address of the client: CLIENT > URL';
  return kinds.length > 1 ? `${flow}; or a URL` : kinds[0] === 'flow' ? flow : url;
}
