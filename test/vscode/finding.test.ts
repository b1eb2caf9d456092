import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import type { Workbench } from './workbench.js';

const RULES = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -d 52.113.20.1/32 -p udp -j ACCEPT
-A FORWARD -d 52.112.0.0/14 -p udp -j DROP
COMMIT
`;

describe.skipIf(isChromiumMissing())('a person in VS Code who reads a finding', () => {
  let vscode: VSCode;
  let workbench: Workbench;

  beforeAll(async () => {
    vscode = await VSCode.start();
    writeFileSync(join(vscode.workspace, 'rules.v4'), RULES);
  });

  afterAll(() => vscode?.stop());

  test('copies it for a ticket, with its place and its source', async () => {
    workbench = await vscode.openWindow();
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.openFile('rules.v4');
    await workbench.page.locator('.squiggly-error').first().waitFor();
    await workbench.lens('met').waitFor();
    await workbench.runFromMenu('-j DROP', 'Copy Finding');
    await workbench.page.getByText('The finding is in the clipboard.').first().waitFor();
    expect(await workbench.page.evaluate('navigator.clipboard.readText()')).toMatch(
      /^rules\.v4:6:1: error: .*Microsoft Teams.* \[requirement-blocked\]\nhttps:\/\/learn\.microsoft\.com\//,
    );
  });

  test('finds an address of a rule in the catalog, by the network that has it', async () => {
    const { page } = workbench;
    await workbench.openFile('rules.v4');
    await workbench.runFromMenu('52.113.20.1', 'Find in Catalog');
    const choices = await workbench.choices('Search the Catalog');
    expect(await page.locator('.quick-input-widget input[type=text]').inputValue()).toBe('52.113.20.1/32');
    const found = choices.filter({ hasText: 'm365-worldwide/11/udp' }).first();
    const title = await found.locator('.label-name').first().innerText();
    await found.click();
    const catalog = page.locator('.pane', { has: page.getByRole('heading', { name: 'Catalog' }) });
    await catalog.locator('.monaco-list-row.focused', { hasText: title }).waitFor();
  });

  test('reads above a chain what it covers, above a rule what it meets, and opens the coverage there', async () => {
    await workbench.openFile('core-router.cfg');
    await workbench.lens('Meets Exchange Online (1) | Microsoft Teams (3)').waitFor();
    const lens = workbench.lens('Microsoft Teams 7/9 met');
    await lens.waitFor();
    await workbench.picture('code-lens');
    await lens.click();
    await workbench.preview.getByRole('heading', { name: 'Coverage of core-router.cfg' }).waitFor();
  });
});
