// The ICMP messages that connections need, at the points of a filter that permits connections.

import type { Requirement } from '../../../catalog/requirement.js';
import { addAll } from '../../../kept/lists.js';
import { askedPoints } from '../../../model/asked-points.js';
import { distinctStatements, NO_STEPS, type QuotedLine } from '../../../model/evidence.js';
import type { FilterCase, FilterModel, FilterPoint, Hook, Phase } from '../../../model/filter.js';
import { decideErrors, decideNeighbours, decidePackets } from '../../../model/filter-walk.js';
import { ICMP_TRACKING, parseMessages } from '../../../model/icmp.js';
import { type AddressFamily, IpSet, PRIVATE_SPACE } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, answering, type PacketBox, PacketSet, protocolSet, TCP } from '../../../model/packets.js';
import { ruleCountOf } from '../../../model/rule-runs.js';
import { type Evaluation, NOTHING_MISSING, notApplicable, type Share } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';
import { protocolsOf } from './ends.js';
import { reasonOf } from './shares.js';

type Direction = Requirement['flow']['direction'];

/** What one point does with messages. */
interface Outcome {
  readonly status: 'passes' | 'denied' | 'open';
  readonly cases: readonly FilterCase[];
  /** Why it is open, if not because of the packets. */
  readonly reason?: string;
}

/** Decides whether a filter that permits connections lets the messages pass that a requirement lists. */
export function evaluateMessages(requirement: Requirement, model: FilterModel, network: NetworkContext): Evaluation {
  const { flow } = requirement;
  const family: AddressFamily = flow.protocol === 'icmpv6' ? 6 : 4;
  const messages = parseMessages(flow.messages ?? '');
  if (!model.decidesMessages && !model.points.some(({ fromNeighbours }) => fromNeighbours))
    return notApplicable(requirement, NOT_SHOWN);
  if (!messages) return notApplicable(requirement, `its messages are invalid: ${flow.messages}`);
  if (!model.families.includes(family)) return notApplicable(requirement, `the file does not filter IPv${family}`);
  const judge = new MessageJudge(model, network, family);
  const asked: PacketBox = {
    ...ANY_PACKET,
    source: addressesOf(flow.from.prefixes, family),
    destination: addressesOf(flow.to.prefixes, family),
    protocols: protocolsOf(requirement),
    destinationPorts: messages,
  };
  const areErrors = ICMP_TRACKING[family].errors.containsAll(messages);
  const outcomes = areErrors ? judge.errors(asked) : judge.ofLink(asked, flow.direction);
  if (outcomes.length === 0) return notApplicable(requirement, `the file permits no connections over IPv${family}`);
  const evaluation = evaluationOf(requirement, outcomes);
  const isOfDevice = model.decidesMessages === 'denied' && evaluation.verdict.status === 'undecided';
  return isOfDevice ? notApplicable(requirement, NOT_SHOWN) : evaluation;
}

const NOT_SHOWN = 'the file does not show all that decides these messages';

function addressesOf(prefixes: readonly string[] | undefined, family: AddressFamily): IpSet {
  return prefixes ? IpSet.parseAll(prefixes) : IpSet.all.ofFamily(family);
}

function evaluationOf(requirement: Requirement, outcomes: readonly Outcome[]): Evaluation {
  const denied = outcomes.filter(({ status }) => status === 'denied');
  const open = outcomes.filter(({ status }) => status === 'open');
  const status = denied.length > 0 ? 'blocked' : open.length > 0 ? 'undecided' : 'met';
  const shares = denied.flatMap(sharesOfOutcome);
  const deciding = status === 'met' ? outcomes : open;
  const decidedBy = denied.length > 0 ? shares.flatMap((share) => share.decidedBy) : deciding.flatMap(statementsOf);
  return {
    requirement,
    verdict: {
      requirement: requirement.id,
      status,
      decidedBy: distinctStatements(decidedBy),
      ...(status === 'blocked' ? { missing: () => requirement.title } : {}),
      ...(status === 'undecided'
        ? { reason: open.find((one) => one.reason !== undefined)?.reason ?? reasonOf(open.flatMap((one) => one.cases)) }
        : {}),
    },
    missing: NOTHING_MISSING,
    ...(status === 'blocked' ? { shares } : {}),
    trace: shares[0]?.trace ?? NO_STEPS,
  };
}

