// What a file does with the lines of a log.
import type { ExplanationStep } from '../../../../shared/explanation.js';
import type { FlowPath } from '../../analysis/explain/flow.js';
import { readLog } from '../../logs/read.js';
import type { Explainer } from './answer.js';
import type { Places } from './dialogue.js';
import { explainLogged } from './log.js';
import { logPage } from './pages.js';
import { stepAt } from './way.js';

/** How many different packets and requests a report spells out: it is there to be read. */
const ENTRY_LIMIT = 100;

/** Explains the lines of a log; a message where none of them can be read. */
export function logStep(explainer: Explainer, text: string, { linkTo, placeOf }: Places): ExplanationStep<FlowPath> {
  const log = readLog(text);
  if (log.entries.length === 0) {
    return {
      kind: 'invalid',
      message:
        'Neither the selection nor the clipboard has lines of a log that can be read: of the Linux kernel, ulogd, Cisco IOS or ASA, Windows Firewall, or squid.',
    };
  }
  const explained = log.entries.slice(0, ENTRY_LIMIT).map((entry) => explainLogged(entry, explainer));
  const way = explained.flatMap(({ question, answer }) =>
    answer.kind !== 'invalid' && answer.decidedBy
      ? [stepAt(placeOf, answer.decidedBy, `${answer.verdict}: ${question}`)]
      : [],
  );
  return { kind: 'answer', title: 'Log Lines', html: logPage(explained, log, linkTo), way };
}
