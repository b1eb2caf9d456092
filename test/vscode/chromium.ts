import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The path of an installed Chromium or Chrome. */
function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export const chromiumPath = findChromium();

/** Whether the tests in real VS Code have to be left out, which is told, and which CI forbids. */
export function isChromiumMissing(): boolean {
  if (chromiumPath) return false;
  const reason = `No ${NAMES.join(', ')} on PATH: the tests in real VS Code need one.`;
  if (process.env.LINTEL_REQUIRE_ENGINES) throw new Error(reason);
  console.warn(`Skipped. ${reason}`);
  return true;
}
