import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import { persist, type Workbench } from './workbench.js';

const CLOSED =
  'table inet filter {\n  chain forward {\n    type filter hook forward priority 0; policy drop;\n  }\n}\n';

describe.skipIf(isChromiumMissing())('a person in VS Code who says what is required', () => {
  let vscode: VSCode;
  let workbench: Workbench;

  beforeAll(async () => {
    vscode = await VSCode.start();
    writeFileSync(join(vscode.workspace, 'closed.nft'), CLOSED);
  });

  afterAll(() => vscode?.stop());

  /** Shows what stands beside the language of the file. */
  const status = async (text: string | RegExp): Promise<Locator> => {
    const { page } = workbench;
    const found = page.locator('.hover-language-status', { hasText: text }).first();
    await persist(`the status ${text}`, async () => {
      await page.mouse.move(0, 0);
      await page.locator('[id="status.languageStatus"]').first().hover();
      await found.waitFor({ timeout: 3_000 });
    });
    return found;
  };

  test('sees beside the language what the file meets and what asks for it, and has the commands there', async () => {
    workbench = await vscode.openWindow();
    const { page } = workbench;
    page.setDefaultTimeout(25_000);
    await workbench.openFile('closed.nft');
    const item = await status(/nftables ruleset: \d+\/\d+ met, \d+ blocked/);
    expect(await item.innerText()).toContain('the setting lintel.require');
    await item.getByText('Commands').click();
    const commands = await workbench.choices('Lintel: nftables ruleset');
    await commands.filter({ hasText: 'Open lintel.yaml' }).first().waitFor();
    await page.keyboard.press('Escape');
  });

  test('selects Zoom beside what is selected, in the setting, and sees its findings', async () => {
    const { page } = workbench;
    await workbench.runCommand('Lintel: Select Requirements…');
    const choices = await workbench.choices('Select Requirements');
    await page.keyboard.type('Zoom meetings');
    await choices.filter({ hasText: 'Zoom meetings' }).first().click();
    await page.keyboard.press('Enter');
    await choices.filter({ hasText: 'The setting lintel.require' }).first().click();
    const settings = join(vscode.workspace, '.vscode/settings.json');
    await expect
      .poll(() => existsSync(settings) && readFileSync(settings, 'utf8'), { timeout: 30_000 })
      .toContain('"zoom"');
    const { 'lintel.require': selected } = JSON.parse(readFileSync(settings, 'utf8'));
    expect(selected.sort()).toEqual(['m365+allow', 'm365+optimize', 'network-basics', 'teams', 'zoom']);
    await workbench.findProblem('Zoom meetings');
  });

  test('has a lintel.yaml made for the files that are there, which is read without problems', async () => {
    const { page } = workbench;
    const path = join(vscode.workspace, 'lintel.yaml');
    rmSync(path);
    await workbench.runCommand('Lintel: Create lintel.yaml');
    await page.locator('.tab.active', { hasText: 'lintel.yaml' }).waitFor();
    expect(readFileSync(path, 'utf8')).toMatch(/ {2}- match: squid\/squid\.conf.*\n {4}require: \[.*zoom/);
    // The findings of the files that it is about have come, and none of its own.
    await workbench.findProblem('Microsoft Teams');
    await page
      .locator('.markers-panel .monaco-list-row[aria-level="1"]', { hasText: 'lintel.yaml' })
      .waitFor({ state: 'hidden' });
  });

  test('finds the five steps of the walkthrough with their pictures', async () => {
    const { page } = workbench;
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await page.keyboard.type('Get Started with Lintel');
    await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Get Started with Lintel' }).first().click();
    const steps = page.locator('.step-title');
    await steps.filter({ hasText: 'See the whole' }).first().waitFor();
    expect(await page.locator('.getting-started-step').count()).toBe(5);
  });
});
