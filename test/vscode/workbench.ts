// A window of VS Code, operated as a user does.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { readManifest } from '../../scripts/manifest.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** How long VS Code may take for one step on a busy machine, in milliseconds. */
export const PATIENCE = 60_000;

/** A command of the extension that is always there. */
const KNOWN_COMMAND = 'lintel.restartServer';

/** What the list of commands calls it. */
function knownCommand(language: 'en' | 'de'): string {
  const command = readManifest(language).contributes.commands.find((one) => one.command === KNOWN_COMMAND);
  return `Lintel: ${command?.title}`;
}

/** How long a list takes to show what it has at most, in milliseconds. */
const LIST_PATIENCE = 3_000;

/** How long what the server is asked for, as a hover or the menu of quick fixes, takes at most, in milliseconds. */
export const ANSWER_PATIENCE = 10_000;

/**
 * Does what a person does where VS Code swallows a key, or something moves away from under the pointer: the same again.
 * @param wanted what is to be there after an attempt, for the failure
 * @param attempt one try, which fails where that has not come
 */
export async function persist(wanted: string, attempt: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const failure = await attempt().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    if (Date.now() > deadline) throw new Error(`not there, however often it was tried: ${wanted}`, { cause: failure });
  }
}

/** How much of one message of a window's log is kept, in UTF-16 code units: stack traces need little more. */
const LOGGED = 300;

/** A window of VS Code, used as a person uses it. */
export class Workbench {
  private readonly log: string[] = [];
  /** What it showed last, once it is closed. */
  private shown = '';
  private readonly frames: { readonly picture: Buffer; readonly milliseconds: number }[] = [];

  constructor(
    readonly page: Page,
    private readonly shownIn: 'en' | 'de' = 'en',
  ) {
    page.on('console', (message) => this.log.push(message.text().slice(0, LOGGED)));
    page.on('pageerror', ({ message }) => this.log.push(message.slice(0, LOGGED)));
  }

  async close(): Promise<void> {
    this.shown = await this.page.locator('body').innerText();
    await this.page.close();
  }

  /** Prints what the window logged and showed. */
  async printLogs(): Promise<void> {
    const shown = this.page.isClosed() ? this.shown : await this.page.locator('body').innerText();
    process.stderr.write(`${this.log.slice(-100).join('\n')}\n${shown}\n`);
  }

  /** Waits until VS Code has the extension, too: a file that is opened before would be taken for another language. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .explorer-folders-view .monaco-list-row').first().waitFor();
    const title = knownCommand(this.shownIn);
    const command = this.page.locator('.quick-input-widget .label-name').getByText(title, { exact: true });
    const list = this.page.locator('.quick-input-widget');
    await persist('the commands of the extension', async () => {
      await this.page.keyboard.press('F1');
      await list.locator('input[type=text]').fill(`>${title}`, { timeout: LIST_PATIENCE });
      try {
        await command.waitFor({ timeout: LIST_PATIENCE });
      } finally {
        // The list of commands is that of the moment when it was opened: the next one may have more.
        await this.page.keyboard.press('Escape');
        await list.waitFor({ state: 'hidden' });
      }
    });
  }

  /** Opens a file of the workspace by name. */
  async openFile(name: string): Promise<void> {
    await this.pick('Control+P', name);
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  async runCommand(title: string): Promise<void> {
    await this.pick('F1', title);
  }

  /** Runs a command of the menu at a text of the editor. */
  async runFromMenu(text: string, title: string): Promise<void> {
    const line = this.page.locator('.editor-instance .view-line', { hasText: text }).first();
    const entry = this.page.locator('.context-view .action-label').getByText(title, { exact: true });
    const focused = this.page.locator('.context-view .action-item.focused', { hasText: title });
    // A menu takes no click for some time after it has opened.
    await persist(`${title} in the menu at ${text}`, async () => {
      if (!(await entry.isVisible())) {
        const { x, y } = await middleOf(line, text);
        await this.page.mouse.click(x, y, { button: 'right' });
      }
      await entry.hover({ timeout: LIST_PATIENCE });
      await focused.waitFor({ timeout: LIST_PATIENCE });
      await this.page.keyboard.press('Enter');
      await entry.waitFor({ state: 'hidden', timeout: LIST_PATIENCE });
    });
  }

  /**
   * Loads the window again as VS Code itself does, which first writes down what is to come back. A browser's own reload
   * has what the last seconds changed only where VS Code happened to have written it.
   */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
  }

