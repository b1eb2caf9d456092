import type { Dialect } from '../dialect.js';
import { readBatch } from './batch.js';
import { detectWindowsFirewall, isBatch } from './detect.js';
import { completionsAt, entityAt, foldingRanges, outline } from './editor.js';
import { emit } from './emit.js';
import type { Script } from './invocation.js';
import { lower } from './lower.js';
import { narrowRule } from './narrow.js';
import { readPowerShell } from './powershell.js';

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
