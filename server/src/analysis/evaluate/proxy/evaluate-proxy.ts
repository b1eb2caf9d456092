// Evaluates requirements for PAC files and proxy servers.
import type { Requirement } from '../../../catalog/requirement.js';
import { type Assumption, distinctStatements, type QuotedLine, type TraceStep } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import type { IpSet } from '../../../model/ip.js';
import { listed } from '../../../model/packet-text.js';
import { formatPorts } from '../../../model/ports.js';
import type { Case, ProxyModel, ProxyRequest, SelectionOutcome, ServerOutcome } from '../../../model/proxy.js';
import type { Verdict } from '../../report.js';
import { type Evaluation, NOTHING_MISSING, RANK } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import type { QueryCache } from './query-cache.js';
import { clientCells, sizeOf } from './regions.js';
import { proxyQueryFor } from './requests.js';

/** Whether one case is what a requirement asks for. `irrelevant`: the request ends before that is decided. */
export type Judgement =
  | { readonly kind: 'good' | 'bad' | 'irrelevant'; readonly decidedBy: QuotedLine | undefined }
  | { readonly kind: 'unknown'; readonly reason: string; readonly decidedBy: QuotedLine | undefined };

/** A case of a decision with what it means for the requirement. */
interface JudgedCase {
  readonly request: ProxyRequest;
  readonly hosts: HostSet;
  readonly clients: IpSet;
  readonly judgement: Judgement;
  readonly assumptions: readonly Assumption[];
  readonly trace: readonly TraceStep[];
}

/** Decides one requirement for a proxy. */
export function evaluateProxy(requirement: Requirement, queries: QueryCache, network: NetworkContext): Evaluation {
  const query = proxyQueryFor(requirement, queries, network);
  if (query.kind === 'not-applicable') return notApplicable(requirement, query.reason);
  const { requests, clients } = query;
  const cases = requests.flatMap((request) => judgedCases(requirement, queries, request));
  // A PAC file is the same for all clients; a proxy server distinguishes them.
  const cells =
    queries.model.kind === 'server' ? clientCells(clients, distinct(cases.map((judged) => judged.clients))) : [clients];
  const evaluations = cells.flatMap((cell) => {
    const own = cases.filter((judged) => judged.clients.overlaps(cell));
    if (own.every(({ judgement }) => judgement.kind === 'irrelevant')) return [];
    return [
      evaluateCell({ requirement, kind: queries.model.kind, cases: own, cell, isOneOfSeveral: cells.length > 1 }),
    ];
  });
  evaluations.sort((a, b) => RANK[a.verdict.status] - RANK[b.verdict.status] || sizeOf(b.cell) - sizeOf(a.cell));
  const [best] = evaluations;
  if (!best) return notApplicable(requirement, 'its connections are denied before this is decided');
  if (!query.everyClient) return best;
  // Report the largest cell with the worst verdict; as other cells are better, the requirement is met in part.
  const worst = evaluations.find(({ verdict }) => RANK[verdict.status] === lastRank(evaluations)) ?? best;
  if (worst.verdict.status === best.verdict.status || worst.verdict.status === 'undecided') return worst;
  const missing = `${worst.verdict.missing} for clients in ${prefixesOf(worst.cell)}`;
  return { ...worst, verdict: { ...worst.verdict, status: 'partial', missing } };
}

function lastRank(evaluations: readonly Evaluation[]): number {
  return Math.max(...evaluations.map(({ verdict }) => RANK[verdict.status]));
}

function notApplicable(requirement: Requirement, reason: string): Evaluation {
  const verdict: Verdict = { requirement: requirement.id, status: 'not-applicable', decidedBy: [], reason };
  return { requirement, verdict, missing: NOTHING_MISSING, trace: [] };
}

/** How many prefixes of the clients concerned are named. */
const PREFIX_LIMIT = 4;

function prefixesOf(clients: IpSet): string {
  return listed(clients.toPrefixes(), PREFIX_LIMIT);
}

function distinct(sets: readonly IpSet[]): IpSet[] {
  const result: IpSet[] = [];
  for (const set of sets) if (!result.some((known) => known.equals(set))) result.push(set);
  return result;
}

/** The longest trace that is shown with a finding; a part of a longer one would not help. */
const STEPS_SHOWN = 100;

