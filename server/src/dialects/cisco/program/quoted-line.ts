// Locations in the file, as findings and verdicts quote them.
import type { QuotedLine } from '../../../model/evidence.js';
import type { TextRange } from '../../../text/range.js';
import type { PlacedLine } from './blocks.js';

/** The whole statement, without indentation and comments. */
export function quotedLine(uri: string, placed: PlacedLine): QuotedLine {
  const { raw } = placed.own;
  const trimmed = raw.trimEnd();
  const start = raw.length - raw.trimStart().length;
  const comment = trimmed.indexOf(' !');
  const end = comment > start ? trimmed.slice(0, comment).trimEnd().length : trimmed.length;
  const own = { start, end: Math.max(start, end) };
  return { uri, range: rangeIn(placed, own), text: raw.slice(own.start, own.end).replace(/\s+/g, ' ') };
}

/** The range in the file of a part of a line, such as a token. */
export function rangeIn({ own, base }: PlacedLine, { start, end }: TextRange): TextRange {
  const offset = base + own.offset;
  return { start: offset + start, end: offset + end };
}
