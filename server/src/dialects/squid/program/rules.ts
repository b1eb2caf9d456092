// The rules of access lists, in order, and indexed by the domain acl that they require.

import { addTo } from '../../../kept/lists.js';
import { LatestMemo, Memo } from '../../../kept/memo.js';
import type { AclReference, RuleStatement } from '../syntax/tree.js';
import { type Definitions, mayStop, namesItsHosts } from './definitions.js';
import type { Program } from './program.js';
import type { StatementLine, Statements } from './segments.js';

/** A rule, with the index of its segment. */
export interface Rule {
  readonly segment: number;
  readonly line: StatementLine<RuleStatement>;
}

/** The rules of a list in one segment, in order; the same list of lines for as long as the segment is the same. */
export interface RulePart {
  readonly segment: number;
  readonly lines: readonly StatementLine<RuleStatement>[];
}

/** All rules of a list, in order. */
export function* rulesOf(program: Program, list: string): Generator<Rule> {
  for (const part of partsOf(program, list)) yield* rulesIn(part);
}

export function partsOf({ lists, segments }: Program, list: string): RulePart[] {
  return (lists.get(list) ?? []).flatMap((segment) => {
    const lines = segments[segment]?.statements.rules.get(list);
    return lines ? [{ segment, lines }] : [];
  });
}

export function rulesIn({ segment, lines }: RulePart): Rule[] {
  return lines.map((line) => ({ segment, line }));
}

/** The rules of a list, indexed by a necessary condition. */
export interface GuardedRules {
  /** Rules without a positive domain acl, in order. */
  readonly unguarded: readonly Rule[];
  /** For each segment, the rules that match only hosts of a domain acl, by the key of the acl. */
  readonly guarded: readonly { readonly segment: number; readonly rules: RulesByAcl }[];
}

type RulesByAcl = ReadonlyMap<string, readonly StatementLine<RuleStatement>[]>;

const guardedRules = new Memo<Program, Map<string, GuardedRules>>();

export function rulesByGuard(program: Program, list: string): GuardedRules {
  const byList = guardedRules.of(program, () => new Map());
  let rules = byList.get(list);
  if (!rules) {
    rules = findGuardedRules(program, list);
    byList.set(list, rules);
  }
  return rules;
}

function findGuardedRules({ lists, segments, definitions }: Program, list: string): GuardedRules {
  const unguarded: Rule[] = [];
  const guarded: { segment: number; rules: RulesByAcl }[] = [];
  for (const segment of lists.get(list) ?? []) {
    const statements = segments[segment]?.statements;
    const own = statements && guardsIn(statements, definitions).get(list);
    if (!own) continue;
    for (const line of own.unguarded) unguarded.push({ segment, line });
    if (own.guarded.size > 0) guarded.push({ segment, rules: own.guarded });
  }
  return { unguarded, guarded };
}

/** The rules of one segment, independent of its position. */
interface OwnRules {
  readonly unguarded: StatementLine<RuleStatement>[];
  readonly guarded: Map<string, StatementLine<RuleStatement>[]>;
}

const ownRules = new LatestMemo<Statements, Definitions, ReadonlyMap<string, OwnRules>>();

function guardsIn(statements: Statements, definitions: Definitions): ReadonlyMap<string, OwnRules> {
  return ownRules.of(statements, definitions, () => {
    const byList = new Map<string, OwnRules>();
    for (const [list, lines] of statements.rules) {
      const own: OwnRules = { unguarded: [], guarded: new Map() };
      for (const line of lines) {
        const guard = guardOf(line.statement, definitions);
        if (guard) addTo(own.guarded, guard.key, line);
        else own.unguarded.push(line);
      }
      byList.set(list, own);
    }
    return byList;
  });
}

/**
 * The first domain acl that a rule requires, unless an acl in front of it can stop the list: those are asked whatever the
 * host is.
 */
function guardOf({ references }: RuleStatement, definitions: Definitions): AclReference | undefined {
  for (const reference of references) {
    const acl = definitions.get(reference.key);
    if (!acl || mayStop(acl)) return undefined;
    if (!reference.negated && namesItsHosts(acl)) return reference;
  }
  return undefined;
}