function judgedCases(requirement: Requirement, queries: QueryCache, request: ProxyRequest): JudgedCase[] {
  const judged = <Outcome>(one: Case<Outcome>, judgement: Judgement) => ({
    request,
    hosts: one.hosts,
    clients: one.clients,
    judgement,
    assumptions: one.assumptions,
  });
  const { model } = queries;
  const decision = queries.decide(request);
  switch (decision.kind) {
    case 'selection': {
      const isShown = model.kind !== 'selection' || (model.steps ?? 0) <= STEPS_SHOWN;
      return decision.cases.map((one) => ({
        ...judged(one, judgeSelection(requirement.kind, one)),
        // Made on demand: most cases are never reported.
        get trace() {
          return isShown ? one.trace : [];
        },
      }));
    }
    case 'server':
      // The trace of a server's decision is every rule before it, perhaps thousands: too long to show with a finding.
      return decision.cases.map((one) => ({ ...judged(one, judgeServer(requirement.kind, one)), trace: [] }));
  }
}

function judgeSelection(kind: Requirement['kind'], one: Case<SelectionOutcome>): Judgement {
  const { outcome, decidedBy } = one;
  if (outcome.kind === 'undecided') return { kind: 'unknown', reason: outcome.reason, decidedBy };
  return { kind: outcome.route === (kind === 'use-proxy' ? 'proxy' : 'direct') ? 'good' : 'bad', decidedBy };
}

function judgeServer(kind: Requirement['kind'], one: Case<ServerOutcome>): Judgement {
  const { outcome, decidedBy } = one;
  if (outcome.kind === 'undecided') return { kind: 'unknown', reason: outcome.reason, decidedBy };
  const { access, tls, tlsDecidedBy } = outcome;
  // A connection that is closed at its TLS client hello is denied, even if the request was permitted.
  const refused = access === 'deny' || tls === 'terminate';
  switch (kind) {
    case 'reach':
      if (access !== 'permit') return { kind: 'bad', decidedBy };
      if (typeof tls === 'object') return { kind: 'unknown', reason: tls.reason, decidedBy: tlsDecidedBy };
      return refused ? { kind: 'bad', decidedBy: tlsDecidedBy } : { kind: 'good', decidedBy };
    case 'no-proxy-auth':
      if (refused) return { kind: 'irrelevant', decidedBy };
      return { kind: access === 'auth' ? 'bad' : 'good', decidedBy };
    default:
      if (refused || access !== 'permit') return { kind: 'irrelevant', decidedBy };
      if (typeof tls === 'object') return { kind: 'unknown', reason: tls.reason, decidedBy: tlsDecidedBy };
      return { kind: tls === 'bump' ? 'bad' : 'good', decidedBy: tlsDecidedBy };
  }
}

/** The cases of a requirement for clients that no case distinguishes. */
interface ClientCell {
  readonly requirement: Requirement;
  readonly kind: ProxyModel['kind'];
  readonly cases: readonly JudgedCase[];
  readonly cell: IpSet;
  readonly isOneOfSeveral: boolean;
}

function evaluateCell({
  requirement,
  kind,
  cases,
  cell,
  isOneOfSeveral,
}: ClientCell): Evaluation & { readonly cell: IpSet } {
  const refused: { readonly port: number; readonly hosts: HostSet }[] = [];
  let anyGood = false;
  let unknownHosts = HostSet.none;
  const unknownPorts: number[] = [];
  for (const request of new Set(cases.map((judged) => judged.request))) {
    const own = cases.filter((judged) => judged.request === request);
    const hostsOf = (judged: Judgement['kind']) =>
      HostSet.union(own.filter(({ judgement }) => judgement.kind === judged).map(({ hosts }) => hosts));
    const good = hostsOf('good');
    const bad = hostsOf('bad');
    const unknown = hostsOf('unknown');
    // Cases that cover the same hosts differ only in what is assumed of the environment.
    const definitelyBad = bad.subtract(good).subtract(unknown);
    if (!definitelyBad.isEmpty) refused.push({ port: request.port, hosts: definitelyBad });
    const undecided = unknown.union(bad.subtract(definitelyBad));
    if (!undecided.isEmpty) unknownPorts.push(request.port);
    unknownHosts = unknownHosts.union(undecided);
    if (!good.subtract(bad).isEmpty) anyGood = true;
  }
  const missingHosts = HostSet.union(refused.map(({ hosts }) => hosts));
  const ports = [...new Set([...refused.map(({ port }) => port), ...unknownPorts])].sort((a, b) => a - b);
  const transport = cases[0]?.request.protocol ? { protocol: 'udp' as const } : {};
  const common = { requirement, cell };

  if (refused.length > 0) {
    const against = mostCertainFirst(
      kind,
      cases.filter(({ judgement, hosts }) => judgement.kind === 'bad' && !hosts.intersect(missingHosts).isEmpty),
    );
    const verdict: Verdict = {
      requirement: requirement.id,
      status: anyGood || !unknownHosts.isEmpty ? 'partial' : 'blocked',
      decidedBy: statementsOf(against),
      missing: describeMissing(refused, transport.protocol ?? 'tcp'),
    };
    const missing = { kind: 'hosts', hosts: missingHosts, undecided: unknownHosts, ports, ...transport } as const;
    return {
      ...common,
      verdict,
      missing,
      get trace() {
        return against[0]?.trace ?? [];
      },
    };
  }
  if (!unknownHosts.isEmpty) {
    const undecided = cases.filter(
      ({ judgement, hosts }) =>
        (judgement.kind === 'bad' || judgement.kind === 'unknown') && !hosts.intersect(unknownHosts).isEmpty,
    );
    const verdict: Verdict = {
      requirement: requirement.id,
      status: 'undecided',
      decidedBy: undecidedStatements(kind, undecided),
      reason: describeUnknown(undecided),
    };
    return {
      ...common,
      verdict,
      missing: { kind: 'hosts', hosts: unknownHosts, ports, ...transport },
      get trace() {
        return undecided[0]?.trace ?? [];
      },
    };
  }
  const served = cases.filter(({ judgement }) => judgement.kind === 'good');
  const verdict: Verdict = {
    requirement: requirement.id,
    status: 'met',
    decidedBy: statementsOf(served),
    ...(isOneOfSeveral ? { reason: `for clients in ${prefixesOf(cell)}` } : {}),
  };
  return { ...common, verdict, missing: NOTHING_MISSING, trace: [] };
}

