// Proves that an edit leaves the meaning of a file as it was: that every packet and every request has the same outcome.
import { addTo } from '../../kept/lists.js';
import type { FilterModel, FilterPoint, Phase } from '../../model/filter.js';
import { decidePackets } from '../../model/filter-walk.js';
import { HostSet } from '../../model/hosts.js';
import { IpSet } from '../../model/ip.js';
import type { Model, ModelPart } from '../../model/model.js';
import { PacketSet } from '../../model/packets.js';
import type { ProxyModel, ProxyRequest, SelectionOutcome, ServerOutcome } from '../../model/proxy.js';
import type { QueryCache } from '../evaluate/proxy/query-cache.js';
import { type RequestBox, subtractBoxes } from '../evaluate/proxy/regions.js';
import { decided, FOREIGN_PORTS, queriesBefore, queriesTo } from './beyond-change.js';
import { changedHosts } from './changed-hosts.js';
import { changedPackets } from './changed-packets.js';

/** Whether two versions of a file decide everything alike; false where that is unknown. */
export function meansTheSame(before: Model, after: Model): boolean {
  if (before.kind !== 'policy') return after.kind !== 'policy' && partMeansTheSame(before, after);
  if (after.kind !== 'policy' || before.parts.length !== after.parts.length) return false;
  // A group may be all that says where a role is.
  if (!namesAlike(before.addresses, after.addresses)) return false;
  return before.parts.every((part, i) => {
    const now = after.parts[i];
    return now !== undefined && partMeansTheSame(part, now);
  });
}

function namesAlike(some: ReadonlyMap<string, IpSet>, others: ReadonlyMap<string, IpSet>): boolean {
  return some.size === others.size && [...some].every(([name, set]) => others.get(name)?.equals(set));
}

function partMeansTheSame(before: ModelPart, after: ModelPart): boolean {
  if (before.kind === 'filter' || after.kind === 'filter') {
    return before.kind === 'filter' && after.kind === 'filter' && filtersAlike(before, after);
  }
  return before.kind === after.kind && proxiesAlike(before, after);
}

function proxiesAlike(before: ProxyModel, after: ProxyModel): boolean {
  const concerned = changedHosts(before, after);
  if (concerned?.isEmpty) return true;
  const queries = concerned ? queriesTo(before) : queriesBefore.of(before, queriesTo);
  const queriesAfter = queriesTo(after);
  return requestsTo(before, concerned ?? HostSet.all).every((request) => {
    const [old, now] = [outcomesOfRequest(queries, request), outcomesOfRequest(queriesAfter, request)];
    return old.size === now.size && [...old].every(([outcome, boxes]) => coverAlike(boxes, now.get(outcome) ?? []));
  });
}

/** What is asked of every client: at the web ports, of a server also at others, and with and without a login. */
function requestsTo(model: ProxyModel, hosts: HostSet): ProxyRequest[] {
  const base = { hosts, addresses: undefined, clients: IpSet.all };
  const web = [
    { scheme: 'https', port: 443 },
    { scheme: 'http', port: 80 },
  ] as const;
  if (model.kind === 'selection') {
    const urls = model.readsUrl === false ? web : [...web, { scheme: 'wss', port: 443 } as const];
    return urls.map((url) => ({ ...base, ...url, user: 'any' }));
  }
  return [
    ...web.flatMap((url) => (['any', 'none'] as const).map((user) => ({ ...base, ...url, user }))),
    ...FOREIGN_PORTS.map((port) => ({ ...base, scheme: 'https' as const, port, user: 'any' as const })),
  ];
}

function outcomesOfRequest(queries: QueryCache, request: ProxyRequest): ReadonlyMap<string, readonly RequestBox[]> {
  const outcomes = new Map<string, RequestBox[]>();
  for (const { at, outcome, hosts, clients } of decided(queries, request).cases) {
    const key = `${at?.name ?? ''} ${outcomeText(outcome)}`;
    addTo(outcomes, key, { hosts, clients });
  }
  return outcomes;
}

function outcomeText(outcome: SelectionOutcome | ServerOutcome): string {
  if (outcome.kind === 'undecided') return reasonText(outcome);
  if (outcome.kind === 'selected') return outcome.result;
  const { access, tls, route } = outcome;
  return [access, ...[tls, route].map((one) => (typeof one === 'string' ? one : reasonText(one)))].join(' ');
}

function coverAlike(some: readonly RequestBox[], others: readonly RequestBox[]): boolean {
  return subtractBoxes(some, others).length === 0 && subtractBoxes(others, some).length === 0;
}

function filtersAlike(before: FilterModel, after: FilterModel): boolean {
  if (before.points.length !== after.points.length) return false;
  const concerned = changedPackets(before, after, 'all');
  if (concerned.isEmpty) return true;
  return before.points.every((point) => {
    const now = after.points.find(({ name }) => name === point.name);
    return (
      now !== undefined &&
      (['first', 'reply'] as const).every((phase) => decidedAlike([before, point], [after, now], concerned, phase))
    );
  });
}

type Place = readonly [model: FilterModel, point: FilterPoint];

/** Whether some packets have the same outcomes at two places. */
function decidedAlike(one: Place, other: Place, packets: PacketSet, phase: Phase): boolean {
  const [first, second] = [one, other].map(([model, point]) => outcomesOf(model, point, packets, phase));
  if (!first || !second || first.size !== second.size) return false;
  return [...first].every(([kind, set]) => {
    const same = second.get(kind);
    return same?.containsAll(set) && set.containsAll(same);
  });
}

function outcomesOf(
  model: FilterModel,
  point: FilterPoint,
  packets: PacketSet,
  phase: Phase,
): ReadonlyMap<string, PacketSet> | undefined {
  const outcomes = new Map<string, PacketSet>();
  for (const { outcome, packets: own } of decidePackets(model, point, packets, phase)) {
    // What is left open as a whole, as where it costs too much, may be anything.
    if (outcome.kind === 'undecided' && own === packets) return undefined;
    const kind = outcome.kind === 'undecided' ? reasonText(outcome) : outcome.kind;
    outcomes.set(kind, (outcomes.get(kind) ?? PacketSet.none).union(own));
  }
  return outcomes;
}

/** Why something is open, wherever in the file that stands. */
function reasonText({ reason }: { readonly reason: string }): string {
  return reason.replace(/\blines? \d+/g, 'line');
}
