// What one file does with one flow or URL: an answer in one form for every kind of file and every front end.

import type { PathChoice } from '../../../../shared/explanation.js';
import { givesDestination } from '../../analysis/evaluate/filter/diversions.js';
import type { NetworkContext } from '../../analysis/evaluate/network-context.js';
import { askedClients } from '../../analysis/evaluate/proxy/clients.js';
import {
  explainFlow,
  type Flow,
  type FlowExplanation,
  type FlowPath,
  parseFlow,
  possiblePoints,
} from '../../analysis/explain/flow.js';
import { explainPolicy, type PolicyExplanation } from '../../analysis/explain/policy.js';
import { type Explanation, explain } from '../../analysis/explain/request.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { QuotedLine, TraceStep } from '../../model/evidence.js';
import type { FilterPoint } from '../../model/filter.js';
import { HostSet } from '../../model/hosts.js';
import { formatAddress, IpSet, parseAddress } from '../../model/ip.js';
import { filterOf, type Model } from '../../model/model.js';
import { TCP, UDP } from '../../model/packets.js';
import { DEFAULT_PORTS, type ProxyRequest, serverScheme, type UrlScheme } from '../../model/proxy.js';

/** A flow to a packet filter, or a URL to a proxy or a PAC file. */
export type QuestionKind = 'flow' | 'url';

/** Who sends a request to a proxy. */
export interface Client {
  /** Their addresses; without them those that a check asks about. */
  readonly clients: IpSet | undefined;
  /** The user name that they are logged in with. */
  readonly user: string | undefined;
}

export const ANYONE: Client = { clients: undefined, user: undefined };

/** The client with an address, and logged in with a name, as far as these are given; `undefined` for what is no address. */
export function clientOf(address: string | undefined, user: string | undefined): Client | undefined {
  if (address === undefined) return { ...ANYONE, user };
  const parsed = parseAddress(address);
  return parsed && { clients: IpSet.parse(formatAddress(parsed)), user };
}

/** What a file does with one flow or URL, in one form for all kinds of file and every front end. */
export interface Answer {
  readonly kind: QuestionKind;
  readonly verdict: string;
  /** What is decided besides the verdict, each by a statement of its own where `decidedBy` is set. */
  readonly aspects: readonly Aspect[];
  /** The statement that decided; for an undecided question the one that it depends on; none for a default. */
  readonly decidedBy: QuotedLine | undefined;
  /** What an undecided part depends on, as a sentence without full stop. */
  readonly reason: string | undefined;
  /** How the question was understood, where that may surprise; as a sentence without full stop. */
  readonly note?: string;
  readonly trace: readonly TraceStep[];
  /** The paths that the verdict depends on, to make the question more precise. */
  readonly choices: readonly PathChoice<FlowPath>[];
}

export interface Aspect {
  readonly name: 'result' | 'tls' | 'route' | 'proxy' | 'firewall' | 'replies';
  /** `undefined` where it depends on the environment. */
  readonly value: string | undefined;
  readonly decidedBy: QuotedLine | undefined;
  /** What an undecided one depends on, where that is not the reason of the whole answer. */
  readonly reason?: string | undefined;
}

/** What becomes of the replies to what is permitted, where they do not all pass. */
export function repliesOf({ aspects }: Answer): Aspect | undefined {
  return aspects.find(({ name, value }) => name === 'replies' && value !== undefined);
}

/** Why a question is invalid for the file. */
export interface InvalidQuestion {
  readonly kind: 'invalid';
  readonly message: string;
}

/** Answers questions about one file. */
export class Explainer {
  constructor(
    private readonly model: Model,
    readonly catalog: Catalog,
    /** What the workspace says of the network. */
    private readonly network: NetworkContext,
  ) {}

  /** The kinds of question that the file can answer, the most frequent first. */
  get kinds(): readonly QuestionKind[] {
    if (this.model.kind === 'filter') return ['flow'];
    return this.model.kind === 'policy' && filterOf(this.model) ? ['flow', 'url'] : ['url'];
  }

  /** An example of a question, as a person may type it. */
  get example(): string {
    if (this.kinds[0] === 'flow') return 'udp 10.1.2.3:50000 > 52.112.0.10:3478';
    return this.model.kind === 'selection' ? 'https://teams.microsoft.com/' : '10.1.2.3 > https://teams.microsoft.com/';
  }

