// What one request changes that a later one reads.
import type { AnyNode } from 'acorn';
import { isSameText, Text } from '../values/text.js';
import type { Traced } from '../values/value.js';
import type { Heap, Scope } from './heap.js';
import type { PacObject } from './objects.js';

/** All of an object: the items of an array, the entries of a `Map`. Having written one of them says nothing of the others. */
export const WHOLE = '';

/** An object or the variables of a function that were there before the request. */
type Holder = PacObject | Scope;

/** Where the run stands. */
interface Place {
  readonly node: AnyNode;
  readonly heap: Heap;
}

interface Writes {
  readonly names: Set<string>;
  /** The keys of a memo table: what is looked up and written under one key is the same for one request and a later one. */
  readonly keys: Traced[];
}

/**
 * Records the changes of what outlives a request. In a second run, which knows what all paths change, it records who reads it before
 * its own path has written it: there the answer depends on the requests before.
 */
export class KeptState {
  private readonly writes = new Map<Holder, Writes>();
  private watched: ReadonlyMap<Holder, Writes> | undefined;
  /** What this path has written, and the first read of something that it has not. */
  private own: ReadonlySet<string> = new Set();
  private readonly numbers = new Map<Holder, number>();
  firstRead: AnyNode | undefined;

  get hasWrites(): boolean {
    return this.writes.size > 0;
  }

  /** Starts the second run. */
  watch(): void {
    this.watched = new Map(this.writes);
  }

  noteWrite(holder: Holder, name: string, place: Place): void {
    this.writesOf(holder).names.add(name);
    if (this.watched) this.setOwn(new Set([...this.own, this.nameOf(holder, name)]), place);
  }

  noteTracedWrite(holder: Holder, key: Traced, _place: Place): void {
    const { keys } = this.writesOf(holder);
    if (!keys.some((other) => isSameKey(other, key))) keys.push(key);
  }

  /** Without a name: everything is read. The names of a `Map` are not its keys. */
  noteRead(holder: Holder, name: string | undefined, place: Place, areKeys = true): void {
    const writes = this.watched?.get(holder);
    if (!writes || this.firstRead) return;
    const isPart = name !== undefined && name !== WHOLE;
    const isChanged = isPart ? writes.names.has(name) || (areKeys && writes.keys.length > 0) : true;
    if (isChanged && !(isPart && this.own.has(this.nameOf(holder, name)))) this.setFirstRead(place);
  }

  noteTracedRead(holder: Holder, key: Traced, place: Place): void {
    const writes = this.watched?.get(holder);
    if (!writes || this.firstRead) return;
    if (this.isAnyOpen(holder, writes) || writes.keys.some((other) => !isSameKey(other, key))) this.setFirstRead(place);
  }

  /** Whether a name was changed that this path has not written itself. */
  private isAnyOpen(holder: Holder, { names }: Writes): boolean {
    return [...names].some((name) => name === WHOLE || !this.own.has(this.nameOf(holder, name)));
  }

  private writesOf(holder: Holder): Writes {
    let writes = this.writes.get(holder);
    if (!writes) {
      writes = { names: new Set(), keys: [] };
      this.writes.set(holder, writes);
    }
    return writes;
  }

  private nameOf(holder: Holder, name: string): string {
    const known = this.numbers.get(holder);
    const number = known ?? this.numbers.size;
    if (known === undefined) this.numbers.set(holder, number);
    return `${number} ${name}`;
  }

  private setOwn(own: ReadonlySet<string>, { heap }: Place): void {
    const old = this.own;
    heap.log(() => {
      this.own = old;
    });
    this.own = own;
  }

  private setFirstRead({ node, heap }: Place): void {
    heap.log(() => {
      this.firstRead = undefined;
    });
    this.firstRead = node;
  }
}

function isSameKey(one: Traced, other: Traced): boolean {
  return one === other || (one instanceof Text && other instanceof Text && isSameText(one, other));
}
