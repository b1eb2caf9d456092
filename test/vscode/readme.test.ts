// The page of the extension in VS Code: what somebody sees first is the README, and nothing in it is broken.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';

describe.skipIf(isChromiumMissing())('the page of the extension', () => {
  let vscode: VSCode;

  beforeAll(async () => {
    vscode = await VSCode.start();
  });

  afterAll(() => vscode?.stop());

  it('has the README without a broken picture', async () => {
    const window = await vscode.openWindow();
    await window.runCommand('Extensions: Show Installed Extensions');
    await window.page.locator('.extensions-list .extension-list-item .name', { hasText: 'Lintel' }).first().click();
    await window.preview.getByRole('heading', { name: 'Install', exact: true }).waitFor();
    const broken = await window.preview
      .locator('img')
      .evaluateAll((images) => images.filter((image) => 'naturalWidth' in image && image.naturalWidth === 0).length);
    expect(broken).toBe(0);
    await window.close();
  });
});
