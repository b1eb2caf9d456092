import {
  ALL_NAMES,
  combineTrees,
  type DomainTree,
  isEmptyTree,
  NO_NAMES,
  splitTree,
  type TreePart,
  treeHas,
  treeOf,
  treeParts,
} from './domain-tree.js';
import { type Automaton, AutomatonBuilder, acceptsText, findText, type Symbols } from './language.js';

/** A regular condition on host names, or its negation. */
interface HostCondition {
  readonly automaton: Automaton;
  readonly holds: boolean;
}

/** The names of `tree` that meet every condition. */
interface Piece {
  readonly tree: DomainTree;
  readonly conditions: readonly HostCondition[];
}

const LABEL_UNITS = [...'abcdefghijklmnopqrstuvwxyz0123456789-_'].map((c) => c.charCodeAt(0));
const LABEL_SYMBOLS: Symbols = new Set(LABEL_UNITS);
const NAME_SYMBOLS: Symbols = new Set([...LABEL_UNITS, '.'.charCodeAt(0)]);
const DOT: Symbols = new Set(['.'.charCodeAt(0)]);

/**
 * An immutable set of lower-case host names without trailing dot. Unions, intersections and differences are exact, for
 * whole-label patterns (`*.example.com`) and for regular ones (`*cdn.example.com`, a regular expression) alike.
 */
export class HostSet {
  private constructor(private readonly pieces: readonly Piece[]) {}

  static readonly none = new HostSet([]);
  static readonly all = new HostSet([{ tree: ALL_NAMES, conditions: [] }]);

  static ofTree(tree: DomainTree): HostSet {
    return isEmptyTree(tree) ? HostSet.none : new HostSet([{ tree, conditions: [] }]);
  }

  static exact(name: string): HostSet {
    return HostSet.ofTree(treeOf(name.toLowerCase(), 'self'));
  }

  /** All names below `name`, at any depth, without `name` itself. */
  static below(name: string): HostSet {
    return HostSet.ofTree(treeOf(name.toLowerCase(), 'below'));
  }

  /** `name` and all names below it. */
  static domain(name: string): HostSet {
    return HostSet.ofTree(treeOf(name.toLowerCase(), 'both'));
  }

  /**
   * The names that a documented host pattern stands for. A leading `*.` is one or more whole labels; a `*` elsewhere is
   * one or more characters, dots included; without `*` the pattern is one name.
   */
  static pattern(pattern: string): HostSet {
    const text = pattern.toLowerCase();
    if (!text.includes('*')) return HostSet.exact(text);
    if (text.startsWith('*.') && !text.slice(2).includes('*')) return HostSet.below(text.slice(2));
    return HostSet.all.where(globAutomaton(text), true);
  }

  static union(sets: readonly HostSet[]): HostSet {
    return HostSet.ofPieces(sets.flatMap((set) => set.pieces));
  }

  /** Merges the unconditional pieces into one tree and drops pieces that no name meets. */
  private static ofPieces(pieces: readonly Piece[]): HostSet {
    let tree = NO_NAMES;
    const conditional: Piece[] = [];
    for (const piece of pieces) {
      if (piece.conditions.length === 0) tree = combineTrees('or', tree, piece.tree);
      else if (searchPiece(piece) !== 'none') conditional.push(piece);
    }
    return new HostSet(isEmptyTree(tree) ? conditional : [{ tree, conditions: [] }, ...conditional]);
  }

  /** The names of this set that `automaton` accepts, or with `holds` false does not accept. */
  where(automaton: Automaton, holds: boolean): HostSet {
    return HostSet.ofPieces(
      this.pieces.map(({ tree, conditions }) => ({ tree, conditions: [...conditions, { automaton, holds }] })),
    );
  }

  /** The disjoint parts of this set along the nodes of `labels`; see {@link splitTree}. */
  splitAlong(labels: DomainTree): HostSet[] {
    return this.pieces.flatMap(({ tree, conditions }) =>
      splitTree(tree, labels).flatMap((part) => HostSet.ofPieces([{ tree: part, conditions }])),
    );
  }

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  has(name: string): boolean {
    const text = name.toLowerCase();
    return this.pieces.some(
      ({ tree, conditions }) =>
        treeHas(tree, text) && conditions.every(({ automaton, holds }) => acceptsText(automaton, text) === holds),
    );
  }

  union(other: HostSet): HostSet {
    return HostSet.ofPieces([...this.pieces, ...other.pieces]);
  }

  intersect(other: HostSet): HostSet {
    return HostSet.ofPieces(
      this.pieces.flatMap((a) =>
        other.pieces.map((b) => ({
          tree: combineTrees('and', a.tree, b.tree),
          conditions: [...a.conditions, ...b.conditions],
        })),
      ),
    );
  }

  subtract(other: HostSet): HostSet {
    let rest: readonly Piece[] = this.pieces;
    for (const cut of other.pieces) rest = HostSet.ofPieces(rest.flatMap((piece) => subtractPiece(piece, cut))).pieces;
    return new HostSet(rest);
  }

  /**
   * Domains that together hold the whole set, each standing for its name and all names below; the empty name stands for
   * all names. For finding quickly what may concern a small set.
   */
  get domains(): readonly string[] {
    const domains = new Set(this.pieces.flatMap(({ tree }) => treeParts(tree).map(({ name }) => name)));
    return domains.has('') ? [''] : [...domains];
  }

