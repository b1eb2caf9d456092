// Results that an evaluation pays for, kept as long as it lasts.
import { currentPayer } from './budget.js';

/**
 * The result of a function for an object, as long as the same budget pays. A later evaluation pays for it again: otherwise one that ends
 * at its limit would come further the next time, and say something else of the same file.
 */
export class PaidMemo<Key extends object, Value> {
  private readonly store = new PaidStore(() => new WeakMap<Key, { readonly value: Value }>());

  of(key: Key, make: (key: Key) => Value): Value {
    const known = this.store.value;
    const own = known.get(key);
    if (own) return own.value;
    const value = make(key);
    known.set(key, { value });
    return value;
  }
}

/** The same for texts. Clears itself when it would exceed `limit` values. */
export class PaidInterned<Value> {
  private readonly store = new PaidStore(() => new Map<string, Value>());

  constructor(private readonly limit: number) {}

  of(key: string, make: (key: string) => Value): Value {
    const known = this.store.value;
    const own = known.get(key);
    if (own !== undefined) return own;
    const value = make(key);
    if (known.size >= this.limit) known.clear();
    known.set(key, value);
    return value;
  }
}

/** Something that is made anew for each evaluation. */
export class PaidStore<Value> {
  private latest: { readonly payer: object; readonly value: Value } | undefined;

  constructor(private readonly make: () => Value) {}

  get value(): Value {
    const payer = currentPayer();
    if (this.latest?.payer !== payer) this.latest = { payer, value: this.make() };
    return this.latest.value;
  }
}
