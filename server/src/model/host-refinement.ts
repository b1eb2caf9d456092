// Looks for a name for which many conditions hold.
import { Memo } from '../kept/memo.js';
import { Appended } from './appended.js';
import { bounded, spend } from './budget.js';
import {
  type DomainTree,
  firstDomain,
  hasMoreParts,
  nodeOf,
  treeHas,
  treeOf,
  withoutExceptions,
} from './domain-tree.js';
import { type Expression, holdsName, readingCost } from './host-expression.js';
import { hostFormulas } from './host-formulas.js';
import { isHostName, type Search, searchNames } from './host-search.js';
import { WordPatterns } from './word-patterns.js';

/** A set of names as a conjunction. */
export interface HostConjunction {
  readonly bound: DomainTree;
  readonly conditions: Appended<Expression>;
  readonly excluded: WordPatterns | undefined;
}

export function expressionOf({ bound, conditions, excluded }: HostConjunction): Expression {
  const tree: Expression = { kind: 'tree', tree: bound };
  if (conditions.length === 0 && !excluded) return tree;
  const all = conditions.toArray().reduce((of, condition) => of.with(condition), Appended.of<Expression>(tree));
  if (!excluded) return { kind: 'and', of: all };
  return { kind: 'and', of: all.with({ kind: 'not', of: { kind: 'pattern', patterns: excluded } }) };
}

/** After so many words that were met one after another, all are read together. */
const WORD_LIMIT = 6;

/**
 * A name of the set, or the proof that there is none. Of many conditions few matter: the search begins with the latest one, and adds
 * another where a name that it finds is refuted by that (counterexample-guided refinement). Where the conditions that were added have
 * no name in common, all of them have none.
 * @param near a name for which all but few of the conditions hold
 */
export function searchConjunction(set: HostConjunction, near?: string): Search {
  return bounded(
    () => refined(set, near),
    () => ({ kind: 'gave-up' }),
  );
}

function refined(set: HostConjunction, near: string | undefined): Search {
  const formulas = hostFormulas();
  const known = beginnings.of(formulas, () => []);
  const domain = firstDomain(set.bound);
  const joined = near === undefined ? undefined : joinedName(known, near, domain, set);
  if (joined !== undefined) return { kind: 'found', name: joined };
  // What has a name at all mostly has one below any domain: one is read in a fraction of the time.
  const search =
    domain !== undefined && hasMoreParts(set.bound, 1) ? refinedWithin(treeOf(domain, 'below'), set) : undefined;
  if (search?.kind !== 'found') return refinedWithin(withoutExceptions(set.bound), set);
  const beginning = search.name.slice(0, -1 - (domain?.length ?? 0));
  if (!known.includes(beginning)) known.unshift(beginning);
  known.length = Math.min(known.length, BEGINNINGS);
  return search;
}

/** What stood before a domain in the names that were found last: what later sets want is mostly some of it together. */
const beginnings = new Memo<object, string[]>();
const BEGINNINGS = 12;

/** A beginning and a name for which all but few of the conditions hold, together: the one before the other, or before its domain. */
function joinedName(
  known: readonly string[],
  near: string,
  domain: string | undefined,
  set: HostConjunction,
): string | undefined {
  const inner = domain !== undefined && near.endsWith(`.${domain}`) ? near.slice(0, -1 - domain.length) : undefined;
  for (const beginning of known) {
    const within = inner === undefined ? [] : [`${inner}.${beginning}.${domain}`];
    for (const name of [`${beginning}.${near}`, beginning + near, ...within]) {
      spend(readingCost(set.conditions.length, name));
      if (isHostName(name) && !refutation(set, name)) return name;
    }
  }
  return undefined;
}

function refinedWithin(tree: DomainTree, set: HostConjunction): Search {
  const { conditions, excluded } = set;
  let active = Appended.of<Expression>({ kind: 'tree', tree });
  if (conditions.last) active = active.with(conditions.last);
  let words = 0;
  const formulas = hostFormulas();
  for (;;) {
    const search = searchNames(formulas, formulas.of({ kind: 'and', of: active }));
    if (search.kind !== 'found') return search;
    const { name } = search;
    spend(readingCost(conditions.length, name));
    const refuting = refutation(set, name);
    if (!refuting) return search;
    const isWord = refuting.kind === 'not' && refuting.of.kind === 'pattern';
    if (isWord && excluded && ++words === WORD_LIMIT) active = active.with(allWords(excluded));
    else active = active.with(refuting);
  }
}

/** A condition of the set that does not hold for a name. */
function refutation({ bound, conditions, excluded }: HostConjunction, name: string): Expression | undefined {
  if (!treeHas(bound, name)) return exceptionOf(bound, name);
  const pattern = excluded?.patternOf(name);
  if (pattern?.automaton) return { kind: 'not', of: { kind: 'language', automaton: pattern.automaton } };
  if (pattern) return { kind: 'not', of: { kind: 'pattern', patterns: WordPatterns.of([pattern]) } };
  return conditions.toArray().find((condition) => !holdsName(condition, name));
}

/** What of a tree says that a name is not in it, as simple as possible. */
function exceptionOf(tree: DomainTree, name: string): Expression {
  const { node, name: at } = nodeOf(tree, name);
  if (at === name) return { kind: 'not', of: { kind: 'tree', tree: treeOf(name, 'self') } };
  if (at === '' || node.children.size > 0) return { kind: 'tree', tree };
  return { kind: 'not', of: { kind: 'tree', tree: treeOf(at, 'below') } };
}

function allWords(excluded: WordPatterns): Expression {
  const words = excluded.patterns.filter(({ automaton }) => !automaton);
  return { kind: 'not', of: { kind: 'pattern', patterns: WordPatterns.of(words) } };
}
