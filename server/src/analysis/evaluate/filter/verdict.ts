// What a filter does with the packets of one way, from the cases that they and their replies fall into.
import { once } from '../../../kept/once.js';
import { type QuotedLine, statementKey } from '../../../model/evidence.js';
import type { FilterCase, FilterModel, FilterPoint } from '../../../model/filter.js';
import { decideInChain } from '../../../model/filter-walk.js';
import { IpSet } from '../../../model/ip.js';
import { NameSet } from '../../../model/names.js';
import { ANY_PACKET, type PacketBox, PacketSet } from '../../../model/packets.js';
import type { VerdictStatus } from '../../report.js';
import type { PermittingRules, Share } from '../evaluation.js';
import { givesDestination, openIfDiverted } from './diversions.js';
import { allowedBox } from './ends.js';
import { bestServedChoice, choiceOf, choicesOf, describeChoice, typicalChoice } from './free-choice.js';
import type { FilterQuestion } from './question.js';
import { denyingShares, reasonOf, type Scope, undecidedShares } from './shares.js';

/** What comes of one way, and what is told of it. */
export class WayVerdict implements WayDetails {
  private readonly details: () => WayDetails;

  constructor(
    readonly status: DecidedStatus,
    details: () => WayDetails,
  ) {
    this.details = once(details);
  }

  get reason(): string | undefined {
    return this.details().reason;
  }

  get decidedBy(): readonly QuotedLine[] {
    return this.details().decidedBy;
  }

  get shares(): readonly Share[] {
    return this.details().shares;
  }

  get others(): readonly Share[] {
    return this.details().others;
  }

  get accepted(): readonly FilterCase[] {
    return this.details().accepted;
  }
}

export type DecidedStatus = Exclude<VerdictStatus, 'not-applicable'>;

/** What is told of a way: made when it is first asked for, because many ways are asked for their status alone. */
interface WayDetails {
  /** For `met`: the choice that it depends on. For `undecided`: why. */
  readonly reason?: string | undefined;
  /** The statements that decided it. */
  readonly decidedBy: readonly QuotedLine[];
  /** What the statements are responsible for that prevent it. */
  readonly shares: readonly Share[];
  /** The same for those addresses of a client network that need not be served, because others are. */
  readonly others: readonly Share[];
  /** The cases that permit, of packets that matter. */
  readonly accepted: readonly FilterCase[];
}

/**
 * What comes of the packets of one way.
 * @param cases what happens to the first packets of connections
 * @param replies what happens to the replies, as cases of those first packets; none where the filter is stateful
 */
export function verdictOf(
  question: FilterQuestion,
  cases: readonly FilterCase[],
  replies: readonly FilterCase[],
): WayVerdict {
  return new WayJudge(question, cases, replies).verdict();
}

class WayJudge {
  private readonly cases: readonly FilterCase[];
  private readonly accepting: readonly FilterCase[];
  /** The cases that do not permit, of first packets and of replies. */
  private readonly others: readonly FilterCase[];
  private readonly firstDenied: PacketSet;
  private readonly repliesDenied: PacketSet;
  private readonly scope: Scope;

  constructor(
    private readonly question: FilterQuestion,
    given: readonly FilterCase[],
    private readonly replies: readonly FilterCase[],
  ) {
    const { asked, from, to, point } = question;
    const cases = givesDestination(question.requirement) ? given.map(openIfDiverted) : given;
    this.cases = cases;
    this.accepting = cases.filter(({ outcome }) => outcome.kind === 'accept');
    this.others = [...cases, ...replies].filter(({ outcome }) => outcome.kind !== 'accept');
    this.firstDenied = definitelyDeniedIn(cases);
    this.repliesDenied = definitelyDeniedIn(replies);
    this.scope = { allowed: PacketSet.of(allowedBox(asked, from, to)), point: point.name };
  }

  verdict(): WayVerdict {
    const { question, others } = this;
    const choices = question.packets;
    // A choice meets the requirement where none of the packets that have to pass with it is possibly denied.
    const serving = choices.subtract(choicesOf(packetsOf(others), question));
    // An exemption of some inside addresses covers an undeclared role or not, depending on where that role is.
    if (question.requirement.kind === 'no-ipsec' && !serving.isEmpty && !choices.subtract(serving).isEmpty) {
      const reason = 'it depends on the addresses of its role; declare them under "roles" in lintel.yaml';
      return new WayVerdict('undecided', () => this.undecided(choices.subtract(serving), reason));
    }
    if (!serving.isEmpty) return new WayVerdict('met', () => this.met(serving));
    const denied = this.firstDenied.union(this.repliesDenied);
    const possible = choices.subtract(choicesOf(denied, question));
    if (!possible.isEmpty) return new WayVerdict('undecided', () => this.undecided(possible));
    const served = this.servedChoice(denied);
    return new WayVerdict(served ? 'partial' : 'blocked', () => this.notMet(denied, served));
  }

  private met(serving: PacketSet): WayDetails {
    const { question, accepting } = this;
    const deciding = accepting.filter(({ packets }) => !packets.intersect(serving).isEmpty);
    return {
      reason: question.network ? undefined : describeChoice(question, serving),
      decidedBy: deciding.flatMap(({ decidedBy }) => decidedBy ?? []),
      shares: [],
      others: this.otherShares(serving),
      accepted: deciding,
    };
  }

