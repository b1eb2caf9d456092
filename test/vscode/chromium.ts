// Whether real VS Code can be tried here.
import { CHROMIUM_NAMES, findChromium } from '../../scripts/chromium.mjs';

export const chromiumPath = findChromium();

/** Whether the tests in real VS Code have to be left out, which is reported, and which CI forbids. */
export function isChromiumMissing(): boolean {
  if (chromiumPath) return false;
  const reason = `No ${CHROMIUM_NAMES.join(', ')} on PATH: the tests in real VS Code need one.`;
  if (process.env.LINTEL_REQUIRE_ENGINES) throw new Error(reason);
  console.warn(`Skipped. ${reason}`);
  return true;
}
