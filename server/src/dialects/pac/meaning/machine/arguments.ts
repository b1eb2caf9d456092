// The `arguments` of a function.
import type { Value } from '../values/value.js';
import { dataProperty, PacObject, type Property, type Steps } from './objects.js';
import type { Realm } from './realm.js';

export class PacArguments extends PacObject implements Steps {
  override get className(): string {
    return 'Arguments';
  }

  constructor(
    { objectPrototype, heap }: Realm,
    args: readonly Value[],
    /** Whether an item and the parameter in its place are one variable: in sloppy functions with simple parameters. */
    readonly isMapped: boolean,
    callee: Property | undefined,
  ) {
    super(objectPrototype, heap);
    for (const [index, value] of args.entries()) this.properties.set(String(index), dataProperty(value));
    this.properties.set('length', dataProperty(args.length, false));
    if (callee) this.properties.set('callee', callee);
  }

  stepFrom(position: number): { readonly value: Value; readonly next: number } | undefined {
    const length = this.getOwn('length')?.value;
    if (typeof length !== 'number' || position >= length) return undefined;
    return { value: this.getOwn(String(position))?.value, next: position + 1 };
  }

  /** A parameter was assigned to. */
  assign(index: number, value: Value): void {
    const known = this.getOwn(String(index));
    if (this.isMapped && known) this.setOwn(String(index), { ...known, value });
  }
}
