// Splits a shell script into words and operators.

import { endOfLine } from '../../../../text/lines.js';
import type { HereDocument, ShellError, ShellWord, Span, WordPart } from './tree.js';

export type Token =
  | (Span & { readonly kind: 'word'; readonly word: ShellWord })
  | (Span & { readonly kind: 'operator'; readonly text: string })
  | (Span & { readonly kind: 'redirect'; readonly text: string })
  | (Span & { readonly kind: 'newline' })
  | (Span & { readonly kind: 'end' });

const OPERATORS = [';;&', ';&', ';;', '&&', '||', '|&', ';', '&', '|', '(', ')'];
const REDIRECTS = ['<<<', '<<-', '&>>', '<<', '>>', '<&', '>&', '<>', '>|', '&>', '<', '>'];

/** How deep expansions may nest inside each other. */
const DEPTH_LIMIT = 32;

/** How long `${…}` may be; the bound avoids quadratic time on a line of unclosed ones. */
const EXPANSION_LIMIT = 4_096;

/** POSIX.1-2017, Shell Command Language, 2.3 Token Recognition. Total: an unclosed construct is an error and is closed. */
export class Lexer {
  private at: number;
  private readonly pending: {
    delimiter: string;
    expands: boolean;
    tabs: boolean;
    give(document: HereDocument): void;
  }[] = [];
  readonly errors: ShellError[] = [];

  /** @param start where the script begins in the text */
  constructor(
    private readonly text: string,
    start = 0,
  ) {
    this.at = start;
  }