  private undecided(packets: PacketSet, reason?: string): WayDetails {
    const all = [...this.cases, ...this.replies];
    const open = packetsOf(this.others).intersect(packets);
    const own = undecidedShares(all, open, this.scope);
    return {
      reason: reason ?? own[0]?.undecided ?? reasonOf(all),
      decidedBy: own.flatMap(({ decidedBy }) => decidedBy),
      shares: reason === undefined ? own : own.map((share) => ({ ...share, undecided: reason })),
      others: this.otherShares(packets),
      accepted: this.accepting,
    };
  }

  /** The choice that is permitted most; `undefined` where none is permitted at all. */
  private servedChoice(denied: PacketSet): PacketBox | undefined {
    const { accepting, repliesDenied } = this;
    const served = repliesDenied.isEmpty
      ? accepting
      : accepting.map((one) => ({ ...one, packets: one.packets.subtract(repliesDenied) }));
    return bestServedChoice(this.question, served, denied);
  }

  /** No choice is permitted completely: what is missing for the one that is permitted most. */
  private notMet(denied: PacketSet, best: PacketBox | undefined): WayDetails {
    const { question, cases, accepting, repliesDenied } = this;
    // Where none is permitted at all, a choice whose replies pass already needs the smallest change.
    const [replied] = repliesDenied.isEmpty ? [] : question.packets.subtract(choicesOf(repliesDenied, question)).boxes;
    const choice =
      best ??
      bestServedChoice(question, accepting, this.firstDenied) ??
      (replied ? choiceOf(replied, question) : typicalChoice(question, cases));
    const chosen = this.byOneWay(choice ? question.packets.intersect(PacketSet.of(choice)) : question.packets, denied);
    // A choice of interfaces that are all shut is none.
    const packets = chosen.intersect(denied).isEmpty ? question.packets : chosen;
    const shares = this.sharesWithin(packets);
    return {
      decidedBy: shares.flatMap(({ decidedBy }) => decidedBy),
      shares,
      others: this.otherShares(packets),
      accepted: accepting,
    };
  }

  /**
   * Packets that may come and go by any interface need one that serves them: those that are told come and go as the first that
   * a statement denies.
   */
  private byOneWay(packets: PacketSet, denied: PacketSet): PacketSet {
    if (this.question.isBound) return packets;
    for (const one of [...this.cases, ...this.replies]) {
      const [box] = one.outcome.kind === 'deny' ? one.packets.intersect(packets).intersect(denied).boxes : [];
      if (!box) continue;
      const { inInterface, outInterface } = box;
      return packets.intersect(PacketSet.of({ ...ANY_PACKET, inInterface, outInterface }));
    }
    return packets;
  }

  /**
   * For a client network, what the addresses lack that do not decide its verdict. Where it is not known by which interface
   * they come or go, or which destination they ask for, an address that is served by one of them lacks nothing.
   */
  private otherShares(deciding: PacketSet): Share[] {
    const { network, isBound, packets, to } = this.question;
    if (!network) return [];
    const chosen: Partial<PacketBox> = {
      ...(isBound ? {} : { inInterface: NameSet.any, outInterface: NameSet.any }),
      ...(to.everyAddress ? {} : { destination: IpSet.all }),
    };
    const own = PacketSet.from(deciding.boxes.map((box) => ({ ...box, ...chosen })));
    return this.sharesWithin(packets.subtract(own));
  }

  private sharesWithin(packets: PacketSet): Share[] {
    if (packets.isEmpty) return [];
    const { cases, replies, firstDenied, repliesDenied, scope } = this;
    const [denied, answersDenied] = [firstDenied, repliesDenied].map((set) => set.intersect(packets));
    if (!denied || !answersDenied) return [];
    const open = packetsOf(this.others).intersect(packets).subtract(denied).subtract(answersDenied);
    const denying = denyingShares(cases, denied, replies, answersDenied, scope);
    // A statement that denies something leaves the rest of it open as well, and is told once.
    const told = new Set(denying.flatMap(({ decidedBy: [first] }) => (first ? [statementKey(first)] : [])));
    const others = open.isEmpty ? [] : undecidedShares([...cases, ...replies], open, scope);
    return [...denying, ...others.filter(({ decidedBy: [first] }) => !first || !told.has(statementKey(first)))];
  }
}

/**
 * The rules that accept, for packets of several ways together. A case names only the last of several chains, so each chain is evaluated by
 * itself.
 */
export function permittingRules(
  model: FilterModel,
  point: FilterPoint,
  accepted: readonly FilterCase[],
): PermittingRules {
  const { chains } = point;
  const packets = packetsOf(accepted);
  const accepting =
    chains.length === 1
      ? accepted
      : chains.flatMap((chain) =>
          decideInChain(model, chain, packets, 'first').filter(({ outcome }) => outcome.kind === 'accept'),
        );
  return { point, rules: [...new Set(accepting.flatMap(({ rule }) => rule ?? []))] };
}

export function packetsOf(cases: readonly FilterCase[]): PacketSet {
  return PacketSet.join(cases.map(({ packets }) => packets));
}

/** What is denied whatever the unknown conditions turn out to be. */
export function definitelyDeniedIn(cases: readonly FilterCase[]): PacketSet {
  return packetsOf(cases.filter(({ outcome }) => outcome.kind === 'deny')).subtract(
    packetsOf(cases.filter(({ outcome }) => outcome.kind !== 'deny')),
  );
}
