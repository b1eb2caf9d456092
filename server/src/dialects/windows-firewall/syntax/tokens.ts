// The tokens of a script: those of PowerShell, or the words of the lines of a batch file.
import { readLineBlocks } from '../../../kept/line-blocks.js';
import type { Source, SourceToken } from '../../dialect.js';
import { lineTokens } from '../../shared/line-tokens.js';
import { isBatch } from './batch-file.js';
import { wordsOf } from './netsh.js';
import { tokenize } from './powershell/tokens.js';

export function tokensOf({ uri, text }: Source): readonly SourceToken[] {
  if (!isBatch(uri, text)) return tokenize(text);
  const lines = readLineBlocks(text, { line: (raw) => ({ raw }) });
  return lineTokens(lines, ({ raw }) => wordsOf(raw, { start: 0, end: raw.length }, '^'));
}
