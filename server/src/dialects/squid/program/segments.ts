// Runs of lines as squid reads them, with their statements by kind and name.

import { addTo } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { Location, TextRange } from '../../../text/range.js';
import { readStatement } from '../syntax/statement.js';
import {
  type AclHead,
  type AclReference,
  type AclStatement,
  type Block,
  isFlow,
  type Line,
  type PlainStatement,
  type RuleStatement,
  referencesOf,
  type Statement,
} from '../syntax/tree.js';
import type { AclValueKind } from '../vocabulary/acl-types.js';

/** A run of lines in a file. */
export interface Segment {
  /** Empty for built-in lines. */
  readonly uri: string;
  /** The offset of its block in the file. */
  readonly start: number;
  readonly statements: Statements;
}

/** A statement with its logical line and that line's offset in its block. */
export interface StatementLine<Kind extends Statement = Statement> {
  readonly offset: number;
  readonly source: Line;
  readonly statement: Kind;
}

/** A reference to an acl that no earlier line of the same run defines. */
export interface OpenReference {
  readonly key: string;
  readonly line: StatementLine;
  readonly reference: AclReference;
}

/** The statements of a run of lines, independent of its position. The same object while its block is unchanged. */
export interface Statements {
  /** The lines of each acl, by its key. */
  readonly acls: ReadonlyMap<string, readonly StatementLine<AclStatement>[]>;
  /** The keys of those of which some lines have another type, with which squid rejects the file. */
  readonly mixed: ReadonlySet<string>;
  /** The rules of each list. */
  readonly rules: ReadonlyMap<string, readonly StatementLine<RuleStatement>[]>;
  /** The other statements, by the name of their directive. */
  readonly plain: ReadonlyMap<string, readonly StatementLine<PlainStatement>[]>;
  /** The acl lines with a list file. */
  readonly listed: readonly StatementLine<AclStatement>[];
  /** The statements with problems. */
  readonly defects: readonly StatementLine[];
  readonly open: readonly OpenReference[];
  /** The keys of all acls that are referred to. */
  readonly used: ReadonlySet<string>;
  readonly heads: readonly AclHead[];
}

export function collectStatements(lines: readonly StatementLine[]): Statements {
  const collector = new StatementCollector();
  for (const line of lines) collector.add(line);
  return collector.statements;
}

class StatementCollector {
  private readonly acls = new Map<string, StatementLine<AclStatement>[]>();
  private readonly mixed = new Set<string>();
  private readonly rules = new Map<string, StatementLine<RuleStatement>[]>();
  private readonly plain = new Map<string, StatementLine<PlainStatement>[]>();
  private readonly listed: StatementLine<AclStatement>[] = [];
  private readonly defects: StatementLine[] = [];
  private readonly open: OpenReference[] = [];
  private readonly used = new Set<string>();
  private readonly heads: AclHead[] = [];
  /** The head of the line before, where it was that of an acl, and the lines of this acl. */
  private head: AclHead | undefined;
  private lines: StatementLine<AclStatement>[] = [];

  get statements(): Statements {
    const { acls, mixed, rules, plain, listed, defects, open, used, heads } = this;
    return { acls, mixed, rules, plain, listed, defects, open, used, heads };
  }

  add(line: StatementLine): void {
    if (isLineOf<AclStatement>(line, 'acl')) this.addAcl(line);
    else if (isLineOf<RuleStatement>(line, 'rule')) this.addRule(line);
    else {
      this.addCommon(line);
      if (isLineOf<PlainStatement>(line, 'plain'))
        addTo(this.plain, line.statement.directive?.name ?? line.statement.name.text, line);
    }
  }

  addAcl(line: StatementLine<AclStatement>): void {
    const { head, problems, references } = line.statement;
    // Equal lines may be one object, whatever they say.
    if (head === this.head && problems.length === 0 && references.length === 0 && !head.fromFile) {
      this.lines.push(line);
      return;
    }
    this.addCommon(line);
    const { key, type, fromFile } = head;
    const last = this.heads[this.heads.length - 1];
    // What heads say must not depend on which lines happen to have one object.
    if (last?.key !== key || last.type !== type || last.fromFile !== fromFile) this.heads.push(head);
    if (fromFile) this.listed.push(line);
    this.head = head;
    const known = this.acls.get(key);
    if (known) {
      if (known[0]?.statement.type !== type) this.mixed.add(key);
      known.push(line);
      this.lines = known;
      return;
    }
    // A list that is empty at first gets room for seventeen, where many acls have one line.
    this.lines = [line];
    this.acls.set(key, this.lines);
  }

