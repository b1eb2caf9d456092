import { explainFlow, type FlowPath, parseFlow } from '../../analysis/explain-flow.js';
import type { FilterModel } from '../../model/filter.js';
import type { Session } from '../session.js';
import { type Ask, decisionJson, decisionText } from './answer.js';

/** Answers questions about flows. */
export function askForFlows(model: FilterModel, path: FlowPath, session: Session): Ask {
  return (question) => {
    const flow = parseFlow(question);
    if (typeof flow === 'string') return flow;
    const explanation = explainFlow(model, flow, path);
    const { verdict, reason } = explanation;
    const { decidedBy, trace } = decisionJson(explanation, session);
    return {
      json: { verdict, decidedBy, reason: reason ?? null, trace },
      text: [`verdict: ${verdict}`, ...decisionText(explanation, session)],
    };
  };
}
