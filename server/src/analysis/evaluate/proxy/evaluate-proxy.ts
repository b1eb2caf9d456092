// Evaluates requirements for PAC files and proxy servers.

import type { Requirement } from '../../../catalog/requirement.js';
import { addTo, largest } from '../../../kept/lists.js';
import { attempt, BudgetSpent, paidBy, spend, spendFromPurse } from '../../../model/budget.js';
import {
  areOfRequest,
  distinctStatements,
  NO_STEPS,
  phrasesOf,
  type QuotedLine,
  statementKey,
} from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import type { IpSet } from '../../../model/ip.js';
import { prefixesOf } from '../../../model/packet-text.js';
import { formatPorts } from '../../../model/ports.js';
import type { ProxyRequest } from '../../../model/proxy.js';
import type { Verdict } from '../../report.js';
import { type Evaluation, lackText, NOTHING_MISSING, notApplicable, RANK, tooMuch } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { agreedByAll } from './alternatives.js';
import { NO_CLIENT_PORT } from './clients.js';
import { OpenConditions } from './conditions.js';
import { atEveryEntry } from './entries.js';
import { type JudgedCase, type Judgement, judgedCases } from './judgement.js';
import { onlyOfServed } from './logins.js';
import type { QueryCache } from './query-cache.js';
import { clientCells, distinctSets, sizeOf } from './regions.js';
import { type ProxyQuery, proxyQueryFor } from './requests.js';
import { partitionedShares, ShareCollector } from './shares.js';

/** Decides one requirement for a proxy. The work for all that is asked of one program is paid from one budget. */
export function evaluateProxy(requirement: Requirement, queries: QueryCache, network: NetworkContext): Evaluation {
  try {
    return paidBy(queries.budget, () => evaluate(requirement, queries, network));
  } catch (thrown) {
    if (!(thrown instanceof BudgetSpent)) throw thrown;
    // What is asked later has nothing left: it was spent where it did not suffice first.
    queries.spentAt ??= thrown.at;
    return tooMuch(requirement, thrown, queries.spentAt ? [queries.spentAt] : []);
  }
}

