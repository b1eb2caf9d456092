// The view of the catalog: packs with their age, what is selected of them, and a search in what they list.

import * as vscode from 'vscode';
import { DAYS_UNTIL_STALE, daysSince, daysText } from '../../../shared/age.js';
import type { ListedRequirement, PackOverview } from '../../../shared/overview.js';
import { FIND } from '../../../shared/protocol.js';
import type { Server } from '../server.js';
import type { WorkspaceSurvey } from './survey.js';

export type CatalogRow =
  | { readonly kind: 'pack'; readonly pack: PackOverview }
  | { readonly kind: 'requirement'; readonly pack: PackOverview; readonly requirement: ListedRequirement };

export class CatalogTree implements vscode.TreeDataProvider<CatalogRow> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly server: Server,
    private readonly survey: WorkspaceSurvey,
  ) {
    survey.onDidChange(() => this.changed.fire());
  }

  getChildren(row?: CatalogRow): CatalogRow[] {
    if (!row) return this.packs.map((pack) => ({ kind: 'pack', pack }));
    if (row.kind === 'requirement') return [];
    return row.pack.requirements.map((requirement) => ({ kind: 'requirement', pack: row.pack, requirement }));
  }

  getParent(row: CatalogRow): CatalogRow | undefined {
    return row.kind === 'pack' ? undefined : { kind: 'pack', pack: row.pack };
  }

  getTreeItem(row: CatalogRow): vscode.TreeItem {
    return row.kind === 'pack' ? packItem(row.pack) : requirementItem(row.requirement);
  }

  /**
   * Asks for a word, a host, an address or a port, and returns what was chosen of that lists it.
   * @param beginning what stands in the question already
   */
  async search(beginning: string): Promise<CatalogRow | undefined> {
    const items = this.packs.flatMap((pack) =>
      pack.requirements.map((requirement) => ({
        label: requirement.title,
        description: requirement.id,
        detail: requirement.lists,
        iconPath: new vscode.ThemeIcon(requirement.isSelected ? 'check' : 'circle-outline'),
        alwaysShow: false,
        row: { kind: 'requirement' as const, pack, requirement },
      })),
    );
    const question = vscode.window.createQuickPick<(typeof items)[number]>();
    question.title = 'Search the Catalog';
    question.placeholder = 'A service, host, address or port, such as teams.microsoft.com';
    question.matchOnDescription = true;
    question.matchOnDetail = true;
    question.items = items;
    // The text of a network does not contain those of its addresses, nor that of a wildcard the names below it.
    const find = async (text: string) => {
      const listing = await this.listing(text);
      if (question.value !== text) return;
      const found = items.map((item) => ({ ...item, alwaysShow: listing.has(item.row.requirement.id) }));
      question.items = found.sort((one, other) => Number(other.alwaysShow) - Number(one.alwaysShow));
    };
    question.onDidChangeValue(find);
    question.value = beginning;
    try {
      return await new Promise((resolve) => {
        question.onDidAccept(() => resolve(question.selectedItems[0]?.row));
        question.onDidHide(() => resolve(undefined));
        question.show();
        void find(beginning);
      });
    } finally {
      question.dispose();
    }
  }

  /** The ids of what lists a host, an address or a port. */
  private async listing(text: string): Promise<ReadonlySet<string>> {
    const found = await Promise.all(
      this.survey.folders.map(({ folder }) => this.server.request(FIND, folder.uri, { text })),
    );
    return new Set(found.flatMap(({ ids }) => ids));
  }

  /** The packs of all folders, each once, those first of which something is selected. */
  private get packs(): readonly PackOverview[] {
    const packs = this.survey.folders.flatMap(({ overview }) => overview.packs);
    const unique = [...new Map(packs.map((pack) => [`${pack.id} ${pack.version}`, pack])).values()];
    return unique.sort((one, other) => Number(selected(other) > 0) - Number(selected(one) > 0));
  }
}

function selected({ requirements }: PackOverview): number {
  return requirements.filter(({ isSelected }) => isSelected).length;
}

function packItem(pack: PackOverview): vscode.TreeItem {
  const item = new vscode.TreeItem(pack.title, vscode.TreeItemCollapsibleState.Collapsed);
  const days = pack.published === undefined ? undefined : daysSince(pack.published, Date.now());
  // Only lists that are published anew every month grow old.
  const isList = pack.id.startsWith('m365-');
  const isOld = isList && days !== undefined && days >= DAYS_UNTIL_STALE;
  const age = isList && days !== undefined ? `${daysText(days)} old` : pack.version;
  item.id = `${pack.id} ${pack.version}`;
  item.iconPath = isOld
    ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'))
    : new vscode.ThemeIcon('package');
  item.description = `${age} · ${selected(pack)} of ${pack.requirements.length} selected`;
  item.tooltip = `${pack.id}, version ${pack.version}${isOld ? `: ${daysText(days)} old` : ''}`;
  item.contextValue = isList ? 'list' : 'pack';
  return item;
}

function requirementItem(requirement: ListedRequirement): vscode.TreeItem {
  const item = new vscode.TreeItem(requirement.title, vscode.TreeItemCollapsibleState.None);
  item.id = requirement.id;
  item.iconPath = new vscode.ThemeIcon(requirement.isSelected ? 'check' : 'circle-outline');
  item.description = requirement.kind;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(requirement.why);
  tooltip.appendCodeblock(requirement.lists.split(' ').slice(0, 40).join(' '), 'text');
  tooltip.appendText(`${requirement.id}${requirement.isSelected ? ', selected' : ''}`);
  item.tooltip = tooltip;
  item.accessibilityInformation = {
    label: `${requirement.title}, ${requirement.kind}, ${requirement.isSelected ? 'selected' : 'not selected'}`,
  };
  item.command = {
    command: 'vscode.open',
    title: 'Open the Document',
    arguments: [vscode.Uri.parse(requirement.url)],
  };
  return item;
}
