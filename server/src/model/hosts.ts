// Sets of host names, exact under every operation.

import { Appended } from './appended.js';
import { spend } from './budget.js';
import {
  ALL_NAMES,
  combineTrees,
  type DomainTree,
  hasMoreParts,
  isEmptyTree,
  NO_NAMES,
  namesOfTree,
  splitTree,
  treeHas,
  treeOf,
} from './domain-tree.js';
import { unionOfChain } from './host-chains.js';
import { conditionsWithin } from './host-cuts.js';
import { type Expression, holdsName, weightOf } from './host-expression.js';
import {
  areWhole,
  combineLevels,
  type Levels,
  levelsBehind,
  levelsOfDots,
  levelsOfTree,
  treeOfLevels,
} from './host-levels.js';
import { globAutomaton } from './host-patterns.js';
import { ReadNames } from './host-reading.js';
import { possibleWords, type Search } from './host-search.js';
import {
  besidesCommon,
  haveSameConditions,
  saidOnce,
  takesAnyOf,
  unionByWords,
  unionInHalves,
  unionOfHalves,
  unitedByConditions,
  wordsHad,
} from './host-unions.js';
import type { Automaton } from './language.js';
import { boundOf, isApart } from './language-bounds.js';
import { automatonOfNames } from './minimal-automaton.js';
import { neededWord } from './needed-words.js';
import { PaidMemo } from './paid-memo.js';
import { dotsOfNames, type Language, type WordsBehindLabels } from './text-language.js';
import { WordPatterns } from './word-patterns.js';
import { beginsNoName, isFarFrom, treeAroundEndings, treeOfWords, treeWithin, wordsAbove } from './word-trees.js';

/** So many conditions, and more alternatives, are made one condition. */
const CONDITIONS_READ_APART = 16;
const ALTERNATIVES_READ_APART = 8;

/** A set of so many parts is made one condition where its bound becomes small, if that is not more than so much of the work that is left. */
const HEAVY = 12;
const REDUCED_SHARE = 1 / 128;

/** The trees of more levels are not joined to a bound as small as possible. */
const LEVELS_JOINED = 8;

/** What it costs to look at the number of labels. */
const LEVEL_COST = 100;

/**
 * An immutable set of lower-case host names without trailing dot. Unions, intersections and differences are exact, for
 * whole-label patterns (`*.example.com`) and for regular ones (`*cdn.example.com`, a regular expression) alike.
 *
 * A set of whole-label patterns is a tree. Any other set is a conjunction within a tree that contains all of its names;
 * whether it is empty is decided by one search, whose result is kept. A name that was found stays the proof for what is left
 * of the set as long as it is in it, so that thousands of conditions are cheap.
 */
export class HostSet extends ReadNames {
  /** So many conditions are read apart. */
  private readApart = CONDITIONS_READ_APART;

  private constructor(bound: DomainTree, conditions?: Appended<Expression>, excluded?: WordPatterns) {
    super(bound, conditions, excluded);
  }

  static readonly none = new HostSet(NO_NAMES);

  static readonly all = new HostSet(ALL_NAMES);

  static ofTree(tree: DomainTree): HostSet {
    return isEmptyTree(tree) ? HostSet.none : new HostSet(tree);
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
    const chain = sets.length > 1 ? unionOfChain(sets) : undefined;
    if (chain) {
      const { bound, conditions, excluded } = chain.rest;
      const known = sets.find((set) => !set.isTree)?.search();
      return HostSet.of(bound, conditions, excluded, known).union(HostSet.ofTree(chain.domains));
    }
    const union = unionInHalves(unitedByConditions(sets)) ?? HostSet.none;
    return (union.alternatives?.length ?? 0) > ALTERNATIVES_READ_APART ? union.simplified() : union;
  }

  /** The union with a set that differs in its bound and in the number of labels alone. */
  unionOfBounds(other: HostSet): HostSet | undefined {
    // Levels alone are united in halves.
    if (this.isOfLevels || !haveSameConditions(this.conjunction, other.conjunction)) return undefined;
    const known = this.found?.kind === 'found' ? this : other;
    return known.withLevels(combineLevels('or', this.levels, other.levels));
  }

