import type { Configuration } from '../../configuration/configuration.js';
import type { FileEntry } from '../../configuration/lintel-file.js';
import type { Model } from '../../model/model.js';
import { folderOf, inFolder, isInside, nameOf, pathWithin } from '../files/uris.js';

/** What the names of the two halves of a firewall differ in: `rules.v4` and `rules.v6`, `iptables-save` and `ip6tables-save`. */
const HALVES: readonly (readonly [of: RegExp, other: string])[] = [
  [/(?<![a-z\d])v4(?!\d)/gi, 'v6'],
  [/(?<![a-z\d])v6(?!\d)/gi, 'v4'],
  [/ipv4/gi, 'ipv6'],
  [/ipv6/gi, 'ipv4'],
  [/iptables/gi, 'ip6tables'],
  [/ip6tables/gi, 'iptables'],
];

/** The files beside one that may hold the other address family of the same firewall. */
export function otherHalves(uri: string): readonly string[] {
  const name = nameOf(uri);
  const single = HALVES.map(([of, other]) => name.replace(of, other));
  // `iptables.v4` has both.
  const both = name.replace(/ip6?tables|v[46]/gi, (token) => {
    const [, other = token] = HALVES.find(([of]) => new RegExp(`^(?:${of.source})$`, 'i').test(token)) ?? [];
    return other;
  });
  return [...new Set([...single, both])]
    .filter((other) => other !== name)
    .map((other) => inFolder(folderOf(uri), other));
}

/** Whether two files are the halves of one firewall, by what they mean. */
export function areHalves(own: Model, other: Model): boolean {
  if (own.kind !== 'filter' || other.kind !== 'filter') return false;
  const [family, ...more] = own.families;
  const [otherFamily, ...others] = other.families;
  return more.length === 0 && others.length === 0 && family !== otherFamily;
}

/** Files that an entry of a workspace file lists. */
export interface ListedFiles {
  /** Whether a file is one of them: no entry before it matches. */
  readonly has: (uri: string) => boolean;
  /** The folder that all of them are in; `undefined` where the pattern's folders have wildcards. */
  readonly folder: string | undefined;
}

/**
 * The packet filters that the clients' own traffic passes: those whose entries in the workspace file say so. None where
 * it does not list the asking file as well, so that files are compared only where somebody put them together.
 */
export function filtersOnTheWay(configuration: Configuration, uri: string): readonly ListedFiles[] {
  const base = folderOf(configuration.uri);
  const entryOf = (file: string) => (isInside(file, base) ? configuration.entryFor(pathWithin(base, file)) : undefined);
  const own = entryOf(uri);
  if (!own) return [];
  return configuration.file.files
    .filter((entry) => entry !== own && standsInTheWay(entry))
    .map((entry) => {
      const folders = entry.match.split('/').slice(0, -1);
      const isPlain = folders.every((name) => !/[*?[\]{}\\]/.test(name) && name !== '..' && name !== '.');
      return {
        has: (file) => entryOf(file) === entry,
        folder: isPlain ? folders.reduce(inFolder, base) : undefined,
      };
    });
}

function standsInTheWay({ hook, point, role }: FileEntry): boolean {
  if (role !== undefined) return role === 'clients';
  return hook === 'forward' || (hook === undefined && point !== undefined);
}
