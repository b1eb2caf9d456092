import type { QuotedLine as Place } from '../../../model/evidence.js';
import type { Location } from '../../../text/range.js';
import type { Block, Line } from '../syntax/parse.js';
import type { AclReference } from '../syntax/references.js';
import {
  type AclStatement,
  type FlowStatement,
  type PlainStatement,
  type RuleStatement,
  type Statement,
  statementOf,
} from '../syntax/statements.js';

/** A statement with its line and that line's offset in its block. */
export interface Entry<Kind extends Statement = Statement> {
  readonly offset: number;
  readonly line: Line;
  readonly statement: Kind;
}

/** A reference to an acl that nothing in front of it in the same summary defines. */
export interface OpenReference {
  readonly entry: Entry;
  readonly reference: AclReference;
}

/** What a run of lines says, without regard to where it stands; computed once for as long as its block is unchanged. */
export interface Summary {
  readonly acls: ReadonlyMap<string, readonly Entry<AclStatement>[]>;
  readonly rules: ReadonlyMap<string, readonly Entry<RuleStatement>[]>;
  /** The other statements, by the name of their directive. */
  readonly plain: ReadonlyMap<string, readonly Entry<PlainStatement>[]>;
  /** The lines of acls that name a list file. */
  readonly listed: readonly Entry<AclStatement>[];
  /** The statements with defects of their own. */
  readonly defects: readonly Entry[];
  readonly open: readonly OpenReference[];
  /** Every acl that is referred to, by its key. */
  readonly used: ReadonlySet<string>;
  /** {@link used} as one text, to compare it with that of another summary. */
  readonly uses: string;
  /** Equal for summaries that define the same acls, of the same types and from the same kinds of source. */
  readonly signature: string;
}

/** A summary at a place in a file. */
export interface Segment {
  readonly uri: string;
  /** The offset of its block in the file. */
  readonly start: number;
  readonly summary: Summary;
}

/** The names of acls are compared without regard to case (`ACL::FindByName`). */
export function aclKey(name: string): string {
  return name.toLowerCase();
}

export function summarize(entries: readonly Entry[]): Summary {
  const acls = new Map<string, Entry<AclStatement>[]>();
  const rules = new Map<string, Entry<RuleStatement>[]>();
  const plain = new Map<string, Entry<PlainStatement>[]>();
  const listed: Entry<AclStatement>[] = [];
  let signature = '';
  const defects: Entry[] = [];
  const open: OpenReference[] = [];
  const used = new Set<string>();
  for (const entry of entries) {
    const { statement } = entry;
    if (statement.problems.length > 0) defects.push(entry);
    for (const reference of referencesOf(statement)) {
      const key = aclKey(reference.name);
      used.add(key);
      if (!acls.has(key)) open.push({ entry, reference });
    }
    if (isEntryOf<AclStatement>(entry, 'acl')) {
      const { name, type, file } = entry.statement;
      const key = aclKey(name.text);
      append(acls, key, entry);
      if (file) listed.push(entry);
      signature += `${key} ${type.name}${file ? ' file' : ''}\n`;
    } else if (isEntryOf<RuleStatement>(entry, 'rule')) {
      append(rules, entry.statement.list, entry);
    } else if (isEntryOf<PlainStatement>(entry, 'plain')) {
      append(plain, entry.statement.directive?.name ?? entry.statement.name.text, entry);
    }
  }
  return { acls, rules, plain, listed, defects, open, used, uses: [...used].join(' '), signature };
}

function isEntryOf<Kind extends Statement>(entry: Entry, kind: Kind['kind']): entry is Entry<Kind> {
  return entry.statement.kind === kind;
}

export function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

const NO_REFERENCES: readonly AclReference[] = [];

export function referencesOf(statement: Statement): readonly AclReference[] {
  return 'references' in statement ? statement.references : NO_REFERENCES;
}

/** A block whose lines are all read, and always in the same way. */
interface PlainBlock {
  readonly kind: 'plain';
  readonly summary: Summary;
}

/** A block with lines that decide which lines are read, or how. */
interface FlowBlock {
  readonly kind: 'flow';
}

const readBlocks = new WeakMap<Block, PlainBlock | FlowBlock>();
const FLOW: FlowBlock = { kind: 'flow' };

/** The summary of a block, unless lines in it decide how others are read. */
export function readBlock(block: Block): PlainBlock | FlowBlock {
  let known = readBlocks.get(block);
  if (!known) {
    const entries = entriesOf(block, false);
    known = entries.some(({ statement }) => decidesFlow(statement))
      ? FLOW
      : { kind: 'plain', summary: summarize(entries) };
    readBlocks.set(block, known);
  }
  return known;
}

export function entriesOf(block: Block, quoted: boolean): Entry[] {
  const entries: Entry[] = [];
  block.lines.forEach((line, i) => {
    if (line.kind === 'statement')
      entries.push({ offset: block.starts[i] ?? 0, line, statement: statementOf(line, quoted) });
  });
  return entries;
}

function decidesFlow(statement: Statement): boolean {
  return isFlow(statement) || setsQuoting(statement);
}

export function isFlow(statement: Statement): statement is FlowStatement {
  return (
    statement.kind === 'include' || statement.kind === 'if' || statement.kind === 'else' || statement.kind === 'endif'
  );
}

export function setsQuoting(statement: Statement): statement is PlainStatement {
  return statement.kind === 'plain' && statement.name.text === 'configuration_includes_quoted_values';
}

/** The place of a token of an entry. */
export function locate(
  segment: Segment,
  entry: Entry,
  token: { readonly start: number; readonly end: number },
): Location {
  const base = segment.start + entry.offset;
  return { uri: segment.uri, range: { start: base + token.start, end: base + token.end } };
}

/** The span of a whole statement: from its first word to its last, comments behind it excluded. */
export function spanOf(segment: Segment, entry: Entry): Location {
  const { line } = entry;
  const { start } = line;
  const end = line.joints.length > 0 ? line.raw.trimEnd().length : start + wordsOf(line).length;
  return locate(segment, entry, { start, end });
}

/** A whole statement with its text on one line. */
export function placeOf(segment: Segment, entry: Entry): Place {
  return { ...spanOf(segment, entry), text: wordsOf(entry.line).replace(/\s+/g, ' ') };
}

function wordsOf(line: Line): string {
  const comment = /\s#/.exec(line.text);
  return line.text.slice(0, comment?.index).trim();
}
