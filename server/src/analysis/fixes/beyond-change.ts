// Proves that an edit permits nothing beyond the change that it was made for.

import type { Change, FilterChange, FilterDenial, ProxyChange } from '../../dialects/dialect.js';
import { Memo } from '../../kept/memo.js';
import { Budget, BudgetSpent, paidBy } from '../../model/budget.js';
import type { FilterAction, FilterModel, FilterPoint } from '../../model/filter.js';
import { decidePackets } from '../../model/filter-walk.js';
import { HostSet } from '../../model/hosts.js';
import { IntervalSet } from '../../model/intervals.js';
import { IpSet, PRIVATE_SPACE } from '../../model/ip.js';
import type { Model, ModelPart, PolicyModel } from '../../model/model.js';
import { ANY_PACKET, type PacketBox, PacketSet, protocolSet, TCP, UDP } from '../../model/packets.js';
import type { Case, ProxyModel, ProxyRequest, ServerAspect, ServerOutcome, UrlScheme } from '../../model/proxy.js';
import { type RuleRun, type RuleTemplate, runsOf } from '../../model/rule-runs.js';
import { type ProxyDecision, QueryCache } from '../evaluate/proxy/query-cache.js';
import { type RequestBox, subtractBoxes } from '../evaluate/proxy/regions.js';
import { changedHosts } from './changed-hosts.js';
import { changedPackets } from './changed-packets.js';

/** A change that opens something. */
type PermittingChange = Exclude<Change, FilterDenial>;

/** Whether an edited file permits anything beyond the change that the edit was made for; true where that is unknown. */
export function permitsBeyondChange(before: Model, after: Model, change: PermittingChange): boolean {
  if (before.kind === 'policy' || after.kind === 'policy') {
    return before.kind !== 'policy' || after.kind !== 'policy' || policyPermitsBeyond(before, after, change);
  }
  if (change.goal === 'permit-packets') {
    return before.kind !== 'filter' || after.kind !== 'filter' || permitsMorePackets(before, after, change);
  }
  if (before.kind === 'filter' || after.kind === 'filter' || grantsMore(before, after, change)) return true;
  // What becomes permitted may also stay encrypted, but nothing else may.
  return (
    change.goal === 'permit' && before.kind === 'server' && grantsMore(before, after, { ...change, goal: 'no-decrypt' })
  );
}

/** Every part is compared, because an edit of a name reaches all parts that use it. */
function policyPermitsBeyond(before: PolicyModel, after: PolicyModel, change: PermittingChange): boolean {
  if (before.parts.length !== after.parts.length) return true;
  return before.parts.some((part, i) => {
    const now = after.parts[i];
    return now === undefined || partPermitsBeyond(part, now, change);
  });
}

function partPermitsBeyond(before: ModelPart, after: ModelPart, change: PermittingChange): boolean {
  if (before.kind === 'filter' || after.kind === 'filter') {
    if (before.kind !== 'filter' || after.kind !== 'filter') return true;
    if (change.goal === 'permit-packets') return permitsMorePackets(before, after, change);
    return changesOtherPackets(before, after, change);
  }
  if (before.kind === 'selection' || after.kind === 'selection') {
    return before.kind !== after.kind || grantsMore(before, after, restrictedTo('bypass', change));
  }
  return (before.decides ?? ASPECTS).some((aspect) => {
    // What hosts can be reached follows from the packets that a filter permits, and those are compared.
    if (aspect === 'access' && change.goal === 'permit-packets') return false;
    return grantsMore(before, after, restrictedTo(GOAL_OF[aspect], change));
  });
}

const ASPECTS: readonly ServerAspect[] = ['access', 'tls', 'login'];

const GOAL_OF: Readonly<Record<ServerAspect, ProxyChange['goal']>> = {
  access: 'permit',
  tls: 'no-decrypt',
  login: 'no-login',
};

/** The part of a change that a model part may give: for its own hosts what the change is about, and what a bypass implies. */
function restrictedTo(goal: ProxyChange['goal'], change: PermittingChange): ProxyChange {
  const isOwn = change.goal === goal || (change.goal === 'bypass' && goal !== 'permit');
  if (isOwn) return { ...change, goal };
  const { decidedBy, label, title } = change;
  return { goal, hosts: [], hostSet: HostSet.none, ports: [], clients: undefined, decidedBy, label, title };
}

