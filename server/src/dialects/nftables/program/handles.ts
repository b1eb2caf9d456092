// Counts the handles that the kernel gives to what a file adds to a table: one number after the other, from 1 for a new table
// (nf_tables_alloc_handle of Linux). nft executes a `table` block as one command each for its chains, objects and sets, and
// then one for each rule.
import type { Expression, RuleStatement } from '../syntax/tree.js';
import { eachStatement, expressionsOf } from './rule-statements.js';
import { type Addition, type ChainPart, isRule, type RuleEntry, rulesOf } from './ruleset.js';

/** A rule by its position in a file. */
export interface RulePosition {
  readonly uri: string;
  readonly start: number;
}

/** The rule with a handle; `missing` where the table has none, `unknown` where what was added cannot be counted. */
export function ruleWithHandle(history: readonly Addition[], handle: number): RulePosition | 'missing' | 'unknown' {
  let found: RulePosition | 'missing' = 'missing';
  let last = 0;
  for (const { named, rules } of commandsOf(history)) {
    last += named;
    for (const { part, replaces } of rules) {
      // The rules of a file that is missing may have any number of handles.
      if (!('run' in part) && !isRule(part)) {
        if (last < handle) return 'unknown';
        continue;
      }
      for (const rule of 'run' in part ? rulesOf(part) : [part]) {
        // A rule that replaces another keeps its handle.
        last += handlesInside(rule) + (replaces === undefined ? 1 : 0);
        if ((replaces ?? last) === handle) found = { uri: rule.statement.uri, start: rule.statement.range.start };
      }
    }
  }
  return found;
}

interface Command {
  readonly named: number;
  readonly rules: readonly { readonly part: ChainPart; readonly replaces: number | undefined }[];
}

function* commandsOf(history: readonly Addition[]): Generator<Command> {
  for (let i = 0; i < history.length; ) {
    const command = history[i]?.command;
    let named = 0;
    const rules: { part: ChainPart; replaces: number | undefined }[] = [];
    for (; i < history.length && history[i]?.command === command; i++) {
      const { part, replaces } = history[i] ?? {};
      if (part) rules.push({ part, replaces });
      else named++;
    }
    yield { named, rules };
  }
}

/** How many handles a rule needs for its anonymous sets, maps and chains. */
function handlesInside({ body }: RuleEntry): number {
  let count = 0;
  for (const statement of eachStatement(body)) count += handlesOf(statement);
  return count;
}

function handlesOf(statement: RuleStatement): number {
  switch (statement.kind) {
    case 'match':
      return setsIn(statement.left) + (isFolded(statement.left, statement.right) ? 0 : setsIn(statement.right));
    case 'verdict-map':
    case 'translate':
    case 'effect':
      return expressionsOf(statement).reduce((count, one) => count + setsIn(one), 0);
    case 'anonymous-chain':
      // The chain and its rules; what these contain is counted with them.
      return 1 + statement.rules.length;
    case 'condition':
      return statement.name === 'meter' ? 1 : 0;
    default:
      return 0;
  }
}

/** nft replaces a set of one value by the value. */
function isFolded(left: Expression, right: Expression): boolean {
  return right.kind === 'set' && left.kind !== 'concatenation' && right.elements.length === 1;
}

function setsIn(expression: Expression): number {
  switch (expression.kind) {
    case 'set':
      return 1;
    case 'map':
      return setsIn(expression.key) + setsIn(expression.map);
    case 'binary':
      return setsIn(expression.left) + setsIn(expression.right);
    case 'concatenation':
      return expression.parts.reduce((count, part) => count + setsIn(part), 0);
    default:
      return 0;
  }
}
