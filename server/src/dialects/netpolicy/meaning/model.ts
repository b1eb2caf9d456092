// What a policy means: a model for each of its sections.
import { addAll } from '../../../kept/lists.js';
import type { ModelPart, PolicyModel } from '../../../model/model.js';
import type { Policy } from '../program/policy.js';
import { filterModel } from './filter-model.js';
import { hostRules } from './host-rules.js';
import { selectionModel, treatmentModel } from './proxy-model.js';

export function modelOf(policy: Policy): PolicyModel {
  const parts: ModelPart[] = [];
  const filter = filterModel(policy);
  if (filter) parts.push(filter);
  if (policy.firewall) addAll(parts, hostRules(policy.firewall));
  if (policy.proxy) {
    parts.push(selectionModel(policy.proxy));
    const treatment = treatmentModel(policy.proxy);
    if (treatment) parts.push(treatment);
  }
  return { kind: 'policy', parts, addresses: policy.addresses };
}
