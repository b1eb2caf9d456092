// Proposals that add hosts to the lists of the proxy section, or remove them.
import { HostSet } from '../../../model/hosts.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { Candidate, ProxyChange } from '../../dialect.js';
import type { PolicyEditor } from './policy-writer.js';

/** Where the hosts of each goal are listed, below the section that holds the list. */
const LISTS = {
  bypass: { holder: ['proxy'], keys: ['bypass'] },
  'no-decrypt': { holder: ['proxy', 'inspection'], keys: ['exceptions'] },
  'no-login': { holder: ['proxy', 'login'], keys: ['exemptions', 'hosts'] },
} as const satisfies Record<string, { holder: Path; keys: readonly [string, ...string[]] }>;

/** Adds hosts to the bypass, the exceptions from inspection, or the exemptions from the login. */
export function listHosts(editor: PolicyEditor, change: ProxyChange): Candidate[] {
  if (change.goal === 'permit') return [];
  const { holder, keys } = LISTS[change.goal];
  // Where nothing is inspected by default, an exception is what causes it.
  if (change.goal === 'no-decrypt' && editor.policy.proxy?.inspection?.default.value === 'none') {
    return withoutException(editor, change, [...holder, ...keys]);
  }
  const path: Path = [...holder, ...keys];
  const hosts = editor.hostValues(change.hosts, change.hostSet);
  const groups = editor.growingPlaces('hosts', path, change.label).slice(0, -1);
  return [
    ...groups.flatMap((place) => editor.candidate(`in ${place.name}`, editor.append(place.path, change.hosts))),
    ...newGroup(editor, change, path),
    ...editor.candidate(`in ${path.slice(1).join('.')}`, editor.appendBelow(holder, keys, hosts)),
  ];
}

/** More hosts than this are put into a new group, where the file uses groups. */
const LOOSE_LIMIT = 4;

function newGroup(editor: PolicyEditor, { hosts, label }: ProxyChange, path: Path): Candidate[] {
  if (hosts.length <= LOOSE_LIMIT || editor.policy.hosts.size === 0 || editor.policy.hosts.has(label)) return [];
  const definition = editor.appendBelow(['groups', 'hosts'], [label], hosts);
  const use = editor.append(path, [label]);
  if (!definition || !use) return [];
  return editor.candidate(`as a group ${label} in ${path.slice(1).join('.')}`, [...definition, ...use]);
}

/** Removes the only entry of the exceptions that names hosts of the change, if it names no others. */
function withoutException(editor: PolicyEditor, { hosts, hostSet }: ProxyChange, path: Path): Candidate[] {
  // An entry `*.example.com` is usually intended for `example.com` too.
  const apexes = hosts.filter((pattern) => pattern.startsWith('*.')).map((pattern) => HostSet.exact(pattern.slice(2)));
  const touched = HostSet.union([hostSet, ...apexes]);
  const key = JSON.stringify(path);
  const list = editor.policy.lists.hosts.find(({ part }) => JSON.stringify(part.path) === key);
  const own = (list?.content.entries ?? []).filter(({ value }) => value.subtract(touched).isEmpty);
  const [only, ...others] = own;
  if (!only || others.length > 0) return [];
  return editor.candidate(
    `by removing ${only.part.value} from ${path.slice(1).join('.')}`,
    editor.remove(only.part.path),
  );
}
