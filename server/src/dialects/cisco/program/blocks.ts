import type { LineBlock } from '../../../kept/line-blocks.js';
import type { AceForm } from '../syntax/ace.js';
import type { Line } from '../syntax/parse.js';
import { type Mode, type Platform, type Statement, statementOf, TOP } from '../syntax/statements.js';
import type { LineProblem, NameReference } from '../syntax/words.js';

/** A statement with its line, the line's offset in its block, and the mode that it stands in. */
export interface Item {
  readonly offset: number;
  readonly line: Line;
  readonly statement: Statement;
  readonly mode: Mode;
}

/** A statement at its place in the file. */
export interface Placed {
  readonly item: Item;
  /** The offset of the block in the file. */
  readonly base: number;
}

/** Entries and remarks of one list that follow one another, as in long lists they do for thousands of lines. */
export interface Run {
  readonly name: string;
  readonly form: AceForm;
  readonly items: readonly Item[];
  /** How many of them are entries. */
  readonly size: number;
  /** The numbers of the first and the last item; `undefined` where the entries have none. */
  readonly numbers: { readonly first: number; readonly last: number } | undefined;
}

/** What a block of lines says; computed once for as long as the block and the mode in front of it stay the same. */
export interface Summary {
  readonly mode: Mode;
  readonly platform: Platform;
  readonly items: readonly Item[];
  /** The same with their runs taken together. */
  readonly parts: readonly (Run | Item)[];
  /** The statements with defects of their own. */
  readonly defects: readonly Item[];
  /** The statements that refer to names. */
  readonly referring: readonly Item[];
  /** The mode behind the block. */
  readonly out: Mode;
}

const summaries = new WeakMap<LineBlock<Line>, Summary>();

export function summaryOf(block: LineBlock<Line>, mode: Mode, platform: Platform): Summary {
  const known = summaries.get(block);
  if (known?.platform === platform && sameMode(known.mode, mode)) return known;
  const items: Item[] = [];
  let current = mode;
  block.lines.forEach((line, i) => {
    const statement = statementOf(line, current, platform);
    if (statement.kind !== 'nothing') items.push({ offset: block.starts[i] ?? 0, line, statement, mode: current });
    current = modeAfter(statement, current);
  });
  const summary: Summary = {
    mode,
    platform,
    items,
    parts: partsOf(items),
    defects: items.filter(({ statement }) => ownProblems(statement).length > 0),
    referring: items.filter(({ statement }) => referencesOf(statement).length > 0),
    out: current,
  };
  summaries.set(block, summary);
  return summary;
}

function sameMode(a: Mode, b: Mode): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function modeAfter(statement: Statement, mode: Mode): Mode {
  switch (statement.kind) {
    case 'open-list':
    case 'open-group':
    case 'open-interface':
    case 'open-section':
      return statement.mode;
    case 'ace':
    case 'remark':
    case 'remove-entry':
      return statement.list ? TOP : mode;
    case 'bind':
      return statement.interface !== undefined || statement.global ? TOP : mode;
    case 'alias':
    case 'default-route':
    case 'remove-list':
    case 'resequence':
    case 'same-security':
      return TOP;
    default:
      return mode;
  }
}

function partsOf(items: readonly Item[]): (Run | Item)[] {
  const parts: (Run | Item)[] = [];
  for (let item = items[0], at = 0; item; item = items[at]) {
    const run = runFrom(items, at);
    parts.push(run ?? item);
    at += run?.items.length ?? 1;
  }
  return parts;
}

/** The longest run that begins with an item: numbers rise in it, and either all entries have one or none has. */
function runFrom(items: readonly Item[], from: number): Run | undefined {
  const list = items[from] && listOf(items[from]);
  if (!list) return undefined;
  let [first, last, size] = [0, 0, 0];
  let end = from;
  for (let item = items[end]; item; item = items[++end]) {
    const { statement } = item;
    if (statement.kind !== 'ace' && statement.kind !== 'remark') break;
    const own = listOf(item);
    if (own?.name !== list.name || own.form !== list.form || statement.list?.position !== undefined) break;
    const sequence = statement.kind === 'ace' ? statement.ace.sequence : statement.sequence;
    const isRemark = statement.kind === 'remark';
    if (sequence !== undefined) {
      if (sequence <= last || (size > 0 && last === 0)) break;
      first ||= sequence;
      last = sequence;
    } else if (!isRemark && last > 0) break;
    if (!isRemark) size++;
  }
  if (end === from) return undefined;
  const numbers = last > 0 ? { first, last } : undefined;
  return { name: list.name, form: list.form, items: items.slice(from, end), size, numbers };
}

function listOf({ statement, mode }: Item): { readonly name: string; readonly form: AceForm } | undefined {
  if ((statement.kind === 'ace' || statement.kind === 'remark') && statement.list) return statement.list;
  return mode.kind === 'list' ? mode : undefined;
}

const NO_PROBLEMS: readonly LineProblem[] = [];
const NO_REFERENCES: readonly NameReference[] = [];

/** The defects that a statement has wherever it stands. */
export function ownProblems(statement: Statement): readonly LineProblem[] {
  switch (statement.kind) {
    case 'ace':
      return statement.ace.problems;
    case 'member':
      return statement.line.problems;
    case 'unmodelled':
      return [statement.problem];
    default:
      return NO_PROBLEMS;
  }
}

/** The names that a statement refers to. */
export function referencesOf(statement: Statement): readonly NameReference[] {
  switch (statement.kind) {
    case 'ace':
      return statement.ace.references;
    case 'member':
      return statement.line.references;
    case 'use':
    case 'unmodelled':
      return statement.references;
    default:
      return NO_REFERENCES;
  }
}
