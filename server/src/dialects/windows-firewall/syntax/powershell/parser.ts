// Parses a PowerShell script into a tree of statements, limited to the needs of commands with literal arguments.

import { addAll } from '../../../../kept/lists.js';
import type { TextRange } from '../../../../text/range.js';
import { COMMANDS, withoutModule } from '../../vocabulary/commands.js';
import { CMDLET_PARAMETERS } from '../../vocabulary/words.js';
import { readNetsh } from '../netsh.js';
import { scriptsRun } from '../other-scripts.js';
import { DEPTH_LIMIT, type ScriptProblem, type VariableUse } from '../script.js';
import { ChangingCommands } from './changing-commands.js';
import { CmdletReader } from './cmdlets.js';
import { type ExistenceTest, existenceTest, propertyTests } from './conditions.js';
import { executedCommand } from './executors.js';
import { ExpressionParser, type Read } from './expressions.js';
import { SwitchReader } from './switches.js';
import { TokenList } from './token-list.js';
import { isSign } from './tokens.js';
import type {
  Assignment,
  Block,
  CmdletCall,
  Expression,
  OtherStage,
  Pipeline,
  PlacedStatement,
  PowerShellScript,
  Query,
  Stage,
  Statement,
} from './tree.js';
import { ENDS } from './tree.js';

/** Total: unsupported syntax becomes an unknown expression or a stage of another command. */
export function parsePowerShell(text: string): PowerShellScript {
  return new PowerShellParser(text).parse();
}

class PowerShellParser {
  private readonly tokens: TokenList;
  private readonly expressions: ExpressionParser;
  private readonly problems: ScriptProblem[] = [];
  private unreadFrom: TextRange | undefined;
  private blockDepth = 0;
  /** What the `if` that was read last asks for, where its block runs if it is found; and the index after that block. */
  private foundBefore: { readonly query: Query; readonly next: number } | undefined;

  private readonly changes: ChangingCommands;
  private readonly cmdlets: CmdletReader;
  private readonly switches: SwitchReader;

  constructor(private readonly text: string) {
    this.tokens = new TokenList(text);
    this.expressions = new ExpressionParser(this.tokens);
    this.changes = new ChangingCommands(text, this.tokens);
    this.switches = new SwitchReader(this.tokens, this.expressions, (open) => this.readBlock(open));
    this.cmdlets = new CmdletReader(text, this.tokens, this.expressions, this.problems);
  }

  parse(): PowerShellScript {
    const read = this.readStatements(0, this.tokens.all.length);
    const stages = this.unreadFrom ? [] : this.changes.unread();
    const unread: PlacedStatement = { kind: 'pipeline', stages, range: { start: 0, end: 0 } };
    // Where it would run is unknown: before the script may end, or behind a command that resets everything.
    const statements = stages.length > 0 ? [unread, ...read, unread] : read;
    this.reportUnclosedDelimiters();
    const body = { statements, range: { start: 0, end: this.text.length } };
    const { problems, unreadFrom } = this;
    return { language: 'powershell', body, problems, variables: this.variables(), unreadFrom };
  }

  private variables(): VariableUse[] {
    return this.tokens.all.flatMap(({ kind, text, start, end }): VariableUse[] => {
      if (kind !== 'variable' && kind !== 'splat') return [];
      const isAssigned = /^[ \t]*=(?!=)/.test(this.text.slice(end, end + 40));
      return [{ name: text, range: { start, end }, role: isAssigned ? 'definition' : 'reference' }];
    });
  }

  /** PowerShell runs nothing of a script in which a string or a bracket has no end. */
  private reportUnclosedDelimiters(): void {
    const quotationMark = this.tokens.all.find(({ isUnclosed }) => isUnclosed);
    const unclosed = quotationMark ?? this.tokens.unclosedBracket;
    if (!unclosed) return;
    const lineFeed = this.text.indexOf('\n', unclosed.start);
    const range = { start: unclosed.start, end: lineFeed < 0 ? unclosed.end : Math.min(unclosed.end, lineFeed) };
    const message = `${quotationMark ? 'this string' : 'this bracket'} is not closed`;
    this.problems.push({ code: 'syntax-error', range, message });
  }

