// The view of coverage: service, requirement, file, each with its verdict; a click goes to the line that decides.

import * as vscode from 'vscode';
import { type CoverageFile, type CoverageVerdict, STATUS_WORDS } from '../../../shared/coverage.js';
import { SHOW_LINE_COMMAND } from '../../../shared/protocol.js';
import type { CoverageFilter } from './coverage-filter.js';
import { countsOf, iconOf, worstOf } from './statuses.js';
import type { WorkspaceSurvey } from './survey.js';

/** A verdict of a file. */
interface Decided {
  readonly file: CoverageFile;
  readonly verdict: CoverageVerdict;
}

/** What a row stands for, with the verdicts below it. */
interface Row {
  readonly kind: 'service' | 'requirement' | 'file';
  /** The same for the same thing of a later survey, so that it stays open. */
  readonly id: string;
  readonly label: string;
  readonly decided: readonly Decided[];
}

export class CoverageTree implements vscode.TreeDataProvider<Row> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly survey: WorkspaceSurvey,
    private readonly filter: CoverageFilter,
  ) {
    survey.onDidChange(() => this.changed.fire());
  }

  refresh(): void {
    this.changed.fire();
  }

  get files(): readonly CoverageFile[] {
    return this.survey.folders.flatMap(({ files }) => files);
  }

  /** The ids of the requirements that are shown. */
  get requirements(): readonly string[] {
    return [...new Set(this.shown.map(({ verdict }) => verdict.requirement))];
  }

  getChildren(row?: Row): Row[] {
    if (!row) {
      const services = grouped(this.shown, ({ verdict }) => verdict.service);
      const rows = [...services].map(
        ([service, decided]): Row => ({ kind: 'service', id: service, label: service, decided }),
      );
      return rows.sort((one, other) => (one.label < other.label ? -1 : 1));
    }
    if (row.kind === 'service') {
      const requirements = grouped(row.decided, ({ verdict }) => verdict.requirement);
      return [...requirements].map(([requirement, decided]) => ({
        kind: 'requirement',
        id: `${row.id}\n${requirement}`,
        label: decided[0]?.verdict.title ?? requirement,
        decided,
      }));
    }
    if (row.kind === 'file' || row.decided.length < 2) return [];
    return row.decided.map((one) => ({
      kind: 'file',
      id: `${row.id}\n${one.file.uri}`,
      label: one.file.path,
      decided: [one],
    }));
  }

  getTreeItem(row: Row): vscode.TreeItem {
    const verdicts = row.decided.map(({ verdict }) => verdict);
    const [first] = row.decided;
    const single = row.kind !== 'service' && row.decided.length === 1 ? first : undefined;
    const open = vscode.TreeItemCollapsibleState.Collapsed;
    const item = new vscode.TreeItem(row.label, single ? vscode.TreeItemCollapsibleState.None : open);
    item.id = row.id;
    item.iconPath = iconOf(worstOf(verdicts));
    item.description = single ? describe(single, row.kind) : countsOf(verdicts.map(({ status }) => status));
    item.contextValue = row.kind;
    item.accessibilityInformation = {
      label: `${row.label}, ${single ? STATUS_WORDS[single.verdict.status] : ''} ${item.description}`,
    };
    if (row.kind !== 'service' && first) item.tooltip = tooltipOf(first, row.kind === 'file' || single !== undefined);
    if (single) {
      const { uri, line } = single.verdict.decidedBy[0] ?? { uri: single.file.uri, line: 1 };
      item.command = { command: SHOW_LINE_COMMAND, title: 'Show the Line', arguments: [uri, Math.max(0, line - 1)] };
    }
    return item;
  }

  private get shown(): readonly Decided[] {
    return this.files.flatMap((file) =>
      file.verdicts.filter((verdict) => this.filter.shows(verdict)).map((verdict) => ({ file, verdict })),
    );
  }
}

/** The file of a requirement that only one decides, and what is missing. */
function describe({ file, verdict }: Decided, kind: Row['kind']): string {
  const { remark, status } = verdict;
  const place = kind === 'requirement' ? [file.path] : [];
  const line = verdict.decidedBy[0]?.line;
  return [...place, ...(line ? [`line ${line}`] : []), ...(remark && status !== 'met' ? [remark] : [])].join(', ');
}

function tooltipOf({ file, verdict }: Decided, isOfFile: boolean): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(`${verdict.title} ${verdict.kind}`);
  if (isOfFile) {
    text.appendMarkdown('\n\n');
    text.appendText(`${file.path}: ${STATUS_WORDS[verdict.status]}${verdict.remark ? `: ${verdict.remark}` : ''}`);
    const [statement] = verdict.decidedBy;
    if (statement) text.appendCodeblock(statement.text, 'text');
  }
  text.appendMarkdown('\n\n');
  text.appendText(`${verdict.document.title} (${verdict.requirement})`);
  return text;
}

function grouped(decided: readonly Decided[], keyOf: (one: Decided) => string): ReadonlyMap<string, Decided[]> {
  const groups = new Map<string, Decided[]>();
  for (const one of decided) {
    const key = keyOf(one);
    const known = groups.get(key);
    if (known) known.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
