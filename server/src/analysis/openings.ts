import type { Change, FilterChange, ProxyChange } from '../dialects/dialect.js';
import { decidePackets, type FilterChain, type FilterModel, type FilterRule } from '../model/filter.js';
import { HostSet } from '../model/hosts.js';
import { IpSet, PRIVATE_SPACE } from '../model/ip.js';
import type { Model } from '../model/model.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../model/packets.js';
import type { ProxyModel, ProxyRequest } from '../model/proxy.js';
import { Inquiry } from './inquiry.js';
import { type Box, subtractBoxes } from './region.js';

/** Whether an edited file gives anything beyond the change that the edit was for. What cannot be told counts as yes. */
export function opensMore(before: Model, after: Model, change: Change): boolean {
  if (change.goal === 'permit-packets') {
    return before.kind !== 'filter' || after.kind !== 'filter' || permitsMore(before, after, change);
  }
  return before.kind === 'filter' || after.kind === 'filter' || grantsMore(before, after, change);
}

/** Ports on which a fix must not open anything: neighbours of the web ports and well-known others. */
const FOREIGN_PORTS = [21, 22, 25, 79, 81, 442, 444, 1025, 8080, 8443, 65535];

/** How many cases of an answer are compared before a fix counts as unproved. */
const CASE_LIMIT = 2000;

/**
 * The hosts that a change may touch. Proxies have one word for a domain and all names below it, so that `*.example.com`
 * cannot be given to them without `example.com`, which has the same owner.
 */
function touchedHosts({ hosts, hostSet }: ProxyChange): HostSet {
  const apexes = hosts
    .filter((pattern) => /^\*\.[^*]+$/.test(pattern))
    .map((pattern) => HostSet.exact(pattern.slice(2)));
  return HostSet.union([hostSet, ...apexes]);
}

function grantsMore(before: ProxyModel, after: ProxyModel, change: ProxyChange): boolean {
  const others = HostSet.all.subtract(touchedHosts(change));
  const request = (hosts: HostSet, scheme: 'http' | 'https', port: number): ProxyRequest => ({
    scheme,
    port,
    hosts,
    addresses: undefined,
    clients: PRIVATE_SPACE,
    user: change.goal === 'no-login' ? 'none' : 'any',
  });
  const requests = [request(others, 'https', 443), request(others, 'http', 80)];
  if (change.goal === 'permit' || change.goal === 'no-login') {
    for (const port of FOREIGN_PORTS) {
      requests.push(request(change.hostSet, 'https', port), request(change.hostSet, 'http', port));
    }
  }
  // Who had to log in may now pass without; nobody who could not pass with a login may.
  if (change.goal === 'no-login') {
    const everyone = { clients: IpSet.all, user: 'any' } as const;
    requests.push({ ...request(change.hostSet, 'https', 443), ...everyone });
    requests.push({ ...request(change.hostSet, 'http', 80), ...everyone });
  }
  const [asked, askedAfter] = [new Inquiry(before), new Inquiry(after)];
  return requests.some((one) => {
    const given = grants(asked, one, change.goal);
    const givenAfter = grants(askedAfter, one, change.goal);
    return given === undefined || givenAfter === undefined || subtractBoxes(givenAfter, given).length > 0;
  });
}

/** Who may get what the goal is about for which hosts; what is not decided counts as given. */
function grants(inquiry: Inquiry, request: ProxyRequest, goal: ProxyChange['goal']): readonly Box[] | undefined {
  const answer = inquiry.ask(request);
  if (answer.cases.length > CASE_LIMIT) return undefined;
  if (answer.kind === 'selection') {
    return answer.cases.filter(({ outcome }) => outcome.kind === 'undecided' || outcome.way === 'direct');
  }
  return answer.cases.filter(({ outcome }) => {
    if (outcome.kind === 'undecided') return true;
    if (outcome.access !== 'permit') return false;
    return (
      goal !== 'no-decrypt' || typeof outcome.tls === 'object' || outcome.tls === 'none' || outcome.tls === 'splice'
    );
  });
}

function permitsMore(before: FilterModel, after: FilterModel, change: FilterChange): boolean {
  const concerned = changedPackets(before, after);
  return after.points.some((point) => {
    const same = before.points.find(({ name }) => name === point.name);
    if (!same) return true;
    const permitted = (model: FilterModel, at: typeof point) =>
      decidePackets(model, at, concerned, 'first')
        .filter(({ outcome }) => outcome.kind !== 'deny')
        .reduce((all, { packets }) => all.union(packets), PacketSet.none);
    const opened = permitted(after, point).subtract(permitted(before, same));
    // Without memory of connections, an opening for answers is one for whoever sends from those ports.
    const allowed = point.stateful ? change.allowed : change.allowed.union(change.allowed.answers());
    return !allowed.containsAll(opened);
  });
}

/**
 * The packets that a rule can see which is not the same in both models. All others meet the same rules in the same
 * order, so their fate is the same.
 */
function changedPackets(before: FilterModel, after: FilterModel): PacketSet {
  const chains = (model: FilterModel) =>
    new Map([
      ...[...model.chains].map(([name, chain]): [string, FilterChain] => [`chain ${name}`, chain]),
      ...model.points.flatMap((point) =>
        point.chains.map((chain, i): [string, FilterChain] => [
          `${point.name} ${i} ${chain.name} ${chain.policy}`,
          chain,
        ]),
      ),
    ]);
  const [old, now] = [chains(before), chains(after)];
  const boxes: PacketBox[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [oldChain, nowChain] = [old.get(name), now.get(name)];
    if (oldChain && nowChain) boxes.push(...changedBoxes(oldChain.rules, nowChain.rules));
    // A base chain that came, went or changed its policy concerns every packet.
    else if (!name.startsWith('chain ')) return PacketSet.of(ANY_PACKET);
    else boxes.push(...changedBoxes(oldChain?.rules ?? [], nowChain?.rules ?? []));
  }
  return boxes.reduce((all, box) => all.union(PacketSet.of(box)), PacketSet.none);
}

function changedBoxes(before: readonly FilterRule[], after: readonly FilterRule[]): PacketBox[] {
  const shorter = Math.min(before.length, after.length);
  let front = 0;
  while (front < shorter && sameRule(before[front], after[front])) front++;
  let back = 0;
  while (back < shorter - front && sameRule(before[before.length - 1 - back], after[after.length - 1 - back])) back++;
  const middle = [...before.slice(front, before.length - back), ...after.slice(front, after.length - back)];
  return middle.flatMap(({ match }) => match);
}

function sameRule(a: FilterRule | undefined, b: FilterRule | undefined): boolean {
  if (!a || !b || a.match.length !== b.match.length || a.opaque.length !== b.opaque.length) return false;
  if (a.action.kind !== b.action.kind || a.phases.length !== b.phases.length) return false;
  if ('chain' in a.action && 'chain' in b.action && a.action.chain !== b.action.chain) return false;
  if (a.opaque.some(({ text }, i) => text !== b.opaque[i]?.text)) return false;
  if (a.phases.some((phase, i) => phase !== b.phases[i])) return false;
  const [matchA, matchB] = [PacketSet.of(...a.match), PacketSet.of(...b.match)];
  return matchA.containsAll(matchB) && matchB.containsAll(matchA);
}
