// `lintel explain`: prints what a file does with URLs or flows.

import type { FlowPath } from '../../analysis/explain/flow.js';
import {
  type Answer,
  type Client,
  clientOf,
  type InvalidQuestion,
  type QuestionKind,
} from '../../service/explain/answer.js';
import type { Arguments, Command } from '../command.js';
import { DIALECT_OPTION, STANDARD_INPUT_OPTION } from '../file-options.js';
import { answerJson, answerText } from '../formats/answer.js';
import { wrap } from '../formats/wrap.js';
import { Session } from '../session.js';
import { EXIT, type ExitStatus, inputText, type Terminal, UsageError } from '../terminal.js';
import { explainLog } from './explain-log.js';

const FORMATS = ['text', 'json'] as const;
const HOOKS = ['forward', 'input', 'output'] as const;

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Explain what a file does with a URL or a flow, and which statements decide.',
  usage: [
    'explain FILE --url URL [--client ADDR] [--user NAME]',
    "explain FILE --flow 'PROTOCOL SOURCE:PORT > DESTINATION:PORT' [--hook HOOK] [--in IF] [--out IF] [--acl NAME]",
    'explain FILE --urls - | --flows -',
    'explain FILE --log - [--fix]',
  ],
  options: [
    {
      name: 'url',
      value: 'URL',
      help: 'For proxies and policies: SCHEME://host[:port]/path, where SCHEME is http, https, ws or wss.',
    },
    { name: 'urls', value: '-', help: 'Read URLs from standard input, print one JSON object per line.' },
    { name: 'client', value: 'ADDR', help: 'The address of the client. Default: the clients that check asks about.' },
    { name: 'user', value: 'NAME', help: 'The user name that the client is logged in with. Default: not logged in.' },
    { name: 'flow', value: 'FLOW', help: 'For packet filters and policies: the first packet of a connection.' },
    { name: 'flows', value: '-', help: 'Read flows from standard input, print one JSON object per line.' },
    {
      name: 'log',
      value: '-',
      help: 'Read log lines of the device from standard input (Linux kernel, ulogd, Cisco IOS and ASA, Windows Firewall, squid): which documents ask for what was denied, and which statement denies it.',
    },
    { name: 'fix', help: 'With --log: print the proved edit for what documents ask for, as a unified diff.' },
    { name: 'hook', value: 'HOOK', choices: HOOKS, help: `The hook that the flow passes: ${HOOKS.join(', ')}.` },
    { name: 'in', value: 'IF', help: 'The inbound interface of the flow.' },
    { name: 'out', value: 'IF', help: 'The outbound interface of the flow.' },
    { name: 'acl', value: 'NAME', help: 'The access list or chain that the flow passes.' },
    { name: 'format', value: 'FORMAT', choices: FORMATS, help: 'text (default) or json.' },
    DIALECT_OPTION,
    STANDARD_INPUT_OPTION,
  ],
  async run(args, terminal) {
    const [path, ...others] = args.positionals;
    if (path === undefined || others.length > 0)
      throw new UsageError('explain needs one file (see lintel explain --help)');
    const format = args.choice('format', FORMATS);
    if (args.has('log')) return explainLog(args, format, terminal);
    const { kind, question } = questionOf(args);
    const client = clientFrom(args);
    const flowPath = flowPathOf(args);
    if (path === '-' && question === undefined)
      throw new UsageError('standard input is either the file or the questions, not both');
    const questions = question === undefined ? linesOf(await inputText(terminal)) : [question];
    const session = await Session.open(args, terminal);
    const [file, another] = session.files;
    if (!file || another) throw new UsageError(session.errors[0] ?? `${path}: not one configuration file`);
    const answers = await session.service.askExplainer(file.uri, session.request, (explainer) => {
      if (!explainer.kinds.includes(kind))
        throw new UsageError(`${path}: ${mismatch(kind, explainer.kinds, file.dialect.title)}`);
      return questions.map((text) => (kind === 'flow' ? explainer.flow(text, flowPath) : explainer.url(text, client)));
    });
    return question === undefined
      ? reportEach(answers ?? [], session, terminal)
      : reportOne(answers?.[0], format, session, terminal);
  },
};

/** What is asked; `question` is absent where questions come from standard input. */
function questionOf(args: Arguments): { readonly kind: QuestionKind; readonly question: string | undefined } {
  const given = (['url', 'urls', 'flow', 'flows'] as const).filter((name) => args.has(name));
  const [name, another] = given;
  if (!name || another) throw new UsageError('explain needs one of --url, --urls, --flow and --flows, or --log');
  const kind = name.startsWith('url') ? 'url' : 'flow';
  if (name === 'url' || name === 'flow') return { kind, question: args.text(name) };
  if (args.text(name) !== '-') throw new UsageError(`--${name} must be -, for standard input`);
  return { kind, question: undefined };
}

function clientFrom(args: Arguments): Client {
  const address = args.text('client');
  const client = clientOf(address, args.text('user'));
  if (!client) throw new UsageError(`--client must be an IPv4 or IPv6 address, not "${address}"`);
  return client;
}

function flowPathOf(args: Arguments): FlowPath {
  const [inInterface, outInterface, point] = [args.text('in'), args.text('out'), args.text('acl')];
  return {
    ...(args.has('hook') ? { hook: args.choice('hook', HOOKS) } : {}),
    ...(inInterface === undefined ? {} : { inInterface }),
    ...(outInterface === undefined ? {} : { outInterface }),
    ...(point === undefined ? {} : { point }),
  };
}

function mismatch(asked: QuestionKind, kinds: readonly QuestionKind[], dialect: string): string {
  return asked === 'url'
    ? `a packet filter (${dialect}) decides flows, not URLs; ask with --flow`
    : `a proxy configuration, not a packet filter (${dialect}); ask with --${kinds[0] ?? 'url'}`;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function reportOne(
  answer: Answer | InvalidQuestion | undefined,
  format: 'text' | 'json',
  session: Session,
  terminal: Terminal,
): ExitStatus {
  if (!answer || answer.kind === 'invalid') throw new UsageError(answer?.message ?? 'no answer');
  const text = answerText(answer, session).flatMap((line) =>
    wrap(line, terminal.width, line.startsWith('  ') ? '  ' : '', '    '),
  );
  terminal.write(format === 'json' ? `${JSON.stringify(answerJson(answer, session))}\n` : `${text.join('\n')}\n`);
  return EXIT.clean;
}

/** One JSON object a line; an invalid question gets one with `error`, so that line numbers match those of the input. */
function reportEach(answers: readonly (Answer | InvalidQuestion)[], session: Session, terminal: Terminal): ExitStatus {
  for (const answer of answers) {
    const printed = answer.kind === 'invalid' ? { error: answer.message } : answerJson(answer, session);
    terminal.write(`${JSON.stringify(printed)}\n`);
  }
  return answers.some(({ kind }) => kind === 'invalid') ? EXIT.unusable : EXIT.clean;
}
