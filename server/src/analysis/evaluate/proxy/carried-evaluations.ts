// Evaluations for a proxy server that an edit does not concern.
import type { Requirement } from '../../../catalog/requirement.js';
import { patternHosts } from '../../../catalog/requirement-sets.js';
import { Memo } from '../../../kept/memo.js';
import { type Budget, paidBy } from '../../../model/budget.js';
import { NO_STEPS, type QuotedLine } from '../../../model/evidence.js';
import type { EarlierVersion, ServerModel } from '../../../model/proxy.js';
import type { Evaluation, Share } from '../evaluation.js';
import type { NetworkContext } from '../network-context.js';

/** An evaluation, and what it has cost, in units of budgets. */
interface Kept {
  readonly evaluation: Evaluation;
  readonly cost: number;
}

/** What was evaluated of each version. */
const keptOf = new Memo<object, Memo<NetworkContext, Map<Requirement, Kept>>>();

/** Up to which share of a budget evaluations are kept: nearer to its limit, only evaluating again tells how far it comes. */
const KEPT_SHARE = 1 / 4;

/** Up to which share of a budget nothing depends on what exactly was spent. */
const SURE_SHARE = 1 / 2;

/**
 * What was evaluated of a version of a server's configuration, with what was evaluated of the version before it for hosts that no edit
 * has concerned since. Each costs what it has cost when it was made.
 */
export class CarriedEvaluations {
  private hasCarried = false;
  private readonly own: Map<Requirement, Kept> | undefined;
  private readonly before: ReadonlyMap<Requirement, Kept> | undefined;
  private readonly earlier: EarlierVersion | undefined;

  constructor(
    model: ServerModel,
    network: NetworkContext,
    private readonly budget: Budget,
  ) {
    const { version, earlier } = model;
    if (!version || budget.spentShare > KEPT_SHARE) return;
    this.own = evaluatedOf(version, network);
    this.earlier = earlier;
    this.before = earlier && evaluatedOf(earlier.version, network);
  }

  /**
   * Whether it does not matter for what follows that some have come from the version before: they have cost nearly what they would cost now,
   * which only decides anything near the limit.
   */
  get areSure(): boolean {
    return !this.hasCarried || (this.budget.spentShare <= SURE_SHARE && !this.budget.isSpent);
  }

  /** The evaluation of a requirement, which is made where nothing is known of it. */
  of(requirement: Requirement, make: () => Evaluation): Evaluation {
    const carried = this.carried(requirement);
    if (carried) {
      this.hasCarried = true;
      this.budget.spend(carried.cost);
      this.own?.set(requirement, carried);
      return carried.evaluation;
    }
    const [evaluation, cost] = this.budget.withCostOf(make);
    if (this.budget.spentShare <= KEPT_SHARE && !this.budget.isSpent) this.own?.set(requirement, { evaluation, cost });
    return evaluation;
  }

  private carried(requirement: Requirement): Kept | undefined {
    const { earlier, budget } = this;
    const { hosts } = requirement.flow.to;
    const known = this.before?.get(requirement);
    if (!earlier || !known || !hosts || budget.spentShare > KEPT_SHARE) return undefined;
    const isConcerned = paidBy(budget, () => !patternHosts(hosts).intersect(earlier.changedHosts).isEmpty);
    const evaluation = isConcerned ? undefined : movedEvaluation(known.evaluation, (one) => earlier.moved(one));
    return evaluation && { evaluation, cost: known.cost };
  }
}

function evaluatedOf(version: object, network: NetworkContext): Map<Requirement, Kept> {
  return keptOf.of(version, () => new Memo()).of(network, () => new Map());
}

type Moved = (statement: QuotedLine) => QuotedLine | undefined;

/** An evaluation with its statements where they are now. One for a server has no trace. */
function movedEvaluation(evaluation: Evaluation, moved: Moved): Evaluation | undefined {
  const { verdict, shares } = evaluation;
  const decidedBy = allMoved(verdict.decidedBy, moved);
  const movedShares = shares?.map((share) => movedShare(share, moved));
  if (!decidedBy || movedShares?.some((share) => share === undefined)) return undefined;
  const isWhereItWas =
    decidedBy === verdict.decidedBy && movedShares?.every((share, i) => share === shares?.[i]) !== false;
  if (isWhereItWas) return evaluation;
  const { requirement, missing, isOfEachHost } = evaluation;
  return {
    requirement,
    verdict: { ...verdict, decidedBy },
    missing,
    ...(movedShares ? { shares: movedShares.filter((share) => share !== undefined) } : {}),
    ...(isOfEachHost ? { isOfEachHost } : {}),
    trace: NO_STEPS,
  };
}

function movedShare(share: Share, moved: Moved): Share | undefined {
  const decidedBy = allMoved(share.decidedBy, moved);
  const ahead = share.ahead && allMoved(share.ahead, moved);
  if (!decidedBy || (share.ahead && !ahead)) return undefined;
  if (decidedBy === share.decidedBy && ahead === share.ahead) return share;
  return { ...share, decidedBy, ...(ahead ? { ahead } : {}) };
}

/** Statements where they are now, the same list where none has moved. */
function allMoved(statements: readonly QuotedLine[], moved: Moved): readonly QuotedLine[] | undefined {
  const now: QuotedLine[] = [];
  for (const statement of statements) {
    const one = moved(statement);
    if (!one) return undefined;
    now.push(one);
  }
  return now.every((one, i) => one === statements[i]) ? statements : now;
}
