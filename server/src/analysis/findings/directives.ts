// Directives in comments: the requirements that a file has to meet, and the findings that are ignored.
import type { UnknownSelector } from '../../catalog/unknown-selectors.js';
import type { Document, Problem, Source } from '../../dialects/dialect.js';
import { textOf } from '../../dialects/source.js';
import { Memo } from '../../kept/memo.js';
import { FINDING_CODES, type FindingCode } from '../../model/codes.js';
import { LineIndex } from '../../text/lines.js';
import type { Piece } from '../../text/pieced-text.js';
import { range, type TextRange } from '../../text/range.js';
import type { Finding } from '../report.js';

/**
 * A directive in a comment: `lintel: require SELECTOR…` for its file, or `lintel: ignore CODE… -- reason` for its
 * line and, where it fills that line, for the next one.
 */
export interface Directive {
  readonly source: Source;
  readonly verb: Word;
  /** The selectors or codes after the verb. */
  readonly words: readonly Word[];
  /** The comment with its delimiters. */
  readonly range: TextRange;
  /** The range to delete to remove the comment. */
  readonly removal: TextRange;
  /** The zero-based lines that it applies to. */
  readonly lines: readonly number[];
}

/** A word of a comment. */
export interface Word {
  readonly text: string;
  readonly range: TextRange;
}

const MARKER = 'lintel:';

/** How many words of one comment are read, and how many selectors of a file. */
export const WORD_LIMIT = 50;

/** How far before the marker its comment may begin. */
const SIGN_WINDOW = 16;

/** What begins a comment in any of the languages. One list is enough: the marker does not follow these by accident. */
const SIGN = /(?:#+|\/\/+|\/\*+|!+|<!--|::|(?<![^\s@&])rem)[ \t]*$/i;

/** The closing delimiter of comments that can end before their line, by the opening one. */
const ENDS: readonly (readonly [sign: string, end: string])[] = [
  ['/*', '*/'],
  ['<!--', '-->'],
];

const known = new Memo<Source, readonly Directive[]>();

/** The directives of a text, in order; one a line. */
export function directivesOf(source: Source): readonly Directive[] {
  return known.of(source, readDirectives);
}

function readDirectives(source: Source): readonly Directive[] {
  if (!hasMarker(source)) return [];
  const { text } = source;
  const comments: Comment[] = [];
  let at = nextMarker(text, 0);
  while (at >= 0) {
    const comment = commentAt(text, at);
    if (comment) comments.push(comment);
    at = nextMarker(text, comment?.lineEnd ?? at + MARKER.length);
  }
  return comments.length > 0 ? readComments(source, comments) : [];
}

const marked = new Memo<Piece, boolean>();

/** Whether there is a marker, which no line end divides, in a text; the pieces that a key leaves alone are not searched again. */
function hasMarker(source: Source): boolean {
  const text = textOf(source);
  if (typeof text === 'string') return nextMarker(text, 0) >= 0;
  return text.pieces.some((piece) => marked.of(piece, () => nextMarker(piece.text, 0) >= 0));
}

/** Looks for a short part of the marker first: engines search large texts for short patterns several times as fast. */
function nextMarker(text: string, from: number): number {
  const [head, tail] = [MARKER.slice(0, 2), MARKER.slice(2)];
  let at = text.indexOf(tail, from + head.length);
  while (at >= 0 && text.slice(at - head.length, at) !== head) at = text.indexOf(tail, at + tail.length);
  return at < 0 ? at : at - head.length;
}

interface Comment {
  readonly range: TextRange;
  /** What stands between the marker and the end of the comment. */
  readonly body: TextRange;
  readonly lineStart: number;
  readonly lineEnd: number;
}

function commentAt(text: string, at: number): Comment | undefined {
  const window = text.slice(Math.max(0, at - SIGN_WINDOW), at).replace(/^[\s\S]*[\r\n]/, '');
  const sign = SIGN.exec(window);
  if (!sign) return undefined;
  const start = at - window.length + sign.index;
  const lineEnd = endOfLine(text, at);
  const closer = ENDS.find(([opener]) => sign[0].startsWith(opener))?.[1];
  const closerAt = closer === undefined ? -1 : text.slice(at, lineEnd).indexOf(closer);
  const bodyEnd = closerAt < 0 ? lineEnd : at + closerAt;
  return {
    range: range(start, closerAt < 0 ? lineEnd : bodyEnd + (closer?.length ?? 0)),
    body: range(at + MARKER.length, bodyEnd),
    lineStart: Math.max(text.lastIndexOf('\n', at), text.lastIndexOf('\r', at)) + 1,
    lineEnd,
  };
}

function endOfLine(text: string, from: number): number {
  const length = text.slice(from, from + LINE_WINDOW).search(/[\r\n]/);
  return length < 0 ? Math.min(from + LINE_WINDOW, text.length) : from + length;
}

/** How many UTF-16 code units of a comment are read. */
const LINE_WINDOW = 2_000;

function readComments(source: Source, comments: readonly Comment[]): Directive[] {
  const { text } = source;
  const index = new LineIndex(text);
  const lineOf = (comment: Comment) => index.lineAt(comment.range.start);
  const filled = new Set(comments.filter((comment) => fillsLine(text, comment)).map(lineOf));
  return comments.flatMap((comment) => {
    const [verb, ...words] = wordsIn(text, comment.body);
    if (!verb) return [];
    const line = lineOf(comment);
    const isAlone = filled.has(line);
    const removal = isAlone
      ? range(index.lineStart(line), index.lineStart(line + 1))
      : range(
          comment.lineStart + text.slice(comment.lineStart, comment.range.start).trimEnd().length,
          comment.range.end,
        );
    return [
      { source, verb, words, range: comment.range, removal, lines: isAlone ? [line, next(line, filled)] : [line] },
    ];
  });
}

function fillsLine(text: string, { range: { start, end }, lineStart, lineEnd }: Comment): boolean {
  return text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd).trim() === '';
}

