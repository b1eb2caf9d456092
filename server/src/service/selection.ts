// What a file is checked against and who says so, what can be selected, and the edits that select it.

import type { CoverageStatus } from '../../../shared/coverage.js';
import type { Selectable } from '../../../shared/selection.js';
import { requireComment } from '../analysis/findings/require-comment.js';
import { SERVICES } from '../analysis/findings/services.js';
import type { FixContext } from '../analysis/fixes/edited-copy.js';
import type { Finding, Fix } from '../analysis/report.js';
import type { Catalog } from '../catalog/catalog.js';
import { publishedOn } from '../catalog/published.js';
import { CLOUDS } from '../catalog/requirement.js';
import type { Configuration } from '../configuration/configuration.js';
import { isConfiguration } from '../configuration/languages.js';
import { requireInFile } from '../configuration/require-in-file.js';
import type { TextEdit } from '../text/edit.js';
import type { FileChecks, SelectedBy } from './checks.js';
import { folderOf, pathWithin } from './files/uris.js';

/** A file with its verdicts and findings, and what it was checked against. */
export interface CheckedFile extends FixContext {
  readonly checks: FileChecks;
}

/** What a file is checked against, and how it does. */
export interface FileStatus {
  readonly language: string;
  readonly selectors: readonly string[];
  readonly selectedBy: SelectedBy;
  readonly requirements: number;
  readonly verdicts: readonly CoverageStatus[];
}

/** What can be selected for a file, and where that can be written. */
export interface SelectionOffer {
  readonly selectedBy: SelectedBy;
  readonly choices: readonly Selectable[];
  /** Whether its language has comments. */
  readonly canComment: boolean;
  readonly path: string;
  /** The pattern of the entry of the workspace file that applies. */
  readonly match: string | undefined;
}

/** Some edits of one file. */
export interface FileEdits {
  readonly uri: string;
  readonly edits: readonly TextEdit[];
}

/** `undefined` for a file that configures Lintel. */
export function statusOf({ dialect, checks, analysis }: CheckedFile): FileStatus | undefined {
  if (isConfiguration(dialect)) return undefined;
  const { selectors, selectedBy, requirements } = checks;
  return {
    language: dialect.title,
    selectors,
    selectedBy,
    requirements: requirements.length,
    verdicts: analysis.report.coverage.map(({ status }) => status),
  };
}

export function selectionOffer(examined: CheckedFile, configuration: Configuration): SelectionOffer | undefined {
  const { dialect, document, checks } = examined;
  if (isConfiguration(dialect)) return undefined;
  const path = pathIn(configuration, document.source.uri);
  return {
    selectedBy: checks.selectedBy,
    choices: selectableIn(checks.catalog, checks.selectors),
    canComment: dialect.lineComment(document.source) !== undefined,
    path,
    match: configuration.entryFor(path)?.match,
  };
}

/** The edits that have a comment of the file, or its workspace file, select these; `undefined` where that cannot be written. */
export function selectionEdits(
  { dialect, document }: CheckedFile,
  configuration: Configuration,
  selectors: readonly string[],
  place: 'comment' | 'configuration',
): FileEdits | undefined {
  const { source } = document;
  if (isConfiguration(dialect)) return undefined;
  if (place === 'comment') {
    const sign = dialect.lineComment(source);
    const edits = sign === undefined ? undefined : requireComment(source, sign, selectors);
    return edits && { uri: source.uri, edits };
  }
  const path = pathIn(configuration, source.uri);
  const edits = requireInFile(configuration.source.text, configuration.entryFor(path), path, selectors);
  return edits && { uri: configuration.uri, edits };
}

/** Has a comment of the file select what a finding says that nobody selected, beside what is selected now. */
export function requiring({ dialect, document, checks }: CheckedFile, { requirements }: Finding): Fix | undefined {
  const { unselected, selectors, selectedBy } = checks;
  const known = new Set(unselected?.requirements.map(({ id }) => id));
  if (requirements.length === 0 || !requirements.every((id) => known.has(id))) return undefined;
  const added = unselected?.selector === undefined ? requirements : [unselected.selector];
  const { source } = document;
  const sign = selectedBy === 'command-line' ? undefined : dialect.lineComment(source);
  const edits = sign === undefined ? undefined : requireComment(source, sign, [...selectors, ...added]);
  if (!edits) return undefined;
  const [first, ...others] = added;
  const what = others.length === 0 ? first : `${first} and ${others.length} more`;
  return {
    title: `Require ${what} in this file`,
    edits: edits.map((edit) => ({ uri: source.uri, ...edit })),
    requirements,
  };
}

function pathIn({ uri }: Configuration, file: string): string {
  return pathWithin(folderOf(uri), file);
}

/** Services and categories of the endpoint lists, then packs; and first what is selected and none of these. */
export function selectableIn(catalog: Catalog, selectors: readonly string[]): readonly Selectable[] {
  const ids = new Set(catalog.packs.map(({ id }) => id));
  const isList = (id: string) => CLOUDS.some((cloud) => id === `m365-${cloud}`);
  const list = catalog.packs.find(({ id }) => isList(id));
  const ofList = [...SERVICES.filter(([tag]) => !ids.has(tag)), ...CATEGORIES].map(([selector, title]) =>
    selectable(catalog, selectors, selector, { title, group: 'service', version: list?.version }),
  );
  const packs = catalog.packs
    .filter(({ id }) => !isList(id))
    .map(({ id, title, version }) => selectable(catalog, selectors, id, { title, group: 'pack', version }));
  const known = [...ofList, ...packs].filter(({ requirements, isSelected }) => requirements > 0 || isSelected);
  const listed = new Set(known.map(({ selector }) => selector));
  const others = new Set(selectors.filter((selector) => !listed.has(selector)));
  return [
    ...[...others].map((selector) =>
      selectable(catalog, selectors, selector, { title: selector, group: 'other', version: undefined }),
    ),
    ...known,
  ];
}

/** The categories of Microsoft's endpoints, in the order of their weight. */
const CATEGORIES = [
  ['m365+optimize', 'Microsoft 365: category Optimize'],
  ['m365+allow', 'Microsoft 365: category Allow'],
  ['m365+default', 'Microsoft 365: category Default'],
] as const;

function selectable(
  catalog: Catalog,
  selectors: readonly string[],
  selector: string,
  { version, ...named }: Pick<Selectable, 'title' | 'group'> & { readonly version: string | undefined },
): Selectable {
  const published = version === undefined ? undefined : publishedOn(version);
  return {
    ...named,
    selector,
    requirements: catalog.named(selector).length,
    isSelected: selectors.includes(selector),
    ...(version === undefined ? {} : { version }),
    ...(published === undefined ? {} : { published }),
  };
}
