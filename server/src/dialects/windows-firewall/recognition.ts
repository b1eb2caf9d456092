// How scripts that configure Windows Firewall are recognised, without the code that reads them.
import type { Recognition } from '../dialect.js';
import { detectWindowsFirewall } from './detect.js';
import { isBatch } from './syntax/batch-file.js';

export const recognition: Recognition = {
  id: 'windows-firewall',
  title: 'Windows Firewall',
  hostLanguages: ['powershell', 'bat'],
  lineComment: ({ uri, text }) => (isBatch(uri, text) ? 'rem' : '#'),
  // PowerShell goes by the byte order mark ("Understanding file encoding in VS Code and PowerShell"); cmd.exe does not.
  readsUtf16: ({ uri, text }) => !isBatch(uri, text),
  detect: detectWindowsFirewall,
};
