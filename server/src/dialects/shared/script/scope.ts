// The variables of a script at one point of its execution, with the operations for branches.

import { sameValue, unknownValue, type Value } from './value.js';

export class Scope<Other extends { readonly kind: string } = never> {
  constructor(private values: Map<string, Value<Other>> = new Map()) {}

  get(name: string): Value<Other> | undefined {
    return this.values.get(name);
  }

  set(name: string, value: Value<Other>): void {
    this.values.set(name, value);
  }

  /** The variable is again as if the script had not mentioned it. */
  remove(name: string): void {
    this.values.delete(name);
  }

  /** These variables may hold anything from here on. */
  forget(names: Iterable<string>): void {
    for (const name of names) this.values.set(name, unknownValue(`$${name}`));
  }

  /** After text that could not be read, every variable may hold something else. */
  forgetAll(): void {
    this.forget([...this.values.keys()]);
  }

  copy(): Scope<Other> {
    return new Scope(this.copyOfValues());
  }

  protected copyOfValues(): Map<string, Value<Other>> {
    return new Map(this.values);
  }

  /** Keeps the values with which all branches end; the others become unknown. */
  join(ends: readonly Scope<Other>[]): void {
    const [first, ...others] = ends;
    if (!first) return;
    const joined = first.copyOfValues();
    for (const end of others) {
      for (const [name, value] of end.values) {
        const known = joined.get(name);
        if (!known || !sameValue(known, value)) joined.set(name, unknownValue(`$${name}`));
      }
      for (const name of joined.keys()) if (!end.values.has(name)) joined.set(name, unknownValue(`$${name}`));
    }
    this.values = joined;
  }
}