/** The statement that denies the most has all of it. */
function sharesOfOutcome({ cases }: Outcome): Share[] {
  const [first, ...others] = cases.filter(({ outcome, decidedBy }) => outcome.kind === 'deny' && decidedBy);
  if (!first) return [];
  const sizeOf = ({ packets }: FilterCase) => sourcesOf(packets.boxes).size;
  const denying = others.reduce((most, one) => (sizeOf(one) > sizeOf(most) ? one : most), first);
  return [{ decidedBy: statementsOf({ cases: [denying] }), missing: NOTHING_MISSING, trace: () => denying.trace }];
}

function statementsOf({ cases }: Pick<Outcome, 'cases'>): QuotedLine[] {
  return cases.flatMap(({ decidedBy }) => decidedBy ?? []);
}

/**
 * Interfaces without neighbours: the loopback, and tunnels and lines from one end to another by their usual names. What is
 * permitted there says nothing about the link.
 */
const WITHOUT_NEIGHBOURS = ['tun', 'wg', 'ppp', 'tailscale'].reduce(
  (all, prefix) => all.union(NameSet.withPrefix(prefix)),
  NameSet.of('lo'),
);
const LINKS = WITHOUT_NEIGHBOURS.complement();
const NOT_LOOPBACK = NameSet.of('lo').complement();

/** With more kinds of connections than this, the errors about them are not asked for. */
const KIND_LIMIT = 4;

const TOO_MANY_KINDS = 'the errors about so many kinds of connections are not asked for';

/** With more rules than this, which connections they permit is not asked: it takes a walk with every packet that there is. */
const RULE_LIMIT = 1_000;
const TOO_MANY_RULES = 'which connections so many rules permit is not asked';

/** With a rule about more kinds of packets than this, which connections are permitted is not asked either. */
const MATCH_LIMIT = 4_096;

const PHASES: readonly Phase[] = ['first', 'reply'];

class MessageJudge {
  constructor(
    private readonly model: FilterModel,
    private readonly network: NetworkContext,
    private readonly family: AddressFamily,
  ) {}

  private get isLarge(): boolean {
    const chains = [...this.model.chains.values(), ...this.model.points.flatMap((point) => point.chains)];
    return chains.reduce((count, chain) => count + ruleCountOf(chain), 0) > RULE_LIMIT;
  }

  /** Whether a rule is about so many kinds of packets, as one of a long set is, that asking which pass would find too many. */
  private get hasManyKinds(): boolean {
    const chains = [...this.model.chains.values(), ...this.model.points.flatMap((point) => point.chains)];
    return chains.some(({ rules }) => rules.some(({ match }) => match.length > MATCH_LIMIT));
  }

  /** Discovery of neighbours and routers, in the direction that a requirement is for. */
  ofLink(asked: PacketBox, direction: Direction): Outcome[] {
    const ofHost = this.ofNeighbours(asked, direction);
    return direction === 'outbound' ? ofHost : [...ofHost, ...this.inLists(asked)];
  }

  /** The same at the host itself, which gets and sends it. It needs some link on which it passes. */
  private ofNeighbours(asked: PacketBox, direction: Direction): Outcome[] {
    const [input, output] = [this.pointAt('input'), this.pointAt('output')];
    const outcomes: Outcome[] = [];
    if (input && direction !== 'outbound') outcomes.push(this.neighboursAt(input, { ...asked, inInterface: LINKS }));
    if (output && direction !== 'inbound') outcomes.push(this.neighboursAt(output, { ...asked, outInterface: LINKS }));
    if (outcomes.every(passes)) return outcomes;
    if (this.isLarge)
      return outcomes.map((one) => (passes(one) ? one : { ...one, status: 'open', reason: TOO_MANY_RULES }));
    return this.hasConnections(input, output, LINKS) ? outcomes : [];
  }

