import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import { persist, type Workbench } from './workbench.js';

describe.skipIf(isChromiumMissing())('a person in VS Code who looks at the whole', () => {
  let vscode: VSCode;
  let workbench: Workbench;

  beforeAll(async () => {
    vscode = await VSCode.start('node', [], { 'workbench.preferredLightColorTheme': 'Default Light Modern' });
  });

  afterAll(() => vscode?.stop());

  /** A row of the view that has the focus. */
  const row = (text: string | RegExp): Locator =>
    workbench.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();

  test('opens a folder', async () => {
    workbench = await vscode.openWindow();
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    workbench.page.setDefaultTimeout(25_000);
  });

  test('sees what no open file says, and goes by keyboard to the line that decides', async () => {
    const { page } = workbench;
    await workbench.runCommand('Lintel: Focus on Coverage View');
    await row(/Microsoft Teams.*met/).waitFor();
    await persist('the services of the view, by keyboard', async () => {
      await workbench.runCommand('Lintel: Focus on Coverage View');
      await page.keyboard.press('Home');
      await page.locator('.monaco-list-row.focused', { hasText: 'Exchange Online' }).waitFor({ timeout: 3_000 });
    });
    await page.keyboard.press('ArrowRight');
    await row('Exchange Online mailboxes: UDP 443').waitFor();
    await page.keyboard.press('ArrowDown');
    const file = page.locator('.monaco-list-row.focused[aria-level="3"]', { hasText: 'core-router.cfg' });
    // The first press opens the requirement, a later one goes into it.
    await persist('the first file of a requirement', async () => {
      await page.keyboard.press('ArrowRight');
      await file.waitFor({ timeout: 3_000 });
    });
    const line = /line (\d+)/.exec((await file.getAttribute('aria-label')) ?? '')?.[1];
    await page.keyboard.press('Enter');
    await page.locator('.tab.active', { hasText: 'core-router.cfg' }).waitFor();
    await page.getByRole('button', { name: `Ln ${line}, Col 1` }).waitFor();
    await workbench.runCommand('Lintel: Focus on Coverage View');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await row('Exchange Online mailboxes: UDP 443').waitFor({ state: 'hidden' });
  });

  test('sees in the view what is typed', async () => {
    const { page } = workbench;
    const teams = () => row(/Microsoft Teams/).getAttribute('aria-label');
    const before = await teams();
    const path = join(vscode.workspace, 'firewall/open.nft');
    writeFileSync(
      path,
      'table inet filter {\n  chain forward {\n    type filter hook forward priority 0; policy drop;\n  }\n}\n',
    );
    await workbench.openFile('open.nft');
    await expect.poll(teams, { timeout: 60_000 }).not.toBe(before);
    await page.locator('.editor-instance .view-line', { hasText: 'policy' }).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('table inet filter { }', { delay: 20 });
    await expect.poll(teams, { timeout: 60_000 }).toBe(before);
    await workbench.runCommand('File: Revert File');
  });

  test('leaves in the view what is blocked, and copies it', async () => {
    const { page } = workbench;
    await workbench.runCommand('Lintel: Filter the Coverage…');
    const choices = await workbench.choices('Filter the Coverage');
    await page.keyboard.type('blocked');
    await choices.filter({ hasText: 'blocked' }).first().click();
    await page.keyboard.press('Enter');
    await page.locator('.pane-header', { hasText: 'blocked' }).waitFor();
    await row(/The network itself/).waitFor({ state: 'hidden' });
    await workbench.runCommand('Lintel: Copy Coverage as CSV');
    const copied = () => page.evaluate('navigator.clipboard.readText()');
    await expect.poll(copied, { timeout: 60_000 }).toContain('squid/squid.conf,m365-worldwide/');
    const statuses = String(await copied())
      .split('\r\n')
      .slice(1, -1)
      .map((line) => /,(blocked|met|partial|undecided),/.exec(line)?.[1]);
    expect(new Set(statuses)).toEqual(new Set(['blocked']));
    await workbench.runCommand('Lintel: Clear the Filter of the Coverage');
    await row(/The network itself/).waitFor();
  });

  test('sees the roles of the network and the files that decide for them', async () => {
    const { page } = workbench;
    await workbench.runCommand('Lintel: Focus on Network View');
    await row(/firewall\/edge\.nft.*nftables/).waitFor();
    await page.keyboard.press('End');
    await row(/servers\/front-end\.ps1/).waitFor();
    await page.keyboard.press('Home');
    await row(/clients.*10\.20\.0\.0\/15/).click();
    const line = readFileSync(join(vscode.workspace, 'lintel.yaml'), 'utf8')
      .split('\n')
      .indexOf('  clients: [10.20.0.0/16, 10.21.0.0/16]');
    await page.getByRole('button', { name: `Ln ${line + 1}, Col 1` }).waitFor();
  });

  test('finds in the catalog who lists a host', async () => {
    const { page } = workbench;
    await workbench.runCommand('Lintel: Focus on Catalog View');
    await row(/Microsoft 365, worldwide.*days old/).waitFor();
    await workbench.runCommand('Lintel: Search the Catalog…');
    const found = await workbench.choices('Search the Catalog');
    // Pasted: what is listed at 203.0.113.6, on the way there, would move under the pointer.
    await page.locator('.quick-input-widget input[type=text]').fill('203.0.113.64');
    await found.filter({ hasText: 'Speech to the telephone company' }).first().click();
    await page.locator('.pane-body .monaco-list-row.focused', { hasText: 'Speech to the telephone company' }).waitFor();
  });

  test('opens the report of all files, opens a cell, and follows it to the line', async () => {
    const { page } = workbench;
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('edge.nft');
    await workbench.runCommand('Lintel: Show Coverage of the Workspace');
    const report = workbench.preview;
    await report.getByRole('heading', { name: 'Coverage of examples' }).waitFor();
    await page.keyboard.press('Control+B');
    await page.locator('.part.sidebar').waitFor({ state: 'hidden' });
    await workbench.picture('report');
    await page.keyboard.press('Control+B');
    await report.getByRole('link', { name: /met.*by squid\/squid\.conf for Microsoft Teams/ }).click();
    await report.getByText('Microsoft Teams in squid/squid.conf').waitFor();
    await report
      .getByRole('link', { name: /squid\.conf, line/ })
      .first()
      .click();
    await page.locator('.tab.active', { hasText: 'squid.conf' }).waitFor();
  });

  test('reads it in every theme, at every width, and after the window is loaded again', async () => {
    const { page } = workbench;
    const report = () => workbench.preview;
    const background = () =>
      report()
        .locator('body')
        .evaluate((body) => body.ownerDocument.defaultView?.getComputedStyle(body).backgroundColor);
    const first = await background();
    await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
    await expect.poll(background).not.toBe(first);
    for (const width of [1600, 800]) {
      await page.setViewportSize({ width, height: 900 });
      const widths = () =>
        report()
          .locator('html')
          .evaluate((root) => [root.scrollWidth, root.clientWidth] as const);
      await expect.poll(async () => (await widths())[0] <= (await widths())[1]).toBe(true);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await workbench.reload();
    await report().getByText('Microsoft Teams in squid/squid.conf').waitFor();
  });
});
