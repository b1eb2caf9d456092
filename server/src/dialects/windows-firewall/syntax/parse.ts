// The entry point of the parsers of both languages: text to tree.

import { parseBatch } from './batch/parser.js';
import { isBatch } from './batch-file.js';
import { parsePowerShell } from './powershell/parser.js';
import type { Tree } from './tree.js';

export function parse(uri: string, text: string): Tree {
  return isBatch(uri, text) ? parseBatch(text) : parsePowerShell(text);
}
