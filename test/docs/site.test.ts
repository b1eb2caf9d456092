// The documentation site is built, with every link checked, and read in a browser.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM_FLAGS } from '../../scripts/chromium.mjs';
import { run } from '../../scripts/run.mjs';
import { FINDING_CODES } from '../../server/src/model/codes.js';
import { chromiumPath, isChromiumMissing } from '../vscode/chromium.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const site = join(root, 'docs/.vitepress/dist');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

/** The address of a page changes before what is shown does. */
const PATIENCE = { timeout: 30_000 };

/** The site on the loopback interface, as a web server of files gives it. */
function serve(): Promise<Server> {
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const path = join(site, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    const content = await readFile(path).catch(() => undefined);
    response.writeHead(content ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
    response.end(content);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

beforeAll(async () => {
  // A link that leads nowhere fails the build.
  await run(process.execPath, ['node_modules/vitepress/bin/vitepress.js', 'build', 'docs'], { cwd: root, quiet: true });
});

describe('the site', () => {
  it('has a page for each finding', () => {
    const missing = Object.keys(FINDING_CODES).filter((code) => !existsSync(join(site, `findings/${code}.html`)));
    expect(missing).toEqual([]);
  });
});

describe.skipIf(isChromiumMissing())('the site in a browser', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  let address: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await serve();
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      ...(chromiumPath ? { executablePath: chromiumPath } : {}),
      args: CHROMIUM_FLAGS,
    });
    page = await browser.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(address) && !url.startsWith('data:')) complaints.push(`asks for ${url}`);
    });
  });

  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it('leads from the first page to a tutorial', async () => {
    await page.goto(address);
    await page.getByRole('main').getByRole('link', { name: 'From nothing to a green check' }).click();
    await page.waitForURL('**/tutorials/first-check.html');
    const heading = page.getByRole('heading', { level: 1 });
    await expect.poll(() => heading.textContent(), PATIENCE).toContain('From nothing to a green check');
  });

  it.each([
    ['52.122.0.0/15', '/packs/'],
    ['pac-never-matches', '/findings/pac-never-matches.html'],
    ['write-baseline', '/reference/command-line.html'],
  ])('finds %s', async (text, path) => {
    await page.goto(address);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill(text);
    const found = page.locator(`#localsearch-list a[href^="${path}"]`).first();
    await found.click();
    await page.waitForURL(`**${path}**`);
    await expect.poll(() => page.getByRole('main').textContent(), PATIENCE).toContain(text);
  });

  it('shows words of configuration as they are written', async () => {
    await page.goto(`${address}/findings/pac-never-matches.html`);
    expect(await page.getByRole('main').textContent()).toContain('{{hosts}}');
  });

  it('does so without an error, and asks for nothing elsewhere', () => {
    expect(complaints).toEqual([]);
  });
});
