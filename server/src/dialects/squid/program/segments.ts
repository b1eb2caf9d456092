// Runs of lines as squid reads them, with their statements by kind and name.

import { addTo } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { Location, TextRange } from '../../../text/range.js';
import { readStatement } from '../syntax/statement.js';
import {
  type AclReference,
  type AclStatement,
  aclKey,
  type Block,
  isFlow,
  type Line,
  type PlainStatement,
  type RuleStatement,
  referencesOf,
  type Statement,
} from '../syntax/tree.js';
import type { AclType } from '../vocabulary/acl-types.js';

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

/** An acl line without its values. */
export interface AclHead {
  readonly key: string;
  readonly type: AclType;
  /** Whether some of its values are in a list file. */
  readonly fromFile: boolean;
}

/** The statements of a run of lines, independent of its position. The same object while its block is unchanged. */
export interface Statements {
  /** The lines of each acl, by its key. */
  readonly acls: ReadonlyMap<string, readonly StatementLine<AclStatement>[]>;
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
  const acls = new Map<string, StatementLine<AclStatement>[]>();
  const rules = new Map<string, StatementLine<RuleStatement>[]>();
  const plain = new Map<string, StatementLine<PlainStatement>[]>();
  const listed: StatementLine<AclStatement>[] = [];
  const defects: StatementLine[] = [];
  const open: OpenReference[] = [];
  const used = new Set<string>();
  const heads: AclHead[] = [];
  for (const line of lines) {
    const { statement } = line;
    if (statement.problems.length > 0) defects.push(line);
    for (const reference of referencesOf(statement)) {
      const key = aclKey(reference.name);
      used.add(key);
      if (!acls.has(key)) open.push({ key, line, reference });
    }
    if (isLineOf<AclStatement>(line, 'acl')) {
      const { name, type, file } = line.statement;
      const key = aclKey(name.text);
      addTo(acls, key, line);
      if (file) listed.push(line);
      heads.push({ key, type, fromFile: file !== undefined });
    } else if (isLineOf<RuleStatement>(line, 'rule')) {
      addTo(rules, line.statement.list, line);
    } else if (isLineOf<PlainStatement>(line, 'plain')) {
      addTo(plain, line.statement.directive?.name ?? line.statement.name.text, line);
    }
  }
  return { acls, rules, plain, listed, defects, open, used, heads };
}

function isLineOf<Kind extends Statement>(line: StatementLine, kind: Kind['kind']): line is StatementLine<Kind> {
  return line.statement.kind === kind;
}

const plainBlocks = new Memo<Block, Statements | undefined>();

/** The statements of a block; `undefined` where it contains lines that decide which others are read, or how. */
export function statementsOfBlock(block: Block): Statements | undefined {
  return plainBlocks.of(block, () => {
    const lines = statementLines(block, false);
    const decides = lines.some(({ statement }) => isFlow(statement) || setsQuoting(statement));
    return decides ? undefined : collectStatements(lines);
  });
}

const quotedStatements = new Memo<Line, Statement>();

/** The lines of a block that are statements. `quoted`: whether configuration_includes_quoted_values is on. */
export function statementLines(block: Block, quoted: boolean): StatementLine[] {
  return block.lines.flatMap((source, i) => {
    if (!source.statement) return [];
    const statement = quoted ? quotedStatements.of(source, () => readStatement(source, true)) : source.statement;
    return [{ offset: block.starts[i] ?? 0, source, statement }];
  });
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