  private readBlock(open: number): Block {
    const close = this.tokens.closing(open);
    const range = { start: this.tokens.at(open)?.start ?? 0, end: this.tokens.at(close)?.end ?? this.text.length };
    return { statements: this.readStatements(open + 1, close), range };
  }

  private giveUp(at: number): void {
    if (this.unreadFrom) return;
    const { start = 0, end = 0 } = this.tokens.at(at) ?? {};
    this.unreadFrom = { start, end };
    const message = 'blocks are nested too deeply to be read from here';
    this.problems.push({ code: 'unmodelled-statement', range: this.unreadFrom, message });
  }

  private readStatements(from: number, to: number): PlacedStatement[] {
    if (this.blockDepth >= DEPTH_LIMIT) {
      this.giveUp(from - 1);
      return [];
    }
    this.blockDepth++;
    const statements: PlacedStatement[] = [];
    for (let at = from; at < to; ) {
      const token = this.tokens.at(at);
      if (token?.kind === 'newline' || isSign(token, ';', '}')) {
        at++;
        continue;
      }
      const { node, next } = this.readStatement(at, to);
      statements.push({ ...node, range: { start: token?.start ?? 0, end: token?.end ?? 0 } });
      at = Math.max(at + 1, next);
    }
    this.blockDepth--;
    return statements;
  }

  private readStatement(from: number, to: number): Read<Statement> {
    const at = this.parametersAt(from, to) ?? from;
    const assignment = this.readAssignment(at, to);
    if (assignment) return assignment;
    const { kind, text = '' } = this.tokens.at(at) ?? {};
    const keyword = kind === 'word' ? text.toLowerCase() : '';
    switch (keyword) {
      case 'foreach':
        return this.tokens.isSign(at + 1, '(') ? this.readForeach(at, to) : this.readPipeline(at, to);
      case 'break':
      case 'continue':
      case 'exit':
      case 'return':
      case 'throw':
        return this.readEnd(at, to, keyword);
      case 'switch':
        return this.switches.read(at, to) ?? this.readConditional(at, to, keyword);
      case 'if':
      case 'elseif':
      case 'while':
      case 'for':
      case 'else':
      case 'catch':
      case 'trap':
      case 'do':
      case 'function':
      case 'filter':
      case 'workflow':
      case 'default':
        return this.readConditional(at, to, keyword);
      case 'param':
        // What follows on the same line is a statement of its own.
        if (!this.tokens.isSign(at + 1, '(')) return this.readPipeline(at, to);
        return {
          node: this.readPipeline(at, Math.min(this.tokens.closing(at + 1) + 1, to)).node,
          next: this.tokens.closing(at + 1) + 1,
        };
      case 'try':
      case 'finally':
      case 'begin':
      case 'process':
      case 'end': {
        const open = this.tokens.skipNewlines(at + 1, to);
        if (!this.tokens.isSign(open, '{')) return this.readPipeline(at, to);
        return { node: { kind: 'block', body: this.readBlock(open) }, next: this.tokens.closing(open) + 1 };
      }
      default:
        return this.readPipeline(at, to);
    }
  }

  /** The word `param` behind attributes on the same line: `[CmdletBinding()] param( … )`. */
  private parametersAt(from: number, to: number): number | undefined {
    let at = from;
    while (at < to && this.tokens.isSign(at, '[')) at = this.tokens.closingSquareBracket(at) + 1;
    return at > from && /^param$/i.test(this.tokens.at(at)?.text ?? '') && this.tokens.isSign(at + 1, '(')
      ? at
      : undefined;
  }

  private readEnd(at: number, to: number, keyword: keyof typeof ENDS): Read<Statement> {
    const end = this.tokens.statementEnd(at + 1, to);
    const command = end > at + 1 ? this.readPipeline(at + 1, to).node : undefined;
    return { node: { kind: 'end', ends: ENDS[keyword], command }, next: end };
  }

