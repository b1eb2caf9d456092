// Parses the expressions of a PowerShell script: literals, variables, lists and tables.

import { DEPTH_LIMIT } from '../script.js';
import type { TokenList } from './token-list.js';
import { isSign, type Token } from './tokens.js';
import type { Expression, TableEntry } from './tree.js';

/** What a parser read, and the index of the token after it. */
export interface Read<Node> {
  readonly node: Node;
  readonly next: number;
}

/** Bare words are texts among the arguments of a command and commands everywhere else (*about_Parsing*). */
export type Mode = 'argument' | 'expression';

/** How many numbers a range such as `1..4096` may have. */
const RANGE_LIMIT = 4_096;

/** Total: computed or unsupported expressions are unknown. */
export class ExpressionParser {
  private depth = 0;

  constructor(private readonly tokens: TokenList) {}

  /** Simple values, one or several with commas between them. */
  read(at: number, to: number, mode: Mode): Read<Expression> {
    if (this.depth >= DEPTH_LIMIT) {
      return { node: { kind: 'unknown', source: 'a deeply nested expression' }, next: at };
    }
    this.depth++;
    const items: Expression[] = [];
    let next = at;
    for (;;) {
      const item = this.readSimple(next, to, mode);
      if (!item) break;
      items.push(item.node);
      next = item.next;
      if (next >= to || !this.tokens.isSign(next, ',')) break;
      next = this.tokens.skipNewlines(next + 1, to);
    }
    this.depth--;
    const source = this.tokens.source(at, next === at ? to : next);
    const [first, ...others] = items;
    if (!first || this.tokens.isSign(next - 1, ',')) return { node: { kind: 'unknown', source }, next };
    return { node: others.length === 0 ? first : { kind: 'list', items, source }, next };
  }

  private readSimple(at: number, to: number, mode: Mode): Read<Expression> | undefined {
    const token = this.tokens.at(at);
    if (!token || at >= to) return undefined;
    const joined = this.readJoined(at, to);
    if (joined) return joined;
    const next = at + 1;
    switch (token.kind) {
      case 'literal':
        return { node: { kind: 'text', text: token.text }, next };
      case 'expandable':
        return { node: { kind: 'expandable', text: token.text }, next };
      case 'variable':
        return this.readVariable(token, at, to);
      case 'word':
        return { node: wordExpression(token.text, mode), next };
      case 'sign':
        return this.readCompound(token, at, to, mode);
      default:
        return undefined;
    }
  }

  private readJoined(at: number, to: number): Read<Expression> | undefined {
    const parts: Expression[] = [];
    let next = at;
    const following = this.tokens.at(at + 1);
    // In `$rule.Name`, the second word is no text.
    if (this.tokens.at(at)?.kind === 'variable' && following?.kind === 'word' && MEMBERS.test(following.text))
      return undefined;
    for (let token = this.tokens.at(next); token && next < to; token = this.tokens.at(next)) {
      if (next > at && this.tokens.at(next - 1)?.end !== token.start) break;
      if (token.kind === 'word' || token.kind === 'literal') parts.push({ kind: 'text', text: token.text });
      else if (token.kind === 'expandable') parts.push({ kind: 'expandable', text: token.text });
      else if (token.kind === 'variable') parts.push({ kind: 'variable', name: token.text });
      else break;
      next++;
    }
    return parts.length < 2
      ? undefined
      : { node: { kind: 'joined', parts, source: this.tokens.source(at, next) }, next };
  }

