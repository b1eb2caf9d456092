// The first workspace file of a folder, with what the files there show.

import { stringify } from 'yaml';
import { DEFAULT_SELECTORS } from '../catalog/catalog.js';
import { CLOUDS, type Cloud } from '../catalog/requirement.js';
import { addTo } from '../kept/lists.js';
import type { IpSet } from '../model/ip.js';
import type { Model } from '../model/model.js';

/** A file of configuration in the folder. */
export interface KnownFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** The title of its dialect. */
  readonly dialect: string;
  /** What it means; `undefined` for a pack of requirements. */
  readonly model: Model | undefined;
}

/**
 * The text of a workspace file for some files; it changes no verdict until somebody edits it.
 * @param selectors those that apply without it
 */
export function newWorkspaceFile(
  known: readonly KnownFile[],
  cloud: Cloud,
  selectors: readonly string[] = DEFAULT_SELECTORS,
): string {
  const files = known.filter(({ model }) => model !== undefined);
  return [
    [
      '# What Lintel checks the files in this folder and below against, and where the people and servers of your network are.',
      '# Editors with Lintel explain and complete every key.',
    ],
    [`# The Microsoft cloud of your tenant: ${CLOUDS.join(', ')}.`, `cloud: ${cloud}`],
    packsOf(known.filter(({ model }) => model === undefined)),
    rolesOf(files),
    entriesOf(files, selectors),
    [
      '# Other severities, or off, by code: `lintel help CODE` explains a finding. What makes a run fail is told by fail-on.',
      '# severity:',
      '#   unused-name: off',
      '# fail-on:',
      '#   shadowed-rule: never',
    ],
  ]
    .filter((section) => section.length > 0)
    .map((section) => `${section.join('\n')}\n`)
    .join('\n');
}

function packsOf(packs: readonly KnownFile[]): readonly string[] {
  if (packs.length === 0) return [];
  return [
    '# Requirements of your own: name their ids below.',
    'packs:',
    ...packs.map(({ path }) => `  - ${scalar(path)}`),
  ];
}

/** Where clients may be, for somebody to confirm: a declared role is taken at its word. */
function rolesOf(files: readonly KnownFile[]): readonly string[] {
  const networks = new Map<string, string[]>();
  for (const { path, model } of files) {
    for (const { name, networks: own } of insideNetworksOf(model))
      for (const prefix of own.toPrefixes(SHOWN_NETWORKS + 1)) {
        const shown = name === '' ? path : `${name} in ${path}`;
        const known = networks.get(prefix);
        if (!known) networks.set(prefix, [shown]);
        else if (!known.includes(shown)) known.push(shown);
      }
  }
  const shown = [...networks].slice(0, SHOWN_NETWORKS);
  const more = networks.size - shown.length;
  return [
    '# The addresses of roles: prefixes or single addresses. `lintel catalog roles` lists all that requirements name.',
    '# Where clients are declared, all of them have to be served, and what other networks lack is no finding.',
    '# roles:',
    '#   clients:',
    ...(shown.length > 0
      ? shown.map(([prefix, by]) => `#     - ${prefix}  # ${by.map(oneLine).join(', ')}`)
      : ['#     - 10.20.0.0/16']),
    ...(more > 0 ? [`#     # and ${more} more networks that the files show`] : []),
  ];
}

/** How many networks are listed: a long list is no question that anybody answers. */
const SHOWN_NETWORKS = 20;

function insideNetworksOf(model: Model | undefined): { readonly name: string; readonly networks: IpSet }[] {
  const parts = model?.kind === 'policy' ? model.parts : model ? [model] : [];
  return parts.flatMap((part) =>
    part.kind !== 'filter'
      ? []
      : part.points.flatMap(({ surroundings }) =>
          surroundings?.kind !== 'interfaces'
            ? []
            : surroundings.interfaces.flatMap(({ name, networks, side }) =>
                side === 'inside' && networks && !networks.isEmpty ? [{ name, networks }] : [],
              ),
        ),
  );
}

/** An entry for each kind of file, with what is required of it already. */
function entriesOf(files: readonly KnownFile[], required: readonly string[]): readonly string[] {
  if (files.length === 0) return [];
  const selectors = `[${required.map((one) => (/^\w[\w./+*-]*$/.test(one) ? one : JSON.stringify(one))).join(', ')}]`;
  return [
    '# What each file is checked against: the first entry that matches it applies. `lintel catalog list` shows what there is.',
    '# role says which host a firewall protects, where it is no router: `role: access-edge`.',
    'files:',
    ...patternsOf(files).flatMap(({ match, dialect, count }) => [
      `  - match: ${scalar(match)}  # ${dialect}${count > 1 ? `, ${count} files` : ''}`,
      `    require: ${selectors}`,
    ]),
  ];
}

interface Pattern {
  readonly match: string;
  readonly dialect: string;
  readonly count: number;
}

/** One pattern for the files of a dialect with the same folder and ending, unless another dialect has such a file as well. */
function patternsOf(files: readonly KnownFile[]): readonly Pattern[] {
  const groups = new Map<string, KnownFile[]>();
  for (const file of files) addTo(groups, groupOf(file.path), file);
  return [...groups].flatMap(([pattern, group]): readonly Pattern[] => {
    const [first] = group;
    const isOfOne = first && group.length > 1 && group.every(({ dialect }) => dialect === first.dialect);
    if (isOfOne) return [{ match: pattern, dialect: first.dialect, count: group.length }];
    return group.map(({ path, dialect }) => ({ match: escapeGlob(path), dialect, count: 1 }));
  });
}

function groupOf(path: string): string {
  const [, folder = '', name = ''] = /^(.*\/)?([^/]*)$/.exec(path) ?? [];
  // A wildcard does not match the dot that a name begins with.
  if (name.startsWith('.')) return escapeGlob(path);
  const ending = /\.[^.]+$/.exec(name)?.[0] ?? '';
  return `${escapeGlob(folder)}*${escapeGlob(ending)}`;
}

/** A pattern that matches one path alone. */
export function escapeGlob(path: string): string {
  // Braces stand for alternatives, escaped or not.
  return path.replace(/[*?[\]\\]/g, '\\$&').replace(/[{}]/g, '?');
}

function scalar(text: string): string {
  return stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
