// What the client and the server must agree on to recognise a language.

/** How much of a file is looked at to recognise its language, in UTF-16 code units. */
export const DETECTION_WINDOW = 16_384;

/** The same for scripts: installers say which program they run after long texts. */
const SCRIPT_WINDOW = 262_144;

/** How much of a file that begins with some text is looked at, in UTF-16 code units. */
export function detectionWindow(beginning: string): number {
  return beginning.startsWith('#!') ? SCRIPT_WINDOW : DETECTION_WINDOW;
}
