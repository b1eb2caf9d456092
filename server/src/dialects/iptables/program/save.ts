// Executes an iptables-save file as iptables-restore does.
import type { LineBlock, LineBlocks } from '../../../kept/line-blocks.js';
import { addTo } from '../../../kept/lists.js';
import { Memo } from '../../../kept/memo.js';
import type { QuotedLine } from '../../../model/evidence.js';
import type { AddressFamily } from '../../../model/ip.js';
import type { Location, TextRange } from '../../../text/range.js';
import type { Problem } from '../../dialect.js';
import { type LineProblem, problemInFile } from '../../shared/line-problem.js';
import { NO_RULE, type Rule } from '../syntax/rule/rule.js';
import type { CommandLine, Line } from '../syntax/tree.js';
import { syntaxError, type Word } from '../syntax/words.js';
import { isTableName, type TableName } from '../vocabulary/words.js';
import { type ChainRule, ChainRun, definitionKey, type NamedRuleset } from './ruleset.js';
import { RulesetBuilder } from './ruleset-builder.js';
import { type Refusal, refusalText, type TableCommand } from './table-command.js';

/** The rule set of an iptables-save file, and what iptables-restore rejects in it. */
export interface SaveContent extends NamedRuleset {
  readonly problems: readonly Problem[];
}

/** The content of a block, independent of its position. */
interface BlockContent {
  readonly parts: readonly BlockPart[];
  /** The lines with problems. */
  readonly defects: readonly PlacedLine[];
  /** The first line that ends with a carriage return. */
  readonly returned: PlacedLine | undefined;
}

/** A line with its offset in its block. */
interface PlacedLine {
  readonly line: Line;
  readonly start: number;
}

/** Lines that follow each other, by their numbers; what they append to each chain, where they do nothing else. */
interface BlockPart {
  readonly from: number;
  readonly to: number;
  readonly runs: ReadonlyMap<string, ChainRun> | undefined;
}

const NO_CONDITIONS: readonly never[] = [];

/** The contents of unchanged blocks. */
const contents = new Memo<LineBlock<Line>, BlockContent>();

function contentOf(block: LineBlock<Line>): BlockContent {
  const { lines, text } = block;
  const hasReturns = text.includes('\r\n');
  const returned = hasReturns ? lines.findIndex(({ raw }) => raw.endsWith('\r\n') && !raw.startsWith('#')) : -1;
  return {
    parts: partsOf(block),
    defects: defectsOf(block),
    returned: returned < 0 ? undefined : linesBetween(block, returned, returned + 1)[0],
  };
}

function defectsOf({ lines, starts }: LineBlock<Line>): readonly PlacedLine[] {
  const found: PlacedLine[] = [];
  lines.forEach((line, i) => {
    if (line.problems.length > 0) found.push({ line, start: starts[i] ?? 0 });
  });
  return found;
}

function linesBetween({ lines, starts }: LineBlock<Line>, from: number, to: number): PlacedLine[] {
  return lines.slice(from, to).map((line, i) => ({ line, start: starts[from + i] ?? 0 }));
}

/** The fewest lines that are kept as runs: each run is searched by itself. */
const RUN_FROM = 16;

function partsOf(block: LineBlock<Line>): BlockPart[] {
  const parts: BlockPart[] = [];
  let from = 0;
  const add = (to: number) => {
    const runs = to - from < RUN_FROM ? undefined : runsOf(block, from, to);
    if (to > from) parts.push({ from, to, runs });
    from = to;
  };
  for (const [i, line] of block.lines.entries()) {
    if (line.kind === 'blank' || appendedTo(line)) continue;
    add(i);
    parts.push({ from: i, to: i + 1, runs: undefined });
    from = i + 1;
  }
  add(block.lines.length);
  return parts;
}

/** The chain that a line appends a rule to, if it does nothing else. */
function appendedTo(line: Line): string | undefined {
  return line.kind === 'command' && line.operation === 'append' ? line.chain?.text : undefined;
}

