// Compares two versions of a requirement pack.
import { addTo } from '../kept/lists.js';
import { HostSet } from '../model/hosts.js';
import { IntervalSet } from '../model/intervals.js';
import { IpSet } from '../model/ip.js';
import { formatPorts, type PortSet } from '../model/ports.js';
import type { Pack, Requirement } from './requirement.js';
import { requirementPorts } from './requirement-sets.js';

/** The endpoints of an entry of a pack, as exact sets. */
export interface EntryEndpoints {
  readonly addresses: IpSet;
  readonly hosts: HostSet;
  readonly ports: Readonly<Record<'tcp' | 'udp', PortSet>>;
}

/**
 * The endpoints of an entry that only one of two versions lists. Without ports where the entry is new or removed, because
 * other entries use the same ports.
 */
export interface EntryDelta {
  /** As in {@link EntryChange}. */
  readonly entry: string;
  readonly title: string;
  readonly added: EntryEndpoints;
  readonly removed: EntryEndpoints;
}

/** What changed for one entry of a pack, for instance `m365-worldwide/12`. */
export interface EntryChange {
  /** The id that the requirements of the entry have in common. */
  readonly entry: string;
  readonly title: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** The last parts of the ids that it concerns: `tcp`, `udp`, `no-decrypt`. */
  readonly aspects: readonly string[];
  /** Prefixes of which at least a part was not asked for before, as the newer pack writes them. */
  readonly addedPrefixes: readonly string[];
  readonly removedPrefixes: readonly string[];
  /** Host patterns of which at least a part was not asked for before. */
  readonly addedHosts: readonly string[];
  readonly removedHosts: readonly string[];
  /** Ports with their protocol as text: `TCP 80, 443`; `undefined` where none. */
  readonly addedPorts: string | undefined;
  readonly removedPorts: string | undefined;
  /** Everything else, each as a phrase: `category default, was allow`. */
  readonly otherChanges: readonly string[];
}

/** The differences between two versions of a pack. */
export interface PackDiff {
  readonly id: string;
  readonly title: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  /** Removed entries, then new or changed ones, each in the order of their pack. */
  readonly changes: readonly EntryChange[];
}

/** Compares two versions of a pack. A range that is only written differently is not a change. */
export function diffPacks(before: Pack, after: Pack): PackDiff {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const removed = [...old].flatMap(([entry, requirements]) =>
    now.has(entry) ? [] : changesOf(entry, requirements, []),
  );
  const rest = [...now].flatMap(([entry, requirements]) => changesOf(entry, old.get(entry) ?? [], requirements));
  return {
    id: after.id,
    title: after.title,
    fromVersion: before.version,
    toVersion: after.version,
    changes: [...removed, ...rest],
  };
}

/** The same comparison as sets, to compare with the endpoints that files name. Unchanged entries are left out. */
export function entryDeltas(before: Pack, after: Pack): EntryDelta[] {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((entry) => {
    const [older = [], newer = []] = [old.get(entry), now.get(entry)];
    const [removed, added] = [less(older, newer), less(newer, older)];
    if (isNothing(removed) && isNothing(added)) return [];
    return [{ entry, title: titleOf((newer[0] ?? older[0])?.title ?? entry), added, removed }];
  });
}

/** The endpoints of some requirements without those of others. */
function less(requirements: readonly Requirement[], others: readonly Requirement[]): EntryEndpoints {
  const [own, rest] = [endpointsOf(requirements), endpointsOf(others)];
  return {
    addresses: own.addresses.subtract(rest.addresses),
    hosts: own.hosts.subtract(rest.hosts),
    ports:
      others.length === 0
        ? { tcp: NO_PORTS, udp: NO_PORTS }
        : { tcp: own.ports.tcp.subtract(rest.ports.tcp), udp: own.ports.udp.subtract(rest.ports.udp) },
  };
}

function endpointsOf(requirements: readonly Requirement[]): EntryEndpoints {
  const portsOf = (protocol: 'tcp' | 'udp') =>
    requirements
      .filter(({ flow }) => flow.ports !== undefined && (flow.protocol === protocol || flow.protocol === 'any'))
      .reduce((ports, requirement) => ports.union(requirementPorts(requirement)), NO_PORTS);
  return {
    addresses: IpSet.parseAll(requirements.flatMap(prefixesOf)),
    hosts: HostSet.union(requirements.flatMap(hostsOf).map((host) => HostSet.pattern(host))),
    ports: { tcp: portsOf('tcp'), udp: portsOf('udp') },
  };
}