  /** The same in lists of interfaces, each of a link of its own. One that permits nothing keeps IPv6 out on purpose. */
  private inLists(asked: PacketBox): Outcome[] {
    const lists = this.model.points.filter(({ fromNeighbours }) => fromNeighbours);
    return lists.flatMap((list) => {
      const outcome = this.neighboursAt(list, asked);
      return passes(outcome) || this.permitted(list, 'first', ANY_PACKET).length > 0 ? [outcome] : [];
    });
  }

  private neighboursAt(point: FilterPoint, asked: PacketBox): Outcome {
    const cases = decideNeighbours(this.model, point, PacketSet.of(asked));
    return { cases, status: statusOf(cases, (denied) => denied.length === cases.length) };
  }

  /**
   * Errors about packets of connections with the internet, of the host itself and of those that it forwards. They come from any
   * router on the way, whose address nobody knows.
   */
  errors(asked: PacketBox): Outcome[] {
    const [input, output, forward] = [this.pointAt('input'), this.pointAt('output'), this.pointAt('forward')];
    const outcomes: Outcome[] = [];
    if (input) addAll(outcomes, this.errorsOfHost(input, output, { ...asked, inInterface: NOT_LOOPBACK }));
    if (forward) addAll(outcomes, this.errorsThrough(forward, asked));
    return outcomes;
  }

  private errorsOfHost(input: FilterPoint, output: FilterPoint | undefined, asked: PacketBox): Outcome[] {
    const outcome = this.errorsAt(input, asked);
    if (passes(outcome)) return [outcome];
    if (this.isLarge) return [{ ...outcome, status: 'open', reason: TOO_MANY_RULES }];
    if (this.hasManyKinds) return [{ ...outcome, status: 'open', reason: TOO_MANY_KINDS }];
    if (!this.hasConnections(input, output, NOT_LOOPBACK)) return [];
    const within = { ...ANY_PACKET, inInterface: NOT_LOOPBACK };
    const comes = PHASES.flatMap((phase) => this.permitted(input, phase, within));
    const answers = input.stateful && output ? this.permitted(output, 'first', ANY_PACKET).map(answering) : [];
    return isMinority(sourcesOf([...comes, ...answers]), asked.source) ? [] : [outcome];
  }

  /** Errors that come from the internet, about what goes there: packets of connections, or the replies to them. */
  private errorsThrough(point: FilterPoint, asked: PacketBox): Outcome[] {
    const all = this.errorsAt(point, asked);
    if (all.cases.every(isPermitted)) return [all];
    if (this.isLarge) return [{ ...all, status: 'open', reason: TOO_MANY_RULES }];
    if (this.hasManyKinds) return [{ ...all, status: 'open', reason: TOO_MANY_KINDS }];
    const opened = this.permitted(point, 'first', ANY_PACKET);
    if (opened.length > KIND_LIMIT) return [{ ...all, status: 'open', reason: TOO_MANY_KINDS }];
    const outcomes = opened.flatMap((connection) => {
      const answers = this.permitted(point, 'reply', answering(connection));
      // The internet is who is connected to, or who connects to servers inside. Others may be outside themselves.
      const areInside = PRIVATE_SPACE.containsAll(connection.destination);
      const peers: readonly (readonly [IpSet, PacketBox])[] = [
        [sourcesOf(answers), answering(connection)],
        [areInside ? destinationsOf(answers) : IpSet.empty, connection],
      ];
      return peers.flatMap(([addresses, { destination, inInterface, outInterface }]) =>
        isMinority(addresses, asked.source)
          ? []
          : [this.errorsAt(point, { ...asked, destination, inInterface, outInterface })],
      );
    });
    const worst = (['denied', 'open', 'passes'] as const).flatMap((status) =>
      outcomes.filter((one) => one.status === status),
    );
    return worst.slice(0, 1);
  }

  private errorsAt(point: FilterPoint, asked: PacketBox): Outcome {
    const [before, after] = this.aroundRouting(point);
    if (before) {
      const outcome = this.errorsIn(before, { ...asked, destination: IpSet.all.ofFamily(this.family) });
      if (!passes(outcome)) return outcome;
    }
    return this.errorsIn(after, asked);
  }