function runsOf({ lines, starts }: LineBlock<Line>, from: number, to: number): ReadonlyMap<string, ChainRun> {
  const rules = new Map<string, ChainRule[]>();
  for (let i = from; i < to; i++) {
    const line = lines[i];
    const chain = line && appendedTo(line);
    if (line?.kind !== 'command' || line.isSkipped || chain === undefined) continue;
    addTo(rules, chain, new LineRule(line, starts[i] ?? 0));
  }
  return new Map([...rules].map(([chain, list]): [string, ChainRun] => [chain, new ChainRun(list)]));
}

/** The rule of a line that begins at an offset of its block; few of many rules are ever shown. */
class LineRule implements ChainRule {
  readonly start: number;
  readonly end: number;

  constructor(
    private readonly line: CommandLine,
    at: number,
  ) {
    const { raw } = line;
    let [first, last] = [0, raw.endsWith('\n') ? raw.length - 1 : raw.length];
    if (!isMark(raw.charCodeAt(0)) || !isMark(raw.charCodeAt(last - 1))) {
      first = raw.length - raw.trimStart().length;
      last = raw.trimEnd().length;
    }
    this.start = at + first;
    this.end = at + last;
  }

  get rule(): Rule {
    return this.line.rule;
  }

  get text(): string {
    return this.line.raw.trim();
  }

  get conditions(): ChainRule['conditions'] {
    return NO_CONDITIONS;
  }
}

/** Whether a character of ASCII is neither a blank nor a control character. */
function isMark(unit: number): boolean {
  return unit > 32 && unit < 127;
}

/** Executes the lines of an iptables-save file, whose text begins at the offset `start` of its document. */
export function readSave(uri: string, tree: LineBlocks<Line>, family: AddressFamily, start = 0): SaveContent {
  return new SaveReader(uri, family).read(tree, start);
}

class SaveReader {
  private readonly builder: RulesetBuilder;
  private readonly definitions = new Map<string, Location>();
  /** The lines of the current table that declare its chains. */
  private readonly declarations = new Map<string, TextRange>();
  private readonly problems: Problem[] = [];
  private table: TableName | undefined;
  /** Inside a table that iptables does not know: its lines are not reported again. */
  private inUnknownTable = false;
  private reportedOutside = false;

  constructor(
    private readonly uri: string,
    family: AddressFamily,
  ) {
    this.builder = new RulesetBuilder(family);
  }

  read(tree: LineBlocks<Line>, start: number): SaveContent {
    for (const [index, block] of tree.blocks.entries()) this.readBlock(block, start + (tree.starts[index] ?? 0));
    this.refuseReturns(tree, start);
    this.requireCommit(tree, start);
    const { definitions } = this;
    // In the order of the lines, wherever the blocks of a file that is edited end.
    const problems = this.problems.sort((one, other) => one.range.start - other.range.start);
    return { ruleset: this.builder.build(), definitions, problems };
  }

  /** A carriage return would be part of the last word of its line; one line is enough to say so. */
  private refuseReturns({ blocks, starts }: LineBlocks<Line>, start: number): void {
    for (const [index, block] of blocks.entries()) {
      const { returned } = contents.of(block, contentOf);
      if (!returned) continue;
      const message = 'iptables-restore does not read CRLF line ends: save the file with LF alone';
      this.refuse(wholeLine(returned.line), start + (starts[index] ?? 0) + returned.start, message);
      return;
    }
  }

  private readBlock(block: LineBlock<Line>, start: number): void {
    const { parts, defects } = contents.of(block, contentOf);
    for (const { line, start: offset } of defects) {
      for (const problem of line.problems) this.report(problem, start + offset);
    }
    for (const { runs, from, to } of parts) {
      if (runs && this.table && this.hasAll(this.table, runs.keys())) this.appendRuns(runs, this.table, start);
      else for (const { line, start: offset } of linesBetween(block, from, to)) this.readLine(line, start + offset);
    }
  }

  private hasAll(table: TableName, chains: Iterable<string>): boolean {
    for (const chain of chains) if (!this.builder.has(table, chain)) return false;
    return true;
  }

  private appendRuns(runs: ReadonlyMap<string, ChainRun>, table: TableName, start: number): void {
    for (const [chain, run] of runs) this.builder.append(table, chain, { uri: this.uri, start, run });
  }

