// Stored endpoint lists: how they are written, read and brought up to date.
import { diffPacks } from './diff.js';
import { doubtsOf } from './doubts.js';
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
import type { Update, UpdateResult } from './update-result.js';

/**
 * Requests newer endpoints of some clouds from the web service: one request for all versions, then two more for each cloud
 * that has a newer version. After a final failure no further request is sent.
 * @param inUse the clouds to check, with the packs that are in use now
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
      results.push({ kind: 'failed', subject: cloud, reason: `${service.baseUrl} lists no version of ${instance}` });
      continue;
    }
    // Versions are dates of fixed length, so that they can be compared as strings.
    if (latest <= current.version) {
      results.push({ kind: 'up-to-date', subject: cloud, version: current.version });
      continue;
    }
    const endpoints = await askEndpoints(service, instance, signal);
    if (endpoints.kind !== 'value') {
      results.push(without(cloud, endpoints));
      if (endpoints.kind === 'failed' && !endpoints.isFinal) continue;
      return [...results, ...clouds.slice(results.length).map((other) => without(other, endpoints))];
    }
    // The notices only explain the list: without them the update is still complete.
    const changes = await askChanges(service, instance, current.version, signal);
    if (changes.kind === 'cancelled') return [...results, ...clouds.slice(results.length).map(cancelled)];
    const list = ordered({ instance, version: latest, endpoints: endpoints.value });
    results.push(updateTo(list, current, changes.kind === 'value' ? changes.value : []));
  }
  return results;
}

function without(
  cloud: Cloud,
  answer: { readonly kind: 'failed'; readonly reason: string } | { readonly kind: 'cancelled' },
): UpdateResult {
  return answer.kind === 'cancelled' ? cancelled(cloud) : { kind: 'failed', subject: cloud, reason: answer.reason };
}

function cancelled(cloud: Cloud): UpdateResult {
  return { kind: 'cancelled', subject: cloud };
}

/** Compares a chosen list, of any version, with the pack that is in use. */
export function compareList(chosen: EndpointList, inUse: Pack): UpdateResult {
  const list = ordered(chosen);
  const update = updateTo(list, inUse, []);
  return list.version === inUse.version && update.diff.changes.length === 0
    ? { kind: 'up-to-date', subject: update.subject, version: inUse.version }
    : update;
}

function updateTo(list: EndpointList, inUse: Pack, notices: readonly ChangeNotice[]): Update {
  const next = packOf(list);
  return {
    kind: 'update',
    subject: INSTANCES[list.instance],
    version: list.version,
    text: writeEndpointList(list),
    diff: diffPacks(inUse, next),
    doubts: doubtsOf(inUse, next),
    notices,
  };
}

/**
 * Reads a file of endpoints: a list as {@link writeEndpointList} writes it, or a saved response of the web service. A response
 * gives neither cloud nor version; those are read from the file name, `worldwide_2026081400.json`.
 * @param cloud the cloud of a response whose file name does not give it
 * @param otherwise the version of a response whose file name does not give it; absent: such a response is invalid
 * @returns the list, or a message where the file is neither
 */
export function readEndpointFile(text: string, name: string, cloud?: Cloud, otherwise?: string): EndpointList | string {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return 'not JSON, or truncated';
  }
  if (Array.isArray(value)) {
    const sets = readEndpointSets(value);
    if (typeof sets === 'string') return sets;
    const version = /(?<!\d)\d{10}(?!\d)/.exec(name)?.[0] ?? otherwise;
    if (version === undefined) {
      return 'a response of the web service without its version; name the file like worldwide_2026081400.json';
    }
    const words = name.toLowerCase().split(/[^a-z]+/);
    const named = INSTANCE_NAMES.find((instance) => words.includes(instance.toLowerCase()));
    return { instance: named ?? instanceOf(cloud ?? 'worldwide'), version, endpoints: sets };
  }
  if (typeof value !== 'object' || value === null) return 'not an endpoint list';
  const list = readEndpointList(value);
  return 'field' in list ? `not an endpoint list (${list.field}: ${list.message})` : list;
}

/** The change notices of the service as text, one line each. */
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

/** What the impacts of the service mean for firewalls and proxies ("Web service" article, Changes method). */
const IMPACTS: Readonly<Record<string, string>> = {
  AddedIp: 'addresses that packet filters have to permit',
  AddedUrl: 'hosts that proxies have to permit',
  AddedIpAndUrl: 'addresses and hosts that packet filters or proxies have to permit',
  AddedSubstituteUrl: 'hosts that replace a wildcard, in use immediately',
  RemovedIpOrUrl: 'no longer used; remove it when convenient',
  ChangedIsExpressRoute: 'whether ExpressRoute serves it has changed',
  MovedIpOrUrl: 'moved between sets',
  RemovedDuplicateIpOrUrl: 'listed elsewhere as well',
  OtherNonPriorityChanges: 'a minor change',
};

/** The text of a stored endpoint list: one line for each set, so that a version control system shows the changed sets. */
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
