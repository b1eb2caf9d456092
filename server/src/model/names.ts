// Sets of interface names.

/**
 * An immutable set of interface names, exact under union with wildcards: `eth0`, all names that begin with `eth`, all
 * others. Kept as sorted, disjoint spans of the order of UTF-16 code units: a single name is the span up to the next
 * text in that order, a prefix is the span of everything that begins with it.
 */
export class NameSet {
  /** from0, to0, from1, to1, …: each span holds `from` and everything up to, but without, `to`. */
  private constructor(private readonly bounds: readonly string[]) {}

  /** Not part of the value, which is compared and written as a whole. */
  #knownComplement: NameSet | undefined;
  #knownKey: string | undefined;

  static readonly none = new NameSet([]);
  static readonly any = new NameSet(['', '\uffff']);

  static of(...names: readonly string[]): NameSet {
    return NameSet.from(names);
  }

  /** The same for any number of names; a call cannot have a million arguments. */
  static from(names: Iterable<string>): NameSet {
    const bounds: string[] = [];
    for (const name of [...new Set(names)].sort()) {
      // The next text after a name may be the name that follows.
      if (bounds[bounds.length - 1] === name) bounds.pop();
      else bounds.push(name);
      bounds.push(`${name}\0`);
    }
    return new NameSet(bounds);
  }

  /** All names that begin with a text; every name for the empty text. */
  static withPrefix(prefix: string): NameSet {
    if (prefix === '') return NameSet.any;
    const last = prefix.charCodeAt(prefix.length - 1);
    return new NameSet([prefix, prefix.slice(0, -1) + String.fromCharCode(last + 1)]);
  }

  /** The union of any number of sets. */
  static join(sets: readonly NameSet[]): NameSet {
    const spans = sets.flatMap(({ bounds }) => {
      const own: [string, string][] = [];
      for (let i = 0; i < bounds.length; i += 2) own.push([bounds[i] ?? '', bounds[i + 1] ?? '']);
      return own;
    });
    const joined: string[] = [];
    for (const [from, to] of spans.sort(([a], [b]) => (a < b ? -1 : 1))) {
      const end = joined[joined.length - 1];
      if (end === undefined || end < from) joined.push(from, to);
      else joined[joined.length - 1] = later(end, to);
    }
    return new NameSet(joined);
  }

  /** How many spans of names it has. */
  get count(): number {
    return this.bounds.length >> 1;
  }

  get isEmpty(): boolean {
    return this.bounds.length === 0;
  }

  has(name: string): boolean {
    return (this.bounds[this.reaching(name)] ?? '\uffff') <= name;
  }

  /** Where the bounds of the first span stand that ends behind `name`, from one place on. One of two sets is often a single name. */
  private reaching(name: string, from = 0): number {
    const { bounds } = this;
    let [first, last] = [from >> 1, bounds.length >> 1];
    if (first < last && (bounds[2 * first + 1] ?? '') > name) return from;
    while (first < last) {
      const middle = (first + last) >> 1;
      if ((bounds[2 * middle + 1] ?? '') <= name) first = middle + 1;
      else last = middle;
    }
    return 2 * first;
  }

  complement(): NameSet {
    if (this.#knownComplement) return this.#knownComplement;
    const bounds = this.bounds[0] === '' ? this.bounds.slice(1) : ['', ...this.bounds];
    const complement = new NameSet(
      bounds[bounds.length - 1] === '\uffff' ? bounds.slice(0, -1) : [...bounds, '\uffff'],
    );
    complement.#knownComplement = this;
    this.#knownComplement = complement;
    return complement;
  }

  overlaps(other: NameSet): boolean {
    if (this === NameSet.any) return !other.isEmpty;
    if (other === NameSet.any) return !this.isEmpty;
    for (let i = 0, j = 0; i < this.bounds.length; i = this.reaching(other.bounds[j] ?? '', i + 2)) {
      j = other.reaching(this.bounds[i] ?? '', j);
      if (j >= other.bounds.length) return false;
      if ((other.bounds[j] ?? '') < (this.bounds[i + 1] ?? '')) return true;
    }
    return false;
  }

  /** Whether the first to the last name of both have one in common: a quick test, before a closer look. */
  reachesInto({ bounds }: NameSet): boolean {
    const own = this.bounds;
    return (
      (own[0] ?? '\uffff') < (bounds[bounds.length - 1] ?? '') && (bounds[0] ?? '\uffff') < (own[own.length - 1] ?? '')
    );
  }

  containsAll(other: NameSet): boolean {
    return this === NameSet.any || this === other || !other.overlaps(this.complement());
  }

  intersect(other: NameSet): NameSet {
    if (this === NameSet.any) return other;
    if (other === NameSet.any || this === other) return this;
    const bounds: string[] = [];
    for (let i = 0, j = 0; i < this.bounds.length && j < other.bounds.length; ) {
      const [from, to] = [this.bounds[i] ?? '', this.bounds[i + 1] ?? ''];
      const [otherFrom, otherTo] = [other.bounds[j] ?? '', other.bounds[j + 1] ?? ''];
      const endsFirst = to < otherTo;
      const low = later(from, otherFrom);
      const high = endsFirst ? to : otherTo;
      if (low < high) bounds.push(low, high);
      if (endsFirst) i = this.reaching(otherFrom, i + 2);
      else j = other.reaching(from, j + 2);
    }
    // What was found in a set stays with it.
    if (isSameList(bounds, this.bounds)) return this;
    return isSameList(bounds, other.bounds) ? other : new NameSet(bounds);
  }

  union(other: NameSet): NameSet {
    return this.complement().intersect(other.complement()).complement();
  }

  /** A text that only equal sets have. */
  get key(): string {
    this.#knownKey ??= JSON.stringify(this.bounds);
    return this.#knownKey;
  }

  equals(other: NameSet): boolean {
    return this === other || isSameList(this.bounds, other.bounds);
  }

  /** The set as text: `eth0, ppp*`, `any but lo`; empty for every name. */
  describe(): string {
    const complement = this.complement();
    if (complement.isEmpty) return '';
    const simple = this.simpleNames();
    if (simple) return simple.join(', ');
    const others = complement.simpleNames();
    return others ? `any but ${others.join(', ')}` : 'some interfaces';
  }

  /** The names and prefixes (with `*`) that distinguish members of the set from others; none for a set of another form. */
  mentioned(): readonly string[] {
    if (this.isEmpty || this.complement().isEmpty) return [];
    return this.simpleNames() ?? this.complement().simpleNames() ?? [];
  }

  /** Names and prefixes (with `*`) that make up the set, where it is made of these alone. */
  private simpleNames(): string[] | undefined {
    const names: string[] = [];
    for (let i = 0; i < this.bounds.length; i += 2) {
      const from = this.bounds[i] ?? '';
      const to = this.bounds[i + 1] ?? '';
      if (to === `${from}\0`) names.push(from);
      else if (NameSet.withPrefix(from).bounds[1] === to) names.push(`${from}*`);
      else return undefined;
    }
    return names;
  }
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

function later(a: string, b: string): string {
  if (a < b) return b;
  return a;
}
