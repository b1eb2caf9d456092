// Finds what can stand in the place of the open values of a packet filter: an address, a number, a protocol, a verdict or a name,
// whichever its reader accepts there. What depends on the value is then what differs between two of them.
import type { Dialect, Document, Sources } from '../dialects/dialect.js';
import { signatureOf } from './filter-signature.js';
import { asOneOpen, isOnlyOpen, isOpenLine, linesOf } from './lines.js';
import { type Placed, PlaceMap } from './place-map.js';
import type { Piece } from './rendering.js';

/** The verdicts of each dialect, which a value may be. */
const VERDICTS: Readonly<Record<string, readonly [string, string]>> = {
  iptables: ['ACCEPT', 'DROP'],
  nftables: ['accept', 'drop'],
  cisco: ['permit', 'deny'],
  'windows-firewall': ['Allow', 'Block'],
};

/** The pair of values of each kind, for the n-th expression of a template. */
const KINDS: readonly ((n: number, dialect: string) => readonly [string, string])[] = [
  (n) => [`192.0.2.${1 + (n % 250)}`, `198.51.100.${1 + (n % 250)}`],
  (n) => [`${8 + (n % 12) * 2}`, `${9 + (n % 12) * 2}`],
  (n) => [`2001:db8::${1 + (n % 9_000)}`, `2001:db8:1::${1 + (n % 9_000)}`],
  () => ['tcp', 'udp'],
  (_, dialect) => VERDICTS[dialect] ?? ['', ''],
  (n) => [`lintel${n}a`, `lintel${n}b`],
];

/** Nothing stands in its place: what the value adds is not known. */
const NOTHING = KINDS.length;

/** How often a template is read to find the kinds of its values. */
const ROUND_LIMIT = 32;

/** For how many expressions a kind with an effect is looked for. */
const EFFECT_LIMIT = 24;

/** A rendering in which every value has a text, with what its dialect reads in it. */
export interface Attempt {
  readonly map: PlaceMap;
  readonly document: Document;
}

export interface Reader {
  readonly dialect: Dialect;
  readonly uri: string;
  readonly template: string;
  readonly sources: Sources;
  readonly budget: Budget;
}

/** How much text may be read for one template, in UTF-16 code units: all renderings together. */
const TEXT_LIMIT = 2_000_000;

/** What is left of the work that one template may cause. */
export class Budget {
  private left = TEXT_LIMIT;

  spend(text: string): void {
    // The fixed part of reading a file.
    this.left -= text.length + 2_000;
  }

  /** Whether what is left is kept for the renderings themselves. */
  get isScarce(): boolean {
    return this.left < TEXT_LIMIT / 2;
  }

  get isSpent(): boolean {
    return this.left < 0;
  }
}

export function readAttempt({ dialect, uri, template, sources, budget }: Reader, pieces: readonly Piece[]): Attempt {
  const map = new PlaceMap(uri, template, pieces);
  budget.spend(map.text);
  const source = { uri: map.uri, text: map.text };
  return { map, document: dialect.lower(source, dialect.parse(source), sources) };
}

/** The kinds of the open values of a template, by their expressions. */
export class TriedValues {
  private readonly kinds = new Map<string, number>();
  private readonly numbers = new Map<string, number>();
  /** Where lines of the template begin that no value makes a statement. */
  private readonly left = new Set<number>();

  constructor(private readonly reader: Reader) {}

  /** The parts of a rendering with texts; of the expressions in `varied`, the other of their two. */
  fill(pieces: readonly Piece[], varied: ReadonlySet<string> = new Set()): Piece[] {
    const filled = pieces.map((piece) =>
      piece.kind === 'open' ? { ...piece, text: this.textFor(piece.key, varied.has(piece.key)) } : piece,
    );
    return linesOf(filled).flatMap((line) => (this.isLeft(line) ? [asOneOpen(line, '')] : line));
  }

  /** Reads a rendering, and looks for other kinds of values until its dialect accepts it. */
  settle(pieces: readonly Piece[]): Attempt {
    for (let round = 0; ; round++) {
      const attempt = readAttempt(this.reader, this.fill(pieces));
      const refused = refusedIn(attempt);
      if (refused.length === 0 || round > 2 * ROUND_LIMIT || (round > 0 && this.reader.budget.isSpent)) return attempt;
      for (const { open, line } of refused) {
        if (round >= ROUND_LIMIT || this.reader.budget.isSpent || !this.advance(open)) this.left.add(line);
      }
    }
  }