  /** `$a = …`, `[type] $a = …`, `$a, $b = …`, `$a += …`. */
  private readAssignment(at: number, to: number): Read<Assignment> | undefined {
    const names: string[] = [];
    let next = at;
    while (this.tokens.isSign(next, '[')) next = this.tokens.closingSquareBracket(next) + 1;
    for (let token = this.tokens.at(next); token?.kind === 'variable'; token = this.tokens.at(next)) {
      names.push(token.text);
      next++;
      if (this.tokens.isSign(next, ',')) next++;
    }
    const operator = this.tokens.at(next);
    if (names.length === 0 || !operator || next >= to) return undefined;
    if (!isSign(operator, '=')) {
      if (!/^(?:[-+*/%]|\?\?)$/.test(operator.text) || !this.tokens.isSign(next + 1, '=')) return undefined;
      next++;
    }
    const from = next + 1;
    const read = this.expressions.read(from, to, 'expression');
    const end = this.tokens.statementEnd(read.next, to);
    const isWhole = read.next >= end && names.length === 1;
    const command = this.assignedCommand(from, end);
    const value: Expression = isWhole ? read.node : { kind: 'unknown', source: this.tokens.source(from, end) };
    const inner = isWhole ? [] : this.tokens.assignedWithin(from, end);
    return {
      node: { kind: 'assignment', names: [...names, ...inner], operator: operator.text, value, command },
      next: end,
    };
  }

  /** The commands of an assigned value, whose output is the value or a part of it. */
  private assignedCommand(from: number, end: number): Pipeline | undefined {
    if (this.commandName(from) !== undefined || executedCommand(this.text, this.tokens, from, end) !== undefined)
      return this.readPipeline(from, end).node;
    if (this.changes.find(from, end) === undefined) return undefined;
    return { kind: 'pipeline', stages: [...this.innerStages(from, end), this.readOther(from, end)] };
  }

  /** The commands in parentheses within an expression, without those in blocks. What nests too deeply is left unread. */
  private innerStages(at: number, stop: number): readonly Stage[] {
    if (this.blockDepth >= DEPTH_LIMIT) return [];
    this.blockDepth++;
    const stages: Stage[] = [];
    for (let next = at; next < stop; next++) {
      const close = this.tokens.closing(next);
      if (this.tokens.isSign(next, '{')) next = close;
      else if (this.tokens.isSign(next, '(', '$(', '@(') && this.beginsChange(next + 1, close)) {
        const { node, next: end } = this.readPipeline(this.tokens.skipNewlines(next + 1, close), close);
        for (const stage of node.stages) stages.push(stage);
        next = Math.max(next, end - 1);
      }
    }
    this.blockDepth--;
    return stages;
  }

  /** Whether a pipeline begins with a command of the firewall, and one of its commands changes it. */
  private beginsChange(at: number, stop: number): boolean {
    const first = this.tokens.skipNewlines(at, stop);
    const isCommand = this.commandName(first) !== undefined || this.changes.find(first, first + 1) !== undefined;
    return isCommand && this.changes.find(first, stop) !== undefined;
  }

  private readForeach(at: number, to: number): Read<Statement> {
    const open = at + 1;
    const close = Math.min(this.tokens.closing(open), to);
    const variable = this.tokens.at(open + 1);
    const blockOpen = this.tokens.skipNewlines(close + 1, to);
    if (!this.tokens.isSign(blockOpen, '{') || variable?.kind !== 'variable') return this.readPipeline(at, to);
    const read = this.expressions.read(open + 3, close, 'expression');
    const source = this.tokens.source(open + 3, close);
    const items: Expression = read.next >= close ? read.node : { kind: 'unknown', source };
    const body = this.readBlock(blockOpen);
    return {
      node: { kind: 'foreach', variable: variable.text, items, source, body },
      next: this.tokens.closing(blockOpen) + 1,
    };
  }

