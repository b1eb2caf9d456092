// The objects of a PAC program.
import type { Thing, Traced, Value } from '../values/value.js';
import { NotFollowed } from './failures.js';
import { type Heap, LANGUAGE } from './heap.js';

/** A property: a value, or a getter and a setter. Immutable, so that undoing a change is putting the old one back. */
export interface Property {
  readonly value: Value;
  readonly get?: PacObject | undefined;
  readonly set?: PacObject | undefined;
  readonly isAccessor: boolean;
  readonly writable: boolean;
  readonly enumerable: boolean;
  readonly configurable: boolean;
}

export function dataProperty(value: Value, enumerable = true, writable = true, configurable = true): Property {
  return { value, isAccessor: false, writable, enumerable, configurable };
}

/**
 * An entry of an object under a key that depends on what is asked, or one that was written after such an entry: a later entry
 * replaces an earlier one for the requests for which they have the same key.
 */
export interface TracedEntry {
  readonly key: Traced | string;
  readonly value: Value;
}

const NONE: readonly TracedEntry[] = [];
export const LISTS_TRACED = 'lists the keys of an object that was written under a key that depends on the request';

/** Longer chains of prototypes are charged for each step. */
export const FREE_STEPS = 8;

const INDEX = /^(?:0|[1-9]\d{0,9})$/;
const LARGEST_INDEX = 2 ** 32 - 2;

/** The index of an array that a property name is; -1 for any other name. */
export function indexOfKey(key: string): number {
  const first = key.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || key.length > 10 || !INDEX.test(key)) return -1;
  const index = Number(key);
  return index <= LARGEST_INDEX ? index : -1;
}

export class PacObject implements Thing {
  // These are declared alone, and set by the constructor: V8 11 defines fields that many classes inherit by calls of its runtime, which
  // took a third of the time of a small program, before which the hundreds of objects of the language are made.
  declare prototype: PacObject | null;
  declare readonly heap: Heap;
  /** The epoch of the heap in which it was made. */
  declare readonly epoch: number;
  declare isExtensible: boolean;
  declare private own: Map<string, Property> | undefined;
  /** The names of the properties, as long as there is none more and none less. */
  declare private names: ReadonlySet<string> | undefined;
  declare private traced: readonly TracedEntry[];

  constructor(prototype: PacObject | null, heap: Heap, epoch: number = heap.epoch) {
    this.prototype = prototype;
    this.heap = heap;
    this.epoch = epoch;
    this.isExtensible = true;
    this.own = undefined;
    this.names = undefined;
    this.traced = NONE;
  }

  get isThing(): true {
    return true;
  }

  /** What `Object.prototype.toString` calls it, and what kind of internal state it has. */
  get className(): string {
    return 'Object';
  }

  /** The own properties. Most functions are only called: theirs are made when somebody looks at them. */
  protected get properties(): Map<string, Property> {
    this.own ??= this.firstProperties();
    return this.own;
  }

  /** The properties that it has before anything is added. */
  protected firstProperties(): Map<string, Property> {
    return new Map();
  }

  /** Whether it keeps where something was found in a text last. */
  get remembers(): boolean {
    return false;
  }

  /** Whether it was there before the program. */
  get isOfLanguage(): boolean {
    return this.epoch === LANGUAGE;
  }

  /** Entries under traced keys, oldest first; mostly there are none. */
  get tracedEntries(): readonly TracedEntry[] {
    return this.traced;
  }

  /** An own property, for one who looks at the traced entries as well. */
  getOwn(key: string): Property | undefined {
    return this.properties.get(key);
  }

  /** Looks along the chain of prototypes. */
  find(key: string): Property | undefined {
    let steps = 0;
    for (let object: PacObject | null = this; object; object = object.prototype) {
      const property = object.getOwn(key);
      if (property) return property;
      if (++steps > FREE_STEPS) this.heap.budget?.spend(1);
    }
    return undefined;
  }

  /** Adds or replaces an own property without asking whether that is permitted. */
  setOwn(key: string, property: Property): void {
    this.names = undefined;
    if (this.heap.logs(this.epoch)) {
      const old = this.properties.get(key);
      this.heap.log(() => {
        this.names = undefined;
        if (old) this.properties.set(key, old);
        else this.properties.delete(key);
      }, this.epoch);
    }
    this.properties.set(key, property);
  }

