import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './workbench.js';

const FIREWALL = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:TEAMS - [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -j TEAMS
-A TEAMS -d 52.112.0.0/14 -p udp -m udp --dport 3478:3481 -j ACCEPT
-A TEAMS -j DROP
COMMIT
`;

describe.skipIf(isChromiumMissing())('a person in VS Code who asks what becomes of a flow', () => {
  let vscode: VSCode;

  beforeAll(async () => {
    vscode = await VSCode.start();
    writeFileSync(join(vscode.workspace, 'rules.v4'), FIREWALL);
  });

  afterAll(() => vscode?.stop());

  test('sees what is wrong with the question, chooses the chain, reads the answer and follows its link', async () => {
    const workbench = await vscode.openWindow();
    const { page } = workbench;
    await workbench.openFile('rules.v4');
    await page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
    await workbench.runCommand('Lintel: Explain a Flow…');
    const input = page.getByPlaceholder('udp 10.1.2.3:50000 > 52.112.0.10:3478');
    await input.fill('udp 10.1.2.3:50000 > teams.microsoft.com:3478');
    await page.getByText('invalid address: teams.microsoft.com:3478').waitFor();
    await input.fill('udp 10.1.2.3:50000 > 52.112.0.10:3482');
    await page.getByText('invalid address').waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await page.getByPlaceholder('Which chain or access list does the flow pass?').waitFor();
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: /forward/i }).click();

    const answer = workbench.preview;
    await answer.getByText('Verdict: deny').waitFor();
    await workbench.picture('explain-flow');
    await answer.getByRole('link', { name: 'rules.v4, line 7' }).click();
    await page.getByRole('button', { name: 'Ln 7, Col 1' }).waitFor();
  });
});
