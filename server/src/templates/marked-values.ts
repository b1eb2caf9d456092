// Puts marks in the place of open values, for dialects whose programs know values that are not known.
import type { Dialect } from '../dialects/dialect.js';
import { openText } from '../dialects/shared/open-values.js';
import { asOneOpen, isOnlyOpen, isOpenLine, linesOf, textOfLine } from './lines.js';
import type { Piece } from './rendering.js';

/** The parts of a rendering with a text for each open one; whether nothing of it had to be left out. */
export interface Filled {
  readonly pieces: readonly Piece[];
  readonly isComplete: boolean;
}

/** What stands for an open value where there are more than are followed: nothing is decided then. */
const PLAIN = '192.0.2.1';

/**
 * Fills the open values of a rendering with marks.
 *
 * @param limit how many values may be marked
 */
export function fillWithMarks(dialect: Dialect, pieces: readonly Piece[], limit: number): Filled {
  let left = limit;
  const marked = pieces.map((piece) =>
    piece.kind === 'open' ? { ...piece, text: left-- > 0 ? openText(piece.name) : PLAIN } : piece,
  );
  if (dialect.id === 'squid') return { pieces: fillSquid(dialect, marked), isComplete: true };
  if (dialect.id === 'pac') return { pieces: fillScript(marked), isComplete: true };
  const lines = linesOf(marked);
  const isComplete = !lines.some(isOnlyOpen);
  return { pieces: lines.flatMap((line) => (isOnlyOpen(line) ? [asOneOpen(line, '')] : line)), isComplete };
}

const MARK = /\ue000/;

/** Directives of squid of which only the named arguments, by their places, may be open: they are names, ports and programs. */
const NAMED_ARGUMENTS: Readonly<Record<string, number>> = {
  http_port: 1,
  https_port: 1,
  cache_peer: 4,
  auth_param: 1_000,
  external_acl_type: 1_000,
};

function fillSquid({ words }: Dialect, pieces: readonly Piece[]): Piece[] {
  const withoutEffect = new Set(
    (words?.words ?? []).flatMap(({ name, treatment }) => (treatment === 'no-effect' ? [name] : [])),
  );
  const bumps = pieces.some(({ text }) => text.includes('ssl_bump'));
  let continues = false;
  return linesOf(pieces).flatMap((line) => {
    const text = textOfLine(line);
    const isContinued = continues;
    continues = /\\\r?\n?$/.test(text);
    if (!isOpenLine(line) || isContinued) return line;
    const [name = '', ...values] = text.trim().split(/\s+/);
    if (name.startsWith('#')) return line;
    if (name === 'acl' && !MARK.test(values.slice(0, 2).join(' ')) && values.length > 2) return line;
    // What an unknown port does with TLS matters where TLS may be decrypted.
    const known = bumps && name.endsWith('_port') ? 0 : (NAMED_ARGUMENTS[name] ?? 0);
    if (withoutEffect.has(name) || (known > 0 && !MARK.test(values.slice(known).join(' ')))) {
      return line.map((piece) => (piece.kind === 'open' ? { ...piece, text: '3128' } : piece));
    }
    // It may be any statement: squid would have to read it.
    const open = line.find(({ kind }) => kind === 'open') as Piece;
    return [asOneOpen(line, `include /${openText(open.name)}`)];
  });
}

/** What the text of a script is in at some place. */
type Place = 'code' | "'" | '"' | '`' | 'line comment' | 'comment';

function fillScript(pieces: readonly Piece[]): Piece[] {
  let place: Place = 'code';
  let depth = 0;
  return linesOf(pieces).flatMap((line) => {
    const isStatement = place === 'code' && isOnlyOpen(line);
    return line.map((piece) => {
      if (piece.kind === 'open') {
        if (place !== 'code') return piece;
        const end = piece.text.endsWith('\n') ? '\n' : '';
        const quoted = `"${piece.text.trimEnd()}"`;
        if (!isStatement) return { ...piece, text: quoted + end };
        // Statements may return anything; outside of functions they define things.
        return { ...piece, text: (depth > 0 ? `if (${quoted}) return ${quoted};` : '') + end };
      }
      const after = scan(piece.text, place);
      place = after.place;
      depth += after.depth;
      return piece;
    });
  });
}

function scan(text: string, from: Place): { readonly place: Place; readonly depth: number } {
  let place = from;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] as string;
    if (place === 'code') {
      if (unit === '"' || unit === "'" || unit === '`') place = unit;
      else if (text.startsWith('//', i)) place = 'line comment';
      else if (text.startsWith('/*', i)) place = 'comment';
      else if (unit === '{') depth++;
      else if (unit === '}') depth--;
    } else if (place === 'line comment') {
      if (unit === '\n') place = 'code';
    } else if (place === 'comment') {
      if (text.startsWith('*/', i)) place = 'code';
    } else if (unit === '\\') i++;
    else if (unit === place || (unit === '\n' && place !== '`')) place = 'code';
  }
  return { place, depth };
}
