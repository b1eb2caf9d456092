// Caches: the only mechanisms that keep a result from one request, or one version of a file, to the next.

/**
 * The result of a function for an object, kept by the identity of the object and garbage-collected with it. The function must
 * depend on nothing but the object and constants, so keys are immutable: trees, runs and sets.
 */
export class Memo<Key extends object, Value> {
  private readonly known = new WeakMap<Key, { readonly value: Value }>();

  /** The value for `key`; `make` is called once for each key. */
  of(key: Key, make: (key: Key) => Value): Value {
    const known = this.known.get(key);
    if (known) return known.value;
    const value = make(key);
    this.known.set(key, { value });
    return value;
  }
}

/**
 * The latest result for an object that also depends on something that changes, called its basis. For another basis (by
 * identity) the value is computed again.
 */
export class LatestMemo<Key extends object, Basis, Value> {
  private readonly known = new WeakMap<Key, { readonly basis: Basis; readonly value: Value }>();

  of(key: Key, basis: Basis, make: (previous: Value | undefined) => Value): Value {
    const known = this.known.get(key);
    if (known && known.basis === basis) return known.value;
    const value = make(known?.value);
    this.known.set(key, { basis, value });
    return value;
  }
}

/**
 * One object for equal texts or numbers, so that they can be compared by identity. Clears itself when it would exceed `limit`
 * values; values in use stay valid, but equal ones are then made again.
 */
export class Interned<Key extends string | number, Value> {
  private readonly known = new Map<Key, Value>();

  constructor(private readonly limit: number) {}

  of(key: Key, make: (key: Key) => Value): Value {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    if (this.known.size >= this.limit) this.known.clear();
    this.known.set(key, value);
    return value;
  }
}

/**
 * The same for whole numbers of which many are different: each has one of 2^`bits` places, where the latest one replaces the one
 * before. Looking for what is not known costs no more than finding it.
 */
export class InternedNumbers<Value> {
  private bits = FEWEST_BITS;
  private keys = new Float64Array(2 ** FEWEST_BITS);
  private values: (Value | undefined)[] = new Array<Value | undefined>(2 ** FEWEST_BITS).fill(undefined);
  private made = 0;

  /** @param mostBits the logarithm of how many are kept at most; there is room for few until many are made */
  constructor(private readonly mostBits: number) {}

  of(key: number, make: (key: number) => Value): Value {
    const place = placeOf(key, this.bits);
    const known = this.values[place];
    if (known !== undefined && this.keys[place] === key) return known;
    const value = make(key);
    if (++this.made > this.values.length && this.bits < this.mostBits) this.grow();
    this.put(key, value);
    return value;
  }

  private put(key: number, value: Value): void {
    const place = placeOf(key, this.bits);
    this.keys[place] = key;
    this.values[place] = value;
  }

  private grow(): void {
    const { keys, values } = this;
    this.bits = Math.min(this.bits + 2, this.mostBits);
    this.keys = new Float64Array(2 ** this.bits);
    this.values = new Array<Value | undefined>(2 ** this.bits).fill(undefined);
    for (const [place, value] of values.entries()) if (value !== undefined) this.put(keys[place] ?? 0, value);
  }
}

const FEWEST_BITS = 8;

/** Multiplied by 2^32 divided by the golden ratio, as hash tables do (Knuth, The Art of Computer Programming, 6.4). */
function placeOf(key: number, bits: number): number {
  return Math.imul(key ^ (key / 0x1_0000_0000), 0x9e37_79b1) >>> (32 - bits);
}

/** One object that many share, which keeps what it computes; made anew once it has grown too much. */
export class Renewed<Value> {
  private known: Value | undefined;

  constructor(
    private readonly make: () => Value,
    private readonly hasGrown: (value: Value) => boolean,
  ) {}

  get value(): Value {
    if (this.known === undefined || this.hasGrown(this.known)) this.known = this.make();
    return this.known;
  }
}