  /** The same names with one condition in the place of many alternatives, where that is not too costly to find. */
  private simplified(): HostSet {
    const automaton = automatonOfNames(this.asExpression);
    return automaton ? HostSet.ofTree(this.bound).where(automaton, true) : this;
  }

  /** Whether it is seen at once that none of the names is in a language. */
  isFarFrom(language: Language): boolean {
    return isFarFrom(this.bound, language);
  }

  /** The names of this set that are in a language, or with `holds` false are not in it. */
  where(language: Language | Automaton, holds: boolean): HostSet {
    if (!('kind' in language)) return this.whereAutomaton(language, holds);
    if (this.isFarFrom(language) || beginsNoName(language)) return holds ? HostSet.none : this;
    if (language.kind === 'words') return this.whereTree(treeOfWords(language.words), holds);
    const tree = treeWithin(this.bound, language);
    if (tree) return this.whereTree(tree, holds);
    if (language.endings && isEmptyTree(combineTrees('and', this.bound, treeAroundEndings(language.endings)))) {
      return holds ? HostSet.none : this;
    }
    const dots = dotsOfNames(language);
    if (dots) return this.whereLevels(levelsOfDots(dots), holds);
    if (language.labelsBefore) return this.whereBehindLabels(language.labelsBefore, holds);
    if (!language.containing) return this.whereAutomaton(language.automaton, holds);
    const words = patternsOfWords.of(language.containing, () =>
      WordPatterns.ofWords(possibleWords(language.containing ?? [])),
    );
    return holds ? this.having(words) : this.excluding(words);
  }

  private whereTree(tree: DomainTree, holds: boolean): HostSet {
    return this.within(combineTrees(holds ? 'and' : 'without', this.bound, tree));
  }

  /** Of a long list of words behind labels only those matter below which there are names of the set. */
  private whereBehindLabels({ count, words }: WordsBehindLabels, holds: boolean): HostSet {
    const above = wordsAbove(treeOfWords(words), this.bound);
    spend(LEVEL_COST + above.length);
    return this.whereLevels(levelsBehind(above, count), holds);
  }

  private whereLevels(others: Levels, holds: boolean): HostSet {
    const { levels } = this;
    spend(LEVEL_COST * (levels.length + others.length));
    return this.withLevels(combineLevels(holds ? 'and' : 'without', levels, others), this.bound);
  }

  /**
   * The part of this set in levels that are within it, and within a bound. A walk up the domains makes many levels, one after the other,
   * and what all of them have in common matters only once they are few.
   */
  private withLevels(levels: Levels, outer?: DomainTree, search?: Search): HostSet {
    if (levels.length === 0) return HostSet.none;
    const beside = this.conditions.toArray().filter(({ kind }) => kind !== 'levels');
    const isLong = outer !== undefined && levels.length > LEVELS_JOINED;
    const bound = isLong ? outer : treeOfLevels(levels);
    const isTree = !isLong && areWhole(levels, bound);
    const conditions = isTree ? beside : [...beside, { kind: 'levels', levels } as const];
    const known = search ?? this.knownOf((name) => holdsName({ kind: 'levels', levels }, name));
    return HostSet.of(bound, Appended.from(conditions), this.excluded, known, isTree ? undefined : levels);
  }

  /** Whether it is seen at once that none of the names is in a language; `false` where only a search could tell. */
  isApartFrom(automaton: Automaton): boolean {
    return isApart(this.bound, automaton);
  }

  private whereAutomaton(automaton: Automaton, holds: boolean): HostSet {
    if (isApart(this.bound, automaton)) return holds ? HostSet.none : this;
    const { tree, exact } = boundOf(automaton);
    if (exact) return this.whereTree(tree, holds);
    const inside = combineTrees('and', this.bound, tree);
    if (isEmptyTree(inside)) return holds ? HostSet.none : this;
    const language: Expression = { kind: 'language', automaton };
    if (holds) return this.also(language, inside);
    const word = neededWord(automaton);
    if (word !== undefined) return this.excluding(WordPatterns.of([{ word, automaton }]));
    return this.also({ kind: 'not', of: language }, this.bound);
  }

