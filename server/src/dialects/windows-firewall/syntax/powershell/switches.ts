// Parses `switch` over a value.

import type { ExpressionParser, Read } from './expressions.js';
import type { TokenList } from './token-list.js';
import type { Block, Switch, SwitchClause } from './tree.js';

/** What stands before the block of a clause, and the index of its brace. */
interface ClauseHead extends Omit<SwitchClause, 'body'> {
  readonly brace: number;
}

/** Statements that leave a `switch`, or go on with its next item. */
const LEAVES = /^(?:break|continue)$/i;

export class SwitchReader {
  constructor(
    private readonly tokens: TokenList,
    private readonly expressions: ExpressionParser,
    private readonly readBlock: (open: number) => Block,
  ) {}

  /** A `switch` whose clauses each have one simple value; `undefined` with options, and for every other form. */
  read(at: number, to: number): Read<Switch> | undefined {
    const { tokens } = this;
    const close = tokens.closing(at + 1);
    const open = tokens.skipNewlines(close + 1, to);
    if (!tokens.isSign(at + 1, '(') || !tokens.isSign(open, '{') || open >= to) return undefined;
    const value = this.expressions.read(at + 2, close, 'expression');
    const end = tokens.closing(open);
    const heads = value.next < close ? undefined : this.readHeads(open + 1, end);
    if (!heads) return undefined;
    const clauses = heads.map(({ brace, ...head }) => ({ ...head, body: this.readBlock(brace) }));
    const source = tokens.source(at, close + 1);
    const isLeft = tokens.all.slice(open, end).some(({ kind, text }) => kind === 'word' && LEAVES.test(text));
    return { node: { kind: 'switch', value: value.node, source, clauses, isLeft }, next: end + 1 };
  }

  /** The clauses, each with the index of its brace; `undefined` where one of them is no simple value. */
  private readHeads(from: number, to: number): readonly ClauseHead[] | undefined {
    const { tokens, expressions } = this;
    const clauses: ClauseHead[] = [];
    for (let at = tokens.skipSeparators(from, to); at < to; ) {
      const word = tokens.at(at);
      const isDefault = word?.kind === 'word' && word.text.toLowerCase() === 'default';
      const read = isDefault ? undefined : expressions.read(at, to, 'argument');
      const next = read?.next ?? at + 1;
      const brace = tokens.skipNewlines(next, to);
      const isSimple = read === undefined || (read.next > at && read.node.kind !== 'unknown');
      if (!isSimple || !tokens.isSign(brace, '{')) return undefined;
      const source = tokens.source(at, next);
      clauses.push({ ...(read ? { pattern: read.node } : {}), source, brace });
      at = tokens.skipSeparators(tokens.closing(brace) + 1, to);
    }
    return clauses.length > 0 ? clauses : undefined;
  }
}
