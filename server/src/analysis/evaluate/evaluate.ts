// Evaluates requirements for a model of any kind.
import type { Requirement } from '../../catalog/requirement.js';
import { type Budget, currentBudget, paidBy, unlessSpent } from '../../model/budget.js';
import type { FilterModel } from '../../model/filter.js';
import type { Model, PolicyModel } from '../../model/model.js';
import type { ProxyModel } from '../../model/proxy.js';
import { type Evaluation, notApplicable, tooMuch } from './evaluation.js';
import { evaluateFromWhomever } from './filter/open-source.js';
import type { NetworkContext } from './network-context.js';
import { bestOfParts } from './policy.js';
import { CarriedEvaluations } from './proxy/carried-evaluations.js';
import { evaluateProxy } from './proxy/evaluate-proxy.js';
import { type EarlierDecisions, QueryCache } from './proxy/query-cache.js';

/** The evaluation of each requirement, in their order. */
export function evaluateAll(model: Model, requirements: readonly Requirement[], network: NetworkContext): Evaluation[] {
  return [...evaluateEach(model, requirements, network)];
}

/**
 * The same one by one, so that other work can be done between two of them: a PAC file is a program that may run long.
 * @param queries the queries of a proxy, where these are kept or know what an earlier version decided
 */
export function* evaluateEach(
  model: Model,
  requirements: readonly Requirement[],
  network: NetworkContext,
  queries?: QueryCache,
): Generator<Evaluation, void> {
  if (model.kind === 'policy') {
    const known = withNamedAddresses(network, model);
    const parts = paidBy(currentBudget(), () =>
      model.parts.map((part) => ({ kind: part.kind, evaluations: evaluateAll(part, requirements, known) })),
    );
    for (const [i, requirement] of requirements.entries()) {
      yield bestOfParts(
        requirement,
        parts.flatMap(({ kind, evaluations }) => {
          const evaluation = evaluations[i];
          return evaluation ? [{ kind, evaluation }] : [];
        }),
      );
    }
  } else if (model.kind === 'filter') {
    const budget = currentBudget();
    for (const requirement of requirements) {
      yield ofNobodyDeclared(requirement, network) ?? evaluateWithin(budget, requirement, model, network);
    }
  } else {
    yield* evaluateForProxy(queries ?? queriesFor(model, requirements), requirements, network);
  }
}

/** The same for a proxy; for a server, what an edit does not concern is as it was. */
function* evaluateForProxy(
  queries: QueryCache,
  requirements: readonly Requirement[],
  network: NetworkContext,
): Generator<Evaluation, void> {
  const evaluate = (requirement: Requirement, own: QueryCache) =>
    ofNobodyDeclared(requirement, network) ?? evaluateProxy(requirement, own, network);
  const { model } = queries;
  if (model.kind === 'selection') {
    for (const requirement of requirements) yield evaluate(requirement, queries);
    return;
  }
  // What somebody else pays for together is information, which is not asked for twice.
  const isVerdict = currentBudget() !== queries.budget;
  const known = new CarriedEvaluations(model, network, queries.budget);
  let anew: QueryCache | undefined;
  for (const [i, requirement] of requirements.entries()) {
    const evaluation = anew ? evaluate(requirement, anew) : known.of(requirement, () => evaluate(requirement, queries));
    if (anew || known.areSure || !isVerdict) {
      yield evaluation;
      continue;
    }
    anew = queriesFor(model, requirements);
    for (const earlier of requirements.slice(0, i)) evaluate(earlier, anew);
    yield evaluate(requirement, anew);
  }
}

/** The queries of some requirements to a proxy. */
export function queriesFor(
  model: ProxyModel,
  requirements: readonly Requirement[],
  earlier?: EarlierDecisions,
): QueryCache {
  const patterns = requirements.map(({ flow }) => flow.to.hosts ?? []);
  return new QueryCache(model, patterns, currentBudget(), earlier);
}

/** What one requirement may cost, of all that is left: what comes after it is asked as well. */
const SHARE = 1 / 2;

/** The evaluation of one requirement for a packet filter, which is undecided where it would cost too much. */
function evaluateWithin(
  budget: Budget,
  requirement: Requirement,
  model: FilterModel,
  network: NetworkContext,
): Evaluation {
  return unlessSpent(
    () => paidBy(budget, () => budget.taking(SHARE, () => evaluateFromWhomever(requirement, model, network))),
    (spent) => tooMuch(requirement, spent, spent.at ? [spent.at] : []),
  );
}

/** The evaluation of what only a few machines need, where nobody has said which ones. */
function ofNobodyDeclared(requirement: Requirement, { roles, role }: NetworkContext): Evaluation | undefined {
  const asker = requirement.flow.from.role;
  if (requirement.onlyIfDeclared !== true || asker === undefined || roles.has(asker) || role === asker)
    return undefined;
  return notApplicable(requirement, `only ${asker} need it, a role that lintel.yaml does not declare`);
}

/** The network with the roles that the file itself names, where the workspace does not declare them. */
function withNamedAddresses(network: NetworkContext, { addresses }: PolicyModel): NetworkContext {
  return { ...network, roles: new Map([...addresses, ...network.roles]) };
}
