// The parts of a rendering by its lines, for what has to look at the text around an open value.
import type { Piece } from './rendering.js';

/** The parts of each line; those that hold a line end are cut behind it. */
export function linesOf(pieces: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [];
  let line: Piece[] = [];
  for (const piece of pieces) {
    let from = 0;
    for (let end = piece.text.indexOf('\n'); end >= 0; end = piece.text.indexOf('\n', from)) {
      line.push(part(piece, from, end + 1));
      lines.push(line);
      line = [];
      from = end + 1;
    }
    if (from < piece.text.length || piece.text === '') line.push(part(piece, from, piece.text.length));
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

function part(piece: Piece, from: number, to: number): Piece {
  if (from === 0 && to === piece.text.length) return piece;
  const text = piece.text.slice(from, to);
  // What is printed by a tag comes from the whole tag.
  return piece.kind === 'literal'
    ? { ...piece, text, start: piece.start + from, end: piece.start + to }
    : { ...piece, text };
}

export function textOfLine(line: readonly Piece[]): string {
  return line.map(({ text }) => text).join('');
}

export function isOpenLine(line: readonly Piece[]): boolean {
  return line.some(({ kind }) => kind === 'open');
}

/** Whether a line consists of open values alone: it may become any number of statements. */
export function isOnlyOpen(line: readonly Piece[]): boolean {
  return isOpenLine(line) && line.every(({ kind, text }) => kind === 'open' || text.trim() === '');
}

/** Whether the first word of a line, and no more of it, is open: in a script, the command. */
export function isOpenCommand(line: readonly Piece[]): boolean {
  const first = line.findIndex(({ kind, text }) => kind === 'open' || text.trim() !== '');
  return line[first]?.kind === 'open' && /^[ \t]/.test(line[first + 1]?.text ?? '');
}

/** A line as one open value, with another text in its place. */
export function asOneOpen(line: readonly Piece[], text: string): Piece {
  const open = line.find(({ kind }) => kind === 'open') as Piece;
  const written = line.filter(({ kind, text: own }) => kind === 'open' || own.trim() !== '');
  const first = written[0] ?? open;
  const last = written.at(-1) ?? open;
  const lineEnd = textOfLine(line).endsWith('\n') ? '\n' : '';
  return { ...open, text: text + lineEnd, start: Math.min(first.start, open.start), end: Math.max(last.end, open.end) };
}
