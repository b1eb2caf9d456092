// The view of the network: the roles of lintel.yaml, and the files that decide their connections, with the points they stand at.

import * as vscode from 'vscode';
import type { CoverageFile } from '../../../shared/coverage.js';
import type { DeclaredRole, Overview } from '../../../shared/overview.js';
import { SHOW_LINE_COMMAND } from '../../../shared/protocol.js';
import { countsOf, iconOf, worstOf } from './statuses.js';
import type { WorkspaceSurvey } from './survey.js';

type Row =
  | {
      readonly kind: 'role';
      readonly id: string;
      readonly name: string;
      readonly declared: DeclaredRole | undefined;
      readonly overview: Overview;
      readonly files: readonly CoverageFile[];
    }
  | { readonly kind: 'file'; readonly id: string; readonly file: CoverageFile };

export class NetworkTree implements vscode.TreeDataProvider<Row> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly survey: WorkspaceSurvey) {
    survey.onDidChange(() => this.changed.fire());
  }

  getChildren(row?: Row): Row[] {
    if (row) {
      if (row.kind === 'file') return [];
      return row.files.map((file) => ({ kind: 'file', id: `${row.id}\n${file.uri}`, file }));
    }
    return this.survey.folders.flatMap(({ folder, files, overview }) => {
      const names = new Set([...overview.roles.map(({ name }) => name), ...files.map(({ role }) => role)]);
      return [...names].map((name) => ({
        kind: 'role' as const,
        id: `${folder.uri}\n${name}`,
        name,
        declared: overview.roles.find((role) => role.name === name),
        overview,
        files: files.filter(({ role }) => role === name),
      }));
    });
  }

  getTreeItem(row: Row): vscode.TreeItem {
    return row.kind === 'role' ? roleItem(row) : fileItem(row);
  }
}

function roleItem({ id, name, declared, overview, files }: Row & { kind: 'role' }): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(name, files.length === 0 ? None : files.length > 20 ? Collapsed : Expanded);
  item.id = id;
  item.iconPath = new vscode.ThemeIcon(name === 'clients' ? 'device-desktop' : 'server');
  item.description = declared ? declared.addresses.join(', ') : 'addresses not declared';
  item.tooltip = declared?.description || 'lintel.yaml does not say where these are.';
  if (declared && overview.configuration !== undefined) {
    const place = [overview.configuration, declared.line];
    item.command = { command: SHOW_LINE_COMMAND, title: 'Show the Declaration', arguments: place };
  }
  return item;
}

function fileItem({ id, file }: Row & { kind: 'file' }): vscode.TreeItem {
  const item = new vscode.TreeItem(file.path, vscode.TreeItemCollapsibleState.None);
  const decided = file.verdicts.filter(({ status }) => status !== 'not-applicable');
  item.id = id;
  item.iconPath = iconOf(worstOf(decided));
  item.description = [file.language, ...(file.point === undefined ? [] : [`at ${file.point}`])].join(', ');
  item.tooltip = countsOf(file.verdicts.map(({ status }) => status));
  item.command = { command: SHOW_LINE_COMMAND, title: 'Open', arguments: [file.uri, 0] };
  return item;
}
