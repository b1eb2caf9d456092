// What a program has decided before an edit, which holds after it for all hosts that the edit does not concern.
import { LatestMemo } from '../../kept/memo.js';
import { Meter, spendFromPurse } from '../../model/budget.js';
import type { Model } from '../../model/model.js';
import type { SelectionModel } from '../../model/proxy.js';
import type { Checks } from '../analyze.js';
import { evaluateEach, queriesFor } from '../evaluate/evaluate.js';
import type { Evaluation } from '../evaluate/evaluation.js';
import type { QueryCache } from '../evaluate/proxy/query-cache.js';
import { changedHosts } from './changed-hosts.js';
import type { InParts } from './in-parts.js';

/** All proofs of a file use what is asked once. */
const askedBefore = new LatestMemo<SelectionModel, Checks, AskedBefore>();

/** The queries to an edited program that use what an earlier version has decided; `undefined` where that tells nothing. */
export function* queriesAfter(before: Model, after: Model, checks: Checks): InParts<QueryCache | undefined> {
  if (before.kind !== 'selection' || after.kind !== 'selection') return undefined;
  const changed = changedHosts(before, after);
  if (!changed) return undefined;
  const asked = askedBefore.of(before, checks, () => new AskedBefore(before, checks));
  yield* asked.rest();
  // Each proof pays for it, whichever was first.
  spendFromPurse(asked.cost);
  return queriesFor(after, checks.requirements, { queries: asked.queries, changedHosts: changed });
}

/** Asks in the words and the order of the analysis, whose answers the program has kept. */
class AskedBefore {
  readonly queries: QueryCache;
  private readonly meter = new Meter();
  private readonly evaluations: Generator<Evaluation, void>;
  private isDone = false;

  constructor(model: SelectionModel, { requirements, network }: Checks) {
    this.queries = this.meter.during(() => queriesFor(model, requirements));
    this.evaluations = evaluateEach(model, requirements, network, this.queries);
  }

  /** What it has cost. */
  get cost(): number {
    return this.meter.spent;
  }

  /** Asks what is not asked yet. */
  *rest(): InParts<void> {
    while (!this.isDone) {
      this.isDone = this.meter.during(() => this.evaluations.next()).done === true;
      yield;
    }
  }
}
