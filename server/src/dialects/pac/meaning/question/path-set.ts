// Sets of paths of URLs, exact under every operation.
import { type Automaton, acceptsText } from '../../../../model/language.js';
import { backwardMachine, type Machine } from '../../../../model/machines.js';
import { automatonOf, type Language } from '../../../../model/text-language.js';
import type { PartSet } from './sets.js';

type Expression =
  | { readonly kind: 'constant'; readonly holds: boolean }
  | { readonly kind: 'automaton'; readonly automaton: Automaton }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: readonly [Expression, Expression] };

const ALL: Expression = { kind: 'constant', holds: true };
const NONE: Expression = { kind: 'constant', holds: false };

/** The characters of paths and queries (RFC 3986), and those that browsers leave as they are. */
const PATH_CHARACTERS = [
  ..."abcdefghijklmnopqrstuvwxyz0123456789/-_.?=&%ABCDEFGHIJKLMNOPQRSTUVWXYZ~!$'()*+,;:@[]|^`{}\\",
].map((character) => character.charCodeAt(0));

/** How many joint states are visited before a search gives up; the set then counts as not empty. */
const STATE_LIMIT = 20_000;

/** A set of what follows the first slash of the path of a URL. */
export class PathSet implements PartSet<PathSet> {
  private found: { readonly path: string | undefined; readonly gaveUp: boolean } | undefined;

  private constructor(private readonly expression: Expression) {}

  static readonly all = new PathSet(ALL);
  static readonly none = new PathSet(NONE);

  static of(language: Language): PathSet {
    return new PathSet({ kind: 'automaton', automaton: automatonOf(language) });
  }

  get isEmpty(): boolean {
    if (this.expression.kind === 'constant') return !this.expression.holds;
    const { path, gaveUp } = this.search;
    return path === undefined && !gaveUp;
  }

  /** One path of the set; `undefined` for the empty set and for the rare one that is too large to search. */
  get example(): string | undefined {
    return this.search.path;
  }

  has(path: string): boolean {
    return holds(this.expression, path);
  }

  union(other: PathSet): PathSet {
    if (this.expression === ALL || other.expression === NONE) return this;
    if (other.expression === ALL || this.expression === NONE) return other;
    return new PathSet({ kind: 'or', of: [this.expression, other.expression] });
  }

  intersect(other: PathSet): PathSet {
    if (this.expression === NONE || other.expression === ALL) return this;
    if (other.expression === NONE || this.expression === ALL) return other;
    return new PathSet({ kind: 'and', of: [this.expression, other.expression] });
  }

  subtract(other: PathSet): PathSet {
    if (other.expression === NONE || this.expression === NONE) return this;
    if (other.expression === ALL) return PathSet.none;
    return this.intersect(new PathSet({ kind: 'not', of: other.expression }));
  }

  private get search() {
    this.found ??= searchPath(this.expression);
    return this.found;
  }
}

function holds(expression: Expression, path: string): boolean {
  switch (expression.kind) {
    case 'constant':
      return expression.holds;
    case 'automaton':
      return acceptsText(expression.automaton, path);
    case 'not':
      return !holds(expression.of, path);
    case 'and':
      return holds(expression.of[0], path) && holds(expression.of[1], path);
    case 'or':
      return holds(expression.of[0], path) || holds(expression.of[1], path);
  }
}

/** Reads all paths at once from their last character on, breadth first, in every machine of an expression together. */
function searchPath(expression: Expression): { path: string | undefined; gaveUp: boolean } {
  const machines: Machine[] = [];
  const accepts = compile(expression, machines);
  const start = machines.map((machine) => machine.start);
  const seen = new Set([start.join(' ')]);
  let frontier = [{ states: start, read: '' }];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { states, read } of frontier) {
      if (accepts(states)) return { path: read, gaveUp: false };
      for (const symbol of PATH_CHARACTERS) {
        const moved = machines.map((machine, i) => machine.next(states[i] ?? 0, symbol));
        const key = moved.join(' ');
        if (seen.has(key)) continue;
        if (seen.size >= STATE_LIMIT) return { path: undefined, gaveUp: true };
        seen.add(key);
        next.push({ states: moved, read: String.fromCharCode(symbol) + read });
      }
    }
    frontier = next;
  }
  return { path: undefined, gaveUp: false };
}

function compile(expression: Expression, machines: Machine[]): (states: readonly number[]) => boolean {
  switch (expression.kind) {
    case 'constant':
      return () => expression.holds;
    case 'automaton': {
      const machine = backwardMachine(expression.automaton);
      let index = machines.indexOf(machine);
      if (index < 0) index = machines.push(machine) - 1;
      return (states) => machine.accepts(states[index] ?? 0);
    }
    case 'not': {
      const of = compile(expression.of, machines);
      return (states) => !of(states);
    }
    case 'and':
    case 'or': {
      const [a, b] = [compile(expression.of[0], machines), compile(expression.of[1], machines)];
      return expression.kind === 'and' ? (states) => a(states) && b(states) : (states) => a(states) || b(states);
    }
  }
}
