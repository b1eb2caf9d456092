// The hosts and public prefixes that a policy names, each with the edit that removes it.
import { PRIVATE_SPACE } from '../../../model/ip.js';
import type { EndpointUse } from '../../dialect.js';
import type { NetpolicyTree } from '../syntax/tree.js';
import { ANY } from '../vocabulary/words.js';
import type { Policy } from './policy.js';
import { removalOf } from './removal.js';

export function endpointsOf(uri: string, tree: NetpolicyTree, { lists }: Policy): EndpointUse[] {
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
