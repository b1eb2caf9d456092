// Tells lists of domains apart in which none can be equal to another one or below it, as nearly all are, without looking any up by its text.

import type { AclStatement } from './tree.js';

const DOT = 46;

/** What is known of a hash: that a value has it, that one does which stands for all below it, that one is below a domain that has it. */
const NAME = 1;
const DOTTED = 2;
const BELOW = 4;

/**
 * Tells whether some value of an acl may be equal to another one, or one of them below the other. Values have their hashes compared, and
 * those of the domains that they are below: different values may have equal ones, so that a `true` is no proof. It has room for one acl
 * after the other.
 */
export class DomainHashes {
  private readonly table = new HashTable();

  mayClash(lines: readonly Pick<AclStatement, 'words'>[]): boolean {
    if (lines.length === 1 && lines[0]?.words.length === 1) return false;
    let labels = 0;
    for (const { words } of lines) for (const word of words) labels += labelsIn(word);
    this.table.clear(labels);
    for (const { words } of lines) for (const word of words) if (this.clashes(word)) return true;
    return false;
  }

  /** Whether a value may clash with those in the table, and adds it to them. */
  private clashes(word: string): boolean {
    const isDotted = word.charCodeAt(0) === DOT;
    const start = isDotted ? 1 : 0;
    // The hashes of a name and of the domains that it is below are those of its characters from the right, as far as each of them goes.
    let hash = 0x811c_9dc5 | 0;
    for (let at = word.length - 1; at >= start; at--) {
      const unit = word.charCodeAt(at);
      // Some letters of other scripts are an ASCII letter in small.
      if (unit > 127) return true;
      if (unit === DOT && (this.table.marks(hash, BELOW) & DOTTED) !== 0) return true;
      hash = Math.imul(hash ^ lowered(unit), 0x0100_0193);
    }
    const known = this.table.marks(hash, isDotted ? NAME | DOTTED : NAME);
    return (known & NAME) !== 0 || (isDotted && (known & BELOW) !== 0) || this.table.isCrowded;
  }
}

function labelsIn(word: string): number {
  let dots = 1;
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) === DOT) dots++;
  return dots;
}

/** Small letters for large ones of ASCII. */
function lowered(unit: number): number {
  return unit >= 65 && unit <= 90 ? unit + 32 : unit;
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
  private looks = 0;

  /** Whether more places were looked at than there would be for hashes that nobody has chosen. */
  get isCrowded(): boolean {
    return this.looks < 0;
  }

  /** Makes it empty, with room for `count` hashes. */
  clear(count: number): void {
    const places = Math.max(FEWEST_PLACES, 2 << (32 - Math.clz32(count)));
    this.looks = (count + 1) * PLACES_EACH;
    if (this.round < LAST_ROUND && places === this.hashes.length) {
      this.round++;
      return;
    }
    this.hashes = new Int32Array(places);
    this.marked = new Int32Array(places);
    this.mask = places - 1;
    this.round = 1;
  }

  /** The marks of a hash so far; gives it some more. */
  marks(hash: number, more: number): number {
    const empty = this.round << MARK_BITS;
    let place = (hash ^ (hash >>> 15)) & this.mask;
    while ((this.marked[place] as number) >= empty && this.hashes[place] !== hash) {
      place = (place + 1) & this.mask;
      if (--this.looks < 0) return 0;
    }
    const known = Math.max(this.marked[place] as number, empty);
    this.hashes[place] = hash;
    this.marked[place] = known | more;
    return known - empty;
  }
}

const MARK_BITS = 3;
const LAST_ROUND = 2 ** (31 - MARK_BITS) - 2;