/** Whether a change for hosts touches rules for anything but the service of those hosts. */
function changesOtherPackets(before: FilterModel, after: FilterModel, change: ProxyChange): boolean {
  const protocol = change.protocol === 'udp' ? UDP : TCP;
  const ports = change.goal === 'permit' ? change.ports : [];
  const allowed = PacketSet.of({
    ...ANY_PACKET,
    protocols: protocolSet(protocol),
    destinationPorts: IntervalSet.from(ports.map((port) => [port, port] as const)),
  });
  return !allowed.containsAll(changedPackets(before, after, 'all'));
}

/** Ports that a fix must not open: those next to the web ports, and well-known others. */
export const FOREIGN_PORTS = [21, 22, 25, 79, 81, 442, 444, 1025, 8080, 8443, 65535];

/** What it may cost to ask one version of a program what it grants, of what an evaluation may cost. */
const ASKING_SHARE = 1 / 4;

/**
 * The hosts that a change may affect. Proxies have one notation for a domain and all names below it, so `*.example.com`
 * cannot be permitted there without `example.com`, which has the same owner.
 */
function touchedHosts({ hosts, hostSet }: ProxyChange): HostSet {
  const apexes = hosts
    .filter((pattern) => /^\*\.[^*]+$/.test(pattern))
    .map((pattern) => HostSet.exact(pattern.slice(2)));
  return HostSet.union([hostSet, ...apexes]);
}

function grantsMore(before: ProxyModel, after: ProxyModel, change: ProxyChange): boolean {
  const concerned = changedHosts(before, after);
  const others = (concerned ?? HostSet.all).subtract(touchedHosts(change));
  const isProgram = before.kind === 'selection';
  if (isProgram && concerned && others.isEmpty) return false;
  const request = (hosts: HostSet, scheme: UrlScheme, port: number): ProxyRequest => ({
    scheme,
    port,
    hosts,
    addresses: undefined,
    clients: PRIVATE_SPACE,
    user: change.goal === 'no-login' ? 'none' : 'any',
    ...(change.protocol ? { protocol: change.protocol } : {}),
  });
  // A program is followed with less work for all hosts than for all but some, which are taken out of what it grants.
  const asked = isProgram && !concerned ? HostSet.all : others;
  const requests = others.isEmpty ? [] : [request(asked, 'https', 443), request(asked, 'http', 80)];
  if (isProgram && before.readsUrl !== false) requests.push(request(asked, 'wss', 443));
  if ((change.goal === 'permit' || change.goal === 'no-login') && decidesAccess(before)) {
    for (const port of FOREIGN_PORTS.filter((foreign) => !change.ports.includes(foreign))) {
      requests.push(request(change.hostSet, 'https', port), request(change.hostSet, 'http', port));
    }
  }
  // Clients that had to log in may now pass without a login; clients that were denied even with one may not.
  if (change.goal === 'no-login') {
    const everyone = { clients: IpSet.all, user: 'any' } as const;
    requests.push({ ...request(change.hostSet, 'https', 443), ...everyone });
    requests.push({ ...request(change.hostSet, 'http', 80), ...everyone });
  }
  const queries = asked === HostSet.all ? queriesBefore.of(before, queriesTo) : queriesTo(before);
  const queriesAfter = queriesTo(after);
  const comparison = new Budget();
  const isNew = (now: Grants, old: Grants, { hosts: about }: ProxyRequest) =>
    [...now].some(([entry, boxes]) => {
      const given = subtractBoxes(boxes, old.get(entry) ?? []);
      return about === HostSet.all ? given.some(({ hosts }) => !hosts.intersect(others).isEmpty) : given.length > 0;
    });
  return requests.some((one) => {
    const decision = decided(queries, one);
    const decisionAfter = decided(queriesAfter, one);
    return paidBy(comparison, () => {
      const [given, givenAfter] = [grants(decision, change.goal), grants(decisionAfter, change.goal)];
      // What one port of a proxy gives anyway is still new at another, and so is access for sure to what had it under a
      // condition.
      if (isNew(givenAfter.possible, given.possible, one)) return true;
      return change.goal === 'permit' && isNew(givenAfter.certain, given.certain, one);
    });
  });
}

