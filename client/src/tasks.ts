// The task that checks the workspace with the command line, whose findings its problem matcher reads.

import * as vscode from 'vscode';

/** The type of the task, and the name of its problem matcher, in package.json. */
const TYPE = 'lintel';

/** Offers *lintel: check* where tasks are chosen; a task of this type in tasks.json may name other arguments. */
export function registerTasks(): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(TYPE, {
    provideTasks: () => [taskOf({ type: TYPE })],
    resolveTask: ({ definition }) => taskOf(definition),
  });
}

function taskOf(definition: vscode.TaskDefinition): vscode.Task {
  const { arguments: own } = definition;
  const more: readonly string[] = Array.isArray(own) ? own.filter((one) => typeof one === 'string') : [];
  const command = new vscode.ShellExecution('lintel', ['check', '--format', 'oneline', ...more]);
  const task = new vscode.Task(definition, vscode.TaskScope.Workspace, 'check', 'lintel', command, `$${TYPE}`);
  task.group = vscode.TaskGroup.Test;
  return task;
}
