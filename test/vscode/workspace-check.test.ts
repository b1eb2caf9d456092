// Findings of files that nobody has opened, as a person sees them.
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import type { Workbench } from './workbench.js';

const BROKEN = `table inet filter {
  chain forward {
    type filter hook forward priority 0; policy accept;
    jump nowhere
  }
}
`;

const UNDEFINED = 'the chain nowhere is not defined';

describe.skipIf(isChromiumMissing())('a person in VS Code who has the workspace checked', () => {
  let vscode: VSCode;
  let workbench: Workbench;

  beforeAll(async () => {
    vscode = await VSCode.start('node', [], { 'files.exclude': { '**/excluded.nft': true } });
    write('new.nft', BROKEN);
    write('ignored.nft', BROKEN.replace('nowhere', 'ignored'));
    write('excluded.nft', BROKEN.replace('nowhere', 'excluded'));
    write('.gitignore', 'ignored.nft\n');
  });

  afterAll(() => vscode?.stop());

  const write = (name: string, text: string) => writeFileSync(join(vscode.workspace, 'firewall', name), text);

  test('reads the problems of a file that is not open, and how many were checked', async () => {
    workbench = await vscode.openWindow();
    await workbench.runCommand('Lintel: Check Workspace');
    await workbench.findNotification('Lintel checked');
    await workbench.findNotification('1 file left out as hidden or ignored');
    await workbench.findProblem(UNDEFINED);
    await workbench.findNoProblem('the chain ignored is not defined');
    await workbench.findNoProblem('the chain excluded is not defined');
  });

  test('sees them go when the file is repaired outside of the editor, and come back', async () => {
    write('new.nft', BROKEN.replace('    jump nowhere\n', ''));
    await workbench.findNoProblem(UNDEFINED);
    write('new.nft', BROKEN);
    await workbench.findProblem(UNDEFINED);
  });

  test('opens the file from its problem, and still reads it once the file is closed again', async () => {
    const { page } = workbench;
    await (await workbench.findProblem(UNDEFINED)).dblclick();
    await page.locator('.tab.active', { hasText: 'new.nft' }).waitFor();
    await page.getByRole('button', { name: /^Ln 4,/ }).waitFor();
    await workbench.runCommand('View: Close All Editors');
    await workbench.findProblem(UNDEFINED);
  });

  test('sees what a new file has, and nothing of one that is deleted or ignored from now on', async () => {
    write('later.nft', BROKEN.replace('nowhere', 'later'));
    await workbench.findProblem('the chain later is not defined');
    rmSync(join(vscode.workspace, 'firewall/later.nft'));
    await workbench.findNoProblem('the chain later is not defined');
    appendFileSync(join(vscode.workspace, 'firewall/.gitignore'), 'new.nft\n');
    await workbench.findNoProblem(UNDEFINED);
  });

  test('reads them in a new window without asking, as long as the setting says so', async () => {
    const { page } = workbench;
    const settings = join(vscode.workspace, '.vscode/settings.json');
    write('.gitignore', '');
    mkdirSync(dirname(settings));
    writeFileSync(settings, JSON.stringify({ 'lintel.workspaceDiagnostics': true }));
    await workbench.reload();
    await workbench.ready();
    await workbench.findProblem(UNDEFINED);
    writeFileSync(settings, '{}');
    await page.locator('[id="status.problems"][aria-label="No Problems"]').waitFor();
  });
});