  private report(problem: LineProblem, start: number): void {
    this.problems.push(problemInFile(this.uri, start, problem));
  }

  private refuse(word: TextRange, start: number, message: string): void {
    this.report(syntaxError(word, message), start);
  }

  /** A command for a chain that does not exist. */
  private reportMissing(chain: string, { start, end }: TextRange, offset: number): void {
    const message = `the table has no chain '${chain}' here: iptables rejects the line`;
    this.report({ code: 'undefined-name', start, end, message }, offset);
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
        if (!this.table && !this.inUnknownTable) this.refuse(wholeLine(line), start, 'COMMIT outside of a table');
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
      this.refuse(word, start, 'the preceding table has no COMMIT');
    }
    const { text } = word;
    this.inUnknownTable = !isTableName(text);
    this.table = isTableName(text) ? text : undefined;
    this.declarations.clear();
    if (this.table) this.builder.restart(this.table);
  }

  /** Only the first line outside of a table is reported: iptables-restore stops there. */
  private requireTable(line: Line, start: number): boolean {
    if (this.table) return true;
    if (!this.inUnknownTable && !this.reportedOutside) {
      this.reportedOutside = true;
      this.refuse(wholeLine(line), start, 'the line is outside of a table: a table begins with a line such as *filter');
    }
    return false;
  }

  private declareChain(chain: Word, policy: Word | undefined, start: number, line: Line): void {
    const { table, builder } = this;
    if (!table) return;
    const range = { start: start + chain.start, end: start + chain.end };
    const earlier = this.declarations.get(chain.text);
    if (earlier) this.reportDeclaredTwice(chain.text, range, earlier);
    else this.declarations.set(chain.text, range);
    if (!builder.has(table, chain.text)) this.define(table, chain.text, range);
    builder.declare(table, chain.text);
    const action = policy?.text;
    if (!policy || action === '-') return;
    const refusal = this.apply(line, start, {
      operation: 'policy',
      chain,
      argument: { ...policy, text: action ?? '' },
    });
    if (refusal === 'bad-policy') this.refuse(policy, start, refusalText(refusal, chain.text, action));
    if (refusal === 'not-built-in')
      this.refuse(policy, start, 'only built-in chains have a policy; write - for other chains');
  }

  private define(table: TableName, chain: string, range: TextRange): void {
    this.definitions.set(definitionKey(table, chain), { uri: this.uri, range });
  }

  /** The second declaration of a chain empties it (`iptables-restore`). */
  private reportDeclaredTwice(chain: string, range: TextRange, earlier: TextRange): void {
    const { uri } = this;
    this.problems.push({
      code: 'duplicate-name',
      uri,
      range,
      message: `the chain '${chain}' is already declared, and this line removes its preceding rules`,
      related: [{ uri, range: earlier, message: `the first declaration of '${chain}'` }],
    });
  }

  private carryOut(line: CommandLine, start: number): void {
    const { operation, chain, argument } = line;
    if (!operation || line.isSkipped) return;
    const refusal = this.apply(line, start, { operation, chain, argument });
    if (operation === 'new-chain' && chain && this.table && !refusal) {
      this.define(this.table, chain.text, { start: start + chain.start, end: start + chain.end });
    }
    if (!refusal) return;
    const name = chain?.text ?? '';
    const range = chain ?? wholeLine(line);
    if (refusal === 'no-such-chain') this.reportMissing(name, range, start);
    else this.refuse(argument ?? range, start, refusalText(refusal, name, argument?.text));
  }

  private apply(
    line: Line,
    start: number,
    part: Pick<TableCommand, 'operation' | 'chain' | 'argument'>,
  ): Refusal | undefined {
    const { table } = this;
    if (!table) return undefined;
    const rule = line.kind === 'command' ? line.rule : NO_RULE;
    return this.builder.apply({
      table,
      rule,
      statement: this.statementOf(line, start),
      conditions: NO_CONDITIONS,
      ...part,
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

function wholeLine(line: Line): TextRange {
  const text = line.raw.trim();
  const start = line.raw.indexOf(text);
  return { start, end: start + text.length };
}
