// Finds the position in a ruleset where a permit takes effect: before the rule that denies the packets.
import type { QuotedLine } from '../../../model/evidence.js';
import type { FilterChange } from '../../dialect.js';
import { jumpsOf, verdictsOf } from '../program/rule-statements.js';
import { type Chain, isRule, type RuleEntry, type Ruleset, type Table } from '../program/ruleset.js';

/** A position in a chain. */
export interface InsertionPoint {
  readonly chain: Chain;
  /** The rules before it. */
  readonly before: readonly RuleEntry[];
  /** The rule after it, which denies; `undefined` where the policy of the chain denies. */
  readonly denying: RuleEntry | undefined;
}

/** The position before the statement that denies packets of a family. */
export function insertionPoint(
  ruleset: Ruleset,
  { decidedBy, point }: FilterChange,
  family: 4 | 6,
): InsertionPoint | undefined {
  const tables = [...ruleset.tables.values()].filter((table) => {
    return table.family === 'inet' || table.family === (family === 4 ? 'ip' : 'ip6');
  });
  for (const statement of decidedBy) {
    for (const table of tables) {
      for (const chain of table.chains.values()) {
        const rules = rulesIn(chain);
        if (chain.policyStatement && isSameStatement(chain.policyStatement, statement))
          return { chain, before: rules, denying: undefined };
        const index = rules.findIndex((rule) => isSameStatement(rule.statement, statement));
        if (index < 0) continue;
        return permitPosition({ chain, before: rules.slice(0, index), denying: rules[index] }, table, point);
      }
    }
  }
  return afterPermits(tables, point);
}

function isSameStatement(a: QuotedLine, b: QuotedLine): boolean {
  return a.uri === b.uri && a.range.start === b.range.start;
}

function rulesIn(chain: Chain): RuleEntry[] {
  return chain.rules.filter(isRule);
}

/** Whether a rule may accept packets itself. */
export function accepts({ body }: RuleEntry, table: Table): boolean {
  for (const { verdict } of verdictsOf(body, table)) if (verdict === 'accept') return true;
  return false;
}

/**
 * A permit does not belong in a chain that accepts nothing, which others share to log and to drop, but before the jump
 * to it.
 */
function permitPosition(denied: InsertionPoint, table: Table, hook: string): InsertionPoint {
  let at = denied;
  const seen = new Set<Chain>();
  while (!at.chain.base && !rulesIn(at.chain).some((rule) => accepts(rule, table)) && !seen.has(at.chain)) {
    seen.add(at.chain);
    const { name } = at.chain;
    const callers = [...table.chains.values()].flatMap((chain) => {
      const rules = rulesIn(chain);
      const index = rules.findIndex((rule) => leadsTo(rule, name, table));
      return index < 0 ? [] : [{ chain, before: rules.slice(0, index), denying: rules[index] }];
    });
    const caller = callers.find(({ chain }) => chain.base?.hook === hook) ?? callers.find(({ chain }) => !chain.base);
    if (!caller) return denied;
    at = caller;
  }
  return at;
}

function leadsTo(rule: RuleEntry, chain: string, table: Table): boolean {
  for (const name of jumpsOf(rule, table)) if (name === chain) return true;
  return false;
}

/** After the rules that accept in the chain of a hook, where the denying statement is in a table of the other family. */
function afterPermits(tables: readonly Table[], hook: string): InsertionPoint | undefined {
  for (const table of tables) {
    for (const chain of table.chains.values()) {
      if (chain.base?.hook !== hook || chain.base.type !== 'filter') continue;
      const rules = rulesIn(chain);
      const last = rules.map((rule) => accepts(rule, table)).lastIndexOf(true);
      return { chain, before: rules.slice(0, last + 1), denying: rules[last + 1] };
    }
  }
  return undefined;
}
