// What can be told of a set of host names that is one conjunction within a tree of domains.

import { Appended } from './appended.js';
import { attempt, spend } from './budget.js';
import { commonDomain, type DomainTree, firstDomain, isEmptyTree, nodeOf, treeHas, treeParts } from './domain-tree.js';
import { type Expression, holdsName, readingCost } from './host-expression.js';
import { type Levels, levelsWithin } from './host-levels.js';
import { describeTree } from './host-patterns.js';
import { expressionOf, type HostConjunction, searchConjunction } from './host-refinement.js';
import { likelyNames, mendedName, plainNames } from './host-samples.js';
import type { Search } from './host-search.js';
import type { WordPatterns } from './word-patterns.js';

const NO_CONDITIONS: Appended<Expression> = Appended.of();

/** After a search that was given up, those for parts of the same set try less. */
const LESS_SHARE = 1 / 16;

/** How many names for which some conditions do not hold are mended. */
const NAMES_MENDED = 4;

/** The names for which all conditions hold, within a tree. Whether there are any is decided by one search, whose result is kept. */
export class ReadNames {
  protected found: Search | undefined;
  /** A name for which all but few of the conditions hold. */
  protected near: string | undefined;

  protected constructor(
    /** A tree that contains every name of the set; exactly those where there is nothing else. */
    readonly bound: DomainTree,
    /** All of them hold for every name of the set. */
    readonly conditions: Appended<Expression> = NO_CONDITIONS,
    /** No name of the set is in one of them. Kept apart from the conditions, because they may be thousands. */
    readonly excluded: WordPatterns | undefined = undefined,
  ) {}

  protected get levels(): Levels {
    this.knownLevels ??= levelsWithin(this.bound, this.conditions.toArray());
    return this.knownLevels;
  }

  protected knownLevels: Levels | undefined;

  /** Whether a set is in levels and nothing else limits it. */
  get isOfLevels(): boolean {
    return !this.excluded && this.conditions.every(({ kind }) => kind === 'levels');
  }

  /** Whether every text with a word in it is excluded. */
  protected excludes(word: string): boolean {
    const pattern = this.excluded?.patternOf(word);
    return pattern !== undefined && !pattern.automaton;
  }

  /** The longest name that is equal to or above every name of the set; empty where there is none. */
  get commonDomain(): string {
    return commonDomain(this.bound);
  }

  /** The name of a set of at most one name. */
  get onlyName(): string | undefined {
    const name = this.commonDomain;
    const [part, ...others] = treeParts(this.bound, 2);
    return part?.kind === 'name' && others.length === 0 ? name : undefined;
  }

  get isEmpty(): boolean {
    return this.isTree ? isEmptyTree(this.bound) : this.search().kind === 'none';
  }

  has(name: string): boolean {
    return this.holds(name.toLowerCase());
  }

  protected holds(name: string): boolean {
    return this.isWithin(name) && this.conditions.every((condition) => holdsName(condition, name));
  }

  /** What is known of the names that are in another set as well. */
  protected sharedName(other: ReadNames): Search | undefined {
    return this.knownOf((name) => other.holds(name)) ?? other.knownOf((name) => this.holds(name));
  }

  /**
   * Domains that together hold the whole set, each standing for its name and all names below; the empty name stands for
   * all names. For finding quickly what may concern a small set.
   */
  get domains(): readonly string[] {
    const domains = new Set(treeParts(this.bound).map(({ name }) => name));
    return domains.has('') ? [''] : [...domains];
  }

  /**
   * One name of the set, as simple as possible. `undefined` for the empty set, and for the rare set that is too large to
   * search, which has to be treated as unknown.
   */
  get example(): string | undefined {
    for (const name of plainNames(this.bound)) if (this.holds(name)) return name;
    const search = this.search();
    return search.kind === 'found' ? search.name : undefined;
  }

  /** The set as text: its names and wildcards where it is a list of these; a description otherwise. */
  describe(names?: number): string {
    if (this.isEmpty) return 'no host';
    const list = describeTree(this.bound, names);
    if (this.isTree) return list;
    return this.example === undefined ? `some of ${list}` : `some of ${list} (such as ${this.example})`;
  }

  /** Whether it is a list of names and whole domains, and no expression decides which of them are in it. */
  get isListOfNames(): boolean {
    return this.isTree;
  }

  protected get isTree(): boolean {
    return this.conditions.length === 0 && !this.excluded;
  }

  protected get conjunction(): HostConjunction {
    return { bound: this.bound, conditions: this.conditions, excluded: this.excluded };
  }

  protected get asExpression(): Expression {
    this.expression ??= expressionOf(this.conjunction);
    return this.expression;
  }

  private expression: Expression | undefined;

  /** A name of the set; `none` only where there is none. */
  protected search(isLess = false): Search {
    const search = () => searchConjunction(this.conjunction, this.near);
    this.found ??= this.sample() ?? (isLess ? attempt(LESS_SHARE, search) : search()) ?? { kind: 'gave-up' };
    return this.found;
  }

  /** A name of the set, where one was found. */
  protected get foundName(): string | undefined {
    return this.found?.kind === 'found' ? this.found.name : undefined;
  }

  /** What stands before its domain in a name of the set, before a domain of another tree: most conditions are about that. */
  protected nameMovedInto(bound: DomainTree): string | undefined {
    const { foundName } = this;
    const domain = foundName === undefined ? undefined : firstDomain(bound);
    if (foundName === undefined || domain === undefined) return undefined;
    const { name: own } = nodeOf(this.bound, foundName);
    return own.length === 0 || own === foundName ? undefined : `${foundName.slice(0, -own.length)}${domain}`;
  }

  /** What is known of a part of this set: a name that is in it, or that the search for one was given up. */
  protected knownOf(holds: (name: string) => boolean): Search | undefined {
    return this.found?.kind === 'found' && !holds(this.found.name) ? undefined : this.found;
  }

  protected sample(): Search | undefined {
    const refuted: string[] = [];
    const beside = this.near === undefined ? undefined : this.mended(this.near);
    if (beside) return beside;
    for (const name of likelyNames(this.bound, this.conditions, () => this.levels)) {
      spend(readingCost(this.conditions.length, name));
      if (this.holds(name)) return { kind: 'found', name };
      if (refuted.length < NAMES_MENDED && this.isWithin(name)) refuted.push(name);
    }
    for (const name of refuted) {
      const found = this.mended(name);
      if (found) return found;
    }
    return undefined;
  }

  private mended(name: string): Search | undefined {
    const mended = mendedName(name, this.conditions, (one) => this.isWithin(one));
    return mended === undefined ? undefined : { kind: 'found', name: mended };
  }

  /** Whether a name fulfils all but the conditions. */
  private isWithin(name: string): boolean {
    return treeHas(this.bound, name) && !this.excluded?.patternOf(name);
  }
}
