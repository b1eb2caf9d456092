import { explainFlow, type FlowExplanation, type FlowPath, openPoints, parseFlow } from '../analysis/explain/flow.js';
import { explainPolicy, type PolicyExplanation } from '../analysis/explain/policy.js';
import { type Explanation, explain } from '../analysis/explain/request.js';
import type { Catalog } from '../catalog/catalog.js';
import type { QuotedLine, TraceStep } from '../model/evidence.js';
import type { FilterModel, FilterPoint } from '../model/filter.js';
import { HostSet } from '../model/hosts.js';
import { formatAddress, IpSet, PRIVATE_SPACE, parseAddress } from '../model/ip.js';
import type { Model } from '../model/model.js';
import type { ProxyRequest } from '../model/proxy.js';

/** A flow to a packet filter, or a URL to a proxy or a PAC file. */
export type QuestionKind = 'flow' | 'url';

/** Who asks a proxy. */
export interface Asker {
  /** Where they are; any private address where a question does not say. */
  readonly clients: IpSet;
  /** The name that they are logged in with. */
  readonly user: string | undefined;
}

export const ANYONE: Asker = { clients: PRIVATE_SPACE, user: undefined };

/** What a file does with one flow or URL, in one form for all kinds of file and every front end. */
export interface Answer {
  readonly kind: QuestionKind;
  readonly verdict: string;
  /** What is decided beside the verdict, each perhaps by a statement of its own. */
  readonly aspects: readonly Aspect[];
  /** The statement that decided; for an undecided question the one that leaves it open; none for a default. */
  readonly decidedBy: QuotedLine | undefined;
  /** What an undecided part depends on, as a sentence without full stop. */
  readonly reason: string | undefined;
  readonly trace: readonly TraceStep[];
  /** Ways that the question can be made more precise, where the file decides by them. */
  readonly choices: readonly PathChoice[];
}

export interface Aspect {
  readonly name: 'result' | 'tls' | 'route' | 'proxy' | 'firewall';
  /** `undefined` where it depends on the surroundings. */
  readonly value: string | undefined;
  readonly decidedBy: QuotedLine | undefined;
  /** What an undecided one depends on, where that is not the reason of the whole answer. */
  readonly reason?: string | undefined;
}

/** One of the ways that a flow may take through a filter. */
export interface PathChoice {
  readonly label: string;
  readonly description: string;
  readonly path: FlowPath;
}

/** Answers questions about one file. */
export class Explainer {
  constructor(
    private readonly model: Model,
    private readonly catalog: Catalog,
    /** Where flows pass the file, as far as the workspace says. */
    private readonly usualPath: FlowPath,
  ) {}

  /** What the file can be asked about, what it is asked about most first. */
  get kinds(): readonly QuestionKind[] {
    if (this.model.kind === 'filter') return ['flow'];
    return this.model.kind === 'policy' && filterOf(this.model) ? ['flow', 'url'] : ['url'];
  }

  /** An example of a question, as a person may type it. */
  get example(): string {
    if (this.kinds[0] === 'flow') return 'udp 10.1.2.3:50000 > 52.112.0.10:3478';
    return this.model.kind === 'selection' ? 'https://teams.microsoft.com/' : '10.1.2.3 > https://teams.microsoft.com/';
  }

  /** The points of a filter that a flow may pass, where the path leaves several open. */
  pointsFor(path: FlowPath): readonly PathChoice[] {
    const filter = filterOf(this.model);
    const points = filter ? openPoints(filter, this.pathFrom(path)) : [];
    if (points.length < 2) return [];
    return points.map((point) => ({
      label: point.name,
      description: describePoint(point),
      path: { ...path, point: point.name },
    }));
  }

  /** Answers a question about a flow; a message where the text is none. */
  flow(text: string, path: FlowPath): Answer | string {
    const filter = filterOf(this.model);
    if (!filter) return 'the file is no packet filter; ask about a URL';
    const flow = parseFlow(text);
    if (typeof flow === 'string') return flow;
    const whole = this.pathFrom(path);
    return flowAnswer(explainFlow(filter, flow, whole), whole);
  }

