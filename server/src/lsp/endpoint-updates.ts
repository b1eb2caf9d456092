// Handles the client's request for newer endpoints of Microsoft 365.

import type { CancellationToken, Connection } from 'vscode-languageserver';
import { CHECK_ENDPOINTS, type CheckEndpointsResult, ENDPOINTS_IN_USE, GET } from '../../../shared/protocol.js';
import { readServiceUrl } from '../../../shared/service-url.js';
import type { WebAccess } from '../../../shared/web-access.js';
import { versionsOf } from '../catalog/diff.js';
import { publishedOn } from '../catalog/published.js';
import type { Cloud } from '../catalog/requirement.js';
import { checkForUpdates, type UpdateResult, writeEndpointList } from '../catalog/update.js';
import { endpointListUri, endpointsInUse } from '../service/endpoint-lists.js';
import { updateMarkdown } from '../service/endpoint-update.js';
import type { FileAccess } from '../service/files/file-access.js';
import { canonicalUri, folderOf } from '../service/files/uris.js';
import type { LanguageService } from '../service/language-service.js';
import { typed } from './requests.js';

/**
 * Registers the handler of the request for newer endpoints. Only the client accesses the network, and only while the user's
 * command runs; it also writes the list, after the user has confirmed the changes.
 */
export function answerEndpointChecks(
  connection: Connection,
  files: FileAccess,
  service: LanguageService,
  cloudFor: (uri: string) => Promise<Cloud>,
): void {
  const inUseFor = async (uri: string) => {
    const configuration = await service.configurationFor(canonicalUri(uri));
    const cloud = configuration.file.cloud ?? (await cloudFor(uri));
    const listUri = endpointListUri(folderOf(configuration.uri), cloud);
    return { cloud, listUri, ...(await endpointsInUse(files, listUri, cloud)) };
  };
  connection.onRequest(typed(ENDPOINTS_IN_USE), async ({ uri }) => {
    const { pack } = await inUseFor(uri);
    const published = publishedOn(pack.version);
    return { title: pack.title, version: pack.version, ...(published === undefined ? {} : { published }) };
  });
  connection.onRequest(typed(CHECK_ENDPOINTS), async ({ uri, from, clientRequestId }, token) => {
    const url = readServiceUrl(from);
    if (url.kind === 'invalid') return { kind: 'failed', message: url.message };
    const { cloud, listUri, pack } = await inUseFor(uri);
    const controller = new AbortController();
    const cancelling = token.onCancellationRequested(() => controller.abort());
    const web = { access: accessThrough(connection, token), baseUrl: url.baseUrl, clientRequestId };
    const [result] = await checkForUpdates(web, new Map([[cloud, pack]]), controller.signal);
    cancelling.dispose();
    return result ? answerOf(result, listUri, pack.version) : { kind: 'cancelled' };
  });
}

function answerOf(result: UpdateResult, uri: string, inUse: string): CheckEndpointsResult {
  switch (result.kind) {
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'failed':
      return { kind: 'failed', message: `${result.reason}. The endpoints of ${result.cloud} stay at ${inUse}.` };
    case 'up-to-date':
      return { kind: 'up-to-date', message: `The endpoints of ${result.cloud} are up to date (${result.version}).` };
    case 'update':
      return {
        kind: 'update',
        title: versionsOf(result.diff),
        markdown: updateMarkdown(result),
        uri,
        text: writeEndpointList(result.list),
      };
  }
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
