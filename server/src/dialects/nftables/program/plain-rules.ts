// Groups the plain rules of a chain, whose meaning is unchanged while their text is.
import { Memo } from '../../../kept/memo.js';
import type { ItemRun, ItemText } from '../syntax/tree.js';
import { changedPort } from './effects.js';
import { usesRegister } from './registers.js';
import { ownStatements } from './rule-statements.js';

const knownGroups = new Memo<ItemRun, readonly (ItemRun | ItemText)[]>();

/** The items of a run, with consecutive plain rules grouped in runs. */
export function plainGroupsOf(run: ItemRun): readonly (ItemRun | ItemText)[] {
  return knownGroups.of(run, () => {
    const groups: (ItemRun | ItemText)[] = [];
    let plain: ItemText[] = [];
    const endGroup = () => {
      if (plain.length > 0) groups.push({ ...run, items: plain });
      plain = [];
    };
    for (const item of run.items) {
      if (isPlain(item)) {
        plain.push(item);
        continue;
      }
      endGroup();
      groups.push(item);
    }
    endGroup();
    return groups;
  });
}

/** Whether an item of a chain is a rule that depends only on its text, and on which no other rule depends. */
function isPlain({ node, block, unterminatedAt }: ItemText): boolean {
  if (block || unterminatedAt !== undefined || node.problems.length > 0) return false;
  if (node.plain) return true;
  const { content, references } = node;
  if (content.kind !== 'rule' || references.length > 0) return false;
  if (content.target || content.position || content.verb !== 'add') return false;
  return ownStatements(content.body).every((statement) => {
    if (usesRegister(statement)) return false;
    switch (statement.kind) {
      case 'match':
      case 'condition':
      case 'verdict':
      case 'reject':
        return true;
      case 'effect':
        return statement.name !== 'update' && changedPort(statement) === undefined;
      default:
        return false;
    }
  });
}
