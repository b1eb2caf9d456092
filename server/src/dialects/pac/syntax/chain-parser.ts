// Reads JavaScript in which chains of operators are as long as anybody writes them.
import { type AnyNode, type Options, Parser, type Program } from 'acorn';
import { Memo } from '../../../kept/memo.js';
import { LinkedNode } from './linked-node.js';

/** What tells whether a word is one of some. */
interface Words {
  test(word: string): boolean;
}

/** The methods of the parser that read operators and make nodes, and its lists of words, which its types leave out. */
interface OperatorParser {
  keywords: Words;
  reservedWords: Words;
  readonly start: number;
  startNode(): LinkedNode;
  startNodeAt(start: number): LinkedNode;
  copyNode(node: object): LinkedNode;
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
  constructor(options: Options, input: string) {
    super(options, input);
    this.keywords = inSet(this.keywords);
    this.reservedWords = inSet(this.reservedWords);
  }

  /** The operation that was made last, as long as no operand is read behind it. */
  private latest: AnyNode | undefined;

  override startNode(): LinkedNode {
    return new LinkedNode(this.start);
  }

  override startNodeAt(start: number): LinkedNode {
    return new LinkedNode(start);
  }

  override copyNode(node: LinkedNode): LinkedNode {
    return Object.assign(new LinkedNode(node.start), node);
  }

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

const wordSets = new Memo<Words, Words>();

/** The parser asks of every word whether it is one of `^(?:break|case|…)$`: a set answers sooner. */
function inSet(words: Words): Words {
  return wordSets.of(words, () => {
    const list = words instanceof RegExp ? /^\^\(\?:([\w|]+)\)\$$/.exec(words.source)?.[1] : undefined;
    if (list === undefined) return words;
    const known = new Set(list.split('|'));
    return { test: (word) => known.has(word) };
  });
}

export function parseProgram(text: string, options: Options): Program {
  return new ChainParser(options, text).parse();
}
