// Stored endpoint lists: how they are written, read and brought up to date.
import { diffPacks, type PackDiff } from './diff.js';
import {
  type EndpointList,
  INSTANCE_NAMES,
  INSTANCES,
  instanceOf,
  packFromEndpoints,
  readEndpointList,
  readEndpointSets,
} from './endpoints.js';
import {
  askChanges,
  askEndpoints,
  askVersions,
  type ChangeNotice,
  type EndpointsService,
} from './endpoints-service.js';
import type { Cloud, Pack } from './requirement.js';

/** What came of looking for newer endpoints of one cloud. */
export type UpdateResult =
  | { readonly kind: 'up-to-date'; readonly cloud: Cloud; readonly version: string }
  | EndpointUpdate
  | { readonly kind: 'failed'; readonly cloud: Cloud; readonly reason: string }
  | { readonly kind: 'cancelled'; readonly cloud: Cloud };

/** A list that differs from the one in use. */
export interface EndpointUpdate {
  readonly kind: 'update';
  readonly cloud: Cloud;
  readonly list: EndpointList;
  readonly diff: PackDiff;
  /** What the service says of the changes, oldest first; empty where it was not asked or said nothing. */
  readonly notices: readonly ChangeNotice[];
}

/**
 * Asks the web service for newer endpoints of some clouds: one request for all versions, then two more for each cloud
 * whose version is not in use. A failure ends the asking where another request would be in vain.
 * @param inUse the clouds to ask for, with the packs that they are checked with now
 */
export async function checkForUpdates(
  service: EndpointsService,
  inUse: ReadonlyMap<Cloud, Pack>,
  signal: AbortSignal,
): Promise<readonly UpdateResult[]> {
  const clouds = [...inUse.keys()];
  const versions = await askVersions(service, signal);
  if (versions.kind !== 'value') return clouds.map((cloud) => without(cloud, versions));
  const results: UpdateResult[] = [];
  for (const [cloud, current] of inUse) {
    const instance = instanceOf(cloud);
    const latest = versions.value.get(instance);
    if (latest === undefined) {
      results.push({ kind: 'failed', cloud, reason: `${service.baseUrl} gives no version of ${instance}` });
      continue;
    }
    // Versions are dates, and so order as texts. One that is older than what is in use brings nothing.
    if (latest <= current.version) {
      results.push({ kind: 'up-to-date', cloud, version: current.version });
      continue;
    }
    const endpoints = await askEndpoints(service, instance, signal);
    if (endpoints.kind !== 'value') {
      results.push(without(cloud, endpoints));
      if (endpoints.kind === 'failed' && !endpoints.isFinal) continue;
      return [...results, ...clouds.slice(results.length).map((other) => without(other, endpoints))];
    }
    // The list alone is enough; what is announced about it only explains.
    const changes = await askChanges(service, instance, current.version, signal);
    if (changes.kind === 'cancelled') return [...results, ...clouds.slice(results.length).map(cancelled)];
    const list = ordered({ instance, version: latest, endpoints: endpoints.value });
    results.push({
      kind: 'update',
      cloud,
      list,
      diff: diffPacks(current, packOf(list)),
      notices: changes.kind === 'value' ? changes.value : [],
    });
  }
  return results;
}

function without(
  cloud: Cloud,
  answer: { readonly kind: 'failed'; readonly reason: string } | { readonly kind: 'cancelled' },
): UpdateResult {
  return answer.kind === 'cancelled' ? cancelled(cloud) : { kind: 'failed', cloud, reason: answer.reason };
}

function cancelled(cloud: Cloud): UpdateResult {
  return { kind: 'cancelled', cloud };
}

/** Compares a list that somebody chose, of whatever version, with the pack that is in use. */
export function compareList(chosen: EndpointList, inUse: Pack): UpdateResult {
  const list = ordered(chosen);
  const cloud = INSTANCES[list.instance];
  const diff = diffPacks(inUse, packOf(list));
  if (list.version === inUse.version && diff.changes.length === 0) {
    return { kind: 'up-to-date', cloud, version: inUse.version };
  }
  return { kind: 'update', cloud, list, diff, notices: [] };
}