  /** The names in which one of some words is. */
  private having(words: WordPatterns): HostSet {
    const patterns = this.notExcluded(words);
    if (patterns.size === 0) return HostSet.none;
    return takesAnyOf(this.conjunction, patterns) ? this : this.also({ kind: 'pattern', patterns }, this.bound);
  }

  private excluding(patterns: WordPatterns): HostSet {
    const news = this.notExcluded(patterns);
    if (news.size === 0 || this === HostSet.none) return this;
    if (takesAnyOf(this.conjunction, news)) return HostSet.none;
    const excluded = this.excluded?.with(news.patterns) ?? news;
    const known = this.knownOf((name) => !news.patternOf(name));
    const joined = saidOnce({ bound: this.bound, conditions: this.conditions, excluded });
    return HostSet.of(joined.bound, joined.conditions, excluded, known);
  }

  private notExcluded(words: WordPatterns): WordPatterns {
    if (!this.excluded) return words;
    return WordPatterns.of(words.patterns.filter(({ word }) => !this.excludes(word)));
  }

  /** The part of this set within a part of its bound. */
  private within(bound: DomainTree): HostSet {
    return bound === this.bound ? this : this.cut(bound).reduced();
  }

  private cut(bound: DomainTree): HostSet {
    if (bound === this.bound) return this;
    if (this.conditions.some(({ kind }) => kind === 'levels')) {
      return this.withLevels(combineLevels('and', this.levels, levelsOfTree(bound)));
    }
    const conditions = conditionsWithin(bound, this.conditions);
    if (!conditions) return HostSet.none;
    const known = this.knownOf((name) => treeHas(bound, name));
    return HostSet.of(
      bound,
      conditions.length === this.conditions.length ? this.conditions : Appended.from(conditions),
      this.excluded,
      known,
      undefined,
      this.nameMovedInto(bound),
    );
  }

  /** The part of this set in another one, as {@link intersect} gives it, for those who ask little of it. */
  partIn(other: HostSet): HostSet {
    return other.isTree ? this.cut(combineTrees('and', this.bound, other.bound)) : this.intersect(other);
  }

  /** The same names with one condition in the place of many, which say little about the few names of a small bound. */
  private reduced(): HostSet {
    if (this.isTree || this.isReduced || hasMoreParts(this.bound, NAMES_ASKED)) return this;
    this.isReduced = true;
    if (weightOf(this.asExpression, HEAVY) < HEAVY) return this;
    const automaton = automatonOfNames(this.asExpression, REDUCED_SHARE);
    if (!automaton) return this;
    const reduced = HostSet.ofTree(this.bound).where(automaton, true);
    reduced.isReduced = true;
    return reduced;
  }

  private isReduced = false;

  /** The part of this set for which one more condition holds, which implies a bound. */
  private also(condition: Expression, bound: DomainTree): HostSet {
    const known = this.knownOf((name) => treeHas(bound, name) && holdsName(condition, name));
    const set = HostSet.of(bound, this.joined(condition), this.excluded, known, undefined, this.foundName);
    set.readApart = this.readApart;
    return set;
  }

  /** The conditions with one more. When they become many they are joined to one, unless that was too costly for half as many. */
  private joined(condition: Expression): Appended<Expression> {
    const all = this.conditions.with(condition);
    if (all.length < this.readApart) return all;
    const automaton = automatonOfNames({ kind: 'and', of: all });
    if (automaton) return Appended.of<Expression>({ kind: 'language', automaton });
    this.readApart *= 4;
    return all;
  }

  /** The disjoint, non-empty parts of this set along the nodes of `labels`; see {@link splitTree}. */
  splitAlong(labels: DomainTree): HostSet[] {
    return splitTree(this.bound, labels)
      .map((part) => this.within(part))
      .filter((set) => !set.isEmpty);
  }