  /** Removes an own property. The order of the others stays, also where it is undone. */
  deleteOwn(key: string): void {
    if (!this.properties.has(key)) return;
    this.names = undefined;
    if (this.heap.logs(this.epoch)) {
      const before = this.properties;
      this.own = new Map(before);
      this.heap.log(() => {
        this.names = undefined;
        this.own = before;
      }, this.epoch);
    }
    this.properties.delete(key);
  }

  /**
   * The names of all own properties, for one who looks at the traced entries as well. The same set as long as they stay the same: a loop
   * may look each domain above the host up in a table of many thousands, which costs nothing more then.
   */
  get baseNames(): ReadonlySet<string> {
    if (this.names?.size !== this.properties.size) {
      this.heap.budget?.spend(this.properties.size);
      this.names = new Set(this.properties.keys());
    }
    return this.names;
  }

  /** The names of all own properties: indices in ascending order, then the others as they were added. */
  ownKeys(): string[] {
    if (this.traced.length > 0) throw new NotFollowed(LISTS_TRACED, undefined);
    const keys = [...this.properties.keys()];
    if (!keys.some((key) => indexOfKey(key) >= 0)) return keys;
    const indices = keys.filter((key) => indexOfKey(key) >= 0).sort((a, b) => Number(a) - Number(b));
    return [...indices, ...keys.filter((key) => indexOfKey(key) < 0)];
  }

  /** How many properties there are, which is what walking over them costs. */
  get size(): number {
    return this.properties.size;
  }

  setPrototype(prototype: PacObject | null): void {
    const old = this.prototype;
    this.heap.log(() => {
      this.prototype = old;
    }, this.epoch);
    this.prototype = prototype;
  }

  preventExtensions(): void {
    if (!this.isExtensible) return;
    this.heap.log(() => {
      this.isExtensible = true;
    }, this.epoch);
    this.isExtensible = false;
  }

  addTracedEntry(entry: TracedEntry): void {
    const old = this.traced;
    this.heap.log(() => {
      this.traced = old;
    }, this.epoch);
    this.traced = [...old, entry];
  }
}

/** What an array has where nothing was ever put. */
export const HOLE: unique symbol = Symbol('hole');
export type Item = Value | typeof HOLE;

/** A list of items without gaps in memory; `items` is changed by its methods only. */
export class PacArray extends PacObject {
  override get className(): string {
    return 'Array';
  }
  /** Where items have attributes of their own (`Object.freeze`, `defineProperty`): all of them have these. */
  private isSealed = false;
  private isFrozen = false;

  constructor(
    prototype: PacObject,
    heap: Heap,
    protected content: Item[] = [],
  ) {
    super(prototype, heap);
  }

  get items(): readonly Item[] {
    return this.content;
  }

  get frozen(): boolean {
    return this.isFrozen;
  }

  itemAt(index: number): Value {
    const item = this.content[index];
    return item === HOLE ? undefined : item;
  }

  setItem(index: number, item: Item): void {
    const { content } = this;
    if (index < content.length) {
      this.heap.logSlot(content, index, this);
      content[index] = item;
      return;
    }
    const { length } = content;
    this.heap.log(() => {
      this.content.length = length;
    }, this.epoch);
    while (content.length < index) content.push(HOLE);
    content.push(item);
  }

  /** Removes items from the end, or adds holes. */
  setLength(length: number): void {
    const { content } = this;
    if (length === content.length) return;
    if (length > content.length) {
      this.setItem(length - 1, HOLE);
      return;
    }
    this.setItems(content.slice(0, length));
  }

  /** Replaces all items. */
  setItems(items: Item[]): void {
    const old = this.content;
    this.heap.log(() => {
      this.content = old;
    }, this.epoch);
    this.content = items;
  }

  override getOwn(key: string): Property | undefined {
    if (key === 'length') return dataProperty(this.content.length, false, !this.isFrozen, false);
    const index = indexOfKey(key);
    if (index < 0) return super.getOwn(key);
    const item = this.content[index];
    if (index >= this.content.length || item === HOLE) return undefined;
    return dataProperty(item, true, !this.isFrozen, !this.isSealed);
  }

  override setOwn(key: string, property: Property): void {
    const index = indexOfKey(key);
    if (index >= 0) this.setItem(index, property.isAccessor ? undefined : property.value);
    else if (key === 'length') {
      if (typeof property.value === 'number') this.setLength(property.value);
    } else super.setOwn(key, property);
  }

