// The statements of each block of lines, computed once for as long as the block and the mode before it are unchanged.
import type { LineBlock } from '../../../kept/line-blocks.js';
import { LatestMemo } from '../../../kept/memo.js';
import type { LineProblem } from '../../shared/line-problem.js';
import { statementOf } from '../syntax/statements.js';
import { type Line, type Mode, type NameReference, type Platform, type Statement, TOP } from '../syntax/tree.js';
import type { ListForm } from '../vocabulary/command-table.js';

/** A line with its statement, its offset in its block, and the mode in which it is read. */
export class StatementLine {
  constructor(
    readonly offset: number,
    readonly line: Line,
    readonly statement: Statement,
    readonly mode: Mode,
  ) {}

  get raw(): string {
    return this.line.raw;
  }
}

/** A statement line at its position in the file. */
export interface PlacedLine {
  readonly own: StatementLine;
  /** The offset of its block in the file. */
  readonly base: number;
}

/** Consecutive entries and remarks of one list; in long lists thousands of lines. */
export interface EntryRun {
  readonly name: string;
  readonly form: ListForm;
  readonly lines: readonly StatementLine[];
  /** How many of them are entries. */
  readonly size: number;
  /** The numbers of the first and the last line; `undefined` where the entries have none. */
  readonly numbers: { readonly first: number; readonly last: number } | undefined;
  /** Whether an entry refers to names, so that what it matches depends on the definitions of the file. */
  readonly refers: boolean;
}

/** The statements of a block of lines. */
export interface BlockContent {
  readonly lines: readonly StatementLine[];
  /** The same, with consecutive entries grouped in runs. */
  readonly parts: readonly (EntryRun | StatementLine)[];
  /** The lines with problems. */
  readonly defects: readonly StatementLine[];
  /** The lines that refer to names. */
  readonly referring: readonly StatementLine[];
  /** The mode after the block. */
  readonly out: Mode;
}

/** A block at its position in the file. */
export interface PlacedBlock {
  readonly base: number;
  readonly content: BlockContent;
}

/** A mode is the same object for as long as its header line is. */
const contents: Readonly<Record<Platform, LatestMemo<LineBlock<Line>, Mode, BlockContent>>> = {
  router: new LatestMemo(),
  asa: new LatestMemo(),
};

export function contentOf(block: LineBlock<Line>, mode: Mode, platform: Platform): BlockContent {
  return contents[platform].of(block, mode, () => readBlock(block, mode, platform));
}

function readBlock(block: LineBlock<Line>, mode: Mode, platform: Platform): BlockContent {
  const lines: StatementLine[] = [];
  let current = mode;
  block.lines.forEach((line, i) => {
    const statement = statementOf(line, current, platform);
    if (statement.kind !== 'nothing') lines.push(new StatementLine(block.starts[i] ?? 0, line, statement, current));
    current = modeAfter(statement, current);
  });
  return {
    lines,
    parts: partsOf(lines),
    defects: lines.filter(({ statement }) => ownProblems(statement).length > 0),
    referring: lines.filter(({ statement }) => referencesOf(statement).length > 0),
    out: current,
  };
}

/** The mode after a statement. */
export function modeAfter(statement: Statement, mode: Mode): Mode {
  switch (statement.kind) {
    case 'open-list':
    case 'open-group':
    case 'open-interface':
    case 'open-section':
      return statement.mode;
    case 'zones':
    case 'qos':
    case 'unmodelled':
      return statement.opens ?? mode;
    case 'entry':
    case 'remark':
    case 'remove-entry':
      return statement.list ? TOP : mode;
    case 'bind':
      return statement.interface !== undefined || statement.global ? TOP : mode;
    case 'route':
      return statement.indented ? mode : TOP;
    case 'alias':
    case 'remove-list':
    case 'resequence':
    case 'same-security':
    case 'old pool':
    case 'router nat':
    case 'nat pool':
    case 'version':
      return TOP;
    case 'nat rule':
      return statement.section === 'object' ? mode : TOP;
    default:
      return mode;
  }
}

function partsOf(lines: readonly StatementLine[]): (EntryRun | StatementLine)[] {
  const parts: (EntryRun | StatementLine)[] = [];
  for (let line = lines[0], at = 0; line; line = lines[at]) {
    const run = runFrom(lines, at);
    parts.push(run ?? line);
    at += run?.lines.length ?? 1;
  }
  return parts;
}

/** The longest run that begins with a line: numbers rise in it, and either all entries have one or none has. */
function runFrom(all: readonly StatementLine[], from: number): EntryRun | undefined {
  const list = all[from] && listOf(all[from]);
  if (!list) return undefined;
  let [first, last, size] = [0, 0, 0];
  let end = from;
  for (let line = all[end]; line; line = all[++end]) {
    const { statement } = line;
    if (statement.kind !== 'entry' && statement.kind !== 'remark') break;
    const own = listOf(line);
    if (own?.name !== list.name || own.form !== list.form || statement.list?.position !== undefined) break;
    const sequence = statement.kind === 'entry' ? statement.entry.sequence : statement.sequence;
    const isRemark = statement.kind === 'remark';
    if (sequence !== undefined) {
      if (sequence <= last || (size > 0 && last === 0)) break;
      first ||= sequence;
      last = sequence;
    } else if (!isRemark && last > 0) break;
    if (!isRemark) size++;
  }
  if (end === from) return undefined;
  const lines = all.slice(from, end);
  return {
    name: list.name,
    form: list.form,
    lines,
    size,
    numbers: last > 0 ? { first, last } : undefined,
    refers: lines.some(({ statement }) => referencesOf(statement).length > 0),
  };
}

function listOf({ statement, mode }: StatementLine): { readonly name: string; readonly form: ListForm } | undefined {
  if ((statement.kind === 'entry' || statement.kind === 'remark') && statement.list) return statement.list;
  return mode.kind === 'list' ? mode : undefined;
}

const NO_PROBLEMS: readonly LineProblem[] = [];
const NO_REFERENCES: readonly NameReference[] = [];

/** The problems of a statement that do not depend on other lines. */
export function ownProblems(statement: Statement): readonly LineProblem[] {
  switch (statement.kind) {
    case 'entry':
      return statement.entry.problems;
    case 'member':
      return statement.line.problems;
    case 'zones':
      return statement.problems;
    case 'unmodelled':
      return [statement.problem];
    default:
      return NO_PROBLEMS;
  }
}

/** The names that a statement refers to. */
export function referencesOf(statement: Statement): readonly NameReference[] {
  switch (statement.kind) {
    case 'entry':
      return statement.entry.references;
    case 'member':
      return statement.line.references;
    case 'zones':
    case 'qos':
    case 'use':
    case 'nat rule':
    case 'old pool':
    case 'router nat':
    case 'unmodelled':
      return statement.references;
    default:
      return NO_REFERENCES;
  }
}
