// Recognises scripts that configure Windows Firewall, by name and content.

import { CONFIGURING_CMDLET } from './vocabulary/commands.js';

const NETSH = /\bnetsh(?:\.exe)?"?\s+advfirewall\s+(?:firewall|consec|set|reset)\b/i;

/** The confidence (0 to 1), from the path and the beginning of the text, that a script configures Windows Firewall. */
export function detectWindowsFirewall(path: string, text: string): number {
  if (/\.(?:ps1|psm1)$/i.test(path)) return CONFIGURING_CMDLET.test(text) || NETSH.test(text) ? 0.9 : 0;
  if (/\.(?:cmd|bat)$/i.test(path)) return NETSH.test(text) ? 0.9 : 0;
  return 0;
}