/**
 * Reads a file of endpoints: a list as {@link writeEndpointList} makes it, or a saved answer of the web service. An answer
 * says neither cloud nor version; those are read from the file's name, `worldwide_2026081400.json`.
 * @param cloud the cloud of an answer whose name does not tell it
 * @param otherwise the version of an answer whose name does not tell it; without it such an answer is refused
 * @returns a text that says what is wrong with a file that is neither
 */
export function readEndpointFile(text: string, name: string, cloud?: Cloud, otherwise?: string): EndpointList | string {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return 'no JSON, or cut off';
  }
  if (Array.isArray(value)) {
    const sets = readEndpointSets(value);
    if (typeof sets === 'string') return sets;
    const version = /(?<!\d)\d{10}(?!\d)/.exec(name)?.[0] ?? otherwise;
    if (version === undefined) {
      return 'an answer of the web service, which does not say its version; name the file like worldwide_2026081400.json';
    }
    const words = name.toLowerCase().split(/[^a-z]+/);
    const named = INSTANCE_NAMES.find((instance) => words.includes(instance.toLowerCase()));
    return { instance: named ?? instanceOf(cloud ?? 'worldwide'), version, endpoints: sets };
  }
  if (typeof value !== 'object' || value === null) return 'no endpoint list';
  const list = readEndpointList(value);
  return 'field' in list ? `no endpoint list (${list.field}: ${list.message})` : list;
}

/** What the service says of its changes, a line for each. */
export function describeNotices(notices: readonly ChangeNotice[]): string[] {
  return notices.map(({ endpointSetId, version, impact, effectiveDate, added, removed }) => {
    const what = impact === undefined ? 'changed' : (IMPACTS[impact] ?? impact);
    const endpoints = [
      added.length > 0
        ? `added ${added.join(', ')}${effectiveDate ? `, in use from ${effectiveDate}` : ''}`
        : undefined,
      removed.length > 0 ? `removed ${removed.join(', ')}` : undefined,
    ].filter((text) => text !== undefined);
    return [`set ${endpointSetId} in ${version}: ${what}`, ...endpoints].join('; ');
  });
}

/** What the service's impacts mean for those who keep firewalls and proxies ("Web service" article, Changes method). */
const IMPACTS: Readonly<Record<string, string>> = {
  AddedIp: 'addresses that packet filters have to permit',
  AddedUrl: 'hosts that proxies have to permit',
  AddedIpAndUrl: 'addresses and hosts that packet filters or proxies have to permit',
  AddedSubstituteUrl: 'hosts in the place of a wildcard, in use at once',
  RemovedIpOrUrl: 'no longer used; remove it when convenient',
  ChangedIsExpressRoute: 'whether ExpressRoute serves it has changed',
  MovedIpOrUrl: 'moved between sets',
  RemovedDuplicateIpOrUrl: 'listed elsewhere as well',
  OtherNonPriorityChanges: 'a minor change',
};

/** The text of an endpoint list as it is kept: a line for each set, so that a version control system shows what changed. */
export function writeEndpointList({ instance, version, endpoints }: EndpointList): string {
  const sets = endpoints.map((set) => `    ${JSON.stringify(set)}`).join(',\n');
  const head = `  "instance": ${JSON.stringify(instance)},\n  "version": ${JSON.stringify(version)},\n`;
  return `{\n${head}  "endpoints": [\n${sets}\n  ]\n}\n`;
}

/** The pack that a list stands for. */
export function packOf({ instance, version, endpoints }: EndpointList): Pack {
  return packFromEndpoints(instance, version, endpoints);
}

function ordered(list: EndpointList): EndpointList {
  return { ...list, endpoints: [...list.endpoints].sort((a, b) => a.id - b.id) };
}
