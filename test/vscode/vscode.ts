// VS Code with the packaged extension, as a server for windows in a headless browser.
import { cpSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFailed } from 'vitest';
import { CHROMIUM_FLAGS } from '../../scripts/chromium.mjs';
import { installExtension, isVSCodeInstalled, startVSCode } from '../../scripts/vscode-in-browser.mjs';
import { chromiumPath } from './chromium.js';
import { PATIENCE, root, Workbench } from './workbench.js';

/** What the packaged extension is made of. */
const PACKAGED = [
  'package.json',
  'package.nls.json',
  'package.nls.de.json',
  'client/src',
  'server/src',
  'catalog',
  'syntaxes',
  'language-configuration',
  'media',
];

function newestChange(path: string): number {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

/** The extension as users get it. */
export function packagedExtension(): string {
  const vsix = join(root, 'lintel.vsix');
  const sources = Math.max(...PACKAGED.map((path) => newestChange(join(root, path))));
  if (!existsSync(vsix) || statSync(vsix).mtimeMs < sources) {
    throw new Error('lintel.vsix is missing or older than the sources: npm run package');
  }
  return vsix;
}

/** Where a page finds the extension that runs in the browser itself. */
const WEB_EXTENSION_PATH = '/lintel-extension';

/**
 * A script for the page that extends what VS Code reads from the page as its configuration, and keeps away the service worker
 * of code-server: once that has taken the page over, what is served here is out of its reach.
 */
function addBuiltInExtension(location: string): string {
  return `{
    if (window === top) navigator.serviceWorker.register = () => Promise.reject(new Error('not in this test'));
    const getAttribute = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = getAttribute.call(this, name);
      if (this.id !== 'vscode-workbench-web-configuration' || name !== 'data-settings') return value;
      return JSON.stringify({ ...JSON.parse(value), additionalBuiltinExtensions: [${location}] });
    };
  }`;
}

/** A key that runs a command with an argument, as a user's keybindings.json has it. */
interface Keybinding {
  readonly key: string;
  readonly command: string;
  readonly args?: unknown;
}

/** VS Code with the packaged extension, on a copy of examples/. */
export class VSCode {
  private browser: Browser | undefined;

  private constructor(
    /** The copy of examples/, which tests may change. */
    readonly workspace: string,
    private readonly directory: string,
    private readonly server: Awaited<ReturnType<typeof startVSCode>>,
    /** The unpacked extension, where it is to run in the browser. */
    private readonly webExtension: string | undefined,
  ) {}

  /**
   * @param host where the extension runs: in Node.js as on the desktop, or in the browser as on vscode.dev
   * @param keybindings keys of the user's own
   * @param own settings of the user's own
   */
  static async start(
    host: 'node' | 'browser' = 'node',
    keybindings: readonly Keybinding[] = [],
    own: Readonly<Record<string, unknown>> = {},
  ): Promise<VSCode> {
    const vsix = packagedExtension();
    // Not here: test files run side by side.
    if (!isVSCodeInstalled()) throw new Error('VS Code is not installed: node scripts/vscode-in-browser.mjs');
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'lintel-vscode-')));
    const workspace = join(directory, 'examples');
    cpSync(join(root, 'examples'), workspace, { recursive: true });
    const profile = {
      directory: join(directory, 'profile'),
      settings: { 'editor.minimap.enabled': false, ...own },
      keybindings,
    };
    if (host === 'node') {
      await installExtension(profile, vsix);
      return new VSCode(workspace, directory, await startVSCode(profile), undefined);
    }
    const unpacked = { directory: join(directory, 'unpacked') };
    await installExtension(unpacked, vsix);
    const extensions = join(unpacked.directory, 'extensions');
    const name = readdirSync(extensions).find((entry) => entry.startsWith('lintel.lintel-'));
    if (!name) throw new Error('the extension was not installed');
    return new VSCode(workspace, directory, await startVSCode(profile), join(extensions, name));
  }

  /** Opens a window on the workspace. */
  async openWindow({ language = 'en' }: { readonly language?: 'en' | 'de' } = {}): Promise<Workbench> {
    const workbench = new Workbench(await this.newPage(), language);
    onTestFailed(() => workbench.printLogs());
    // What the language pack of VS Code sets, which is not needed for the texts of extensions.
    if (language !== 'en') {
      await workbench.page.addInitScript({ content: `globalThis._VSCODE_NLS_LANGUAGE = '${language}'` });
    }
    await workbench.page.goto(this.address());
    await workbench.ready();
    return workbench;
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    await this.server.stop();
    rmSync(this.directory, { recursive: true });
  }

  private async newPage(): Promise<Page> {
    if (!chromiumPath) throw new Error('no Chromium');
    this.browser ??= await chromium.launch({ executablePath: chromiumPath, args: CHROMIUM_FLAGS });
    const page = await this.browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(PATIENCE);
    if (this.webExtension) await this.serveWebExtension(page, this.webExtension);
    return page;
  }

  /** Adds the extension to the page's own configuration, as a web site that embeds VS Code does. */
  private async serveWebExtension(page: Page, folder: string): Promise<void> {
    await page.context().route(
      ({ pathname }) => pathname.startsWith(WEB_EXTENSION_PATH),
      (route) => {
        const path = join(folder, new URL(route.request().url()).pathname.slice(WEB_EXTENSION_PATH.length));
        return existsSync(path) ? route.fulfill({ path }) : route.fulfill({ status: 404 });
      },
    );
    const location = { scheme: 'http', authority: new URL(this.server.url).host, path: WEB_EXTENSION_PATH };
    await page.addInitScript({ content: addBuiltInExtension(JSON.stringify(location)) });
  }

  private address(): string {
    return `${this.server.url}?${new URLSearchParams({ folder: this.workspace })}`;
  }
}
