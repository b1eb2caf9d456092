// Sets of host names as expressions over trees and regular languages.

import type { Appended } from './appended.js';
import { spend } from './budget.js';
import { type DomainTree, treeHas } from './domain-tree.js';
import { type DotRange, dotsOf, isInRange } from './dot-counts.js';
import type { Automaton } from './language.js';
import { acceptsBackward, backwardMachine } from './machines.js';
import type { WordPatterns } from './word-patterns.js';

export type Expression =
  | { readonly kind: 'tree'; readonly tree: DomainTree }
  | { readonly kind: 'language'; readonly automaton: Automaton }
  /** The name is in one of some languages that need a word. */
  | { readonly kind: 'pattern'; readonly patterns: WordPatterns }
  /** The name has one of some numbers of dots, and is in the tree for that. */
  | { readonly kind: 'levels'; readonly levels: readonly (DotRange & { readonly tree: DomainTree })[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly of: Appended<Expression> };

/** Whether a name is in the set of an expression. */
export function holdsName(expression: Expression, name: string): boolean {
  return holdsWithin(expression, name, undefined);
}

/** Parts are shared, on many levels: `known` are those that were asked already, since without it they would be asked once for each way to them. */
function holdsWithin(expression: Expression, name: string, known: Map<Expression, boolean> | undefined): boolean {
  switch (expression.kind) {
    case 'tree':
      return treeHas(expression.tree, name);
    case 'language':
      return acceptsBackward(backwardMachine(expression.automaton), name);
    case 'pattern':
      return expression.patterns.patternOf(name) !== undefined;
    case 'levels': {
      const dots = dotsOf(name);
      return expression.levels.some((level) => isInRange(level, dots) && treeHas(level.tree, name));
    }
    case 'not':
      return !holdsWithin(expression.of, name, known);
    case 'and':
    case 'or': {
      const asked = known ?? new Map<Expression, boolean>();
      const own = asked.get(expression);
      if (own !== undefined) return own;
      const isAsked = (part: Expression) => {
        spend(readingCost(1, name));
        return holdsWithin(part, name, asked);
      };
      const holds = expression.kind === 'and' ? expression.of.every(isAsked) : expression.of.some(isAsked);
      asked.set(expression, holds);
      return holds;
    }
  }
}

/** What it costs to ask whether so many conditions hold for a name: most of them read it, one character after the other. */
export function readingCost(conditions: number, name: string): number {
  return 1 + conditions * (1 + name.length / CHARACTERS_AT_ONCE);
}

const CHARACTERS_AT_ONCE = 16;

/** How many trees and languages an expression reads, as far as a limit. */
export function weightOf(expression: Expression, limit: number): number {
  if (expression.kind === 'not') return weightOf(expression.of, limit);
  if (expression.kind !== 'and' && expression.kind !== 'or') return 1;
  let weight = 0;
  expression.of.every((part) => {
    weight += weightOf(part, limit - weight);
    return weight < limit;
  });
  return weight;
}
