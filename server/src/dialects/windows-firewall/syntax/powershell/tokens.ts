// Splits a PowerShell script into tokens, as *about_Parsing*, *about_Quoting_Rules* and *about_Comments* describe them, as far
// as command lines with literal arguments need them.

import { endOfLine } from '../../../../text/lines.js';
import { DEPTH_LIMIT } from '../script.js';

export interface Token {
  readonly kind:
    | 'word'
    /** In single quotes, or a here-string in them: taken literally. */
    | 'literal'
    /** In double quotes: variables in it are replaced. */
    | 'expandable'
    /** `$name`, `${name}`, `$scope:name`; the text is the name in lower case. */
    | 'variable'
    /** `@name`, a table whose entries become parameters. */
    | 'splat'
    /** `-Name` or `-Name:`; the text is the name in lower case. */
    | 'parameter'
    /** `( ) { } , ; | & = @( @{ $( + .. .` */
    | 'sign'
    | 'newline';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** An unclosed quotation mark. */
  readonly isUnclosed?: true;
}

const SIGNS = new Set(['(', ')', '{', '}', ',', ';', '|', '&', '=', '[', ']', '+', '!', '<', '>']);
const WORD_ENDS = new Set([...SIGNS, "'", '"', '`', ' ', '\t', '\r', '\n', '$']);

/** Total: every text is split into tokens. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token['kind'], value: string, start: number, end: number) => {
    tokens.push({ kind, text: value, start, end });
    at = end;
  };
  const markUnclosed = () => {
    const last = tokens.pop();
    if (last) tokens.push({ ...last, isUnclosed: true });
  };
  while (at < text.length) {
    const character = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (character === ' ' || character === '\t' || character === '\r' || character === '\ufeff') at++;
    else if (character === '\n') push('newline', '\n', at, at + 1);
    else if (character === '`') at = text[at + 1] === '\r' ? at + 3 : at + 2;
    else if (character === '#') at = endOfLine(text, at);
    else if (character === '<' && next === '#') at = endOf(text, '#>', at + 2);
    else if (character === '@' && (next === "'" || next === '"')) {
      const end = text.indexOf(`\n${next}@`, at + 2);
      const stop = end < 0 ? text.length : end;
      const first = text.indexOf('\n', at);
      const content = first < 0 || first >= stop ? '' : text.slice(first + 1, stop);
      push(next === "'" ? 'literal' : 'expandable', content, at, end < 0 ? text.length : end + 3);
    } else if (isQuote(character)) {
      if (!readQuoted(text, at, push)) markUnclosed();
    } else if (character === '$' && next === '(') push('sign', '$(', at, at + 2);
    else if (character === '$') readVariable(text, at, push);
    else if (character === '@' && (next === '(' || next === '{')) push('sign', `@${next}`, at, at + 2);
    else if (character === '@' && /[A-Za-z_]/.test(next)) {
      const end = wordEnd(text, at + 1);
      push('splat', text.slice(at + 1, end).toLowerCase(), at, end);
    } else if (SIGNS.has(character)) push('sign', character, at, at + 1);
    else if (character === '-' && /[A-Za-z]/.test(next) && startsWord(tokens, at)) {
      let end = at + 1;
      while (end < text.length && /\w/.test(text[end] ?? '')) end++;
      const colon = text[end] === ':' ? 1 : 0;
      push('parameter', text.slice(at + 1, end).toLowerCase(), at, end + colon);
    } else {
      const end = Math.max(at + 1, wordEnd(text, at));
      push('word', text.slice(at, end), at, end);
    }
  }
  return tokens;
}

/** Whether no token ends directly before the offset, so that a dash begins a parameter and is not part of a word. */
function startsWord(tokens: readonly Token[], at: number): boolean {
  const last = tokens[tokens.length - 1];
  return last === undefined || last.end < at || last.kind === 'newline' || last.kind === 'sign';
}

