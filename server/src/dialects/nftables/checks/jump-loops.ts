// Reports jumps that form a loop. The kernel rejects such a ruleset (ELOOP); `nft -c` does not.
import type { Problem } from '../../dialect.js';
import { jumpsOf } from '../program/rule-statements.js';
import type { Chain, RuleEntry, Ruleset } from '../program/ruleset.js';

export function jumpLoops(ruleset: Ruleset): Problem[] {
  const problems: Problem[] = [];
  const done = new Set<Chain>();
  for (const table of ruleset.tables.values()) {
    for (const chain of table.chains.values()) if (chain.base) follow(chain, done, problems);
  }
  return problems;
}

/** A chain with the jumps that are still to be followed. */
interface Visit {
  readonly chain: Chain;
  readonly jumps: Iterator<Jump>;
}

interface Jump {
  readonly rule: RuleEntry;
  readonly target: Chain;
}

function follow(start: Chain, done: Set<Chain>, problems: Problem[]): void {
  const path: Visit[] = [{ chain: start, jumps: jumpsFrom(start) }];
  const open = new Set([start]);
  for (let visit = path[0]; visit; visit = path[path.length - 1]) {
    const next = visit.jumps.next();
    if (next.done) {
      open.delete(visit.chain);
      done.add(visit.chain);
      path.pop();
      continue;
    }
    const { rule, target } = next.value;
    if (open.has(target)) {
      const message = `this jump leads back to the chain ${target.name}: the kernel rejects a ruleset with such a loop`;
      problems.push({ code: 'syntax-error', message, uri: rule.statement.uri, range: rule.statement.range });
    } else if (!done.has(target)) {
      open.add(target);
      path.push({ chain: target, jumps: jumpsFrom(target) });
    }
  }
}

function* jumpsFrom(chain: Chain): Generator<Jump> {
  for (const rule of chain.dependentRules) {
    for (const name of new Set(jumpsOf(rule, chain.table))) {
      const target = chain.table.chains.get(name);
      if (target) yield { rule, target };
    }
  }
}
