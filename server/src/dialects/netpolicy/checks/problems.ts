// All problems of a policy that do not depend on requirements.
import type { Problem } from '../../dialect.js';
import { shadowedRules } from '../../shared/shadowed-rules.js';
import { clearRules, hooksOf } from '../meaning/filter-model.js';
import type { Policy } from '../program/policy.js';

export function findProblems({ problems, firewall }: Policy): Problem[] {
  if (!firewall) return [...problems];
  return [...problems, ...shadowedRules(hooksOf(firewall).map((hook) => clearRules(firewall, hook)))];
}
