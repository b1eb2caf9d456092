// Finds the effects of rules on which the meaning of other rules depends.
import type { RuleStatement } from '../syntax/tree.js';
import { registerEffects } from './registers.js';
import { eachStatement } from './rule-statements.js';
import type { Effects, NamedSet, Table } from './ruleset.js';

export function effectsOf(tables: Iterable<Table>): Effects {
  const all = [...tables];
  let untracked = false;
  let sourceChanges = false;
  let translated = false;
  let changesPackets = false;
  const updatedSets = new Set<NamedSet>();
  for (const table of all) {
    for (const chain of table.chains.values()) {
      for (const { body } of chain.dependentRules) {
        for (const statement of eachStatement(body)) {
          if (statement.kind === 'effect' && statement.name === 'notrack') untracked = true;
          translated ||= statement.kind === 'translate';
          changesPackets ||= changedPort(statement) !== undefined;
          if (statement.kind === 'translate' && (statement.name === 'snat' || statement.name === 'masquerade'))
            sourceChanges = true;
          const updated = updatedSet(statement);
          const set = updated === undefined ? undefined : table.sets.get(updated);
          if (set) updatedSets.add(set);
        }
      }
    }
  }
  return { untracked, sourceChanges, translated, changesPackets, updatedSets, ...registerEffects(all) };
}

/** The end of the packets whose port a statement changes: `tcp sport set 5`. */
export function changedPort(statement: RuleStatement): 'source' | 'destination' | undefined {
  if (statement.kind !== 'effect' || statement.name !== 'set') return undefined;
  const [, end] = /^(?:tcp|udp|udplite|sctp|dccp) ([sd])port$/.exec(statement.target ?? '') ?? [];
  return end === undefined ? undefined : end === 's' ? 'source' : 'destination';
}

/** The name of the set to which a statement adds elements: `add @seen { ip saddr }`, with a limit for each or without. */
function updatedSet(statement: RuleStatement): string | undefined {
  if (statement.kind === 'condition') return statement.set;
  return statement.kind === 'effect' && statement.name === 'update' ? statement.target : undefined;
}
