// Sets of interface names.

/**
 * An immutable set of interface names, exact under union with wildcards: `eth0`, all names that begin with `eth`, all
 * others. Kept as sorted, disjoint spans of the order of UTF-16 code units: a single name is the span up to the next
 * text in that order, a prefix is the span of everything that begins with it.
 */
export class NameSet {
  /** from0, to0, from1, to1, …: each span holds `from` and everything up to, but without, `to`. */
  private constructor(private readonly bounds: readonly string[]) {}

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

  /** How many spans of names it has. */
  get count(): number {
    return this.bounds.length >> 1;
  }

  get isEmpty(): boolean {
    return this.bounds.length === 0;
  }

  has(name: string): boolean {
    return this.bounds.filter((bound) => bound <= name).length % 2 === 1;
  }

  complement(): NameSet {
    const bounds = this.bounds[0] === '' ? this.bounds.slice(1) : ['', ...this.bounds];
    return new NameSet(bounds[bounds.length - 1] === '\uffff' ? bounds.slice(0, -1) : [...bounds, '\uffff']);
  }

  intersect(other: NameSet): NameSet {
    if (this === NameSet.any) return other;
    if (other === NameSet.any) return this;
    const bounds: string[] = [];
    for (let i = 0, j = 0; i < this.bounds.length && j < other.bounds.length; ) {
      const [from, to] = [this.bounds[i] ?? '', this.bounds[i + 1] ?? ''];
      const [otherFrom, otherTo] = [other.bounds[j] ?? '', other.bounds[j + 1] ?? ''];
      const endsFirst = to < otherTo;
      const low = later(from, otherFrom);
      const high = endsFirst ? to : otherTo;
      if (low < high) bounds.push(low, high);
      if (endsFirst) i += 2;
      else j += 2;
    }
    return new NameSet(bounds);
  }

  union(other: NameSet): NameSet {
    return this.complement().intersect(other.complement()).complement();
  }

  /** A text that only equal sets have. */
  get key(): string {
    return JSON.stringify(this.bounds);
  }

  equals(other: NameSet): boolean {
    return this.bounds.length === other.bounds.length && this.bounds.every((bound, i) => bound === other.bounds[i]);
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

function later(a: string, b: string): string {
  if (a < b) return b;
  return a;
}
