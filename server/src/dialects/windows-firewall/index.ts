import type { Dialect } from '../dialect.js';
import { detectWindowsFirewall, isBatch } from './detect.js';
import { lower } from './document.js';
import { completionsAt, entityAt, foldingRanges, outline } from './editor/editor.js';
import { narrowRule } from './fixes/narrow.js';
import { emit } from './fixes/permit.js';
import { readBatch } from './program/batch.js';
import type { Script } from './program/invocation.js';
import { readPowerShell } from './program/powershell.js';

/** Scripts that set up Windows Firewall, with PowerShell or netsh. They are read and never run. */
export const windowsFirewall: Dialect<Script> = {
  id: 'windows-firewall',
  title: 'Windows Firewall',
  hostLanguages: ['powershell', 'bat'],
  lineComment: ({ uri, text }) => (isBatch(uri, text) ? 'rem' : '#'),
  detect: detectWindowsFirewall,
  parse: ({ uri, text }) => (isBatch(uri, text) ? readBatch(text) : readPowerShell(text)),
  lower: (source, script) => lower(source, script),
  emit,
  narrow: narrowRule,
  outline,
  entityAt,
  completionsAt,
  foldingRanges,
};