/** Where the sets of hosts that a program makes are too much: the statement that decides most of the cases. */
function mostDeciding(cases: readonly JudgedCase[]): QuotedLine | undefined {
  const counts = new Map<string, { readonly statement: QuotedLine; readonly count: number }>();
  for (const statement of cases.flatMap(({ judgement: { decidedBy } }) => decidedBy ?? [])) {
    const key = statementKey(statement);
    counts.set(key, { statement, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most?.statement;
}

function evaluate(requirement: Requirement, queries: QueryCache, network: NetworkContext): Evaluation {
  const query = proxyQueryFor(requirement, queries, network);
  if (query.kind === 'not-applicable') return notApplicable(requirement, query.reason);
  const cases = query.requests.flatMap((request) =>
    onlyOfServed(judgedCases(requirement, queries, request), queries, request),
  );
  try {
    return agreedByAll(cases, (some) => evaluationOf(requirement, queries, query, some));
  } catch (thrown) {
    if (thrown instanceof BudgetSpent) thrown.at ??= mostDeciding(cases);
    throw thrown;
  }
}

function evaluationOf(
  requirement: Requirement,
  queries: QueryCache,
  query: Extract<ProxyQuery, { kind: 'requests' }>,
  cases: readonly JudgedCase[],
): Evaluation {
  const isServer = queries.model.kind === 'server';
  const byEntry = new Map<JudgedCase['at'], JudgedCase[]>();
  for (const judged of cases) addTo(byEntry, judged.at, judged);
  if (byEntry.size === 0) return notApplicable(requirement, NO_CLIENT_PORT);
  return atEveryEntry(
    [...byEntry].map(([entry, own]) => ({ entry, evaluation: evaluateCases(requirement, query, own, isServer) })),
  );
}

/** What it costs to see what a case means to clients, for each cell of them. */
const JUDGED = 60;

/** What it costs to put a verdict together for one port of a proxy. */
const ENTRY = 200;

/** Decides one requirement for the requests that arrive at one port. */
function evaluateCases(
  requirement: Requirement,
  query: Extract<ProxyQuery, { kind: 'requests' }>,
  cases: readonly JudgedCase[],
  isServer: boolean,
): Evaluation {
  const { requests, clients } = query;
  // A proxy that serves some clients serves their network. A PAC file is handed to all: where they are has to be declared.
  const isDivided = isServer || query.clientsKnown;
  const cells = isDivided ? clientCells(clients, distinctSets(cases.map((judged) => judged.clients))) : [clients];
  spendFromPurse(ENTRY);
  spend(JUDGED * cells.length * cases.length);
  const schemes = new Set(requests.map(({ scheme }) => scheme));
  const shares = isServer ? undefined : new ShareCollector(clients, schemes);
  const evaluations = cells.flatMap((cell) => {
    const own = cases.filter((judged) => judged.clients.overlaps(cell));
    if (own.every(({ judgement }) => judgement.kind === 'irrelevant')) return [];
    // A verdict that a PAC file meets is one for all clients; of a server it may be that for the largest network.
    const isOneOfSeveral = isServer && cells.length > 1;
    return [evaluateCell({ requirement, cases: own, cell, isOneOfSeveral, shares })];
  });
  evaluations.sort((a, b) => RANK[a.verdict.status] - RANK[b.verdict.status] || sizeOf(b.cell) - sizeOf(a.cell));
  const [best] = evaluations;
  if (!best) {
    const when = requirement.kind === 'no-proxy-auth' ? 'with a login as well' : 'before this is decided';
    return notApplicable(requirement, `its connections are denied ${when}`);
  }
  if (query.everyClient) return withShares(forEveryClient(best, evaluations), shares);
  // What is said of each host holds for it alone as well, where no other clients get any of them.
  const isOfEachHost = isServer && evaluations.every((one) => one === best || one.verdict.status === 'blocked');
  return withShares(isOfEachHost ? withVerdict(best, best.verdict, { isOfEachHost: true }) : best, shares);
}

function forEveryClient(best: CellEvaluation, evaluations: readonly CellEvaluation[]): Evaluation {
  // Report the largest cell with the worst verdict; as other cells are better, the requirement is met in part.
  const worst = evaluations.find(({ verdict }) => RANK[verdict.status] === lastRank(evaluations)) ?? best;
  if (worst.verdict.status === best.verdict.status || worst.verdict.status === 'undecided') return worst;
  const missing = lackText(() => `${worst.verdict.missing?.()} for clients in ${prefixesOf(worst.cell)}`);
  return withVerdict(worst, { ...worst.verdict, status: 'partial', missing });
}

function withVerdict(
  evaluation: Evaluation,
  verdict: Verdict,
  { shares = evaluation.shares, isOfEachHost }: Pick<Evaluation, 'shares' | 'isOfEachHost'> = {},
): Evaluation {
  const { requirement, missing, trace } = evaluation;
  return {
    requirement,
    verdict,
    missing,
    trace,
    ...(shares ? { shares } : {}),
    ...(isOfEachHost ? { isOfEachHost } : {}),
  };
}

/** An evaluation that is not met, with what each statement is responsible for. */
function withShares(evaluation: Evaluation, collector: ShareCollector | undefined): Evaluation {
  const { verdict } = evaluation;
  const shares = verdict.status === 'met' ? [] : (collector?.shares() ?? []);
  if (shares.length === 0) return evaluation;
  const reason =
    verdict.status === 'undecided' ? shares.find(({ undecided }) => undecided !== undefined)?.undecided : undefined;
  const decidedBy = distinctStatements(shares.flatMap((share) => share.decidedBy));
  return withVerdict(evaluation, { ...verdict, decidedBy, ...(reason === undefined ? {} : { reason }) }, { shares });
}

function lastRank(evaluations: readonly Evaluation[]): number {
  return largest(evaluations.map(({ verdict }) => RANK[verdict.status]));
}

/** The cases of a requirement for clients that no case distinguishes. */
interface ClientCell {
  readonly requirement: Requirement;
  readonly cases: readonly JudgedCase[];
  readonly cell: IpSet;
  readonly isOneOfSeveral: boolean;
  /** Where the shares of the statements are collected; of a server, only those of the clients that are reported count. */
  readonly shares: ShareCollector | undefined;
}

type CellEvaluation = Evaluation & { readonly cell: IpSet };

function evaluateCell(question: ClientCell): CellEvaluation {
  const { requirement, cases, cell } = question;
  const parts = [...new Set(cases.map(({ request }) => request))].map((request) =>
    partOf(
      request,
      cases.filter((judged) => judged.request === request),
      cell,
      question.shares !== undefined,
    ),
  );
  const refused = parts.filter((part) => !part.refused.isEmpty);
  const open = parts.filter((part) => !part.undecided.isEmpty);
  if (question.shares) for (const part of [...refused, ...open]) collectShares(part, cell, question.shares);
  const undecided = HostSet.union(open.map((part) => part.undecided));
  const ports = [...new Set([...refused, ...open].map(({ request }) => request.port))].sort((a, b) => a - b);
  const transport = cases[0]?.request.protocol ? { protocol: 'udp' as const } : {};
  if (refused.length > 0) {
    const against = mostCertainFirst(refused.flatMap(({ certain }) => certain.map(({ judged }) => judged)));
    const verdict: Verdict = {
      requirement: requirement.id,
      status: open.length > 0 || parts.some(({ anyGood }) => anyGood) ? 'partial' : 'blocked',
      decidedBy: statementsOf(against),
      missing: lackOf(refused, transport.protocol ?? 'tcp'),
      ...commonReason(against),
    };
    const hosts = HostSet.union(refused.map((part) => part.refused));
    return {
      requirement,
      cell,
      verdict,
      missing: { kind: 'hosts', hosts, undecided, ports, ...transport },
      ...(question.shares ? {} : { shares: partitionedShares(refused, undecided) }),
      trace: against[0]?.trace ?? NO_STEPS,
    };
  }
  if (open.length > 0) {
    const against = open.flatMap((part) => part.conditional.map(({ judged }) => judged));
    const verdict: Verdict = {
      requirement: requirement.id,
      status: 'undecided',
      decidedBy: undecidedStatements(against),
      reason: describeUnknown(against),
    };
    return {
      requirement,
      cell,
      verdict,
      missing: { kind: 'hosts', hosts: undecided, ports, ...transport },
      trace: against[0]?.trace ?? NO_STEPS,
    };
  }
  const verdict: Verdict = {
    requirement: requirement.id,
    status: 'met',
    decidedBy: statementsOf(cases.filter(({ judgement }) => judgement.kind === 'good')),
    ...(question.isOneOfSeveral ? { reason: `for clients in ${prefixesOf(cell)}` } : {}),
  };
  return { requirement, cell, verdict, missing: NOTHING_MISSING, trace: NO_STEPS };
}

/** What one request of a requirement comes to, for clients that no case distinguishes. */
interface RequestPart {
  readonly request: ProxyRequest;
  readonly cases: readonly JudgedCase[];
  readonly anyGood: boolean;
  /** The hosts that are not treated as required, whatever the environment, and those of which that is not known. */
  readonly refused: HostSet;
  readonly undecided: HostSet;
  /** The cases that are against the requirement, with the hosts of which that is certain, and of which it is not. */
  readonly certain: readonly CaseHosts[];
  readonly conditional: readonly CaseHosts[];
}

interface CaseHosts {
  readonly judged: JudgedCase;
  readonly hosts: HostSet;
}

function partOf(request: ProxyRequest, cases: readonly JudgedCase[], cell: IpSet, areDisjoint: boolean): RequestPart {
  // What is certain for all clients is so for its hosts alone, where no other case has some of these: those of a PAC file
  // differ in what they assume; of a server, one may hold only if another one, with a condition, does not.
  const isSure = ({ assumptions, clients }: JudgedCase) => areOfRequest(assumptions) && cell.subtract(clients).isEmpty;
  const sure = areDisjoint || cases.every(isSure) ? cases.filter(isSure) : [];
  const others = sure.length === 0 ? cases : cases.filter((judged) => !isSure(judged));
  // What is so at first is not so of other requests than those of which an earlier one changed something: it counts among these as well.
  const atFirst = sure.filter(isAtFirst);
  const all = [...others, ...atFirst];
  const [good, bad, unknown] = [unionOf(all, 'good'), unionOf(others, 'bad'), unionOf(all, 'unknown')];
  const refused = bad.subtract(good).subtract(unknown);
  const undecided = unionOf(others, 'unknown').union(bad.subtract(refused).subtract(unionOf(atFirst, 'bad')));
  const of = (kind: Judgement['kind']) =>
    sure.filter(({ judgement }) => judgement.kind === kind).map((judged) => ({ judged, hosts: judged.hosts }));
  const against = others.filter(({ judgement: { kind } }) => kind === 'bad' || kind === 'unknown');
  // All that is unknown is undecided; and all of these are, where none is refused.
  const isWhole = ({ judgement }: JudgedCase) => judgement.kind === 'unknown' || refused.isEmpty;
  return {
    request,
    cases,
    anyGood: of('good').length > 0 || !good.subtract(bad).isEmpty,
    refused: unionOf(sure, 'bad').union(refused),
    undecided: unionOf(sure, 'unknown').union(undecided),
    certain: [
      ...of('bad'),
      ...against.flatMap((judged) => (judged.judgement.kind === 'bad' ? hostsWithin(judged, refused) : [])),
    ],
    conditional: [
      ...of('unknown'),
      ...against.flatMap((judged) => hostsWithin(judged, isWhole(judged) ? judged.hosts : undecided)),
    ],
  };
}

function isAtFirst({ assumptions }: JudgedCase): boolean {
  return assumptions.some((assumption) => assumption.isAtFirst);
}

function unionOf(cases: readonly JudgedCase[], kind: Judgement['kind']): HostSet {
  return HostSet.union(cases.filter(({ judgement }) => judgement.kind === kind).map(({ hosts }) => hosts));
}

function hostsWithin(judged: JudgedCase, some: HostSet): CaseHosts[] {
  if (some.isEmpty) return [];
  const hosts = some === judged.hosts ? some : judged.hosts.intersect(some);
  return hosts.isEmpty ? [] : [{ judged, hosts }];
}

function collectShares({ cases, certain, conditional }: RequestPart, cell: IpSet, shares: ShareCollector): void {
  for (const { judged, hosts } of certain) shares.addMissing(judged, hosts, cell);
  const conditions = new OpenConditions(cases);
  for (const { judged, hosts } of conditional) shares.addUndecided(judged, hosts, cell, conditions.of(judged));
}

/** What is certain first. Of the others the last statement first: the earlier decide only under a condition. */
function mostCertainFirst(cases: readonly JudgedCase[]): readonly JudgedCase[] {
  const certain = cases.filter(({ assumptions }) => areOfRequest(assumptions));
  const assumed = cases.filter(({ assumptions }) => !areOfRequest(assumptions));
  return [...certain, ...assumed.reverse()];
}

/** The statements that leave a verdict undecided: first those that name something unknown. */
function undecidedStatements(cases: readonly JudgedCase[]): QuotedLine[] {
  return distinctStatements(
    cases.flatMap(({ assumptions, judgement: { decidedBy } }) => [
      ...assumptions.map(({ statement }) => statement),
      ...(decidedBy ? [decidedBy] : []),
    ]),
  );
}

/** The statements that decided some cases, each once, in the order of the cases. */
function statementsOf(cases: readonly JudgedCase[]): QuotedLine[] {
  return distinctStatements(cases.flatMap(({ judgement }) => judgement.decidedBy ?? []));
}

/** What is against all cases, where their statements do not say it themselves. */
function commonReason(against: readonly JudgedCase[]): { readonly reason?: string } {
  const given = against.map(({ judgement }) => (judgement.kind === 'bad' ? judgement.reason : undefined));
  const reasons = [...new Set(given)];
  return reasons.length > REASONS_SHOWN || reasons.includes(undefined) ? {} : { reason: reasons.join('; ') };
}

/** Of more reasons, none says enough of the whole. */
const REASONS_SHOWN = 2;

/** What it is worth to leave out of WebSockets what is refused for https: as well, of the work that is left. */
const OWN_SHARE = 1 / 64;

function besides(refused: HostSet, others: readonly Lacking[]): HostSet {
  const own = refused.subtract(HostSet.union(others.map((part) => part.refused)));
  return own.isEmpty ? HostSet.none : own;
}

/** What some requests lack, as text. It keeps nothing else of the requests: an edit of the file may leave it as it is. */
function lackOf(parts: readonly RequestPart[], protocol: 'tcp' | 'udp'): () => string {
  const lacking = parts.map(({ request, refused }): Lacking => ({ request, refused }));
  return lackText(() => describeMissing(lacking, protocol));
}

type Lacking = Pick<RequestPart, 'request' | 'refused'>;

/** The missing part in the smallest form that a person would write: `TCP 80, 443 to *.lync.com`. */
function describeMissing(parts: readonly Lacking[], protocol: 'tcp' | 'udp'): string {
  const byHosts = new Map<string, number[]>();
  const sockets: string[] = [];
  for (const { request, refused } of parts) {
    if (request.scheme === 'wss') {
      // Of WebSockets only what is not refused for https: as well.
      const others = parts.filter((part) => part.request !== request && part.request.port === request.port);
      const own = attempt(OWN_SHARE, () => besides(refused, others)) ?? refused;
      if (!own.isEmpty) sockets.push(`wss: URLs of ${own.describe()}`);
      continue;
    }
    const text = refused.describe();
    addTo(byHosts, text, request.port);
  }
  const packets = [...byHosts].map(
    ([hosts, ports]) =>
      `${protocol.toUpperCase()} ${formatPorts(IntervalSet.from(ports.map((port) => [port, port] as const)))} to ${hosts}`,
  );
  return [...packets, ...sockets].join('; ');
}

function describeUnknown(cases: readonly JudgedCase[]): string {
  const unknown = cases.find(({ judgement }) => judgement.kind === 'unknown')?.judgement;
  if (unknown?.kind === 'unknown') return unknown.reason;
  const phrases = phrasesOf(cases[0]?.assumptions ?? []);
  return phrases.length > 0 ? `not met if ${phrases.join(' and ')}` : 'the file does not decide it';
}
