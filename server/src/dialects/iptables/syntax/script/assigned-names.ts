// Which variables a piece of a shell script assigns.

import type { ShellCommand, ShellList } from './tree.js';

/** The variables that assignments in a list set; what functions called there set is not among them. */
export function assignedNames(list: ShellList): string[] {
  return list.flatMap(({ pipeline }) => pipeline.commands.flatMap(assignedByCommand));
}

function assignedByCommand(command: ShellCommand): string[] {
  switch (command.kind) {
    case 'simple':
      return command.assignments.map(({ name }) => name);
    case 'group':
    case 'for':
      return assignedNames(command.body);
    case 'if':
      return [
        ...command.branches.flatMap(({ test, body }) => [...assignedNames(test), ...assignedNames(body)]),
        ...assignedNames(command.otherwise ?? []),
      ];
    case 'loop':
      return [...assignedNames(command.test), ...assignedNames(command.body)];
    case 'case':
      return command.items.flatMap(({ body }) => assignedNames(body));
    case 'function':
    case 'test':
      return [];
  }
}
