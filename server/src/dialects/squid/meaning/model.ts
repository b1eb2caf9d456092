// Builds the model of a configuration: the lists that requests pass, TLS, and the route.

import { Interned, Memo } from '../../../kept/memo.js';
import { once } from '../../../kept/once.js';
import { NO_STEPS, type QuotedLine, type Trace } from '../../../model/evidence.js';
import { HostSet } from '../../../model/hosts.js';
import { IpSet } from '../../../model/ip.js';
import {
  type Case,
  type EarlierVersion,
  type ProxyAccess,
  type ProxyRequest,
  type ServerModel,
  type ServerOutcome,
  serverScheme,
} from '../../../model/proxy.js';
import { carries, clientListeners, type Listener, tellsListenersApart } from '../program/listeners.js';
import { movedStatements } from '../program/moved-statements.js';
import { type Program, quoteAt } from '../program/program.js';
import { evaluateList, type ListResult, type TracedRule, traceOf } from './access-list.js';
import { changedHosts } from './changed-hosts.js';
import { type Facts, factsFor } from './facts.js';
import { dividesAddresses } from './match-host.js';
import type { Region } from './regions.js';
import { type Connection, decideRoute, keepRoute, type RouteResult } from './routing.js';
import { decideTls, type TlsResult } from './ssl-bump.js';

/** The model of a configuration; `before` is the program of the version before it. */
export function serverModel(program: Program, before?: Program): ServerModel {
  return new SquidModel(program, before);
}

class SquidModel implements ServerModel {
  readonly kind = 'server';

  private readonly comparison = once(() => this.before && comparedWith(this.before, this.program));

  constructor(
    private readonly program: Program,
    private readonly before: Program | undefined,
  ) {}

  get version(): object {
    return this.program;
  }

  get earlier(): EarlierVersion | undefined {
    return this.comparison();
  }

  decide(request: ProxyRequest): readonly ServerCase[] {
    return decide(this.program, request);
  }

  tellsApart(addresses: IpSet): boolean {
    return dividesAddresses(this.program, addresses);
  }

  changedHosts(earlier: ServerModel): HostSet | undefined {
    return earlier instanceof SquidModel ? changedHosts(earlier.program, this.program) : undefined;
  }
}

/** Whether values of acls are in files of their own. */
function readsLists({ segments }: Program): boolean {
  return segments.some(({ statements }) => statements.listed.length > 0);
}

function comparedWith(before: Program, after: Program): EarlierVersion | undefined {
  // What is unknown is quoted from lines that are no statements; and what a list file held before is not known any longer.
  if ([before, after].some((program) => program.configuration.gaps.length > 0 || readsLists(program))) return undefined;
  const hosts = changedHosts(before, after);
  return hosts && { version: before, changedHosts: hosts, moved: movedStatements(before.segments, after.segments) };
}

type ServerCase = Case<ServerOutcome>;

/** A part of a request that was permitted so far. */
interface PermittedSoFar {
  readonly region: Region;
  /** The statement that decided about access; `undefined` where squid's own default did. */
  readonly decidedBy: QuotedLine | undefined;
  /** The rules that were evaluated, computed on demand. */
  readonly trace: Trace;
}

/** The lists that a plain request passes, in order; replies are checked last. */
const REQUEST_LISTS = ['http_access', 'adapted_http_access', 'miss_access', 'http_reply_access'];
/** The lists that a CONNECT passes before TLS is treated. */
const CONNECT_LISTS = ['http_access', 'adapted_http_access'];

function decide(program: Program, request: ProxyRequest): readonly ServerCase[] {
  const all = clientListeners(program);
  // A reverse proxy forwards nothing to the servers of others.
  if (all.length === 0) return [];
  const scheme = serverScheme(request.scheme);
  const used = usedListeners(program, request, scheme);
  if (used.length === 0) {
    const kind = scheme === 'https' ? 'TLS connections' : 'plain HTTP';
    return [undecided(request, `no port of this file accepts ${kind} of clients`)];
  }
  if (used.length > PORT_LIMIT) return [undecided(request, 'the file tells too many ports apart')];
  return used.flatMap(({ listener, clients }) => {
    const cases = decideAt(program, { ...request, clients }, listener);
    return all.length === 1 ? cases : cases.map((one) => atEntry(one, listener));
  });
}

