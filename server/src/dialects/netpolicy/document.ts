import { PRIVATE_SPACE } from '../../model/ip.js';
import type { ModelPart, PolicyModel } from '../../model/model.js';
import type { Document, EndpointUse, Problem, Source } from '../dialect.js';
import { shadowedRules } from '../shared/shadowed-rules.js';
import { clearRules, filterModel, hooksOf } from './meaning/filter-model.js';
import { hostRules } from './meaning/host-rules.js';
import { selectionModel, treatmentModel } from './meaning/proxy-model.js';
import { type Policy, readPolicy } from './program/policy.js';
import { removalOf } from './program/removal.js';
import { ANY } from './program/values.js';
import type { NetpolicyTree } from './syntax/parse.js';

const policies = new WeakMap<Document, Policy>();

export function lower(source: Source, tree: NetpolicyTree): Document<NetpolicyTree> {
  const { uri } = source;
  const policy = readPolicy(uri, tree);
  const document: Document<NetpolicyTree> = {
    source,
    tree,
    program: policy,
    model: modelOf(policy),
    problems: [...policy.problems, ...coveredRules(policy)],
    names: policy.names,
    endpoints: endpointsOf(uri, tree, policy),
    dependencies: [],
  };
  policies.set(document, policy);
  return document;
}

/** The policy of a document that {@link lower} made. */
export function policyOf(document: Document<NetpolicyTree>): Policy {
  return policies.get(document) ?? readPolicy(document.source.uri, document.tree);
}

function modelOf(policy: Policy): PolicyModel {
  const parts: ModelPart[] = [];
  const filter = filterModel(policy);
  if (filter) parts.push(filter);
  if (policy.firewall) parts.push(...hostRules(policy.firewall));
  if (policy.proxy) {
    parts.push(selectionModel(policy.proxy));
    const treatment = treatmentModel(policy.proxy);
    if (treatment) parts.push(treatment);
  }
  return { kind: 'policy', parts, addresses: policy.addresses };
}

function coveredRules({ firewall }: Policy): Problem[] {
  return firewall ? shadowedRules(hooksOf(firewall).map((hook) => clearRules(firewall, hook))) : [];
}

/** The hosts and public prefixes that the file names. */
function endpointsOf(uri: string, tree: NetpolicyTree, { lists }: Policy): EndpointUse[] {
  const uses: EndpointUse[] = [];
  const add = (path: readonly (string | number)[], endpoint: EndpointUse['endpoint']) => {
    const removal = removalOf(uri, tree, path);
    uses.push({ uri, range: tree.yaml.rangeOf(path), endpoint, ...(removal ? { removal } : {}) });
  };
  for (const { content } of lists.addresses) {
    for (const { value, part, group } of content.entries) {
      if (group !== undefined || part.value === ANY || PRIVATE_SPACE.containsAll(value)) continue;
      for (const prefix of value.toPrefixes()) add(part.path, { prefix });
    }
  }
  for (const { content } of lists.hosts) {
    for (const { part, group } of content.entries) {
      if (group === undefined && part.value !== ANY) add(part.path, { host: String(part.value).toLowerCase() });
    }
  }
  return uses;
}
