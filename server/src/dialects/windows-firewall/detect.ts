// Recognises scripts that set up Windows Firewall, by name and content.

import { CONFIGURING_CMDLET } from './vocabulary/words.js';

const NETSH = /\bnetsh(?:\.exe)?"?\s+advfirewall\s+(?:firewall|consec|set|reset)\b/i;

/** How sure a path and the text's beginning make it that a script sets up Windows Firewall. */
export function detectWindowsFirewall(path: string, text: string): number {
  if (/\.(?:ps1|psm1)$/i.test(path)) return CONFIGURING_CMDLET.test(text) || NETSH.test(text) ? 0.9 : 0;
  if (/\.(?:cmd|bat)$/i.test(path)) return NETSH.test(text) ? 0.9 : 0;
  return 0;
}