  /**
   * One name of the set, as plain as possible. `undefined` for the empty set, and for the rare set whose conditions are
   * too large to search: such a set has to be treated as unknown.
   */
  get example(): string | undefined {
    for (const piece of this.pieces) {
      const search = searchPiece(piece);
      if (typeof search === 'object') return search.found;
    }
    return undefined;
  }

  /** The set as patterns a person would write, where it is a list of names and wildcards; a description otherwise. */
  describe(): string {
    if (this.pieces.length === 0) return 'no host';
    const texts = this.pieces.flatMap((piece) => {
      const parts = treeParts(piece.tree).sort(byName).map(describePart);
      if (piece.conditions.length === 0) return parts;
      const search = searchPiece(piece);
      return [`some of ${parts.join(', ')}${typeof search === 'object' ? ` (such as ${search.found})` : ''}`];
    });
    const shown = texts.slice(0, 6).join(', ');
    return texts.length > 6 ? `${shown} and ${texts.length - 6} more` : shown;
  }
}

function subtractPiece(piece: Piece, cut: Piece): Piece[] {
  const outside = { tree: combineTrees('without', piece.tree, cut.tree), conditions: piece.conditions };
  const shared = combineTrees('and', piece.tree, cut.tree);
  // Disjoint by construction: each meets the first i conditions of the cut and fails the next one.
  const failing = cut.conditions.map((condition, i) => ({
    tree: shared,
    conditions: [
      ...piece.conditions,
      ...cut.conditions.slice(0, i),
      { automaton: condition.automaton, holds: !condition.holds },
    ],
  }));
  return [outside, ...failing];
}

/** A name right before the names below it, in alphabetical order. */
function byName(a: TreePart, b: TreePart): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.kind === b.kind ? 0 : a.kind === 'name' ? -1 : 1;
}

function describePart(part: TreePart): string {
  if (part.kind === 'name') return part.name;
  const base = part.name === '' ? '*' : `*.${part.name}`;
  if (part.exceptLabels.length === 0) return base;
  const except = part.exceptLabels.slice(0, 3).map((label) => (part.name === '' ? label : `${label}.${part.name}`));
  return `${base} (except ${except.join(', ')}${part.exceptLabels.length > 3 ? ', …' : ''})`;
}

const searches = new WeakMap<Piece, ReturnType<typeof findText>>();

/** A name of the piece; searched once, since the answer is asked for at every operation. */
function searchPiece(piece: Piece): ReturnType<typeof findText> {
  const known = searches.get(piece);
  if (known) return known;
  let result: ReturnType<typeof findText> = 'none';
  for (const part of treeParts(piece.tree)) {
    const search = searchPart(part, piece.conditions);
    if (typeof search === 'object') {
      result = search;
      break;
    }
    if (search === 'gave-up') result = 'gave-up';
  }
  searches.set(piece, result);
  return result;
}

const PLAIN_LABELS = ['host', 'www', 'site', 'a', 'b', 'c'];

function searchPart(part: TreePart, conditions: readonly HostCondition[]): ReturnType<typeof findText> {
  const meets = (name: string) => conditions.every(({ automaton, holds }) => acceptsText(automaton, name) === holds);
  if (part.kind === 'name') return meets(part.name) ? { found: part.name } : 'none';
  for (const label of PLAIN_LABELS) {
    const name = part.name === '' ? `${label}.example` : `${label}.${part.name}`;
    const nearest = part.name === '' ? 'example' : label;
    if (!part.exceptLabels.includes(nearest) && meets(name)) return { found: name };
  }
  return findText(
    [belowAutomaton(part.name), ...conditions.filter(({ holds }) => holds).map(({ automaton }) => automaton)],
    [
      ...part.exceptLabels.map((label) => domainAutomaton(part.name === '' ? label : `${label}.${part.name}`)),
      ...conditions.filter(({ holds }) => !holds).map(({ automaton }) => automaton),
    ],
  );
}

/** Adds one or more labels, each followed by a dot, between two states. */
function addLabels(builder: AutomatonBuilder, from: number): number {
  const labelStart = builder.state();
  const label = builder.state();
  const end = builder.state();
  builder.link(from, labelStart);
  builder.step(labelStart, LABEL_SYMBOLS, label);
  builder.step(label, LABEL_SYMBOLS, label);
  builder.step(label, DOT, end);
  builder.link(end, labelStart);
  return end;
}

function belowAutomaton(name: string): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  if (name !== '') return builder.build(start, builder.literal(addLabels(builder, start), name));
  // Every name: labels separated by dots.
  const label = builder.state();
  builder.step(start, LABEL_SYMBOLS, label);
  builder.step(label, LABEL_SYMBOLS, label);
  builder.step(label, DOT, start);
  return builder.build(start, label);
}

function domainAutomaton(name: string): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  const base = builder.state();
  builder.link(start, base);
  builder.link(addLabels(builder, start), base);
  return builder.build(start, builder.literal(base, name));
}

function globAutomaton(pattern: string): Automaton {
  const builder = new AutomatonBuilder();
  const start = builder.state();
  let state = start;
  for (const [index, literal] of pattern.split('*').entries()) {
    if (index > 0) {
      const repeat = builder.state();
      builder.step(state, NAME_SYMBOLS, repeat);
      builder.step(repeat, NAME_SYMBOLS, repeat);
      state = repeat;
    }
    state = builder.literal(state, literal);
  }
  return builder.build(start, state);
}
