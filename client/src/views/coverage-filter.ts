// What the view of coverage shows: chosen from a list, and kept for the workspace.

import * as vscode from 'vscode';
import {
  type CoverageFile,
  type CoverageStatus,
  type CoverageVerdict,
  STATUS_ORDER,
  STATUS_WORDS,
} from '../../../shared/coverage.js';

/** What each kind of choice takes from a verdict. */
const KINDS = {
  verdict: ({ status }: CoverageVerdict) => [STATUS_WORDS[status]],
  service: ({ service }: CoverageVerdict) => [service],
  category: ({ category }: CoverageVerdict) => (category === undefined ? [] : [category]),
  cloud: ({ cloud }: CoverageVerdict) => (cloud === undefined ? [] : [cloud]),
  role: ({ roles }: CoverageVerdict) => roles,
} as const;

type Kind = keyof typeof KINDS;

const KIND_NAMES = Object.keys(KINDS) as readonly Kind[];

const TITLES: Readonly<Record<Kind, string>> = {
  verdict: 'Verdict',
  service: 'Service',
  category: 'Category',
  cloud: 'Cloud',
  role: 'Role',
};

type Choices = Readonly<Record<Kind, readonly string[]>>;

const EVERYTHING: Choices = { verdict: [], service: [], category: [], cloud: [], role: [] };

const STATE = 'lintel.coverageFilter';

export class CoverageFilter {
  private chosen: Choices;

  constructor(private readonly state: vscode.Memento) {
    this.chosen = { ...EVERYTHING, ...state.get<Partial<Choices>>(STATE) };
  }

  /** What is chosen, in words; empty where everything is shown. */
  get text(): string {
    return KIND_NAMES.flatMap((kind) => (this.chosen[kind].length > 0 ? [this.chosen[kind].join(', ')] : [])).join(
      ' · ',
    );
  }

  /** What nothing decides is shown only where somebody asks for it. */
  shows(verdict: CoverageVerdict): boolean {
    if (verdict.status === 'not-applicable' && this.chosen.verdict.length === 0) return false;
    return KIND_NAMES.every((kind) => {
      const wanted = this.chosen[kind];
      return wanted.length === 0 || KINDS[kind](verdict).some((value) => wanted.includes(value));
    });
  }

  /** The verdicts that are shown, as a request names them. */
  get statuses(): readonly CoverageStatus[] {
    const { verdict } = this.chosen;
    if (verdict.length === 0) return STATUS_ORDER.filter((status) => status !== 'not-applicable');
    return STATUS_ORDER.filter((status) => verdict.includes(STATUS_WORDS[status]));
  }

  /** Asks what is to be shown of some files; returns whether somebody chose. */
  async choose(files: readonly CoverageFile[]): Promise<boolean> {
    const verdicts = files.flatMap((file) => file.verdicts);
    const items = KIND_NAMES.flatMap((kind) => {
      const values = [...new Set(verdicts.flatMap((verdict) => [...KINDS[kind](verdict)]))];
      if (values.length === 0) return [];
      const heading = { label: TITLES[kind], kind: vscode.QuickPickItemKind.Separator };
      return [heading, ...ordered(kind, values).map((label) => this.item(kind, label))];
    });
    const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly of?: Kind }>(items, {
      title: 'Filter the Coverage',
      placeHolder: 'Nothing chosen of a kind shows all of it',
      canPickMany: true,
    });
    if (!picked) return false;
    const of = (kind: Kind) => picked.filter((item) => item.of === kind).map(({ label }) => label);
    await this.set({
      verdict: of('verdict'),
      service: of('service'),
      category: of('category'),
      cloud: of('cloud'),
      role: of('role'),
    });
    return true;
  }

  clear(): Promise<void> {
    return this.set(EVERYTHING);
  }

  private async set(chosen: Choices): Promise<void> {
    this.chosen = chosen;
    await this.state.update(STATE, chosen);
  }

  private item(kind: Kind, label: string) {
    return { label, description: TITLES[kind].toLowerCase(), picked: this.chosen[kind].includes(label), of: kind };
  }
}

function ordered(kind: Kind, values: readonly string[]): readonly string[] {
  if (kind === 'verdict')
    return STATUS_ORDER.map((status) => STATUS_WORDS[status]).filter((word) => values.includes(word));
  return [...values].sort();
}
