// Handles the requests about what files are checked against: how one does, what can be selected, and a first lintel.yaml.

import type { Connection } from 'vscode-languageserver';
import {
  NEW_WORKSPACE_FILE,
  SELECT,
  SELECTION,
  STATUS,
  type SelectedBy as ToldSelectedBy,
} from '../../../shared/protocol.js';
import { newWorkspaceFile } from '../configuration/new-file.js';
import type { SelectedBy } from '../service/checks.js';
import { canonicalFolder, inFolder, nameOf } from '../service/files/uris.js';
import { selectableIn } from '../service/selection.js';
import { toDocumentEdits } from './convert.js';
import type { RequestContext } from './own-requests.js';
import { typed } from './requests.js';

export function answerSelectionRequests(
  connection: Connection,
  { service, documents, settings, survey, find }: RequestContext,
): void {
  connection.onRequest(typed(STATUS), async ({ uri }) => {
    const open = await find(uri);
    const status = open && (await service.status(open.uri, open.request));
    if (!open || !status) return null;
    const { source } = await service.configurationFor(open.uri);
    return {
      ...status,
      selectedBy: told(status.selectedBy),
      ...(source.text === '' ? {} : { configuration: documents.places(source.uri).uri }),
    };
  });

  connection.onRequest(typed(SELECTION), async ({ uri }) => {
    const open = await find(uri);
    const offer = open && (await service.selection(open.uri, open.request));
    if (open && offer) {
      const { source } = await service.configurationFor(open.uri);
      const { choices, selectedBy, canComment, match } = offer;
      const named = { canComment, configuration: nameOf(source.uri), exists: source.text !== '' };
      return {
        choices,
        selectedBy: told(selectedBy),
        file: { ...named, ...(match === undefined ? {} : { match }) },
      };
    }
    const own = await settings.settingsFor(uri);
    const configuration = await service.configurationFor(inFolder(canonicalFolder(uri), 'lintel.yaml'));
    return { choices: selectableIn(configuration.catalogFor(own.cloud), own.require), selectedBy: 'setting' };
  });

  connection.onRequest(typed(SELECT), async ({ uri, selectors, writes }) => {
    const open = await find(uri);
    const selection = open && (await service.select(open.uri, open.request, selectors, writes));
    if (!selection) return null;
    const edits = selection.edits.map((edit) => ({ uri: selection.uri, ...edit }));
    const [change] = toDocumentEdits({ edits }, documents.places);
    return {
      uri: documents.places(selection.uri).uri,
      isNew: service.textOf(selection.uri) === undefined,
      edits: (change?.edits ?? []).flatMap((edit) =>
        'newText' in edit ? [{ range: edit.range, newText: edit.newText }] : [],
      ),
    };
  });

  connection.onRequest(typed(NEW_WORKSPACE_FILE), async ({ uri, files }, token) => {
    const own = await settings.settingsFor(uri);
    const known = await survey.knownFiles(uri, files, own, token);
    return { text: newWorkspaceFile(known, own.cloud, own.require), files: known.length };
  });
}

/** No command line says anything to a server. */
function told(selectedBy: SelectedBy): ToldSelectedBy {
  return selectedBy === 'command-line' ? 'setting' : selectedBy;
}