  /** The points of a filter that a flow may pass, where its path does not say which of several. */
  pointsFor(text: string, path: FlowPath): readonly PathChoice<FlowPath>[] {
    const filter = filterOf(this.model);
    const flow = parseFlow(text);
    const points =
      filter && typeof flow !== 'string' ? possiblePoints(filter, flow, this.pathFrom(path), this.network) : [];
    if (points.length < 2) return [];
    return points.map((point, i) => ({
      label: point.name,
      description: [describePoint(point), ...(i === 0 ? ['where checks ask'] : [])]
        .filter((text) => text !== '')
        .join('; '),
      path: { ...path, point: point.name },
    }));
  }

  /** @param text the first packet of a connection: `udp 10.1.2.3:50000 > 52.112.0.10:3478` */
  flow(text: string, path: FlowPath): Answer | InvalidQuestion {
    const filter = filterOf(this.model);
    if (!filter) return invalid('the file is not a packet filter; ask about a URL instead');
    const flow = parseFlow(text);
    if (typeof flow === 'string') return invalid(flow);
    const whole = this.pathFrom(path);
    const explanation = explainFlow(filter, flow, whole, this.network, this.isDocumented(flow));
    return flowAnswer(explanation, whole, filter.points.length > 1);
  }

  /** Whether a requirement gives the destination of a flow, so that a check asks for it. */
  private isDocumented({ destination, destinationPort: port, protocol }: Flow): boolean {
    const family = protocol === TCP ? 'tcp' : protocol === UDP ? 'udp' : undefined;
    if (family === undefined) return false;
    const prefix = formatAddress(destination);
    const listing = this.catalog.servedBy({ prefix, ...(port === undefined ? {} : { port, protocol: family }) });
    return listing.some((one) => givesDestination(one) && IpSet.parseAll(one.flow.to.prefixes ?? []).has(destination));
  }

  /** @param text a URL, optionally preceded by `CLIENT > ` */
  url(text: string, client: Client): Answer | InvalidQuestion {
    const { model } = this;
    if (model.kind === 'filter') return invalid('a packet filter decides flows, not URLs');
    const usual = askedClients('clients', this.network, false);
    const asked = requestFor(text, { user: client.user, clients: client.clients ?? usual.clients }, this.catalog);
    if (asked.kind === 'invalid') return asked;
    const { resolvesExternalNames } = this.network;
    const request: ProxyRequest = { ...asked.request, ...(resolvesExternalNames ? { resolution: 'always' } : {}) };
    if (model.kind === 'policy') return policyAnswer(explainPolicy(model, request, usual.everyClient));
    if (model.kind === 'server') return proxyAnswer(explain(model, request, usual.everyClient));
    const { request: handedOver, note } = asHandedOver(request, asked.hasCredentials);
    return { ...proxyAnswer(explain(model, handedOver)), ...(note === undefined ? {} : { note }) };
  }

  private pathFrom(path: FlowPath): FlowPath {
    if (path.point !== undefined || path.hook !== undefined) return path;
    const { hook, point } = this.network;
    return { ...(hook === undefined ? {} : { hook }), ...(point === undefined ? {} : { point }), ...path };
  }
}

function describePoint({ hook, about, byNameOnly }: FilterPoint): string {
  if (about === 'ipsec') return 'traffic that is exempt from IPsec';
  if (byNameOnly) return 'not bound to an interface in this file';
  return hook === undefined ? '' : HOOKS[hook];
}

const HOOKS = {
  forward: 'traffic that passes through',
  input: 'traffic to the host itself',
  output: 'traffic from the host itself',
} as const;

function flowAnswer(
  { verdict, passage, decidedBy, reason, trace, replies, missingInterface }: FlowExplanation,
  path: FlowPath,
  hasSeveralPoints: boolean,
): Answer {
  const isSaid = path.point !== undefined || !hasSeveralPoints;
  const where = passage ? [...(isSaid ? [] : [`at ${passage.point}`]), ...passage.way] : [];
  const { end, names = [] } = missingInterface ?? {};
  const label = end === 'inInterface' ? 'in on' : 'out on';
  const another = anotherName(names);
  const choices = end
    ? [...names, another].map((name) => ({
        label: `${label} ${name === another ? 'another interface' : name}`,
        description: '',
        path: { ...path, [end]: name },
      }))
    : [];
  const note = where.length > 0 ? { note: `asked ${where.join(', ')}` } : {};
  const aspects: Aspect[] = replies
    ? [{ name: 'replies', value: replies.verdict, decidedBy: replies.decidedBy, reason: replies.reason }]
    : [];
  return { kind: 'flow', verdict, aspects, decidedBy, reason, ...note, trace, choices };
}

/** A name that none of some interfaces has. */
function anotherName(names: readonly string[]): string {
  for (let i = 0; ; i++) if (!names.includes(`other${i}`)) return `other${i}`;
}

