// Collects the variables that a part of a shell script assigns.

import type { ShellCommand, ShellList } from './tree.js';

/** The variables that assignments in lists set, not including those in functions that are called there. */
export function assignedNames(...lists: readonly ShellList[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (list: ShellList): void => {
    for (const { pipeline } of list) for (const command of pipeline.commands) visitCommand(command);
  };
  const visitCommand = (command: ShellCommand): void => {
    switch (command.kind) {
      case 'simple':
        for (const { name } of command.assignments) names.add(name);
        return;
      case 'group':
      case 'for':
        visit(command.body);
        return;
      case 'if':
        for (const { test, body } of command.branches) {
          visit(test);
          visit(body);
        }
        visit(command.otherwise ?? []);
        return;
      case 'loop':
        visit(command.test);
        visit(command.body);
        return;
      case 'case':
        for (const { body } of command.items) visit(body);
        return;
      case 'function':
      case 'test':
        return;
    }
  };
  for (const list of lists) visit(list);
  return names;
}
