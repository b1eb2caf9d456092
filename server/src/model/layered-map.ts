// Immutable maps that share most of their entries with the map that they were made from.
import { spend } from './budget.js';

/** How many changes a layer holds before a new map is made, beyond the square root of the size of the map below. */
const LAYER_SIZE = 16;

/**
 * A map with some entries changed. Each change of a large map costs about the square root of its size, not the whole: lists of
 * thousands of names are taken out of a set one after another.
 */
export function withChanges<Value>(
  map: ReadonlyMap<string, Value>,
  changes: ReadonlyMap<string, Value | undefined>,
): ReadonlyMap<string, Value> {
  if (changes.size === 0) return map;
  const [base, earlier] = map instanceof LayeredMap ? [map.base, map.changes] : [map, undefined];
  const size = changes.size + (earlier?.size ?? 0);
  // A small map is copied: whoever walks over it later takes less than over two.
  if (base.size <= LAYER_SIZE || size * size > base.size + LAYER_SIZE * LAYER_SIZE) {
    spend(base.size);
    // Of a map that is one in memory the engine makes a copy many times faster than of what it has to walk over.
    const made = new Map(base);
    for (const layer of [earlier ?? [], changes]) {
      for (const [key, value] of layer) {
        if (value === undefined) made.delete(key);
        else made.set(key, value);
      }
    }
    return made;
  }
  spend(size);
  const layer = new Map<string, Value | undefined>(earlier);
  for (const [key, value] of changes) layer.set(key, value);
  return new LayeredMap<Value>(base, layer);
}

class LayeredMap<Value> implements ReadonlyMap<string, Value> {
  readonly size: number;

  constructor(
    readonly base: ReadonlyMap<string, Value>,
    /** `undefined` where an entry is taken away. */
    readonly changes: ReadonlyMap<string, Value | undefined>,
  ) {
    let size = base.size;
    for (const [key, value] of changes) size += (value === undefined ? 0 : 1) - (base.has(key) ? 1 : 0);
    this.size = size;
  }

  get(key: string): Value | undefined {
    return this.changes.has(key) ? this.changes.get(key) : this.base.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  *entries(): Generator<[string, Value], undefined, unknown> {
    for (const [key, value] of this.base) if (!this.changes.has(key)) yield [key, value];
    for (const [key, value] of this.changes) if (value !== undefined) yield [key, value];
    return undefined;
  }

  *keys(): Generator<string, undefined, unknown> {
    for (const [key] of this.entries()) yield key;
    return undefined;
  }

  *values(): Generator<Value, undefined, unknown> {
    for (const [, value] of this.entries()) yield value;
    return undefined;
  }

  forEach(visit: (value: Value, key: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  [Symbol.iterator](): Generator<[string, Value], undefined, unknown> {
    return this.entries();
  }
}