/**
 * Cases without assumptions first. Of the others the last statement first: it decides if the conditions before it do not
 * hold, while each earlier one decides only if its own condition holds.
 */
function mostCertainFirst(kind: ProxyModel['kind'], cases: readonly JudgedCase[]): readonly JudgedCase[] {
  const certain = cases.filter(({ assumptions }) => assumptions.length === 0);
  const assumed = cases.filter(({ assumptions }) => assumptions.length > 0);
  // Rules decide in their order, the paths through a program in any; the case that concerns most clients comes first.
  if (kind === 'server') return [...certain, ...assumed.reverse()];
  const placeOf = ({ judgement }: JudgedCase) => judgement.decidedBy?.range.start ?? 0;
  certain.sort((a, b) => sizeOf(b.clients) - sizeOf(a.clients));
  return [...certain, ...assumed.sort((a, b) => placeOf(b) - placeOf(a))];
}

/**
 * The statements that leave a verdict undecided: in a list of rules those that name something unknown; in a program the
 * `return`, followed by what it depends on.
 */
function undecidedStatements(kind: ProxyModel['kind'], cases: readonly JudgedCase[]): QuotedLine[] {
  const known = cases.map(({ judgement }) => (judgement.decidedBy ? [judgement.decidedBy] : []));
  const assumed = cases.map(({ assumptions }) => assumptions.map(({ statement }) => statement));
  if (kind === 'selection') return distinctStatements([...known.flat(), ...assumed.flat()]);
  return distinctStatements(cases.flatMap((_, i) => [...(assumed[i] ?? []), ...(known[i] ?? [])]));
}

/** The statements that decided some cases, each once, in the order of the cases. */
function statementsOf(cases: readonly JudgedCase[]): QuotedLine[] {
  return distinctStatements(cases.flatMap(({ judgement }) => judgement.decidedBy ?? []));
}

/** The missing part in the smallest form that a person would write: `TCP 80, 443 to *.lync.com`. */
function describeMissing(
  refused: readonly { readonly port: number; readonly hosts: HostSet }[],
  protocol: 'tcp' | 'udp',
): string {
  const byHosts = new Map<string, number[]>();
  for (const { port, hosts } of refused) {
    const text = hosts.describe();
    byHosts.set(text, [...(byHosts.get(text) ?? []), port]);
  }
  return [...byHosts]
    .map(
      ([hosts, ports]) =>
        `${protocol.toUpperCase()} ${formatPorts(IntervalSet.of(...ports.map((port) => [port, port] as const)))} to ${hosts}`,
    )
    .join('; ');
}

function describeUnknown(cases: readonly JudgedCase[]): string {
  const unknown = cases.find(({ judgement }) => judgement.kind === 'unknown')?.judgement;
  if (unknown?.kind === 'unknown') return unknown.reason;
  const phrases = [...new Set(cases[0]?.assumptions.map(({ phrase }) => phrase) ?? [])];
  return phrases.length > 0 ? `not met if ${phrases.join(' and ')}` : 'the file does not decide it';
}