  /** Finds a message in the Problems panel. */
  async findProblem(message: string): Promise<Locator> {
    await this.filterProblems(message);
    const row = this.problems.filter({ hasText: message }).first();
    await row.waitFor();
    return row;
  }

  /** Waits until the Problems panel has no such message, among others that it has. */
  async findNoProblem(message: string): Promise<void> {
    await this.filterProblems(message);
    await this.problems.filter({ hasText: message }).first().waitFor({ state: 'hidden' });
  }

  private get problems(): Locator {
    return this.page.locator('.markers-panel .monaco-list-row[aria-level="2"]');
  }

  /** Leaves in the Problems panel what contains a message, once it has shown what there is. */
  private async filterProblems(message: string): Promise<void> {
    // What follows has a meaning of its own in a filter.
    const text = /^[^,:*!]*/.exec(message)?.[0] ?? '';
    await this.runCommand('Problems: Focus on Problems View');
    const filter = this.page.getByPlaceholder(/^Filter \(/);
    const others = this.problems.filter({ hasNotText: text }).first();
    // VS Code reads the filter some time after it was typed, and not at all where its list is made anew meanwhile.
    await persist(`the problems with ${text} alone`, async () => {
      await filter.fill('');
      await this.problems.first().waitFor();
      await filter.fill(text);
      await others.waitFor({ state: 'hidden', timeout: LIST_PATIENCE });
    });
  }

  /** Goes to a problem in its file, and makes room for the file. */
  async goTo(problem: Locator): Promise<void> {
    await problem.dblclick();
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
    await this.closePanel();
  }

  /** Closes the panel below the editors, which has to be open. */
  async closePanel(): Promise<void> {
    await this.page.keyboard.press('Control+J');
    await this.page.locator('.markers-panel').waitFor({ state: 'hidden' });
  }

  /** Rests the mouse on the text at the cursor until what is told of it has a link. */
  async hoverAtCursor(link: string): Promise<Locator> {
    const hover = this.page.locator('.editor-instance .monaco-hover:not(.hidden) .monaco-hover-content');
    // Where new diagnostics or lenses arrive meanwhile VS Code hides it, or moves the text away.
    await persist(`a hover with ${link}`, async () => {
      await this.page.mouse.move(0, 0);
      const cursor = this.page.locator('.editor-instance .monaco-editor.focused .cursor').first();
      const box = await cursor.boundingBox({ timeout: LIST_PATIENCE });
      if (!box) throw new Error('the cursor is not on screen');
      await this.page.mouse.move(box.x + 4, box.y + box.height / 2);
      await hover.locator(link).first().waitFor({ timeout: ANSWER_PATIENCE });
    });
    return hover;
  }

  /** How high a hover is without the messages that VS Code puts above it, in pixels. */
  async heightOfOwnHover(hover: Locator): Promise<number> {
    const own = hover.locator('.hover-row:not(:has(.marker)):not(.status-bar)');
    const boxes = await Promise.all((await own.all()).map((one) => one.boundingBox()));
    return boxes.reduce((sum, box) => sum + (box?.height ?? 0), 0);
  }

  /** Opens the menu of quick fixes at the cursor. */
  async quickFixes(): Promise<Locator> {
    const fixes = this.page.locator('.action-widget .monaco-list-row.action');
    // Where new diagnostics arrive meanwhile VS Code shows no menu.
    await persist('the menu of quick fixes', async () => {
      await this.page.keyboard.press('Control+.');
      await fixes.first().waitFor({ timeout: ANSWER_PATIENCE });
    });
    return fixes;
  }

  /** The question that stands in the way of everything else. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Finds a notification that says something, among those that there are: tests never see them pop up. */
  async findNotification(text: string): Promise<Locator> {
    const notifications = this.page.locator('.notifications-center');
    const found = notifications.locator('.notification-list-item', { hasText: text });
    for (let isFound = false; !isFound; ) {
      if (!(await notifications.isVisible())) await this.page.locator('[id="status.notifications"]').click();
      // The list closes itself when the last notification leaves it, as that of a progress does at its end.
      isFound = await Promise.race([
        found.waitFor().then(() => true),
        notifications.waitFor({ state: 'hidden' }).then(() => false),
      ]);
    }
    return found;
  }

  /** The document of the latest webview, once its links work. */
  get preview(): FrameLocator {
    return this.page.frameLocator('iframe.webview').last().frameLocator('#active-frame');
  }

  /** Waits for the list that something is to be chosen from. */
  async choices(title: string): Promise<Locator> {
    await this.page.locator('.quick-input-title', { hasText: title }).waitFor();
    return this.page.locator('.quick-input-widget .monaco-list-row');
  }

  /** The language of the active editor, once it is the one of this title: the content of a file may decide it. */
  language(title: string): Locator {
    return this.page.locator('[id="status.editor.mode"]').getByText(title, { exact: true });
  }

  /** Selects with a click twice into the middle of a text in the editor, which is to take all of it. */
  async doubleClick(text: string): Promise<void> {
    const selection = this.page.locator('[id="status.editor.selection"]');
    const line = this.page.locator('.editor-instance .view-line', { hasText: text }).first();
    // A lens that appears moves the lines away from the pointer.
    await persist(`a selection of all of ${text}`, async () => {
      await this.page.keyboard.press('Control+Home');
      await selection.filter({ hasText: 'selected' }).waitFor({ state: 'hidden' });
      await line.waitFor();
      const { x, y } = await middleOf(line, text);
      await this.page.mouse.dblclick(x, y);
      await selection.filter({ hasText: `(${text.length} selected)` }).waitFor({ timeout: LIST_PATIENCE });
    });
  }

  /** A line above a statement, which moves what is below it when it appears. */
  lens(text: string): Locator {
    return this.page.locator('.codelens-decoration a', { hasText: text }).first();
  }

  /** An entry of the list of suggestions. */
  suggestion(label: string): Locator {
    return this.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active:not(.dirty)').waitFor();
  }

  /** Renews a picture, where there is such a one and LINTEL_SCREENSHOTS asks for it. */
  async picture(name: string): Promise<void> {
    const path = join(root, 'docs/images', `${name}.png`);
    if (process.env.LINTEL_SCREENSHOTS && existsSync(path)) await this.page.screenshot({ path });
  }

  /** Keeps how the window looks for the next animation, which shows it for a time in milliseconds. */
  async frame(milliseconds: number): Promise<void> {
    if (!process.env.LINTEL_SCREENSHOTS) return;
    this.frames.push({ picture: await this.page.screenshot(), milliseconds });
  }

  /** Renews an animation of the frames since the last one, where there is such a one and LINTEL_SCREENSHOTS asks for it. */
  async animation(name: string): Promise<void> {
    const path = join(root, 'docs/images', `${name}.gif`);
    const frames = this.frames.splice(0);
    if (!process.env.LINTEL_SCREENSHOTS || !existsSync(path)) return;
    const { default: sharp } = await import('sharp');
    const pictures = frames.map(({ picture }) => picture);
    const delay = frames.map(({ milliseconds }) => milliseconds);
    await sharp(pictures, { join: { animated: true } })
      .gif({ delay, loop: 0, effort: 10 })
      .toFile(path);
  }

  private async pick(key: string, text: string): Promise<void> {
    await this.page.keyboard.press(key);
    const input = this.page.locator('.quick-input-widget input[type=text]');
    await input.waitFor();
    await input.pressSequentially(text);
    const labels = this.page.locator('.quick-input-widget .monaco-list-row.focused .label-name');
    const label = labels.getByText(text, { exact: true });
    await label.waitFor();
    await this.page.keyboard.press('Enter');
    // Not the input: what was picked may go on to ask something.
    await label.waitFor({ state: 'hidden' });
  }
}

/** Where the middle of a text is shown that stands in a line of an editor, in pixels of the page. */
function middleOf(line: Locator, text: string): Promise<{ readonly x: number; readonly y: number }> {
  return line.evaluate((element, wanted) => {
    const TEXT_NODES = 4;
    // Colours cut a line into pieces: the text may begin in one and end in another.
    const page = element.ownerDocument;
    const walker = page.createTreeWalker(element, TEXT_NODES);
    // Editors show spaces that do not break.
    const at = (element.textContent ?? '').replaceAll('\u00a0', ' ').indexOf(wanted) + Math.floor(wanted.length / 2);
    let before = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = node.textContent?.length ?? 0;
      if (before + length > at) {
        const range = page.createRange();
        range.setStart(node, at - before);
        range.setEnd(node, at - before + 1);
        const box = range.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
      before += length;
    }
    throw new Error(`${wanted} is not shown`);
  }, text);
}
