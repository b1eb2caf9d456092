// The tokens of a whole file: words of lines, or what the lexer of scripts gives.
import { readLineBlocks } from '../../../kept/line-blocks.js';
import type { SourceToken } from '../../dialect.js';
import { lineTokens } from '../../shared/line-tokens.js';
import { Lexer } from './script/lexer.js';
import { restoreWords } from './words.js';

/** The words of an iptables-save file or a list of sets. */
export function savedTokens(text: string): SourceToken[] {
  const lines = readLineBlocks(text, { line: (raw) => ({ raw }) });
  return lineTokens(lines, ({ raw }) => (raw.startsWith('#') ? [] : restoreWords(raw)));
}

export function scriptTokens(text: string): SourceToken[] {
  const tokens: SourceToken[] = [];
  const lexer = new Lexer(text);
  const add = (kind: string, start: number, end: number) =>
    tokens.push({ kind, start, end, text: text.slice(start, end) });
  let redirect: string | undefined;
  for (let token = lexer.next(); token.kind !== 'end'; token = lexer.next()) {
    add(token.kind, token.start, token.end);
    if (token.kind === 'word' && (redirect === '<<' || redirect === '<<-')) {
      lexer.expectDocument(token.word, redirect === '<<-', ({ start, end }) => add('here-document', start, end));
    }
    redirect = token.kind === 'redirect' ? token.text : undefined;
  }
  return tokens;
}