/** Several comments may stand above the same line. */
function next(line: number, filled: ReadonlySet<number>): number {
  let below = line + 1;
  while (filled.has(below)) below++;
  return below;
}

/** The words up to the reason, which two hyphens begin. */
function wordsIn(text: string, { start, end }: TextRange): Word[] {
  const words: Word[] = [];
  for (const { 0: word, index } of text.slice(start, end).matchAll(/[^\s,]+/g)) {
    if (word === '--' || words.length === WORD_LIMIT) break;
    words.push({ text: word, range: range(start + index, start + index + word.length) });
  }
  return words;
}

/** A word of a directive, or the position for one, in a comment that may be incomplete. */
export interface DirectiveWord {
  /** The verb before it; `undefined` where the word is the verb itself. */
  readonly verb: string | undefined;
  /** Empty where the word has not been typed yet. */
  readonly word: Word;
}

/** The word of a directive at an offset; `undefined` elsewhere, and in the reason of one. */
export function directiveAt({ text }: Source, offset: number): DirectiveWord | undefined {
  // Looked for in the line alone: a long file may have no other one before it.
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const lineStart = from + text.slice(from, offset).lastIndexOf('\r') + 1;
  const at = text.slice(lineStart, offset).lastIndexOf(MARKER);
  const comment = at < 0 ? undefined : commentAt(text, lineStart + at);
  if (!comment || offset < comment.body.start || offset > comment.body.end) return undefined;
  // The verb follows a space.
  if (offset === comment.body.start) return undefined;
  if (/(?:^|\s)--(?:\s|$)/.test(text.slice(comment.body.start, offset))) return undefined;
  const words = wordsIn(text, comment.body);
  const word = words.find(({ range: { start, end } }) => start <= offset && offset <= end);
  const [verb] = words.filter(({ range: { end } }) => end < offset);
  return { verb: verb?.text, word: word ?? { text: '', range: range(offset, offset) } };
}

/** The verbs of directives, each with its description. */
export const DIRECTIVE_VERBS: Readonly<Record<string, string>> = {
  require: 'Names the requirements that this file is checked against: ids with `*`, or tags joined by `+`.',
  ignore: 'Ignores findings of a code on this line, or on the next one: `ignore CODE -- reason`.',
};

/** The selectors that comments of a file require; `undefined` where none does. */
export function requiredBy(directives: readonly Directive[]): readonly string[] | undefined {
  const selectors = directives.filter(isRequire).flatMap(({ words }) => words.map(({ text }) => text));
  return selectors.length > 0 ? selectors.slice(0, WORD_LIMIT) : undefined;
}

export function isRequire({ verb }: Directive): boolean {
  return verb.text === 'require';
}

