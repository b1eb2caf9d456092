// The pages that the command line writes, in a browser: as somebody reads them who has nothing else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS } from '../../scripts/chromium.mjs';
import { buildProgram } from '../unit/cli/program.js';
import { chromiumPath, isChromiumMissing } from './chromium.js';
import { root } from './workbench.js';

/** The rules of accessibility as axe-core checks them. */
const AXE = join(root, 'node_modules/axe-core/axe.min.js');

const SIZES = [400, 1600].flatMap((width) => [
  { width, colorScheme: 'light', forcedColors: 'none' } as const,
  { width, colorScheme: 'dark', forcedColors: 'none' } as const,
  { width, colorScheme: 'dark', forcedColors: 'active' } as const,
]);

const COMMANDS = ['coverage', 'plan'] as const;

describe.skipIf(isChromiumMissing())('a page', () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lintel-pages-'));
    const run = await buildProgram('browsed-pages');
    for (const command of COMMANDS) {
      const { output } = await run(root, [command, 'examples', '--format', 'html']);
      writeFileSync(join(folder, `${command}.html`), output);
    }
    browser = await chromium.launch({ executablePath: chromiumPath ?? '', args: CHROMIUM_FLAGS });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(command: (typeof COMMANDS)[number], options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => faults.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) faults.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, `${command}.html`)).href);
    expect(faults).toEqual([]);
    return page;
  }

  const openEverything = (page: Page) =>
    page.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true');

  describe.each(COMMANDS)('of lintel %s', (command) => {
    test.each(SIZES)('fits a window of $width pixels, $colorScheme, forced colours: $forcedColors', async (size) => {
      const { width, ...colours } = size;
      const page = await open(command, { viewport: { width, height: 900 }, ...colours });
      await openEverything(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.context().close();
    });

    test.each(SIZES)('has nothing that axe finds at $width pixels, $colorScheme', async (size) => {
      const { width, ...colours } = size;
      const page = await open(command, { viewport: { width, height: 900 }, bypassCSP: true, ...colours });
      await openEverything(page);
      await page.addScriptTag({ content: readFileSync(AXE, 'utf8') });
      const found = await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))');
      expect(found).toEqual([]);
      await page.context().close();
    });
  });

  test.each([true, false])('opens a cell by keyboard (with its script: %s)', async (javaScriptEnabled) => {
    const page = await open('coverage', { javaScriptEnabled });
    const cell = page.getByRole('link', { name: /by squid\/squid\.conf for Microsoft Teams/ });
    const why = page.getByText('What would meet it').first();
    await expect.poll(() => why.isVisible()).toBe(false);
    await cell.focus();
    await page.keyboard.press('Enter');
    await page.getByText(/Microsoft Teams in squid\/squid\.conf: \d+ of \d+ met/).waitFor();
    await page.getByText('squid/squid.conf, line').filter({ visible: true }).first().waitFor();
    await page.context().close();
  });

  test('copies the plan whole', async () => {
    const page = await open('plan', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy the whole plan' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied.' }).waitFor({ state: 'attached' });
    const copied = String(await page.evaluate('navigator.clipboard.readText()'));
    expect(copied.split('\n')[0]).toContain('source_role\tsource\tdestination_role');
    expect(copied).toContain('52.112.0.0/14 52.122.0.0/15');
    await page.context().close();
  });
});