function invalid(message: string): InvalidQuestion {
  return { kind: 'invalid', message };
}

/**
 * A request as browsers hand its URL over to a PAC file: of an encrypted connection without path and query (Chrome 75 and
 * later, Edge, Firefox), and never with a user name.
 */
function asHandedOver(request: ProxyRequest, hasCredentials: boolean): { request: ProxyRequest; note?: string } {
  const hidesPath = serverScheme(request.scheme) === 'https' && request.path !== '/';
  const hidden = [...(hidesPath ? ['path and query'] : []), ...(hasCredentials ? ['user name'] : [])];
  if (hidden.length === 0) return { request };
  const note = `browsers hand over ${request.scheme}: URLs without their ${hidden.join(' and ')}`;
  return { request: hidesPath ? { ...request, path: '/' } : request, note };
}

const SCHEMES: ReadonlyMap<string, UrlScheme> = new Map(
  (['http', 'https', 'ws', 'wss'] as const).map((scheme) => [`${scheme}:`, scheme]),
);

interface AskedRequest {
  readonly kind: 'request';
  readonly request: ProxyRequest;
  /** Whether the URL names a user. */
  readonly hasCredentials: boolean;
}

/** The request that a question describes. */
function requestFor(
  question: string,
  client: Client & { readonly clients: IpSet },
  catalog: Catalog,
): AskedRequest | InvalidQuestion {
  const [, from, text = question] = /^\s*([\da-f.:]+)\s*>\s*(\S+)\s*$/i.exec(question) ?? [];
  const address = from === undefined ? undefined : parseAddress(from);
  if (from !== undefined && !address) return invalid(`invalid address: ${from}`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = SCHEMES.get(url?.protocol ?? '');
  if (!url || !scheme) return invalid(`expected an http:, https:, ws: or wss: URL, not ${text}`);
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const request: ProxyRequest = {
    scheme,
    port: url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port),
    hosts: HostSet.exact(host),
    addresses: addressesOf(host, catalog),
    clients: address ? IpSet.parse(formatAddress(address)) : client.clients,
    user: client.user === undefined ? 'none' : { name: client.user },
    path: url.pathname + url.search,
  };
  return { kind: 'request', request, hasCredentials: url.username !== '' || url.password !== '' };
}

/** The host itself where it is an address; otherwise the addresses that the catalog documents for it. */
function addressesOf(host: string, catalog: Catalog): IpSet | undefined {
  if (parseAddress(host)) return IpSet.parse(host);
  const prefixes = catalog.servedBy({ host }).flatMap(({ flow }) => flow.to.prefixes ?? []);
  return prefixes.length > 0 ? IpSet.parseAll(prefixes) : undefined;
}

function proxyAnswer(explanation: Explanation): Answer {
  const { verdict, decidedBy, reason, trace } = explanation;
  const aspects: readonly Aspect[] =
    explanation.kind === 'selection'
      ? [{ name: 'result', value: explanation.result, decidedBy: undefined }]
      : verdict === 'not-applicable'
        ? []
        : [
            { name: 'tls', value: explanation.tls, decidedBy: explanation.tlsDecidedBy },
            { name: 'route', value: explanation.route, decidedBy: explanation.routeDecidedBy },
          ];
  const note = explanation.kind === 'server' && explanation.asked ? { note: `asked ${explanation.asked}` } : {};
  return { kind: 'url', verdict, aspects, decidedBy, reason, ...note, trace, choices: [] };
}

/** What each part says, the first that the file has as the verdict. */
function policyAnswer({ selection, proxy, firewall }: PolicyExplanation): Answer | InvalidQuestion {
  const first = selection ?? proxy ?? firewall;
  if (!first) return invalid('the policy decides nothing about URLs');
  const answer = proxyAnswer(first);
  const aspects = [...answer.aspects];
  if (proxy && proxy !== first) {
    aspects.push(
      { name: 'proxy', value: proxy.verdict, decidedBy: proxy.decidedBy, reason: proxy.reason },
      { name: 'tls', value: proxy.tls, decidedBy: proxy.tlsDecidedBy },
    );
  }
  if (firewall && firewall !== first) {
    const { verdict: value, decidedBy, reason } = firewall;
    aspects.push({ name: 'firewall', value, decidedBy, reason });
  }
  const asked = [
    ...(proxy?.asked ? [`the proxy ${proxy.asked}`] : []),
    ...(firewall?.asked ? [`the firewall ${firewall.asked}`] : []),
  ];
  return { ...answer, aspects, ...(asked.length > 0 ? { note: `asked ${asked.join(' and ')}` } : {}) };
}
