// Edits a policy with its own groups and notation.
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { HostSet } from '../../../model/hosts.js';
import { numbersIn } from '../../../model/intervals.js';
import { type IpSet, PRIVATE_SPACE, shortPrefixes } from '../../../model/ip.js';
import type { ProtocolSet } from '../../../model/packets.js';
import { ALL_PROTOCOLS } from '../../../model/packets.js';
import type { PortSet } from '../../../model/ports.js';
import type { TextEdit } from '../../../text/edit.js';
import { YamlEditor, type YamlValue } from '../../../yaml/yaml-edit.js';
import type { Path } from '../../../yaml/yaml-text.js';
import type { Candidate } from '../../dialect.js';
import type { List } from '../program/groups.js';
import type { NetpolicyDocument, Policy } from '../program/policy.js';
import { removalOf } from '../program/removal.js';
import type { NetpolicyTree } from '../syntax/tree.js';
import { type GroupKind, PROTOCOLS } from '../vocabulary/words.js';

/** Uses groups of the policy where they match exactly, and its notation of lists. */
export class PolicyEditor {
  readonly policy: Policy;
  private readonly yaml: YamlEditor;
  private readonly tree: NetpolicyTree;
  private readonly uri: string;

  constructor(document: NetpolicyDocument) {
    this.policy = document.program;
    this.tree = document.tree;
    this.uri = document.source.uri;
    this.yaml = new YamlEditor(document.source.text);
  }

  candidate(place: string, edits: readonly TextEdit[] | undefined): Candidate[] {
    return edits ? [{ place, edits: edits.map((edit) => ({ uri: this.uri, ...edit })) }] : [];
  }

  /** Inserts values into the list at a path, before an item or after the last one. */
  insert(path: Path, index: number, values: readonly YamlValue[]): readonly TextEdit[] | undefined {
    const node = this.tree.yaml.nodeAt(path);
    return isSeq(node) ? this.yaml.insertItems(node, index, values) : undefined;
  }

  append(path: Path, values: readonly YamlValue[]): readonly TextEdit[] | undefined {
    return this.insert(path, Number.POSITIVE_INFINITY, values);
  }

  remove(path: Path): readonly TextEdit[] | undefined {
    return removalOf(this.uri, this.tree, path);
  }

  /** Appends values to a list below a map, which is created if missing. */
  appendBelow(
    holder: Path,
    keys: readonly [string, ...string[]],
    values: readonly YamlValue[],
  ): readonly TextEdit[] | undefined {
    const [key, next, ...others] = keys;
    const map = this.tree.yaml.nodeAt(holder);
    if (!isMap(map)) return undefined;
    if (map.has(key)) {
      const path = [...holder, key];
      return next === undefined ? this.append(path, values) : this.appendBelow(path, [next, ...others], values);
    }
    const inner = [next, ...others]
      .reverse()
      .reduce<YamlValue>((value, one) => (one === undefined ? value : { [one]: value }), values);
    return this.yaml.appendPair(map, key, inner);
  }

  /** The text at a path; `undefined` where there is none. */
  textAt(path: Path): string | undefined {
    const node = this.tree.yaml.nodeAt(path);
    return isScalar(node) && typeof node.value === 'string' ? node.value : undefined;
  }

  /** The keys of a map, in their order. */
  keysAt(path: Path): readonly string[] {
    const node = this.tree.yaml.nodeAt(path);
    return isMap(node) ? node.items.map(({ key }: YAMLMap['items'][number]) => String(key)) : [];
  }

  /**
   * The lists that values can be added to: the groups that a list names, one with the name `label` first, and the list
   * itself. Each with its path, and its name for titles.
   */
  growingPlaces(kind: GroupKind, path: Path, label: string): readonly { readonly path: Path; readonly name: string }[] {
    const lists: readonly List<unknown>[] = this.policy.lists[kind];
    const key = JSON.stringify(path);
    const list = lists.find(({ part }) => JSON.stringify(part.path) === key);
    const groups = (list?.content.entries ?? []).flatMap(({ group }) => group ?? []);
    const ordered = [...groups.filter((one) => one === label), ...groups.filter((one) => one !== label)];
    return [
      ...ordered.slice(0, GROUP_LIMIT).map((group) => ({ path: ['groups', kind, group], name: `the group ${group}` })),
      { path, name: `${path[path.length - 1]}` },
    ];
  }

  /** Addresses as values of a list: the name of a group with the same content, if any. */
  addressValues(set: IpSet): readonly string[] {
    const group = nameOf(this.policy.addresses, (own) => own.equals(set));
    return group === undefined ? shortPrefixes(set) : [group];
  }

  addressValue(set: IpSet): YamlValue {
    return oneOrList(this.addressValues(set));
  }

  portValue(set: PortSet): YamlValue {
    const group = nameOf(this.policy.ports, (own) => own.equals(set));
    return group ?? oneOrList(portValues(set));
  }

  /** The hosts as a list, or the group with the same content. */
  hostValues(hosts: readonly string[], set: HostSet): readonly string[] {
    const group = nameOf(this.policy.hosts, (own) => own.subtract(set).isEmpty && set.subtract(own).isEmpty);
    return group === undefined ? hosts : [group];
  }
}

/** How many groups of a list are tried. */
const GROUP_LIMIT = 3;

function nameOf<Value>(groups: ReadonlyMap<string, Value>, isSame: (value: Value) => boolean): string | undefined {
  for (const [name, value] of groups) if (isSame(value)) return name;
  return undefined;
}

/** Whether addresses are treated as unrestricted: they contain all private addresses of a family. */
export function isAnywhere(set: IpSet): boolean {
  return ([4, 6] as const).some((family) => {
    const own = set.ofFamily(family);
    return !own.isEmpty && own.containsAll(PRIVATE_SPACE.ofFamily(family));
  });
}

export function portValues(set: PortSet): (string | number)[] {
  return set.intervals.map(([low, high]) => (low === high ? low : `${low}-${high}`));
}

/** Protocols by name where they have one; `undefined` for all of them. */
export function protocolValue(set: ProtocolSet): YamlValue | undefined {
  if (set.equals(ALL_PROTOCOLS)) return undefined;
  const names = new Map([...PROTOCOLS].map(([name, number]) => [number, name]));
  return oneOrList(numbersIn(set).map((number) => names.get(number) ?? number));
}

export function oneOrList(values: readonly (string | number)[]): YamlValue {
  const [only, ...others] = values;
  return only !== undefined && others.length === 0 ? only : values;
}