  private readConditional(at: number, to: number, keyword: string): Read<Statement> {
    const open = this.tokens.openingBrace(at + 1, to);
    if (open === undefined) {
      if (keyword === 'if' || keyword === 'while') this.reportWithoutCondition(at, keyword);
      return this.readPipeline(at, to);
    }
    const isFunction = keyword === 'function' || keyword === 'filter' || keyword === 'workflow';
    // The values of the parameters of a function depend on its calls.
    const parameters = isFunction ? [...this.tokens.variablesWithin(at, open), ...this.parametersOf(open)] : [];
    const assigned = [...this.tokens.assignedWithin(at, open), ...parameters];
    const isLoop = keyword === 'while' || keyword === 'for' || keyword === 'do';
    const before = this.foundBefore;
    const body = this.readBlock(open);
    const condition = this.tokens.source(at, open);
    const next = keyword === 'do' ? this.loopEnd(open, to) : this.tokens.closing(open) + 1;
    const test = keyword === 'if' ? this.existenceTest(at, open) : undefined;
    this.foundBefore = test?.holdsWhere === 'found' ? { query: test.query, next } : undefined;
    const isAfterIf = keyword === 'else' && before && this.tokens.skipNewlines(before.next, at) === at;
    const unlessFound = isAfterIf ? before.query : test?.holdsWhere === 'missing' ? test.query : undefined;
    const common = { kind: 'conditional', condition, isLoop, assigned, body } as const;
    return { node: unlessFound ? { ...common, unlessFound } : common, next };
  }

  /** The index after `do { … } while ( … )` or `until`, whose condition may stand on a line of its own (about_Do). */
  private loopEnd(open: number, to: number): number {
    const end = this.tokens.closing(open) + 1;
    const keyword = this.tokens.skipNewlines(end, to);
    const token = this.tokens.at(keyword);
    const isCondition = token?.kind === 'word' && /^(?:while|until)$/i.test(token.text);
    return isCondition && this.tokens.isSign(keyword + 1, '(') ? this.tokens.closing(keyword + 1) + 1 : end;
  }

  private existenceTest(at: number, brace: number): ExistenceTest | undefined {
    const close = this.tokens.closing(at + 1);
    const isWhole = this.tokens.isSign(at + 1, '(') && this.tokens.skipNewlines(close + 1, brace) === brace;
    return isWhole ? existenceTest(this.tokens, at + 1, close, (from, to) => this.readQuery(from, to)) : undefined;
  }

  private readQuery(from: number, to: number): CmdletCall | undefined {
    const name = this.commandName(from);
    for (let at = from; at < to; at = this.tokens.skip(at)) if (this.tokens.isSign(at, '|')) return undefined;
    return name !== undefined && COMMANDS.get(name)?.operation === 'find' ? this.readCmdlet(name, from, to) : undefined;
  }

  /** PowerShell rejects the whole script (about_If, about_While). */
  private reportWithoutCondition(at: number, keyword: string): void {
    const message = `'${keyword}' needs a condition in parentheses and a block, so PowerShell rejects the script`;
    this.problems.push({ code: 'syntax-error', range: this.tokens.rangeOf(at, at + 1), message });
  }

  /** The variables of `param( … )` in the block that opens at a brace. */
  private parametersOf(open: number): string[] {
    const close = this.tokens.closing(open);
    for (let at = open + 1; at < close; at++) {
      const token = this.tokens.at(at);
      if (token?.kind !== 'word' || token.text.toLowerCase() !== 'param' || !this.tokens.isSign(at + 1, '(')) continue;
      return this.tokens.variablesWithin(at + 1, this.tokens.closing(at + 1));
    }
    return [];
  }

  private readPipeline(at: number, to: number): Read<Pipeline> {
    const end = this.tokens.statementEnd(at, to);
    const stages: Stage[] = [];
    for (let from = at; from < end; ) {
      let stop = from;
      while (stop < end && !this.tokens.isSign(stop, '|')) stop = this.tokens.skip(stop);
      stop = Math.min(stop, end);
      addAll(stages, this.readStage(this.tokens.skipNewlines(from, stop), stop, this.tokens.source(at, from - 1)));
      from = stop + 1;
    }
    return { node: { kind: 'pipeline', stages }, next: end };
  }