/** PowerShell treats typographic quotes like straight ones. */
function isQuote(character: string): boolean {
  return /["'“”„‘’‚]/.test(character);
}

type Push = (kind: Token['kind'], value: string, start: number, end: number) => void;

/** Returns whether the quotation ends before the text does. */
function readQuoted(text: string, start: number, push: Push): boolean {
  const isDouble = /["“”„]/.test(text[start] ?? '');
  const closes = isDouble ? /["“”„]/ : /['‘’‚]/;
  let value = '';
  let at = start + 1;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (closes.test(character)) {
      if (!closes.test(text[at + 1] ?? '')) break;
      value += character;
      at += 2;
    } else if (character === '`' && isDouble) {
      value += escaped(text[at + 1] ?? '');
      at += 2;
    } else {
      const end = isDouble && text.startsWith('$(', at) ? subexpressionEnd(text, at + 2, 1) : at + 1;
      value += text.slice(at, end);
      at = end;
    }
  }
  push(isDouble ? 'expandable' : 'literal', value, start, Math.min(at + 1, text.length));
  return at < text.length;
}

/** The offset after `$( … )` in a text, whose own texts have quotes of their own (about_Quoting_Rules). */
function subexpressionEnd(text: string, start: number, depth: number): number {
  let open = 1;
  let at = start;
  while (at < text.length && open > 0) {
    const character = text[at] ?? '';
    if (character === '(') open++;
    else if (character === ')') open--;
    if (character === '`') at += 2;
    else at = isQuote(character) && depth < DEPTH_LIMIT ? innerTextEnd(text, at, depth) : at + 1;
  }
  return Math.min(at, text.length);
}

/** The offset after a text that begins with a quotation mark within `$( … )`. */
function innerTextEnd(text: string, start: number, depth: number): number {
  const isDouble = /["“”„]/.test(text[start] ?? '');
  let at = start + 1;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (isDouble ? /["“”„]/.test(character) : /['‘’‚]/.test(character)) return at + 1;
    if (isDouble && character === '`') at += 2;
    else at = isDouble && text.startsWith('$(', at) ? subexpressionEnd(text, at + 2, depth + 1) : at + 1;
  }
  return text.length;
}

/** Replaces an escaped dollar sign, which begins no variable, until variables have been replaced. */
export const LITERAL_DOLLAR = '\u0000';

function escaped(character: string): string {
  if (character === '$') return LITERAL_DOLLAR;
  return character === 'n' ? '\n' : character === 't' ? '\t' : character;
}

function readVariable(text: string, start: number, push: Push): void {
  if (text[start + 1] === '{') {
    const end = text.indexOf('}', start);
    const stop = end < 0 ? text.length : end;
    push('variable', text.slice(start + 2, stop).toLowerCase(), start, Math.min(stop + 1, text.length));
    return;
  }
  let end = start + 1;
  while (end < text.length && /[\w:?]/.test(text[end] ?? '')) end++;
  const name = text.slice(start + 1, end).replace(/^(?:script|global|local|private|variable):/i, '');
  push('variable', name.toLowerCase(), start, Math.max(end, start + 1));
}

function wordEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && !WORD_ENDS.has(text[end] ?? '')) end++;
  return end;
}

function endOf(text: string, sign: string, at: number): number {
  const end = text.indexOf(sign, at);
  return end < 0 ? text.length : end + sign.length;
}

/** For the index of each opening bracket the index of the one that closes it. */
export function matchBrackets(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const unclosed: number[] = [];
  tokens.forEach(({ kind, text }, at) => {
    if (kind !== 'sign') return;
    if (/[({]$/.test(text)) unclosed.push(at);
    else if (text === ')' || text === '}') {
      const opening = unclosed.pop();
      if (opening !== undefined) closings.set(opening, at);
    }
  });
  return closings;
}

/** Whether a token opens a bracket that another one closes. */
export function isOpening({ kind, text }: Token): boolean {
  return kind === 'sign' && /[({]$/.test(text);
}

export function isSign(token: Token | undefined, sign: string, second = sign, third = sign): boolean {
  return token?.kind === 'sign' && (token.text === sign || token.text === second || token.text === third);
}
