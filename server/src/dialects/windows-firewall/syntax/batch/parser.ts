// Parses a batch file into a tree: `set`, `if`, `for`, blocks and commands of netsh; other commands are skipped.

import { addAll } from '../../../../kept/lists.js';
import { endOfLine } from '../../../../text/lines.js';
import type { TextRange } from '../../../../text/range.js';
import { CHANGING_WITHIN, changesElsewhere } from '../../vocabulary/commands.js';
import { type NetshCommand, readNetsh } from '../netsh.js';
import { scriptsRun } from '../other-scripts.js';
import { BATCH, RegistryKeys } from '../registry-keys.js';
import { DEPTH_LIMIT, quotation, type ScriptProblem, type VariableUse } from '../script.js';
import type { BatchScript, BatchStatement } from './tree.js';

/** Total: unsupported syntax is skipped like a command that does not affect the firewall. */
export function parseBatch(text: string): BatchScript {
  return new BatchParser(text).parse();
}

const BLANKS = /(?:[ \t@]|\^\r?\n)+/y;
const BLANK_LINES = /(?:[\s;,@]|\^\r?\n)+/y;
const REMARK = /rem\b|::?/iy;
const SET = /set[ \t]+(?=\S)/iy;
/** `call set` replaces variables twice. */
const SET_TWICE = /call[ \t]+set[ \t]+(?=\S)/iy;
const LOCAL = /(setlocal|endlocal)\b[^\r\n&|()]*/iy;
const SCRIPT = /^@?call[ \t]+(?!:|set\b|netsh\b|start\b|powershell\b|pwsh\b|echo\b)\S/i;
const ASSIGNMENT = /^(\/p\s+)?(")?([\w.$#@-]+)=([^\r\n]*)$/i;
const COMPUTED = /^\/a\s/i;
/** What `set /a` changes: `a=…`, `a+=…`, also behind commas. */
const COMPUTED_NAMES = /([A-Za-z_][\w.$#@]*)\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)/g;
const IF = /if[ \t]+/iy;
const ELSE = /else\b/iy;
const FOR = /for[ \t]+(\/[dflr]\s[^%\r\n]*)?%%?(\w)\s+in\s+\(/iy;
const DO = /\)\s+do\b/iy;
const EXIT = /exit\b[^\r\n&|()]*/iy;
/** What follows the name of a label is ignored (*goto*). */
const GOTO = /goto(?:[ \t]*:[ \t]*|[ \t]+)([^\s:;,=+&|()]+)[^\r\n&|()]*/iy;
const CALL = /call[ \t]+:[ \t]*([^\s:;,=+&|()]+)[^\r\n&|()]*/iy;
const LABEL = /:(?!:)[ \t]*([^\s:;,=+&|]+)[^\r\n]*/y;
/** Also by its path, and behind `call`, `start` and `cmd /c`. */
const NETSH =
  /(?:(?:call|start(?:[ \t]+(?:\/\w+|"[^"\r\n]*"))*|cmd(?:\.exe)?[ \t]+\/[ck])[ \t]+)?(?:"[^"\r\n]*\\netsh(?:\.exe)?"|(?:[^\s"&|<>()=]*\\)?netsh(?:\.exe)?)(?=[ \t])/iy;
const NETSH_WITHIN = /\bnetsh(?:\.exe)?"?(?=\s+(?:advfirewall|firewall|ipsec)\b)/i;
const JOINT = /[ \t\r]*(&&?|\|\|?)/y;
const REDIRECTIONS = /(?:[ \t]*\d?>>?[ \t]*(?:&\d|[^\s&|()<>]+))+/y;
const PRINTS = /^[ \t@]*echo\b/i;
const UNARY = /^(?:exist|defined|errorlevel|cmdextversion)$/i;
const COMPARISON = /^(?:equ|neq|lss|leq|gtr|geq)$/i;

class BatchParser {
  private at = 0;
  private depth = 0;
  /** How many parentheses are open. */
  private blocks = 0;
  /** A closing parenthesis without another one between an earlier offset and it. */
  private parenthesis = -1;
  private unreadFrom: TextRange | undefined;
  private readonly problems: ScriptProblem[] = [];

  private readonly keys: RegistryKeys;

  constructor(private readonly text: string) {
    this.keys = new RegistryKeys(text, BATCH);
  }

  parse(): BatchScript {
    const statements = this.readLines();
    const { problems, unreadFrom } = this;
    return { language: 'batch', statements, problems, variables: variablesOf(this.text), unreadFrom };
  }

  /** Reads lines up to the parenthesis that closes the block around them, or to the end. */
  private readLines(): BatchStatement[] {
    const statements: BatchStatement[] = [];
    for (;;) {
      this.take(BLANK_LINES);
      if (this.at >= this.text.length || this.isAtBlockEnd()) return statements;
      for (const statement of this.readLine()) statements.push(statement);
    }
  }

  /** Reads commands up to the end of their line or block, or up to an `else` after a block. */
  private readLine(): BatchStatement[] {
    if (this.depth >= DEPTH_LIMIT) return this.giveUp();
    this.depth++;
    const statements: BatchStatement[] = [];
    for (let isFirst = true, joint: string | undefined = ''; joint !== undefined; isFirst = false) {
      this.take(BLANKS);
      if (this.isAtLineEnd() || this.isAtBlockEnd()) break;
      const start = this.at;
      const read = this.readCommand(isFirst && this.depth === 1);
      // What follows `&&` runs where the command in front of it succeeds, which only a jump has to know.
      const isJump = joint === '&&' && read[0]?.kind === 'jump';
      if (isJump) statements.push({ kind: 'conditional', condition: '&&', body: read, range: { start, end: this.at } });
      else for (const statement of read) statements.push(statement);
      const command = this.text.slice(start, this.at).trim();
      joint = this.take(JOINT)?.[1];
      if (joint !== '|' && joint !== '||') continue;
      const from = this.at;
      const body = this.readLine();
      const condition = quotation(`${command} ${joint}`);
      const shown = joint === '||' ? shownRule(statements[statements.length - 1]) : undefined;
      const common = { kind: 'conditional', condition, body, range: { start: from, end: this.at } } as const;
      statements.push(shown ? { ...common, unlessShown: shown } : common);
      break;
    }
    this.depth--;
    return statements;
  }

  private giveUp(): BatchStatement[] {
    const range = { start: this.at, end: this.lineEnd() };
    this.problems.push({
      code: 'unmodelled-statement',
      range,
      message: 'blocks are nested too deeply to be read from here',
    });
    this.unreadFrom ??= range;
    this.at = this.text.length;
    return [];
  }

  private readCommand(isAlone: boolean): readonly BatchStatement[] {
    const start = this.at;
    if (this.text[start] === '(') return this.readBlock();
    const label = isAlone ? this.take(LABEL) : undefined;
    if (label) return [{ kind: 'label', name: (label[1] ?? '').toLowerCase(), range: { start, end: this.at } }];
    if (this.take(REMARK)) {
      this.at = this.lineEnd();
      return [];
    }
    if (this.take(IF)) {
      this.skipCondition();
      return [this.conditional(start)];
    }
    if (this.take(ELSE)) return [this.conditional(start)];
    const target = this.take(EXIT) ? 'eof' : this.take(GOTO)?.[1];
    if (target !== undefined) return [{ kind: 'jump', to: target.toLowerCase(), range: { start, end: this.at } }];
    const section = this.take(CALL)?.[1];
    if (section !== undefined) {
      return [{ kind: 'call', to: section.toLowerCase(), range: { start, end: this.at } }];
    }
    const loop = this.take(FOR);
    if (loop) return this.readFor(start, loop);
    const local = this.take(LOCAL)?.[1];
    if (local !== undefined) {
      return [{ kind: local.toLowerCase() === 'setlocal' ? 'setlocal' : 'endlocal', range: { start, end: this.at } }];
    }
    if (this.take(SET_TWICE)) return this.readSet(start, false);
    if (this.take(SET)) return this.readSet(start, isAlone);
    if (this.take(NETSH)) return this.readNetsh(start, this.at);
    return this.readOther(start);
  }

  private readBlock(): readonly BatchStatement[] {
    this.at++;
    this.blocks++;
    const statements = this.readLines();
    if (this.isAtBlockEnd()) this.at++;
    this.blocks--;
    this.take(REDIRECTIONS);
    return statements;
  }

  /** The commands after a condition, which take the rest of the line. */
  private conditional(start: number): BatchStatement {
    const condition = quotation(this.text.slice(start, this.at));
    const body = this.readLine();
    return { kind: 'conditional', condition, body, range: { start, end: this.at } };
  }

  /** `[/i] [not] exist FILE`, `defined NAME`, `errorlevel NUMBER`, `A==B`, `A EQU B`. */
  private skipCondition(): void {
    let word = this.takeWord();
    while (/^(?:\/i|not)$/i.test(word)) word = this.takeWord();
    const equals = word.indexOf('==');
    if (UNARY.test(word) || equals === word.length - 2) this.takeWord();
    else if (equals < 0) {
      const end = this.at;
      const operator = this.takeWord();
      if (operator === '==' || COMPARISON.test(operator)) this.takeWord();
      else if (!operator.startsWith('==')) this.at = end;
    }
  }

  private takeWord(): string {
    this.take(BLANKS);
    const start = this.at;
    let isQuoted = false;
    for (; this.at < this.text.length; this.at++) {
      const unit = this.text[this.at] ?? '';
      if (unit === '"') isQuoted = !isQuoted;
      else if (unit === '\n' || (!isQuoted && /[\s(]/.test(unit))) break;
    }
    return this.text.slice(start, this.at);
  }

  private readFor(start: number, [, option, variable = '']: RegExpExecArray): readonly BatchStatement[] {
    const items = this.text.slice(this.at, this.nextParenthesis());
    this.at += items.length;
    if (!this.take(DO)) return this.readOther(start);
    const header = quotation(this.text.slice(start, this.at));
    const bodyStart = this.at;
    const body = this.readLine();
    // Rounds of several lines are not followed one by one.
    const isOneLine = !/(?:^|[^\r^])\r?\n/.test(this.text.slice(bodyStart, this.at));
    const list = option === undefined && isOneLine ? items : undefined;
    return [{ kind: 'for', variable, list, header, body, range: { start, end: this.at } }];
  }

  /** The offset of the next closing parenthesis; searched for only once for all offsets before it. */
  private nextParenthesis(): number {
    if (this.parenthesis < this.at) {
      const found = this.text.indexOf(')', this.at);
      this.parenthesis = found < 0 ? this.text.length : found;
    }
    return this.parenthesis;
  }

  private readSet(start: number, isAlone: boolean): readonly BatchStatement[] {
    const from = this.at;
    const end = this.argumentsEnd(from);
    this.at = end;
    const written = this.text.slice(from, end).trim();
    const range = { start, end };
    if (COMPUTED.test(written)) {
      const names = [...written.matchAll(COMPUTED_NAMES)].map(([, one = '']) => one.toLowerCase());
      return names.map((one) => ({ kind: 'set', name: one, text: undefined, isNested: false, range }));
    }
    const [, computes, quote, name, rest = ''] = ASSIGNMENT.exec(written) ?? [];
    if (name === undefined) return [];
    const closing = rest.lastIndexOf('"');
    const value = (quote !== undefined && closing >= 0 ? rest.slice(0, closing) : rest).trim();
    // The quotes of `set NAME="value"` are part of the value, and affect how later commands are split into words.
    const text = computes !== undefined || value.includes('"') ? undefined : value;
    const isNested = !isAlone || !this.isAtLineEnd();
    return [{ kind: 'set', name: name.toLowerCase(), text, isNested, range }];
  }

  private readNetsh(start: number, nameEnd: number): readonly BatchStatement[] {
    this.at = this.argumentsEnd(nameEnd);
    const stop = redirectionStart(this.text, nameEnd, this.at);
    const end = start + this.text.slice(start, stop).trimEnd().length;
    const netsh = readNetsh(this.text, { start, nameEnd, end }, '^');
    return netsh ? [{ kind: 'netsh', netsh, range: netsh.range }] : [];
  }

  /** Another command, which may run a command of netsh in its arguments. */
  private readOther(start: number): readonly BatchStatement[] {
    this.at = Math.max(start + 1, this.argumentsEnd(start));
    const command = this.text.slice(start, this.at);
    addAll(this.problems, scriptsRun(this.text, { start, end: start + command.trimEnd().length }));
    const netsh = NETSH_WITHIN.exec(command);
    if (netsh) {
      const name = start + netsh.index;
      const condition = quotation(command.slice(0, netsh.index));
      const body = this.readNetsh(name, name + netsh[0].length);
      return [{ kind: 'conditional', condition, body, range: { start, end: this.at } }];
    }
    const changes =
      CHANGING_WITHIN.test(command) || changesElsewhere(command.trimStart(), (text) => this.keys.isIn(text));
    const range = { start, end: start + command.trimEnd().length };
    if (changes && !PRINTS.test(command)) return [{ kind: 'unread', range }];
    return SCRIPT.test(command) ? [{ kind: 'script', range }] : [];
  }

  /** Where the arguments of a command end: at `&`, `|`, the end of its block or line outside of quotes. */
  private argumentsEnd(start: number): number {
    let isQuoted = false;
    for (let at = start; at < this.text.length; at++) {
      const unit = this.text[at];
      if (unit === '\n') return at;
      if (unit === '"') isQuoted = !isQuoted;
      else if (unit === '^' && /[\r\n]/.test(this.text[at + 1] ?? '')) at = endOfLine(this.text, at);
      else if (isQuoted) continue;
      else if (unit === '^') at++;
      else if (unit === '|' || (unit === ')' && this.blocks > 0)) return at;
      else if (unit === '&' && this.text[at - 1] !== '>') return at;
    }
    return this.text.length;
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at += match[0].length;
    return match ?? undefined;
  }

  private isAtBlockEnd(): boolean {
    return this.blocks > 0 && this.text[this.at] === ')';
  }

  private isAtLineEnd(): boolean {
    return this.at >= this.text.length || /^\r?\n/.test(this.text.slice(this.at, this.at + 2));
  }

  /** The end of the current line; a caret joins the next one to it. */
  private lineEnd(): number {
    let end = endOfLine(this.text, this.at);
    while (/\^\s*$/.test(this.text.slice(Math.max(this.at, end - 8), end)) && end < this.text.length) {
      end = endOfLine(this.text, end + 1);
    }
    return end;
  }
}

/** The command, where it shows a rule and fails where there is none. */
function shownRule(statement: BatchStatement | undefined): NetshCommand | undefined {
  const isShow = statement?.kind === 'netsh' && statement.netsh.command === 'netsh advfirewall firewall show rule';
  return isShow ? statement.netsh : undefined;
}

/** Where the output of a command is redirected; its end where it is not. */
function redirectionStart(text: string, start: number, end: number): number {
  let isQuoted = false;
  for (let at = start; at < end; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === '>' && !isQuoted) return at;
  }
  return end;
}

function variablesOf(text: string): VariableUse[] {
  const uses: VariableUse[] = [];
  const add = (name: string, range: TextRange, role: VariableUse['role']) =>
    uses.push({ name: name.toLowerCase(), range, role });
  for (const { 0: whole, 1: name = '', index } of text.matchAll(/%(\w+)%/g)) {
    add(name, { start: index, end: index + whole.length }, 'reference');
  }
  for (const { 0: whole, 1: name = '', index } of text.matchAll(/^[ \t]*@?set[ \t]+"?(\w+)=/gim)) {
    const end = index + whole.length - 1;
    add(name, { start: end - name.length, end }, 'definition');
  }
  return uses;
}