  /**
   * Looks for kinds that change what the filter does, for values whose first kind does not: a reader may skip a line that it
   * does not understand.
   */
  findEffects(pieces: readonly Piece[]): void {
    const keys = new Set(pieces.flatMap((piece) => (piece.kind === 'open' ? [piece.key] : [])));
    for (const key of [...keys].slice(0, EFFECT_LIMIT)) {
      if (this.reader.budget.isScarce) return;
      const first = this.kinds.get(key) ?? 0;
      for (let kind = first; kind < NOTHING; kind++) {
        this.kinds.set(key, kind);
        if (this.hasEffect(pieces, key)) break;
        if (kind === NOTHING - 1) this.kinds.set(key, first);
      }
    }
  }

  private hasEffect(pieces: readonly Piece[], key: string): boolean {
    const attempt = readAttempt(this.reader, this.fill(pieces));
    if (refusedIn(attempt).some(({ open }) => open.some((one) => one.key === key))) return false;
    const other = readAttempt(this.reader, this.fill(pieces, new Set([key])));
    return signatureOf(attempt.document.model) !== signatureOf(other.document.model);
  }

  /** Whether nothing stands in the place of a value: it may add conditions that are not known. */
  isNothing({ key, text }: Piece): boolean {
    return text.trim() === '' || this.kinds.get(key) === NOTHING;
  }

  /** The texts that stand for an expression. */
  textsFor(key: string): readonly string[] {
    return [this.textFor(key, false), this.textFor(key, true)].filter((text) => text.length > 3);
  }

  private textFor(key: string, isVaried: boolean): string {
    const number = this.numbers.get(key) ?? this.numbers.size;
    this.numbers.set(key, number);
    const kind = this.kinds.get(key) ?? 0;
    return KINDS[kind]?.(number, this.reader.dialect.id)[isVaried ? 1 : 0] ?? '';
  }

  private isLeft(line: readonly Piece[]): boolean {
    if (!isOpenLine(line)) return false;
    // Only in a list of values can a line that is a value be anything but statements.
    if (isOnlyOpen(line) && this.reader.dialect.id !== 'nftables') return true;
    return this.left.has(lineKey(line));
  }

  /** The next combination of kinds for the values of a line; false where there is none. */
  private advance(open: readonly Placed[]): boolean {
    const keys = [...new Set(open.map(({ key }) => key))];
    for (const key of keys) {
      const kind = this.kinds.get(key) ?? 0;
      if (kind < NOTHING) {
        this.kinds.set(key, kind + 1);
        return true;
      }
      if (keys.length > 1) this.kinds.set(key, 0);
    }
    return false;
  }
}

function lineKey(line: readonly Piece[]): number {
  return line.find(({ kind }) => kind === 'open')?.start ?? -1;
}

/** The problems that a value of another kind may not have. */
const KIND_PROBLEMS: ReadonlySet<string> = new Set([
  'syntax-error',
  'undefined-name',
  'unmodelled-statement',
  'never-matches',
]);

/** A line that is refused because of its open values. */
interface Refused {
  readonly open: readonly Placed[];
  /** Where its first open value begins in the template. */
  readonly line: number;
}

function refusedIn({ map, document }: Attempt): Refused[] {
  const refused = new Map<number, Refused>();
  for (const { code, uri, range } of document.problems) {
    if (uri !== map.uri || !KIND_PROBLEMS.has(code)) continue;
    const touched = map.touching(range).filter(({ kind, text }) => kind === 'open' && text !== '');
    const open = touched.length > 0 || code !== 'syntax-error' ? touched : openOnLine(map, range.start);
    const [first] = open;
    if (!first) continue;
    const line = lineKey(openOnLine(map, first.at));
    refused.set(line, { open, line });
  }
  return [...refused.values()];
}

/** The open values on the line of an offset. */
function openOnLine(map: PlaceMap, offset: number): Placed[] {
  const start = map.text.lastIndexOf('\n', offset - 1) + 1;
  const next = map.text.indexOf('\n', offset);
  return map
    .touching({ start, end: next < 0 ? map.text.length : next })
    .filter(({ kind, text }) => kind === 'open' && text !== '');
}
