// Handles the client's request for newer endpoints of Microsoft 365 and newer networks of feeds.

import type { CancellationToken, Connection } from 'vscode-languageserver';
import {
  CHECK_ENDPOINTS,
  type CheckEndpointsResult,
  ENDPOINTS_IN_USE,
  type FeedsInUse,
  GET,
  type StoredText,
} from '../../../shared/protocol.js';
import { readServiceUrl } from '../../../shared/service-url.js';
import type { WebAccess } from '../../../shared/web-access.js';
import { versionsOf } from '../catalog/diff.js';
import { askFeeds, feedsReadOn } from '../catalog/feed-update.js';
import { isAskable } from '../catalog/feeds.js';
import { publishedOn } from '../catalog/published.js';
import { CLOUDS, type Cloud, type Pack } from '../catalog/requirement.js';
import { checkForUpdates } from '../catalog/update.js';
import type { UpdateResult } from '../catalog/update-result.js';
import type { Configuration } from '../configuration/configuration.js';
import { endpointsInUse, storedUri } from '../service/endpoint-lists.js';
import { updatesMarkdown } from '../service/endpoint-update.js';
import type { FileAccess } from '../service/files/file-access.js';
import { canonicalUri, folderOf } from '../service/files/uris.js';
import type { RequestContext } from './own-requests.js';
import { typed } from './requests.js';

/**
 * Registers the handler of the request for newer endpoints. Only the client accesses the network, and only while the user's
 * command runs; it also writes what is newer, after the user has confirmed the changes.
 */
export function answerEndpointChecks(
  connection: Connection,
  files: FileAccess,
  { service, settings, find }: Pick<RequestContext, 'service' | 'settings' | 'find'>,
): void {
  const inUseFor = async (uri: string) => {
    const configuration = await service.configurationFor(canonicalUri(uri));
    const request = await settings.settingsFor(uri);
    const cloud = configuration.cloudFor(request.cloud);
    const folder = folderOf(configuration.uri);
    const open = await find(uri);
    const packs = (open && (await service.packsFor(open.uri, open.request))) ?? [];
    const { pack } = await endpointsInUse(files, storedUri(folder, cloud), cloud);
    return { cloud, folder, pack, withFeeds: feedPacksOf(configuration, cloud, request.require, packs) };
  };
  connection.onRequest(typed(ENDPOINTS_IN_USE), async ({ uri }) => {
    const { pack, withFeeds } = await inUseFor(uri);
    const published = publishedOn(pack.version);
    return {
      title: pack.title,
      version: pack.version,
      ...(published === undefined ? {} : { published }),
      feeds: withFeeds.map(feedsOf),
    };
  });
  connection.onRequest(typed(CHECK_ENDPOINTS), async ({ uri, from, clientRequestId, feeds }, token) => {
    const url = readServiceUrl(from);
    if (url.kind === 'invalid') return { kind: 'failed', message: url.message };
    const { cloud, folder, pack, withFeeds } = await inUseFor(uri);
    const controller = new AbortController();
    const cancelling = token.onCancellationRequested(() => controller.abort());
    const access = accessThrough(connection, token);
    const web = { access, baseUrl: url.baseUrl, clientRequestId };
    const today = new Date().toISOString().slice(0, 10);
    const meant = withFeeds.filter(({ id }) => feeds.includes(id));
    const results = [
      ...(await checkForUpdates(web, new Map([[cloud, pack]]), controller.signal)),
      ...(await askFeeds(access, meant, today, controller.signal)),
    ];
    cancelling.dispose();
    const versions = new Map([[cloud, pack.version], ...meant.map((one) => [one.id, feedsReadOn(one)] as const)]);
    return answerOf(results, folder, versions);
  });
}

/** The packs with feeds that files of a workspace are checked against: one open file, and those that its lintel.yaml lists. */
function feedPacksOf(
  configuration: Configuration,
  cloud: Cloud,
  otherwise: readonly string[],
  ofFile: readonly Pack[],
): readonly Pack[] {
  const catalog = configuration.catalogOf(cloud);
  const { files, roles } = configuration.file;
  const selectors = [...otherwise, ...files.flatMap(({ require = [] }) => require), ...configuration.forbidden];
  const { requirements } = catalog.select([...new Set(selectors)], new Set(roles.keys()));
  const packs = new Set([...ofFile, ...requirements.flatMap((requirement) => catalog.packOf(requirement) ?? [])]);
  return catalog.packs.filter((pack) => pack.feeds && packs.has(pack));
}

function feedsOf(pack: Pack): FeedsInUse {
  const feeds = Object.values(pack.feeds ?? {});
  const urls = [...new Set(feeds.filter(isAskable).map(({ url }) => url))];
  return { pack: pack.id, title: pack.title, read: feedsReadOn(pack), urls };
}

/** All results as one answer: what changes, with what could not be asked; otherwise why not; otherwise that nothing is newer. */
function answerOf(
  results: readonly UpdateResult[],
  folder: string,
  inUse: ReadonlyMap<string, string>,
): CheckEndpointsResult {
  if (results.length === 0 || results.some(({ kind }) => kind === 'cancelled')) return { kind: 'cancelled' };
  const faults = results.flatMap((result) =>
    result.kind === 'failed'
      ? [`${result.reason}. ${nameOf(result.subject)} stay at ${inUse.get(result.subject)}.`]
      : [],
  );
  const files = results.flatMap((result): StoredText[] => {
    const text = result.kind === 'update' || result.kind === 'up-to-date' ? result.text : undefined;
    return text === undefined ? [] : [{ uri: storedUri(folder, result.subject), text }];
  });
  const updates = results.filter((result) => result.kind === 'update');
  const [first] = updates;
  if (first) {
    return { kind: 'update', title: versionsOf(first.diff), markdown: updatesMarkdown(updates, faults), files };
  }
  if (faults.length > 0) return { kind: 'failed', message: faults.join(' ') };
  const current = results.flatMap((result) =>
    result.kind === 'up-to-date' ? [`${nameOf(result.subject)} are up to date (${result.version}).`] : [],
  );
  return { kind: 'up-to-date', message: current.join(' '), files };
}

function nameOf(subject: string): string {
  return CLOUDS.some((cloud) => cloud === subject) ? `The endpoints of ${subject}` : `The networks of ${subject}`;
}

/** The network as the client reaches it, with the proxy and the certificates that its user has set up. */
function accessThrough(connection: Connection, token: CancellationToken): WebAccess {
  return {
    async get(url) {
      if (token.isCancellationRequested) return { kind: 'cancelled' };
      try {
        return await connection.sendRequest(typed(GET), { url }, token);
      } catch (error) {
        if (token.isCancellationRequested) return { kind: 'cancelled' };
        const reason = error instanceof Error ? error.message : String(error);
        return { kind: 'no-answer', reason: `cannot be reached (${reason})` };
      }
    },
  };
}
