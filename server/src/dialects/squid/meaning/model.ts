// Builds the model of a configuration: the lists that requests pass, TLS, and the route.

import type { QuotedLine, TraceStep } from '../../../model/evidence.js';
import {
  type Case,
  type ProxyAccess,
  type ProxyRequest,
  type ServerModel,
  type ServerOutcome,
  serverScheme,
} from '../../../model/proxy.js';
import { listenersFor } from '../program/listeners.js';
import { type Program, quoteAt } from '../program/program.js';
import { evaluateList, type ListResult, type TracedRule, traceOf } from './access-list.js';
import { type Facts, factsFor } from './facts.js';
import type { Region } from './regions.js';
import { decideRoute } from './routing.js';
import { decideTls } from './ssl-bump.js';

/** The model of a configuration. */
export function serverModel(program: Program): ServerModel {
  return { kind: 'server', decide: (request) => decide(program, request) };
}

type ServerCase = Case<ServerOutcome>;

/** A part of a request that was permitted so far. */
interface PermittedSoFar {
  readonly region: Region;
  /** The statement that decided about access; `undefined` where squid's own default did. */
  readonly decidedBy: QuotedLine | undefined;
  /** The rules that were evaluated, computed on demand. */
  readonly trace: () => TraceStep[];
}

/** The lists that a plain request passes, in order; replies are checked last. */
const REQUEST_LISTS = ['http_access', 'adapted_http_access', 'miss_access', 'http_reply_access'];
/** The lists that a CONNECT passes before TLS is treated. */
const CONNECT_LISTS = ['http_access', 'adapted_http_access'];

function decide(program: Program, request: ProxyRequest): readonly ServerCase[] {
  const scheme = serverScheme(request.scheme);
  const listeners = listenersFor(program, scheme);
  const start: Region = {
    hosts: request.hosts,
    clients: request.clients,
    listeners: listeners ?? [],
    assumptions: [],
    assumed: new Map(),
    lastAsksLogin: false,
    loggedIn: false,
  };
  const begin: PermittedSoFar = { region: start, decidedBy: undefined, trace: () => [] };
  if (!listeners) {
    const kind = scheme === 'https' ? 'TLS connections' : 'plain HTTP';
    return [caseOf(begin, { kind: 'undecided', reason: `no port of this file accepts ${kind}` })];
  }
  if (scheme === 'http') return plainRequest(factsFor(program, request, 'http'), begin);
  const facts = factsFor(program, request, 'connect');
  // Of an intercepted connection only the address is known until its client hello has been read.
  const intercepted = listeners.every(({ mode }) => mode === 'intercept');
  return connectRequest(intercepted ? { ...facts, hostKnown: false } : facts, begin);
}

function plainRequest(facts: Facts, begin: PermittedSoFar): ServerCase[] {
  return throughLists(facts, begin, REQUEST_LISTS, (passed) => forward(facts, passed, 'none', undefined));
}

function connectRequest(facts: Facts, begin: PermittedSoFar): ServerCase[] {
  return throughLists(facts, begin, CONNECT_LISTS, (passed) => {
    const bumping = passed.region.listeners.filter(({ bumps }) => bumps);
    if (bumping.length === 0) return tunnel(facts, passed, 'none', undefined);
    if (bumping.length < passed.region.listeners.length) {
      const reason = 'TLS is intercepted on some of the ports and not on others';
      return [caseOf(passed, { kind: 'undecided', reason })];
    }
    return decideTls(facts, passed.region).flatMap(({ region, tls, decidedBy, helloSeen }) => {
      const next = { ...passed, region };
      if (tls === 'bump') return decryptedRequest(facts, next, decidedBy);
      if (tls === 'splice') return splicedRequest(facts, next, decidedBy, helloSeen);
      const served = {
        access: 'permit',
        tls,
        tlsDecidedBy: decidedBy,
        route: 'direct',
        routeDecidedBy: undefined,
      } as const;
      return [caseOf(next, { kind: 'served', ...served })];
    });
  });
}

/** The requests inside a decrypted connection pass through the lists again, now with their full URL. */
function decryptedRequest(facts: Facts, passed: PermittedSoFar, decidedBy: QuotedLine | undefined): ServerCase[] {
  const inner: Facts = { ...facts, form: 'https', decrypted: true, hostKnown: true };
  const treated = { tls: 'bump', tlsDecidedBy: decidedBy } as const;
  return throughLists(inner, passed, REQUEST_LISTS, (next) => forward(inner, next, 'bump', decidedBy), treated);
}

/** An intercepted connection that is spliced after its client hello has been read is checked with the name in it. */
function splicedRequest(
  facts: Facts,
  passed: PermittedSoFar,
  decidedBy: QuotedLine | undefined,
  helloSeen: boolean,
): ServerCase[] {
  if (facts.hostKnown || !helloSeen) return tunnel(facts, passed, 'splice', decidedBy);
  const named: Facts = { ...facts, hostKnown: true };
  return throughLists(named, passed, CONNECT_LISTS, (next) => tunnel(named, next, 'splice', decidedBy));
}

