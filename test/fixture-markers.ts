// Fixtures read like a user's screen: a comment under a line shows what is found there.
import { LineIndex } from '../server/src/text/lines.js';

/** A finding as a fixture shows it. */
export interface Shown {
  readonly code: string;
  readonly message?: string;
  readonly range: { readonly start: number; readonly end: number };
}

/**
 * A text with a comment line under each line that has findings: the comment sign, carets under the range, the code, and the
 * message where there is one. Comment lines of that form which the text has already are taken out before. A range over
 * several lines ends where its first line does; one that begins under the sign has its carets right after the sign.
 */
export function annotated(text: string, findings: readonly Shown[], comment: string): string {
  const index = new LineIndex(text);
  const byLine = new Map<number, string[]>();
  const placed = findings.map((finding) => ({ ...finding, ...columnsOf(index, finding) }));
  placed.sort((a, b) => a.from - b.from || a.to - b.to || (markerText(a) < markerText(b) ? -1 : 1));
  for (const finding of placed) {
    const marker = `${comment}${carets(finding, comment.length)} ${markerText(finding)}`;
    byLine.set(finding.line, [...(byLine.get(finding.line) ?? []), marker]);
  }
  const lineEnd = /\r\n|\r/.exec(text)?.[0] ?? '\n';
  const lines = text.split(/\r\n|\n|\r/);
  return lines
    .flatMap((line, number) => (isMarker(line, comment) ? [] : [line, ...(byLine.get(number) ?? [])]))
    .join(lineEnd);
}

function columnsOf(index: LineIndex, { range }: Shown): { line: number; from: number; to: number } {
  const start = index.positionAt(range.start);
  const end = index.positionAt(range.end);
  const to = end.line === start.line ? end.character : index.lineText(start.line).length;
  return { line: start.line, from: start.character, to };
}

function carets({ from, to }: { from: number; to: number }, sign: number): string {
  return ' '.repeat(Math.max(0, from - sign)) + '^'.repeat(Math.max(1, to - Math.max(from, sign)));
}

function markerText({ code, message }: Shown): string {
  return message === undefined ? code : `${code}: ${message.replace(/\s+/g, ' ')}`;
}

function isMarker(line: string, comment: string): boolean {
  const content = line.trimStart();
  return content.startsWith(comment) && /^ *\^+ +[a-z-]+(?::.*)?\s*$/.test(content.slice(comment.length));
}

/** A finding that a fixture expects, or that was reported: `line:from-to code`, zero-based. */
export type Marked = string;

/**
 * The findings that comments under lines mark, in order, without their messages. Several markers may follow one line; blank
 * space before the sign is allowed.
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
  const match = /^( *)(\^+) +([a-z-]+)(?::.*)?\s*$/.exec(content.slice(sign + comment.length));
  if (!match) return undefined;
  const [, space = '', marks = '', code = ''] = match;
  const from = sign + comment.length + space.length;
  return { from: space === '' ? sign : from, to: from + marks.length, code };
}

/** Reported findings in the form of {@link markedFindings}. */
export function reportedFindings(text: string, findings: readonly Shown[]): Marked[] {
  const index = new LineIndex(text);
  return findings
    .map((finding) => {
      const { line, from, to } = columnsOf(index, finding);
      return `${line}:${from}-${to} ${finding.code}`;
    })
    .sort();
}
