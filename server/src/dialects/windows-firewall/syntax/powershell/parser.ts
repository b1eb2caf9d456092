// Reads a PowerShell script into a tree of statements, as far as commands with literal arguments need it.

import type { TextRange } from '../../../../text/range.js';
import { fullParameterName, isSwitch } from '../../vocabulary/parameters.js';
import { CMDLET_PARAMETERS } from '../../vocabulary/words.js';
import { readNetsh } from '../netsh.js';
import { DEPTH_LIMIT, quotation, type ScriptProblem, type VariableUse } from '../script.js';
import { matchBrackets, type Token, tokenize } from './tokens.js';
import type {
  Assignment,
  Block,
  CmdletArgument,
  CmdletCall,
  Expression,
  OtherStage,
  Pipeline,
  PowerShellScript,
  Stage,
  Statement,
  TableEntry,
} from './tree.js';

/** Total: what is not understood becomes an unknown expression or a stage of its own. */
export function parsePowerShell(text: string): PowerShellScript {
  return new PowerShellParser(text).parse();
}

/** What a parser read, and the index of the token after it. */
interface Read<Node> {
  readonly node: Node;
  readonly next: number;
}

/** Bare words are texts among the arguments of a command and commands everywhere else (*about_Parsing*). */
type Mode = 'argument' | 'expression';

/** How many numbers `1..4096` may stand for. */
const RANGE_LIMIT = 4_096;

