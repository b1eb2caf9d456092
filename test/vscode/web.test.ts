import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import type { Workbench } from './workbench.js';

describe.skipIf(isChromiumMissing())('the extension running in a browser', () => {
  let vscode: VSCode;
  let workbench: Workbench;

  beforeAll(async () => {
    vscode = await VSCode.start('browser');
  });

  afterAll(() => vscode?.stop());

  beforeEach(async () => {
    workbench = await vscode.openWindow();
  });

  afterEach(() => workbench?.close());

  test('evaluates a PAC file', async () => {
    await workbench.openFile('proxy.pac');
    await workbench.findProblem('Microsoft Teams should bypass the proxy');
  });

  test('reads the files that a squid.conf includes', async () => {
    await workbench.openFile('squid.conf');
    await workbench.findProblem('Microsoft Teams must not be decrypted');
    // An acl that it uses stands in one of them.
    await workbench.findNoProblem('undefined-name');
  });
});
