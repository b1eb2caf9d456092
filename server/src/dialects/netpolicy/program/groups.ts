// Reads lists of values, and the groups that lists may name.
import { isMap, isScalar } from 'yaml';
import { HostSet } from '../../../model/hosts.js';
import { IntervalSet } from '../../../model/intervals.js';
import { IpSet } from '../../../model/ip.js';
import type { PortSet } from '../../../model/ports.js';
import { range } from '../../../text/range.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { NameUse } from '../../dialect.js';
import type { Part, Reader } from '../syntax/reader.js';
import type { GroupKind } from '../vocabulary/words.js';
import { groupNameProblem, type Reading, readAddress, readHost, readPorts } from './values.js';

/** A list of values or of groups of them, as far as it can be read. */
export interface ListContent<Value> {
  readonly entries: readonly ListEntry<Value>[];
  /** Set where an entry is invalid, so that the list possibly contains more than its valid entries. */
  readonly isUnclear: boolean;
}

export interface ListEntry<Value> {
  readonly value: Value;
  readonly part: Part;
  /** The group that it names, if it does. */
  readonly group: string | undefined;
}

/** A list as written, with its content. */
export interface List<Value> {
  readonly part: Part;
  readonly content: ListContent<Value>;
}

/** How deep groups may be nested. */
const NESTING_LIMIT = 50;

interface Group<Value> {
  readonly part: Part;
  state: 'unread' | 'being-read' | 'read';
  value: Value;
  isUnclear: boolean;
}

/** The kind of values in groups of one kind. */
interface ValueKind<Value> {
  /** The key of their section, which is also the kind of their names. */
  readonly kind: GroupKind;
  readonly empty: Value;
  readonly read: (raw: string | number) => Reading<Value>;
  readonly join: (a: Value, b: Value) => Value;
}

/** The groups of one kind, and the lists that may name them. */
export class Groups<Value> {
  private readonly groups = new Map<string, Group<Value>>();
  private readonly used = new Set<string>();
  private depth = 0;
  private readonly lists: List<Value>[] = [];

  constructor(
    private readonly reader: Reader,
    private readonly values: ValueKind<Value>,
    private readonly names: NameUse[],
  ) {
    const { kind, empty } = values;
    const section = reader.child(reader.child(reader.root, 'groups'), kind);
    for (const [name, part] of reader.pairs(section)) {
      this.groups.set(name, { part, state: 'unread', value: empty, isUnclear: true });
      this.define(name, part);
    }
    this.reportDuplicates();
    for (const name of this.groups.keys()) this.resolve(name);
  }

  /** The values of all groups, by name. */
  get byName(): ReadonlyMap<string, Value> {
    return new Map([...this.groups].map(([name, { value }]) => [name, value]));
  }

  /** Every list that was read, the groups' own among them. */
  get allLists(): readonly List<Value>[] {
    return this.lists;
  }

  /** Reads a list, or a single value instead of one, and reports its problems. */
  read(list: Part): ListContent<Value> {
    if (!this.reader.accepts(list)) return { entries: [], isUnclear: true };
    const entries: ListEntry<Value>[] = [];
    let isUnclear = false;
    for (const part of this.reader.items(list)) {
      const { value, complete } = this.readItem(part);
      if (value) entries.push(value);
      if (!complete) isUnclear = true;
    }
    const content = { entries, isUnclear };
    this.lists.push({ part: list, content });
    return content;
  }

  /** All values of a list in one. */
  joined({ entries }: ListContent<Value>): Value {
    return this.joinAll(entries.map(({ value }) => value));
  }

  /** Reports the groups that nothing uses. */
  reportUnused(): void {
    for (const [name, { part }] of this.groups) {
      if (this.used.has(name)) continue;
      const message = `no rule or list uses the group "${name}"`;
      // Requirements take the addresses of their roles from groups of these names.
      const asRole = this.values.kind === 'addresses' ? { asRole: name } : {};
      this.reader.report('unused-name', this.nameRange(part.path), message, asRole);
    }
  }

  private readItem(part: Part): { value?: ListEntry<Value>; complete: boolean } {
    const raw = part.value;
    if (!this.reader.accepts(part) || (typeof raw !== 'string' && typeof raw !== 'number')) return { complete: false };
    const reading = this.values.read(raw);
    switch (reading.kind) {
      case 'value':
        if (reading.complaint) this.reader.report('syntax-error', this.reader.rangeOf(part.path), reading.complaint);
        return { value: { value: reading.value, part, group: undefined }, complete: true };
      case 'invalid':
        this.reader.report('syntax-error', this.reader.rangeOf(part.path), reading.message);
        return { complete: false };
      case 'group':
        return this.readReference(reading.name, part);
    }
  }