/** Whether comments of a document, or of files that it includes, may ignore a finding. */
export function mayIgnore({ source, dependencies }: Document): boolean {
  return dependencies.length > 0 || directivesOf(source).some(isIgnore);
}

function isIgnore({ verb }: Directive): boolean {
  return verb.text === 'ignore';
}

/** The defects of directives. */
export function directiveProblems(
  directives: readonly Directive[],
  unknownSelectors: readonly UnknownSelector[],
): Problem[] {
  return directives.flatMap((directive) => {
    const { verb, words } = directive;
    if (isRequire(directive)) {
      if (words.length === 0) return [invalid(directive, verb.range, 'names no requirement to check')];
      return words.flatMap(({ text, range: wordRange }) => {
        const unknown = unknownSelectors.find(({ selector }) => selector === text);
        if (!unknown) return [];
        const hint = unknown.similar.length > 0 ? `; similar: ${unknown.similar.join(', ')}` : '';
        return [invalid(directive, wordRange, `"${text}" selects nothing${hint}`)];
      });
    }
    if (isIgnore(directive)) {
      if (words.length === 0) return [invalid(directive, verb.range, 'names no finding to ignore')];
      const known = Object.keys(FINDING_CODES).join(', ');
      return words
        .filter(({ text }) => !isFindingCode(text))
        .map(({ text, range: wordRange }) =>
          invalid(directive, wordRange, `unknown finding code "${text}"; known are ${known}`),
        );
    }
    return [invalid(directive, verb.range, `"${verb.text}" is not one of ${Object.keys(DIRECTIVE_VERBS).join(', ')}`)];
  });
}

function invalid({ source }: Directive, at: TextRange, message: string): Problem {
  return { code: 'invalid-configuration', uri: source.uri, range: at, message };
}

function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(FINDING_CODES, text);
}

/** The findings that no comment ignores, and the comments that ignore nothing. */
export interface Ignored {
  readonly findings: readonly Finding[];
  readonly unused: readonly Problem[];
}

/**
 * Removes the findings that comments ignore.
 * @param isMissed whether findings of a code may have been left out of the analysis: ignoring it is not a defect then
 */
export function ignoreFindings(
  findings: readonly Finding[],
  directives: readonly Directive[],
  isMissed: (code: FindingCode) => boolean,
): Ignored {
  const ignores = directives.filter(isIgnore);
  if (ignores.length === 0) return { findings, unused: [] };
  const lineIndexes = new Map<string, LineIndex>();
  for (const { source } of ignores) {
    if (!lineIndexes.has(source.uri)) lineIndexes.set(source.uri, new LineIndex(source.text));
  }
  const byLineAndCode = new Map<string, Word[]>();
  for (const { source, words, lines } of ignores) {
    for (const word of words) {
      for (const line of lines) {
        const key = `${source.uri} ${line} ${word.text}`;
        const known = byLineAndCode.get(key);
        if (known) known.push(word);
        else byLineAndCode.set(key, [word]);
      }
    }
  }
  const used = new Set<Word>();
  const kept = findings.filter(({ uri, range: { start }, code }) => {
    const words = byLineAndCode.get(`${uri} ${lineIndexes.get(uri)?.lineAt(start)} ${code}`) ?? [];
    for (const word of words) used.add(word);
    return words.length === 0;
  });
  const unused = ignores.flatMap((directive) =>
    directive.words.flatMap((word, i) =>
      used.has(word) || !isFindingCode(word.text) || isMissed(word.text) ? [] : [unusedIgnore(directive, i)],
    ),
  );
  return { findings: kept, unused };
}

function unusedIgnore({ source: { uri }, words, range: comment, removal }: Directive, index: number): Problem {
  const [before, own, after] = [words[index - 1], words[index], words[index + 1]];
  const code = own?.text ?? '';
  const isOnly = !before && !after;
  const removed =
    isOnly || !own
      ? removal
      : before
        ? range(before.range.end, own.range.end)
        : range(own.range.start, after?.range.start ?? own.range.end);
  return {
    code: 'unused-ignore',
    uri,
    range: isOnly || !own ? comment : own.range,
    message: `${code} is not reported here; remove this comment.`,
    fix: {
      title: isOnly ? 'Remove the comment that ignores nothing' : `Remove ${code} from this comment`,
      edits: [{ uri, range: removed, newText: '' }],
    },
  };
}