class PowerShellParser {
  private readonly tokens: readonly Token[];
  /** For each opening bracket the index of the one that closes it. */
  private readonly closings: ReadonlyMap<number, number>;
  private readonly problems: ScriptProblem[] = [];
  private complete = true;
  private blockDepth = 0;
  private expressionDepth = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
    this.closings = matchBrackets(this.tokens);
  }

  parse(): PowerShellScript {
    const statements = this.readStatements(0, this.tokens.length);
    this.reportUnclosedDelimiters();
    const { text, problems, complete } = this;
    const body = { statements, range: { start: 0, end: text.length } };
    return { language: 'powershell', body, problems, variables: this.variables(), complete };
  }

  private variables(): VariableUse[] {
    return this.tokens.flatMap(({ kind, text, start, end }): VariableUse[] => {
      if (kind !== 'variable' && kind !== 'splat') return [];
      const isAssigned = /^[ \t]*=(?!=)/.test(this.text.slice(end, end + 40));
      return [{ name: text, range: { start, end }, role: isAssigned ? 'definition' : 'reference' }];
    });
  }

  /** PowerShell runs nothing of a script in which a string or a bracket has no end. */
  private reportUnclosedDelimiters(): void {
    const quotationMark = this.tokens.find(({ isUnclosed }) => isUnclosed);
    const bracket = this.tokens.find((token, at) => isOpening(token) && !this.closings.has(at));
    const unclosed = quotationMark ?? bracket;
    if (!unclosed) return;
    const lineFeed = this.text.indexOf('\n', unclosed.start);
    const range = { start: unclosed.start, end: lineFeed < 0 ? unclosed.end : Math.min(unclosed.end, lineFeed) };
    const message = `${quotationMark ? 'this string' : 'this bracket'} is never closed`;
    this.problems.push({ code: 'syntax-error', range, message });
  }

  private readBlock(open: number): Block {
    const close = this.closing(open);
    const range = { start: this.tokens[open]?.start ?? 0, end: this.tokens[close]?.end ?? this.text.length };
    return { statements: this.readStatements(open + 1, close), range };
  }

  private readStatements(from: number, to: number): Statement[] {
    if (this.blockDepth >= DEPTH_LIMIT) {
      const { start = 0, end = 0 } = this.tokens[from - 1] ?? {};
      const message = 'blocks nest too deeply to be read from here';
      if (this.complete) this.problems.push({ code: 'unmodelled-statement', range: { start, end }, message });
      this.complete = false;
      return [];
    }
    this.blockDepth++;
    const statements: Statement[] = [];
    for (let at = from; at < to; ) {
      const token = this.tokens[at];
      if (token?.kind === 'newline' || isSign(token, ';', '}')) {
        at++;
        continue;
      }
      const { node, next } = this.readStatement(at, to);
      if (node) statements.push(node);
      at = Math.max(at + 1, next);
    }
    this.blockDepth--;
    return statements;
  }

  private readStatement(at: number, to: number): Read<Statement | undefined> {
    const assignment = this.readAssignment(at, to);
    if (assignment) return assignment;
    const keyword = this.tokens[at]?.kind === 'word' ? this.tokens[at]?.text.toLowerCase() : undefined;
    switch (keyword) {
      case 'foreach':
        return isSign(this.tokens[at + 1], '(') ? this.readForeach(at, to) : this.readPipeline(at, to);
      case 'if':
      case 'elseif':
      case 'switch':
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
      case 'try':
      case 'finally':
      case 'begin':
      case 'process':
      case 'end': {
        const open = this.skipNewlines(at + 1, to);
        if (!isSign(this.tokens[open], '{')) return this.readPipeline(at, to);
        return { node: { kind: 'block', body: this.readBlock(open) }, next: this.closing(open) + 1 };
      }
      default:
        return this.readPipeline(at, to);
    }
  }

  /** `$a = …`, `[type] $a = …`, `$a, $b = …`, `$a += …`. */
  private readAssignment(at: number, to: number): Read<Assignment> | undefined {
    const names: string[] = [];
    let next = at;
    while (isSign(this.tokens[next], '[')) next = this.closingSquareBracket(next) + 1;
    for (let token = this.tokens[next]; token?.kind === 'variable'; token = this.tokens[next]) {
      names.push(token.text);
      next++;
      if (isSign(this.tokens[next], ',')) next++;
    }
    const operator = this.tokens[next];
    if (names.length === 0 || !operator || next >= to) return undefined;
    if (!isSign(operator, '=')) {
      if (!/^(?:[-+*/%]|\?\?)$/.test(operator.text) || !isSign(this.tokens[next + 1], '=')) return undefined;
      next++;
    }
    const from = next + 1;
    const read = this.readExpression(from, to, 'expression');
    const end = this.statementEnd(read.next, to);
    const isWhole = read.next >= end && names.length === 1;
    const command = this.commandName(from) === undefined ? undefined : this.readPipeline(from, to).node;
    const value: Expression = isWhole ? read.node : { kind: 'unknown', source: this.source(from, end) };
    const inner = isWhole ? [] : this.assignedWithin(from, end);
    return {
      node: { kind: 'assignment', names: [...names, ...inner], operator: operator.text, value, command },
      next: end,
    };
  }

  private readForeach(at: number, to: number): Read<Statement | undefined> {
    const open = at + 1;
    const close = Math.min(this.closing(open), to);
    const variable = this.tokens[open + 1];
    const blockOpen = this.skipNewlines(close + 1, to);
    if (!isSign(this.tokens[blockOpen], '{') || variable?.kind !== 'variable')
      return { node: undefined, next: close + 1 };
    const read = this.readExpression(open + 3, close, 'expression');
    const source = this.source(open + 3, close);
    const items: Expression = read.next >= close ? read.node : { kind: 'unknown', source };
    const body = this.readBlock(blockOpen);
    return {
      node: { kind: 'foreach', variable: variable.text, items, source, body },
      next: this.closing(blockOpen) + 1,
    };
  }

  private readConditional(at: number, to: number, keyword: string): Read<Statement | undefined> {
    const open = this.openingBrace(at + 1, to);
    if (open === undefined) return { node: undefined, next: at + 1 };
    const assigned = this.assignedWithin(at, open);
    // The parameters of a function get their values from whoever calls it.
    const isFunction = keyword === 'function' || keyword === 'filter' || keyword === 'workflow';
    if (isFunction) assigned.push(...this.variablesWithin(at, open), ...this.parametersOf(open));
    const isLoop = keyword === 'while' || keyword === 'for' || keyword === 'do';
    const body = this.readBlock(open);
    const condition = this.source(at, open);
    return { node: { kind: 'conditional', condition, isLoop, assigned, body }, next: this.closing(open) + 1 };
  }

  /** The brace after what stands between a keyword and its block. */
  private openingBrace(at: number, to: number): number | undefined {
    for (let next = at; next < to; next = this.skip(next)) {
      const token = this.tokens[next];
      if (isSign(token, '{')) return next;
      if (isSign(token, ';', '}', ')')) return undefined;
      if (token?.kind !== 'newline') continue;
      const after = this.skipNewlines(next, to);
      return isSign(this.tokens[after], '{') ? after : undefined;
    }
    return undefined;
  }

  /** The variables of `param( … )` in the block that opens at a brace. */
  private parametersOf(open: number): string[] {
    const close = this.closing(open);
    for (let at = open + 1; at < close; at++) {
      const token = this.tokens[at];
      if (token?.kind !== 'word' || token.text.toLowerCase() !== 'param' || !isSign(this.tokens[at + 1], '(')) continue;
      return this.variablesWithin(at + 1, this.closing(at + 1));
    }
    return [];
  }

  private variablesWithin(from: number, to: number): string[] {
    return this.tokens.slice(from, to).flatMap(({ kind, text }) => (kind === 'variable' ? [text] : []));
  }

  private assignedWithin(from: number, to: number): string[] {
    const names: string[] = [];
    for (let at = from; at < to; at++) {
      const token = this.tokens[at];
      if (token?.kind === 'variable' && isSign(this.tokens[at + 1], '=')) names.push(token.text);
    }
    return names;
  }

  private readPipeline(at: number, to: number): Read<Pipeline> {
    const end = this.statementEnd(at, to);
    const stages: Stage[] = [];
    for (let from = at; from < end; ) {
      let stop = from;
      while (stop < end && !isSign(this.tokens[stop], '|')) stop = this.skip(stop);
      stop = Math.min(stop, end);
      stages.push(...this.readStage(this.skipNewlines(from, stop), stop, this.source(at, from - 1)));
      from = stop + 1;
    }
    return { node: { kind: 'pipeline', stages }, next: end };
  }

  private readStage(at: number, stop: number, source: string): readonly Stage[] {
    const first = this.tokens[at];
    if (!first || at >= stop) return [];
    if (first.kind === 'word' && /^(?:foreach-object|foreach|%)$/i.test(first.text)) {
      let open = at + 1;
      while (open < stop && !isSign(this.tokens[open], '{')) open++;
      return open < stop ? [{ kind: 'each', body: this.readBlock(open), source }] : [];
    }
    const name = this.commandName(at);
    // `&` calls what it is given.
    const from = isSign(first, '&') ? at + 1 : at;
    if (name === 'netsh') return this.readNetsh(from, stop);
    return [name === undefined ? this.readOther(at, stop) : this.readCmdlet(name, from, stop)];
  }

  /** The lower-case name of the command at a token, where it is one that is read. */
  private commandName(at: number): string | undefined {
    const isCalled = isSign(this.tokens[at], '&');
    const token = this.tokens[isCalled ? at + 1 : at];
    if (!token || !(token.kind === 'word' || (isCalled && /^(?:literal|expandable)$/.test(token.kind))))
      return undefined;
    const name = token.text.toLowerCase();
    if (/(?:^|\\)netsh(?:\.exe)?$/.test(name)) return 'netsh';
    return CMDLET_PARAMETERS.has(name) ? name : undefined;
  }

  private readNetsh(at: number, stop: number): readonly Stage[] {
    const { start = 0, end: nameEnd = 0 } = this.tokens[at] ?? {};
    const netsh = readNetsh(this.text, { start, nameEnd, end: this.endOf(stop) }, '`');
    return netsh ? [{ kind: 'netsh', netsh }] : [];
  }

  private readCmdlet(command: string, at: number, stop: number): CmdletCall {
    const { start = 0, end = 0 } = this.tokens[at] ?? {};
    const found: CmdletArgument[] = [];
    for (let next = at + 1; next < stop; ) {
      const token = this.tokens[next];
      if (token?.kind === 'parameter') {
        const read = this.readParameter(command, token, next, stop);
        found.push(read.node);
        next = read.next;
      } else if (token?.kind === 'splat') {
        found.push({ kind: 'splat', name: token.text });
        next++;
      } else if (token?.kind === 'newline') next++;
      else {
        const read = this.readExpression(next, stop, 'argument');
        found.push({ kind: 'positional', value: read.node, range: this.rangeOf(next, read.next) });
        next = Math.max(next + 1, read.next);
      }
    }
    const commandRange = { start, end };
    return { kind: 'cmdlet', command, arguments: found, range: { start, end: this.endOf(stop) }, commandRange };
  }

  private readParameter(command: string, token: Token, at: number, stop: number): Read<CmdletArgument> {
    const { text, start, end } = token;
    const full = fullParameterName(command, text);
    if (full === undefined) {
      const message = `this command has no parameter -${text}`;
      this.problems.push({ code: 'syntax-error', range: { start, end }, message });
    }
    const name = full ?? text;
    const following = at + 1 < stop ? this.tokens[at + 1] : undefined;
    const hasValue = following && following.kind !== 'parameter' && following.kind !== 'splat';
    if (!hasValue || (isSwitch(name) && this.text[end - 1] !== ':')) {
      return {
        node: { kind: 'parameter', name, value: { kind: 'text', text: 'true' }, range: { start, end } },
        next: at + 1,
      };
    }
    const read = this.readExpression(at + 1, stop, 'argument');
    const next = Math.max(at + 2, read.next);
    return { node: { kind: 'parameter', name, value: read.node, range: this.rangeOf(at + 1, read.next) }, next };
  }

  private readOther(at: number, stop: number): OtherStage {
    const read = this.readExpression(at, stop, 'expression');
    const source = this.source(at, stop);
    const value: Expression = read.next >= stop ? read.node : { kind: 'unknown', source };
    const blocks: { body: Block; source: string }[] = [];
    for (let next = at; next < stop; next++) {
      if (!isSign(this.tokens[next], '{')) continue;
      blocks.push({ body: this.readBlock(next), source: this.source(at, next) || 'a block' });
      next = this.closing(next);
    }
    return {
      kind: 'other',
      value,
      source,
      range: this.rangeOf(at, stop),
      assigned: this.assignedWithin(at, stop),
      blocks,
    };
  }

  /** Simple values, one or several with commas between them. */
  private readExpression(at: number, to: number, mode: Mode): Read<Expression> {
    if (this.expressionDepth >= DEPTH_LIMIT) {
      return { node: { kind: 'unknown', source: 'a deeply nested expression' }, next: at };
    }
    this.expressionDepth++;
    const items: Expression[] = [];
    let next = at;
    for (;;) {
      const item = this.readSimple(next, to, mode);
      if (!item) break;
      items.push(item.node);
      next = item.next;
      if (next >= to || !isSign(this.tokens[next], ',')) break;
      next = this.skipNewlines(next + 1, to);
    }
    this.expressionDepth--;
    const source = this.source(at, next === at ? to : next);
    const [first, ...others] = items;
    if (!first || isSign(this.tokens[next - 1], ',')) return { node: { kind: 'unknown', source }, next };
    return { node: others.length === 0 ? first : { kind: 'list', items, source }, next };
  }

  private readSimple(at: number, to: number, mode: Mode): Read<Expression> | undefined {
    const token = this.tokens[at];
    if (!token || at >= to) return undefined;
    const joined = this.readJoined(at, to);
    if (joined) return joined;
    const next = at + 1;
    switch (token.kind) {
      case 'literal':
        return { node: { kind: 'text', text: token.text }, next };
      case 'expandable':
        return { node: { kind: 'expandable', text: token.text }, next };
      case 'variable':
        return this.readVariable(token, at, to);
      case 'word':
        return { node: wordExpression(token.text, mode), next };
      case 'sign':
        return this.readCompound(token, at, to, mode);
      default:
        return undefined;
    }
  }

  private readJoined(at: number, to: number): Read<Expression> | undefined {
    const parts: Expression[] = [];
    let next = at;
    for (let token = this.tokens[next]; token && next < to; token = this.tokens[next]) {
      if (next > at && this.tokens[next - 1]?.end !== token.start) break;
      if (token.kind === 'word' || token.kind === 'literal') parts.push({ kind: 'text', text: token.text });
      else if (token.kind === 'expandable') parts.push({ kind: 'expandable', text: token.text });
      else if (token.kind === 'variable') parts.push({ kind: 'variable', name: token.text });
      else break;
      next++;
    }
    return parts.length < 2 ? undefined : { node: { kind: 'joined', parts, source: this.source(at, next) }, next };
  }

  private readVariable({ text, end }: Token, at: number, to: number): Read<Expression> {
    const following = this.tokens[at + 1];
    // An index is computed.
    if (following && at + 1 < to && following.start === end && isSign(following, '[')) {
      const next = this.closingSquareBracket(at + 1) + 1;
      return { node: { kind: 'unknown', source: this.source(at, next) }, next };
    }
    return { node: { kind: 'variable', name: text }, next: at + 1 };
  }

  private readCompound({ text }: Token, at: number, to: number, mode: Mode): Read<Expression> | undefined {
    if (text === '[') {
      // The type of a value changes nothing of what is read here.
      let close = this.closingSquareBracket(at);
      while (isSign(this.tokens[close + 1], '[')) close = this.closingSquareBracket(close + 1);
      return this.readSimple(close + 1, to, mode);
    }
    const next = Math.min(this.closing(at) + 1, Math.max(to, at + 1));
    if (text === '@{') return { node: this.readTable(at + 1, next - 1), next };
    if (text === '(' || text === '@(') return { node: this.readGroup(at, next - 1), next };
    if (text === '$(' || text === '{') return { node: { kind: 'unknown', source: this.source(at, next) }, next };
    return undefined;
  }

  private readGroup(open: number, close: number): Expression {
    const source = this.source(open, close + 1);
    const items: Expression[] = [];
    for (let next = this.skipSeparators(open + 1, close); next < close; ) {
      const read = this.readExpression(next, close, 'expression');
      const after = this.skipSeparators(read.next, close);
      // What follows a value without a separator is an operator or the argument of a command.
      if (read.next <= next || (after === read.next && after < close)) return { kind: 'unknown', source };
      items.push(read.node);
      next = after;
    }
    return { kind: 'group', isArray: this.tokens[open]?.text === '@(', items, source };
  }

  private readTable(from: number, to: number): Expression {
    const entries: TableEntry[] = [];
    for (let at = this.skipSeparators(from, to); at < to; ) {
      const key = this.tokens[at];
      if (!key || !isSign(this.tokens[at + 1], '=')) return { kind: 'unknown', source: '@{…}' };
      const { node, next } = this.readExpression(at + 2, to, 'expression');
      if (next <= at + 2) return { kind: 'unknown', source: '@{…}' };
      entries.push({ key: key.text.toLowerCase(), value: node, range: this.rangeOf(at + 2, next) });
      const after = this.skipSeparators(next, to);
      if (after === next && after < to) return { kind: 'unknown', source: '@{…}' };
      at = after;
    }
    return { kind: 'table', entries };
  }

  private source(from: number, to: number): string {
    return to <= from ? '' : quotation(this.text.slice(this.tokens[from]?.start ?? 0, this.endOf(to)));
  }

  private rangeOf(from: number, to: number): TextRange {
    return { start: this.tokens[from]?.start ?? 0, end: this.endOf(Math.max(to, from + 1)) };
  }

  /** The offset at which the token before an index ends. */
  private endOf(to: number): number {
    return this.tokens[to - 1]?.end ?? this.text.length;
  }

  private skipNewlines(at: number, to: number): number {
    let next = at;
    while (next < to && this.tokens[next]?.kind === 'newline') next++;
    return next;
  }

  private skipSeparators(at: number, to: number): number {
    let next = at;
    while (next < to && (this.tokens[next]?.kind === 'newline' || isSign(this.tokens[next], ';', ','))) next++;
    return next;
  }

  /** The index after a statement: a newline or `;` outside of brackets, unless a pipe or comma joins the lines. */
  private statementEnd(at: number, to: number): number {
    let next = at;
    while (next < to) {
      const token = this.tokens[next];
      if (isSign(token, ';', '}')) break;
      const joinsLines = next > at && isSign(this.tokens[next - 1], '|', ',');
      if (token?.kind === 'newline' && !joinsLines) break;
      next = token?.kind === 'newline' ? this.skipNewlines(next, to) : this.skip(next);
    }
    return Math.min(next, to);
  }

  /** The index after a token, and after everything in it where it opens a bracket. */
  private skip(at: number): number {
    const token = this.tokens[at];
    return token && isOpening(token) ? this.closing(at) + 1 : at + 1;
  }

  /** The index of the bracket that closes the one at `open`; after the last token where none does. */
  private closing(open: number): number {
    return this.closings.get(open) ?? this.tokens.length;
  }

  private closingSquareBracket(open: number): number {
    let at = open;
    while (at < this.tokens.length && !isSign(this.tokens[at], ']') && this.tokens[at]?.kind !== 'newline') at++;
    return at;
  }
}

function wordExpression(text: string, mode: Mode): Expression {
  const [, low, high] = /^(\d{1,5})\.\.(\d{1,5})$/.exec(text) ?? [];
  const [first, last] = [Number(low), Number(high)];
  if (first <= last && last - first < RANGE_LIMIT) {
    const items = Array.from(
      { length: last - first + 1 },
      (_, i): Expression => ({ kind: 'text', text: `${first + i}` }),
    );
    return { kind: 'list', items, source: text };
  }
  return mode === 'argument' || /^\d/.test(text) ? { kind: 'text', text } : { kind: 'unknown', source: text };
}

function isOpening({ kind, text }: Token): boolean {
  return kind === 'sign' && /[({]$/.test(text);
}

function isSign(token: Token | undefined, sign: string, second = sign, third = sign): boolean {
  return token?.kind === 'sign' && (token.text === sign || token.text === second || token.text === third);
}
