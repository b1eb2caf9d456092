// `lintel explain FILE --log -`: from the denials of a device to the statements of its file and to the documents.

import { type ReadLog, readLog } from '../../logs/read.js';
import { type Answer, repliesOf } from '../../service/explain/answer.js';
import { type ExplainedEntry, explainLogged } from '../../service/explain/log.js';
import type { Arguments } from '../command.js';
import { fixedFiles, patchOf } from '../fixed-files.js';
import { answerJson, OPEN, placedText } from '../formats/answer.js';
import { wrap } from '../formats/wrap.js';
import type { InputFile } from '../input-files.js';
import { Session } from '../session.js';
import { EXIT, type ExitStatus, inputText, type Terminal, UsageError } from '../terminal.js';

/** The status is 1 where the file denies something that a document asks for, and 2 where no line could be read. */
export async function explainLog(args: Arguments, format: 'text' | 'json', terminal: Terminal): Promise<ExitStatus> {
  if (args.text('log') !== '-') throw new UsageError('--log must be -, for standard input');
  if (args.positionals[0] === '-') throw new UsageError('standard input is either the file or the log, not both');
  const log = readLog(await inputText(terminal));
  const session = await Session.open(args, terminal);
  const [file, another] = session.files;
  if (!file || another) throw new UsageError(session.errors[0] ?? `${args.positionals[0]}: not one configuration file`);
  const explained =
    (await session.service.askExplainer(file.uri, session.request, (explainer) =>
      log.entries.map((logged) => explainLogged(logged, explainer)),
    )) ?? [];
  for (const one of explained) {
    terminal.write(
      format === 'json'
        ? `${JSON.stringify(jsonOf(one, session))}\n`
        : `${textOf(one, session, terminal).join('\n')}\n`,
    );
  }
  const denied = explained.filter((one) => one.requirements.length > 0 && isDenied(one));
  if (args.has('fix')) await printFix(denied, session, file, terminal);
  reportUnread(log, terminal);
  if (explained.length === 0) return EXIT.unusable;
  return denied.length > 0 ? EXIT.findings : EXIT.clean;
}

/** The edit for the requirements that the file is checked against; where none of them asks, for the most specific one. */
async function printFix(
  denied: readonly ExplainedEntry[],
  session: Session,
  file: InputFile,
  terminal: Terminal,
): Promise<void> {
  const context = await session.service.examine(file.uri, session.request);
  const selected = new Set(context?.checks.requirements.map(({ id }) => id));
  const forced = denied.flatMap(({ requirements: [first, ...others] }) => {
    const asked = [first, ...others].flatMap((one) => (one && selected.has(one.id) ? [one.id] : []));
    return asked.length > 0 || !first ? asked : [first.id];
  });
  if (forced.length === 0) return;
  const fix = await session.fixAll(file, { ...session.request, forced: [...new Set(forced)] });
  const fixed = fix ? await fixedFiles(fix, session) : [];
  if (typeof fixed === 'string') throw new UsageError(fixed);
  for (const one of fixed) terminal.writeBytes(patchOf(one, terminal));
  if (!fix) terminal.writeError('lintel: no proved fix for what is denied here\n');
}

/** Whether the file keeps somebody from what was logged: a login at the proxy does so for devices that have none. */
function isDenied({ answer }: ExplainedEntry): boolean {
  return answer.kind !== 'invalid' && (DENIALS.has(answer.verdict) || repliesOf(answer)?.value === 'deny');
}

const DENIALS: ReadonlySet<string> = new Set(['deny', 'auth']);

function textOf(
  { logged, question, note, requirements, answer }: ExplainedEntry,
  session: Session,
  { width }: Terminal,
) {
  const times = logged.count > 1 ? `line ${logged.line} and ${logged.count - 1} more` : `line ${logged.line}`;
  const documented = requirements
    .slice(0, SET_LIMIT)
    .map(({ title, id, required }) => `asked for by ${title} (${id}${required ? '' : ', optional'})`);
  if (requirements.length === 0) documented.push('no document of the catalog asks for it');
  if (requirements.length > SET_LIMIT) documented.push(`and by ${requirements.length - SET_LIMIT} more`);
  const lines = [
    ...documented,
    ...(answer.kind === 'invalid' ? [answer.message] : verdictLines(answer, logged.entry.action, session)),
    ...(note === undefined ? [] : [note]),
  ];
  return [`${question} (${times})`, ...lines.flatMap((line) => wrap(line, width, '  ', '    '))];
}

const SET_LIMIT = 3;

function verdictLines(answer: Answer, action: string, session: Session): string[] {
  const { verdict, decidedBy, reason } = answer;
  const place = decidedBy ? placedText(decidedBy, session) : 'the default';
  const isOpen = OPEN.has(verdict);
  const replies = repliesOf(answer);
  const isPermitted = !isOpen && !DENIALS.has(verdict) && replies === undefined;
  return [
    isOpen ? `${verdict}: ${reason ?? place}` : `${verdict} by ${place}`,
    ...(replies?.decidedBy ? [`its replies: ${replies.value} by ${placedText(replies.decidedBy, session)}`] : []),
    ...(isPermitted && action === 'denied'
      ? ['the device denied it: it may run another version of this file, or something beside it denied it']
      : []),
  ];
}

function jsonOf({ logged, question, note, requirements, answer }: ExplainedEntry, session: Session): object {
  const { entry, line, count } = logged;
  return {
    line,
    count,
    format: entry.format,
    action: entry.action,
    [entry.kind]: question,
    ...(note === undefined ? {} : { note }),
    requirements: requirements.map(({ id }) => id),
    ...(answer.kind === 'invalid' ? { error: answer.message } : { answer: answerJson(answer, session) }),
  };
}

/** How many lines that could not be read are told one by one. */
const TOLD_LIMIT = 5;

function reportUnread({ entries, broken, foreign }: ReadLog, terminal: Terminal): void {
  for (const { line, format, missing } of broken.slice(0, TOLD_LIMIT))
    terminal.writeError(`lintel: line ${line} of the log is cut off or damaged: ${missing} is missing (${format})\n`);
  if (broken.length > TOLD_LIMIT)
    terminal.writeError(`lintel: ${broken.length - TOLD_LIMIT} more lines are cut off or damaged\n`);
  if (foreign.length > 0) {
    const shown = foreign.slice(0, TOLD_LIMIT).join(', ');
    const rest = foreign.length > TOLD_LIMIT ? ` and ${foreign.length - TOLD_LIMIT} more` : '';
    const what = foreign.length === 1 ? `line ${shown}` : `lines ${shown}${rest}`;
    terminal.writeError(`lintel: ${what} of the log: not about a packet or request in a form that is known\n`);
  }
  if (entries.length === 0) terminal.writeError('lintel: the log has no line that could be read\n');
}
