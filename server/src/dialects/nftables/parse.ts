import { OBJECTS, parseStatementText } from './declarations.js';
import type { Block, BlockKind, Item, StatementNode } from './syntax.js';

/** Identifies the versions of a text that were parsed from one another; later stages remember by it what they found out. */
export class Lineage {}

/** A file as blocks of statements. */
export interface NftTree {
  readonly root: Block;
  readonly lineage: Lineage;
  /** What was read, by the kind of block and the text, for the next version of the file. */
  readonly nodes: NodeCache;
}

/**
 * Splits a text into statements and blocks and reads each statement by itself: an unreadable one hides no other, and an
 * unchanged one keeps its node. `kind` is what the text stands in: a file of its own, or the block that includes it.
 */
export function parseText(text: string, previous?: NftTree, kind: BlockKind = 'file'): NftTree {
  const nodes = new NodeCache(previous?.nodes);
  const root = new Splitter(text, nodes, kind).whole();
  nodes.seal();
  return { root, nodes, lineage: previous?.lineage ?? new Lineage() };
}

class NodeCache {
  private readonly byKind = new Map<string, Map<string, StatementNode>>();

  constructor(private previous: NodeCache | undefined) {}

  /** Lets go of the version before, whose nodes are no longer needed. */
  seal(): void {
    this.previous = undefined;
  }

