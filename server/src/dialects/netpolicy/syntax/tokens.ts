// The tokens of a policy, as the lexer of YAML cuts it; white space between them is left out.
import { CST, Lexer } from 'yaml';
import type { SourceToken } from '../../dialect.js';

/** What the lexer puts between tokens and no text holds. */
const MARKS: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

export function tokensOf(text: string): SourceToken[] {
  const tokens: SourceToken[] = [];
  let start = 0;
  let isScalar = false;
  for (const piece of new Lexer().lex(text)) {
    if (!MARKS.has(piece)) {
      const kind = isScalar ? 'scalar' : (CST.tokenType(piece) ?? 'scalar');
      const end = start + piece.length;
      if (kind !== 'space') tokens.push({ kind, start, end, text: piece });
      start = end;
    }
    isScalar = piece === CST.SCALAR;
  }
  return tokens;
}