  private readReference(name: string, part: Part): { value?: ListEntry<Value>; complete: boolean } {
    const at = this.reader.rangeOf(part.path);
    this.names.push({ uri: this.reader.uri, range: at, name, kind: this.values.kind, role: 'reference' });
    this.used.add(name);
    const group = this.groups.get(name);
    if (!group) {
      const known = [...this.groups.keys()].slice(0, KNOWN_LIMIT).join(', ');
      const hint = known === '' ? 'the file has none' : `known are ${known}`;
      this.reader.report('undefined-name', at, `there is no group "${name}" of ${this.values.kind}; ${hint}`);
      return { complete: false };
    }
    const { value, isUnclear } = this.resolve(name, part);
    return { value: { value, part, group: name }, complete: !isUnclear };
  }

  private resolve(name: string, user?: Part): { readonly value: Value; readonly isUnclear: boolean } {
    const group = this.groups.get(name);
    if (!group) return { value: this.values.empty, isUnclear: true };
    if (group.state === 'unread' && this.depth < NESTING_LIMIT) {
      group.state = 'being-read';
      this.depth++;
      const entries = this.read(group.part);
      this.depth--;
      group.state = 'read';
      group.value = this.joined(entries);
      group.isUnclear = entries.isUnclear;
    } else if (group.state !== 'read' && user) {
      const reason = group.state === 'being-read' ? 'contains itself' : 'is nested too deeply';
      this.reader.report('syntax-error', this.reader.rangeOf(user.path), `the group "${name}" ${reason}`);
    }
    return group.state === 'read' ? group : { value: this.values.empty, isUnclear: true };
  }

  private define(name: string, { path }: Part): void {
    const at = this.nameRange(path);
    this.names.push({ uri: this.reader.uri, range: at, name, kind: this.values.kind, role: 'definition' });
    const problem = groupNameProblem(name);
    if (problem) this.reader.report('syntax-error', at, problem);
  }

  private nameRange(path: Path) {
    return this.reader.tree.yaml.keyRangeOf(path.slice(0, -1), String(path[path.length - 1]));
  }

  /** Reports duplicate names, of which either definition may take effect. Replaces the problem that the YAML reader reported. */
  private reportDuplicates(): void {
    const map = this.reader.tree.yaml.nodeAt(['groups', this.values.kind]);
    if (!isMap(map)) return;
    const seen = new Set<unknown>();
    for (const { key } of map.items) {
      if (!isScalar(key) || !key.range) continue;
      const at = range(key.range[0], key.range[1]);
      if (seen.has(key.value)) {
        const { problems } = this.reader;
        const known = problems.findIndex((one) => one.range.start === at.start && one.code === 'syntax-error');
        if (known >= 0) problems.splice(known, 1);
        this.reader.report('duplicate-name', at, `the group "${key.value}" is defined twice; either may take effect`);
      }
      seen.add(key.value);
    }
  }

  private joinAll(values: readonly Value[]): Value {
    const [first = this.values.empty] = values;
    if (values.length <= 1) return first;
    // In halves, so that long lists do not copy one growing set repeatedly.
    const middle = values.length >> 1;
    return this.values.join(this.joinAll(values.slice(0, middle)), this.joinAll(values.slice(middle)));
  }
}

/** How many known names a message lists. */
const KNOWN_LIMIT = 20;

/** The groups of a file, by kind. */
export interface AllGroups {
  readonly addresses: Groups<IpSet>;
  readonly hosts: Groups<HostSet>;
  readonly ports: Groups<PortSet>;
}

export function readGroups(reader: Reader, names: NameUse[]): AllGroups {
  const addresses: ValueKind<IpSet> = {
    kind: 'addresses',
    empty: IpSet.empty,
    read: (raw) => readAddress(String(raw)),
    join: (a, b) => a.union(b),
  };
  const hosts: ValueKind<HostSet> = {
    kind: 'hosts',
    empty: HostSet.none,
    read: (raw) => readHost(String(raw)),
    join: (a, b) => a.union(b),
  };
  const ports: ValueKind<PortSet> = {
    kind: 'ports',
    empty: IntervalSet.empty(),
    read: readPorts,
    join: (a, b) => a.union(b),
  };
  return {
    addresses: new Groups(reader, addresses, names),
    hosts: new Groups(reader, hosts, names),
    ports: new Groups(reader, ports, names),
  };
}