  node(text: string, kind: BlockKind, opens: boolean): StatementNode {
    const key = opens ? `${kind}{` : kind;
    let nodes = this.byKind.get(key);
    if (!nodes) {
      nodes = new Map();
      this.byKind.set(key, nodes);
    }
    let node = nodes.get(text);
    if (!node) {
      node = this.previous?.byKind.get(key)?.get(text) ?? parseStatementText(text, kind, opens);
      nodes.set(text, node);
    }
    return node;
  }
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const COMMA = 44;
const SEMICOLON = 59;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** The head of a statement that opens a block, with the word that tells which. */
const BLOCK_HEAD =
  /(?:(?:add|create|delete)[ \t]+)?(table|chain|set|map|flowtable|counter|quota|limit|secmark|synproxy|ct)[ \t]/y;

/** The head of a block of a table or file where it can only be one: what stands before it was never closed. */
const NEXT_BLOCK = /(?:table|chain|set|map)(?:[ \t]+[A-Za-z0-9_./-]+){1,2}[ \t]*\{/y;

/** A chain without a name is about to begin. */
const ANONYMOUS_CHAIN = /(?:jump|goto)\s*$/;

class Splitter {
  private offset = 0;

  constructor(
    private readonly text: string,
    private readonly nodes: NodeCache,
    private readonly kind: BlockKind,
  ) {}

  whole(): Block {
    return this.block(this.kind, 0, true);
  }

  private block(kind: BlockKind, start: number, whole = false): Block {
    const items: Item[] = [];
    for (;;) {
      this.skipSeparators();
      if (this.offset >= this.text.length) return { kind, start, end: this.text.length, closed: whole, items };
      if (this.text.charCodeAt(this.offset) === CLOSE) {
        if (!whole) {
          const end = this.offset++;
          return { kind, start, end, closed: true, items };
        }
        items.push(this.strayBracket());
        continue;
      }
      if (!whole && this.beginsNextBlock(kind)) {
        return { kind, start, end: this.offset, closed: false, items };
      }
      items.push(this.statement(kind));
    }
  }

  private strayBracket(): Item {
    const start = this.offset++;
    return { start, node: this.nodes.node('}', 'file', false), block: undefined, unterminatedAt: undefined };
  }

  /** Whether a block begins here that this one cannot hold. */
  private beginsNextBlock(kind: BlockKind): boolean {
    NEXT_BLOCK.lastIndex = this.offset;
    return NEXT_BLOCK.test(this.text) && (kind !== 'table' || this.text.startsWith('table', this.offset));
  }

  /** One statement, with the block that it opens. */
  private statement(kind: BlockKind): Item {
    const { text } = this;
    const start = this.offset;
    const bracket = this.toEndOfStatement(kind, start);
    const end = this.offset;
    if (bracket === undefined) {
      const raw = text.slice(start, trimmedEnd(text, start, end));
      const node = this.nodes.node(raw, kind, false);
      const missing = text.charCodeAt(end) === CLOSE && !mayEndAtBracket(raw);
      return { start, node, block: undefined, unterminatedAt: missing ? end : undefined };
    }
    const raw = text.slice(start, trimmedEnd(text, start, end));
    const node = this.nodes.node(raw, kind, true);
    this.offset++;
    const block = this.block(bracket, end + 1);
    const terminated = !block.closed || this.isTerminated(kind);
    return { start, node, block, unterminatedAt: terminated ? undefined : this.offset };
  }

  /** Moves to the end of the statement, or to the `{` of the block that it opens, whose kind is told. */
  private toEndOfStatement(kind: BlockKind, start: number): BlockKind | undefined {
    const { text } = this;
    /** The open brackets; for each, whether it holds rules. */
    const open: boolean[] = [];
    for (let offset = start; ; offset++) {
      const unit = text.charCodeAt(offset);
      // Nearly all characters are letters, digits and spaces.
      if (
        unit > BACKSLASH
          ? unit < OPEN || unit === 124 || unit > CLOSE
          : unit === SPACE || (unit > SEMICOLON && unit < BACKSLASH)
      )
        continue;
      if (Number.isNaN(unit)) {
        this.offset = text.length;
        return undefined;
      }
      switch (unit) {
        case BACKSLASH:
          if (text.charCodeAt(offset + 1) === LINE_FEED) offset++;
          else if (text.startsWith('\r\n', offset + 1)) offset += 2;
          break;
        case QUOTE:
          offset = quoteEnd(text, offset);
          break;
        case HASH:
          if (open.length === 0) {
            this.offset = offset;
            return undefined;
          }
          offset = lineEnd(text, offset) - 1;
          break;
        case LINE_FEED: {
          const next = open.length === 0 ? undefined : this.continuation(offset, open[open.length - 1] === true);
          if (next === undefined) {
            this.offset = offset;
            return undefined;
          }
          offset = next - 1;
          break;
        }
        case SEMICOLON:
          if (open.length === 0) {
            this.offset = offset;
            return undefined;
          }
          break;
        case OPEN: {
          const block = open.length === 0 ? this.opensBlock(kind, start) : undefined;
          if (block) {
            this.offset = offset;
            return block;
          }
          open.push(kind === 'chain' && ANONYMOUS_CHAIN.test(text.slice(Math.max(start, offset - 16), offset)));
          break;
        }
        case CLOSE:
          if (open.length === 0) {
            this.offset = offset;
            return undefined;
          }
          open.pop();
          break;
        default:
          break;
      }
    }
  }

  /**
   * Where a statement with an open bracket goes on behind a line end; `undefined` where it does not. A set goes on behind a
   * comma, and in front of a comma or bracket; everything else is a bracket that was forgotten.
   */
  private continuation(lineEndOffset: number, rules: boolean): number | undefined {
    const { text } = this;
    let next = lineEndOffset;
    for (;;) {
      const unit = text.charCodeAt(next);
      if (unit === HASH) next = lineEnd(text, next);
      else if (unit === LINE_FEED || unit === SPACE || unit === TAB || unit === CARRIAGE_RETURN) next++;
      else break;
    }
    NEXT_BLOCK.lastIndex = next;
    if (NEXT_BLOCK.test(text)) return undefined;
    const following = text.charCodeAt(next);
    if (rules || following === COMMA || following === CLOSE || Number.isNaN(following)) return next;
    const line = text.slice(lineStart(text, lineEndOffset), lineEndOffset);
    return /(?:[,{]\s*|^\s*)(?:#.*)?$/.test(line) ? next : undefined;
  }

  private opensBlock(kind: BlockKind, start: number): BlockKind | undefined {
    if (kind !== 'file' && kind !== 'table') return undefined;
    BLOCK_HEAD.lastIndex = start;
    const word = BLOCK_HEAD.exec(this.text)?.[1];
    const object = word === undefined ? undefined : OBJECTS.get(word);
    switch (object) {
      case 'table':
        return kind === 'file' ? 'table' : undefined;
      case 'chain':
      case 'set':
      case 'map':
      case 'flowtable':
      case 'object':
        return object;
      default:
        return undefined;
    }
  }

  /** Whether what nft demands behind a block follows here. */
  private isTerminated(kind: BlockKind): boolean {
    let { offset } = this;
    while (isBlank(this.text.charCodeAt(offset))) offset++;
    const unit = this.text.charCodeAt(offset);
    if (Number.isNaN(unit)) return kind === 'file';
    return unit === LINE_FEED || unit === SEMICOLON || unit === HASH;
  }

  /** Skips what stands between statements. */
  private skipSeparators(): void {
    const { text } = this;
    for (;;) {
      const unit = text.charCodeAt(this.offset);
      if (unit === HASH) this.offset = lineEnd(text, this.offset);
      else if (unit === LINE_FEED || unit === SEMICOLON || isBlank(unit)) this.offset++;
      else if (unit === BACKSLASH && /\r?\n/y.test(text.slice(this.offset + 1, this.offset + 3))) this.offset += 2;
      else return;
    }
  }
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB || unit === CARRIAGE_RETURN || unit === 0xfeff;
}

/** Statements that need no separator in front of the bracket that closes their block. */
function mayEndAtBracket(raw: string): boolean {
  return /^(?:elements\b|auto-merge\b|packets\b|bytes\b|over\b|until\b|rate\b|counter$|comment\b|\d|"|mss\b)/.test(raw);
}

function trimmedEnd(text: string, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && (isBlank(text.charCodeAt(trimmed - 1)) || text.charCodeAt(trimmed - 1) === LINE_FEED))
    trimmed--;
  return trimmed;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset of the quote that closes the one at `offset`, or of the last character of its line. */
function quoteEnd(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  const close = text.indexOf('"', offset + 1);
  return close >= 0 && close < end ? close : end - 1;
}