  /** Answers a question about a URL, `CLIENT > ` before it or not; a message where the text is none. */
  url(text: string, asker: Asker): Answer | string {
    const { model } = this;
    if (model.kind === 'filter') return 'a packet filter decides flows, not URLs';
    const request = requestFor(text, asker, this.catalog);
    if (typeof request === 'string') return request;
    if (model.kind === 'policy') return policyAnswer(explainPolicy(model, request));
    return proxyAnswer(explain(model, request));
  }

  private pathFrom(path: FlowPath): FlowPath {
    return path.point === undefined && path.hook === undefined ? { ...this.usualPath, ...path } : path;
  }
}

function filterOf(model: Model): FilterModel | undefined {
  if (model.kind === 'filter') return model;
  if (model.kind !== 'policy') return undefined;
  for (const part of model.parts) if (part.kind === 'filter') return part;
  return undefined;
}

function describePoint({ hook, about, byNameOnly }: FilterPoint): string {
  if (about === 'ipsec') return 'what goes without IPsec';
  if (byNameOnly) return 'bound to no interface of this file';
  return hook === undefined ? '' : HOOKS[hook];
}

const HOOKS = {
  forward: 'what passes through',
  input: 'what is for the host itself',
  output: 'what the host itself sends',
} as const;

function flowAnswer({ verdict, decidedBy, reason, trace, openInterface }: FlowExplanation, path: FlowPath): Answer {
  const { end, names = [] } = openInterface ?? {};
  const label = end === 'inInterface' ? 'in by' : 'out by';
  const another = anotherName(names);
  const choices = end
    ? [...names, another].map((name) => ({
        label: `${label} ${name === another ? 'another interface' : name}`,
        description: '',
        path: { ...path, [end]: name },
      }))
    : [];
  return { kind: 'flow', verdict, aspects: [], decidedBy, reason, trace, choices };
}

/** The name of an interface that is none of some. */
function anotherName(names: readonly string[]): string {
  for (let i = 0; ; i++) if (!names.includes(`other${i}`)) return `other${i}`;
}

/** The request that a question stands for; a message where it is none that a proxy is asked. */
function requestFor(question: string, asker: Asker, catalog: Catalog): ProxyRequest | string {
  const [, from, text = question] = /^\s*([\da-f.:]+)\s*>\s*(\S+)\s*$/i.exec(question) ?? [];
  const client = from === undefined ? undefined : parseAddress(from);
  if (from !== undefined && !client) return `not an address: ${from}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url?.protocol === 'http:' ? 'http' : url?.protocol === 'https:' ? 'https' : undefined;
  if (!url || !scheme) return `not an http: or https: URL: ${text}`;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return {
    scheme,
    port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
    hosts: HostSet.exact(host),
    addresses: addressesOf(host, catalog),
    clients: client ? IpSet.parse(formatAddress(client)) : asker.clients,
    user: asker.user === undefined ? 'none' : { name: asker.user },
    path: url.pathname + url.search,
  };
}

/** The host itself where it is an address; otherwise the addresses that the catalog documents for it. */
function addressesOf(host: string, catalog: Catalog): IpSet | undefined {
  if (parseAddress(host)) return IpSet.parse(host);
  const prefixes = catalog.servedBy({ host }).flatMap(({ flow }) => flow.to.prefixes ?? []);
  return prefixes.length > 0 ? IpSet.parse(...prefixes) : undefined;
}

function proxyAnswer(explanation: Explanation): Answer {
  const { verdict, decidedBy, reason, trace } = explanation;
  const aspects: readonly Aspect[] =
    explanation.kind === 'selection'
      ? [{ name: 'result', value: explanation.result, decidedBy: undefined }]
      : [
          { name: 'tls', value: explanation.tls, decidedBy: explanation.tlsDecidedBy },
          { name: 'route', value: explanation.route, decidedBy: explanation.routeDecidedBy },
        ];
  return { kind: 'url', verdict, aspects, decidedBy, reason, trace, choices: [] };
}

/** What each part says, the first that the file has as the verdict; a message where it has none. */
function policyAnswer({ selection, proxy, firewall }: PolicyExplanation): Answer | string {
  const first = selection ?? proxy ?? firewall;
  if (!first) return 'the policy says nothing about URLs';
  const told = proxyAnswer(first);
  const aspects = [...told.aspects];
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
  return { ...told, aspects };
}