/** How many ports that acls tell apart are asked. */
const PORT_LIMIT = 32;

function undecided({ hosts, clients }: ProxyRequest, reason: string): ServerCase {
  const outcome = { kind: 'undecided', reason } as const;
  return { hosts, clients, outcome, assumptions: [], decidedBy: undefined, trace: NO_STEPS };
}

/** A case of a listener. */
function atEntry(one: ServerCase, at: Listener): ServerCase {
  return { ...one, at };
}

/** What is decided for the requests that one listener receives. */
function decideAt(program: Program, request: ProxyRequest, listener: Listener): readonly ServerCase[] {
  const region: Region = {
    hosts: request.hosts,
    clients: request.clients,
    listener,
    assumptions: [],
    assumed: new Map(),
    lastAsksLogin: false,
    loggedIn: false,
  };
  const begin: PermittedSoFar = { region, decidedBy: undefined, trace: NO_STEPS };
  if (serverScheme(request.scheme) === 'http') return plainRequest(factsFor(program, request, 'http'), begin);
  const facts = factsFor(program, request, 'connect');
  if (listener.mode !== 'intercept') return connectRequest(facts, begin);
  // Without ssl_bump rules squid answers TLS with the certificate of the port, as a server does (`httpsEstablish`).
  if (!listener.bumps) return decryptedRequest(facts, begin, listener.statement);
  // Of an intercepted connection only the address is known until its client hello has been read.
  return connectRequest({ ...facts, hostKnown: false }, begin);
}

/** A listener and the clients that use it. */
interface UsedListener {
  readonly listener: Listener;
  readonly clients: IpSet;
}

const usedBy = new Memo<Program, Interned<string, readonly UsedListener[]>>();
/** How many sets of clients are asked about in one analysis. */
const CLIENT_SETS = 100;

/**
 * The listeners that clients use. Where rules tell listeners apart, a client does not use one at which it gets nothing,
 * unless it gets nothing at any: a port may be reserved for guests. It is the client who chooses a forward port. To a port
 * with `intercept` or `tproxy` the network redirects connections, whether the client wants it or not: one at which nobody is
 * served is not reserved for others, but blocks all who are redirected to it.
 */
function usedListeners(program: Program, { clients }: ProxyRequest, scheme: 'http' | 'https'): readonly UsedListener[] {
  const all = clientListeners(program).filter((listener) => carries(listener, scheme));
  if (all.length <= 1 || all.length > PORT_LIMIT || !tellsListenersApart(program))
    return all.map((listener) => ({ listener, clients }));
  return usedBy
    .of(program, () => new Interned(CLIENT_SETS))
    .of([scheme, ...clients.toPrefixes()].join(' '), () => {
      const served = all.map((listener) => ({ listener, clients: servedAt(program, clients, listener) }));
      const anywhere = served.reduce((sum, own) => sum.union(own.clients), IpSet.empty);
      const nowhere = clients.subtract(anywhere);
      return served
        .map(({ listener, clients: own }) => ({
          listener,
          clients: isDeadEnd(program, listener) ? clients : own.union(nowhere),
        }))
        .filter((own) => !own.clients.isEmpty);
    });
}

/** Whether the network redirects connections to a port at which nobody gets anything. */
function isDeadEnd(program: Program, listener: Listener): boolean {
  return listener.mode === 'intercept' && servedAt(program, IpSet.all, listener).isEmpty;
}

/** The clients that may get anything at all at a listener. */
function servedAt(program: Program, clients: IpSet, listener: Listener): IpSet {
  let served = IpSet.empty;
  for (const [scheme, port] of [
    ['https', 443],
    ['http', 80],
  ] as const) {
    if (!carries(listener, scheme)) continue;
    const request = { scheme, port, hosts: HostSet.all, addresses: IpSet.all, clients, user: 'any' } as const;
    for (const { outcome, clients: own } of decideAt(program, request, listener)) {
      if (outcome.kind === 'undecided' || outcome.access !== 'deny') served = served.union(own);
    }
  }
  return served;
}

