// What the cases of a proxy's decision mean for a requirement.
import type { Requirement } from '../../../catalog/requirement.js';
import { type Assumption, NO_STEPS, type QuotedLine, type Trace } from '../../../model/evidence.js';
import type { HostSet } from '../../../model/hosts.js';
import type { IpSet } from '../../../model/ip.js';
import type { Case, Nowhere, ProxyEntry, ProxyRequest, SelectionOutcome, ServerOutcome } from '../../../model/proxy.js';
import type { QueryCache } from './query-cache.js';

/** Whether one case is what a requirement asks for. `irrelevant`: the request ends before that is decided. */
export type Judgement =
  | { readonly kind: 'good' | 'irrelevant'; readonly decidedBy: QuotedLine | undefined }
  /** `reason`: what is against it, where the deciding statement does not say so itself. */
  | {
      readonly kind: 'bad';
      readonly decidedBy: QuotedLine | undefined;
      readonly reason?: string;
      /** Whether it is a login that is asked for. */
      readonly asksLogin?: boolean;
    }
  | { readonly kind: 'unknown'; readonly reason: string; readonly decidedBy: QuotedLine | undefined };

/** A case of a decision with what it means for the requirement. */
export interface JudgedCase {
  readonly request: ProxyRequest;
  readonly hosts: HostSet;
  readonly clients: IpSet;
  /** The port of the proxy that it is about, where there are several. */
  readonly at: ProxyEntry | undefined;
  readonly clientsBy: QuotedLine | undefined;
  readonly judgement: Judgement;
  readonly assumptions: readonly Assumption[];
  readonly trace: Trace;
}

/** The longest trace that is shown with a finding; a part of a longer one would not help. */
const STEPS_SHOWN = 100;

/** The cases of a request with what each means for a requirement. */
export function judgedCases(requirement: Requirement, queries: QueryCache, request: ProxyRequest): JudgedCase[] {
  const judged = <Outcome>(one: Case<Outcome>, judgement: Judgement, trace: Trace) => ({
    request,
    hosts: one.hosts,
    clients: one.clients,
    at: one.at,
    clientsBy: one.clientsBy,
    judgement,
    assumptions: one.assumptions,
    trace,
  });
  const { model } = queries;
  const decision = queries.decide(request);
  switch (decision.kind) {
    case 'selection': {
      const isShown = model.kind !== 'selection' || (model.steps ?? 0) <= STEPS_SHOWN;
      return decision.cases.map((one) =>
        judged(one, judgeSelection(requirement.kind, one), isShown ? one.trace : NO_STEPS),
      );
    }
    case 'server':
      // The trace of a server's decision is every rule before it, perhaps thousands: too long to show with a finding.
      return decision.cases.map((one) => judged(one, judgeServer(requirement.kind, one), NO_STEPS));
  }
}

function judgeSelection(kind: Requirement['kind'], one: Case<SelectionOutcome>): Judgement {
  const { outcome, decidedBy } = one;
  if (outcome.kind === 'undecided') return { kind: 'unknown', reason: outcome.reason, decidedBy };
  return outcome.route === (kind === 'use-proxy' ? 'proxy' : 'direct')
    ? { kind: 'good', decidedBy }
    : { kind: 'bad', decidedBy };
}

function judgeServer(kind: Requirement['kind'], one: Case<ServerOutcome>): Judgement {
  const { outcome, decidedBy } = one;
  if (outcome.kind === 'undecided') return { kind: 'unknown', reason: outcome.reason, decidedBy };
  const { access, tls, tlsDecidedBy, routeDecidedBy } = outcome;
  const nowhere = nowhereOf(outcome);
  const refused = isRefused(outcome);
  switch (kind) {
    case 'reach':
      if (access !== 'permit') return { kind: 'bad', decidedBy };
      if (typeof tls === 'object') return { kind: 'unknown', reason: tls.reason, decidedBy: tlsDecidedBy };
      if (nowhere) return { kind: 'bad', decidedBy: routeDecidedBy ?? decidedBy, reason: nowhere.reason };
      return refused ? { kind: 'bad', decidedBy: tlsDecidedBy } : { kind: 'good', decidedBy };
    case 'no-proxy-auth':
      if (refused) return { kind: 'irrelevant', decidedBy };
      return access === 'auth' ? { kind: 'bad', decidedBy, asksLogin: true } : { kind: 'good', decidedBy };
    default:
      if (refused || access !== 'permit') return { kind: 'irrelevant', decidedBy };
      if (typeof tls === 'object') return { kind: 'unknown', reason: tls.reason, decidedBy: tlsDecidedBy };
      return (tls === 'bump') === (kind === 'must-decrypt')
        ? { kind: 'good', decidedBy: tlsDecidedBy }
        : { kind: 'bad', decidedBy: tlsDecidedBy };
  }
}

/** A connection that is closed at its TLS client hello or cannot be forwarded is denied, even if the request was permitted. */
export function isRefused(outcome: ServerOutcome): boolean {
  if (outcome.kind === 'undecided') return false;
  return outcome.access === 'deny' || outcome.tls === 'terminate' || nowhereOf(outcome) !== undefined;
}

function nowhereOf({ access, route }: Exclude<ServerOutcome, { kind: 'undecided' }>): Nowhere | undefined {
  return access === 'permit' && typeof route === 'object' && route.kind === 'nowhere' ? route : undefined;
}
