// The views of the container in the activity bar, and their commands.

import * as vscode from 'vscode';
import { COVERAGE } from '../../../shared/protocol.js';
import type { CurrentFile } from '../current-file.js';
import { beyondLimitText } from '../left-out.js';
import type { Server } from '../server.js';
import type { WorkspaceFiles } from '../workspace-files.js';
import { CatalogTree } from './catalog-tree.js';
import { CoverageFilter } from './coverage-filter.js';
import { CoverageTree } from './coverage-tree.js';
import { NetworkTree } from './network-tree.js';
import { WorkspaceSurvey } from './survey.js';

export function registerViews(
  server: Server,
  files: WorkspaceFiles,
  current: CurrentFile,
  state: vscode.Memento,
): vscode.Disposable[] {
  const survey = new WorkspaceSurvey(server, files);
  const filter = new CoverageFilter(state);
  const coverage = new CoverageTree(survey, filter);
  const catalog = new CatalogTree(server, survey);
  const coverageView = vscode.window.createTreeView('lintel.coverage', {
    treeDataProvider: coverage,
    showCollapseAll: true,
  });
  const networkView = vscode.window.createTreeView('lintel.network', { treeDataProvider: new NetworkTree(survey) });
  const catalogView = vscode.window.createTreeView('lintel.catalog', {
    treeDataProvider: catalog,
    showCollapseAll: true,
  });
  const showFilter = () => {
    coverageView.description = filter.text;
    void vscode.commands.executeCommand('setContext', 'lintel.isCoverageFiltered', filter.text !== '');
    coverage.refresh();
  };
  showFilter();
  return [
    survey,
    survey.onDidChange(() => {
      const beyond = survey.folders.reduce((sum, { leftOut }) => sum + leftOut.beyondLimit, 0);
      coverageView.message = beyond > 0 ? beyondLimitText(beyond) : '';
    }),
    coverageView,
    networkView,
    catalogView,
    survey.attach(coverageView, 'lintel.coverage'),
    survey.attach(networkView, 'lintel.network'),
    survey.attach(catalogView, 'lintel.catalog'),
    vscode.commands.registerCommand('lintel.refreshViews', () => survey.refresh()),
    vscode.commands.registerCommand('lintel.filterCoverage', async () => {
      if (await filter.choose(coverage.files)) showFilter();
    }),
    vscode.commands.registerCommand('lintel.clearCoverageFilter', async () => {
      await filter.clear();
      showFilter();
    }),
    vscode.commands.registerCommand('lintel.copyCoverageAsMarkdown', () => copy('markdown')),
    vscode.commands.registerCommand('lintel.copyCoverageAsCsv', () => copy('csv')),
    vscode.commands.registerCommand('lintel.searchCatalog', () => search('')),
    vscode.commands.registerCommand('lintel.findInCatalog', () => search(wordAtCursor(current.document))),
  ];

  async function search(beginning: string): Promise<void> {
    if (survey.folders.length === 0) await survey.refresh();
    const found = await catalog.search(beginning);
    if (found) await catalogView.reveal(found, { focus: true });
  }

  /** Copies what the view shows, of all folders. */
  async function copy(format: 'markdown' | 'csv'): Promise<void> {
    const only = { requirements: coverage.requirements, statuses: filter.statuses };
    const texts = await Promise.all(
      survey.folders.map(({ folder, files }) =>
        server.request(COVERAGE, folder.uri, { files: files.map(({ uri }) => uri), only, format }),
      ),
    );
    const copied = texts.flatMap((one) => one?.text ?? []);
    await vscode.env.clipboard.writeText(copied.join('\n'));
    vscode.window.setStatusBarMessage('The coverage is in the clipboard.', 5_000);
  }
}

/** What is selected in a file, or else the host, address or name at the cursor. */
function wordAtCursor(document: vscode.TextDocument | undefined): string {
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  if (!document || !editor) return '';
  const { selection } = editor;
  const range = selection.isEmpty ? document.getWordRangeAtPosition(selection.active) : selection;
  return range?.isSingleLine ? document.getText(range) : '';
}
