// Contradictions between a PAC file and the packet filters that its DIRECT traffic passes.
import { FINDING_CODES } from '../../model/codes.js';
import { type QuotedLine, statementKey } from '../../model/evidence.js';
import { HostSet } from '../../model/hosts.js';
import { IntervalSet } from '../../model/intervals.js';
import { describePackets } from '../../model/packet-text.js';
import { ANY_PACKET, PacketSet, protocolSet, TCP } from '../../model/packets.js';
import type { SelectionModel } from '../../model/proxy.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import type { NetworkContext } from '../evaluate/network-context.js';
import { QueryCache } from '../evaluate/proxy/query-cache.js';
import { proxyQueryFor } from '../evaluate/proxy/requests.js';
import type { Finding } from '../report.js';
import type { SeverityOverrides } from './findings.js';
import { listHosts, listIds } from './message.js';
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
 * Reports the hosts of requirements that a PAC file definitely sends DIRECT while a packet filter on the path definitely
 * denies the web ports of their documented addresses. Anything undecided in either of them is not a contradiction.
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
  return contradictionsAt(filters, queries, network).map((contradiction) => {
    const { filter, sends, denies, service, patterns, ports } = contradiction;
    const requirements = [...ports.keys()].map(({ requirement }) => requirement);
    return {
      code: 'bypass-blocked',
      severity,
      message: `${service}: this sends ${listHosts(patterns)} past the proxy, but ${filter.name} denies ${describeDenied(contradiction)} (${listIds(requirements)}).`,
      uri: sends.uri,
      range: sends.range,
      requirements: requirements.map(({ id }) => id),
      related: denies ? [{ uri: denies.uri, range: denies.range, message: 'Denies it there.' }] : [],
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

/** Hosts that a PAC file definitely sends DIRECT. */
interface DirectCase {
  readonly port: number;
  readonly hosts: HostSet;
  readonly sends: QuotedLine;
}

/** The hosts of a requirement that the PAC file definitely sends DIRECT, to ports that a filter definitely denies. */
function* directCases(
  { requirement, missing }: Evaluation,
  queries: QueryCache,
  network: NetworkContext,
): Generator<DirectCase> {
  const { kind, flow } = requirement;
  // Whether the hosts of other roles use the PAC file is unknown.
  const isOfClients = flow.from.role === undefined || flow.from.role === 'clients';
  if (kind !== 'reach' || !isOfClients || missing.kind !== 'packets') return;
  const query = proxyQueryFor({ ...requirement, kind: 'bypass-proxy' }, queries, network);
  if (query.kind !== 'requests') return;
  for (const request of query.requests) {
    if (missing.packets.intersect(packetsTo([request.port])).isEmpty) continue;
    const decision = queries.decide(request);
    if (decision.kind !== 'selection') continue;
    for (const { outcome, hosts, assumptions, decidedBy } of decision.cases) {
      const isDirect = outcome.kind === 'selected' && outcome.route === 'direct';
      if (isDirect && decidedBy && assumptions.length === 0) yield { port: request.port, hosts, sends: decidedBy };
    }
  }
}

/** The contradictions, one for the same two statements and the same service. */
function contradictionsAt(
  filters: readonly FilterOnPath[],
  queries: QueryCache,
  network: NetworkContext,
): Contradiction[] {
  const found = new Map<string, Contradiction>();
  const pairs = filters.flatMap((filter) => filter.evaluations.map((evaluation) => ({ filter, evaluation })));
  for (const { filter, evaluation } of pairs) {
    const { requirement, verdict } = evaluation;
    const [denies] = verdict.decidedBy;
    const service = serviceOf(requirement);
    for (const { port, hosts, sends } of directCases(evaluation, queries, network)) {
      const key = [statementKey(sends), denies && statementKey(denies), service].join(' ');
      const start: Contradiction = { filter, sends, denies, service, patterns: [], ports: new Map() };
      const own = found.get(key) ?? start;
      found.set(key, own);
      own.ports.set(evaluation, (own.ports.get(evaluation) ?? new Set()).add(port));
      for (const pattern of requirement.flow.to.hosts ?? []) {
        if (own.patterns.includes(pattern) || hosts.intersect(HostSet.pattern(pattern)).isEmpty) continue;
        own.patterns.push(pattern);
      }
    }
  }
  return [...found.values()];
}

/** The TCP packets to some ports. */
function packetsTo(ports: readonly number[]): PacketSet {
  return PacketSet.of({
    ...ANY_PACKET,
    protocols: protocolSet(TCP),
    destinationPorts: IntervalSet.from(ports.map((port) => [port, port] as const)),
  });
}