  override deleteOwn(key: string): void {
    const index = indexOfKey(key);
    if (index < 0) super.deleteOwn(key);
    else if (index < this.content.length) this.setItem(index, HOLE);
  }

  override ownKeys(): string[] {
    return [...this.itemKeys(), ...super.ownKeys()];
  }

  override get baseNames(): ReadonlySet<string> {
    this.heap.budget?.spend(this.content.length);
    return new Set([...this.itemKeys(), ...super.baseNames]);
  }

  private itemKeys(): string[] {
    const keys: string[] = [];
    for (let i = 0; i < this.content.length; i++) if (this.content[i] !== HOLE) keys.push(String(i));
    return [...keys, 'length'];
  }

  override get size(): number {
    return this.content.length + super.size;
  }

  /** `Object.seal` and `Object.freeze` of the items. */
  restrict(frozen: boolean): void {
    const { isSealed, isFrozen } = this;
    this.heap.log(() => {
      this.isSealed = isSealed;
      this.isFrozen = isFrozen;
    }, this.epoch);
    this.isSealed = true;
    if (frozen) this.isFrozen = true;
  }
}

/** `new String(…)`, `new Number(…)`, `new Boolean(…)`, and what `this` is in a sloppy function that is called on a primitive. */
export class PacWrapper extends PacObject {
  constructor(
    prototype: PacObject,
    heap: Heap,
    private readonly type: 'String' | 'Number' | 'Boolean',
    readonly primitive: Value,
  ) {
    super(prototype, heap);
  }

  override get className(): string {
    return this.type;
  }

  override getOwn(key: string): Property | undefined {
    const text = this.primitive;
    if (typeof text !== 'string') return super.getOwn(key);
    if (key === 'length') return dataProperty(text.length, false, false, false);
    const index = indexOfKey(key);
    if (index >= 0 && index < text.length) return dataProperty(text[index], true, false, false);
    return super.getOwn(key);
  }

  override ownKeys(): string[] {
    return [...this.characterKeys(), ...super.ownKeys()];
  }

  override get baseNames(): ReadonlySet<string> {
    if (typeof this.primitive !== 'string') return super.baseNames;
    this.heap.budget?.spend(this.primitive.length);
    return new Set([...this.characterKeys(), ...super.baseNames]);
  }

  private characterKeys(): string[] {
    const text = this.primitive;
    return typeof text === 'string' ? [...Array.from({ length: text.length }, (_, i) => String(i)), 'length'] : [];
  }
}

/** An error; its message is a property like any other. */
export class PacError extends PacObject {
  override get className(): string {
    return 'Error';
  }
}

/**
 * Something that `for…of`, spread and destructuring walk over in steps: `Map`, `Set`, and the iterators. (Arrays and strings are
 * walked over by the machine itself.) Positions are numbers, so that the walk can be undone.
 */
export interface Steps {
  /** The value at or behind a position and the next position; `undefined` at the end. */
  stepFrom(position: number): { readonly value: Value; readonly next: number } | undefined;
}

export function hasSteps(object: PacObject): object is PacObject & Steps {
  return 'stepFrom' in object;
}

/** An iterator, such as `map.keys()` gives: its position is state that is undone. */
export class PacIterator extends PacObject implements Steps {
  override get className(): string {
    return 'Iterator';
  }
  private position = 0;

  constructor(
    prototype: PacObject,
    heap: Heap,
    private readonly source: Steps,
  ) {
    super(prototype, heap);
  }

  /** The walk goes on from where the iterator stands, whatever the position that is asked for. */
  stepFrom(_position: number): { readonly value: Value; readonly next: number } | undefined {
    const { position } = this;
    const step = this.source.stepFrom(position);
    if (!step) return undefined;
    this.heap.log(() => {
      this.position = position;
    }, this.epoch);
    this.position = step.next;
    return step;
  }
}

/** A function of the program or of the language. */
export abstract class PacFunction extends PacObject {
  override get className(): string {
    return 'Function';
  }
  abstract readonly isConstructor: boolean;
}

/** The properties that every function has at first. */
export function functionProperties(name: string, length: number): Map<string, Property> {
  return new Map([
    ['length', dataProperty(length, false, false)],
    ['name', dataProperty(name, false, false)],
  ]);
}

/** A table whose entries are looked up by a key. */
export function isKeyed(object: PacObject): boolean {
  return object.className === 'Map' || object.className === 'Set';
}
