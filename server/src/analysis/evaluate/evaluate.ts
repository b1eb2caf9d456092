// Evaluates requirements for a model of any kind.
import type { Requirement } from '../../catalog/requirement.js';
import type { Model, PolicyModel } from '../../model/model.js';
import type { Evaluation } from './evaluation.js';
import { evaluateFilter } from './filter/evaluate-filter.js';
import type { NetworkContext } from './network-context.js';
import { bestOfParts } from './policy.js';
import { evaluateProxy } from './proxy/evaluate-proxy.js';
import { QueryCache } from './proxy/query-cache.js';

/** The evaluation of each requirement, in their order. */
export function evaluateAll(model: Model, requirements: readonly Requirement[], network: NetworkContext): Evaluation[] {
  if (model.kind === 'policy') {
    const known = withNamedAddresses(network, model);
    const parts = model.parts.map((part) => ({
      kind: part.kind,
      evaluations: evaluateAll(part, requirements, known),
    }));
    return requirements.map((requirement, i) =>
      bestOfParts(
        requirement,
        parts.flatMap(({ kind, evaluations }) => {
          const evaluation = evaluations[i];
          return evaluation ? [{ kind, evaluation }] : [];
        }),
      ),
    );
  }
  if (model.kind === 'filter') {
    return requirements.map((requirement) => evaluateFilter(requirement, model, network));
  }
  const queries = new QueryCache(
    model,
    requirements.map(({ flow }) => flow.to.hosts ?? []),
  );
  return requirements.map((requirement) => evaluateProxy(requirement, queries, network));
}

/** The network with the roles that the file itself names, where the workspace does not declare them. */
function withNamedAddresses(network: NetworkContext, { addresses }: PolicyModel): NetworkContext {
  return { ...network, roles: new Map([...addresses, ...network.roles]) };
}
