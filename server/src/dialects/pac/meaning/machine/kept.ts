// What one request changes that a later one reads.
import type { AnyNode } from 'acorn';
import { ITEMS } from '../../program/kept-changes.js';
import type { PointVariable } from '../question/variables.js';
import { isSameText, Text } from '../values/text.js';
import { type Primitive, type Traced, TracedNumber, type Value } from '../values/value.js';
import type { Heap } from './heap.js';
import type { Holder, OtherRequests } from './other-requests.js';

/** How the points of a variable that requests keep are called: 0 is its value after loading. */
export const KEPT = 'kept ';

/** Where the run stands. */
interface Place {
  readonly node: AnyNode;
  readonly heap: Heap;
}

/** The parts of one holder. */
class Parts {
  readonly names = new Set<string>();
  /** The keys of a memo table: what is looked up and written under one key is the same for one request and a later one. */
  readonly keys: Traced[] = [];
  isWhole = false;

  constructor(
    /** What looked at it first. */
    readonly node: AnyNode,
  ) {}

  addKey(key: Traced): void {
    if (!this.keys.some((other) => isSameKey(other, key))) this.keys.push(key);
  }
}

/**
 * Records the changes of what outlives a request, and what is read of it before the path has written it itself. Where these meet, the
 * answer depends on the requests before; a second run, which knows what all paths change, then tells which paths read it.
 */
export class KeptState {
  private readonly writes = new Map<Holder, Parts>();
  private readonly reads = new Map<Holder, Parts>();
  /** What this path has written. */
  private readonly own = new Map<Holder, Set<string>>();
  private isWatching = false;
  /** What variables have that earlier requests may have set, where that is one of few values. */
  private readonly fewValues = new Map<string, TracedNumber>();
  /** The first read on this path of something that another request may have changed. */
  firstRead: AnyNode | undefined;
  /** The first read on this path of what a table has under the name of the host. */
  tableRead: AnyNode | undefined;
  private readerOfOthers: AnyNode | undefined;

  constructor(
    private readonly others: OtherRequests,
    private readonly host: Value,
  ) {}

  /** What reads something that is changed; `undefined` where nothing does. */
  get reader(): AnyNode | undefined {
    if (this.readerOfOthers) return this.readerOfOthers;
    for (const [holder, writes] of this.writes) {
      const reads = this.reads.get(holder);
      if (!reads) continue;
      const named = [...reads.names].some((name) => meets(writes, name, true));
      if (reads.isWhole || named || reads.keys.some((key) => meetsKey(writes, key))) return reads.node;
    }
    return undefined;
  }

  /** Whether anything that outlives the request was changed. */
  get hasWritten(): boolean {
    return this.writes.size > 0;
  }

  /** Starts the second run. */
  watch(): void {
    this.isWatching = true;
    this.own.clear();
    this.firstRead = undefined;
    this.tableRead = undefined;
  }

  noteWrite(holder: Holder, name: string, place: Place): void {
    partsOf(this.writes, holder, place).names.add(name);
    if (name === ITEMS) return;
    let own = this.own.get(holder);
    if (!own) {
      own = new Set();
      this.own.set(holder, own);
    }
    if (own.has(name)) return;
    place.heap.log(() => own.delete(name));
    own.add(name);
  }

  noteTracedWrite(holder: Holder, key: Traced, place: Place): void {
    partsOf(this.writes, holder, place).addKey(key);
  }

  /**
   * Without a name: everything is read. The names of a `Map` are not its keys.
   * @param variable how the program calls it, where the holder has variables
   */
  noteRead(holder: Holder, name: string | undefined, place: Place, areKeys = true, variable = name): void {
    if (name !== undefined && this.own.get(holder)?.has(name)) return;
    if (this.others.mayChange(holder, name, variable)) this.noteReadOfOthers(place);
    if (!this.isWatching) {
      const parts = partsOf(this.reads, holder, place);
      if (name === undefined) parts.isWhole = true;
      else parts.names.add(name);
      return;
    }
    const writes = this.writes.get(holder);
    if (writes && (name === undefined || meets(writes, name, areKeys))) this.setFirstRead(place);
  }

  /**
   * The value of a variable, which is read: one of few, where requests set it to nothing else.
   * @param slot what it is called in its holder
   */
  readVariable(holder: Holder, slot: string, value: Value, place: Place, variable = slot): Value {
    const values = this.own.get(holder)?.has(slot) ? undefined : this.others.valuesOf(holder, variable);
    if (!values || !Object.is(values[0], value)) {
      this.noteRead(holder, slot, place, true, variable);
      return value;
    }
    if (values.length === 1) return value;
    let known = this.fewValues.get(variable);
    if (!known) {
      known = oneOfFew(variable, values, place.node);
      this.fewValues.set(variable, known);
    }
    return known;
  }

  noteTracedRead(holder: Holder, key: Traced, place: Place): void {
    if (isSameKey(key, this.host) && this.others.isTable(holder)) this.noteTableRead(place);
    else if (this.others.mayChange(holder, undefined)) this.noteReadOfOthers(place);
    if (!this.isWatching) {
      partsOf(this.reads, holder, place).addKey(key);
      return;
    }
    const writes = this.writes.get(holder);
    if (!writes) return;
    const own = this.own.get(holder);
    const isOpen = [...writes.names].some((name) => !own?.has(name));
    if (isOpen || writes.keys.some((other) => !isSameKey(other, key))) this.setFirstRead(place);
  }

  private noteReadOfOthers(place: Place): void {
    this.readerOfOthers ??= place.node;
    if (this.isWatching) this.setFirstRead(place);
  }

  private noteTableRead({ node, heap }: Place): void {
    if (this.tableRead) return;
    heap.log(() => {
      this.tableRead = undefined;
    });
    this.tableRead = node;
  }

  private setFirstRead({ node, heap }: Place): void {
    if (this.firstRead) return;
    heap.log(() => {
      this.firstRead = undefined;
    });
    this.firstRead = node;
  }
}

/** A variable that still has the value after loading, which is the first one, or one that an earlier request has set. */
function oneOfFew(name: string, values: readonly Primitive[], node: AnyNode): TracedNumber {
  const variable: PointVariable = {
    kind: 'point',
    id: `${KEPT}${name}`,
    points: values.map((_, at) => at),
    phrase(points) {
      const set = values
        .filter((_, at) => at > 0 && points.has(at))
        .map((value) => JSON.stringify(value) ?? 'undefined');
      const ways = [
        ...(points.has(0) ? [`left \`${name}\``] : []),
        ...(set.length > 0 ? [`set \`${name}\` to ${set.join(' or ')}`] : []),
      ];
      return `earlier requests ${ways.join(' or ')}`;
    },
    node,
  };
  return new TracedNumber([{ kind: 'point', variable }], ([at = 0]) => values[at], undefined);
}

function partsOf(all: Map<Holder, Parts>, holder: Holder, place: Place): Parts {
  let parts = all.get(holder);
  if (!parts) {
    parts = new Parts(place.node);
    all.set(holder, parts);
  }
  return parts;
}

/** Whether a change may have changed a name. */
function meets(writes: Parts, name: string, areKeys: boolean): boolean {
  return name === ITEMS || writes.names.has(name) || (areKeys && writes.keys.length > 0);
}

function meetsKey(writes: Parts, key: Traced): boolean {
  return writes.names.size > 0 || writes.keys.some((other) => !isSameKey(other, key));
}

function isSameKey(one: Value, other: Value): boolean {
  return one === other || (one instanceof Text && other instanceof Text && isSameText(one, other));
}
