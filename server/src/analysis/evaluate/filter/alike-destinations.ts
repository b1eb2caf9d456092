// Filters that treat all addresses on the internet alike: what several requirements ask of different ones of them is asked once.
import type { Requirement } from '../../../catalog/requirement.js';
import { LatestMemo, Memo } from '../../../kept/memo.js';
import { attempt } from '../../../model/budget.js';
import { TRANSLATES } from '../../../model/chain-walk.js';
import type { FilterChain, FilterModel, FilterPoint } from '../../../model/filter.js';
import type { IntervalSet } from '../../../model/intervals.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { ANY_PACKET, intersectBoxes, type PacketBox, PacketSet } from '../../../model/packets.js';
import { PaidOnce, PaidStore } from '../../../model/paid-memo.js';
import { type RuleRun, runsOf } from '../../../model/rule-runs.js';
import { type Evaluation, lackText, type MissingTraffic } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { describeMissing } from './describe-missing.js';
import { type End, INTERNET, protocolsOf } from './ends.js';
import { evaluateFamily, type FamilyQuestion, type JudgedFamily, judgeFamily } from './judge-family.js';
import { lackOf } from './merge-shares.js';

/** What comes of all addresses on the internet that are alike; no evaluation where no packet to them passes the point. */
interface Alike {
  readonly all: IpSet;
  readonly evaluations: readonly Evaluation[];
}

/** What is asked alike, but for the destinations, at one point. */
interface Group {
  readonly network: NetworkContext;
  readonly point: FilterPoint;
  readonly key: string;
  readonly alike: PaidOnce<Alike | undefined>;
}

const groupsOf = new Memo<FilterModel, Group[]>();

/** The models of which it took too much to ask for all of the internet: that is not tried again. */
const tooLarge = new PaidStore(() => new WeakSet<FilterModel>());

/** What it is worth to ask for all of the internet, of the work that is left. */
const SHARE = 1 / 16;

/**
 * The evaluation of one address family for some destinations, made from that for all of the internet: none where nothing of it passes
 * the point. `undefined` where the filter may treat these destinations in a way of their own, so that they have to be asked for themselves.
 */
export function evaluationOfAlike(
  question: FamilyQuestion,
  to: End,
  family: AddressFamily,
): readonly Evaluation[] | undefined {
  const { requirement, hosts } = question;
  const { flow } = requirement;
  // Of packets for hosts, rules may know these.
  if (hosts) return undefined;
  if (flow.direction !== 'outbound' || !to.isKnown || flow.from.prefixes) return undefined;
  const addresses = to.addresses.ofFamily(family);
  if (addresses.isEmpty || !INTERNET.containsAll(addresses)) return undefined;
  const alike = alikeOf(question, family);
  if (!alike?.all.containsAll(addresses)) return undefined;
  const { evaluations, all } = alike;
  // The reason of what is met says for which destination, where any will do.
  if (!to.everyAddress && evaluations.some(({ verdict }) => verdict.status === 'met')) return undefined;
  const destinations = new Destinations(all, addresses);
  return evaluations.map((evaluation) => destinations.moved(evaluation, requirement));
}

function alikeOf(question: FamilyQuestion, family: AddressFamily): Alike | undefined {
  const { model } = question;
  if (tooLarge.value.has(model)) return undefined;
  const { alike } = groupOf(question, family);
  const found = attempt(SHARE, () => [alike.value]);
  if (!found) tooLarge.value.add(model);
  return found?.[0];
}

function groupOf(question: FamilyQuestion, family: AddressFamily): Group {
  const { requirement, model, network, point } = question;
  const { kind, flow } = requirement;
  const key = JSON.stringify([family, kind, flow.protocol, flow.ports, flow.sourcePorts, flow.from, flow.to.role]);
  const groups = groupsOf.of(model, () => []);
  const own = groups.find((one) => one.key === key && one.point === point && one.network === network);
  if (own) return own;
  const group = { network, point, key, alike: new PaidOnce(() => alikeIn(question, family)) };
  groups.push(group);
  return group;
}

/** The evaluation for all of the internet, where the filter treats all of it alike. */
function alikeIn(question: FamilyQuestion, family: AddressFamily): Alike | undefined {
  const all = INTERNET.ofFamily(family).subtract(attachedNetworks(question));
  if (all.isEmpty || isSeenDivided(question, all)) return undefined;
  const judged = judgeFamily(question, { addresses: all, everyAddress: true, isKnown: true }, family);
  return !judged || areAlike(judged, all) ? { all, evaluations: evaluateFamily(question, judged) } : undefined;
}

