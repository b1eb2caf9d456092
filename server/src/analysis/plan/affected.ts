// The locations in a file that a new version of a requirement pack affects.

import { type EntryDelta, type EntryEndpoints, PROTOCOL_NAMES } from '../../catalog/diff.js';
import type { Requirement } from '../../catalog/requirement.js';
import type { Dialect, Document, EndpointUse } from '../../dialects/dialect.js';
import { addTo } from '../../kept/lists.js';
import { HostSet } from '../../model/hosts.js';
import { IntervalSet } from '../../model/intervals.js';
import { IpSet, parsePrefix } from '../../model/ip.js';
import { listed } from '../../model/packet-text.js';
import { formatPorts } from '../../model/ports.js';
import type { TextRange } from '../../text/range.js';
import type { Analysis } from '../analyze.js';
import type { Verdict } from '../report.js';

/** A location in a file that a change of a pack affects, and why. */
export interface AffectedLocation {
  readonly uri: string;
  /** `undefined` where no statement decides, but the file as a whole. */
  readonly range: TextRange | undefined;
  /** Whether it names something that was added or removed, or decides a verdict that changes. */
  readonly kind: 'names' | 'decides';
  readonly message: string;
  /** The entries (`m365-worldwide/12`) whose endpoints it names, or the requirement that it decides. */
  readonly about: readonly string[];
}

/**
 * The locations in a file, and in the files that it includes, that a change of a pack affects: those that name an address,
 * a host or a port that was added or removed, and those that decide a requirement whose verdict changes.
 * @param before the analysis with the older pack
 * @param after the analysis of the same document with the newer one
 */
export function affectedLocations(
  document: Document,
  dialect: Dialect,
  deltas: readonly EntryDelta[],
  before: Analysis,
  after: Analysis,
): AffectedLocation[] {
  return [
    ...namedEndpoints(document, deltas),
    ...namedPorts(document, dialect, deltas, before, after),
    ...changedVerdicts(document, before, after),
  ];
}

const DIRECTIONS = ['removed', 'added'] as const;
type Direction = (typeof DIRECTIONS)[number];

const NEWS: Readonly<Record<Direction, string>> = { removed: 'is no longer listed for', added: 'is new for' };

function namedEndpoints(document: Document, deltas: readonly EntryDelta[]): AffectedLocation[] {
  const changed = deltas.flatMap(({ added, removed }) => [added, removed]);
  const addresses = IpSet.join(changed.map((one) => one.addresses));
  const hosts = HostSet.union(changed.map((one) => one.hosts));
  // A file may name thousands of endpoints: the details are computed only for those that overlap a change.
  const meets = (endpoint: EndpointUse['endpoint']) => {
    const named = namedBy(endpoint);
    return named.addresses.overlaps(addresses) || !named.hosts.intersect(hosts).isEmpty;
  };
  const uses = document.endpointsWhere?.(meets) ?? document.endpoints.filter(({ endpoint }) => meets(endpoint));
  return uses.flatMap(({ uri, range, endpoint }) => {
    const named = namedBy(endpoint);
    const text = 'host' in endpoint ? endpoint.host : endpoint.prefix;
    return DIRECTIONS.flatMap((direction) => {
      // Entries that share an endpoint are reported together.
      const entries = new Map<string, EntryDelta[]>();
      for (const delta of deltas) {
        const what = partIn(text, named, delta[direction]);
        if (what !== undefined) addTo(entries, what, delta);
      }
      return [...entries].map(([what, own]): AffectedLocation => {
        const message = `${what} ${NEWS[direction]} ${namesOf(own)}`;
        return { uri, range, kind: 'names', message, about: own.map(({ entry }) => entry) };
      });
    });
  });
}

type Named = Pick<EntryEndpoints, 'addresses' | 'hosts'>;

/** The set that an endpoint of a file stands for; empty for one that matches everything, which names no entry in particular. */
function namedBy(endpoint: EndpointUse['endpoint']): Named {
  if ('host' in endpoint) {
    const hosts = HostSet.pattern(endpoint.host);
    return { addresses: IpSet.empty, hosts: HostSet.all.subtract(hosts).isEmpty ? HostSet.none : hosts };
  }
  const prefix = parsePrefix(endpoint.prefix);
  return { addresses: prefix && prefix.length > 0 ? IpSet.of(prefix) : IpSet.empty, hosts: HostSet.none };
}

