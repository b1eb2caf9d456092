// Logins that lead nowhere: a proxy may ask for one before it denies the request whoever asks.
import { HostSet } from '../../../model/hosts.js';
import type { Case, ProxyEntry, ProxyRequest, ServerOutcome } from '../../../model/proxy.js';
import { isRefused, type JudgedCase } from './judgement.js';
import type { QueryCache } from './query-cache.js';
import { type RequestBox, subtractBoxes } from './regions.js';

/**
 * The cases in which a login is asked, limited to requests that are served to somebody who has one; the rest of them is
 * irrelevant, as a denial before the login is. squid asks at the first acl that needs the name of the user, wherever the
 * rules behind it lead.
 */
export function onlyOfServed(
  cases: readonly JudgedCase[],
  queries: QueryCache,
  request: ProxyRequest,
): readonly JudgedCase[] {
  if (!cases.some(isLogin)) return cases;
  const decision = queries.decide({ ...request, user: 'any' });
  if (decision.kind !== 'server') return cases;
  return cases.flatMap((judged) => {
    if (!isLogin(judged)) return [judged];
    const served = servedAt(decision.cases, judged.at);
    const denied = served.length > BOX_LIMIT ? [] : subtractBoxes([judged], served);
    if (denied.length === 0) return [judged];
    const { decidedBy } = judged.judgement;
    return [
      ...subtractBoxes([judged], denied).map((box) => within(judged, box, judged.judgement)),
      ...denied.map((box) => within(judged, box, { kind: 'irrelevant', decidedBy })),
    ];
  });
}

function isLogin({ judgement }: JudgedCase): boolean {
  return judgement.kind === 'bad' && judgement.asksLogin === true;
}

/** Of more served parts no login is told apart from one that leads nowhere. */
const BOX_LIMIT = 64;

/** What a port may serve, one box for all hosts of the same clients. */
function servedAt(cases: readonly Case<ServerOutcome>[], at: ProxyEntry | undefined): readonly RequestBox[] {
  const boxes: { readonly clients: Case<ServerOutcome>['clients']; readonly hosts: HostSet[] }[] = [];
  for (const { hosts, clients, outcome, at: own } of cases) {
    // Who is asked again with a login is denied in spite of it.
    const isAskedAgain = outcome.kind === 'served' && outcome.access === 'auth';
    if (own?.name !== at?.name || isAskedAgain || isRefused(outcome)) continue;
    const known = boxes.find((box) => box.clients.equals(clients));
    if (known) known.hosts.push(hosts);
    else boxes.push({ clients, hosts: [hosts] });
  }
  return boxes.map(({ clients, hosts }) => ({ clients, hosts: HostSet.union(hosts) }));
}

/** A part of a case of a proxy server, which has no trace. */
function within(
  { request, at, clientsBy, assumptions, trace }: JudgedCase,
  { hosts, clients }: RequestBox,
  judgement: JudgedCase['judgement'],
): JudgedCase {
  return { request, hosts, clients, at, clientsBy, judgement, assumptions, trace };
}
