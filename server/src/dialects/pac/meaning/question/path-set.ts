// Sets of paths of URLs, exact under every operation.
import { Appended } from '../../../../model/appended.js';
import { bounded, spend } from '../../../../model/budget.js';
import { type Expression, holdsName } from '../../../../model/host-expression.js';
import { hostFormulas, NEVER } from '../../../../model/host-formulas.js';
import { automatonOf, type Language } from '../../../../model/text-language.js';
import type { PartSet } from './sets.js';

/** The characters of paths and queries (RFC 3986), and those that browsers leave as they are. */
const PATH_CHARACTERS = [
  ..."abcdefghijklmnopqrstuvwxyz0123456789/-_.?=&%ABCDEFGHIJKLMNOPQRSTUVWXYZ~!$'()*+,;:@[]|^`{}\\",
].map((character) => character.charCodeAt(0));

/** What it costs to look at the characters that may come next, where what they lead to is known, and to visit that. */
const LOOK_COST = 4;
const LOOKS_AT_ONCE = 4;
const VISIT_COST = 5;

/** What it costs to ask a condition about a path. */
const TEST_COST = 3;

/** A path of a set, where one was found; the rare set that is too large to search counts as not empty. */
interface Found {
  readonly path: string | undefined;
  readonly gaveUp: boolean;
}

/** A set of what follows the first slash of the path of a URL: the paths for which some conditions hold. */
export class PathSet implements PartSet<PathSet> {
  private found: Found | undefined;

  private constructor(private readonly conditions: Appended<Expression>) {}

  static readonly all = new PathSet(Appended.of());
  static readonly none = new PathSet(Appended.of<Expression>({ kind: 'or', of: Appended.of() }));

  static of(language: Language): PathSet {
    return new PathSet(Appended.of<Expression>({ kind: 'language', automaton: automatonOf(language) }));
  }

  get isEmpty(): boolean {
    if (this.conditions.length === 0) return false;
    const { path, gaveUp } = this.search;
    return path === undefined && !gaveUp;
  }

  /** One path of the set; `undefined` for the empty set and for the rare one that is too large to search. */
  get example(): string | undefined {
    return this.search.path;
  }

  has(path: string): boolean {
    return this.conditions.every((condition) => holdsName(condition, path));
  }

  union(other: PathSet): PathSet {
    if (this === PathSet.all || other === PathSet.none) return this;
    if (other === PathSet.all || this === PathSet.none) return other;
    const union = new PathSet(
      Appended.of<Expression>({ kind: 'or', of: Appended.of(this.expression, other.expression) }),
    );
    union.found = [this.found, other.found].find((found) => found?.path !== undefined);
    return union;
  }

  intersect(other: PathSet): PathSet {
    if (this === PathSet.none || other === PathSet.all) return this;
    if (other === PathSet.none || this === PathSet.all) return other;
    return other.conditions.toArray().reduce<PathSet>((all, condition) => all.where(condition), this);
  }

  subtract(other: PathSet): PathSet {
    if (other === PathSet.none || this === PathSet.none) return this;
    if (other === PathSet.all) return PathSet.none;
    return this.where({ kind: 'not', of: other.expression });
  }

  /** The part for which one more condition holds. A path that is known to be in the set mostly shows that one part is not empty. */
  private where(condition: Expression): PathSet {
    const part = new PathSet(this.conditions.with(condition));
    const path = this.found?.path;
    if (path !== undefined && holdsName(condition, path)) part.found = this.found;
    else part.near = path;
    return part;
  }

  /** A path for which all conditions but the last hold. */
  private near: string | undefined;

  private get expression(): Expression {
    const { last } = this.conditions;
    return last && this.conditions.length === 1 ? last : { kind: 'and', of: this.conditions };
  }

  private get search(): Found {
    this.found ??= bounded(
      () => searchPath(this.conditions, this.near),
      () => ({ path: undefined, gaveUp: true }),
    );
    return this.found;
  }
}

/**
 * A path for which all conditions hold, or the proof that there is none. Of many conditions few matter: the search begins with the latest
 * one, and adds another where that refutes the path that it finds.
 * @param near a path for which all conditions but the last hold: together with one for which that holds it mostly is what is looked for
 */
function searchPath(conditions: Appended<Expression>, near: string | undefined): Found {
  const all = conditions.toArray();
  const refutation = (path: string) => {
    spend(TEST_COST * all.length);
    return all.find((condition) => !holdsName(condition, path));
  };
  const { last } = conditions;
  let active = last ? Appended.of(last) : Appended.of<Expression>();
  for (;;) {
    const path = shortestPath({ kind: 'and', of: active });
    if (path === undefined) return { path, gaveUp: false };
    const refuting = refutation(path);
    if (!refuting) return { path, gaveUp: false };
    if (near !== undefined && active.length === 1) {
      const both = [path + near, near + path, `${near}/${path}`].find((joined) => !refutation(joined));
      if (both !== undefined) return { path: both, gaveUp: false };
    }
    active = active.with(refuting);
  }
}

/** Reads all paths at once from their last character on, the shortest first. */
function shortestPath(expression: Expression): string | undefined {
  const formulas = hostFormulas();
  const start = formulas.of(expression);
  const seen = new Set([start]);
  let frontier = start === NEVER ? [] : [{ formula: start, read: '' }];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { formula, read } of frontier) {
      if (formulas.accepts(formula)) return read;
      const symbols = formulas.symbolsFor(formula, PATH_CHARACTERS);
      spend(LOOK_COST + symbols.length / LOOKS_AT_ONCE);
      for (const symbol of symbols) {
        const reached = formulas.next(formula, symbol);
        if (reached === NEVER || seen.has(reached)) continue;
        spend(VISIT_COST);
        seen.add(reached);
        next.push({ formula: reached, read: String.fromCharCode(symbol) + read });
      }
    }
    frontier = next;
  }
  return undefined;
}