function tunnel(
  facts: Facts,
  passed: PermittedSoFar,
  tls: 'none' | 'splice',
  decidedBy: QuotedLine | undefined,
): ServerCase[] {
  return throughLists(facts, passed, ['miss_access'], (next) => forward(facts, next, tls, decidedBy));
}

function forward(
  facts: Facts,
  passed: PermittedSoFar,
  tls: 'none' | 'splice' | 'bump',
  tlsDecidedBy: QuotedLine | undefined,
): ServerCase[] {
  return decideRoute(facts, passed.region).map(({ region, route, decidedBy }) =>
    caseOf(
      { ...passed, region },
      { kind: 'served', access: 'permit', tls, tlsDecidedBy, route, routeDecidedBy: decidedBy },
    ),
  );
}

/** How TLS was treated before a request was denied. */
interface TlsTreatment {
  readonly tls: 'none' | 'bump';
  readonly tlsDecidedBy: QuotedLine | undefined;
}

const UNTREATED: TlsTreatment = { tls: 'none', tlsDecidedBy: undefined };

/** Evaluates lists one after the other and continues with what all of them permit. */
function throughLists(
  facts: Facts,
  passed: PermittedSoFar,
  lists: readonly string[],
  goOn: (passed: PermittedSoFar) => ServerCase[],
  treated = UNTREATED,
): ServerCase[] {
  const [list, ...rest] = lists;
  if (list === undefined) return goOn(passed);
  const own = list === 'http_reply_access' ? { ...facts, hasReply: true } : facts;
  return evaluateList(own, list, [passed.region]).flatMap((result) => {
    const { region } = result;
    const judged = judge(own, list, result);
    if (judged.kind === 'undecided') {
      return [caseOf({ ...passed, region, decidedBy: judged.decidedBy }, { kind: 'undecided', reason: judged.reason })];
    }
    const { access, rule } = judged;
    const next: PermittedSoFar =
      access === 'permit' && list !== 'http_access'
        ? { ...passed, region }
        : {
            region,
            decidedBy: rule && quoteAt(own.program, rule),
            trace: () => [...passed.trace(), ...traceOf(own, list, region, judged)],
          };
    if (access === 'permit') return throughLists(facts, next, rest, goOn, treated);
    const outcome = { access, ...treated, route: 'direct', routeDecidedBy: undefined } as const;
    return [caseOf(next, { kind: 'served', ...outcome })];
  });
}

type ListVerdict =
  | ({ readonly kind: 'decided'; readonly access: ProxyAccess } & TracedRule)
  | { readonly kind: 'undecided'; readonly reason: string; readonly decidedBy: QuotedLine | undefined };

function judge(facts: Facts, list: string, result: ListResult): ListVerdict {
  switch (result.kind) {
    case 'rule': {
      const { rule, action } = result;
      if (action === 'allow') return { kind: 'decided', access: 'permit', rule, effect: 'matches and permits' };
      const access = denial(facts, list, result.region);
      return {
        kind: 'decided',
        access,
        rule,
        effect: access === 'auth' ? 'matches and asks for a login' : 'matches and denies',
      };
    }
    case 'login':
      return { kind: 'decided', access: 'auth', rule: result.rule, effect: 'asks for a login' };
    case 'none': {
      const rule = result.last;
      // Only http_access has a default rule where the file has none: deny (cf.data.pre).
      if (!rule) return { kind: 'decided', access: list === 'http_access' ? 'deny' : 'permit', rule, effect: '' };
      const last = rule.line.statement.action.text;
      const access = last === 'deny' ? 'permit' : denial(facts, list, result.region);
      const opposite = `no rule matches, so the opposite of the last one applies: ${access === 'permit' ? 'permit' : 'deny'}`;
      return { kind: 'decided', access, rule, effect: opposite };
    }
    case 'gap':
      return { kind: 'undecided', reason: result.gap.reason, decidedBy: result.gap.cause };
    case 'too-many':
      return { kind: 'undecided', reason: 'the rules fall into too many cases', decidedBy: undefined };
  }
}

/**
 * A denial right after an acl that requests a login is sent as a login request, except inside a decrypted connection
 * (`ClientRequestContext::clientAccessCheckDone`).
 */
function denial(facts: Facts, list: string, region: Region): 'deny' | 'auth' {
  const request = list === 'http_access' || list === 'adapted_http_access';
  return request && region.lastAsksLogin && !facts.decrypted ? 'auth' : 'deny';
}

function caseOf({ region, decidedBy, trace }: PermittedSoFar, outcome: ServerOutcome): ServerCase {
  const { hosts, clients, assumptions } = region;
  return {
    hosts,
    clients,
    outcome,
    assumptions,
    decidedBy,
    get trace() {
      return trace();
    },
  };
}
