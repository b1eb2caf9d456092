import { LITERAL_DOLLAR, type Token, tokenize } from '../syntax/powershell-tokens.js';
import { CMDLETS, fullParameterName, isSwitch } from '../vocabulary/parameters.js';
import {
  type Argument,
  INVOCATION_LIMIT,
  type Invocation,
  type Script,
  type ScriptProblem,
  type Value,
  type VariableUse,
} from './invocation.js';
import { readNetshArguments } from './netsh.js';

/** How deep blocks and expressions may nest before their content is passed over. */
const DEPTH_LIMIT = 64;

/** How many statements are followed, each once for every turn of the loops around it. */
const STATEMENT_LIMIT = 100_000;

/**
 * Reads a script without running it. Literal values, variables with one value, loops over literal lists and tables with
 * literal entries are followed; what stands under a condition or is computed is marked as such.
 */
export function readPowerShell(text: string): Script {
  return new ScriptReader(text).read();
}

type Scope = Map<string, Value>;

class ScriptReader {
  private readonly tokens: readonly Token[];
  private readonly invocations: Invocation[] = [];
  private readonly problems: ScriptProblem[] = [];
  private readonly variables: VariableUse[] = [];
  /** How many blocks, and how many expressions, are open. */
  private depth = 0;
  private nesting = 0;
  private statements = 0;
  /** For each opening bracket the index of the one that closes it. */
  private readonly closings: ReadonlyMap<number, number>;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
    this.closings = matchBrackets(this.tokens);
  }

  read(): Script {
    for (const { kind, text, start, end } of this.tokens) {
      if (kind === 'variable' || kind === 'splat') {
        this.variables.push({
          name: text,
          range: { start, end },
          role: this.isAssigned(end) ? 'definition' : 'reference',
        });
      }
    }
    this.block(0, this.tokens.length, new Map(), []);
    if (!this.hasWorkLeft()) {
      const message = 'the loops of this script come to too many statements: what is behind them was not read';
      this.problems.push({ code: 'unmodelled-statement', range: { start: 0, end: 0 }, message });
    }
    this.tellOfWhatIsOpen();
    const { invocations, problems, variables } = this;
    return { language: 'powershell', invocations, problems, variables, complete: this.hasWorkLeft() };
  }

  /** PowerShell runs nothing of a script in which a string or a bracket has no end. */
  private tellOfWhatIsOpen(): void {
    const tell = ({ start, end }: Token, what: string) => {
      const lineFeed = this.text.indexOf('\n', start);
      const range = { start, end: lineFeed < 0 ? end : Math.min(end, lineFeed) };
      this.problems.push({ code: 'syntax-error', range, message: `${what} is never closed` });
    };
    const quotation = this.tokens.find(({ isOpen }) => isOpen);
    if (quotation) tell(quotation, 'this string');
    const bracket = this.tokens.find((token, at) => isOpening(token) && !this.closings.has(at));
    if (!quotation && bracket) tell(bracket, 'this bracket');
  }

  private isAssigned(end: number): boolean {
    return /^[ \t]*=(?!=)/.test(this.text.slice(end, end + 40));
  }

  /** Runs through the statements between two tokens. */
  private block(from: number, to: number, scope: Scope, conditions: readonly string[]): void {
    if (this.depth >= DEPTH_LIMIT) return;
    this.depth++;
    let at = from;
    while (at < to && this.hasWorkLeft()) {
      const token = this.tokens[at];
      if (!token) break;
      if (token.kind === 'newline' || isSign(token, ';') || isSign(token, '}')) at++;
      else at = Math.max(at + 1, this.statement(at, to, scope, conditions));
    }
    this.depth--;
  }

  private hasWorkLeft(): boolean {
    return this.statements < STATEMENT_LIMIT && this.invocations.length < INVOCATION_LIMIT;
  }

  /** Reads one statement; returns the index behind it. */
  private statement(at: number, to: number, scope: Scope, conditions: readonly string[]): number {
    this.statements++;
    const token = this.tokens[at];
    if (token?.kind === 'variable' && isSign(this.tokens[at + 1], '='))
      return this.assignment(at, to, scope, conditions);
    if (token?.kind !== 'word') return this.pipeline(at, to, scope, conditions);
    switch (token.text.toLowerCase()) {
      case 'foreach':
        return isSign(this.tokens[at + 1], '(')
          ? this.loop(at, scope, conditions)
          : this.pipeline(at, to, scope, conditions);
      case 'if':
      case 'elseif':
      case 'while':
      case 'for':
      case 'switch':
        return this.conditional(at, scope, conditions);
      case 'else':
      case 'catch':
      case 'trap':
      case 'do':
      case 'function':
      case 'filter':
      case 'workflow':
      case 'default':
        return this.namedBlock(at, scope, conditions);
      case 'try':
      case 'finally':
      case 'begin':
      case 'process':
      case 'end': {
        const open = this.nextSign(at + 1, '{');
        if (open === undefined) return at + 1;
        const close = this.closing(open);
        this.block(open + 1, close, scope, conditions);
        return close + 1;
      }
      default:
        return this.pipeline(at, to, scope, conditions);
    }
  }

  private assignment(at: number, to: number, scope: Scope, conditions: readonly string[]): number {
    const name = this.tokens[at]?.text ?? '';
    const value = this.expression(at + 2, to, scope);
    const end = this.statementEnd(value.next, to);
    // Under a condition the variable may keep another value.
    const sure = value.next >= end && conditions.length === 0;
    const written = this.slice(at + 2, end);
    // A command may stand on the right: its output is the value, and it runs all the same.
    const first = this.tokens[at + 2];
    if (first?.kind === 'word' && this.isCommand(first)) this.pipeline(at + 2, to, scope, conditions);
    scope.set(name, sure ? value.value : { kind: 'unknown', text: written });
    return end;
  }

  private loop(at: number, scope: Scope, conditions: readonly string[]): number {
    const open = at + 1;
    const close = this.closing(open);
    const variable = this.tokens[open + 1];
    const blockOpen = this.nextSign(close + 1, '{');
    if (blockOpen === undefined || variable?.kind !== 'variable') return close + 1;
    const blockClose = this.closing(blockOpen);
    const value = this.expression(open + 3, close, scope);
    const items = value.next >= close ? itemsOf(value.value) : undefined;
    this.repeat(variable.text, items, this.slice(open + 3, close), blockOpen + 1, blockClose, scope, conditions);
    return blockClose + 1;
  }

  private repeat(
    variable: string,
    items: readonly Value[] | undefined,
    written: string,
    from: number,
    to: number,
    scope: Scope,
    conditions: readonly string[],
  ): void {
    if (!items) {
      const inner = new Map(scope).set(variable, { kind: 'unknown', text: written });
      this.block(from, to, inner, [...conditions, `for each of ${written}`]);
      return;
    }
    for (const item of items) {
      if (!this.hasWorkLeft()) return;
      scope.set(variable, item);
      this.block(from, to, scope, conditions);
    }
  }

  private conditional(at: number, scope: Scope, conditions: readonly string[]): number {
    const open = this.nextSign(at + 1, '(');
    if (open === undefined) return at + 1;
    const close = this.closing(open);
    const blockOpen = this.nextSign(close + 1, '{');
    if (blockOpen === undefined) return close + 1;
    const blockClose = this.closing(blockOpen);
    const keyword = this.tokens[at]?.text.toLowerCase() ?? '';
    const condition = `${keyword} ${this.slice(open, close + 1)}`;
    this.block(blockOpen + 1, blockClose, new Map(scope), [...conditions, condition]);
    this.forgetAssigned(blockOpen + 1, blockClose, scope);
    return blockClose + 1;
  }

  /** `else`, `catch`, `function NAME`: a block that may run, under circumstances that are not followed. */
  private namedBlock(at: number, scope: Scope, conditions: readonly string[]): number {
    const open = this.nextSign(at + 1, '{');
    if (open === undefined) return at + 1;
    const close = this.closing(open);
    const name = this.slice(at, open);
    const inner = new Map(scope);
    // The parameters of a function get their values from whoever calls it.
    for (const token of this.tokens.slice(at, open))
      if (token.kind === 'variable') inner.set(token.text, UNKNOWN(`$${token.text}`));
    for (let i = open + 1; i < close; i++) {
      const token = this.tokens[i];
      if (token?.kind === 'word' && token.text.toLowerCase() === 'param' && isSign(this.tokens[i + 1], '(')) {
        const end = this.closing(i + 1);
        for (const own of this.tokens.slice(i, end))
          if (own.kind === 'variable') inner.set(own.text, UNKNOWN(`$${own.text}`));
        break;
      }
    }
    this.block(open + 1, close, inner, [...conditions, name]);
    this.forgetAssigned(open + 1, close, scope);
    return close + 1;
  }

  private forgetAssigned(from: number, to: number, scope: Scope): void {
    for (let i = from; i < to; i++) {
      const token = this.tokens[i];
      if (token?.kind === 'variable' && isSign(this.tokens[i + 1], '='))
        scope.set(token.text, UNKNOWN(`$${token.text}`));
    }
  }

  /** Commands joined by `|`; returns the index behind the last. */
  private pipeline(at: number, to: number, scope: Scope, conditions: readonly string[]): number {
    const end = this.statementEnd(at, to);
    let from = at;
    let input: Invocation | undefined;
    let items: readonly Value[] | undefined;
    while (from < end) {
      let stop = from;
      while (stop < end && !isSign(this.tokens[stop], '|')) stop = this.skip(stop);
      const first = this.tokens[from];
      const name = first?.text.toLowerCase() ?? '';
      if (first?.kind === 'word' && (name === 'foreach-object' || name === '%' || name === 'foreach')) {
        const open = this.nextSign(from + 1, '{');
        if (open !== undefined && open < stop) {
          this.repeat('_', items, this.slice(at, from), open + 1, this.closing(open), scope, conditions);
        }
      } else if (first?.kind === 'word' && this.isCommand(first)) {
        input = this.command(from, Math.min(stop, end), scope, conditions, input);
      } else {
        const value = this.expression(from, stop, scope);
        items = value.next >= stop ? itemsOf(value.value) : undefined;
        this.nestedBlocks(from, stop, scope, conditions);
        input = this.computedInput(from, stop, input);
      }
      from = stop + 1;
    }
    return end;
  }

  /** What a part of a pipeline hands on that is not followed: some of what it was given, or something computed. */
  private computedInput(from: number, stop: number, given: Invocation | undefined): Invocation {
    const { parameters = new Map<string, Argument>(), command = '', conditions = [] } = given ?? {};
    const range = { start: this.tokens[from]?.start ?? 0, end: this.tokens[stop - 1]?.end ?? 0 };
    const unknown = [`what '${this.slice(from, stop)}' hands on`];
    return { command, parameters, range, commandRange: range, conditions, unknown, input: given?.input };
  }

  /** Blocks that another command is given (`Invoke-Command { … }`): whether and where they run is not known. */
  private nestedBlocks(from: number, to: number, scope: Scope, conditions: readonly string[]): void {
    for (let at = from; at < to; at++) {
      if (!isSign(this.tokens[at], '{')) continue;
      const close = this.closing(at);
      this.block(at + 1, Math.min(close, to), new Map(scope), [
        ...conditions,
        this.slice(from, at).trim() || 'a block',
      ]);
      at = close;
    }
  }

  private isCommand(token: Token): boolean {
    const name = commandName(token.text);
    return CMDLETS.has(name) || name === 'netsh';
  }

  private command(
    from: number,
    to: number,
    scope: Scope,
    conditions: readonly string[],
    input: Invocation | undefined,
  ): Invocation | undefined {
    const first = this.tokens[from];
    const last = this.tokens[to - 1];
    if (!first || !last) return undefined;
    const name = commandName(first.text);
    const range = { start: first.start, end: last.end };
    if (name === 'netsh') {
      const expand = (text: string) => this.expand(text, scope);
      const netsh = readNetshArguments(this.text, first.end, last.end, expand, '`');
      if (!netsh) return undefined;
      const commandRange = { start: first.start, end: netsh.nameEnd };
      this.invocations.push({ ...netsh, range, commandRange, conditions, unknown: [], input: undefined });
      return undefined;
    }
    const parameters = new Map<string, Argument>();
    const unknown: string[] = [];
    let at = from + 1;
    while (at < to) {
      const token = this.tokens[at];
      if (!token) break;
      if (token.kind === 'parameter') at = this.parameter(name, at, to, scope, parameters);
      else if (token.kind === 'splat') {
        const table = scope.get(token.text);
        if (table?.kind === 'table') {
          for (const [key, argument] of table.entries) parameters.set(fullParameterName(name, key) ?? key, argument);
        } else unknown.push(`@${token.text}`);
        at++;
      } else if (token.kind === 'newline') at++;
      else {
        // A value without a name is the name of the rule, where a rule is looked for.
        const value = this.expression(at, to, scope);
        if (!name.startsWith('new-')) parameters.set('name', this.argument(at, value.next, value.value));
        at = Math.max(at + 1, value.next);
      }
    }
    const commandRange = { start: first.start, end: first.end };
    const invocation = { command: name, parameters, range, commandRange, conditions, unknown, input };
    if (name.startsWith('get-')) return invocation;
    this.invocations.push(invocation);
    return undefined;
  }

  private parameter(command: string, at: number, to: number, scope: Scope, parameters: Map<string, Argument>): number {
    const token = this.tokens[at];
    if (!token) return at + 1;
    const full = fullParameterName(command, token.text);
    if (full === undefined) {
      const range = { start: token.start, end: token.end };
      this.problems.push({ code: 'syntax-error', range, message: `this command has no parameter -${token.text}` });
    }
    const name = full ?? token.text;
    const next = this.tokens[at + 1];
    const hasValue = at + 1 < to && next && next.kind !== 'parameter' && next.kind !== 'splat' && !isSign(next, '|');
    if (!hasValue || (isSwitch(name) && this.text[token.end - 1] !== ':')) {
      parameters.set(name, { value: { kind: 'text', text: 'true' }, range: { start: token.start, end: token.end } });
      return at + 1;
    }
    const value = this.expression(at + 1, to, scope);
    parameters.set(name, this.argument(at + 1, value.next, value.value));
    return Math.max(at + 2, value.next);
  }

  private argument(from: number, next: number, value: Value): Argument {
    const [first, last] = [this.tokens[from], this.tokens[Math.max(from, next - 1)]];
    return { value, range: { start: first?.start ?? 0, end: last?.end ?? first?.end ?? 0 } };
  }

  /** Simple values, one or several with commas between them. */
  private expression(at: number, to: number, scope: Scope): { value: Value; next: number } {
    if (this.nesting >= DEPTH_LIMIT) return { value: UNKNOWN('a deeply nested expression'), next: at };
    this.nesting++;
    const read = this.commaList(at, to, scope);
    this.nesting--;
    return read;
  }

  private commaList(at: number, to: number, scope: Scope): { value: Value; next: number } {
    const items: Value[] = [];
    let next = this.skipNewlines(at, at);
    for (;;) {
      const item = this.simple(next, to, scope);
      if (!item) break;
      items.push(item.value);
      next = item.next;
      if (!isSign(this.tokens[next], ',') || next >= to) break;
      next = this.skipNewlines(next + 1, to);
    }
    const [first, ...others] = items;
    if (!first) return { value: UNKNOWN(this.slice(at, to)), next: at };
    return { value: others.length === 0 ? first : { kind: 'list', items }, next };
  }

  private simple(at: number, to: number, scope: Scope): { value: Value; next: number } | undefined {
    const token = this.tokens[at];
    if (!token || at >= to) return undefined;
    const joined = this.joined(at, to, scope);
    if (joined) return joined;
    switch (token.kind) {
      case 'literal':
        return { value: { kind: 'text', text: token.text }, next: at + 1 };
      case 'expandable':
        return { value: this.expand(token.text, scope), next: at + 1 };
      case 'variable':
        return this.variable(token, at, to, scope);
      case 'word': {
        const range = /^(\d{1,5})\.\.(\d{1,5})$/.exec(token.text);
        const [low, high] = [Number(range?.[1]), Number(range?.[2])];
        if (range && low <= high && high - low < 4096) {
          const items = Array.from({ length: high - low + 1 }, (_, i): Value => ({ kind: 'text', text: `${low + i}` }));
          return { value: { kind: 'list', items }, next: at + 1 };
        }
        return { value: { kind: 'text', text: token.text }, next: at + 1 };
      }
      case 'sign':
        return this.compound(token, at, to, scope);
      default:
        return undefined;
    }
  }

  /** Pieces without space between them are one word: `$Prefix-Web`, `10.0.0.0/"8"`. */
  private joined(at: number, to: number, scope: Scope): { value: Value; next: number } | undefined {
    let next = at;
    let text = '';
    let sure = true;
    for (let token = this.tokens[next]; token && next < to; token = this.tokens[next]) {
      if (next > at && this.tokens[next - 1]?.end !== token.start) break;
      if (token.kind === 'word' || token.kind === 'literal') text += token.text;
      else if (token.kind === 'variable' || token.kind === 'expandable') {
        const value = token.kind === 'variable' ? constant(token.text, scope) : this.expand(token.text, scope);
        if (value.kind === 'text') text += value.text;
        else sure = false;
      } else break;
      next++;
    }
    if (next < at + 2) return undefined;
    return { value: sure ? { kind: 'text', text } : UNKNOWN(this.slice(at, next)), next };
  }

  private variable(token: Token, at: number, to: number, scope: Scope): { value: Value; next: number } {
    const next = this.tokens[at + 1];
    // An index or a member is computed.
    if (next && at + 1 < to && next.start === token.end && isSign(next, '[')) {
      const close = this.closingBracket(at + 1);
      return { value: UNKNOWN(this.slice(at, close + 1)), next: close + 1 };
    }
    return { value: constant(token.text, scope), next: at + 1 };
  }

  private compound(token: Token, at: number, to: number, scope: Scope): { value: Value; next: number } | undefined {
    if (token.text === '[') {
      // A type in front of a value changes nothing of what is read here.
      let close = this.closingBracket(at);
      while (isSign(this.tokens[close + 1], '[')) close = this.closingBracket(close + 1);
      return this.simple(close + 1, to, scope);
    }
    if (token.text === '@{') {
      const close = this.closing(at);
      return { value: this.table(at + 1, close, scope), next: close + 1 };
    }
    if (token.text !== '(' && token.text !== '@(') return undefined;
    const close = this.closing(at);
    const items: Value[] = [];
    let next = at + 1;
    while (next < close) {
      next = this.skipSeparators(next, close);
      if (next >= close) break;
      const item = this.expression(next, close, scope);
      if (item.next <= next) return { value: UNKNOWN(this.slice(at, close + 1)), next: close + 1 };
      items.push(...(itemsOf(item.value) ?? [item.value]));
      next = item.next;
    }
    const [first, ...others] = items;
    if (token.text === '(' && first && others.length === 0) return { value: first, next: close + 1 };
    return { value: { kind: 'list', items }, next: close + 1 };
  }

  private table(from: number, to: number, scope: Scope): Value {
    const entries = new Map<string, Argument>();
    let at = from;
    while (at < to) {
      at = this.skipSeparators(at, to);
      const key = this.tokens[at];
      if (!key || at >= to) break;
      if (!isSign(this.tokens[at + 1], '=')) return UNKNOWN('@{…}');
      const value = this.expression(at + 2, to, scope);
      if (value.next <= at + 2) return UNKNOWN('@{…}');
      entries.set(key.text.toLowerCase(), this.argument(at + 2, value.next, value.value));
      at = value.next;
    }
    return { kind: 'table', entries };
  }

  /** Replaces variables in a text; unknown where one of them is, or where an expression stands in it. */
  private expand(text: string, scope: Scope): Value {
    let sure = true;
    const expanded = text.replace(/\$(?:\{([^}]*)\}|(\w+)|\()/g, (whole, braced?: string, plain?: string) => {
      const name = (braced ?? plain ?? '').toLowerCase();
      const value = name === '' ? UNKNOWN(whole) : constant(name, scope);
      if (value.kind === 'text') return value.text;
      sure = false;
      return whole;
    });
    return sure ? { kind: 'text', text: expanded.replaceAll(LITERAL_DOLLAR, '$') } : UNKNOWN(text);
  }

  private slice(from: number, to: number): string {
    const [first, last] = [this.tokens[from], this.tokens[to - 1]];
    if (!first || !last || to <= from) return '';
    return this.text.slice(first.start, last.end).replace(/\s+/g, ' ').slice(0, 120);
  }

  private skipNewlines(at: number, to: number): number {
    let next = at;
    while (next < to && this.tokens[next]?.kind === 'newline') next++;
    return next;
  }

  private skipSeparators(at: number, to: number): number {
    let next = at;
    while (next < to) {
      const token = this.tokens[next];
      if (token?.kind !== 'newline' && !isSign(token, ';') && !isSign(token, ',')) break;
      next++;
    }
    return next;
  }

  private nextSign(at: number, sign: string): number | undefined {
    for (let next = at; next < this.tokens.length; next++) if (isSign(this.tokens[next], sign)) return next;
    return undefined;
  }

  /** The index behind the statement at `at`: a newline or `;` outside of brackets, unless a pipe or comma joins the lines. */
  private statementEnd(at: number, to: number): number {
    let next = at;
    while (next < to) {
      const token = this.tokens[next];
      if (!token || isSign(token, ';') || isSign(token, '}')) break;
      if (token.kind === 'newline') {
        const before = this.tokens[next - 1];
        if (next > at && (isSign(before, '|') || isSign(before, ','))) {
          next++;
          continue;
        }
        break;
      }
      next = this.skip(next);
    }
    return Math.min(next, to);
  }

  /** The index behind a token, and behind everything in it where it opens a bracket. */
  private skip(at: number): number {
    const token = this.tokens[at];
    return token && /^(?:[({]|@[({]|\$\()$/.test(token.text) && token.kind === 'sign' ? this.closing(at) + 1 : at + 1;
  }

  /** The index of the bracket that closes the one at `open`; behind the last token where none does. */
  private closing(open: number): number {
    return this.closings.get(open) ?? this.tokens.length;
  }

  private closingBracket(open: number): number {
    let at = open;
    while (at < this.tokens.length && !isSign(this.tokens[at], ']') && this.tokens[at]?.kind !== 'newline') at++;
    return at;
  }
}

function matchBrackets(tokens: readonly Token[]): Map<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ kind, text }, at) => {
    if (kind !== 'sign') return;
    if (/[({]$/.test(text)) open.push(at);
    else if (text === ')' || text === '}') {
      const opening = open.pop();
      if (opening !== undefined) closings.set(opening, at);
    }
  });
  return closings;
}

function isOpening({ kind, text }: Token): boolean {
  return kind === 'sign' && /[({]$/.test(text);
}

const UNKNOWN = (text: string): Value => ({ kind: 'unknown', text });

/** The value of a variable that the script has set to a constant. */
function constant(name: string, scope: Scope): Value {
  if (name === 'true' || name === 'false') return { kind: 'text', text: name };
  return scope.get(name) ?? UNKNOWN(`$${name}`);
}

function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items;
  return value.kind === 'unknown' ? undefined : [value];
}

function commandName(text: string): string {
  const name = text.toLowerCase();
  return /(?:^|\\)netsh(?:\.exe)?$/.test(name) ? 'netsh' : name;
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}
