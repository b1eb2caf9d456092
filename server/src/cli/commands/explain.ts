import { type Explanation, explain } from '../../analysis/explain.js';
import type { Catalog } from '../../catalog/catalog.js';
import { HostSet } from '../../model/hosts.js';
import { formatAddress, IpSet, PRIVATE_SPACE, parseAddress } from '../../model/ip.js';
import type { ProxyModel, ProxyRequest, Statement } from '../../model/proxy.js';
import type { Arguments, Command } from '../command.js';
import { wrap } from '../formats/wrap.js';
import { DIALECT_OPTION, Session } from '../session.js';
import { EXIT, type Terminal, UsageError } from '../terminal.js';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Say what a file does with one request, and which statements decide it.',
  usage: ['explain FILE --url URL [OPTION…]', 'explain FILE --urls - [OPTION…]'],
  options: [
    { name: 'url', value: 'URL', help: 'What is asked for: http://host[:port]/path or https://host[:port]/path.' },
    { name: 'urls', value: '-', help: 'Read URLs from standard input, one per line; print one JSON object per line.' },
    { name: 'client', value: 'ADDR', help: 'The address of who asks. Default: any private address.' },
    { name: 'user', value: 'NAME', help: 'The name that who asks is logged in with. Default: not logged in.' },
    { name: 'flow', value: 'FLOW', help: 'For packet filters: PROTOCOL SOURCE:PORT > DESTINATION:PORT.' },
    { name: 'flows', value: '-', help: 'Read flows from standard input.' },
    { name: 'hook', value: 'HOOK', help: 'For packet filters: forward, input or output.' },
    { name: 'in', value: 'IF', help: 'For packet filters: the interface that packets come in by.' },
    { name: 'out', value: 'IF', help: 'For packet filters: the interface that packets leave by.' },
    { name: 'acl', value: 'NAME', help: 'For packet filters: the list that is asked.' },
    { name: 'format', value: 'FORMAT', help: 'text (default) or json.' },
    DIALECT_OPTION,
  ],
  async run(args, terminal) {
    const [path, ...others] = args.positionals;
    if (path === undefined || others.length > 0)
      throw new UsageError('explain needs one file (see lintel explain --help)');
    const format = args.choice('format', ['text', 'json']);
    const client = clientOf(args);
    const session = await Session.open(args, terminal);
    const [file] = session.files;
    if (!file) throw new UsageError(session.errors[0] ?? `${path}: no configuration file`);
    const model = await session.service.model(file.uri);
    if (!model) throw new UsageError(`${path}: cannot be read`);
    if (args.text('flow') !== undefined || args.text('flows') !== undefined)
      throw new UsageError(`${path}: not a packet filter but a ${file.dialect.title}; ask with --url`);
    if (model.kind === 'filter') throw new UsageError(`${path}: a packet filter knows no URLs`);
    const asker: Asker = { client, user: args.text('user') };
    const url = args.text('url');
    if (url !== undefined && args.text('urls') === undefined) {
      const request = requestFor(url, asker, session.catalog);
      if (!request) throw new UsageError(`"${url}" is not an http: or https: URL`);
      const explanation = explain(model, request);
      const told =
        format === 'json'
          ? `${JSON.stringify(jsonOf(explanation, session))}\n`
          : textOf(explanation, session, terminal);
      terminal.write(told);
      return EXIT.clean;
    }
    if (args.text('urls') !== '-' || url !== undefined)
      throw new UsageError('explain needs either --url URL or --urls - (see lintel explain --help)');
    return explainLines(model, asker, session, terminal);
  },
};

interface Asker {
  readonly client: IpSet;
  readonly user: string | undefined;
}

/** Answers line by line. A line that is no URL gets an object with `error`, so that answers stay beside questions. */
async function explainLines(model: ProxyModel, asker: Asker, session: Session, terminal: Terminal) {
  let status: typeof EXIT.clean | typeof EXIT.unusable = EXIT.clean;
  for (const line of (await terminal.readInput()).split('\n')) {
    const url = line.trim();
    if (url === '') continue;
    const request = requestFor(url, asker, session.catalog);
    if (!request) status = EXIT.unusable;
    const answer = request ? jsonOf(explain(model, request), session) : { error: `not an http: or https: URL: ${url}` };
    terminal.write(`${JSON.stringify(answer)}\n`);
  }
  return status;
}

function clientOf(args: Arguments): IpSet {
  const text = args.text('client');
  if (text === undefined) return PRIVATE_SPACE;
  const address = parseAddress(text);
  if (!address) throw new UsageError(`--client must be an IPv4 or IPv6 address, not "${text}"`);
  return IpSet.parse(formatAddress(address));
}

/** The question that a URL stands for; `undefined` where it is none that a proxy is asked. */
function requestFor(text: string, { client, user }: Asker, catalog: Catalog): ProxyRequest | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const scheme = url.protocol === 'http:' ? 'http' : url.protocol === 'https:' ? 'https' : undefined;
  if (!scheme) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return {
    scheme,
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
    hosts: HostSet.exact(host),
    addresses: addressesOf(host, catalog),
    clients: client,
    user: user === undefined ? 'none' : { name: user },
    path: url.pathname + url.search,
  };
}

/** The host itself where it is an address; otherwise the addresses that the catalog documents for it. */
function addressesOf(host: string, catalog: Catalog): IpSet | undefined {
  if (parseAddress(host)) return IpSet.parse(host);
  const prefixes = catalog.servedBy({ host }).flatMap(({ flow }) => flow.to.prefixes ?? []);
  return prefixes.length > 0 ? IpSet.parse(...prefixes) : undefined;
}

/** The answer as `explain --format json` prints it. Lines are one-based. */
function jsonOf(explanation: Explanation, session: Session) {
  const placed = ({ uri, range, text }: Statement) => ({
    path: session.pathOf(uri),
    line: session.lineOf(uri, range.start),
    text,
  });
  const common = {
    decidedBy: explanation.decidedBy ? placed(explanation.decidedBy) : null,
    trace: explanation.trace.map(({ statement, effect }) => ({ ...placed(statement), effect })),
    ...(explanation.reason === undefined ? {} : { reason: explanation.reason }),
  };
  switch (explanation.kind) {
    case 'selection':
      return { verdict: explanation.verdict, result: explanation.result ?? null, ...common };
    case 'server':
      return { verdict: explanation.verdict, tls: explanation.tls, route: explanation.route, ...common };
  }
}

function textOf(explanation: Explanation, session: Session, terminal: Terminal): string {
  const placed = ({ uri, range, text }: Statement) =>
    `${session.pathOf(uri)}:${session.lineOf(uri, range.start)}: ${text}`;
  const lines = [`verdict: ${explanation.verdict}`];
  switch (explanation.kind) {
    case 'selection':
      if (explanation.result !== undefined) lines.push(`result: ${explanation.result}`);
      break;
    case 'server':
      lines.push(`TLS: ${explanation.tls}${explanation.tlsDecidedBy ? ` (${placed(explanation.tlsDecidedBy)})` : ''}`);
      lines.push(
        `route: ${explanation.route}${explanation.routeDecidedBy ? ` (${placed(explanation.routeDecidedBy)})` : ''}`,
      );
      break;
  }
  if (explanation.reason !== undefined) lines.push(...wrap(`it depends: ${explanation.reason}`, terminal.width, ''));
  lines.push(`decided by: ${explanation.decidedBy ? placed(explanation.decidedBy) : 'the default'}`);
  for (const { statement, effect } of explanation.trace) lines.push(`  ${placed(statement)} (${effect})`);
  return `${lines.join('\n')}\n`;
}
