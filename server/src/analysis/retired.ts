import type { Requirement, RetiredEndpoint } from '../catalog/requirement.js';
import { isStillAskedFor } from '../catalog/retired.js';
import type { EndpointUse, Problem } from '../dialects/dialect.js';
import { IpSet, parsePrefix } from '../model/ip.js';

/** Finds the endpoints of a file that their document no longer lists and that no requirement asks for. */
export function retiredProblems(
  endpoints: readonly EndpointUse[],
  retired: readonly RetiredEndpoint[],
  requirements: readonly Requirement[],
): Problem[] {
  if (endpoints.length === 0 || retired.length === 0) return [];
  const byHost = new Map(retired.flatMap((entry) => (entry.host ? [[entry.host.toLowerCase(), entry] as const] : [])));
  const prefixes = retired.flatMap((entry) => (entry.prefix ? [{ entry, set: IpSet.parse(entry.prefix) }] : []));
  const problems: Problem[] = [];
  for (const use of endpoints) {
    const entry =
      'host' in use.endpoint ? byHost.get(use.endpoint.host.toLowerCase()) : within(use.endpoint.prefix, prefixes);
    // Asked last, because it is dear and a match is rare.
    if (!entry || isStillAskedFor(entry, requirements)) continue;
    const name = entry.host ?? entry.prefix ?? '';
    problems.push({
      code: 'retired-endpoint',
      uri: use.uri,
      range: use.range,
      message: `${name} is no longer listed by ${entry.source.document} (${entry.was}; last seen ${entry.lastSeen}).`,
      ...(use.removal ? { fix: { title: `Drop the retired endpoint ${name}`, edits: use.removal } } : {}),
    });
  }
  return problems;
}

/** The retired prefix that holds all of `prefix`. A wider prefix of the file may have other reasons to be there. */
function within(
  prefix: string,
  retired: readonly { readonly entry: RetiredEndpoint; readonly set: IpSet }[],
): RetiredEndpoint | undefined {
  const parsed = parsePrefix(prefix);
  if (!parsed) return undefined;
  const own = IpSet.of(parsed);
  return retired.find(({ set }) => set.containsAll(own))?.entry;
}