/** The part of a named endpoint that was added or removed, as text; `undefined` where there is none. */
function partIn(text: string, named: Named, delta: EntryEndpoints): string | undefined {
  const addresses = named.addresses.intersect(delta.addresses);
  if (!addresses.isEmpty)
    return addresses.equals(named.addresses) ? text : `${listed(addresses.toPrefixes(), PREFIX_LIMIT)} of ${text}`;
  const hosts = named.hosts.intersect(delta.hosts);
  if (hosts.isEmpty) return undefined;
  return named.hosts.subtract(hosts).isEmpty ? text : `${hosts.describe()} of ${text}`;
}

/** How many prefixes a message spells out. */
const PREFIX_LIMIT = 6;

function namesOf(deltas: readonly EntryDelta[]): string {
  return deltas.map(({ entry, title }) => `${title} (${entry})`).join(', ');
}

/** A port or a range of ports as all dialects write it. */
const PORTS = /\b(\d{1,5})(?:[-:](\d{1,5}))?\b/g;

/** The ports that were added or removed, where the statements that decide their requirements name them. */
function namedPorts(
  document: Document,
  dialect: Dialect,
  deltas: readonly EntryDelta[],
  before: Analysis,
  after: Analysis,
): AffectedLocation[] {
  const { uri, text } = document.source;
  const locations = new Map<string, AffectedLocation>();
  for (const delta of deltas) {
    for (const direction of DIRECTIONS) {
      for (const protocol of ['tcp', 'udp'] as const) {
        const changed = delta[direction].ports[protocol];
        if (changed.isEmpty) continue;
        const { evaluations } = direction === 'added' ? after : before;
        const statements = evaluations
          .filter(({ requirement }) => asksFor(requirement, delta.entry, protocol))
          .flatMap(({ verdict }) => verdict.decidedBy.filter((statement) => statement.uri === uri));
        for (const { range } of statements) {
          for (const match of text.slice(range.start, range.end).matchAll(PORTS)) {
            const named = IntervalSet.of([Number(match[1]), Number(match[2] ?? match[1])]).intersect(changed);
            const start = range.start + match.index;
            if (named.isEmpty || dialect.entityAt(document, start)?.kind !== 'port') continue;
            const message = `${PROTOCOL_NAMES[protocol]} ${formatPorts(named)} ${NEWS[direction]} ${namesOf([delta])}`;
            const location = { uri, range: { start, end: start + match[0].length } };
            // A statement may decide several requirements of an entry.
            locations.set(`${start} ${message}`, { ...location, kind: 'names', message, about: [delta.entry] });
          }
        }
      }
    }
  }
  return [...locations.values()];
}

function asksFor({ id, flow }: Requirement, entry: string, protocol: 'tcp' | 'udp'): boolean {
  return id.startsWith(`${entry}/`) && (flow.protocol === protocol || flow.protocol === 'any');
}

function changedVerdicts({ source: { uri } }: Document, before: Analysis, after: Analysis): AffectedLocation[] {
  const old = new Map(before.evaluations.map((evaluation) => [evaluation.requirement.id, evaluation]));
  const now = new Map(after.evaluations.map((evaluation) => [evaluation.requirement.id, evaluation]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((id): AffectedLocation[] => {
    const [earlier, later] = [old.get(id), now.get(id)];
    const change = changeOf(earlier?.verdict, later?.verdict);
    const evaluation = later ?? earlier;
    if (change === undefined || !evaluation) return [];
    const [statement] = [...(later?.verdict.decidedBy ?? []), ...(earlier?.verdict.decidedBy ?? [])];
    const location = statement ?? { uri, range: undefined };
    const message = `${evaluation.requirement.title} (${id}): ${change}`;
    return [{ uri: location.uri, range: location.range, kind: 'decides', message, about: [id] }];
  });
}

/** How a verdict changes, as text; `undefined` where it does not change or needs no action. */
function changeOf(before: Verdict | undefined, after: Verdict | undefined): string | undefined {
  if (!after) return before && needsWork(before) ? `${before.status} before, no longer required` : undefined;
  const now = `${after.status}${remarkOf(after)}`;
  if (!before) return needsWork(after) ? `new, and ${now}` : undefined;
  if (before.status !== after.status) return `${before.status} before, now ${now}`;
  return before.missing?.() === after.missing?.() ? undefined : `still ${now}`;
}

function needsWork({ status }: Verdict): boolean {
  return status !== 'met' && status !== 'not-applicable';
}

function remarkOf({ missing, reason }: Verdict): string {
  const remark = missing === undefined ? reason : `${missing()} is missing`;
  return remark === undefined ? '' : `: ${remark}`;
}
