// What a file does with the lines of a log, as Markdown.
import type { ExplanationStep } from '../../../../shared/explanation.js';
import type { FlowPath } from '../../analysis/explain/flow.js';
import { type ReadLog, readLog } from '../../logs/read.js';
import type { QuotedLine } from '../../model/evidence.js';
import { codeSpan, escapeMarkdown, sourceLink } from '../markdown.js';
import { type Answer, type Explainer, repliesOf } from './answer.js';
import type { LinkTo } from './dialogue.js';
import { type ExplainedEntry, explainLogged } from './log.js';

/** How many different packets and requests a report spells out: it is there to be read. */
const ENTRY_LIMIT = 100;

/** Explains the lines of a log; a message where none of them can be read. */
export function logStep(explainer: Explainer, text: string, linkTo: LinkTo): ExplanationStep<FlowPath> {
  const log = readLog(text);
  if (log.entries.length === 0) {
    return {
      kind: 'invalid',
      message:
        'Neither the selection nor the clipboard has lines of a log that can be read: of the Linux kernel, ulogd, Cisco IOS or ASA, Windows Firewall, or squid.',
    };
  }
  const explained = log.entries.slice(0, ENTRY_LIMIT).map((entry) => explainLogged(entry, explainer));
  const parts = [...explained.map((one) => describe(one, linkTo)), ...restOf(log)];
  return { kind: 'answer', title: 'Log Lines', markdown: `# Log lines\n\n${parts.join('\n\n')}\n` };
}

function describe({ logged, question, note, requirements, answer }: ExplainedEntry, linkTo: LinkTo): string {
  const times = logged.count > 1 ? ` (${logged.count} times)` : '';
  const facts = [
    answer.kind === 'invalid' ? escapeMarkdown(answer.message) : verdict(answer, linkTo),
    ...(requirements.length === 0 ? ['No document of the catalog asks for it'] : []),
    ...requirements.map(
      ({ title, id, required, source }) =>
        `**${escapeMarkdown(title)}** (${codeSpan(id)}${required ? '' : ', optional'}) ${sourceLink(source)}`,
    ),
    ...(note === undefined ? [] : [`Note: ${escapeMarkdown(note)}`]),
  ];
  return `## ${codeSpan(question)}${times}\n\n${facts.map((fact) => `- ${fact}`).join('\n')}`;
}

function verdict(answer: Answer, linkTo: LinkTo): string {
  const { verdict: decided, decidedBy, reason } = answer;
  const by = (statement: QuotedLine) => `${linkTo(statement)}: ${codeSpan(statement.text)}`;
  const replies = repliesOf(answer);
  const parts = [
    `**${decided}**${decidedBy ? `, by ${by(decidedBy)}` : ''}`,
    ...(reason === undefined ? [] : [escapeMarkdown(reason)]),
    ...(replies ? [`replies: ${replies.value}${replies.decidedBy ? `, by ${by(replies.decidedBy)}` : ''}`] : []),
  ];
  return parts.join('; ');
}

function restOf({ entries, broken, foreign }: ReadLog): string[] {
  const facts = [
    ...(entries.length > ENTRY_LIMIT
      ? [`${entries.length - ENTRY_LIMIT} more packets and requests are not shown.`]
      : []),
    ...(broken.length > 0 ? [`Cut off or damaged: ${lines(broken.map(({ line }) => line))}.`] : []),
    ...(foreign.length > 0 ? [`Not about a packet or request in a form that is known: ${lines(foreign)}.`] : []),
  ];
  return facts.length > 0 ? [facts.join(' ')] : [];
}

const LINE_LIMIT = 10;

function lines(numbers: readonly number[]): string {
  const rest = numbers.length - LINE_LIMIT;
  return `${numbers.length === 1 ? 'line' : 'lines'} ${numbers.slice(0, LINE_LIMIT).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
