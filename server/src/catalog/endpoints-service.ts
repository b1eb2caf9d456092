// The protocol of the Microsoft 365 IP Address and URL web service, as its article of that name describes it: the URLs to
// request and how to read the responses. The front end provides the network access (WebAccess).

import type { WebAccess } from '../../../shared/web-access.js';
import { isRecord } from '../text/json.js';
import type { EndpointSet, Instance } from './endpoints.js';
import { INSTANCE_NAMES, isEndpointVersion, readEndpointSets } from './endpoints.js';
import { type Answer, askText, failed } from './web-answers.js';

/** A service at one base URL, with the GUID that identifies this machine. */
export interface EndpointsService {
  readonly access: WebAccess;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly clientRequestId: string;
}

/** A published change of one endpoint set (Changes method). */
export interface ChangeNotice {
  readonly endpointSetId: number;
  /** `YYYYMMDDNN`, the version that introduced it. */
  readonly version: string;
  /** What it means for a firewall or proxy, in the service's own word: `AddedIp`, `RemovedIpOrUrl`. */
  readonly impact: string | undefined;
  /** `YYYY-MM-DD`, when what was added begins to be used; absent where the service gives no date. */
  readonly effectiveDate: string | undefined;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** The latest version of each cloud that publishes one. */
export async function askVersions(
  service: EndpointsService,
  signal: AbortSignal,
): Promise<Answer<ReadonlyMap<Instance, string>>> {
  return ask(service, '/version', signal, (value) => {
    const records: readonly unknown[] = Array.isArray(value) ? value : [value];
    const versions = new Map<Instance, string>();
    for (const record of records) {
      if (!isRecord(record)) return 'it contains an invalid record';
      const instance = INSTANCE_NAMES.find((name) => name === record.instance);
      // The service may publish clouds that are unknown here; these are ignored.
      if (!instance) continue;
      if (!isEndpointVersion(record.latest)) return `invalid version ${JSON.stringify(record.latest)} of ${instance}`;
      versions.set(instance, record.latest);
    }
    return { value: versions };
  });
}

/** The endpoint sets that a cloud publishes now. */
export async function askEndpoints(
  service: EndpointsService,
  instance: Instance,
  signal: AbortSignal,
): Promise<Answer<readonly EndpointSet[]>> {
  return ask(service, `/endpoints/${instance}`, signal, (value) => {
    const sets = readEndpointSets(value);
    return typeof sets === 'string' ? sets : { value: sets };
  });
}

/** The changes that a cloud published after a version, oldest first. */
export async function askChanges(
  service: EndpointsService,
  instance: Instance,
  version: string,
  signal: AbortSignal,
): Promise<Answer<readonly ChangeNotice[]>> {
  return ask(service, `/changes/${instance}/${version}`, signal, (value) => {
    if (!Array.isArray(value)) return 'it is not a list of changes';
    const notices = value.map(readNotice);
    const whole = notices.filter((notice) => notice !== undefined);
    if (whole.length < notices.length) return 'it contains an invalid change';
    return { value: whole.sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0)) };
  });
}

/** Sends one request. An invalid response is reported with the requested path. */
async function ask<Value>(
  { access, baseUrl, clientRequestId }: EndpointsService,
  path: string,
  signal: AbortSignal,
  read: (value: unknown) => { readonly value: Value } | string,
): Promise<Answer<Value>> {
  const url = `${baseUrl}${path}?ClientRequestId=${encodeURIComponent(clientRequestId)}`;
  const answer = await askText(access, url, { service: baseUrl, path }, signal);
  if (answer.kind !== 'value') return answer;
  const parsed = parseJson(answer.value);
  if (!parsed) return failed(`the response of ${baseUrl} to ${path} is not JSON, or is truncated`);
  const result = read(parsed.value);
  return typeof result === 'string'
    ? failed(`the response of ${baseUrl} to ${path} is invalid: ${result}`)
    : { kind: 'value', value: result.value };
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    // A byte order mark is not JSON, but some servers send one.
    return { value: JSON.parse(text.replace(/^\ufeff/, '')) };
  } catch {
    return undefined;
  }
}

function readNotice(record: unknown): ChangeNotice | undefined {
  if (!isRecord(record)) return undefined;
  const { endpointSetId, version, impact, add, remove } = record;
  if (typeof endpointSetId !== 'number' || !isEndpointVersion(version)) return undefined;
  return {
    endpointSetId,
    version,
    impact: typeof impact === 'string' ? impact : undefined,
    effectiveDate: isRecord(add) ? readDate(add.effectiveDate) : undefined,
    added: endpointsIn(add),
    removed: endpointsIn(remove),
  };
}

function endpointsIn(part: unknown): string[] {
  if (!isRecord(part)) return [];
  return [part.ips, part.urls].flatMap((list: unknown) =>
    Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [],
  );
}

/** The service writes `20180609`. */
function readDate(value: unknown): string | undefined {
  const match = typeof value === 'string' ? /^(\d{4})(\d{2})(\d{2})$/.exec(value) : null;
  return match ? match.slice(1).join('-') : undefined;
}