const NO_PORTS: PortSet = IntervalSet.empty();

function isNothing({ addresses, hosts, ports }: EntryEndpoints): boolean {
  return addresses.isEmpty && hosts.isEmpty && ports.tcp.isEmpty && ports.udp.isEmpty;
}

/** Describes a difference in words: a heading with totals, then one line for each entry. */
export function describeDiff(diff: PackDiff): string[] {
  return [`${versionsOf(diff)}: ${totalsOf(diff)}`, ...diff.changes.map(describeChange)];
}

/** What is compared: `Microsoft 365, worldwide: 2026081400 → 2026100100`. */
export function versionsOf({ title, fromVersion, toVersion }: PackDiff): string {
  return `${title}: ${fromVersion} → ${toVersion}`;
}

/** The numbers of changes, as one line. */
export function totalsOf({ changes }: PackDiff): string {
  if (changes.length === 0) return 'no changes';
  const total = (list: (change: EntryChange) => readonly string[]) => new Set(changes.flatMap(list)).size;
  const entries = new Set(changes.map(({ entry }) => entry)).size;
  const totals = [
    [total((change) => change.addedPrefixes), 'address range', 'added'],
    [total((change) => change.removedPrefixes), 'address range', 'removed'],
    [total((change) => change.addedHosts), 'host', 'added'],
    [total((change) => change.removedHosts), 'host', 'removed'],
  ] as const;
  const counts = totals.flatMap(([amount, what, done]) =>
    amount === 0 ? [] : [`${amount} ${what}${amount === 1 ? '' : 's'} ${done}`],
  );
  return [...counts, `${entries} ${entries === 1 ? 'entry' : 'entries'} changed`].join(', ');
}

function describeChange(change: EntryChange): string {
  const parts = [
    list('added addresses', change.addedPrefixes),
    list('removed addresses', change.removedPrefixes),
    list('added hosts', change.addedHosts),
    list('removed hosts', change.removedHosts),
    change.addedPorts && `added ${change.addedPorts}`,
    change.removedPorts && `removed ${change.removedPorts}`,
    ...change.otherChanges,
  ].filter(Boolean);
  const state = change.kind === 'changed' ? '' : ` (${change.kind === 'added' ? 'new' : 'no longer listed'})`;
  return `${change.entry}, ${change.title}${state}: ${parts.join('; ') || change.aspects.join(', ')}`;
}

function list(what: string, values: readonly string[]): string | undefined {
  return values.length > 0 ? `${what} ${values.join(', ')}` : undefined;
}

/** The requirements of each entry: those whose ids differ in their last part only. */
function entriesOf(pack: Pack): Map<string, Requirement[]> {
  const entries = new Map<string, Requirement[]>();
  for (const requirement of pack.requirements) {
    const entry = entryOf(requirement.id);
    addTo(entries, entry, requirement);
  }
  return entries;
}

function entryOf(id: string): string {
  const end = id.lastIndexOf('/');
  return end > id.indexOf('/') ? id.slice(0, end) : id;
}

/** The changes of one entry. Requirements with the same change, such as those of one endpoint set, are listed together. */
function changesOf(entry: string, before: readonly Requirement[], after: readonly Requirement[]): EntryChange[] {
  const ids = new Set([...before, ...after].map(({ id }) => id));
  const kind = before.length === 0 ? 'added' : after.length === 0 ? 'removed' : 'changed';
  const groups = new Map<string, EntryChange>();
  for (const id of ids) {
    const [old, now] = [before.find((one) => one.id === id), after.find((one) => one.id === id)];
    const change = changeOf(old, now, before, after);
    if (!change) continue;
    // Ports differ between the protocols of an entry; they are listed for the entry as a whole.
    const { addedPorts, removedPorts, ...rest } = change;
    const key = JSON.stringify(rest);
    const known = groups.get(key);
    groups.set(key, {
      entry,
      title: titleOf((now ?? old)?.title ?? entry),
      kind,
      aspects: [...(known?.aspects ?? []), id.slice(entry.length + 1)],
      ...rest,
      addedPorts: joined(known?.addedPorts, addedPorts),
      removedPorts: joined(known?.removedPorts, removedPorts),
    });
  }
  return [...groups.values()];
}

