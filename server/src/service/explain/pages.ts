// What a file does with a flow, a URL or the lines of a log, as a page with the way as steps.

import type { CoverageStatus } from '../../../../shared/coverage.js';
import type { FlowPath } from '../../analysis/explain/flow.js';
import type { RequirementSource } from '../../catalog/requirement.js';
import type { ReadLog } from '../../logs/read.js';
import type { QuotedLine } from '../../model/evidence.js';
import { type Html, html, NOTHING, webLink } from '../html/html.js';
import { pageOf } from '../html/page.js';
import { signOf } from '../html/signs.js';
import { type Answer, type Aspect, repliesOf } from './answer.js';
import type { ExplainedEntry } from './log.js';

/** The location of a statement, as a link where the front end can open it. */
export type LinkTo = (statement: QuotedLine) => Html;

/** The sign of a verdict; a way of its own is neither good nor bad. */
const SIGNS: Readonly<Record<string, CoverageStatus>> = {
  permit: 'met',
  deny: 'blocked',
  auth: 'partial',
  undecided: 'undecided',
};

const ASPECT_TITLES: Readonly<Record<Aspect['name'], string>> = {
  result: 'Result',
  tls: 'TLS',
  route: 'Route',
  proxy: 'Proxy',
  firewall: 'Firewall',
  replies: 'Replies',
};

export function answerPage(
  question: string,
  path: FlowPath,
  { verdict, aspects, decidedBy, reason, note, trace }: Answer,
  linkTo: LinkTo,
): string {
  const isByDefault = !decidedBy && verdict !== 'undecided' && verdict !== 'not-applicable';
  const facts: (readonly [string, Html])[] = [
    ...(decidedBy ? [['Decided by', quoted(decidedBy, linkTo)] as const] : []),
    ...(isByDefault ? [['Decided by', html`the default`] as const] : []),
    ...(reason === undefined ? [] : [['Reason', html`${reason}`] as const]),
    ...(note === undefined ? [] : [['Note', html`${note}`] as const]),
    ...aspects.map(({ name, value, decidedBy: own }) => {
      const by = own ? html`, by ${quoted(own, linkTo)}` : NOTHING;
      return [ASPECT_TITLES[name], html`${value ?? 'undecided'}${by}`] as const;
    }),
    ...pathFacts(path),
  ];
  const steps = trace.map(
    ({ statement, effect }) =>
      html`<li><span class="effect">${effect}</span> ${linkTo(statement)}<br><code>${statement.text}</code></li>\n`,
  );
  const end = html`<li class="end ${statusOf(verdict)}">${signOf(statusOf(verdict))} ${verdict}</li>`;
  return pageOf(
    question,
    html`<p class="verdict ${statusOf(verdict)}">Verdict: ${signOf(statusOf(verdict))} <strong>${verdict}</strong></p>
<dl>${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`)}</dl>
${steps.length > 0 ? html`<h2>The way</h2>\n<ol class="steps">\n${steps}${end}\n</ol>` : NOTHING}`,
  );
}

function statusOf(verdict: string): CoverageStatus {
  return SIGNS[verdict] ?? 'not-applicable';
}

function quoted(statement: QuotedLine, linkTo: LinkTo): Html {
  return html`${linkTo(statement)} <code>${statement.text}</code>`;
}

function pathFacts({ point, hook, inInterface, outInterface }: FlowPath): (readonly [string, Html])[] {
  const passes = point ?? hook;
  return [
    ...(passes === undefined ? [] : [['Passes', html`${passes}`] as const]),
    ...(inInterface === undefined ? [] : [['In on', html`${inInterface}`] as const]),
    ...(outInterface === undefined ? [] : [['Out on', html`${outInterface}`] as const]),
  ];
}

// Logs

/** @param explained the first entries of the log */
export function logPage(explained: readonly ExplainedEntry[], log: ReadLog, linkTo: LinkTo): string {
  return pageOf('Log lines', html`${explained.map((one) => entryOf(one, linkTo))}${restOf(explained.length, log)}`);
}

function entryOf({ logged, question, note, requirements, answer }: ExplainedEntry, linkTo: LinkTo): Html {
  const times = logged.count > 1 ? ` (${logged.count} times)` : '';
  const asked = requirements.map(
    ({ title, id, required, source }) =>
      html`<li><strong>${title}</strong> (${id}${required ? '' : ', optional'}) ${sourceOf(source)}</li>`,
  );
  return html`<h2>${question}${times}</h2>
<ul>
<li>${answer.kind === 'invalid' ? answer.message : verdictOf(answer, linkTo)}</li>
${asked.length > 0 ? asked : html`<li>No document of the catalog asks for it</li>`}
${note === undefined ? NOTHING : html`<li>Note: ${note}</li>`}
</ul>
`;
}

function sourceOf({ document, section, url, revision }: RequirementSource): Html {
  return html`${webLink(url, section ? `${document}, ${section}` : document)}${revision ? ` (${revision})` : ''}`;
}

function verdictOf(answer: Answer, linkTo: LinkTo): Html {
  const { verdict, decidedBy, reason } = answer;
  const replies = repliesOf(answer);
  const status = statusOf(verdict);
  const by = (statement: QuotedLine | undefined) => (statement ? html`, by ${quoted(statement, linkTo)}` : NOTHING);
  return html`<span class="status ${status}">${signOf(status)} ${verdict}</span>${by(decidedBy)}${
    reason === undefined ? NOTHING : html`; ${reason}`
  }${replies ? html`; replies: ${replies.value}${by(replies.decidedBy)}` : NOTHING}`;
}

function restOf(shown: number, { entries, broken, foreign }: ReadLog): Html {
  const rest = entries.length - shown;
  const facts = [
    ...(rest > 0 ? [`${rest} more packets and requests are not shown.`] : []),
    ...(broken.length > 0 ? [`Cut off or damaged: ${lines(broken.map(({ line }) => line))}.`] : []),
    ...(foreign.length > 0 ? [`Not about a packet or request in a form that is known: ${lines(foreign)}.`] : []),
  ];
  return facts.length > 0 ? html`<p>${facts.join(' ')}</p>` : NOTHING;
}

const LINE_LIMIT = 10;

function lines(numbers: readonly number[]): string {
  const rest = numbers.length - LINE_LIMIT;
  return `${numbers.length === 1 ? 'line' : 'lines'} ${numbers.slice(0, LINE_LIMIT).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
