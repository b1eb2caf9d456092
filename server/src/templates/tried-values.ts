// Finds what can stand in the place of the open values of a packet filter: an address, a number, a protocol, a verdict or a name,
// whichever its reader accepts there. What depends on the value is then what differs between two of them.
import type { Dialect, Document, Sources } from '../dialects/dialect.js';
import { signatureOf } from './filter-signature.js';
import { asOneOpen, isOnlyOpen, isOpenCommand, isOpenLine, linesOf, textOfLine } from './lines.js';
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

/** What the name of a variable says about its kind, as its place among {@link KINDS}. */
const NAMED: readonly (readonly [RegExp, number])[] = [
  [/(?:ports?|dport|sport|prio(?:rity)?|id|num(?:ber)?|size|limit|count|mark)$/i, 1],
  [/(?:6|v6|ip6|ipv6)$/i, 2],
  [/proto(?:col)?s?$/i, 3],
  [/(?:policy|action|verdict|target|jump)$/i, 4],
  [/(?:if|iface|ifname|interface|intf|nic|dev|device|chain|zone|name)s?$/i, 5],
];

/** The kinds in the order in which they are tried for an expression. */
function orderOf(key: string): readonly number[] {
  const name = /[A-Za-z_]\w*(?=\W*(?:\||$))/.exec(key)?.[0] ?? '';
  const first = NAMED.find(([pattern]) => pattern.test(name))?.[1] ?? 0;
  return [first, ...KINDS.map((_, kind) => kind).filter((kind) => kind !== first), NOTHING];
}

/** How often a template is read to find the kinds of its values. */
const ROUND_LIMIT = 32;

/** For how many expressions a kind with an effect is looked for. */
const EFFECT_LIMIT = 24;

/** How much of the budget is kept from that. */
const EFFECT_SHARE = 0.6;

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
const TEXT_LIMIT = 250_000;

/** What is left of the work that one template may cause, and what was read already. */
export class Budget {
  private left = TEXT_LIMIT;
  /** The documents by their texts: many renderings are equal, because what differs between them is not known. */
  readonly known = new Map<string, Document>();

  spend(text: string): void {
    // The fixed part of reading a file.
    this.left -= text.length + 1_000;
  }

  /** How many more texts of a length may be read. */
  readingsOf(length: number): number {
    return Math.max(0, Math.floor(this.left / (length + 1_000)));
  }

  /** Whether less than a share of it is left, which is kept for what comes later. */
  isBelow(share: number): boolean {
    return this.left < TEXT_LIMIT * share;
  }

  get isSpent(): boolean {
    return this.left < 0;
  }
}

export function readAttempt({ dialect, uri, template, sources, budget }: Reader, pieces: readonly Piece[]): Attempt {
  const map = new PlaceMap(uri, template, pieces);
  const known = budget.known.get(map.text);
  if (known) return { map, document: known };
  budget.spend(map.text);
  const source = { uri: map.uri, text: map.text };
  const document = dialect.lower(source, dialect.parse(source), sources);
  budget.known.set(map.text, document);
  return { map, document };
}

/** The kinds of the open values of a template, by their expressions. */
export class TriedValues {
  private readonly orders = new Map<string, readonly number[]>();
  /** The place in the order of each. */
  private readonly places = new Map<string, number>();
  private readonly numbers = new Map<string, number>();
  /** Where lines of the template begin that no value makes a statement. */
  private readonly left = new Set<number>();

  constructor(private readonly reader: Reader) {}

  /** The parts of a rendering with texts; of the expressions in `varied`, the other of their two. */
  fill(pieces: readonly Piece[], varied: ReadonlySet<string> = new Set()): Piece[] {
    const filled = pieces.map((piece) =>
      piece.kind === 'open' ? { ...piece, text: this.textFor(piece.key, varied.has(piece.key)) } : piece,
    );
    let before = '';
    return linesOf(filled).flatMap((line) => {
      const isLeft = this.isLeft(line, before);
      const end = isLeft ? '' : textOfLine(line).trimEnd().slice(-1);
      if (end !== '') before = end;
      return isLeft ? [asOneOpen(line, '')] : line;
    });
  }

  /** The parts of a rendering with a private network for one address, which says what is around a router. */
  fillWithNetwork(pieces: readonly Piece[], key: string): Piece[] {
    return this.fill(pieces).map((piece) =>
      piece.kind === 'open' && piece.key === key && piece.text.trim() !== ''
        ? { ...piece, text: '10.0.0.0/16' }
        : piece,
    );
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
      if (this.reader.budget.isBelow(EFFECT_SHARE)) return;
      const first = this.places.get(key) ?? 0;
      for (let place = first; place < NOTHING; place++) {
        this.places.set(key, place);
        if (this.hasEffect(pieces, key)) break;
        if (place === NOTHING - 1 || this.reader.budget.isBelow(EFFECT_SHARE)) {
          this.places.set(key, first);
          break;
        }
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
    return text.trim() === '' || this.kindOf(key) === NOTHING;
  }

  isAddress(key: string): boolean {
    return this.kindOf(key) === 0;
  }

  /** The texts that stand for an expression. */
  textsFor(key: string): readonly string[] {
    return [this.textFor(key, false), this.textFor(key, true)].filter((text) => text.length > 3);
  }

  private textFor(key: string, isVaried: boolean): string {
    const number = this.numbers.get(key) ?? this.numbers.size;
    this.numbers.set(key, number);
    return KINDS[this.kindOf(key)]?.(number, this.reader.dialect.id)[isVaried ? 1 : 0] ?? '';
  }

  private kindOf(key: string): number {
    const order = this.orders.get(key) ?? orderOf(key);
    this.orders.set(key, order);
    return order[this.places.get(key) ?? 0] ?? NOTHING;
  }

  /** @param before what the text before the line ends with */
  private isLeft(line: readonly Piece[], before: string): boolean {
    if (!isOpenLine(line)) return false;
    // Only in a list of values, which nftables has, can a line that is a value be anything but statements.
    if (isOnlyOpen(line) && !(this.reader.dialect.id === 'nftables' && '{,'.includes(before || ';'))) return true;
    if (this.reader.dialect.id === 'windows-firewall' && isOpenCommand(line)) return true;
    return this.left.has(lineKey(line));
  }

  /** The next combination of kinds for the values of a line; false where there is none. */
  private advance(open: readonly Placed[]): boolean {
    const keys = [...new Set(open.map(({ key }) => key))];
    for (const key of keys) {
      const place = this.places.get(key) ?? 0;
      if (place < NOTHING) {
        this.places.set(key, place + 1);
        return true;
      }
      if (keys.length > 1) this.places.set(key, 0);
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
    .touching({ start, end: next < 0 ? map.text.length : next + 1 })
    .filter(({ kind, text }) => kind === 'open' && text !== '');
}
