import type { LineBlock, LineBlocks } from '../../../kept/line-blocks.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { AddressFamily } from '../../../model/ip.js';
import type { Problem } from '../../dialect.js';
import type { LineProblem, Word } from '../syntax/words.js';
import type { CommandLine, Line } from './line.js';
import { NameScope } from './names.js';
import {
  isTableName,
  type Refusal,
  type Ruleset,
  RulesetBuilder,
  type Run,
  type RunEntry,
  type TableName,
} from './ruleset.js';

/** What an iptables-save file says. */
export interface SaveContent {
  readonly ruleset: Ruleset;
  readonly problems: readonly Problem[];
}

/** What a block says, wherever it stands; computed once for as long as the block is unchanged. */
interface BlockSummary {
  /** The rules of each chain, where the block only appends rules. */
  readonly runs: ReadonlyMap<string, Run> | undefined;
  /** The lines with defects of their own. */
  readonly defects: readonly { readonly line: Line; readonly start: number }[];
}

const NO_CONDITIONS: readonly never[] = [];
const summaries = new WeakMap<LineBlock<Line>, BlockSummary>();

function summaryOf(block: LineBlock<Line>, family: AddressFamily): BlockSummary {
  let summary = summaries.get(block);
  if (!summary) {
    const defects = block.lines.flatMap((line, i) =>
      line.problems.length > 0 ? [{ line, start: block.starts[i] ?? 0 }] : [],
    );
    summary = { runs: runsOf(block, family), defects };
    summaries.set(block, summary);
  }
  return summary;
}

function runsOf(block: LineBlock<Line>, family: AddressFamily): ReadonlyMap<string, Run> | undefined {
  const entries = new Map<string, RunEntry[]>();
  for (const [index, line] of block.lines.entries()) {
    if (line.kind === 'blank') continue;
    if (line.kind !== 'command' || line.operation !== 'append' || !line.chain) return undefined;
    if (line.onlyFamily !== undefined && line.onlyFamily !== family) continue;
    const chain = line.chain.text;
    const list = entries.get(chain);
    const entry = entryOf(line, block.starts[index] ?? 0);
    if (list) list.push(entry);
    else entries.set(chain, [entry]);
  }
  return new Map([...entries].map(([chain, list]): [string, Run] => [chain, { entries: list }]));
}

function entryOf(line: CommandLine, start: number): RunEntry {
  const text = line.raw.trim();
  const offset = line.raw.indexOf(text);
  return { rule: line.rule, start: start + offset, end: start + offset + text.length, text, conditions: NO_CONDITIONS };
}

/** Carries out an iptables-save file, whose text begins at the offset `start` of its document. */
export function readSave(uri: string, tree: LineBlocks<Line>, family: AddressFamily, start = 0): SaveContent {
  return new SaveReader(uri, family).read(tree, start);
}

class SaveReader {
  private readonly builder: RulesetBuilder;
  private readonly names: NameScope;
  private readonly problems: Problem[] = [];
  private table: TableName | undefined;
  /** Inside a table that iptables does not know: its lines are not told again. */
  private inUnknownTable = false;
  private toldOutside = false;

  constructor(
    private readonly uri: string,
    family: AddressFamily,
  ) {
    this.builder = new RulesetBuilder(family);
    this.names = new NameScope(uri);
  }

  read(tree: LineBlocks<Line>, start: number): SaveContent {
    for (const [index, block] of tree.blocks.entries()) this.readBlock(block, start + (tree.starts[index] ?? 0));
    this.requireCommit(tree, start);
    const ruleset = this.builder.build();
    return { ruleset, problems: [...this.problems, ...this.names.problems(ruleset)] };
  }

  private readBlock(block: LineBlock<Line>, start: number): void {
    const summary = summaryOf(block, this.builder.family);
    for (const { line, start: offset } of summary.defects) {
      for (const problem of line.problems) this.tell(problem, start + offset);
    }
    if (summary.runs && this.table) this.appendRuns(summary.runs, this.table, start);
    else for (const [i, line] of block.lines.entries()) this.readLine(line, start + (block.starts[i] ?? 0));
  }

  private appendRuns(runs: ReadonlyMap<string, Run>, table: TableName, start: number): void {
    for (const [chain, run] of runs) {
      if (this.builder.append(table, chain, { uri: this.uri, start, run })) continue;
      for (const entry of run.entries)
        this.names.missing(chain, { start: start + entry.start, end: start + entry.end });
    }
  }

  private tell(problem: LineProblem, start: number): void {
    const range = { start: start + problem.start, end: start + problem.end };
    const { code, message, replacement } = problem;
    const fix = replacement === undefined ? {} : { fix: replaceFix(this.uri, range, replacement) };
    this.problems.push({ code, message, uri: this.uri, range, ...fix });
  }

  private refuse(word: { readonly start: number; readonly end: number }, start: number, message: string): void {
    this.tell({ code: 'syntax-error', start: word.start, end: word.end, message }, start);
  }

  private readLine(line: Line, start: number): void {
    switch (line.kind) {
      case 'blank':
      case 'stray':
        return;
      case 'table':
        this.openTable(line.table, start);
        return;
      case 'commit':
        if (!this.table && !this.inUnknownTable)
          this.refuse(wholeLine(line), start, 'COMMIT stands outside of a table');
        this.table = undefined;
        this.inUnknownTable = false;
        return;
      case 'chain':
        if (this.requireTable(line, start)) this.declareChain(line.chain, line.policy, start, line);
        return;
      case 'command':
        if (this.requireTable(line, start)) this.carryOut(line, start);
    }
  }

