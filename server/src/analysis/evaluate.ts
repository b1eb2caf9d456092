import type { Requirement } from '../catalog/requirement.js';
import type { Hook } from '../model/filter.js';
import type { IpSet } from '../model/ip.js';
import type { Model, PolicyModel } from '../model/model.js';
import { evaluateFilter } from './evaluate-filter.js';
import { bestOfParts } from './evaluate-policy.js';
import { evaluateProxy } from './evaluate-proxy.js';
import type { Evaluation } from './evaluation.js';
import { Inquiry } from './inquiry.js';

/** What is known of the network around a file. */
export interface Surroundings {
  /** Where roles live, by name. */
  readonly roles: ReadonlyMap<string, IpSet>;
  /** The role of the host whose own firewall the file is; it answers only for what that host sends and receives. */
  readonly role?: string;
  /** Which hook of a packet filter answers; by default the one that the traffic's direction suggests. */
  readonly hook?: Hook;
  /** Which point answers, by name: an access list, a chain, a zone pair. */
  readonly point?: string;
}

export const UNKNOWN_SURROUNDINGS: Surroundings = { roles: new Map() };

/** Decides requirements one by one. */
export function evaluateAll(
  model: Model,
  requirements: readonly Requirement[],
  surroundings: Surroundings,
): Evaluation[] {
  if (model.kind === 'policy') {
    const known = withNamedAddresses(surroundings, model);
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
    return requirements.map((requirement) => evaluateFilter(requirement, model, surroundings));
  }
  const inquiry = new Inquiry(model);
  return requirements.map((requirement) => evaluateProxy(requirement, inquiry, surroundings));
}

/** What the workspace says of roles, and for the others what the file itself says. */
function withNamedAddresses(surroundings: Surroundings, { addresses }: PolicyModel): Surroundings {
  return { ...surroundings, roles: new Map([...addresses, ...surroundings.roles]) };
}
