// The packets that match a set: what the kernel's lookup of a packet's addresses, ports and interfaces ends with.
import { NameSet } from '../../../model/names.js';
import { PacketSet } from '../../../model/packets.js';
import type { SetCondition } from '../syntax/rule/rule.js';
import type { AddressPart, ElementPart } from './set-elements.js';
import { NO_MEMBERS, type SetMembers, type StoredElement, type StoredSet } from './set-members.js';
import {
  byPlace,
  END,
  MATCH,
  NOMATCH,
  NOTHING,
  type Outcome,
  rowsOfPairs,
  type Segment,
  segmentsOf,
} from './set-precedence.js';
import {
  hasWideGaps,
  ipSetOfRanges,
  maskedRanges,
  type Range,
  type Row,
  reducedRows,
  rowBoxes,
  singlePort,
} from './set-rows.js';

/** An element with what finding it means for one condition. */
interface Item {
  readonly parts: readonly ElementPart[];
  readonly outcome: Outcome;
}

/** How many comparisons of names of interfaces are made for one set. */
const NAME_LIMIT = 2_000_000;

export function lookUp(set: StoredSet, condition: SetCondition): SetMembers | 'unknown' {
  const { type, mask, family } = set.properties;
  const { directions, returnsNomatch } = condition;
  // With too few directions in the rule, the kernel finds no element (`ip_set_test` in ip_set_core.c).
  if (directions.length < type.dimensions.length) return NO_MEMBERS;
  const items = itemsOf(set, condition);
  const isSpecial = items.some(({ outcome }) => outcome !== MATCH);
  const hasNets = type.dimensions.includes('net');
  if (mask !== undefined && ((hasNets && isSpecial) || hasWideGaps(mask, family ?? 4))) return 'unknown';
  const isOrdered = hasNets && (isSpecial || returnsNomatch || type.dimensions.includes('iface'));
  const found = isOrdered ? byPrecedence(items, returnsNomatch) : withoutOrder(set, items);
  if (!found) return 'unknown';
  const boxesOf = (rows: readonly Row[]) => PacketSet.from(rowBoxes(rows, type.dimensions, directions));
  return { sure: boxesOf(found.sure), possible: set.changes.adds ? PacketSet.all : boxesOf(found.possible) };
}

/** Elements with parts that packets of the model do not have may match or not. */
function itemsOf(set: StoredSet, { limits }: SetCondition): Item[] {
  const { type, extensions } = set.properties;
  const { dimensions } = type;
  const isOpen =
    set.changes.deletes ||
    dimensions.includes('mac') ||
    dimensions.includes('mark') ||
    (limits.length > 0 && extensions.has('counters'));
  const hasInterfaces = dimensions.includes('iface');
  return Array.from(set.elements.values(), ({ parts, nomatch, certain }: StoredElement): Item => {
    const isPhysical = hasInterfaces && parts.some((part) => part.kind === 'interface' && part.physical);
    const rest = certain && !isOpen && !isPhysical ? 0 : NOTHING;
    return { parts, outcome: (nomatch ? NOMATCH : MATCH) | rest };
  });
}

interface Found {
  readonly sure: readonly Row[];
  readonly possible: readonly Row[];
}

/** Elements that exclude each other, or that all match. */
function withoutOrder(set: StoredSet, items: readonly Item[]): Found {
  const { mask, type } = set.properties;
  const rowsOf = (own: readonly Item[]) =>
    reducedRows(
      own.map(({ parts }) => parts),
      (address) => maskedRanges(address, mask),
      !type.dimensions.includes('net'),
    );
  return {
    sure: rowsOf(items.filter(({ outcome }) => outcome === MATCH)),
    possible: rowsOf(items.filter(({ outcome }) => outcome !== MATCH && (outcome & MATCH) !== 0)),
  };
}

/** An element with the parts that the order is about. */
interface Ordered {
  readonly address: AddressPart;
  readonly second: AddressPart | undefined;
  readonly name: InterfacePart | undefined;
  readonly outcome: Outcome;
}

type InterfacePart = ElementPart & { readonly kind: 'interface' };
type PortPart = ElementPart & { readonly kind: 'port' };

