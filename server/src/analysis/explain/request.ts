// Explains what a PAC file or a proxy does with one request.

import type { QuotedLine, TraceStep } from '../../model/evidence.js';
import { IpSet } from '../../model/ip.js';
import { describeClients } from '../../model/packet-text.js';
import type {
  Case,
  Nowhere,
  ProxyAccess,
  ProxyModel,
  ProxyRequest,
  SelectionOutcome,
  ServerOutcome,
  TlsTreatment,
} from '../../model/proxy.js';
import { NO_CLIENT_PORT } from '../evaluate/proxy/clients.js';
import { isRefused } from '../evaluate/proxy/judgement.js';
import { clientCells, distinctSets, sizeOf } from '../evaluate/proxy/regions.js';

/** What a file does with one request, combined from all cases of its model. */
export type Explanation = SelectionExplanation | ServerExplanation;

interface Decision {
  /** The statement that decided; for an undecided request the one that it depends on. */
  readonly decidedBy: QuotedLine | undefined;
  readonly trace: readonly TraceStep[];
  /** What an undecided part depends on, as a sentence without full stop. */
  readonly reason: string | undefined;
}

export interface SelectionExplanation extends Decision {
  readonly kind: 'selection';
  readonly verdict: 'direct' | 'proxy' | 'undecided';
  /** What the file returns; `undefined` where it depends on its environment. */
  readonly result: string | undefined;
}

export interface ServerExplanation extends Decision {
  readonly kind: 'server';
  /** `not-applicable` where no port takes the requests of clients, as a check says it. */
  readonly verdict: ProxyAccess | 'undecided' | 'not-applicable';
  readonly tls: TlsTreatment | 'undecided';
  /** `none` where a permitted request cannot be forwarded. */
  readonly route: 'direct' | 'parent' | 'none' | 'undecided';
  readonly tlsDecidedBy: QuotedLine | undefined;
  readonly routeDecidedBy: QuotedLine | undefined;
  /** The port and the clients that it is about, where others get something else: `at http_port 3129`. */
  readonly asked?: string;
}

/**
 * Explains one request. A part on which the cases disagree is undecided, except where they differ in the clients or the
 * port: then it is the answer of those that a check reports.
 */
export function explain(model: ProxyModel, request: ProxyRequest, everyClient = false): Explanation {
  switch (model.kind) {
    case 'selection':
      return explainSelection(model.decide(request));
    case 'server':
      return explainServer(model.decide(request), request.clients, everyClient);
  }
}

function explainSelection(cases: readonly Case<SelectionOutcome>[]): SelectionExplanation {
  const selected = fold(cases, ({ outcome }) =>
    outcome.kind === 'undecided' ? { unknown: outcome.reason } : { value: outcome.route },
  );
  const result = fold(cases, ({ outcome }) =>
    outcome.kind === 'undecided' ? { unknown: outcome.reason } : { value: outcome.result },
  );
  return {
    kind: 'selection',
    verdict: selected.value ?? 'undecided',
    result: result.value,
    reason: selected.reason ?? result.reason,
    ...decisionOf(cases, result.reason !== undefined),
  };
}

/** Of several ports the one that gives least: clients use each of them. */
function explainServer(cases: readonly ServerCase[], clients: IpSet, everyClient: boolean): ServerExplanation {
  const entries = [...new Set(cases.map(({ at }) => at?.name))];
  const [first, ...others] = entries
    .map((name) => {
      const own = cases.filter(({ at }) => at?.name === name);
      return { name, explanation: explainEntry(own, clients, everyClient) };
    })
    .sort((a, b) => compare(b.explanation, a.explanation));
  if (!first) return { ...explainCases([]), verdict: 'not-applicable', reason: NO_CLIENT_PORT };
  const isNamed = others.some(({ explanation }) => compare(explanation, first.explanation) !== 0);
  return withPlace(first.explanation, isNamed ? `at ${first.name}` : undefined);
}

/**
 * Of clients that are told apart those that a check reports: what is served to the best of them, or of declared ones to the
 * worst, and among these the worst treatment.
 */
function explainEntry(cases: readonly ServerCase[], clients: IpSet, everyClient: boolean): ServerExplanation {
  const cells = clientCells(clients, distinctSets(cases.map((one) => one.clients)));
  const explained = cells.flatMap((cell) => {
    const own = cases.filter((one) => one.clients.overlaps(cell));
    // A port may be used by some of the clients only.
    return own.length === 0 ? [] : [{ cell, explanation: explainCases(own) }];
  });
  const order = everyClient ? -1 : 1;
  explained.sort(
    (a, b) =>
      order * compareVerdicts(a.explanation, b.explanation) ||
      compare(b.explanation, a.explanation) ||
      sizeOf(b.cell) - sizeOf(a.cell),
  );
  const [first] = explained;
  if (!first) return explainCases(cases);
  const alike = explained.filter(({ explanation }) => compare(explanation, first.explanation) === 0);
  const place = describeClients(IpSet.join(alike.map(({ cell }) => cell)), clients);
  return withPlace(first.explanation, place);
}

