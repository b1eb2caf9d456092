import { LineIndex } from '../server/src/text/lines.js';

/** A finding that a fixture expects, or that was told: `line:from-to code`, zero-based. */
export type Marked = string;

interface Told {
  readonly code: string;
  readonly range: { readonly start: number; readonly end: number };
}

/**
 * The findings that comments under lines mark, in order: a line of `comment`, spaces, carets under the range and a code.
 * A caret directly behind the comment sign also stands for the columns under the sign. Several markers may follow one
 * line; blank space in front of the sign is allowed.
 */
export function markedFindings(text: string, comment: string): Marked[] {
  const marked: Marked[] = [];
  let line = -1;
  text.split(/\r\n|\n|\r/).forEach((content, number) => {
    const marker = readMarker(content, comment);
    if (!marker) {
      line = number;
      return;
    }
    marked.push(`${line}:${marker.from}-${marker.to} ${marker.code}`);
  });
  return marked.sort();
}

function readMarker(content: string, comment: string): { from: number; to: number; code: string } | undefined {
  const sign = content.length - content.trimStart().length;
  if (!content.startsWith(comment, sign)) return undefined;
  const match = /^( *)(\^+) +([a-z-]+)\s*$/.exec(content.slice(sign + comment.length));
  if (!match) return undefined;
  const [, space = '', carets = '', code = ''] = match;
  const from = sign + comment.length + space.length;
  return { from: space === '' ? sign : from, to: from + carets.length, code };
}

/** Told findings in the form of {@link markedFindings}; a range over several lines ends where its first line does. */
export function toldFindings(text: string, findings: readonly Told[]): Marked[] {
  const lines = new LineIndex(text);
  return findings
    .map(({ code, range }) => {
      const start = lines.positionAt(range.start);
      const end = lines.positionAt(range.end);
      const to = end.line === start.line ? end.character : lines.lineText(start.line).length;
      return `${start.line}:${start.character}-${to} ${code}`;
    })
    .sort();
}
