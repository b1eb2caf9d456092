import type { FlowPath } from '../../analysis/explain-flow.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { FilterModel } from '../../model/filter.js';
import { formatAddress, IpSet, PRIVATE_SPACE, parseAddress } from '../../model/ip.js';
import type { Model } from '../../model/model.js';
import type { Arguments, Command } from '../command.js';
import type { Answer, Ask } from '../explain/answer.js';
import { askForFlows } from '../explain/flow.js';
import { askForUrls } from '../explain/url.js';
import { wrap } from '../formats/wrap.js';
import { DIALECT_OPTION, Session } from '../session.js';
import { EXIT, type ExitStatus, type Terminal, UsageError } from '../terminal.js';

const HOOKS = ['forward', 'input', 'output'] as const;

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Say what a file does with a URL or a flow, and which statements decide it.',
  usage: [
    'explain FILE --url URL [--client ADDR] [--user NAME]',
    "explain FILE --flow 'PROTOCOL SOURCE:PORT > DESTINATION:PORT' [--hook HOOK] [--in IF] [--out IF] [--acl NAME]",
    'explain FILE --urls - | --flows -',
  ],
  options: [
    {
      name: 'url',
      value: 'URL',
      help: 'For proxies and policies: http://host[:port]/path or https://host[:port]/path.',
    },
    { name: 'urls', value: '-', help: 'Read URLs from standard input, print one JSON object per line.' },
    { name: 'client', value: 'ADDR', help: 'The address of who asks. Default: any private address.' },
    { name: 'user', value: 'NAME', help: 'The name that who asks is logged in with. Default: not logged in.' },
    { name: 'flow', value: 'FLOW', help: 'For packet filters and policies: the first packet of a connection.' },
    { name: 'flows', value: '-', help: 'Read flows from standard input, print one JSON object per line.' },
    { name: 'hook', value: 'HOOK', help: `Where the flow passes: ${HOOKS.join(', ')}.` },
    { name: 'in', value: 'IF', help: 'The interface that it comes in by.' },
    { name: 'out', value: 'IF', help: 'The interface that it leaves by.' },
    { name: 'acl', value: 'NAME', help: 'The access list or chain that it passes.' },
    { name: 'format', value: 'FORMAT', help: 'text (default) or json.' },
    DIALECT_OPTION,
  ],
  async run(args, terminal) {
    const [path, ...others] = args.positionals;
    if (path === undefined || others.length > 0)
      throw new UsageError('explain needs one file (see lintel explain --help)');
    const format = args.choice('format', ['text', 'json']);
    const { kind, question } = questionOf(args);
    const clients = clientsOf(args);
    const flowPath = flowPathOf(args);
    const questions = question === undefined ? linesOf(await terminal.readInput()) : [question];
    const session = await Session.open(args, terminal);
    const [file, another] = session.files;
    if (!file || another) throw new UsageError(session.errors[0] ?? `${path}: not one configuration file`);
    const catalog = await session.catalogFor(file.uri);
    const answers = await session.service.askModel(file.uri, (model) => {
      const ask = askOf(model, kind, clients, args.text('user'), flowPath, catalog, session);
      if (!ask) throw new UsageError(`${path}: ${mismatch(model, file.dialect.title)}`);
      return questions.map(ask);
    });
    return question === undefined
      ? tellEach(answers ?? [], terminal)
      : tellOne(answers?.[0] ?? 'there is no answer', format, terminal);
  },
};

/** What is asked; `question` is absent where questions come from standard input. */
function questionOf(args: Arguments): { readonly kind: 'url' | 'flow'; readonly question: string | undefined } {
  const given = (['url', 'urls', 'flow', 'flows'] as const).filter((name) => args.has(name));
  const [name, another] = given;
  if (!name || another) throw new UsageError('explain needs one of --url, --urls, --flow and --flows');
  const kind = name.startsWith('url') ? 'url' : 'flow';
  if (name === 'url' || name === 'flow') return { kind, question: args.text(name) };
  if (args.text(name) !== '-') throw new UsageError(`--${name} must be -, for standard input`);
  return { kind, question: undefined };
}

function clientsOf(args: Arguments): IpSet {
  const text = args.text('client');
  if (text === undefined) return PRIVATE_SPACE;
  const address = parseAddress(text);
  if (!address) throw new UsageError(`--client must be an IPv4 or IPv6 address, not "${text}"`);
  return IpSet.parse(formatAddress(address));
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

function askOf(
  model: Model,
  kind: 'url' | 'flow',
  clients: IpSet,
  user: string | undefined,
  path: FlowPath,
  catalog: Catalog,
  session: Session,
): Ask | undefined {
  if (kind === 'flow') {
    const filter = filterOf(model);
    return filter && askForFlows(filter, path, session);
  }
  return model.kind === 'filter' ? undefined : askForUrls(model, { clients, user }, catalog, session);
}

function filterOf(model: Model): FilterModel | undefined {
  if (model.kind === 'filter') return model;
  if (model.kind !== 'policy') return undefined;
  for (const part of model.parts) if (part.kind === 'filter') return part;
  return undefined;
}

function mismatch(model: Model, dialect: string): string {
  if (model.kind === 'policy') return `a policy (${dialect}) that has no firewall section; ask with --url`;
  return model.kind === 'filter'
    ? `a packet filter (${dialect}) decides flows, not URLs; ask with --flow`
    : `no packet filter but a proxy configuration (${dialect}); ask with --url`;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function tellOne(answer: Answer | string, format: 'text' | 'json', terminal: Terminal): ExitStatus {
  if (typeof answer === 'string') throw new UsageError(answer);
  const text = answer.text.flatMap((line) => wrap(line, terminal.width, line.startsWith('  ') ? '  ' : ''));
  terminal.write(format === 'json' ? `${JSON.stringify(answer.json)}\n` : `${text.join('\n')}\n`);
  return EXIT.clean;
}

/** A line that is no question gets an object with `error`, so that answers stay beside questions. */
function tellEach(answers: readonly (Answer | string)[], terminal: Terminal): ExitStatus {
  for (const answer of answers)
    terminal.write(`${JSON.stringify(typeof answer === 'string' ? { error: answer } : answer.json)}\n`);
  return answers.some((answer) => typeof answer === 'string') ? EXIT.unusable : EXIT.clean;
}
