import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import { ANSWER_PATIENCE, persist } from './workbench.js';

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

/** What the way of a packet to port 3482 says behind its statements. */
const LIT = ['1. jumps to TEAMS', '2. denies'];

const EDGE = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A FORWARD -i eth1 -p tcp --dport 443 -j ACCEPT
-A FORWARD -j DROP
COMMIT
`;

const dropped = (port: number) =>
  `Nov 27 06:00:01 gw kernel: drop: IN=eth1 OUT=eth0 SRC=10.20.0.9 DST=52.112.0.10 LEN=78 PROTO=UDP SPT=${port} DPT=3478 LEN=58\n`;
const DROPS = `${dropped(50000)}${dropped(50006)}`;

/** What the editor shows behind its lines without being part of them, from top to bottom. */
function textsBehindLines(page: Page): Promise<string[]> {
  return page.locator('.editor-instance .view-line').evaluateAll((lines) =>
    lines
      .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .flatMap((line) => [...line.querySelectorAll('span')])
      .flatMap(
        (span) =>
          /^"(.+)"$/.exec(span.ownerDocument.defaultView?.getComputedStyle(span, '::after').content ?? '')?.[1] ?? [],
      ),
  );
}

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
    await workbench.lens('met').waitFor();
    await workbench.runFromMenu('3478', 'Explain a Flow from Here…');
    const filled = page.locator('.quick-input-widget input').first();
    await persist('the flow of the rule', async () => {
      const value = await filled.inputValue();
      if (value !== 'udp 10.0.0.1:50000 > 52.112.0.1:3478') throw new Error(`The question is '${value}'.`);
    });
    await page.keyboard.press('Escape');
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
    await answer.getByText('Verdict: deny').first().waitFor();
    // The statements of the way are marked where they stand, with what each of them did.
    await persist('the way in the editor', async () => {
      const marks = await textsBehindLines(page);
      if (marks.join('\n') !== LIT.join('\n')) throw new Error(`Marked are ${marks.join(' | ')}.`);
    });
    await workbench.picture('explain-flow');
    // The click and the command that it runs both take the focus; where the click comes last, the editor has lost it again.
    await persist('line 7', async () => {
      await answer.getByRole('link', { name: 'rules.v4, line 7' }).click();
      await page.getByRole('button', { name: 'Ln 7, Col 1' }).waitFor({ timeout: ANSWER_PATIENCE });
    });
    await workbench.close();
  });

  test('selects lines of a log, reads what denied them, applies the fix at that line and reads that they pass', async () => {
    writeFileSync(join(vscode.workspace, 'edge.v4'), EDGE);
    writeFileSync(join(vscode.workspace, 'drops.txt'), DROPS);
    const workbench = await vscode.openWindow();
    const { page } = workbench;
    await workbench.openFile('edge.v4');
    await page.locator('.squiggly-error').first().waitFor();
    await workbench.openFile('drops.txt');
    await page.locator('.editor-instance .view-line', { hasText: 'kernel: drop' }).first().click();
    await page.keyboard.press('Control+A');
    await workbench.runCommand('Lintel: Explain Log Lines…');

    const answer = workbench.preview;
    await answer.getByRole('heading', { name: 'udp 10.20.0.9:50000 > 52.112.0.10:3478 (2 times)' }).waitFor();
    await answer
      .getByText(/deny.*by edge.v4, line 7/)
      .first()
      .waitFor();
    await answer.getByText('m365-worldwide/11/udp').waitFor();
    await answer.getByRole('link', { name: 'edge.v4, line 7' }).click();
    await page.getByRole('button', { name: 'Ln 7, Col 1' }).waitFor();

    await page.locator('.editor-instance .monaco-editor.focused').waitFor();
    const fixes = await workbench.quickFixes();
    await fixes.filter({ hasText: 'Permit Microsoft Teams: UDP 443, 3478-3481' }).first().click();
    await answer
      .getByText(/permit.*by edge.v4/)
      .first()
      .waitFor();
    await workbench.close();
  });
});
