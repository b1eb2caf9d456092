// The tokens of a PAC file, up to where it is no JavaScript.
import { tokenizer } from 'acorn';
import type { SourceToken } from '../../dialect.js';
import { JAVASCRIPT } from './parse.js';

export function tokensOf(text: string): SourceToken[] {
  const tokens: SourceToken[] = [];
  try {
    for (const { type, start, end } of tokenizer(text, JAVASCRIPT)) {
      tokens.push({ kind: type.label, start, end, text: text.slice(start, end) });
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
  }
  return tokens;
}
