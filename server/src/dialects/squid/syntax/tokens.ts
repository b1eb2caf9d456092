// The words of a whole squid.conf, as far as a line shows them by itself.
import type { SourceToken } from '../../dialect.js';
import { lineTokens } from '../../shared/line-tokens.js';
import { hasEscapes } from './acl-line.js';
import { tokenize } from './lines.js';
import { parseText } from './parse.js';

export function tokensOf(text: string): SourceToken[] {
  return lineTokens(parseText(text), (line) =>
    tokenize(line, line.statement?.kind === 'acl' && hasEscapes(line.statement.type)),
  );
}
