const CMDLET = /\b(?:New|Set|Enable|Disable|Remove)-Net(?:Firewall(?:Rule|Profile)|IPsecRule)\b/i;
const NETSH = /\bnetsh(?:\.exe)?"?\s+advfirewall\s+(?:firewall|consec|set|reset)\b/i;

/** How sure a path and the text's beginning make it that a script sets up Windows Firewall. */
export function detectWindowsFirewall(path: string, text: string): number {
  if (/\.(?:ps1|psm1)$/i.test(path)) return CMDLET.test(text) || NETSH.test(text) ? 0.9 : 0;
  if (/\.(?:cmd|bat)$/i.test(path)) return NETSH.test(text) ? 0.9 : 0;
  return 0;
}

/** Whether a script is a batch file: by its name, and otherwise by what only such files have. */
export function isBatch(uri: string, text: string): boolean {
  if (/\.(?:cmd|bat)$/i.test(uri)) return true;
  if (/\.psm?1$/i.test(uri)) return false;
  return /^\s*@echo\b|^\s*(?:rem|::)\s|%\w+%/im.test(text.slice(0, 4_096)) && !CMDLET.test(text);
}
