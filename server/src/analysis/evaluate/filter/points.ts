// The point of a filter that packets are asked at: one choice for checks, plans and explanations.
import type { Requirement, RequirementFlow } from '../../../catalog/requirement.js';
import { askedPoints } from '../../../model/asked-points.js';
import type { BaseChain, FilterChain, FilterModel, FilterPoint, FilterRule, Hook } from '../../../model/filter.js';
import { ANY_PACKET } from '../../../model/packets.js';
import { failure, type Result, success } from '../../../model/result.js';
import type { NetworkContext } from '../network-context.js';
import { destinationPortsOf, endOf, protocolsOf } from './ends.js';
import { isSentOn, type Towards } from './sent-on.js';

/** Which way packets go, and whether the host whose firewall the file is sends or receives them. */
export interface Direction {
  readonly isInbound: boolean;
  readonly sends: boolean;
  readonly receives: boolean;
}

/** The point that decides what is exempt from IPsec; a reason where there is none, or where the file is another host's. */
export function ipsecPoint(model: FilterModel, flow: RequirementFlow, { role }: NetworkContext): Result<FilterPoint> {
  const isOwn = role === undefined || flow.to.role === role || flow.from.role === role;
  if (!isOwn) return failure(`it is not about the role ${role}`);
  return pointOr(
    model.points.find(({ about }) => about === 'ipsec'),
    'IPsec is not decided by this file',
  );
}

/** The point that the traffic of a requirement passes; a reason where there is none. */
export function pointFor(
  model: FilterModel,
  { kind, flow }: Pick<Requirement, 'kind' | 'flow'>,
  network: NetworkContext,
): Result<FilterPoint> {
  const { role } = network;
  const receives = role !== undefined && flow.to.role === role;
  const sends = role !== undefined && flow.from.role === role;
  if (role !== undefined && !receives && !sends) return failure(`it is not about the role ${role}`);
  const to = endOf(flow.to, network, false);
  const destinationPorts = destinationPortsOf(flow);
  const towards: Towards | undefined =
    to?.isKnown && destinationPorts
      ? { destination: to.addresses, protocols: protocolsOf({ kind, flow }), destinationPorts }
      : undefined;
  return choosePoint(model, { isInbound: flow.direction === 'inbound', sends, receives }, network, towards);
}

/**
 * The named point or hook; otherwise, on a host with a role its own input or output, else through a router first and then
 * from the host itself, and to the host itself before what it sends on. A reason where there is none.
 */
export function choosePoint(
  model: FilterModel,
  { isInbound, sends, receives }: Direction,
  network: Pick<NetworkContext, 'role' | 'hook' | 'point' | 'interfaces'>,
  towards?: Towards,
): Result<FilterPoint> {
  const { role, hook, point: name } = network;
  if (name !== undefined) return pointOr(pointNamed(model, name), `the file has no ${name}`);
  const points = askedPoints(model, network);
  const isOwn = isInbound && !(towards && isSentOn(model, towards));
  const usual: readonly Hook[] = isOwn ? ['input', 'forward'] : ['forward', isInbound ? 'input' : 'output'];
  const ofRole: readonly Hook[] = receives || (!sends && isInbound) ? ['input'] : ['output'];
  const hooks = hook ? [hook] : role === undefined ? usual : ofRole;
  for (const wanted of hooks) {
    const found = points.find((point) => point.hook === wanted);
    if (found) return success(found);
  }
  const unbound = hook ? undefined : points.find((point) => point.hook === undefined);
  return pointOr(
    unbound,
    hook
      ? `the file filters nothing at ${hook}`
      : (unaskedIn(model.points) ?? 'the file filters no traffic in this direction'),
  );
}

/** A point as packets from outside meet it: who routes them to a server that it publishes sends them to a public address. */
export function asPublishing(point: FilterPoint, isInbound: boolean): FilterPoint {
  const isPublishing = point.isPublishing ?? (isInbound && point.hook === 'forward');
  return isPublishing ? { ...point, isPublishing } : point;
}

/**
 * The point with a name, or the one that packets pass a chain of that name at; otherwise the chain alone. Chains may be named
 * without their table.
 */
export function pointNamed({ points, chains }: FilterModel, name: string): FilterPoint | undefined {
  const isMeant = (known: string) => known === name || known.endsWith(` ${name}`);
  const own =
    points.find((point) => point.name === name) ??
    points.find((point) => point.chains.some((chain) => isMeant(chain.name)));
  if (own) return own;
  const meant = chains.get(name) ?? onlyOne([...chains.values()].filter((chain) => isMeant(chain.name)));
  const alone = meant && returning(meant);
  return alone && { name: alone.name, hook: undefined, chains: [alone], stateful: false };
}

/**
 * What {@link pointNamed} finds: points, and the chains that are not called like theirs. Where lists are points of their own,
 * all chains are made from these.
 */
export function namesOfPoints({ points, chains }: FilterModel): readonly string[] {
  const names = points.map(({ name }) => name);
  if (points.some(({ hook }) => hook === undefined)) return names;
  const based = points.flatMap((point) => point.chains.map(({ name }) => ({ name, isPoint: isOf(point, name) })));
  const asPoints = new Set(based.flatMap(({ name, isPoint }) => (isPoint ? [name] : [])));
  const called = [...based.map(({ name }) => name), ...chains.keys()].filter((name) => !asPoints.has(name));
  return [...new Set([...names, ...called])];
}

function isOf(point: FilterPoint, chain: string): boolean {
  return chain.startsWith(point.name) || chain.endsWith(` ${point.name}`);
}

function onlyOne<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}

/** A chain by itself: what becomes of packets that return from it is decided by those that jump to it. */
function returning({ name, rules }: FilterChain): BaseChain | undefined {
  const last = rules[rules.length - 1];
  if (!last) return undefined;
  const action = { kind: 'undecided', reason: `it depends on the chains that jump to ${name}` } as const;
  const end: FilterRule = {
    statement: last.statement,
    match: [ANY_PACKET],
    phases: ['first', 'reply'],
    opaque: [],
    action,
  };
  return { name, rules: [...rules, end], policy: 'accept', policyStatement: undefined };
}

/** How many lists are named that serve something else. */
const NAMED_LISTS = 3;

/** What the lists of a file serve that filter nothing; `undefined` where it does not say. */
function unaskedIn(points: readonly FilterPoint[]): string | undefined {
  const reasons = points.flatMap(({ unasked }) => unasked ?? []);
  const more = reasons.length > NAMED_LISTS ? [`and ${reasons.length - NAMED_LISTS} more`] : [];
  return reasons.length === 0 ? undefined : [...reasons.slice(0, NAMED_LISTS), ...more].join('; ');
}

function pointOr(point: FilterPoint | undefined, reason: string): Result<FilterPoint> {
  return point ? success(point) : failure(reason);
}