function withPlace(explanation: ServerExplanation, place: string | undefined): ServerExplanation {
  if (place === undefined) return explanation;
  return { ...explanation, asked: [place, explanation.asked].filter((part) => part !== undefined).join(' ') };
}

const VERDICTS: readonly ServerExplanation['verdict'][] = ['permit', 'undecided', 'auth', 'deny'];
const TREATMENTS = ['none', 'splice', 'undecided', 'bump', 'terminate'] as const;

/** What gives more to the clients comes first. */
function compare(one: ServerExplanation, other: ServerExplanation): number {
  return compareVerdicts(one, other) || TREATMENTS.indexOf(one.tls) - TREATMENTS.indexOf(other.tls);
}

function compareVerdicts(one: ServerExplanation, other: ServerExplanation): number {
  return VERDICTS.indexOf(one.verdict) - VERDICTS.indexOf(other.verdict);
}

/** What becomes of requests that only their environment tells apart. */
function explainCases(cases: readonly ServerCase[]): ServerExplanation {
  const access = fold(cases, ({ outcome }) => {
    if (outcome.kind === 'undecided') return { unknown: outcome.reason };
    if (isRefused(outcome)) return { value: 'deny' as const };
    // It may be closed at the client hello.
    if (outcome.access === 'permit' && typeof outcome.tls === 'object') return { unknown: outcome.tls.reason };
    return { value: outcome.access };
  });
  const tls = fold(cases, ({ outcome }) => {
    if (outcome.kind === 'undecided') return { unknown: outcome.reason };
    return typeof outcome.tls === 'object' ? { unknown: outcome.tls.reason } : { value: outcome.tls };
  });
  const route = fold(cases, ({ outcome }) => {
    if (outcome.kind === 'undecided') return { unknown: outcome.reason };
    if (typeof outcome.route !== 'object') return { value: outcome.route };
    return outcome.route.kind === 'nowhere' ? { value: 'none' as const } : { unknown: outcome.route.reason };
  });
  const nowhere = cases.map(({ outcome }) => (outcome.kind === 'served' ? outcome.route : undefined)).find(isNowhere);
  const served = cases.map(({ outcome }) => outcome).find((outcome) => outcome.kind === 'served');
  const decision = decisionOf(cases, access.reason !== undefined);
  return {
    kind: 'server',
    verdict: access.value ?? 'undecided',
    tls: tls.value ?? 'undecided',
    route: route.value ?? 'undecided',
    tlsDecidedBy: served?.tlsDecidedBy,
    routeDecidedBy: served?.routeDecidedBy,
    reason: access.reason ?? tls.reason ?? route.reason ?? (route.value === 'none' ? nowhere?.reason : undefined),
    ...decision,
    ...(access.value === 'deny' && served?.access === 'permit'
      ? { decidedBy: (served.tls === 'terminate' ? served.tlsDecidedBy : served.routeDecidedBy) ?? decision.decidedBy }
      : {}),
  };
}

type ServerCase = Case<ServerOutcome>;

function isNowhere(route: unknown): route is Nowhere {
  return typeof route === 'object' && route !== null && 'kind' in route && route.kind === 'nowhere';
}

function decisionOf(cases: readonly Case<unknown>[], undecided: boolean): Pick<Decision, 'decidedBy' | 'trace'> {
  const first = cases[0];
  const assumed = cases.flatMap(({ assumptions }) => assumptions)[0]?.statement;
  const open = undecided ? (assumed ?? cases.find(({ clientsBy }) => clientsBy)?.clientsBy) : undefined;
  return { decidedBy: open ?? first?.decidedBy, trace: first?.trace() ?? [] };
}

/** One part of an explanation: its value where all cases agree on it, otherwise what it depends on. */
type Folded<Value> =
  | { readonly value: Value; readonly reason: undefined }
  | { readonly value: undefined; readonly reason: string };

function fold<Outcome, Value extends string>(
  cases: readonly Case<Outcome>[],
  part: (one: Case<Outcome>) => { readonly value: Value } | { readonly unknown: string },
): Folded<Value> {
  const values = new Map<Value, Case<Outcome>>();
  for (const one of cases) {
    const own = part(one);
    if ('unknown' in own) return { value: undefined, reason: own.unknown };
    if (!values.has(own.value)) values.set(own.value, one);
  }
  const [only, ...others] = values.keys();
  if (only === undefined) return { value: undefined, reason: 'the file does not decide it' };
  if (others.length === 0) return { value: only, reason: undefined };
  const texts = [...values].map(([value, one]) => `${value} ${conditionOf(one, cases)}`);
  return { value: undefined, reason: texts.join('; ') };
}

function conditionOf(one: Case<unknown>, cases: readonly Case<unknown>[]): string {
  const all = cases.reduce((clients, other) => clients.union(other.clients), one.clients);
  const phrases = one.assumptions.map(({ phrase }) => phrase);
  const conditions = [
    one.at && `at ${one.at.name}`,
    describeClients(one.clients, all),
    phrases.length > 0 ? `if ${phrases.join(' and ')}` : undefined,
  ];
  return conditions.filter((condition) => condition !== undefined).join(' ') || 'otherwise';
}
