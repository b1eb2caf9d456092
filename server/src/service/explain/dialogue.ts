// The dialogue that asks the user for a flow or URL and its path, and the answer as Markdown.

import type { ExplanationStep } from '../../../../shared/explanation.js';
import type { FlowPath } from '../../analysis/explain/flow.js';
import type { QuotedLine } from '../../model/evidence.js';
import { codeSpan, escapeMarkdown } from '../markdown.js';
import { ANYONE, type Answer, type Aspect, type Explainer } from './answer.js';

/** What the user has entered so far: the flow or URL, if any, and the path that was chosen for the flow. */
export interface AskedQuestion {
  readonly question: string | undefined;
  readonly path: FlowPath;
}

/** Renders the location of a statement as Markdown, as a link where the front end can open it. */
export type LinkTo = (statement: QuotedLine) => string;

/**
 * The next step of the dialogue: asks for the question where it is absent, and for the path of a flow only where the verdict
 * depends on it.
 */
export function explanationStep(
  explainer: Explainer,
  { question, path }: AskedQuestion,
  linkTo: LinkTo,
): ExplanationStep<FlowPath> {
  if (question === undefined) return { kind: 'ask', prompt: promptOf(explainer), example: explainer.example };
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
  return { kind: 'answer', title: question.trim(), markdown: answerMarkdown(question.trim(), path, answer, linkTo) };
}

function promptOf({ kinds }: Explainer): string {
  const flow = 'The first packet of a connection: PROTOCOL SOURCE:PORT > DESTINATION:PORT';
  const url = 'A URL, optionally preceded by the address of the client: CLIENT > URL';
  return kinds.length > 1 ? `${flow}; or a URL` : kinds[0] === 'flow' ? flow : url;
}

const ASPECT_TITLES: Readonly<Record<Aspect['name'], string>> = {
  result: 'Result',
  tls: 'TLS',
  route: 'Route',
  proxy: 'Proxy',
  firewall: 'Firewall',
  replies: 'Replies',
};

/** An answer as Markdown for reading, with the trace of the decision. */
function answerMarkdown(
  question: string,
  path: FlowPath,
  { verdict, aspects, decidedBy, reason, note, trace }: Answer,
  linkTo: LinkTo,
): string {
  const by = (statement: QuotedLine | undefined) =>
    statement ? `${linkTo(statement)}: ${codeSpan(statement.text)}` : 'the default';
  const facts = [
    `**Verdict: ${verdict}**${decidedBy || (verdict !== 'undecided' && verdict !== 'not-applicable') ? `, by ${by(decidedBy)}` : ''}`,
    ...(reason === undefined ? [] : [`Reason: ${escapeMarkdown(reason)}`]),
    ...(note === undefined ? [] : [`Note: ${escapeMarkdown(note)}`]),
    ...aspects.map(({ name, value, decidedBy: own }) => {
      const shown = value === undefined ? 'undecided' : codeSpan(value);
      return `${ASPECT_TITLES[name]}: ${shown}${own ? `, by ${by(own)}` : ''}`;
    }),
    ...pathFacts(path),
  ];
  const steps = trace.map(({ statement, effect }) => `1. ${by(statement)} *${escapeMarkdown(effect)}*`);
  const decisionTrace = steps.length > 0 ? [`## Decision trace\n\n${steps.join('\n')}`] : [];
  return `${[`# ${codeSpan(question)}`, facts.map((fact) => `- ${fact}`).join('\n'), ...decisionTrace].join('\n\n')}\n`;
}

function pathFacts({ point, hook, inInterface, outInterface }: FlowPath): string[] {
  const passes = point ?? hook;
  return [
    ...(passes === undefined ? [] : [`Passes ${codeSpan(passes)}`]),
    ...(inInterface === undefined ? [] : [`In on ${codeSpan(inInterface)}`]),
    ...(outInterface === undefined ? [] : [`Out on ${codeSpan(outInterface)}`]),
  ];
}
