// Unions of sets of host names that are again one conjunction.
import { Appended } from './appended.js';
import { combineTrees, isSameTree } from './domain-tree.js';
import type { Expression } from './host-expression.js';
import type { HostConjunction } from './host-refinement.js';
import { WordPatterns } from './word-patterns.js';

/**
 * What one `if` after the other leaves: names with one of some words, and names with others and without these. Together they are the names
 * with any of them.
 */
export function unionByWords(one: HostConjunction, other: HostConjunction): HostConjunction | undefined {
  const [first, second] = [wordsOf(wordsHad(one)), wordsOf(wordsHad(other))];
  if (!first || !second || !isSameTree(one.bound, other.bound)) return undefined;
  const excluded = excludedWords(one);
  const excludedToo = excludedWords(other);
  if (!excluded || !excludedToo) return undefined;
  const isRest = [...excludedToo].every((word) => excluded.has(word) || first.has(word));
  if (!isRest || [...excluded].some((word) => !excludedToo.has(word))) return undefined;
  const patterns = WordPatterns.ofWords([...new Set([...first, ...second])]);
  return { ...one, conditions: Appended.of<Expression>({ kind: 'pattern', patterns }) };
}

/** What matches some patterns and what matches none of them, of the same names, are all of these. */
export function unionOfHalves(one: HostConjunction, other: HostConjunction): HostConjunction | undefined {
  return joinedHalves(one, other) ?? joinedHalves(other, one);
}

function joinedHalves(matching: HostConjunction, others: HostConjunction): HostConjunction | undefined {
  const { excluded } = others;
  if (!excluded || matching.excluded || !takesAnyOf(matching, excluded) || !isSameTree(matching.bound, others.bound))
    return undefined;
  const [those, rest] = [matching.conditions.toArray(), others.conditions.toArray()];
  const isHalf = (one: Expression) => one.kind === 'pattern' && haveSamePatterns(one.patterns, excluded);
  const isRest =
    rest.every((one) => those.some((same) => isSameCondition(one, same))) &&
    those.every((one) => isHalf(one) || rest.some((same) => isSameCondition(one, same)));
  return isRest ? { ...others, excluded: undefined } : undefined;
}

/** The words of which a name of a set has one, where that is its only condition. */
export function wordsHad({ conditions }: HostConjunction): WordPatterns | undefined {
  const { last } = conditions;
  if (conditions.length !== 1 || last?.kind !== 'pattern') return undefined;
  return last.patterns.patterns.some(({ automaton }) => automaton) ? undefined : last.patterns;
}

/**
 * What a set says besides what another says as well, if there is anything of that: only this matters within the other one. `apart`
 * where one takes what the other excludes.
 */
export function besidesCommon(
  set: HostConjunction,
  other: HostConjunction,
): Pick<HostConjunction, 'conditions' | 'excluded'> | 'apart' | undefined {
  if (takesExcluded(set, other) || takesExcluded(other, set)) return 'apart';
  const others = other.conditions.toArray();
  const conditions = set.conditions.toArray().filter((one) => !others.some((same) => isSameCondition(one, same)));
  const isExcluded = set.excluded !== undefined && haveSamePatterns(set.excluded, other.excluded);
  if (conditions.length === set.conditions.length && !isExcluded) return undefined;
  return { conditions: Appended.from(conditions), excluded: isExcluded ? undefined : set.excluded };
}

/**
 * A set without what its conditions say twice: to be outside of a part of a tree that has none of some words is, for names that have none of
 * them, to be outside of that part of the tree. Where a file denies many patterns, most sets are made so, and a search would read all
 * patterns twice.
 */
export function saidOnce(set: HostConjunction): HostConjunction {
  const { conditions, excluded } = set;
  if (conditions.length > SAID_LIMIT || !conditions.some((one) => partsLeft(one, set) !== undefined)) return set;
  let { bound } = set;
  let rest = Appended.of<Expression>();
  for (const condition of conditions.toArray()) {
    const parts = partsLeft(condition, set);
    const [only, another] = parts ?? [];
    if (!parts) rest = rest.with(condition);
    else if (only?.kind === 'tree' && !another) bound = combineTrees('without', bound, only.tree);
    else rest = rest.with({ kind: 'not', of: { kind: 'and', of: Appended.from(parts) } });
  }
  return { bound, conditions: rest, excluded };
}

/** Among more conditions, none is compared with each other one. */
const SAID_LIMIT = 32;

