// Requirements whose document names hosts, on a filter that knows addresses. What such a host's address is, nobody knows
// before it is looked up; but where no address can be reached the host cannot, and where every address can, so can the host.

import type { Requirement } from '../../../catalog/requirement.js';
import { LatestMemo } from '../../../kept/memo.js';
import { NO_STEPS } from '../../../model/evidence.js';
import type { FilterModel, FilterPoint } from '../../../model/filter.js';
import { type AddressFamily, IpSet } from '../../../model/ip.js';
import { ANY_PACKET, intersectBoxes, type PacketBox, PacketSet } from '../../../model/packets.js';
import { runsFor } from '../../../model/rule-runs.js';
import { type Evaluation, lackText, type MissingTraffic, NOTHING_MISSING, type Share } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { describeMissing } from './describe-missing.js';
import { destinationPortsOf, type End, INTERNET, protocolsOf } from './ends.js';
import { joinFamilies } from './join-families.js';

/** Where a requirement is asked, and what is known of its hosts. */
export interface HostsQuestion {
  readonly requirement: Requirement;
  readonly model: FilterModel;
  readonly point: FilterPoint;
  readonly network: NetworkContext;
  readonly from: End;
  /** The evaluation with some addresses as destination. */
  readonly evaluateTo: (to: End) => Evaluation;
  /** Whether such addresses are served, or denied; `undefined` where neither is certain. Mostly costs less than the evaluation. */
  readonly isServed: (to: End) => boolean | undefined;
}

/** Why the file and the document do not meet. */
export const KNOWS_ADDRESSES = 'the file knows addresses, and the document names hosts';

const TOO_MANY = `${KNOWS_ADDRESSES}; its rules name too many addresses to compare them all`;

/** The evaluation of a requirement that names hosts: those whose addresses are documented by these, the others by all. */
export function evaluateHosts(question: HostsQuestion): Evaluation {
  const { requirement, network, evaluateTo } = question;
  const names = requirement.flow.to.hosts ?? [];
  const known = names.flatMap((name) => network.hostAddresses?.get(name) ?? []);
  const documented =
    known.length > 0 ? [evaluateTo({ addresses: IpSet.join(known), everyAddress: true, isKnown: true })] : [];
  const others = known.length < names.length ? question.model.families.map((one) => evaluateFamily(question, one)) : [];
  return joinParts(requirement, [...documented, ...others]);
}

/** One evaluation of all parts: what is missing in one is missing, and all have to be permitted. */
function joinParts(requirement: Requirement, parts: readonly Evaluation[]): Evaluation {
  const deciding = parts.filter(({ verdict }) => verdict.status !== 'not-applicable');
  const [first = parts[0]] = deciding;
  if (!first) return undecided(requirement);
  if (deciding.length === 0) return first;
  const denied = deciding.filter(isDenied);
  // A host need not have an address of each family.
  const isSure =
    denied.length > 0 && (denied.length === deciding.length || denied.some(({ missing }) => isListed(missing)));
  if (isSure) {
    const joined = denied.reduce((all, one) => joinFamilies([all, one]) ?? all);
    const status = denied.length < deciding.length ? 'partial' : joined.verdict.status;
    return { ...joined, verdict: { ...joined.verdict, status } };
  }
  const open = deciding.find(({ verdict }) => verdict.status === 'undecided');
  if (open) return undecided(requirement, open.verdict.reason);
  return denied.length > 0 ? undecided(requirement) : deciding.reduce((all, one) => joinFamilies([all, one]) ?? all);
}

export function isDenied({ verdict, shares = [] }: Evaluation): boolean {
  const isAside = verdict.status === 'partial' && shares.length > 0 && shares.every(({ aside }) => aside !== undefined);
  return (verdict.status === 'blocked' || verdict.status === 'partial') && !isAside;
}

/** Whether the addresses are those that a document lists, so that a fix may permit them. */
function isListed(missing: MissingTraffic): boolean {
  return missing.kind === 'packets' && !missing.allowed.isEmpty;
}

/** Undecided for want of addresses: worth knowing in the coverage of a file, and no defect of it. */
function undecided(requirement: Requirement, reason: string = KNOWS_ADDRESSES): Evaluation {
  const verdict = { requirement: requirement.id, status: 'undecided', decidedBy: [], reason } as const;
  return { requirement, verdict, missing: NOTHING_MISSING, shares: [], trace: NO_STEPS };
}

/** By what is asked: many requirements ask for the same ports of other hosts. */
const answers = new LatestMemo<FilterPoint, NetworkContext, Map<string, Evaluation>>();

/** The evaluation of one address family, which is the same for all hosts. */
function evaluateFamily(question: HostsQuestion, family: AddressFamily): Evaluation {
  const { requirement, point, network } = question;
  const { hosts: _, ...to } = requirement.flow.to;
  const known = answers.of(point, network, () => new Map());
  const key = JSON.stringify([family, requirement.kind, { ...requirement.flow, to }]);
  const answer = known.get(key) ?? findAnswer(question, family);
  known.set(key, answer);
  return { ...answer, requirement, verdict: { ...answer.verdict, requirement: requirement.id } };
}

