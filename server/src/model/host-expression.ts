// Sets of host names as expressions over trees and regular languages.

import type { Appended } from './appended.js';
import { treeMachine } from './domain-machine.js';
import { type DomainTree, treeHas } from './domain-tree.js';
import { type DotRange, dotCounter, dotsOf, isInRange } from './dot-counts.js';
import type { Automaton } from './language.js';
import { acceptsBackward, backwardMachine, type Machine } from './machines.js';
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
      return !holdsName(expression.of, name);
    case 'and':
      return expression.of.every((part) => holdsName(part, name));
    case 'or':
      return expression.of.some((part) => holdsName(part, name));
  }
}

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

/** Whether a name that continues what was read can be accepted: each can, some can, or none. */
export type Outlook = 'all' | 'some' | 'none';

/** An expression over the states of machines that read a name at the same time. */
export interface Evaluation {
  accepts(states: readonly number[]): boolean;
  outlook(states: readonly number[]): Outlook;
  /** How many states it looks at. */
  readonly size: number;
}

/** Gives each machine of an expression one place in the joint state, equal ones the same. */
export function compileExpression(expression: Expression, places: Map<Machine, number>): Evaluation {
  return compileShared(expression, places, new Map());
}

/** Sets that are made one from another share most of their parts, which are evaluated once. */
function compileShared(
  expression: Expression,
  places: Map<Machine, number>,
  shared: Map<Expression, Evaluation>,
): Evaluation {
  let evaluation = shared.get(expression);
  if (!evaluation) {
    evaluation = compileOne(expression, places, shared);
    shared.set(expression, evaluation);
  }
  return evaluation;
}

function compileOne(
  expression: Expression,
  places: Map<Machine, number>,
  shared: Map<Expression, Evaluation>,
): Evaluation {
  switch (expression.kind) {
    case 'tree':
      return reading(treeMachine(expression.tree), places);
    case 'language':
      return reading(backwardMachine(expression.automaton), places);
    case 'pattern':
      return compilePatterns(expression.patterns, places);
    case 'levels':
      return combination(
        expression.levels.map((level) =>
          combination([countingDots(level, places), reading(treeMachine(level.tree), places)], true),
        ),
        false,
      );
    case 'not': {
      const of = compileShared(expression.of, places, shared);
      return {
        size: of.size,
        accepts: (states) => !of.accepts(states),
        outlook: (states) => OPPOSITE[of.outlook(states)],
      };
    }
    case 'and':
    case 'or':
      return combination(
        expression.of.toArray().map((part) => compileShared(part, places, shared)),
        expression.kind === 'and',
      );
  }
}

function compilePatterns(patterns: WordPatterns, places: Map<Machine, number>): Evaluation {
  const parts = [reading(patterns.wordMachine, places)];
  for (const { automaton } of patterns.patterns) {
    if (automaton) parts.push(reading(backwardMachine(automaton), places));
  }
  return parts.length === 1 && parts[0] ? parts[0] : combination(parts, false);
}

function countingDots(range: DotRange, places: Map<Machine, number>): Evaluation {
  const counter = dotCounter(range);
  const at = places.get(counter) ?? places.size;
  places.set(counter, at);
  const dots = (states: readonly number[]) => (states[at] ?? counter.start) - counter.start;
  return {
    size: 1,
    accepts: (states) => isInRange(range, dots(states)),
    outlook: (states) => {
      if (dots(states) > range.to) return 'none';
      return range.to === Number.POSITIVE_INFINITY && dots(states) >= range.from ? 'all' : 'some';
    },
  };
}

function reading(machine: Machine, places: Map<Machine, number>): Evaluation {
  const at = places.get(machine) ?? places.size;
  places.set(machine, at);
  return {
    size: 1,
    accepts: (states) => machine.accepts(states[at] ?? 0),
    outlook: (states) => {
      const state = states[at] ?? 0;
      if (state === 0) return 'none';
      return machine.acceptsAll(state) ? 'all' : 'some';
    },
  };
}

function combination(parts: readonly Evaluation[], every: boolean): Evaluation {
  const decisive: Outlook = every ? 'none' : 'all';
  const outlookOf = (states: readonly number[]): Outlook => {
    let outlook: Outlook = every ? 'all' : 'none';
    for (const part of parts) {
      const own = part.outlook(states);
      if (own === decisive) return decisive;
      if (own === 'some') outlook = 'some';
    }
    return outlook;
  };
  let last: readonly number[] | undefined;
  let known: Outlook = 'some';
  return {
    size: parts.reduce((sum, { size }) => sum + size, 0),
    accepts: (states) =>
      every ? parts.every((part) => part.accepts(states)) : parts.some((part) => part.accepts(states)),
    outlook: (states) => {
      if (states === last) return known;
      known = outlookOf(states);
      last = states;
      return known;
    },
  };
}

const OPPOSITE: Readonly<Record<Outlook, Outlook>> = { all: 'none', some: 'some', none: 'all' };
