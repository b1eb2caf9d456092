// The task that checks a workspace: what the command line prints arrives in the Problems panel.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import { ANSWER_PATIENCE, persist, root } from './workbench.js';

/** The user's own key. */
const RUN_TASK = { key: 'ctrl+alt+k', command: 'workbench.action.tasks.runTask', args: 'lintel: check' };

describe.skipIf(isChromiumMissing() || process.platform === 'win32')(
  'a person in VS Code who has lintel on PATH',
  () => {
    let vscode: VSCode;

    beforeAll(async () => {
      const programs = join(root, '.cache/task-programs');
      mkdirSync(programs, { recursive: true });
      const program = join(programs, 'lintel');
      writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/cli.js')}' "$@"\n`);
      chmodSync(program, 0o755);
      const env = { PATH: [programs, process.env.PATH].join(delimiter) };
      vscode = await VSCode.start('node', [RUN_TASK], {
        'terminal.integrated.env.linux': env,
        'terminal.integrated.env.osx': env,
      });
    });

    afterAll(() => vscode?.stop());

    test('runs the task, sees the problems of files that are not open, and goes to the line of one', async () => {
      const workbench = await vscode.openWindow();
      const { page } = workbench;
      // VS Code reads the keys of a user some time after its window is there.
      await persist('the terminal of the task', async () => {
        await page.keyboard.press('Control+Alt+K');
        await page.locator('.terminal-wrapper .xterm').first().waitFor({ timeout: ANSWER_PATIENCE });
      });
      // The terminal of the task comes to the front when it starts: that is over when it has told a problem.
      await page.locator('[id="status.problems"]:not([aria-label="No Problems"])').waitFor();
      // All of them: none is lost at the end of the program.
      const { stdout } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'check', '--format', 'oneline'], {
        cwd: vscode.workspace,
        encoding: 'utf8',
      });
      // VS Code takes what a task tells of one place with one severity and code for one problem.
      const problems = new Set(
        stdout.split('\n').map((line) => line.replace(/^(.+?:\d+:\d+: \w+: ).*(\[[\w-]+\])$/, '$1$2')),
      );
      const told = (severity: string) => [...problems].filter((line) => line.includes(`: ${severity}: `)).length;
      const counts = `Errors: ${told('error')}, Warnings: ${told('warning')}, Infos: ${told('info')}`;
      await page.locator(`[id="status.problems"][aria-label="${counts}"]`).waitFor();
      // No file is open, so that the server, which would report the same, does not run.
      const problem = await workbench.findProblem('Exchange Online must be reachable without a login');
      await problem.dblclick();
      await page.locator('.tab.active', { hasText: 'squid.conf' }).waitFor();
      const lines = readFileSync(join(vscode.workspace, 'squid/squid.conf'), 'utf8').split('\n');
      const line = lines.findIndex((text) => text.startsWith('http_access allow offices staff')) + 1;
      await page.getByRole('button', { name: `Ln ${line}, Col 1` }).waitFor();
    });
  },
);