/** Blocked where no address can be reached, met where every one can. */
function findAnswer(question: HostsQuestion, family: AddressFamily): Evaluation {
  const { requirement, evaluateTo } = question;
  const addresses = INTERNET.ofFamily(family);
  const division = findDivision(question, addresses);
  if (division !== 'none') return undecided(requirement, division === 'certain' ? KNOWS_ADDRESSES : TOO_MANY);
  const { permittedBy: _, ...every } = evaluateTo({ addresses, everyAddress: true, isKnown: true });
  if (every.verdict.status === 'met') return every;
  const some = evaluateTo({ addresses, everyAddress: false, isKnown: true });
  if (isDenied(some)) return deniedToAll(some);
  if (some.verdict.status === 'not-applicable') return some;
  if (some.verdict.status === 'undecided') return undecided(requirement, some.verdict.reason);
  if (isDenied(every) || every.verdict.status === 'undecided') return undecided(requirement);
  // Clients aside that reach nothing are told of; those that reach a part of all addresses may reach the host.
  return some.verdict.status === 'met' ? undecided(requirement) : deniedToAll(some);
}

/** Addresses at the ends and in the middle of those on the internet: filters that treat all alike treat these alike. */
const USUAL = IpSet.parse('8.8.8.8', '52.112.0.1', '93.184.216.34', '190.0.0.1', '2606:2800::1', '2a00::1');

/** `certain`: one address can certainly be reached and another one not. `possible`: too many rules may divide them. */
type Division = 'certain' | 'possible' | 'none';

/** Where rules name many addresses, usual ones and some of those mostly tell; then all of them need not be compared. */
function findDivision(question: HostsQuestion, addresses: IpSet): Division {
  const { destinations, count } = namedDestinations(question, addresses);
  if (count <= FEW_RULES) return 'none';
  const found = new Set<boolean>();
  for (const address of [...singles(USUAL.intersect(addresses)), ...destinations]) {
    const served = question.isServed({ addresses: address, everyAddress: true, isKnown: true });
    if (served !== undefined) found.add(served);
    if (found.size === 2) return 'certain';
  }
  return count > RULE_LIMIT ? 'possible' : 'none';
}

/** The first address of each range. */
function singles({ v4, v6 }: IpSet): IpSet[] {
  return [
    ...v4.intervals.map(([value]) => only({ family: 4, value })),
    ...v6.intervals.map(([value]) => only({ family: 6, value })),
  ];
}

function only(address: Parameters<typeof IpSet.range>[0]): IpSet {
  return IpSet.range(address, address);
}

/** Where so few rules name addresses, all are compared at once. */
const FEW_RULES = 16;
/** How many rules for some addresses may divide the packets, and how many destinations of them are tried for each action. */
const RULE_LIMIT = 256;
const DESTINATION_LIMIT = 4;

/** Some destinations that rules name which accept or deny packets of a requirement, and how many such rules there are, at least. */
function namedDestinations({ requirement, model, point, from }: HostsQuestion, addresses: IpSet) {
  const { flow } = requirement;
  const asked: PacketBox = {
    ...ANY_PACKET,
    source: from.addresses,
    destination: addresses,
    protocols: protocolsOf(requirement),
    destinationPorts: destinationPortsOf(flow) ?? ANY_PACKET.destinationPorts,
  };
  const packets = PacketSet.of(asked);
  const found = { accept: [] as IpSet[], deny: [] as IpSet[] };
  const isEnough = () =>
    count > RULE_LIMIT && found.accept.length >= DESTINATION_LIMIT && found.deny.length >= DESTINATION_LIMIT;
  let count = 0;
  // The indexes of what an edit leaves alone know the answer.
  for (const chain of [...point.chains, ...model.chains.values()]) {
    if (isEnough()) break;
    for (const { run } of runsFor(chain, packets)) {
      for (const { action, match } of run.index.candidates(packets)) {
        const own = action.kind === 'accept' || action.kind === 'deny' ? found[action.kind] : undefined;
        let isTried = own === undefined || own.length >= DESTINATION_LIMIT;
        for (const box of match) {
          if (isTried && count > RULE_LIMIT) break;
          const first = isForSome(box) ? intersectBoxes(box, asked)?.destination.first : undefined;
          if (!first) continue;
          count++;
          if (!isTried) own?.push(only(first));
          isTried = true;
        }
      }
    }
  }
  return { destinations: [...found.accept, ...found.deny], count };
}

function isForSome({ source, destination }: PacketBox): boolean {
  return source !== IpSet.all || destination !== IpSet.all;
}

/** The same without addresses: none of them matters, and no document lists any that a fix could permit. */
function deniedToAll({ permittedBy: _, ...evaluation }: Evaluation): Evaluation {
  const shares = (evaluation.shares ?? []).map((share): Share => ({ ...share, missing: toAnywhere(share.missing) }));
  const { missing: text, ...verdict } = evaluation.verdict;
  const told = text !== undefined && shares.length > 0 ? { missing: lackText(() => describeMissing(shares)) } : {};
  return { ...evaluation, verdict: { ...verdict, ...told }, shares, missing: toAnywhere(evaluation.missing) };
}

function toAnywhere(missing: MissingTraffic): MissingTraffic {
  if (missing.kind !== 'packets') return missing;
  const packets = missing.packets.boxes.map((box) => ({ ...box, destination: IpSet.all }));
  const replies = missing.replies.boxes.map((box) => ({ ...box, source: IpSet.all }));
  const joined = (boxes: readonly PacketBox[]) => PacketSet.join(boxes.map((box) => PacketSet.of(box)));
  return { ...missing, packets: joined(packets), replies: joined(replies), allowed: PacketSet.none };
}
