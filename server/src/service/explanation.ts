import type { FlowPath } from '../analysis/explain/flow.js';
import type { QuotedLine } from '../model/evidence.js';
import { ANYONE, type Answer, type Aspect, type Explainer, type PathChoice } from './explain.js';
import { codeSpan, escapeMarkdown } from './markdown.js';

/** What a person who wants a flow explained is told or asked next. */
export type ExplanationStep =
  /** What to ask about this file, with an example. */
  | { readonly kind: 'ask'; readonly prompt: string; readonly example: string }
  | { readonly kind: 'invalid'; readonly message: string }
  /** The file leaves open which way the flow takes: to be asked again with the path of one choice. */
  | { readonly kind: 'choose'; readonly prompt: string; readonly choices: readonly PathChoice[] }
  /** The answer, for reading. */
  | { readonly kind: 'answer'; readonly title: string; readonly markdown: string };

/** A place in Markdown: a link where the front end can show it. */
export type LinkTo = (statement: QuotedLine) => string;

/**
 * Leads from a file to an answer: the question is asked for where it is absent, and which way a flow takes only where
 * the file decides by it.
 */
export function explanationStep(
  explainer: Explainer,
  question: string | undefined,
  path: FlowPath,
  linkTo: LinkTo,
): ExplanationStep {
  if (question === undefined) return { kind: 'ask', prompt: promptOf(explainer), example: explainer.example };
  const isUrl = question.includes('://') || !explainer.kinds.includes('flow');
  const answer = isUrl ? explainer.url(question, ANYONE) : explainer.flow(question, path);
  if (typeof answer === 'string') return { kind: 'invalid', message: answer };
  const points = isUrl ? [] : explainer.pointsFor(path);
  if (points.length > 0) return { kind: 'choose', prompt: 'Which rules does the flow pass?', choices: points };
  if (answer.choices.length > 0) {
    return { kind: 'choose', prompt: 'The file decides by an interface. Which does it pass?', choices: answer.choices };
  }
  return { kind: 'answer', title: question.trim(), markdown: answerMarkdown(question.trim(), path, answer, linkTo) };
}

function promptOf({ kinds }: Explainer): string {
  const flow = 'The first packet of a connection: PROTOCOL SOURCE:PORT > DESTINATION:PORT';
  const url = 'A URL, with the address of the client before it where that matters: CLIENT > URL';
  return kinds.length > 1 ? `${flow}; or a URL` : kinds[0] === 'flow' ? flow : url;
}

const ASPECT_TITLES: Readonly<Record<Aspect['name'], string>> = {
  result: 'Result',
  tls: 'TLS',
  route: 'Route',
  proxy: 'Proxy',
  firewall: 'Firewall',
};

/** An answer as Markdown for reading, with the way to the decision. */
function answerMarkdown(
  question: string,
  path: FlowPath,
  { verdict, aspects, decidedBy, reason, trace }: Answer,
  linkTo: LinkTo,
): string {
  const by = (statement: QuotedLine | undefined) =>
    statement ? `${linkTo(statement)}: ${codeSpan(statement.text)}` : 'the default';
  const facts = [
    `**Verdict: ${verdict}**${decidedBy || verdict !== 'undecided' ? `, by ${by(decidedBy)}` : ''}`,
    ...(reason === undefined ? [] : [`It depends: ${escapeMarkdown(reason)}`]),
    ...aspects.map(({ name, value, decidedBy: own }) => {
      const told = value === undefined ? 'undecided' : codeSpan(value);
      return `${ASPECT_TITLES[name]}: ${told}${own ? `, by ${by(own)}` : ''}`;
    }),
    ...pathFacts(path),
  ];
  const steps = trace.map(({ statement, effect }) => `1. ${by(statement)} *${escapeMarkdown(effect)}*`);
  const way = steps.length > 0 ? [`## The way to the decision\n\n${steps.join('\n')}`] : [];
  return `${[`# ${codeSpan(question)}`, facts.map((fact) => `- ${fact}`).join('\n'), ...way].join('\n\n')}\n`;
}

function pathFacts({ point, hook, inInterface, outInterface }: FlowPath): string[] {
  const passes = point ?? hook;
  return [
    ...(passes === undefined ? [] : [`Passes ${codeSpan(passes)}`]),
    ...(inInterface === undefined ? [] : [`In by ${codeSpan(inInterface)}`]),
    ...(outInterface === undefined ? [] : [`Out by ${codeSpan(outInterface)}`]),
  ];
}