  private readStage(at: number, stop: number, source: string): readonly Stage[] {
    const first = this.tokens.at(at);
    if (!first || at >= stop) return [];
    if (first.kind === 'word' && /^(?:foreach-object|foreach|%)$/i.test(first.text)) {
      let open = at + 1;
      while (open < stop && !this.tokens.isSign(open, '{')) open++;
      return open < stop ? [{ kind: 'each', body: this.readBlock(open), source }] : [];
    }
    if (first.kind === 'word' && /^(?:where-object|where|\?)$/i.test(first.text)) {
      const tests = propertyTests(this.tokens, this.expressions, at + 1, stop);
      const other = this.readOther(at, stop);
      return [tests ? { kind: 'where', tests, other } : other];
    }
    const executed = executedCommand(this.text, this.tokens, at, stop);
    if (executed && executed !== 'unread') return [{ kind: 'netsh', netsh: executed }];
    if (executed || this.changes.isUnknown(at, stop))
      return [{ kind: 'unread', range: this.tokens.rangeOf(at, stop) }, this.readOther(at, stop)];
    addAll(this.problems, scriptsRun(this.text, this.tokens.rangeOf(at, stop)));
    const name = this.commandName(at);
    const from = isSign(first, '&') ? at + 1 : at;
    if (name === 'netsh') return this.readNetsh(from, stop);
    if (name !== undefined) return [this.readCmdlet(name, from, stop)];
    return [...this.innerStages(at, stop), this.readOther(at, stop)];
  }

  /** The lower-case name of the command at a token, where it is one that is read. */
  private commandName(at: number): string | undefined {
    const isCalled = this.tokens.isSign(at, '&');
    // `& $netsh advfirewall …`: nothing else has this context.
    const context = this.tokens.at(this.tokens.skip(at + 1));
    if (isCalled && context?.kind === 'word' && /^advfirewall$/i.test(context.text)) return 'netsh';
    const token = this.tokens.at(isCalled ? at + 1 : at);
    if (!token || !(token.kind === 'word' || (isCalled && /^(?:literal|expandable)$/.test(token.kind))))
      return undefined;
    const name = token.text.toLowerCase();
    if (/(?:^|\\)netsh(?:\.exe)?$/.test(name)) return 'netsh';
    const cmdlet = withoutModule(name);
    return CMDLET_PARAMETERS.has(cmdlet) ? cmdlet : undefined;
  }

  private readNetsh(at: number, stop: number): readonly Stage[] {
    this.changes.markRead(at);
    const { start } = this.tokens.rangeOf(at, at + 1);
    const nameEnd = this.tokens.endOf(this.tokens.skip(at));
    const end = this.tokens.endOf(this.tokens.redirectionStart(at, stop));
    const netsh = readNetsh(this.text, { start, nameEnd, end }, '`');
    return netsh ? [{ kind: 'netsh', netsh }] : [];
  }

  private readCmdlet(command: string, at: number, stop: number): CmdletCall {
    this.changes.markRead(at);
    return this.cmdlets.read(command, at, stop);
  }

  private readOther(at: number, stop: number): OtherStage {
    const read = this.expressions.read(at, stop, 'expression');
    const source = this.tokens.source(at, stop);
    const value: Expression = read.next >= stop ? read.node : { kind: 'unknown', source };
    const blocks: { body: Block; source: string }[] = [];
    for (let next = at; next < stop; next++) {
      if (!this.tokens.isSign(next, '{')) continue;
      blocks.push({ body: this.readBlock(next), source: this.tokens.source(at, next) || 'a block' });
      next = this.tokens.closing(next);
    }
    const changed = this.tokens.changedMember(at, stop);
    return {
      kind: 'other',
      value,
      source,
      range: this.tokens.rangeOf(at, stop),
      assigned: this.tokens.assignedWithin(at, stop),
      ...(changed === undefined ? {} : { changed }),
      blocks,
    };
  }
}
