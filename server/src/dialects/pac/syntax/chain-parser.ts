// Reads JavaScript in which chains of operators are as long as anybody writes them.
import { type AnyNode, type Options, Parser, type Program } from 'acorn';

/** The methods of the parser that read operators, which its types leave out. */
interface OperatorParser {
  parse(): Program;
  /** Reads an operand. */
  parseMaybeUnary(...how: readonly unknown[]): AnyNode;
  /** Makes an operation. */
  buildBinary(...parts: readonly unknown[]): AnyNode;
  /** Reads an operator behind `left` and its other operand, and calls itself for the next operator. */
  parseExprOp(left: AnyNode, ...how: readonly unknown[]): AnyNode;
}

const OPERATOR_PARSER = Parser as unknown as new (options: Options, input: string) => OperatorParser;

/**
 * The operators of one chain are read in a loop: a block list that somebody writes as one condition has thousands of `||`, and each would
 * take a place on the stack.
 */
class ChainParser extends OPERATOR_PARSER {
  /** The operation that was made last, as long as no operand is read behind it. */
  private latest: AnyNode | undefined;

  override parseMaybeUnary(...how: readonly unknown[]): AnyNode {
    const operand = super.parseMaybeUnary(...how);
    this.latest = undefined;
    return operand;
  }

  override buildBinary(...parts: readonly unknown[]): AnyNode {
    this.latest = super.buildBinary(...parts);
    return this.latest;
  }

  override parseExprOp(left: AnyNode, ...how: readonly unknown[]): AnyNode {
    // Called behind an operation: the loop that read it goes on.
    if (left === this.latest) return left;
    for (let read = left; ; ) {
      const next = super.parseExprOp(read, ...how);
      if (next === read) return read;
      read = next;
    }
  }
}

export function parseProgram(text: string, options: Options): Program {
  return new ChainParser(options, text).parse();
}
