// The command that chooses what files are checked against, and writes it where the person wants it.

import * as vscode from 'vscode';
import { daysSince, daysText } from '../../shared/age.js';
import { SELECT, SELECTION, type SelectionResult, type SelectParams } from '../../shared/protocol.js';
import type { Selectable } from '../../shared/selection.js';
import type { CurrentFile } from './current-file.js';
import type { Server } from './server.js';

const TITLE = 'Select Requirements';

export function registerRequirementSelection(server: Server, current: CurrentFile): vscode.Disposable {
  return vscode.commands.registerCommand('lintel.selectRequirements', () =>
    selectRequirements(server, current.document?.uri),
  );
}

async function selectRequirements(server: Server, file: vscode.Uri | undefined): Promise<void> {
  const uri = file ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!uri) {
    void vscode.window.showInformationMessage(
      'Open a file that Lintel checks, or a folder, to select what is required.',
    );
    return;
  }
  const offer = await server.request(SELECTION, uri, {});
  const selectors = await chooseSelectors(offer);
  if (!selectors) return;
  if (selectors.length === 0) {
    void vscode.window.showInformationMessage('Nothing was selected, so what is required stays as it is.');
    return;
  }
  const place = await choosePlace(offer, uri);
  if (!place) return;
  if (place === 'setting') await writeSetting(uri, selectors);
  else await writeFile(server, uri, { selectors, writes: place });
}

interface ChoiceItem extends vscode.QuickPickItem {
  readonly selector?: string;
}

const GROUPS: readonly (readonly [group: Selectable['group'], title: string])[] = [
  ['other', 'Selected by hand'],
  ['service', 'Microsoft 365'],
  ['pack', 'Packs'],
];

/** The chosen selectors; what is selected now is chosen at first. */
async function chooseSelectors({ choices }: SelectionResult): Promise<readonly string[] | undefined> {
  const items = GROUPS.flatMap(([group, title]): ChoiceItem[] => {
    const own = choices.filter((choice) => choice.group === group);
    if (own.length === 0) return [];
    return [{ label: title, kind: vscode.QuickPickItemKind.Separator }, ...own.map(itemOf)];
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: TITLE,
    placeHolder: 'What files are checked against: services and packs',
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.flatMap(({ selector }) => selector ?? []);
}

function itemOf({ selector, title, requirements, isSelected, version, published }: Selectable): ChoiceItem {
  const days = published === undefined ? undefined : daysSince(published, Date.now());
  const age = days === undefined ? (version === undefined ? [] : [version]) : [`${daysText(days)} old`];
  const count = requirements === 1 ? '1 requirement' : `${requirements} requirements`;
  return {
    label: title,
    description: [...(title === selector ? [] : [selector]), count, ...age].join(' · '),
    picked: isSelected,
    selector,
  };
}

type Place = SelectParams['writes'] | 'setting';

interface PlaceItem extends vscode.QuickPickItem {
  readonly place: Place;
}

/** Where the selection is to be written: first where it stands now. */
async function choosePlace({ file, selectedBy }: SelectionResult, uri: vscode.Uri): Promise<Place | undefined> {
  const places: PlaceItem[] = [];
  if (file?.canComment) {
    const description = `only ${vscode.workspace.asRelativePath(uri)}`;
    places.push({ label: '$(comment) A comment of this file', description, place: 'comment' });
  }
  // Without a folder there is no place for a workspace file, and its entries would be about no other file.
  if (file && vscode.workspace.getWorkspaceFolder(uri)) {
    const { configuration, exists, match } = file;
    const what = match === undefined ? 'a new entry for this file' : `all files that ${match} matches`;
    places.push({
      label: `$(file-code) ${configuration}`,
      description: exists ? what : 'a new file, for this file alone',
      place: 'configuration',
    });
  }
  const description = 'all files for which neither a comment nor lintel.yaml says it';
  places.push({ label: '$(settings-gear) The setting lintel.require', description, place: 'setting' });
  const isNow = ({ place }: PlaceItem) => place === selectedBy;
  const ordered = [...places.filter(isNow), ...places.filter((one) => !isNow(one))].map((one) =>
    isNow(one) ? { ...one, detail: 'Stands there now' } : one,
  );
  // What is nearer to the file applies: written elsewhere, the selection would change nothing.
  const usable = ordered.filter(({ place }) => RANKS[place] <= RANKS[selectedBy]);
  const options = { title: TITLE, placeHolder: 'Where is it to be written?' };
  return (await vscode.window.showQuickPick(usable, options))?.place;
}

/** The nearest to a file first, which applies alone. */
const RANKS: Readonly<Record<Place, number>> = { comment: 0, configuration: 1, setting: 2 };

/** Writes the setting of the folder or workspace; without one, that of the user. */
async function writeSetting(uri: vscode.Uri, selectors: readonly string[]): Promise<void> {
  const settings = vscode.workspace.getConfiguration('lintel', uri);
  const known = settings.inspect('require');
  const target =
    known?.workspaceFolderValue !== undefined
      ? vscode.ConfigurationTarget.WorkspaceFolder
      : vscode.workspace.workspaceFolders
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global;
  await settings.update('require', selectors, target);
}

/** Edits the file, which stays unsaved where somebody works on it, or its workspace file. */
async function writeFile(server: Server, uri: vscode.Uri, selection: Omit<SelectParams, 'uri'>): Promise<void> {
  const result = await server.request(SELECT, uri, selection);
  if (!result) {
    void vscode.window.showErrorMessage(
      selection.writes === 'comment'
        ? 'The selection cannot be written into a comment of this file.'
        : 'lintel.yaml cannot be edited: correct its errors first.',
    );
    return;
  }
  const target = vscode.Uri.parse(result.uri, true);
  const isDirty = vscode.workspace.textDocuments.some(
    (document) => String(document.uri) === String(target) && document.isDirty,
  );
  const edit = new vscode.WorkspaceEdit();
  if (result.isNew) edit.createFile(target, { ignoreIfExists: true });
  for (const { range, newText } of result.edits) {
    const { start, end } = range;
    edit.replace(target, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    void vscode.window.showErrorMessage(`${vscode.workspace.asRelativePath(target)} could not be edited.`);
    return;
  }
  if (selection.writes === 'configuration' && !isDirty) await (await vscode.workspace.openTextDocument(target)).save();
}