  private errorsIn(point: FilterPoint, asked: PacketBox): Outcome {
    const cases = decideErrors(this.model, point, PacketSet.of(asked));
    const areDenied = (_: readonly FilterCase[], others: readonly FilterCase[]) =>
      isMinority(sourcesOf(others.flatMap(({ packets }) => packets.boxes)), asked.source);
    return { cases, status: statusOf(cases, areDenied) };
  }

  /**
   * A point in two: the chains that what is received and what is forwarded both pass, and the others. Before the routing, an
   * error is to the address that its connection has been translated to, which the file may not show: what
   * passes there to some address passes.
   */
  private aroundRouting(point: FilterPoint): readonly [before: FilterPoint | undefined, after: FilterPoint] {
    const other = this.pointAt(point.hook === 'input' ? 'forward' : 'input');
    const shared = new Set(other?.chains.map(({ name }) => name));
    const before = point.chains.filter(({ name }) => shared.has(name));
    const after = point.chains.filter(({ name }) => !shared.has(name));
    return [before.length > 0 ? { ...point, chains: before } : undefined, { ...point, chains: after }];
  }

  /** Whether some connection works: its first packets pass in one direction and its replies in the other. */
  private hasConnections(
    input: FilterPoint | undefined,
    output: FilterPoint | undefined,
    interfaces: NameSet,
  ): boolean {
    const comes = (phase: Phase) =>
      !input ||
      repliesPass(input, phase) ||
      this.permitted(input, phase, { ...ANY_PACKET, inInterface: interfaces }).length > 0;
    const goes = (phase: Phase) =>
      !output ||
      repliesPass(output, phase) ||
      this.permitted(output, phase, { ...ANY_PACKET, outInterface: interfaces }).length > 0;
    return (comes('first') && goes('reply')) || (goes('first') && comes('reply'));
  }

  /**
   * The packets of TCP and the family that certainly pass a point. UDP tells less: rules for DHCP and mDNS stand in filters that
   * keep IPv6 out on purpose.
   */
  private permitted(point: FilterPoint, phase: Phase, within: PacketBox): readonly PacketBox[] {
    const packets = PacketSet.of({
      ...within,
      source: within.source.ofFamily(this.family),
      protocols: protocolSet(TCP),
    });
    const cases = decidePackets(this.model, point, packets, phase);
    const sure = cases.filter(isPermitted);
    return sure.flatMap((one) => one.packets.boxes);
  }

  private pointAt(hook: Hook): FilterPoint | undefined {
    if (!this.model.decidesMessages) return undefined;
    const { point: name } = this.network;
    return askedPoints(this.model, this.network).find(
      (point) => point.hook === hook && point.about === undefined && (name === undefined || point.name === name),
    );
  }
}

/** The outcome of some cases; `areDenied` gets those that deny, and those that may not. */
function statusOf(
  cases: readonly FilterCase[],
  areDenied: (denying: readonly FilterCase[], others: readonly FilterCase[]) => boolean,
): Outcome['status'] {
  const denying = cases.filter(({ outcome }) => outcome.kind === 'deny');
  const others = cases.filter(({ outcome }) => outcome.kind !== 'deny');
  if (areDenied(denying, others)) return 'denied';
  return others.some(isPermitted) ? 'passes' : 'open';
}

function isPermitted({ outcome, assumptions }: FilterCase): boolean {
  return outcome.kind === 'accept' && assumptions.length === 0;
}

function repliesPass({ stateful }: FilterPoint, phase: Phase): boolean {
  return stateful && phase === 'reply';
}

/** What is asked first, because whether there are connections at all, which it matters to, costs more. */
function passes({ status }: Outcome): boolean {
  return status === 'passes';
}

function sourcesOf(boxes: readonly PacketBox[]): IpSet {
  return IpSet.join(boxes.map(({ source }) => source));
}

function destinationsOf(boxes: readonly PacketBox[]): IpSet {
  return IpSet.join(boxes.map(({ destination }) => destination));
}

/** Fewer than half of the addresses: a list of exceptions, whatever it is for. */
function isMinority(some: IpSet, all: IpSet): boolean {
  return some.intersect(all).size * 2n < all.size;
}
