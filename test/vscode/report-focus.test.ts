import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import type { Workbench } from './workbench.js';

/** Rules in a language of VS Code's own: they are checked like those in one of Lintel's. */
const SCRIPT = `New-NetFirewallRule -DisplayName Chat -Direction Outbound -Action Block -Protocol UDP -RemotePort 3478 -RemoteAddress 52.112.0.0/14\n`;

describe.skipIf(isChromiumMissing())('a person in VS Code who goes on in a script with rules', () => {
  let vscode: VSCode;
  let workbench: Workbench;

  beforeAll(async () => {
    vscode = await VSCode.start();
    writeFileSync(join(vscode.workspace, 'chat.ps1'), SCRIPT);
  });

  afterAll(() => vscode?.stop());

  test('opens a script', async () => {
    workbench = await vscode.openWindow();
    workbench.page.setDefaultTimeout(25_000);
    await workbench.openFile('chat.ps1');
    await workbench.page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
  });

  test('has the commands of the file while a report has the focus', async () => {
    const { page } = workbench;
    await workbench.runCommand('Lintel: Show Coverage for This File');
    await workbench.preview.getByRole('heading').first().click();
    await workbench.runCommand('Lintel: Explain a Flow…');
    await page.getByPlaceholder('udp 10.1.2.3:50000 > 52.112.0.10:3478').waitFor();
    await page.keyboard.press('Escape');
  });
});
