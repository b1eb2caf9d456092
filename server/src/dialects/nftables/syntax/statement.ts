// Reads one statement of a block of some kind.
import { CONFLICT_MARKER } from '../../../text/conflicts.js';
import { EVERYWHERE, isWordOf, OBJECT_KINDS, TABLE_FLAGS } from '../vocabulary/words.js';
import { parseChainEntry, parseFlowtableEntry } from './chains.js';
import { parseCommand, parseObjectType } from './commands.js';
import { Cursor, Unreadable } from './cursor.js';
import { parseRight, parseSet } from './expressions.js';
import { parseObjectEntry } from './objects.js';
import { type PlainRule, PlainRuleReader } from './plain-rule.js';
import { parseComment } from './rates.js';
import { parseSetEntry } from './sets.js';
import type { BlockKind, Content, Expression, StatementNode, Target } from './tree.js';

const NO_REFERENCES: StatementNode['references'] = [];
const NO_PROBLEMS: StatementNode['problems'] = [];

const plainRules = new PlainRuleReader();

/** A plain rule. Most uses of a file need nothing but what it says. */
class PlainNode implements StatementNode {
  private known: Content | undefined;
  readonly references = NO_REFERENCES;
  readonly problems = NO_PROBLEMS;

  constructor(
    readonly text: string,
    readonly plain: PlainRule,
  ) {}

  get content(): Content {
    this.known ??= parseAnyStatement(this.text, 'chain', false).content;
    return this.known;
  }
}

/** Reads one statement of a block of a kind. `opens` is true if `{` follows it. */
export function parseStatementText(text: string, block: BlockKind, opens: boolean): StatementNode {
  const plain = block === 'chain' && !opens ? plainRules.read(text) : undefined;
  return plain ? new PlainNode(text, plain) : parseAnyStatement(text, block, opens);
}

/** The same for statements of any form. */
export function parseAnyStatement(text: string, block: BlockKind, opens: boolean): StatementNode {
  const cursor = new Cursor(text);
  let content: Content;
  try {
    content = parseContent(cursor, block, opens);
    if (!cursor.atEnd) throw cursor.unexpected('end of statement');
  } catch (failure) {
    if (!(failure instanceof Unreadable)) throw failure;
    cursor.report(failure.span, failure.message);
    // The marker of a merge conflict stands between statements and is none itself.
    content = CONFLICT_MARKER.test(text) ? { kind: 'property' } : { kind: 'unreadable' };
  }
  const { references, problems } = cursor;
  return {
    text,
    content,
    references: references.length > 0 ? references : NO_REFERENCES,
    problems: problems.length > 0 ? problems : NO_PROBLEMS,
  };
}

function parseContent(cursor: Cursor, block: BlockKind, opens: boolean): Content {
  const common = parseCommon(cursor);
  if (common) return common;
  switch (block) {
    case 'file':
      return parseCommand(cursor, opens);
    case 'table':
      return parseTableEntry(cursor, opens);
    case 'chain':
      return parseChainEntry(cursor);
    case 'set':
    case 'map':
      return parseSetEntry(cursor, block);
    case 'flowtable':
      return parseFlowtableEntry(cursor);
    case 'object':
      return parseObjectEntry(cursor);
  }
}

/** `common_block` of the grammar: the statements of every block. */
function parseCommon(cursor: Cursor): Content | undefined {
  const { token } = cursor;
  if (token.kind !== 'word' || !isWordOf(EVERYWHERE, token.text)) return undefined;
  switch (token.text) {
    case 'include': {
      cursor.take();
      const { token: path } = cursor;
      if (path.kind !== 'quoted') throw cursor.unexpected('a path in quotes');
      cursor.take();
      return { kind: 'include', path: { start: path.start, end: path.end, text: path.text } };
    }
    case 'define':
    case 'redefine': {
      cursor.take();
      const name = cursor.expectName('the name of a variable');
      cursor.expectMark('=');
      return { kind: 'define', verb: token.text, name, value: parseInitializer(cursor) };
    }
    case 'undefine':
      cursor.take();
      return { kind: 'undefine', name: cursor.expectName('the name of a variable') };
  }
}

function parseInitializer(cursor: Cursor): Expression {
  if (cursor.isMark('{')) return parseSet(cursor, true);
  if (cursor.isMark('-')) {
    const { start } = cursor.take();
    const value = cursor.expectNumber();
    return { kind: 'number', text: `-${value}`, start, end: cursor.lastEnd };
  }
  return parseRight(cursor);
}

function parseTableEntry(cursor: Cursor, opens: boolean): Content {
  if (cursor.acceptWord('flags')) {
    const flags = [];
    do {
      const flag = cursor.expectName('a flag of a table');
      if (!isWordOf(TABLE_FLAGS, flag.text)) throw new Unreadable(flag, `invalid flag '${flag.text}' of a table`);
      flags.push(flag);
    } while (cursor.acceptMark(','));
    return { kind: 'table-flags', flags };
  }
  if (cursor.acceptWord('comment')) {
    parseComment(cursor);
    return { kind: 'property' };
  }
  const { token } = cursor;
  const object = token.kind === 'word' ? OBJECT_KINDS.get(token.text) : undefined;
  if (!object || object === 'table') {
    throw cursor.unexpected("'chain', 'set', 'map' or another object of a table");
  }
  const type = parseObjectType(cursor);
  const name = cursor.expectName(`the name of a ${type}`);
  if (!opens) throw cursor.unexpected("'{'");
  const target: Target = { family: undefined, table: undefined, name };
  return { kind: 'object', verb: 'add', object, type, target, byHandle: false };
}
