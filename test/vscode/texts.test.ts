// VS Code in German: the commands, views and settings of the extension are German as well; and its languages have their icons.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../scripts/manifest.mjs';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';

const { contributes } = readManifest('de');

describe.skipIf(isChromiumMissing())('a window in German', () => {
  let vscode: VSCode;

  beforeAll(async () => {
    vscode = await VSCode.start();
  });

  afterAll(() => vscode?.stop());

  it('has German commands and views, and the icon of a language beside a file', async () => {
    const window = await vscode.openWindow({ language: 'de' });
    await window.openFile('rules.v4');
    const icon = window.page.locator('.tab.active .monaco-icon-label');
    const image = () =>
      icon.evaluate(
        (element) => element.ownerDocument.defaultView?.getComputedStyle(element, '::before').backgroundImage,
      );
    await expect.poll(image).toContain(encodeURIComponent('/media/languages/iptables-light.svg'));

    const title = contributes.commands.find(({ command }) => command === 'lintel.showCoverage')?.title;
    await window.runCommand(`Lintel: ${title}`);
    await window.page.locator('.activitybar .action-label[aria-label^="Lintel"]').click();
    for (const { name } of contributes.views.lintel) {
      await window.page.locator('.pane-header .title').getByText(name, { exact: true }).waitFor();
    }
    await window.close();
  });
});