/** Elements in the order in which the kernel looks for them. */
function byPrecedence(items: readonly Item[], returnsNomatch: boolean): Found | undefined {
  const names = nameClasses(items);
  if (items.length * names.length > NAME_LIMIT) return undefined;
  const wanted = returnsNomatch ? NOMATCH : MATCH;
  const sure: Row[] = [];
  const possible: Row[] = [];
  for (const { port, items: own } of byService(items)) {
    own.sort((a, b) => byPlace(a.address, b.address) || (a.second && b.second ? byPlace(a.second, b.second) : 0));
    for (const { set: name, holds } of names) {
      const found = painted(own, holds);
      if (!found) return undefined;
      const rest = { ...serviceOf(port), ...(name ? { names: name } : {}) };
      for (const { first, segments } of found) {
        for (const [rows, isWanted] of [
          [sure, (outcome: Outcome) => outcome === wanted],
          [possible, (outcome: Outcome) => outcome !== wanted && (outcome & wanted) !== 0],
        ] as const) {
          const last = rangesWhere(segments, isWanted);
          if (last.length === 0) continue;
          const set = ipSetOfRanges(last);
          rows.push({ ...rest, ...(first ? { first: ipSetOfRanges(first), second: set } : { first: set }) });
        }
      }
    }
  }
  return { sure, possible };
}

function rangesWhere(segments: readonly Segment[], isWanted: (outcome: Outcome) => boolean): Range[] {
  const ranges: Range[] = [];
  for (const { low, high, outcome } of segments) if (isWanted(outcome)) ranges.push([low, high]);
  return ranges;
}

/**
 * The outcomes of a group: for one network its segments, for two the segments of the second by the first. An element of another
 * interface ends the search at its network (`multi` in `mtype_test_cidrs`).
 */
function painted(
  items: readonly Ordered[],
  holds: (name: InterfacePart) => boolean,
): readonly { first: readonly Range[] | undefined; segments: readonly Segment[] }[] | undefined {
  if (items[0]?.second) {
    const pairs = items.flatMap(({ address, second, outcome }) =>
      second ? [{ first: address, second, outcome }] : [],
    );
    return rowsOfPairs(pairs)?.map(({ ranges, segments }) => ({ first: ranges, segments }));
  }
  const segments = segmentsOf(items, ({ name, outcome }) =>
    !name || holds(name) ? outcome : END | (outcome & NOTHING),
  );
  return [{ first: undefined, segments }];
}

/** The items that agree in ports. */
function byService(
  items: readonly Item[],
): Iterable<{ readonly port: PortPart | undefined; readonly items: Ordered[] }> {
  const groups = new Map<number, { port: PortPart | undefined; items: Ordered[] }>();
  for (const { parts, outcome } of items) {
    let [address, second]: (AddressPart | undefined)[] = [];
    let name: InterfacePart | undefined;
    let port: PortPart | undefined;
    for (const part of parts) {
      if (part.kind === 'port') port = part;
      else if (part.kind === 'interface') name = part;
      else if (part.kind === 'addresses' && address) second = part;
      else if (part.kind === 'addresses') address = part;
    }
    if (!address) continue;
    const key = port ? port.protocol * 65_536 + port.port : -1;
    const item = { address, second, name, outcome };
    const known = groups.get(key);
    if (known) known.items.push(item);
    else groups.set(key, { port, items: [item] });
  }
  return groups.values();
}

function serviceOf(part: PortPart | undefined): Pick<Row, 'protocol' | 'ports'> {
  return part ? { protocol: part.protocol, ports: singlePort(part.port) } : {};
}

interface NameClass {
  readonly set: NameSet | undefined;
  readonly holds: (name: InterfacePart) => boolean;
}

/** The names of interfaces that the elements tell apart. A wildcard holds each name that it stands for. */
function nameClasses(items: readonly Item[]): NameClass[] {
  const exact = new Set<string>();
  const prefixes = new Set<string>();
  for (const { parts } of items) {
    for (const part of parts) {
      if (part.kind !== 'interface') continue;
      if (part.physical) prefixes.add('');
      else (part.wildcard ? prefixes : exact).add(part.name);
    }
  }
  if (exact.size + prefixes.size === 0) return [{ set: undefined, holds: () => true }];
  const holdsName = (name: string, isPrefix: boolean) => (part: InterfacePart) => {
    if (part.physical) return true;
    return part.wildcard ? name.startsWith(part.name) : !isPrefix && part.name === name;
  };
  const single = [...exact].map((name) => ({ set: NameSet.of(name), holds: holdsName(name, false) }));
  const open = [...prefixes].map((prefix) => {
    const narrower = [...prefixes].filter((other) => other !== prefix && other.startsWith(prefix));
    let set = NameSet.withPrefix(prefix).intersect(NameSet.from(exact).complement());
    for (const other of narrower) set = set.intersect(NameSet.withPrefix(other).complement());
    return { set, holds: holdsName(prefix, true) };
  });
  return [...single, ...open];
}
