// Evaluates requirements for a model of any kind.
import type { Requirement } from '../../catalog/requirement.js';
import type { Model, PolicyModel } from '../../model/model.js';
import { type Evaluation, notApplicable } from './evaluation.js';
import { evaluateFromWhomever } from './filter/open-source.js';
import type { NetworkContext } from './network-context.js';
import { bestOfParts } from './policy.js';
import { evaluateProxy } from './proxy/evaluate-proxy.js';
import { QueryCache } from './proxy/query-cache.js';

/** The evaluation of each requirement, in their order. */
export function evaluateAll(model: Model, requirements: readonly Requirement[], network: NetworkContext): Evaluation[] {
  return [...evaluateEach(model, requirements, network)];
}

/** The same one by one, so that other work can be done between two of them: a PAC file is a program that may run long. */
export function* evaluateEach(
  model: Model,
  requirements: readonly Requirement[],
  network: NetworkContext,
): Generator<Evaluation, void> {
  if (model.kind === 'policy') {
    const known = withNamedAddresses(network, model);
    const parts = model.parts.map((part) => ({
      kind: part.kind,
      evaluations: evaluateAll(part, requirements, known),
    }));
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
    for (const requirement of requirements) {
      yield ofNobodyDeclared(requirement, network) ?? evaluateFromWhomever(requirement, model, network);
    }
  } else {
    const queries = new QueryCache(
      model,
      requirements.map(({ flow }) => flow.to.hosts ?? []),
    );
    for (const requirement of requirements) {
      yield ofNobodyDeclared(requirement, network) ?? evaluateProxy(requirement, queries, network);
    }
  }
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
