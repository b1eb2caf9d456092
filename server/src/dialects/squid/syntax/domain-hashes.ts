// Tells lists of domains apart in which none can be equal to another one or below it, as nearly all are, without looking any up by its text.

const DOT = 46;

/** What is known of a hash: that a value has it, that one does which stands for all below it, that one is below a domain that has it. */
const NAME = 1;
const DOTTED = 2;
const BELOW = 4;

/** For how many labels of each value there is room; longer names on the whole may clash for all that is known. */
const LABELS_EACH = 6;

/**
 * Tells whether some value of an acl may be equal to another one, or one of them below the other. Values have their hashes compared, and
 * those of the domains that they are below: different values may have equal ones, so that a `true` is no proof. It has room for one acl
 * after the other.
 */
export class DomainHashes {
  private readonly table = new HashTable();

  /** `texts` are in small letters; those in rows from `from` to `to`, which is excluded, belong to one acl. */
  mayClash(texts: readonly string[], from = 0, to = texts.length): boolean {
    if (to - from < 2) return false;
    this.table.clear((to - from) * LABELS_EACH);
    for (let row = from; row < to; row++) if (this.clashes(texts[row] as string)) return true;
    return false;
  }

  /** Whether a value may clash with those in the table, and adds it to them. */
  private clashes(text: string): boolean {
    const { table } = this;
    const isDotted = text.charCodeAt(0) === DOT;
    const start = isDotted ? 1 : 0;
    // The hashes of a name and of the domains that it is below are those of its characters from the right, as far as each of them goes.
    let hash = 0x811c_9dc5 | 0;
    for (let at = text.length - 1; at >= start; at--) {
      const unit = text.charCodeAt(at);
      if (unit === DOT && (table.mark(hash, BELOW) & DOTTED) !== 0) return true;
      hash = Math.imul(hash ^ unit, 0x0100_0193);
    }
    const known = table.mark(hash, isDotted ? NAME | DOTTED : NAME);
    return (known & NAME) !== 0 || (isDotted && (known & BELOW) !== 0) || table.isFull;
  }
}

/** How many places are looked at for each hash, before somebody may have chosen them to be equal. */
const PLACES_EACH = 16;
const FEWEST_PLACES = 1_024;

/** Marks by hash, in places that are looked at one behind the other (Knuth, The Art of Computer Programming, 6.4). Most lists are short. */
class HashTable {
  private hashes = new Int32Array(FEWEST_PLACES);
  /** The marks in each place, with the round that they are of. */
  private marked = new Int32Array(FEWEST_PLACES);
  private mask = FEWEST_PLACES - 1;
  private round = 0;
  private room = 0;
  private looks = 0;

  /** Whether it has no more room, or more places were looked at than there would be for hashes that nobody has chosen. */
  get isFull(): boolean {
    return this.room <= 0 || this.looks <= 0;
  }

  /** Makes it empty, with room for `count` hashes. */
  clear(count: number): void {
    const places = Math.max(FEWEST_PLACES, 2 << (32 - Math.clz32(count)));
    this.room = count;
    this.looks = count * PLACES_EACH;
    if (this.round < LAST_ROUND && places === this.hashes.length) {
      this.round++;
      return;
    }
    this.hashes = new Int32Array(places);
    this.marked = new Int32Array(places);
    this.mask = places - 1;
    this.round = 1;
  }

  /** The marks of a hash so far; gives it some more, if there is room. */
  mark(hash: number, more: number): number {
    const empty = this.round << MARK_BITS;
    let place = (hash ^ (hash >>> 15)) & this.mask;
    while ((this.marked[place] as number) >= empty && this.hashes[place] !== hash) {
      place = (place + 1) & this.mask;
      if (--this.looks <= 0) return 0;
    }
    const known = this.marked[place] as number;
    if (known < empty) {
      if (this.room <= 0) return 0;
      this.room--;
      this.hashes[place] = hash;
      this.marked[place] = empty | more;
      return 0;
    }
    this.marked[place] = known | more;
    return known - empty;
  }
}

const MARK_BITS = 3;
const LAST_ROUND = 2 ** (31 - MARK_BITS) - 2;