  private openTable(word: Word, start: number): void {
    if (this.table || this.inUnknownTable) {
      this.refuse(word, start, 'the table in front of this one has no COMMIT');
    }
    const name = word.text.replace(/\r$/, '');
    this.inUnknownTable = !isTableName(name);
    this.table = isTableName(name) ? name : undefined;
    this.names.openTable();
    if (this.table) this.builder.restart(this.table);
  }

  /** Only the first line outside of a table is told: iptables-restore stops there. */
  private requireTable(line: Line, start: number): boolean {
    if (this.table) return true;
    if (!this.inUnknownTable && !this.toldOutside) {
      this.toldOutside = true;
      this.refuse(wholeLine(line), start, 'the line stands outside of a table: a table begins with *filter');
    }
    return false;
  }

  private declareChain(chain: Word, policy: Word | undefined, start: number, line: Line): void {
    const { table, builder } = this;
    if (!table) return;
    const range = { start: start + chain.start, end: start + chain.end };
    const known = builder.has(table, chain.text);
    this.names.declare(chain.text, range);
    if (!known) this.names.define(table, chain.text, range);
    builder.declare(table, chain.text);
    const action = policy?.text.replace(/\r$/, '');
    if (!policy || action === '-') return;
    const refusal = this.apply(line, start, {
      operation: 'policy',
      chain,
      argument: { ...policy, text: action ?? '' },
    });
    if (refusal === 'bad-policy') this.refuse(policy, start, `'${action}' is no policy: ACCEPT or DROP`);
    if (refusal === 'not-built-in') this.refuse(policy, start, 'only built-in chains have a policy; others have -');
  }

  private carryOut(line: CommandLine, start: number): void {
    const { operation, chain, argument, onlyFamily } = line;
    if (!operation || (onlyFamily !== undefined && onlyFamily !== this.builder.family)) return;
    const refusal = this.apply(line, start, { operation, chain, argument });
    if (operation === 'new-chain' && chain && this.table && !refusal) {
      this.names.define(this.table, chain.text, { start: start + chain.start, end: start + chain.end });
    }
    if (!refusal) return;
    const name = chain?.text ?? '';
    const place = chain ?? wholeLine(line);
    if (refusal === 'no-such-chain') {
      this.names.missing(name, { start: start + place.start, end: start + place.end });
    } else this.refuse(argument ?? place, start, refusalText(refusal, name, argument?.text));
  }

  private apply(
    line: Line,
    start: number,
    part: Pick<CommandLine, 'chain' | 'argument'> & { operation: NonNullable<CommandLine['operation']> },
  ): Refusal | undefined {
    const { table } = this;
    if (!table) return undefined;
    const rule = line.kind === 'command' ? line.rule : EMPTY_RULE;
    return this.builder.apply({
      ...part,
      table,
      rule,
      statement: this.statementOf(line, start),
      conditions: NO_CONDITIONS,
    });
  }

  private statementOf(line: Line, start: number): QuotedLine {
    const text = line.raw.trim();
    const from = start + line.raw.indexOf(text);
    return { uri: this.uri, range: { start: from, end: from + text.length }, text };
  }

  private requireCommit(tree: LineBlocks<Line>, start: number): void {
    if (!this.table && !this.inUnknownTable) return;
    const last = tree.blocks.length - 1;
    const end = (tree.starts[last] ?? 0) + (tree.blocks[last]?.text.length ?? 0);
    this.refuse(
      { start: Math.max(0, end - 1), end },
      start,
      'the file ends without COMMIT, so its last table is not applied',
    );
  }
}

const EMPTY_RULE: CommandLine['rule'] = {
  match: [],
  phases: [],
  limit: undefined,
  opaque: [],
  states: [],
  sets: [],
  addressTypes: [],
  action: { kind: 'continue' },
  untracks: false,
  target: undefined,
  goto: false,
  problems: [],
};

function wholeLine(line: Line): { start: number; end: number } {
  const text = line.raw.trim();
  const start = line.raw.indexOf(text);
  return { start, end: start + text.length };
}

export function replaceFix(uri: string, range: { start: number; end: number }, newText: string) {
  return { title: `Write '${newText}'`, edits: [{ uri, range, newText }] };
}

/** What iptables says to a command without effect. */
export function refusalText(refusal: Refusal, chain: string, argument: string | undefined): string {
  switch (refusal) {
    case 'no-such-chain':
      return `the table has no chain '${chain}'`;
    case 'chain-exists':
      return `the table has a chain '${chain}' already`;
    case 'no-such-rule':
      return `the chain '${chain}' has no such rule`;
    case 'bad-number':
      return `the chain '${chain}' has no rule number ${argument ?? ''}`;
    case 'not-built-in':
      return `'${chain}' has no policy, because it is not built in`;
    case 'bad-policy':
      return `'${argument ?? ''}' is no policy: ACCEPT or DROP`;
    case 'built-in':
      return `'${chain}' is built in`;
    case 'in-use':
      return `the chain '${chain}' is not empty`;
  }
}