/** What else a name of a set must have to be in what a condition rules out, where that is a part which the set has anyway. */
function partsLeft(condition: Expression, set: HostConjunction): readonly Expression[] | undefined {
  if (condition.kind !== 'not' || condition.of.kind !== 'and' || condition.of.of.length > SAID_LIMIT) return undefined;
  const parts = condition.of.of.toArray();
  const left = parts.filter((part) => !isSaid(part, set));
  return left.length > 0 && left.length < parts.length ? left : undefined;
}

function isSaid(part: Expression, { conditions, excluded }: HostConjunction): boolean {
  if (part.kind === 'tree') return false;
  if (part.kind === 'not' && part.of.kind === 'pattern' && haveSamePatterns(part.of.patterns, excluded)) return true;
  return conditions.some((one) => isSameCondition(one, part));
}

/** Whether a set has only names that match a pattern of those that another set excludes. */
function takesExcluded(set: HostConjunction, { excluded }: HostConjunction): boolean {
  return excluded !== undefined && takesAnyOf(set, excluded);
}

/** Whether it is a condition of a set that its names match one of some patterns. */
export function takesAnyOf({ conditions }: HostConjunction, patterns: WordPatterns): boolean {
  return conditions.toArray().some((one) => one.kind === 'pattern' && haveSamePatterns(one.patterns, patterns));
}

function wordsOf(patterns: WordPatterns | undefined): ReadonlySet<string> | undefined {
  return patterns && plainWords(patterns);
}

function excludedWords({ excluded }: HostConjunction): ReadonlySet<string> | undefined {
  return excluded ? plainWords(excluded) : new Set();
}

function plainWords({ patterns }: WordPatterns): ReadonlySet<string> | undefined {
  return patterns.some(({ automaton }) => automaton) ? undefined : new Set(patterns.map(({ word }) => word));
}

/** Whether two sets differ in their bounds and in the number of labels alone. */
export function haveSameConditions(one: HostConjunction, other: HostConjunction): boolean {
  const conditions = besideLevels(one);
  const others = besideLevels(other);
  if (conditions.length !== others.length || !haveSamePatterns(one.excluded, other.excluded)) return false;
  return conditions.every((condition, i) => isSameCondition(condition, others[i]));
}

function besideLevels({ conditions }: HostConjunction): readonly Expression[] {
  return conditions.toArray().filter(({ kind }) => kind !== 'levels');
}

function isSameCondition(one: Expression, other: Expression | undefined): boolean {
  if (one === other) return true;
  if (one.kind === 'not' && other?.kind === 'not') return isSameCondition(one.of, other.of);
  if (one.kind === 'language' && other?.kind === 'language') return one.automaton === other.automaton;
  return one.kind === 'pattern' && other?.kind === 'pattern' && haveSamePatterns(one.patterns, other.patterns);
}

function haveSamePatterns(one: WordPatterns | undefined, other: WordPatterns | undefined): boolean {
  if (one === other) return true;
  if (one?.patterns.length !== other?.patterns.length) return false;
  return (one?.patterns ?? []).every(({ word, automaton }, i) => {
    const same = other?.patterns[i];
    return same?.word === word && same.automaton === automaton;
  });
}

/** The union of some sets, in halves, so that long lists of small sets do not copy one growing set again and again. */
export function unionInHalves<Part extends { union(other: Part): Part }>(parts: readonly Part[]): Part | undefined {
  if (parts.length <= 1) return parts[0];
  const middle = parts.length >> 1;
  const [first, second] = [unionInHalves(parts.slice(0, middle)), unionInHalves(parts.slice(middle))];
  return first && second ? first.union(second) : (first ?? second);
}

interface Bounded<Part> {
  /** The union with a set that differs in its bound alone. */
  unionOfBounds(other: Part): Part | undefined;
}

/** The sets that differ in their bounds alone are one. */
export function unitedByConditions<Part extends Bounded<Part>>(sets: readonly Part[]): readonly Part[] {
  const united: Part[] = [];
  for (const set of sets) {
    // The parts that a program makes one after the other mostly differ from one of the latest.
    let index = Math.max(0, united.length - LATEST);
    let union: Part | undefined;
    for (; index < united.length && !union; index++) union = united[index]?.unionOfBounds(set);
    if (union) united[index - 1] = union;
    else united.push(set);
  }
  return united;
}

const LATEST = 16;