function joined(known: string | undefined, more: string | undefined): string | undefined {
  if (known === undefined || more === undefined || known.split('; ').includes(more)) return known ?? more;
  return `${known}; ${more}`;
}

/** The part of a title that the requirements of an entry share. */
function titleOf(title: string): string {
  const end = title.indexOf(': ');
  return end < 0 ? title : title.slice(0, end);
}

type Change = Omit<EntryChange, 'entry' | 'title' | 'kind' | 'aspects'>;

/**
 * The change of one requirement. A requirement that is new in its entry, such as a second protocol, may list endpoints that
 * the entry had before: those are neither added nor removed.
 */
function changeOf(
  before: Requirement | undefined,
  after: Requirement | undefined,
  entryBefore: readonly Requirement[],
  entryAfter: readonly Requirement[],
): Change | undefined {
  const [old, now] = [before ? [before] : entryBefore, after ? [after] : entryAfter];
  const [oldPrefixes, newPrefixes] = [old.flatMap(prefixesOf), now.flatMap(prefixesOf)];
  const [oldHosts, newHosts] = [old.flatMap(hostsOf), now.flatMap(hostsOf)];
  const change: Change = {
    addedPrefixes: notCoveredPrefixes(newPrefixes, oldPrefixes),
    removedPrefixes: notCoveredPrefixes(oldPrefixes, newPrefixes),
    addedHosts: notCoveredHosts(newHosts, oldHosts),
    removedHosts: notCoveredHosts(oldHosts, newHosts),
    addedPorts: notCoveredPorts(after, before),
    removedPorts: notCoveredPorts(before, after),
    otherChanges: before && after ? otherChanges(before, after) : [],
  };
  const nothing = Object.values(change).every((value) => value === undefined || value.length === 0);
  return nothing && before && after ? undefined : change;
}

function prefixesOf({ flow }: Requirement): readonly string[] {
  return [...(flow.to.prefixes ?? []), ...(flow.from.prefixes ?? [])];
}

function hostsOf({ flow }: Requirement): readonly string[] {
  return [...(flow.to.hosts ?? []), ...(flow.from.hosts ?? [])];
}

function notCoveredPrefixes(prefixes: readonly string[], others: readonly string[]): string[] {
  const covered = IpSet.parseAll(others);
  return [...new Set(prefixes)].filter((prefix) => !covered.containsAll(IpSet.parse(prefix)));
}

function notCoveredHosts(hosts: readonly string[], others: readonly string[]): string[] {
  const same = new Set(others);
  const covered = HostSet.union(others.map((host) => HostSet.pattern(host)));
  return [...new Set(hosts)].filter((host) => !same.has(host) && !HostSet.pattern(host).subtract(covered).isEmpty);
}

/** The ports of one requirement that another lacks, with the protocol, as text; all of its ports where the protocol changed. */
function notCoveredPorts(requirement: Requirement | undefined, other: Requirement | undefined): string | undefined {
  if (!requirement || requirement.flow.ports === undefined) return undefined;
  const { protocol } = requirement.flow;
  const own: PortSet = requirementPorts(requirement);
  const rest = other?.flow.protocol === protocol ? own.subtract(requirementPorts(other)) : own;
  return rest.isEmpty ? undefined : `${PROTOCOL_NAMES[protocol]} ${formatPorts(rest)}`;
}

export const PROTOCOL_NAMES = { tcp: 'TCP', udp: 'UDP', any: 'TCP and UDP', icmp: 'ICMP', icmpv6: 'ICMPv6' } as const;

function otherChanges(before: Requirement, after: Requirement): string[] {
  const changes: string[] = [];
  if (before.category !== after.category) {
    changes.push(`category ${after.category ?? 'none'}, was ${before.category ?? 'none'}`);
  }
  if (before.required !== after.required) changes.push(after.required ? 'now required' : 'now optional');
  if (before.kind !== after.kind) changes.push(`asks for ${after.kind}, was ${before.kind}`);
  for (const end of ['from', 'to'] as const) {
    const [old, now] = [before.flow[end].role, after.flow[end].role];
    if (old !== now) changes.push(`${end} ${now ?? 'anywhere'}, was ${end} ${old ?? 'anywhere'}`);
  }
  return changes;
}
