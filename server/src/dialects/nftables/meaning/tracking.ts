import { targetsOf } from '../program/jumps.js';
import type { BaseHook, Chain, Ruleset } from '../program/ruleset.js';

/** The priority of conntrack at prerouting and output (NF_IP_PRI_CONNTRACK). */
const CONNTRACK = -200;

/** Whether packets come to a hook before conntrack has seen them. */
export function isEarly({ hook, priority }: BaseHook): boolean {
  if (hook === 'ingress') return true;
  return (hook === 'prerouting' || hook === 'output') && (priority ?? 0) <= CONNTRACK;
}

/** The chains that chains in front of conntrack lead to. */
export function earlyChains(ruleset: Ruleset): ReadonlySet<Chain> {
  const found = new Set<Chain>();
  for (const table of ruleset.tables.values()) {
    const pending = [...table.chains.values()].filter(({ base }) => base && isEarly(base));
    for (let chain = pending.pop(); chain; chain = pending.pop()) {
      for (const entry of chain.dependentRules) {
        if ('gap' in entry) continue;
        for (const name of targetsOf(entry)) {
          const target = table.chains.get(name);
          if (!target || found.has(target)) continue;
          found.add(target);
          pending.push(target);
        }
      }
    }
  }
  return found;
}

/** What some rules do that decides how others are read. */
export function effectsOf(ruleset: Ruleset): { readonly untracked: boolean; readonly sourceChanges: boolean } {
  let untracked = false;
  let sourceChanges = false;
  for (const table of ruleset.tables.values()) {
    for (const chain of table.chains.values()) {
      for (const entry of chain.dependentRules) {
        if ('gap' in entry) continue;
        for (const statement of entry.body.statements) {
          if (statement.kind === 'effect' && statement.name === 'notrack') untracked = true;
          if (statement.kind === 'translate' && (statement.name === 'snat' || statement.name === 'masquerade'))
            sourceChanges = true;
          if (statement.kind === 'effect' && statement.name === 'update' && statement.target !== undefined) {
            const set = table.sets.get(statement.target);
            if (set) set.changes = true;
          }
        }
      }
    }
  }
  return { untracked, sourceChanges };
}
