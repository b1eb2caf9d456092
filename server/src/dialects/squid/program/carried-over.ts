// Values that a program reuses from its previous version, so that the same object means an equal value.

/**
 * Values by name. A value that equals that of the previous version is replaced by it: two versions with the same object
 * have equal values, and results for the object that are cached in one of them (in a Memo) are valid in the other.
 */
export class CarriedOver<Value> {
  private readonly own = new Map<string, Value>();
  private readonly before: ReadonlyMap<string, Value> | undefined;

  constructor(
    previous: CarriedOver<Value> | undefined,
    private readonly equal: (a: Value, b: Value) => boolean,
  ) {
    this.before = previous?.own;
  }

  of(name: string, make: () => Value): Value {
    const known = this.own.get(name);
    if (known) return known;
    const made = make();
    const before = this.before?.get(name);
    const value = before && this.equal(before, made) ? before : made;
    this.own.set(name, value);
    return value;
  }
}

/** Whether two lists hold the same objects. */
export function sameItems<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** The same for lists of lists, of which most are the same object. */
export function sameParts<Item>(a: readonly (readonly Item[])[], b: readonly (readonly Item[])[]): boolean {
  return (
    a.length === b.length &&
    a.every((part, i) => {
      const other = b[i];
      return part === other || (other !== undefined && sameItems(part, other));
    })
  );
}
