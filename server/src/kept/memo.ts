// The only mechanisms that keep anything from one question, or one version of a file, to the next.

/**
 * What a function gave for an object, known again by the identity of the object and forgotten with it. The function must
 * depend on nothing but the object and on what never changes; this is why keys are immutable trees, runs and sets.
 */
export class Memo<Key extends object, Value> {
  private readonly known = new WeakMap<Key, { readonly value: Value }>();

  /** The value for `key`; `make` is called for the first question about it. */
  of(key: Key, make: (key: Key) => Value): Value {
    const known = this.known.get(key);
    if (known) return known.value;
    const value = make(key);
    this.known.set(key, { value });
    return value;
  }
}

/**
 * The last value of an object that also depends on something that does change, here called its basis. Another basis (by
 * identity) makes the value anew.
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
 * One object for equal texts or numbers, so that equality can be seen by identity. Forgets everything when it holds more
 * than `limit` values: values that are in use stay right; they are only made anew for the next question.
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
