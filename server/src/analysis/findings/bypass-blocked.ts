import { FINDING_CODES } from '../../model/codes.js';
import type { QuotedLine } from '../../model/evidence.js';
import { HostSet } from '../../model/hosts.js';
import { IntervalSet } from '../../model/intervals.js';
import { describePackets } from '../../model/packet-text.js';
import { ANY_PACKET, PacketSet, TCP } from '../../model/packets.js';
import type { SelectionModel } from '../../model/proxy.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import type { NetworkContext } from '../evaluate/network-context.js';
import { QueryCache } from '../evaluate/proxy/query-cache.js';
import { proxyQueryFor } from '../evaluate/proxy/requests.js';
import type { Finding } from '../report.js';
import { listHosts, listIds, type SeverityOverrides } from './findings.js';
import { serviceOf } from './services.js';

/** A packet filter that the direct traffic of the clients passes, with its verdicts. */
export interface FilterOnPath {
  readonly name: string;
  readonly evaluations: readonly Evaluation[];
}

/** Hosts that one statement sends past the proxy and one statement of a filter denies there. */
interface Contradiction {
  readonly filter: FilterOnPath;
  readonly sends: QuotedLine;
  readonly denies: QuotedLine | undefined;
  readonly service: string;
  readonly patterns: string[];
  /** The web ports that are denied, by the evaluation that found it. */
  readonly ports: Map<Evaluation, Set<number>>;
}

/**
 * Tells the hosts of requirements that a PAC file surely sends DIRECT while a packet filter on the way surely denies
 * the web ports of their documented addresses. What either of them leaves open is no contradiction.
 */
export function bypassBlocked(
  model: SelectionModel,
  filters: readonly FilterOnPath[],
  network: NetworkContext,
  overrides: SeverityOverrides,
): Finding[] {
  const severity = overrides['bypass-blocked'] ?? FINDING_CODES['bypass-blocked'].severity;
  if (severity === 'off') return [];
  const queries = new QueryCache(model);
  const found = new Map<string, Contradiction>();
  for (const filter of filters) {
    for (const evaluation of filter.evaluations) collect(evaluation, filter, queries, network, found);
  }
  return [...found.values()].map((contradiction) => {
    const { filter, sends, denies, service, patterns, ports } = contradiction;
    const requirements = [...ports.keys()].map(({ requirement }) => requirement);
    return {
      code: 'bypass-blocked',
      severity,
      message: `${service}: this sends ${listHosts(patterns)} past the proxy, but ${filter.name} denies ${describeDenied(contradiction)} (${listIds(requirements)}).`,
      uri: sends.uri,
      range: sends.range,
      requirements: requirements.map(({ id }) => id),
      related: denies ? [{ uri: denies.uri, range: denies.range, message: 'denies it there' }] : [],
    };
  });
}

function describeDenied({ ports }: Contradiction): string {
  let denied = PacketSet.none;
  for (const [{ missing }, own] of ports) {
    if (missing.kind === 'packets') denied = denied.union(missing.packets.intersect(packetsTo([...own])));
  }
  return describePackets(denied);
}

function collect(
  evaluation: Evaluation,
  filter: FilterOnPath,
  queries: QueryCache,
  network: NetworkContext,
  found: Map<string, Contradiction>,
): void {
  const { requirement, verdict, missing } = evaluation;
  const { kind, flow } = requirement;
  // Of the hosts of other roles nobody knows whether they use the PAC file.
  const isOfClients = flow.from.role === undefined || flow.from.role === 'clients';
  if (kind !== 'reach' || !isOfClients || missing.kind !== 'packets') return;
  const question = proxyQueryFor({ ...requirement, kind: 'bypass-proxy' }, queries, network);
  if (question.kind !== 'ask') return;
  for (const request of question.requests) {
    if (missing.packets.intersect(packetsTo([request.port])).isEmpty) continue;
    const answer = queries.ask(request);
    if (answer.kind !== 'selection') continue;
    for (const { outcome, hosts, assumptions, decidedBy } of answer.cases) {
      const isDirect = outcome.kind === 'selected' && outcome.route === 'direct';
      if (!isDirect || !decidedBy || assumptions.length > 0) continue;
      const [denies] = verdict.decidedBy;
      const service = serviceOf(requirement);
      const key = [decidedBy, denies].map((place) => place && `${place.uri}#${place.range.start}`).join(' ');
      const own: Contradiction = found.get(`${key} ${service}`) ?? {
        filter,
        sends: decidedBy,
        denies,
        service,
        patterns: [],
        ports: new Map(),
      };
      found.set(`${key} ${service}`, own);
      own.ports.set(evaluation, (own.ports.get(evaluation) ?? new Set()).add(request.port));
      for (const pattern of flow.to.hosts ?? []) {
        if (own.patterns.includes(pattern) || hosts.intersect(HostSet.pattern(pattern)).isEmpty) continue;
        own.patterns.push(pattern);
      }
    }
  }
}

/** What browsers send to some ports. */
function packetsTo(ports: readonly number[]): PacketSet {
  return PacketSet.of({
    ...ANY_PACKET,
    protocols: IntervalSet.of([TCP, TCP]),
    destinationPorts: IntervalSet.of(...ports.map((port) => [port, port] as const)),
  });
}
