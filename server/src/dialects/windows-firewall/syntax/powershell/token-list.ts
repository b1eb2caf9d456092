// The tokens of a PowerShell script, with how far brackets and statements among them reach.

import type { TextRange } from '../../../../text/range.js';
import { quotation } from '../script.js';
import { isOpening, isSign, matchBrackets, type Token, tokenize } from './tokens.js';

/** `at`, `from` and `open` are indexes of tokens, and so are `to` and `end`, which are excluded. */
export class TokenList {
  readonly all: readonly Token[];
  /** For each opening bracket the index of the one that closes it. */
  private readonly closings: ReadonlyMap<number, number>;

  constructor(private readonly text: string) {
    this.all = tokenize(text);
    this.closings = matchBrackets(this.all);
  }

  at(index: number): Token | undefined {
    return this.all[index];
  }

  /** Whether a token is one of up to three signs. */
  isSign(index: number, ...signs: readonly [string, string?, string?]): boolean {
    return isSign(this.all[index], ...signs);
  }

  /** The first bracket that nothing closes. */
  get unclosedBracket(): Token | undefined {
    return this.all.find((token, index) => isOpening(token) && !this.closings.has(index));
  }

  source(from: number, to: number): string {
    return to <= from ? '' : quotation(this.text.slice(this.all[from]?.start ?? 0, this.endOf(to)));
  }

  rangeOf(from: number, to: number): TextRange {
    return { start: this.all[from]?.start ?? 0, end: this.endOf(Math.max(to, from + 1)) };
  }

  /** The offset at which the token before an index ends. */
  endOf(to: number): number {
    return this.all[to - 1]?.end ?? this.text.length;
  }

  /** The brace after what stands between a keyword and its block. */
  openingBrace(at: number, to: number): number | undefined {
    for (let next = at; next < to; next = this.skip(next)) {
      const token = this.at(next);
      if (isSign(token, '{')) return next;
      if (isSign(token, ';', '}', ')')) return undefined;
      if (token?.kind !== 'newline') continue;
      const after = this.skipNewlines(next, to);
      return this.isSign(after, '{') ? after : undefined;
    }
    return undefined;
  }

  skipNewlines(at: number, to: number): number {
    let next = at;
    while (next < to && this.all[next]?.kind === 'newline') next++;
    return next;
  }

  skipSeparators(at: number, to: number): number {
    let next = at;
    while (next < to && (this.all[next]?.kind === 'newline' || this.isSign(next, ';', ','))) next++;
    return next;
  }

  /** The index after a statement: a newline or `;` outside of brackets, unless a pipe or comma joins the lines. */
  statementEnd(at: number, to: number): number {
    let next = at;
    while (next < to) {
      const token = this.all[next];
      if (isSign(token, ';', '}')) break;
      const joinsLines = next > at && this.isSign(next - 1, '|', ',');
      if (token?.kind === 'newline' && !joinsLines) break;
      next = token?.kind === 'newline' ? this.skipNewlines(next, to) : this.skip(next);
    }
    return Math.min(next, to);
  }

  /** The index after a token, and after everything in it where it opens a bracket. */
  skip(at: number): number {
    const token = this.all[at];
    return token && isOpening(token) ? this.closing(at) + 1 : at + 1;
  }

  /** The index of the bracket that closes the one at `open`; after the last token where none does. */
  closing(open: number): number {
    return this.closings.get(open) ?? this.all.length;
  }

  closingSquareBracket(open: number): number {
    let at = open;
    while (at < this.all.length && !this.isSign(at, ']') && this.all[at]?.kind !== 'newline') at++;
    return at;
  }

  variablesWithin(from: number, to: number): string[] {
    return this.all.slice(from, to).flatMap(({ kind, text }) => (kind === 'variable' ? [text] : []));
  }

  /** Variables that assignments set, also a member of their value, and those whose collection a method changes. */
  assignedWithin(from: number, to: number): string[] {
    const names: string[] = [];
    for (let at = from; at < to; at++) {
      const token = this.all[at];
      if (token?.kind === 'variable' && this.changes(at, to)) names.push(token.text);
    }
    return names;
  }

  /** The variable at an index, where a member of it is set or called: `$policy.Rules.Add( … )`. */
  changedMember(at: number, to: number): string | undefined {
    const variable = this.all[at];
    const member = this.all[at + 1];
    if (variable?.kind !== 'variable' || member?.start !== variable.end || !member.text.startsWith('.'))
      return undefined;
    for (let next = at + 1; next < to && !this.isSign(next, '|'); next++) {
      const isCall = this.isSign(next, '(') && !READING_METHOD.test(this.all[next - 1]?.text ?? '');
      if (isCall || this.isSign(next, '=')) return variable.text;
    }
    return undefined;
  }

  private changes(variable: number, to: number): boolean {
    let next = variable + 1;
    let last = '';
    while (next < to && this.all[next]?.start === this.all[next - 1]?.end) {
      const token = this.all[next];
      if (token?.kind === 'word' && token.text.startsWith('.')) last = token.text;
      else if (!isSign(token, '[')) break;
      next = isSign(token, '[') ? this.closingSquareBracket(next) + 1 : next + 1;
    }
    if (this.isSign(next, '(')) return CHANGING_METHOD.test(last);
    const isMember = next > variable + 1;
    return (
      this.isSign(next, '=') || (isMember && /^[-+*/%]$/.test(this.all[next]?.text ?? '') && this.isSign(next + 1, '='))
    );
  }

  /** The index of what sends the output of a command elsewhere: `> $null`, `2>&1`. */
  redirectionStart(at: number, stop: number): number {
    for (let next = at + 1; next < stop; next++) {
      if (!this.isSign(next, '>')) continue;
      const [before, sign] = [this.at(next - 1), this.at(next)];
      const isNumbered = /^[1-6*]$/.test(before?.text ?? '') && before?.end === sign?.start;
      return isNumbered ? next - 1 : next;
    }
    return stop;
  }
}

const READING_METHOD = /\.(?:item|get_\w+|gettype|tostring|isrulegroup\w*)$/i;

const CHANGING_METHOD =
  /\.(?:add|addrange|clear|insert|insertrange|push|remove|removeat|removerange|reverse|set_item|sort)$/i;