function plainRequest(facts: Facts, begin: PermittedSoFar): ServerCase[] {
  return throughLists(facts, begin, REQUEST_LISTS, (passed) => forward(facts, passed, 'none', undefined));
}

function connectRequest(facts: Facts, begin: PermittedSoFar): ServerCase[] {
  return throughLists(facts, begin, CONNECT_LISTS, (passed) => {
    if (!passed.region.listener.bumps) return tunnel(facts, passed, 'none', undefined);
    return decideTls(facts, passed.region).flatMap((result) => {
      const next = { ...passed, region: result.region };
      if (result.connects) return afterConnecting(facts, next, result);
      const { tls, decidedBy } = result;
      if (tls === 'bump') return decryptedRequest(facts, next, decidedBy);
      if (tls === 'splice') return splicedRequest(facts, next, result);
      return [servedWith(next, result, 'direct')];
    });
  });
}

function servedWith(
  passed: PermittedSoFar,
  { tls, decidedBy }: TlsResult,
  route: RouteResult['route'],
  routeDecidedBy?: QuotedLine,
): ServerCase {
  return caseOf(passed, {
    kind: 'served',
    ...{ access: 'permit', tls, tlsDecidedBy: decidedBy, route, routeDecidedBy },
  });
}

/** Squid connects to the server for the CONNECT; what is decrypted then uses the same connection. */
function afterConnecting(facts: Facts, passed: PermittedSoFar, result: TlsResult): ServerCase[] {
  return throughLists(facts, passed, ['miss_access'], (permitted) =>
    decideRoute(facts, permitted.region).flatMap((connection) => {
      const { region, route, decidedBy } = connection;
      const next = { ...permitted, region };
      if (result.tls !== 'bump' || typeof route === 'object') return [servedWith(next, result, route, decidedBy)];
      return decryptedRequest(facts, next, result.decidedBy, { ...connection, route });
    }),
  );
}

/**
 * The requests inside a decrypted connection pass through the lists again, now with their full URL. `connection`: the one to
 * the server, where there is one already.
 */
function decryptedRequest(
  facts: Facts,
  passed: PermittedSoFar,
  decidedBy: QuotedLine | undefined,
  connection?: Connection,
): ServerCase[] {
  const inner: Facts = { ...facts, form: 'https', decrypted: true, hostKnown: true };
  const treated = { tls: 'bump', tlsDecidedBy: decidedBy } as const;
  return throughLists(
    inner,
    passed,
    REQUEST_LISTS,
    (next) => forward(inner, next, 'bump', decidedBy, connection),
    treated,
  );
}

/** An intercepted connection that is spliced at step 2 is checked with the name in its client hello. */
function splicedRequest(facts: Facts, passed: PermittedSoFar, { step, decidedBy }: TlsResult): ServerCase[] {
  if (facts.hostKnown || step === 1) return tunnel(facts, passed, 'splice', decidedBy);
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
  connection?: Connection,
): ServerCase[] {
  const routes = connection ? keepRoute(facts, passed.region, connection) : decideRoute(facts, passed.region);
  return routes.map(({ region, route, decidedBy }) =>
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
  const fastOnly = list === 'miss_access';
  const own = list === 'http_reply_access' ? { ...facts, hasReply: true } : { ...facts, fastOnly };
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
      return { kind: 'decided', rule: result.rule, ...stopAt(list) };
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

/** What becomes of a request at whose acl squid stops without an answer. */
function stopAt(list: string): { readonly access: ProxyAccess; readonly effect: string } {
  switch (list) {
    case 'miss_access':
      // A list of fast acls denies only where it has an answer (`tunnelStart`, `FwdState::Start`).
      return { access: 'permit', effect: 'needs an answer that squid does not wait for here' };
    case 'http_reply_access':
      return { access: 'deny', effect: 'needs a login that squid does not ask for here' };
    default:
      return { access: 'auth', effect: 'asks for a login' };
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
  return { hosts, clients, outcome, assumptions, decidedBy, trace };
}