  addRule(line: StatementLine<RuleStatement>): void {
    this.addCommon(line);
    addTo(this.rules, line.statement.list, line);
  }

  private addCommon(line: StatementLine): void {
    const { statement } = line;
    if (statement.problems.length > 0) this.defects.push(line);
    for (const reference of referencesOf(statement)) {
      const { key } = reference;
      this.used.add(key);
      if (!this.acls.has(key)) this.open.push({ key, line, reference });
    }
  }
}

function isLineOf<Kind extends Statement>(line: StatementLine, kind: Kind['kind']): line is StatementLine<Kind> {
  return line.statement.kind === kind;
}

/** Calls `found` with the lines of each acl whose values have one notation. */
export function eachOfKind(
  { acls, heads, mixed }: Statements,
  kind: AclValueKind,
  found: (key: string, lines: readonly StatementLine<AclStatement>[]) => void,
): void {
  // Heads are fewer than lines, and most acls have one.
  const seen = heads.length === acls.size ? undefined : new Set<string>();
  for (let i = 0; i < heads.length; i++) {
    const { key, type } = heads[i] as AclHead;
    if (type.values !== kind || seen?.has(key)) continue;
    seen?.add(key);
    found(key, linesOfKind(acls.get(key) ?? NO_LINES, mixed.has(key) ? kind : undefined));
  }
}

function linesOfKind(
  lines: readonly StatementLine<AclStatement>[],
  kind: AclValueKind | undefined,
): readonly StatementLine<AclStatement>[] {
  return kind === undefined ? lines : lines.filter(({ statement }) => statement.type.values === kind);
}

const NO_LINES: readonly never[] = [];

const plainBlocks = new Memo<Block, Statements | undefined>();

/** The statements of a block; `undefined` where it contains lines that decide which others are read, or how. */
export function statementsOfBlock(block: Block): Statements | undefined {
  return plainBlocks.of(block, ({ lines, starts }) => {
    const collector = new StatementCollector();
    for (let i = 0; i < lines.length; i++) {
      const source = lines[i] as Line;
      const { statement } = source;
      if (!statement) continue;
      const line = { offset: starts[i] as number, source, statement };
      if (isLineOf<AclStatement>(line, 'acl')) collector.addAcl(line);
      else if (isFlow(statement) || setsQuoting(statement)) return undefined;
      else collector.add(line);
    }
    return collector.statements;
  });
}

const quotedStatements = new Memo<Line, Statement>();

/** The lines of a block that are statements. `quoted`: whether configuration_includes_quoted_values is on. */
export function statementLines(block: Block, quoted: boolean): StatementLine[] {
  const lines: StatementLine[] = [];
  for (const [i, source] of block.lines.entries()) {
    if (!source.statement) continue;
    const statement = quoted ? quotedStatements.of(source, () => readStatement(source, true)) : source.statement;
    lines.push({ offset: block.starts[i] ?? 0, source, statement });
  }
  return lines;
}

export function setsQuoting(statement: Statement): statement is PlainStatement {
  return statement.kind === 'plain' && statement.name.text === 'configuration_includes_quoted_values';
}

/** The location of a part of a statement; `range` counts from the start of its line, as tokens do. */
export function locate(segment: Segment, line: StatementLine, range: TextRange): Location {
  const base = segment.start + line.offset;
  return { uri: segment.uri, range: { start: base + range.start, end: base + range.end } };
}

/** A whole statement: from its first word to its last, a comment after it excluded. */
export function spanOf(segment: Segment, line: StatementLine): Location {
  const { start, joints, raw } = line.source;
  const end = joints.length > 0 ? raw.trimEnd().length : start + textWithoutComment(line.source).length;
  return locate(segment, line, { start, end });
}

/** A whole statement with its text on one line. */
export function quote(segment: Segment, line: StatementLine): QuotedLine {
  const { uri, range } = spanOf(segment, line);
  return { uri, range, text: textWithoutComment(line.source).replace(/\s+/g, ' ') };
}

function textWithoutComment({ text }: Line): string {
  return text.slice(0, /\s#/.exec(text)?.index).trim();
}