  /** Registers a here-document, whose lines begin after the next line end. */
  expectDocument(word: ShellWord, tabs: boolean, give: (document: HereDocument) => void): void {
    const raw = this.text.slice(word.start, word.end);
    const delimiter = raw.replace(/["'\\]/g, '');
    this.pending.push({ delimiter, expands: delimiter === raw, tabs, give });
  }

  next(): Token {
    this.skipBlanks();
    const start = this.at;
    const unit = this.text[start];
    if (unit === undefined) return { kind: 'end', start, end: start };
    if (unit === '\n') {
      this.at++;
      this.readDocuments();
      return { kind: 'newline', start, end: start + 1 };
    }
    const descriptor = /^\d{0,4}(?=[<>])/.exec(this.text.slice(start, start + 6))?.[0] ?? '';
    const redirect = REDIRECTS.find((one) => this.text.startsWith(one, start + descriptor.length));
    if (redirect !== undefined) {
      this.at = start + descriptor.length + redirect.length;
      return { kind: 'redirect', start, end: this.at, text: redirect };
    }
    const operator = OPERATORS.find((one) => this.text.startsWith(one, start));
    if (operator !== undefined) {
      this.at += operator.length;
      return { kind: 'operator', start, end: this.at, text: operator };
    }
    const word = this.readWord();
    return { kind: 'word', start: word.start, end: word.end, word };
  }

  /** Takes the rest of an arithmetic expression in double parentheses, whose first parenthesis has been read. */
  takeArithmetic(): string {
    const from = this.at;
    const end = this.text.indexOf('))', from);
    this.at = end < 0 ? this.text.length : end + 2;
    return this.text.slice(from, end < 0 ? this.text.length : end);
  }

  private skipBlanks(): void {
    for (;;) {
      const unit = this.text[this.at];
      if (unit === ' ' || unit === '\t' || unit === '\r') this.at++;
      else if (unit === '\\' && this.isLineEnd(this.at + 1)) this.at = this.text.indexOf('\n', this.at) + 1;
      else if (unit === '#') {
        this.at = endOfLine(this.text, this.at);
      } else return;
    }
  }

  private isLineEnd(at: number): boolean {
    return this.text[at] === '\n' || (this.text[at] === '\r' && this.text[at + 1] === '\n');
  }

  private readDocuments(): void {
    for (const { delimiter, expands, tabs, give } of this.pending.splice(0)) {
      const start = this.at;
      let end = this.text.length;
      while (this.at < this.text.length) {
        const lineEnd = this.text.indexOf('\n', this.at);
        const stop = lineEnd < 0 ? this.text.length : lineEnd;
        const line = this.text.slice(this.at, stop).replace(/\r$/, '');
        const from = this.at;
        this.at = Math.min(stop + 1, this.text.length);
        if ((tabs ? line.replace(/^\t+/, '') : line) === delimiter) {
          end = from;
          break;
        }
        if (lineEnd < 0) this.errors.push({ start, end: stop, message: `the here-document has no end '${delimiter}'` });
      }
      give({ start, end, expands });
    }
  }

  private readWord(): ShellWord {
    const start = this.at;
    const parts: WordPart[] = [];
    while (this.at < this.text.length && !/[\s;&|()<>]/.test(this.text[this.at] ?? '')) {
      const before = this.at;
      this.readPart(parts, false, 0);
      if (this.at === before) break;
    }
    if (this.at === start) this.at++;
    return { start, end: this.at, parts: withBraces(parts) };
  }

  private readPart(parts: WordPart[], quoted: boolean, depth: number): void {
    const { text } = this;
    const start = this.at;
    const unit = text[start];
    if (unit === '\\') {
      if (this.isLineEnd(start + 1)) this.at = text.indexOf('\n', start) + 1;
      else {
        this.at = Math.min(start + 2, text.length);
        const keeps = quoted && !/[$`"\\]/.test(text[start + 1] ?? '');
        parts.push({
          kind: 'text',
          start,
          end: this.at,
          text: text.slice(keeps ? start : start + 1, this.at),
          quoted: true,
        });
      }
    } else if (unit === "'" && !quoted) this.readSingleQuoted(parts);
    else if (unit === '"' && !quoted) this.readDoubleQuoted(parts, depth);
    else if (unit === '$') this.readDollar(parts, quoted, depth);
    else if (unit === '`') {
      const end = text.indexOf('`', start + 1);
      if (end < 0) this.errors.push({ start, end: start + 1, message: 'the backquote is not closed' });
      this.at = end < 0 ? text.length : end + 1;
      parts.push({ kind: 'computed', start, end: this.at, quoted });
    } else {
      const stop = quoted ? /[\\$`"]/ : /[\s;&|()<>\\$`"']/;
      let end = start + 1;
      while (end < text.length && !stop.test(text[end] ?? '')) end++;
      this.at = end;
      parts.push({ kind: 'text', start, end, text: text.slice(start, end), quoted });
    }
  }

  private readSingleQuoted(parts: WordPart[]): void {
    const start = this.at;
    const end = this.text.indexOf("'", start + 1);
    if (end < 0) this.errors.push({ start, end: start + 1, message: 'the quotation mark is not closed' });
    this.at = end < 0 ? this.text.length : end + 1;
    const text = this.text.slice(start + 1, end < 0 ? this.text.length : end);
    parts.push({ kind: 'text', start, end: this.at, text, quoted: true });
  }

  private readDoubleQuoted(parts: WordPart[], depth: number): void {
    const start = this.at++;
    const before = parts.length;
    while (this.at < this.text.length && this.text[this.at] !== '"') this.readPart(parts, true, depth);
    if (this.at >= this.text.length) {
      this.errors.push({ start, end: start + 1, message: 'the quotation mark is not closed' });
    }
    this.at = Math.min(this.at + 1, this.text.length);
    // Even an empty pair makes a word, but not a list without items: `"$@"`.
    if (parts.length === before) parts.push({ kind: 'text', start, end: this.at, text: '', quoted: true });
  }

  private readDollar(parts: WordPart[], quoted: boolean, depth: number): void {
    const { text } = this;
    const start = this.at;
    if (text.startsWith('$(', start)) {
      this.at = this.closing(start + 1);
      parts.push({ kind: 'computed', start, end: this.at, quoted });
      return;
    }
    if (text.startsWith('${', start)) {
      this.readBraced(parts, quoted, depth);
      return;
    }
    if (!quoted && (text[start + 1] === "'" || text[start + 1] === '"')) {
      this.readDollarQuoted(parts, depth);
      return;
    }
    if (text.startsWith('$[', start)) {
      const end = endOfLine(text, start);
      const close = text.slice(start, end).indexOf(']');
      this.at = close < 0 ? end : start + close + 1;
      parts.push({ kind: 'computed', start, end: this.at, quoted });
      return;
    }
    const name = /^(?:[A-Za-z_]\w*|[0-9@*#?$!-])/.exec(text.slice(start + 1, start + 129))?.[0];
    this.at = start + 1 + (name?.length ?? 0);
    if (name === undefined) parts.push({ kind: 'text', start, end: this.at, text: '$', quoted });
    else parts.push({ kind: 'variable', start, end: this.at, name, operator: undefined, operand: undefined, quoted });
  }

  /** `$'…'` and `$"…"` of bash; of other shells only a run would show whether the dollar sign is a character like others. */
  private readDollarQuoted(parts: WordPart[], depth: number): void {
    const { text } = this;
    const start = this.at;
    const isBash = BASH.test(text);
    if (text[start + 1] === '"') {
      this.at++;
      const own: WordPart[] = [];
      this.readDoubleQuoted(own, depth);
      if (isBash) for (const part of own) parts.push(part);
      else parts.push({ kind: 'computed', start, end: this.at, quoted: true });
      return;
    }
    let end = start + 2;
    while (end < text.length && text[end] !== "'") end += text[end] === '\\' ? 2 : 1;
    if (end >= text.length) this.errors.push({ start, end: start + 1, message: 'the quotation mark is not closed' });
    this.at = Math.min(end + 1, text.length);
    const value = isBash ? withoutEscapes(text.slice(start + 2, end)) : undefined;
    if (value === undefined) parts.push({ kind: 'computed', start, end: this.at, quoted: true });
    else parts.push({ kind: 'text', start, end: this.at, text: value, quoted: true });
  }

  /** The offset after the parenthesis that closes the one at `open`; quotes inside hide parentheses. */
  private closing(open: number): number {
    let depth = 0;
    let quote: string | undefined;
    for (let at = open; at < this.text.length; at++) {
      const unit = this.text[at];
      if (unit === '\\' && quote !== "'") at++;
      else if (quote !== undefined) {
        if (unit === quote) quote = undefined;
      } else if (unit === '"' || unit === "'") quote = unit;
      else if (unit === '(') depth++;
      else if (unit === ')' && --depth === 0) return at + 1;
    }
    this.errors.push({ start: open, end: open + 1, message: 'the parenthesis is not closed' });
    return this.text.length;
  }

  /** `${name}`, `${name:-word}` and the like; other expansions are computed. */
  private readBraced(parts: WordPart[], quoted: boolean, depth: number): void {
    const { text } = this;
    const start = this.at;
    const head = /^\$\{([A-Za-z_]\w*|[0-9]+|[@*#?])(\[[@*]\])?(:?[-=+?])?/.exec(text.slice(start, start + 200));
    const end = this.closingBrace(start + 2);
    if (!head || depth > DEPTH_LIMIT) {
      this.at = end;
      parts.push({ kind: 'computed', start, end, quoted });
      return;
    }
    const [all, written = '', index, operator] = head;
    // `${list[*]}` in quotes is one word, as `$*` is.
    const name = index === '[*]' ? `${written}[*]` : written;
    if (operator === undefined && start + all.length !== end - 1) {
      this.at = end;
      parts.push({ kind: 'computed', start, end, quoted });
      return;
    }
    const operandParts: WordPart[] = [];
    this.at = start + all.length;
    const from = this.at;
    while (this.at < end - 1) {
      const before = this.at;
      if (/\s/.test(text[before] ?? '')) {
        this.at++;
        operandParts.push({ kind: 'text', start: before, end: this.at, text: ' ', quoted });
      } else this.readPart(operandParts, quoted, depth + 1);
      if (this.at === before) break;
    }
    this.at = end;
    const cut = operandParts.map((part) =>
      part.kind === 'text' && part.end > end - 1
        ? { ...part, text: part.text.slice(0, end - 1 - part.start), end }
        : part,
    );
    const operand = operator === undefined ? undefined : { start: from, end: end - 1, parts: cut };
    parts.push({ kind: 'variable', start, end, name, operator, operand, quoted });
  }

  private closingBrace(from: number): number {
    let depth = 1;
    const limit = Math.min(this.text.length, from + EXPANSION_LIMIT);
    for (let at = from; at < limit; at++) {
      const unit = this.text[at];
      if (unit === '\\') at++;
      else if (unit === '{' && this.text[at - 1] === '$') depth++;
      else if (unit === '}' && --depth === 0) return at + 1;
      else if (unit === '\n') break;
    }
    this.errors.push({ start: from - 2, end: from, message: 'the brace is not closed' });
    return from;
  }
}

/** Shells that have more than POSIX: braces, `$'…'`. */
export const BASH = /^#!\S*(?:\/|\benv\s+)(?:bash|zsh|ksh)\b/;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

/** What `$'…'` means (bash(1), QUOTING); `undefined` where it has escapes that nobody needs for words of iptables. */
function withoutEscapes(text: string): string | undefined {
  let isKnown = true;
  const value = text.replace(/\\(.)/gs, (_, unit: string) => {
    const meant = ESCAPES.get(unit);
    isKnown &&= meant !== undefined;
    return meant ?? '';
  });
  return isKnown ? value : undefined;
}

/** Brace expansion (`{22,80}`, `{1..9}`) outside of quotes makes several words; it is not expanded here. */
function withBraces(parts: readonly WordPart[]): readonly WordPart[] {
  return parts.map((part) =>
    part.kind === 'text' && !part.quoted && /\{[^{}\s]*(?:,|\.\.)[^{}\s]*\}/.test(part.text)
      ? { kind: 'computed', start: part.start, end: part.end, quoted: false }
      : part,
  );
}
