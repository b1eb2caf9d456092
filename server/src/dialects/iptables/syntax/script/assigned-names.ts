// Collects the variables that a part of a shell script assigns.

import { assignedIn, namesSetBy } from './builtin-assignments.js';
import type { ShellCommand, ShellList, SimpleCommand } from './tree.js';

/** The variables that assignments in lists set. */
export function assignedNames(...lists: readonly ShellList[]): ReadonlySet<string> {
  return assignedWithin(lists, () => []);
}

/** The same with those in functions that are called there, of which `bodiesOf` gives the bodies. */
export function assignedWithin(
  lists: readonly ShellList[],
  bodiesOf: (name: string) => readonly ShellCommand[],
): ReadonlySet<string> {
  const names = new Set<string>();
  const called = new Set<string>();
  const visit = (list: ShellList): void => {
    for (const { pipeline } of list) for (const command of pipeline.commands) visitCommand(command);
  };
  const visitCommand = (command: ShellCommand): void => {
    switch (command.kind) {
      case 'simple':
        for (const { name } of command.assignments) names.add(name);
        for (const name of builtinNames(command)) names.add(name);
        for (const { parts } of command.words.slice(0, 1)) {
          const name = parts.map((part) => (part.kind === 'text' ? part.text : '$')).join('');
          if (called.has(name)) continue;
          called.add(name);
          for (const body of bodiesOf(name)) visitCommand(body);
        }
        return;
      case 'group':
        visit(command.body);
        return;
      case 'for':
        if (command.variable !== '') names.add(command.variable);
        for (const name of assignedIn(command.arithmetic ?? '')) names.add(name);
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
      case 'test':
        for (const name of assignedIn(command.arithmetic ?? '')) names.add(name);
        return;
      case 'function':
        return;
    }
  };
  for (const list of lists) visit(list);
  return names;
}

/** What a command of the shell sets, as far as its words are written out. */
function builtinNames({ words }: SimpleCommand): readonly string[] {
  const texts = words.map(({ parts }) =>
    parts.every((part) => part.kind === 'text')
      ? parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
      : undefined,
  );
  const [program = '', ...rest] = texts;
  const names = namesSetBy(program, rest);
  return names === 'all' ? [] : names;
}