/** What a file decides before any edit about all hosts, which every proof asks in the same words. */
export const queriesBefore = new Memo<ProxyModel, QueryCache>();

export function queriesTo(model: ProxyModel): QueryCache {
  return new QueryCache(model, [], model.kind === 'selection' ? Budget.ofShare(ASKING_SHARE) : new Budget());
}

/** What a model decides. What it leaves open because that would cost too much may be anything. */
export function decided(queries: QueryCache, request: ProxyRequest): ProxyDecision {
  const decision = paidBy(queries.budget, () => queries.decide(request));
  if (queries.budget.isSpent) throw new BudgetSpent();
  return decision;
}

/** Whether a model decides what can be reached; in one that does not, an exemption opens no port. */
function decidesAccess(model: ProxyModel): boolean {
  return model.kind === 'selection' || (model.decides?.includes('access') ?? true);
}

/** The clients and hosts that get what a goal is about, by the port at which they ask. */
type Grants = ReadonlyMap<string, readonly RequestBox[]>;

/** Who gets it, with and without those for whom it is undecided. */
function grants(
  decision: ProxyDecision,
  goal: ProxyChange['goal'],
): { readonly possible: Grants; readonly certain: Grants } {
  const [granted, open] =
    decision.kind === 'selection'
      ? [
          decision.cases.filter(({ outcome }) => outcome.kind === 'undecided' || outcome.route === 'direct'),
          decision.cases.filter(({ outcome }) => outcome.kind === 'undecided' || outcome.route !== 'direct'),
        ]
      : [
          decision.cases.filter(({ outcome }) => isGranted(outcome, goal)),
          decision.cases.filter(({ outcome }) => outcome.kind === 'undecided' || !isGranted(outcome, goal)),
        ];

  const [possible, others] = [byEntry(granted), byEntry(open)];
  const certain = [...possible].map(
    ([entry, boxes]) => [entry, subtractBoxes(boxes, others.get(entry) ?? [])] as const,
  );
  return { possible, certain: new Map(certain) };
}

function byEntry(cases: readonly Case<unknown>[]): Grants {
  const parts = new Map<string, Map<string, { readonly clients: IpSet; readonly hosts: HostSet[] }>>();
  for (const { at, hosts, clients } of cases) {
    const own = keptIn(parts, at?.name ?? '', () => new Map());
    keptIn(own, clients.key, () => ({ clients, hosts: [] })).hosts.push(hosts);
  }
  return new Map(
    [...parts].map(([entry, own]) => [
      entry,
      [...own.values()].map(({ clients, hosts }) => ({ clients, hosts: HostSet.union(hosts) })),
    ]),
  );
}

function keptIn<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function isGranted(outcome: ServerOutcome, goal: ProxyChange['goal']): boolean {
  if (outcome.kind === 'undecided') return true;
  if (outcome.access !== 'permit' || outcome.tls === 'terminate') return false;
  return goal !== 'no-decrypt' || typeof outcome.tls === 'object' || outcome.tls === 'none' || outcome.tls === 'splice';
}

/** Whether an edited filter permits nothing new, and no longer permits the surplus and at most other unlisted packets. */
export function onlyNarrows(
  before: FilterModel,
  after: FilterModel,
  { point: asked, unlisted, surplus }: { point: string; unlisted: PacketSet; surplus: PacketSet },
): boolean {
  if (before.points.length !== after.points.length) return false;
  const concerned = changedPackets(before, after, 'first');
  return after.points.every((point) => {
    const same = before.points.find(({ name }) => name === point.name);
    if (!same) return false;
    const [old, now] = [permittedOf(before, same, concerned), permittedOf(after, point, concerned)];
    const taken = old.subtract(now);
    return (
      now.subtract(old).isEmpty && unlisted.containsAll(taken) && (point.name !== asked || taken.containsAll(surplus))
    );
  });
}

/**
 * Whether an edited file permits nothing new, and denies nothing else than what a change is to deny. A rule between interfaces
 * that a file shows may name fewer addresses than are behind them.
 */
