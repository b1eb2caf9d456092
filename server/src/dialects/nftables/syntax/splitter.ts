// Splits a text into blocks and statements, and groups the statements into runs.
import { detached } from '../../../kept/line-blocks.js';
import { endOfLine, startOfLine } from '../../../text/lines.js';
import { OBJECT_KINDS } from '../vocabulary/words.js';
import type { EarlierVersion } from './earlier-version.js';
import { parseStatementText } from './statement.js';
import type { BlockKind, BlockText, ItemText, PlacedItems, StatementNode } from './tree.js';

/** The minimum number of statements, or characters, after which a run may end. */
const RUN_ITEMS = 64;
const RUN_LENGTH = 8_192;

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

/** The head of a statement that opens a block, with the word for its kind. */
const BLOCK_HEAD =
  /(?:(?:add|create|delete)[ \t]+)?(table|chain|set|map|flowtable|counter|quota|limit|secmark|synproxy|tunnel|ct)[ \t]/y;

/** The head of a block inside of that of a tunnel. */
const TUNNEL_HEAD = /(?:erspan|vxlan|geneve)[ \t]*\{/y;

/** The head of a block that only a table or file can contain: the block before it was not closed. */
const NEXT_BLOCK = /(?:table|chain|set|map)(?:[ \t]+[A-Za-z0-9_./-]+){1,2}[ \t]*\{/y;

/** A chain without a name is about to begin. */
const ANONYMOUS_CHAIN = /(?:jump|goto)\s*$/;

/** Reads the blocks of one text. */
export class Splitter {
  private offset = 0;
  /** Whether the latest statement would end elsewhere if another text followed. */
  private dependsOnNext = false;

  constructor(
    private readonly text: string,
    private readonly earlier: EarlierVersion | undefined,
    private readonly kind: BlockKind,
  ) {}

  whole(): BlockText {
    return this.block(this.kind, 0, 0, true);
  }

  /** A block; its offsets count from `base`. */
  private block(kind: BlockKind, start: number, base: number, whole = false): BlockText {
    const runs: PlacedItems[] = [];
    let from = this.offset;
    let items: ItemText[] = [];
    /** Ends the run here; `more` characters after it have to be unchanged too. */
    const endRun = (more: number | undefined) => {
      const length = this.offset - from;
      const needs = more === undefined ? undefined : length + more;
      if (items.length > 0) runs.push({ start: from - base, run: { kind, length, needs, items } });
      from = this.offset;
      items = [];
    };
    const ended = (end: number, closed: boolean) => ({ kind, start: start - base, end: end - base, closed, runs });
    for (;;) {
      const known = items.length === 0 ? this.earlier?.runAt(this.offset, kind) : undefined;
      if (known) {
        runs.push({ start: from - base, run: known });
        this.offset += known.length;
        from = this.offset;
        continue;
      }
      this.skipSeparators();
      if (this.offset >= this.text.length) {
        endRun(undefined);
        return ended(this.text.length, whole);
      }
      if (this.text.charCodeAt(this.offset) === CLOSE) {
        if (!whole) {
          endRun(1);
          return ended(this.offset++, true);
        }
        items.push(this.strayBracket(from));
        continue;
      }
      if (!whole && this.beginsNextBlock(kind)) {
        endRun(undefined);
        return ended(this.offset, false);
      }
      items.push(this.statement(kind, from));
      const next = this.dependsOnNext ? undefined : this.nextLine();
      if (next === undefined) continue;
      const isLong = items.length >= RUN_ITEMS || next - from >= RUN_LENGTH;
      if (!isLong && !this.earlier?.runAt(next, kind)) continue;
      this.offset = next;
      endRun(0);
    }
  }

  /** The start of the next line, where only a comment precedes it. */
  private nextLine(): number | undefined {
    const { text } = this;
    let { offset } = this;
    while (isBlank(text.charCodeAt(offset))) offset++;
    if (text.charCodeAt(offset) === HASH) offset = endOfLine(text, offset);
    return text.charCodeAt(offset) === LINE_FEED ? offset + 1 : undefined;
  }

  private node(text: string, kind: BlockKind, opens: boolean): StatementNode {
    if (!this.earlier) return parseStatementText(text, kind, opens);
    return this.earlier.node(text, kind, opens) ?? parseStatementText(detached(text), kind, opens);
  }

  private strayBracket(base: number): ItemText {
    const start = this.offset++ - base;
    return { start, node: this.node('}', 'file', false), block: undefined, unterminatedAt: undefined };
  }

  /** Whether a block begins here that this one cannot contain. */
  private beginsNextBlock(kind: BlockKind): boolean {
    NEXT_BLOCK.lastIndex = this.offset;
    return NEXT_BLOCK.test(this.text) && (kind !== 'table' || this.text.startsWith('table', this.offset));
  }

  /** One statement, with the block that it opens. */
  private statement(kind: BlockKind, base: number): ItemText {
    const { text } = this;
    const start = this.offset;
    this.dependsOnNext = false;
    const bracket = this.toEndOfStatement(kind, start);
    const end = this.offset;
    const statementText = text.slice(start, trimmedEnd(text, start, end));
    const node = this.node(statementText, kind, bracket !== undefined);
    if (bracket === undefined) {
      const missing = text.charCodeAt(end) === CLOSE && !mayEndAtBracket(statementText);
      return { start: start - base, node, block: undefined, unterminatedAt: missing ? end - base : undefined };
    }
    this.offset++;
    const block = this.block(bracket, end + 1, base);
    this.dependsOnNext = !block.closed;
    const terminated = !block.closed || this.isTerminated(kind);
    return { start: start - base, node, block, unterminatedAt: terminated ? undefined : this.offset - base };
  }

  /** Moves to the end of the statement, or to the `{` of the block that it opens; gives the kind of this block. */
  private toEndOfStatement(kind: BlockKind, start: number): BlockKind | undefined {
    const { text } = this;
    /** For each open bracket, whether it holds rules. */
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
          offset = endOfLine(text, offset) - 1;
          break;
        case LINE_FEED: {
          const next = open.length === 0 ? undefined : this.continuation(start, offset, open[open.length - 1] === true);
          if (next === undefined) {
            this.dependsOnNext = open.length > 0;
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
   * Where a statement with an unclosed bracket continues after a line end; `undefined` where it does not. A set continues after a
   * comma, and before a comma or bracket; everywhere else the closing bracket was forgotten.
   */
  private continuation(start: number, lineEndOffset: number, rules: boolean): number | undefined {
    const { text } = this;
    let next = lineEndOffset;
    for (;;) {
      const unit = text.charCodeAt(next);
      if (unit === HASH) next = endOfLine(text, next);
      else if (unit === LINE_FEED || unit === SPACE || unit === TAB || unit === CARRIAGE_RETURN) next++;
      else break;
    }
    NEXT_BLOCK.lastIndex = next;
    if (NEXT_BLOCK.test(text)) return undefined;
    const following = text.charCodeAt(next);
    if (rules || following === COMMA || following === CLOSE || Number.isNaN(following)) return next;
    const line = text.slice(Math.max(start, startOfLine(text, lineEndOffset)), lineEndOffset);
    return /(?:[,{]\s*|^\s*)(?:#.*)?$/.test(line) ? next : undefined;
  }

  private opensBlock(kind: BlockKind, start: number): BlockKind | undefined {
    if (kind === 'object') {
      TUNNEL_HEAD.lastIndex = start;
      return TUNNEL_HEAD.test(this.text) ? 'object' : undefined;
    }
    if (kind !== 'file' && kind !== 'table') return undefined;
    BLOCK_HEAD.lastIndex = start;
    const word = BLOCK_HEAD.exec(this.text)?.[1];
    const object = word === undefined ? undefined : OBJECT_KINDS.get(word);
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

  /** Whether a separator that nft requires after a block follows here. */
  private isTerminated(kind: BlockKind): boolean {
    let { offset } = this;
    while (isBlank(this.text.charCodeAt(offset))) offset++;
    const unit = this.text.charCodeAt(offset);
    if (Number.isNaN(unit)) return kind === 'file';
    return unit === LINE_FEED || unit === SEMICOLON || unit === HASH;
  }

  /** Skips separators, white space and comments between statements. */
  private skipSeparators(): void {
    const { text } = this;
    for (;;) {
      const unit = text.charCodeAt(this.offset);
      if (unit === HASH) this.offset = endOfLine(text, this.offset);
      else if (unit === LINE_FEED || unit === SEMICOLON || isBlank(unit)) this.offset++;
      else if (unit === BACKSLASH && /\r?\n/y.test(text.slice(this.offset + 1, this.offset + 3))) this.offset += 2;
      else return;
    }
  }
}

function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB || unit === CARRIAGE_RETURN || unit === 0xfeff;
}

/** Whether a statement needs no separator before the bracket that closes its block. */
function mayEndAtBracket(statementText: string): boolean {
  return /^(?:elements\b|auto-merge\b|packets\b|bytes\b|over\b|until\b|rate\b|counter$|comment\b|\d|"|mss\b)/.test(
    statementText,
  );
}

function trimmedEnd(text: string, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && (isBlank(text.charCodeAt(trimmed - 1)) || text.charCodeAt(trimmed - 1) === LINE_FEED))
    trimmed--;
  return trimmed;
}

/** The offset of the quote that closes the one at `offset`, or of the last character of its line. */
function quoteEnd(text: string, offset: number): number {
  const end = endOfLine(text, offset);
  const close = text.indexOf('"', offset + 1);
  return close >= 0 && close < end ? close : end - 1;
}
