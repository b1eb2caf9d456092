// The packets that match a set: what the kernel's lookup of a packet's addresses, ports and interfaces ends with.
import { NameSet } from '../../../model/names.js';
import { PacketSet } from '../../../model/packets.js';
import type { SetCondition } from '../syntax/rule/rule.js';
import { type AddressPart, type ElementPart, partKey } from './set-elements.js';
import { NO_MEMBERS, type SetMembers, type StoredElement, type StoredSet } from './set-members.js';
import { END, MATCH, NOMATCH, NOTHING, type Outcome, rowsOfPairs, type Segment, segmentsOf } from './set-precedence.js';
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

/** Elements in the order in which the kernel looks for them. */
function byPrecedence(items: readonly Item[], returnsNomatch: boolean): Found | undefined {
  const groups = groupsOf(items);
  if (!groups) return undefined;
  const wanted = returnsNomatch ? NOMATCH : MATCH;
  const sure: Row[] = [];
  const possible: Row[] = [];
  for (const { rest, items: own } of groups) {
    const found = painted(own);
    if (!found) return undefined;
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
  return { sure, possible };
}

function rangesWhere(segments: readonly Segment[], isWanted: (outcome: Outcome) => boolean): Range[] {
  return segments.flatMap(({ low, high, outcome }): Range[] => (isWanted(outcome) ? [[low, high]] : []));
}

/** The outcomes of a group: for one network its segments, for two the segments of the second by the first. */
function painted(
  items: readonly Item[],
): readonly { first: readonly Range[] | undefined; segments: readonly Segment[] }[] | undefined {
  const lines: { address: AddressPart; outcome: Outcome }[] = [];
  const pairs: { first: AddressPart; second: AddressPart; outcome: Outcome }[] = [];
  for (const { parts, outcome } of items) {
    const [first, second] = parts.filter((part): part is AddressPart => part.kind === 'addresses');
    if (first && second) pairs.push({ first, second, outcome });
    else if (first) lines.push({ address: first, outcome });
  }
  if (pairs.length === 0) return [{ first: undefined, segments: segmentsOf(lines) }];
  return rowsOfPairs(pairs)?.map(({ ranges, segments }) => ({ first: ranges, segments }));
}

type Group = { readonly rest: Omit<Row, 'first' | 'second'>; readonly items: Item[] };

/**
 * The items that agree in ports and interfaces. A wildcard is in the group of every name that it stands for. An element of
 * another interface ends the search at its network (`multi` in `mtype_test_cidrs`).
 */
function groupsOf(items: readonly Item[]): Group[] | undefined {
  const names = nameClasses(items);
  if (items.length * names.length > NAME_LIMIT) return undefined;
  const groups = new Map<string, Group>();
  for (const item of items) {
    const port = item.parts.find((part) => part.kind === 'port');
    const isPhysical = item.parts.some((part) => part.kind === 'interface' && part.physical);
    for (const { key, set, holds } of names) {
      const fits = holds(item);
      if (!fits && isPhysical) continue;
      const own = fits ? item : { parts: item.parts, outcome: END | (item.outcome & NOTHING) };
      const whole = `${port ? partKey(port) : ''} ${key}`;
      const known = groups.get(whole);
      if (known) known.items.push(own);
      else groups.set(whole, { rest: { ...serviceOf(port), ...(set ? { names: set } : {}) }, items: [own] });
    }
  }
  return [...groups.values()];
}

function serviceOf(part: ElementPart | undefined): Pick<Row, 'protocol' | 'ports'> {
  if (part?.kind !== 'port') return {};
  return { protocol: part.protocol, ports: singlePort(part.port) };
}

interface NameClass {
  readonly key: string;
  readonly set: NameSet | undefined;
  readonly holds: (item: Item) => boolean;
}

/** The names of interfaces that the elements tell apart. */
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
  if (exact.size + prefixes.size === 0) return [{ key: '', set: undefined, holds: () => true }];
  const holdsName = (name: string, isPrefix: boolean) => (item: Item) =>
    item.parts.some((part) => {
      if (part.kind !== 'interface') return false;
      if (part.physical) return true;
      return part.wildcard ? name.startsWith(part.name) : !isPrefix && part.name === name;
    });
  const single = [...exact].map((name) => ({ key: `=${name}`, set: NameSet.of(name), holds: holdsName(name, false) }));
  const open = [...prefixes].map((prefix) => {
    const narrower = [...prefixes].filter((other) => other !== prefix && other.startsWith(prefix));
    let set = NameSet.withPrefix(prefix).intersect(NameSet.of(...exact).complement());
    for (const other of narrower) set = set.intersect(NameSet.withPrefix(other).complement());
    return { key: `${prefix}*`, set, holds: holdsName(prefix, true) };
  });
  return [...single, ...open];
}