  union(other: HostSet): HostSet {
    if (this.isEmpty) return other;
    if (other.isEmpty) return this;
    const bound = combineTrees('or', this.bound, other.bound);
    if (this.isTree && other.isTree) return HostSet.ofTree(bound);
    if (this.isOfLevels && other.isOfLevels) {
      return HostSet.all.withLevels(combineLevels('or', this.levels, other.levels), undefined, this.search());
    }
    const united =
      unionOfHalves(this.conjunction, other.conjunction) ?? unionByWords(this.conjunction, other.conjunction);
    if (united) return HostSet.of(bound, united.conditions, united.excluded, this.search());
    // A union to which more is added stays one list of alternatives.
    const { alternatives } = this;
    const of = alternatives
      ? alternatives.with(other.asExpression)
      : Appended.of(this.asExpression, other.asExpression);
    const union = HostSet.of(bound, Appended.of<Expression>({ kind: 'or', of }), undefined, this.search());
    union.alternatives = of;
    return union;
  }

  /** What this set was united from, where it is a union. */
  private alternatives: Appended<Expression> | undefined;

  intersect(other: HostSet): HostSet {
    const bound = combineTrees('and', this.bound, other.bound);
    // What the bound says already need not be in the conditions.
    if (other.isTree) return this.within(bound);
    if (this.isTree) return other.within(bound);
    if (other.isOfLevels) return this.whereLevels(other.levels, true);
    if (this.isOfLevels) return other.whereLevels(this.levels, true);
    const others = besidesCommon(other.conjunction, this.conjunction) ?? other.conjunction;
    if (others === 'apart') return HostSet.none;
    const excluded =
      this.excluded && others.excluded
        ? this.excluded.with(others.excluded.patterns)
        : (this.excluded ?? others.excluded);
    const conditions = others.conditions.toArray().reduce((all, condition) => all.with(condition), this.conditions);
    const joined = saidOnce({ bound, conditions, excluded });
    return HostSet.of(joined.bound, joined.conditions, excluded, this.sharedName(other)).reduced();
  }

  subtract(other: HostSet): HostSet {
    if (other === this) return HostSet.none;
    if (other.isTree) return this.within(combineTrees('without', this.bound, other.bound));
    const common = combineTrees('and', this.bound, other.bound);
    if (isEmptyTree(common)) return this;
    if (other.isOfLevels) return this.whereLevels(other.levels, false);
    const others = besidesCommon(other.conjunction, this.conjunction);
    if (others === 'apart') return this;
    if (others) return this.subtract(HostSet.of(common, others.conditions, others.excluded, undefined));
    const words = other.excluded ? undefined : wordsHad(other.conjunction);
    if (words && isEmptyTree(combineTrees('without', this.bound, other.bound))) return this.excluding(words);
    // Only what the other set says within this one matters.
    const inside = common === other.bound ? other : other.within(common);
    if (inside === HostSet.none) return this;
    if (inside.isTree) return this.subtract(inside);
    return this.also({ kind: 'not', of: inside.asExpression }, this.bound).reduced();
  }

  /**
   * `known` is a name of the set, if one is known; `levels` are those that the conditions leave of the bound. `near` is a name for which
   * all but few of the conditions hold.
   */
  private static of(
    bound: DomainTree,
    conditions: Appended<Expression>,
    excluded: WordPatterns | undefined,
    known: Search | undefined,
    levels?: Levels,
    near?: string,
  ): HostSet {
    if (isEmptyTree(bound)) return HostSet.none;
    const set = new HostSet(bound, conditions, excluded);
    if (set.isTree) return set;
    set.knownLevels = levels;
    set.near = near;
    if (known?.kind === 'found') {
      set.found = known;
      return set;
    }
    // A few single names are looked up one by one, and need no conditions any more.
    const names = namesOfTree(bound, NAMES_ASKED);
    if (names) {
      const held = names.filter((name) => set.holds(name));
      if (held.length === names.length) return HostSet.ofTree(bound);
      return HostSet.ofTree(held.reduce((tree, name) => combineTrees('or', tree, treeOf(name, 'self')), NO_NAMES));
    }
    return set.search(known?.kind === 'gave-up').kind === 'none' ? HostSet.none : set;
  }
}

/** Lists of words are compared by identity, and one machine reads names for all sets that are made with them. */
const patternsOfWords = new PaidMemo<ReadonlySet<string>, WordPatterns>();

/** How many single names are looked up one by one. */
const NAMES_ASKED = 32;
