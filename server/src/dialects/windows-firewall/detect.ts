// Recognises scripts that configure Windows Firewall, by name and content.

import { CONFIGURING_CMDLET } from './vocabulary/commands.js';

/** The context of netsh, also as the arguments of what starts it. */
const CONTEXT = /\badvfirewall["',\s]{1,8}(?:firewall|consec|set|reset|import)\b/i;

function callsNetsh(text: string): boolean {
  return CONTEXT.test(text) && /\bnetsh\b/i.test(text);
}

/** The confidence (0 to 1), from the path and the beginning of the text, that a script configures Windows Firewall. */
export function detectWindowsFirewall(path: string, text: string): number {
  if (/\.(?:ps1|psm1)$/i.test(path)) return CONFIGURING_CMDLET.test(text) || callsNetsh(text) ? 0.9 : 0;
  if (/\.(?:cmd|bat)$/i.test(path)) return callsNetsh(text) ? 0.9 : 0;
  return 0;
}
