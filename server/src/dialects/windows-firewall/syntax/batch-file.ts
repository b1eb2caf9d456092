// Tells the two languages of scripts apart.

import { CONFIGURING_CMDLET } from '../vocabulary/commands.js';

/** Whether a script is a batch file: by its name, otherwise by its content. */
export function isBatch(uri: string, text: string): boolean {
  if (/\.(?:cmd|bat)$/i.test(uri)) return true;
  if (/\.psm?1$/i.test(uri)) return false;
  return /^\s*@echo\b|^\s*(?:rem|::)\s|%\w+%/im.test(text.slice(0, 4_096)) && !CONFIGURING_CMDLET.test(text);
}
