import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isChromiumMissing } from './chromium.js';
import { VSCode } from './vscode.js';
import { root, type Workbench } from './workbench.js';

interface TerminalFinding {
  readonly code: string;
  readonly message: string;
  readonly fixes: readonly { readonly title: string }[];
}

/** How much of a hover VS Code shows without scrolling, in pixels. */
const HOVER_HEIGHT = 250;

/** What the command line finds in a file. */
function findingsInTerminal(path: string): readonly TerminalFinding[] {
  const args = [join(root, 'dist/cli.js'), 'check', '--format', 'json', '--fail-on', 'never', path];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const report: { readonly files: readonly { readonly findings: readonly TerminalFinding[] }[] } = JSON.parse(stdout);
  return report.files.flatMap(({ findings }) => findings);
}

describe.skipIf(isChromiumMissing())('a person in VS Code with the packaged extension', () => {
  let vscode: VSCode;
  let workbench: Workbench;

  beforeAll(async () => {
    vscode = await VSCode.start();
  });

  afterAll(() => vscode?.stop());

  beforeEach(async () => {
    workbench = await vscode.openWindow();
  });

  afterEach(() => workbench?.close());

  test.each([
    { language: 'pac', folder: 'proxy', file: 'proxy.pac', code: 'not-bypassed', service: 'Teams' },
    { language: 'squid', folder: 'squid', file: 'squid.conf', code: 'tls-inspected', service: 'Teams' },
    { language: 'iptables', folder: 'firewall', file: 'rules.v4', code: 'requirement-partial', service: 'Teams' },
    { language: 'cisco', folder: 'firewall', file: 'core-router.cfg', code: 'requirement-partial', service: 'Teams' },
  ])(
    'opens $file, reads why, presses the quick fix and sees the finding go',
    async ({ language, folder, file, code, service }) => {
      const path = join(vscode.workspace, folder, file);
      const found = findingsInTerminal(path).find((one) => one.code === code && one.message.includes(service));
      const fix = found?.fixes[0];
      if (!found || !fix) throw new Error(`on the command line, ${file} has no ${code} about ${service} with a fix`);

      await workbench.openFile(file);
      await workbench.goTo(await workbench.findProblem(found.message));
      await workbench.page.locator('.squiggly-warning, .squiggly-error').first().waitFor();
      await workbench.frame(2_500);
      const source = 'a[data-href^="https://learn.microsoft.com/"]';
      const hover = await workbench.hoverAtCursor(source);
      expect(await workbench.heightOfOwnHover(hover)).toBeLessThanOrEqual(HOVER_HEIGHT);
      await hover.locator(source).first().scrollIntoViewIfNeeded();
      await workbench.picture(`${language}-hover`);
      await workbench.frame(4_500);

      await workbench.page.keyboard.press('Escape');
      const fixes = await workbench.quickFixes();
      await workbench.picture(`${language}-fix`);
      await workbench.frame(3_000);
      await fixes.filter({ hasText: fix.title }).first().click();
      await workbench.findNoProblem(found.message);
      await workbench.closePanel();
      await workbench.frame(3_500);
      await workbench.animation(language);

      await workbench.save();
      // VS Code writes a file some time after its tab has lost the mark of a changed one.
      await expect
        .poll(() => findingsInTerminal(path).map(({ message }) => message), { timeout: 60_000 })
        .not.toContain(found.message);
    },
  );

  test('sees what a file covers', async () => {
    await workbench.openFile('squid.conf');
    await workbench.runCommand('Lintel: Show Coverage for This File');
    await workbench.preview.getByRole('heading', { name: 'Coverage of squid.conf' }).waitFor();
  });

  test('restarts the server and goes on', async () => {
    await workbench.openFile('squid.conf');
    await workbench.runCommand('Lintel: Restart Server');
    await workbench.findProblem('must be reachable without a login');
  });
});
