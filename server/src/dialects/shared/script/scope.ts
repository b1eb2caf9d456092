// The variables of a script at one point of its execution, with the operations for branches.

import { lengthOf, sameValue, unknownValue, type Value } from './value.js';

/** What it costs to use a value, for each character. */
const CHARACTER_READ = 1 / 16;

/** What it costs to copy a variable into a branch, and to compare it behind it. */
const VARIABLE_COPIED = 1;

export class Scope<Other extends { readonly kind: string } = never> {
  /** What was read and copied since somebody paid for it; the same object in all copies. */
  private unpaid = { units: 0 };

  constructor(private values: Map<string, Value<Other>> = new Map()) {}

  get(name: string): Value<Other> | undefined {
    return this.used(this.values.get(name));
  }

  /** A value that is used, which somebody will have to pay for. */
  protected used<Used extends Value<Other> | undefined>(value: Used): Used {
    if (value) this.owe(CHARACTER_READ * lengthOf(value));
    return value;
  }

  /** Counts work that somebody will have to pay for. */
  owe(units: number): void {
    this.unpaid.units += units;
  }

  /** What the use of values has cost since this was asked last: a script can use a long one at every step. */
  takeUnpaid(): number {
    const { units } = this.unpaid;
    this.unpaid.units = 0;
    return units;
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
    return this.paidWith(new Scope(this.copyOfValues()));
  }

  /** A copy whose use is counted together with that of this one. */
  protected paidWith<Copy extends Scope<Other>>(copy: Copy): Copy {
    copy.unpaid = this.unpaid;
    this.owe(VARIABLE_COPIED * this.values.size);
    return copy;
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
