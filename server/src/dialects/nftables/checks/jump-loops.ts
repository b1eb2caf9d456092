import type { Problem } from '../../dialect.js';
import { targetsOf } from '../program/jumps.js';
import type { Chain, RuleEntry, Ruleset } from '../program/ruleset.js';

/** Jumps that lead back to a chain that they came from. The kernel refuses such a ruleset (ELOOP), though `nft -c` does not. */
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
  readonly jumps: Iterator<{ readonly entry: RuleEntry; readonly target: Chain }>;
}

function follow(start: Chain, done: Set<Chain>, problems: Problem[]): void {
  const path: Visit[] = [{ chain: start, jumps: jumpsOf(start) }];
  const open = new Set([start]);
  for (let visit = path[0]; visit; visit = path[path.length - 1]) {
    const next = visit.jumps.next();
    if (next.done) {
      open.delete(visit.chain);
      done.add(visit.chain);
      path.pop();
      continue;
    }
    const { entry, target } = next.value;
    if (open.has(target)) {
      const message = `this leads back to the chain ${target.name}, from which it came: the kernel refuses such a ruleset`;
      problems.push({ code: 'syntax-error', message, uri: entry.statement.uri, range: entry.statement.range });
    } else if (!done.has(target)) {
      open.add(target);
      path.push({ chain: target, jumps: jumpsOf(target) });
    }
  }
}

function* jumpsOf(chain: Chain): Generator<{ readonly entry: RuleEntry; readonly target: Chain }> {
  for (const entry of chain.dependentRules) {
    if (!('body' in entry)) continue;
    for (const name of targetsOf(entry)) {
      const target = chain.table.chains.get(name);
      if (target) yield { entry, target };
    }
  }
}
