// The lines of a Sample filter as they are written. Every offset in a line is relative to its start.
import type { LineBlocks } from '../../../../server/src/kept/line-blocks.js';
import type { TextRange } from '../../../../server/src/text/range.js';

/** Lines that an edit did not touch are the same objects in the next version. */
export type SampleTree = LineBlocks<SampleLine>;

export interface SampleLine {
  /** The whole line with its line end. */
  readonly raw: string;
  /** Empty for a blank line and for a comment. */
  readonly tokens: readonly Token[];
  readonly rule: RuleStatement | undefined;
  /** Why there is no rule although there are words. */
  readonly problem: { readonly range: TextRange; readonly message: string } | undefined;
}

export interface Token {
  readonly text: string;
  readonly range: TextRange;
}

/** `permit tcp 10.0.0.0/8 to any port 443`, each part as its own kind of text. */
export interface RuleStatement {
  readonly range: TextRange;
  readonly action: 'permit' | 'deny';
  readonly protocol: string;
  readonly source: Token;
  readonly destination: Token;
  readonly ports: Token | undefined;
}

/** Every line with its offset in the text. */
export function* linesOf({
  blocks,
  starts,
}: SampleTree): Generator<{ readonly line: SampleLine; readonly start: number }> {
  for (const [index, block] of blocks.entries()) {
    for (const [i, line] of block.lines.entries()) {
      yield { line, start: (starts[index] ?? 0) + (block.starts[i] ?? 0) };
    }
  }
}