/** What is behind interfaces is no part of the internet that others lead to. */
function attachedNetworks({ point: { surroundings }, network }: FamilyQuestion): IpSet {
  const shown = surroundings?.kind === 'interfaces' ? surroundings.interfaces : [];
  const declared = [...(network.interfaces?.values() ?? [])];
  return IpSet.join([
    ...shown.flatMap(({ networks, published }) => [networks, published].filter((one) => one !== undefined)),
    ...declared.flatMap((networks) => (networks === 'internet' ? [] : networks)),
  ]);
}

/** Where more runs have rules for a part of the internet, a filter hardly ever treats all of it alike. */
const DIVIDING_RUNS = 8;

/** Whether a rule is for a part of some destinations: a quick look, before all of them are asked for. */
function isSeenDivided({ requirement, model, point, from, ports }: FamilyQuestion, destination: IpSet): boolean {
  const runs = dividingRuns.of(point, model, () => runsThatDivide([...point.chains, ...model.chains.values()]));
  if (runs.length > DIVIDING_RUNS) return true;
  const asked: PacketBox = {
    ...ANY_PACKET,
    source: from.addresses,
    destination,
    protocols: protocolsOf(requirement),
    destinationPorts: ports,
  };
  const packets = PacketSet.of(asked);
  const divides = (box: PacketBox) =>
    box.destination !== IpSet.all &&
    !box.destination.containsAll(destination) &&
    intersectBoxes(box, asked) !== undefined;
  return runs.some(({ index }) => index.candidates(packets).some(({ match }) => match.some(divides)));
}

/** The runs of some chains that have rules for a part of the internet; of very many, the first ones. */
function runsThatDivide(chains: readonly FilterChain[]): readonly RuleRun[] {
  const found = new Set<RuleRun>();
  for (const chain of chains) {
    for (const { run } of runsOf(chain)) {
      if (isDividing.of(run, dividesInternet)) found.add(run);
      if (found.size > DIVIDING_RUNS) return [...found];
    }
  }
  return [...found];
}

const dividingRuns = new LatestMemo<FilterPoint, FilterModel, readonly RuleRun[]>();
const isDividing = new Memo<RuleRun, boolean>();

function dividesInternet({ templates }: RuleRun): boolean {
  return templates.some(({ match }) =>
    match.some(
      ({ destination }) =>
        destination !== IpSet.all && (isPartOf(destination.v4, INTERNET.v4) || isPartOf(destination.v6, INTERNET.v6)),
    ),
  );
}

/** Whether a set has some of all, but not all of them. */
function isPartOf<T extends number | bigint>(some: IntervalSet<T>, all: IntervalSet<T>): boolean {
  return some.overlaps(all) && !some.containsAll(all);
}

/** Whether the same comes of each of some destinations, on each way and by each rule, and none of them is exchanged. */
function areAlike({ judged, cases }: JudgedFamily, all: IpSet): boolean {
  const packets = [...judged.map(({ way }) => way.packets), ...cases.map((one) => one.packets)];
  return (
    packets.every(({ boxes }) => boxes.every(({ destination }) => destination.equals(all))) &&
    !cases.some(({ trace }) => trace.some(({ effect }) => effect === TRANSLATES))
  );
}

/** Some of all destinations that are alike. */
class Destinations {
  constructor(
    private readonly all: IpSet,
    private readonly own: IpSet,
  ) {}

  /** What comes of these, of another requirement. */
  moved(evaluation: Evaluation, requirement: Requirement): Evaluation {
    const { verdict } = evaluation;
    const shares = evaluation.shares?.map((share) => ({ ...share, missing: this.movedMissing(share.missing) })) ?? [];
    const told = { ...verdict, requirement: requirement.id };
    return {
      ...evaluation,
      requirement,
      verdict: verdict.missing ? { ...told, missing: lackText(() => describeMissing(lackOf(shares).told)) } : told,
      missing: this.movedMissing(evaluation.missing),
      shares,
    };
  }

  private movedMissing(missing: MissingTraffic): MissingTraffic {
    if (missing.kind !== 'packets') return missing;
    const { packets, replies, allowed, point } = missing;
    return {
      kind: 'packets',
      packets: this.movedPackets(packets),
      replies: this.movedPackets(replies.replies()).replies(),
      allowed: this.movedPackets(allowed),
      point,
    };
  }

  private movedPackets(packets: PacketSet): PacketSet {
    if (packets.isEmpty) return packets;
    return PacketSet.from(
      packets.boxes.map((box) => (box.destination.equals(this.all) ? { ...box, destination: this.own } : box)),
    );
  }
}