export function deniesOnly(before: Model, after: Model, change: FilterDenial): boolean {
  const [old, now] = [filtersOf(before), filtersOf(after)];
  return (
    old.length > 0 && old.length === now.length && old.every((one, i) => now[i] && deniesOnlyIn(one, now[i], change))
  );
}

function filtersOf(model: Model): readonly FilterModel[] {
  const parts = model.kind === 'policy' ? model.parts : [model];
  return parts.flatMap((part) => (part.kind === 'filter' ? [part] : []));
}

function deniesOnlyIn(before: FilterModel, after: FilterModel, { deniable }: FilterDenial): boolean {
  if (before.points.length !== after.points.length) return false;
  const ofFamilies = before.families.map((family) => ({ ...ANY_PACKET, source: IpSet.all.ofFamily(family) }));
  const concerned = changedPackets(before, after, 'first').intersect(PacketSet.from(ofFamilies));
  return after.points.every((point) => {
    const same = before.points.find(({ name }) => name === point.name);
    if (!same) return false;
    const [old, now] = [permittedOf(before, same, concerned), permittedOf(after, point, concerned)];
    return old.containsAll(now) && deniable.containsAll(old.subtract(now));
  });
}

/** The packets among some that are possibly permitted. Throws where to tell that costs too much: in both versions that may be any. */
function permittedOf(model: FilterModel, point: FilterPoint, packets: PacketSet): PacketSet {
  return paidBy(new Budget(), () => decidePackets(model, point, packets, 'first'))
    .filter(({ outcome }) => outcome.kind !== 'deny')
    .reduce((all, one) => all.union(one.packets), PacketSet.none);
}

function permitsMorePackets(before: FilterModel, after: FilterModel, change: FilterChange): boolean {
  const concerned = changedPackets(before, after, 'first');
  const own = after.points.find(({ name }) => name === change.point);
  const asked = own?.about;
  const seen = own ? { ...change, allowed: change.allowed.union(rewrittenAt(own, change.allowed)) } : change;
  return after.points.some((point) => {
    const same = before.points.find(({ name }) => name === point.name);
    if (!same) return true;
    // Whatever becomes of the packets that may be opened: nothing else is.
    const others = concerned.subtract(allowedAt(point, asked, seen));
    if (others.isEmpty) return false;
    return !permittedOf(before, same, others).containsAll(permittedOf(after, point, others));
  });
}

/** What a change may open at a point: nothing where the point decides something else than the evaluated one. */
function allowedAt(point: FilterPoint, asked: FilterPoint['about'], { allowed }: FilterChange): PacketSet {
  if (point.about !== asked) return PacketSet.none;
  // In a stateless filter, permitting replies permits anyone who sends from those ports. An IPsec exemption applies in both
  // directions.
  return point.stateful && point.about !== 'ipsec' ? allowed : allowed.union(allowed.replies());
}

/** The same packets with the destinations that the point gives them: rules behind it name the server itself. */
function rewrittenAt({ chains }: FilterPoint, allowed: PacketSet): PacketSet {
  const rewrites = chains.flatMap((chain) => runsOf(chain).flatMap(({ run }) => rewritesOf.of(run, rewritesIn)));
  const boxes = rewrites.flatMap(({ match, to: { destination, destinationPorts } }): PacketBox[] => {
    // A list does not say at which interface it is.
    const { inInterface, outInterface } = ANY_PACKET;
    const anywhere = match.map((box) => ({ ...box, inInterface, outInterface }));
    return allowed.intersect(PacketSet.from(anywhere)).boxes.map((box) => ({
      ...box,
      destination: destination ?? box.destination,
      destinationPorts: destinationPorts ?? box.destinationPorts,
    }));
  });
  return PacketSet.from(boxes);
}

/** A rule that gives packets another destination. */
interface Rewrite extends Pick<RuleTemplate, 'match'> {
  readonly to: FilterAction & { readonly kind: 'rewrite' };
}

/** Most runs have none, and an edit leaves most runs as they are. */
const rewritesOf = new Memo<RuleRun, readonly Rewrite[]>();

function rewritesIn({ templates }: RuleRun): readonly Rewrite[] {
  return templates.flatMap(({ match, action }) => (action.kind === 'rewrite' ? [{ match, to: action }] : []));
}
