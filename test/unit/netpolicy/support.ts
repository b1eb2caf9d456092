// Reads network policies in tests, and reports problems as text.
import type { Checks } from '../../../server/src/analysis/analyze.js';
import type { Requirement } from '../../../server/src/catalog/requirement.js';
import type { Sources } from '../../../server/src/dialects/dialect.js';
import { netpolicy } from '../../../server/src/dialects/netpolicy/index.js';
import type { NetpolicyDocument } from '../../../server/src/dialects/netpolicy/program/policy.js';
import type { PolicyModel } from '../../../server/src/model/model.js';

export const NO_SOURCES: Sources = { read: () => 'missing', list: () => [], roots: [] };

export function read(text: string): NetpolicyDocument {
  const source = { uri: 'file:///site.netpolicy.yaml', text };
  return netpolicy.lower(source, netpolicy.parse(source), NO_SOURCES);
}

export function policyModel(text: string): PolicyModel {
  const { model } = read(text);
  if (model.kind !== 'policy') throw new Error('a policy file is a policy');
  return model;
}

/** Problems as `code: text under it`. */
export function problems(text: string): string[] {
  return read(text).problems.map(({ code, range }) => `${code}: ${text.slice(range.start, range.end)}`);
}

export function requirement(kind: Requirement['kind'], flow: Partial<Requirement['flow']>): Requirement {
  return {
    id: 'test/1/one',
    title: 'Test',
    why: 'Test.',
    kind,
    flow: { from: { role: 'clients' }, to: {}, protocol: 'tcp', direction: 'outbound', ...flow },
    required: true,
    tags: ['teams'],
    source: { document: 'Test', url: 'https://example.com/' },
  };
}

export function checksFor(...requirements: readonly Requirement[]): Checks {
  return { requirements, retired: [], severity: {}, network: { roles: new Map() } };
}