  /** A variable with the members and indexes directly behind it. */
  private readVariable({ text }: Token, at: number, to: number): Read<Expression> {
    let node: Expression = { kind: 'variable', name: text };
    let next = at + 1;
    while (next < to && this.tokens.at(next)?.start === this.tokens.at(next - 1)?.end) {
      const token = this.tokens.at(next);
      if (token?.kind === 'word' && MEMBERS.test(token.text)) {
        next++;
        const source = this.tokens.source(at, next);
        for (const name of token.text.toLowerCase().split('.').slice(1)) {
          node = { kind: 'member', of: node, key: { kind: 'text', text: name }, source };
        }
        // What a method returns is computed, but for the entries of a table, which are a member like its keys.
        if (this.tokens.isSign(next, '(') && this.tokens.at(next)?.start === token.end) {
          const close = this.tokens.closing(next);
          const isEntries = close === next + 1 && /\.getenumerator$/i.test(token.text);
          next = Math.min(to, close + 1);
          if (!isEntries) node = { kind: 'unknown', source: this.tokens.source(at, next) };
        }
      } else if (isSign(token, '[')) {
        const close = Math.min(to, this.tokens.closingSquareBracket(next));
        const key = this.read(next + 1, close, 'expression');
        const source = this.tokens.source(at, close + 1);
        const isKey = key.next === close && close > next + 1;
        node = isKey ? { kind: 'member', of: node, key: key.node, source } : { kind: 'unknown', source };
        next = close + 1;
      } else break;
    }
    return { node, next: Math.max(next, at + 1) };
  }

  private readCompound({ text }: Token, at: number, to: number, mode: Mode): Read<Expression> | undefined {
    if (text === '[') {
      // A type conversion does not matter here.
      let close = this.tokens.closingSquareBracket(at);
      while (this.tokens.isSign(close + 1, '[')) close = this.tokens.closingSquareBracket(close + 1);
      return this.readSimple(close + 1, to, mode);
    }
    const next = Math.min(this.tokens.closing(at) + 1, Math.max(to, at + 1));
    if (text === '@{') return { node: this.readTable(at + 1, next - 1), next };
    if (/^[@$]?\($/.test(text)) return { node: this.readGroup(at, next - 1), next };
    if (text === '{') return { node: { kind: 'unknown', source: this.tokens.source(at, next) }, next };
    return undefined;
  }

  private readGroup(open: number, close: number): Expression {
    const source = this.tokens.source(open, close + 1);
    const items: Expression[] = [];
    for (let next = this.tokens.skipSeparators(open + 1, close); next < close; ) {
      const read = this.read(next, close, 'expression');
      const after = this.tokens.skipSeparators(read.next, close);
      // What follows a value without a separator is an operator or the argument of a command.
      if (read.next <= next || (after === read.next && after < close)) return { kind: 'unknown', source };
      items.push(read.node);
      next = after;
    }
    return { kind: 'group', isArray: this.tokens.at(open)?.text === '@(', items, source };
  }

  private readTable(from: number, to: number): Expression {
    const entries: TableEntry[] = [];
    for (let at = this.tokens.skipSeparators(from, to); at < to; ) {
      const key = this.tokens.at(at);
      if (!key || !this.tokens.isSign(at + 1, '=')) return { kind: 'unknown', source: '@{…}' };
      const { node, next } = this.read(at + 2, to, 'expression');
      if (next <= at + 2) return { kind: 'unknown', source: '@{…}' };
      entries.push({
        key: key.text.toLowerCase(),
        keyText: key.text,
        value: node,
        range: this.tokens.rangeOf(at + 2, next),
      });
      const after = this.tokens.skipSeparators(next, to);
      if (after === next && after < to) return { kind: 'unknown', source: '@{…}' };
      at = after;
    }
    return { kind: 'table', entries };
  }
}

/** The members behind a variable. */
const MEMBERS = /^(?:\.[A-Za-z_]\w*)+$/;

function wordExpression(text: string, mode: Mode): Expression {
  const [, low, high] = /^(\d{1,5})\.\.(\d{1,5})$/.exec(text) ?? [];
  const [first, last] = [Number(low), Number(high)];
  if (first <= last && last - first < RANGE_LIMIT) {
    const items = Array.from(
      { length: last - first + 1 },
      (_, i): Expression => ({ kind: 'text', text: `${first + i}` }),
    );
    return { kind: 'list', items, source: text };
  }
  return mode === 'argument' || /^-?\d/.test(text) ? { kind: 'text', text } : { kind: 'unknown', source: text };
}
