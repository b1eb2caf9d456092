// Reports the endpoints of a file that their document no longer lists.
import type { Requirement, RetiredEndpoint } from '../../catalog/requirement.js';
import { isStillRequired, retiredAddresses, stillRequiring } from '../../catalog/retired.js';
import type { Document, EndpointCondition, EndpointUse } from '../../dialects/dialect.js';
import { Interned, Memo } from '../../kept/memo.js';
import { IpSet, parsePrefix } from '../../model/ip.js';
import { listed } from '../../model/packet-text.js';
import type { SourcedProblem } from './findings.js';
import { listIds } from './message.js';
import { serviceOf } from './services.js';

/** The requirements that are selected, and all that the catalog has, where it is known. */
interface AskedFor {
  readonly requirements: readonly Requirement[];
  readonly documented?: readonly Requirement[];
}

/**
 * Finds the endpoints of a file that their document no longer lists and that no selected requirement lists. Where another
 * document of the catalog still asks for one, it is named, and nothing is offered that would take it away.
 */
export function retiredProblems(
  document: Pick<Document, 'endpoints' | 'endpointsWhere' | 'source'>,
  retired: readonly RetiredEndpoint[],
  { requirements, documented = requirements }: AskedFor,
): SourcedProblem[] {
  if (retired.length === 0) return [];
  const { find, isRetired } = finders.of(retired, finderOf);
  const uses = document.endpointsWhere?.(isRetired) ?? document.endpoints.filter(({ endpoint }) => isRetired(endpoint));
  const problems: SourcedProblem[] = [];
  for (const use of uses) {
    const entry = find(use.endpoint);
    // Checked last, because it is expensive and a match is rare.
    if (!entry || isStillRequired(entry, requirements)) continue;
    const name = entry.host ?? entry.prefix ?? '';
    const gone = goneText(name, entry);
    const asking = stillRequiring(entry, documented);
    const others = [...new Set(asking.map(serviceOf))];
    problems.push({
      code: 'retired-endpoint',
      uri: use.uri,
      range: use.range,
      message:
        others.length === 0
          ? `${gone}.`
          : `${gone}, but${entry.replacedBy ? ' is' : ''} still needed for ${listed(others, 2)} (${listIds(asking)}).`,
      source: entry.source,
      ...(others.length === 0 ? fixOf(use, entry, document) : {}),
    });
  }
  return problems;
}

function goneText(name: string, { replacedBy, was, lastSeen, source }: RetiredEndpoint): string {
  return replacedBy
    ? `${name} was replaced by ${replacedBy.join(', ')} in ${source.document} (${was}; last seen ${lastSeen})`
    : `${name} is no longer listed by ${source.document} (${was}; last seen ${lastSeen})`;
}

/** Removes the endpoint; where a narrower one replaced it and the file writes it as the document did, writes that instead. */
function fixOf(
  { uri, range, removal }: EndpointUse,
  { host, prefix, replacedBy }: RetiredEndpoint,
  { source }: Pick<Document, 'source'>,
): Pick<SourcedProblem, 'fix'> {
  if (!replacedBy) {
    return removal ? { fix: { title: `Remove the retired endpoint ${host ?? prefix}`, edits: removal } } : {};
  }
  const [only, ...more] = replacedBy;
  const isWritten = uri === source.uri && source.text.slice(range.start, range.end) === prefix;
  if (only === undefined || more.length > 0 || !isWritten) return {};
  return { fix: { title: `Replace ${prefix} by ${only}`, edits: [{ uri, range, newText: only }] } };
}

interface Finder {
  find(endpoint: EndpointUse['endpoint']): RetiredEndpoint | undefined;
  readonly isRetired: EndpointCondition;
}

/** One finder for each list, so that its condition is the same object in every analysis. */
const finders = new Memo<readonly RetiredEndpoint[], Finder>();

function finderOf(retired: readonly RetiredEndpoint[]): Finder {
  const byHost = new Map(retired.flatMap((entry) => (entry.host ? [[entry.host.toLowerCase(), entry] as const] : [])));
  const prefixes = retired.flatMap((entry) =>
    entry.prefix ? [{ entry, set: IpSet.parse(entry.prefix), gone: retiredAddresses(entry) }] : [],
  );
  const all = IpSet.join(prefixes.map(({ set }) => set));
  const known = new Interned<string, RetiredEndpoint | undefined>(KNOWN_PREFIXES);
  const find: Finder['find'] = (endpoint) => {
    if ('host' in endpoint) return byHost.get(endpoint.host.toLowerCase());
    const parsed = parsePrefix(endpoint.prefix);
    // Large files name many addresses, and nearly none of them is retired.
    if (!parsed || !all.has(parsed.address)) return undefined;
    return known.of(endpoint.prefix, () => within(IpSet.of(parsed), prefixes));
  };
  const isRetired = (endpoint: EndpointUse['endpoint']) => find(endpoint) !== undefined;
  const domains = new Set([...byHost.keys()].map((host) => host.replace(/^\*\./, '')));
  return { find, isRetired: Object.assign(isRetired, { addresses: all, domains }) };
}

/** For how many prefixes it is kept whether they are retired: loops of scripts name the same ones again and again. */
const KNOWN_PREFIXES = 1_000;

/** The retired prefix that holds all of one of the file. A wider prefix of the file may have other reasons to be there. */
function within(
  own: IpSet,
  retired: readonly { readonly entry: RetiredEndpoint; readonly set: IpSet; readonly gone: IpSet }[],
): RetiredEndpoint | undefined {
  return retired.find(({ set, gone }) => set.containsAll(own) && gone.overlaps(own))?.entry;
}
