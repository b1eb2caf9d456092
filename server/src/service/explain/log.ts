// What a file does with the packets and requests of a log, and which documents ask for them.
import type { FlowPath } from '../../analysis/explain/flow.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { Requirement } from '../../catalog/requirement.js';
import type { NamedEndpoint } from '../../catalog/service-index.js';
import { parseSought } from '../../catalog/sought.js';
import type { LoggedFlow } from '../../logs/entry.js';
import type { CountedEntry } from '../../logs/read.js';
import { IntervalSet } from '../../model/intervals.js';
import { IpSet, parseAddress } from '../../model/ip.js';
import { ANYONE, type Answer, type Explainer, type InvalidQuestion } from './answer.js';

/** A logged packet or request with all that is known of it. */
export interface ExplainedEntry {
  readonly logged: CountedEntry;
  /** The question in the form that `explain` takes: a flow or a URL. */
  readonly question: string;
  /** How the question differs from the logged packet, as a sentence without full stop. */
  readonly note: string | undefined;
  /** The requirements that ask for it, the most specific first, one for each set of a document. */
  readonly requirements: readonly Requirement[];
  readonly answer: Answer | InvalidQuestion;
}

/** Asks one file about what a log contains. */
export function explainLogged(logged: CountedEntry, explainer: Explainer): ExplainedEntry {
  const { catalog } = explainer;
  const { entry } = logged;
  if (entry.kind === 'url') {
    const requirements = documented(catalog, parseSought(entry.url));
    const client = parseAddress(entry.client ?? '')
      ? { clients: IpSet.parse(entry.client ?? ''), user: entry.user }
      : ANYONE;
    const answer: Answer | InvalidQuestion = explainer.kinds.includes('url')
      ? explainer.url(entry.url, client)
      : { kind: 'invalid', message: 'the log is that of a proxy, and the file a packet filter' };
    return { logged, question: entry.url, note: undefined, requirements, answer };
  }
  const { flow, note, requirements } = connectionOf(entry, catalog);
  const question = `${flow.protocol.toLowerCase()} ${end(flow.source, flow.sourcePort)} > ${end(flow.destination, flow.destinationPort)}`;
  const answer: Answer | InvalidQuestion = explainer.kinds.includes('flow')
    ? explainer.flow(question, flow.path)
    : { kind: 'invalid', message: 'the log is that of a packet filter, and the file a proxy configuration' };
  return { logged, question, note, requirements, answer };
}

/** The connection that a packet belongs to: of a reply, the one that it answers. */
function connectionOf(entry: LoggedFlow, catalog: Catalog) {
  const requirements = documented(catalog, endpointOf(entry));
  if (!entry.isReply && requirements.length > 0) return { flow: entry, note: undefined, requirements };
  const { sourcePort, destinationPort, ...others } = entry;
  const reversed: LoggedFlow = {
    ...others,
    source: entry.destination,
    destination: entry.source,
    path: reversedPath(entry.path),
    ...(destinationPort === undefined ? {} : { sourcePort: destinationPort }),
    ...(sourcePort === undefined ? {} : { destinationPort: sourcePort }),
  };
  const ofReversed = documented(catalog, endpointOf(reversed));
  if (entry.isReply) {
    return {
      flow: reversed,
      note: 'the packet is a reply: asked about the connection that it belongs to',
      requirements: ofReversed,
    };
  }
  // Nobody's service, but what a service sends: the client's own port is one that it has chosen.
  if (ofReversed.length === 0 || (destinationPort ?? 0) < 1024) return { flow: entry, note: undefined, requirements };
  const note = 'the packet comes from a documented service: asked about the connection that it answers';
  return { flow: reversed, note, requirements: ofReversed };
}

const OPPOSITE = { input: 'output', output: 'input', forward: 'forward' } as const;

/** The way of the connection's first packet. The list that denied its reply is on the way back, and is not asked. */
function reversedPath({ hook, inInterface, outInterface }: FlowPath): FlowPath {
  return {
    ...(hook === undefined ? {} : { hook: OPPOSITE[hook] }),
    ...(outInterface === undefined ? {} : { inInterface: outInterface }),
    ...(inInterface === undefined ? {} : { outInterface: inInterface }),
  };
}

function endpointOf({ protocol, destination, destinationPort }: LoggedFlow): NamedEndpoint | undefined {
  const transport = /^(?:tcp|6)$/i.test(protocol) ? 'tcp' : /^(?:udp|17)$/i.test(protocol) ? 'udp' : undefined;
  if (!parseAddress(destination)) return undefined;
  if (transport === undefined || destinationPort === undefined) return undefined;
  return { prefix: destination, ports: IntervalSet.of([destinationPort, destinationPort]), protocol: transport };
}

/** What asks to reach an endpoint, or to treat it in some way where the file is a proxy: one requirement a set. */
function documented(catalog: Catalog, endpoint: NamedEndpoint | undefined): readonly Requirement[] {
  if (!endpoint) return [];
  const sets = new Map<string, Requirement>();
  for (const requirement of catalog.servedBy(endpoint)) {
    if (requirement.kind === 'advice' || requirement.retired !== undefined) continue;
    const set = requirement.id.slice(0, requirement.id.lastIndexOf('/'));
    if (!sets.has(set)) sets.set(set, requirement);
  }
  return [...sets.values()];
}

function end(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
