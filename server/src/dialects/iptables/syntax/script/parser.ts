// Reads a shell script into a tree.

import { addAll } from '../../../../kept/lists.js';
import { Lexer, type Token } from './lexer.js';
import type {
  Assignment,
  CaseItem,
  ListItem,
  Pipeline,
  Redirect,
  ShellCommand,
  ShellError,
  ShellList,
  ShellScript,
  ShellWord,
  SimpleCommand,
} from './tree.js';

/** How deep compound commands may nest. */
const DEPTH_LIMIT = 100;

/** Total: invalid syntax becomes an error, and parsing continues after it. The script may begin within the text. */
export function parseScript(text: string, start = 0): ShellScript {
  const parser = new Parser(text, start);
  const body = parser.readAll();
  return { body, errors: parser.errors };
}

class Parser {
  private readonly lexer: Lexer;
  private token: Token;
  private depth = 0;

  constructor(
    private readonly text: string,
    start: number,
  ) {
    this.lexer = new Lexer(text, start);
    this.token = this.lexer.next();
  }

  get errors(): readonly ShellError[] {
    return this.lexer.errors;
  }

  readAll(): ShellList {
    const items: ListItem[] = [];
    for (;;) {
      addAll(items, this.readList());
      if (this.token.kind === 'end') return items;
      // A closing word or parenthesis without an opening one.
      this.fail(`unexpected '${this.text.slice(this.token.start, this.token.end)}'`);
      this.advance();
    }
  }

  private advance(): Token {
    const token = this.token;
    this.token = this.lexer.next();
    return token;
  }

  private fail(message: string): void {
    const { start, end } = this.token;
    this.lexer.errors.push({ start, end: Math.max(end, start + 1), message });
  }

  /** The text of the token where it is a word without quotes or expansions. */
  private get reserved(): string | undefined {
    if (this.token.kind !== 'word') return undefined;
    const [part, more] = this.token.word.parts;
    return part?.kind === 'text' && !part.quoted && !more ? part.text : undefined;
  }

  private isOperator(...texts: readonly string[]): boolean {
    return this.token.kind === 'operator' && texts.includes(this.token.text);
  }

  private skipNewlines(): void {
    while (this.token.kind === 'newline') this.advance();
  }

  /** Reads pipelines up to a word or operator that ends the command around them. */
  private readList(): ListItem[] {
    const items: ListItem[] = [];
    let joint: ListItem['joint'] = ';';
    for (;;) {
      while (this.token.kind === 'newline' || this.isOperator(';', '&')) {
        this.advance();
        joint = ';';
      }
      if (this.token.kind === 'end' || this.isOperator(')', ';;', ';&', ';;&')) return items;
      if (CLOSING.has(this.reserved ?? '')) return items;
      const before = this.token.start;
      const pipeline = this.readPipeline();
      if (pipeline.commands.length > 0) items.push({ joint, pipeline });
      if (this.isOperator('&&', '||')) {
        joint = this.isOperator('&&') ? '&&' : '||';
        this.advance();
        this.skipNewlines();
      } else joint = ';';
      if (this.token.start === before) this.advance();
    }
  }

  private readPipeline(): Pipeline {
    const { start } = this.token;
    let negated = false;
    while (this.reserved === '!') {
      negated = !negated;
      this.advance();
    }
    const commands: ShellCommand[] = [];
    let end = start;
    for (;;) {
      const command = this.readCommand();
      if (!command) break;
      commands.push(command);
      end = command.end;
      if (!this.isOperator('|', '|&')) break;
      this.advance();
      this.skipNewlines();
    }
    return { start, end, negated, commands };
  }

  private readCommand(): ShellCommand | undefined {
    if (this.depth >= DEPTH_LIMIT) {
      this.fail('commands are nested too deeply to be read');
      this.advance();
      return undefined;
    }
    this.depth++;
    const command = this.readCompound() ?? this.readSimple();
    this.depth--;
    return command;
  }

  private readCompound(): ShellCommand | undefined {
    const { start } = this.token;
    if (this.isOperator('(')) return this.readSubshell(start);
    switch (this.reserved) {
      case '{':
        this.advance();
        return this.finish({ kind: 'group', subshell: false, body: this.readList(), start, end: this.close('}') });
      case 'if':
        return this.readIf(start);
      case 'while':
      case 'until': {
        const until = this.reserved === 'until';
        this.advance();
        const test = this.readList();
        this.close('do');
        const redirects: Redirect[] = [];
        const body = this.readList();
        return this.finish({ kind: 'loop', until, test, body, redirects, start, end: this.close('done') }, redirects);
      }
      case 'for':
      case 'select':
        return this.readFor(start);
      case 'case':
        return this.readCase(start);
      case 'function': {
        this.advance();
        const name = this.reserved ?? '';
        this.advance();
        if (this.isOperator('(')) {
          this.advance();
          if (this.isOperator(')')) this.advance();
        }
        return this.readFunction(start, name);
      }
      case '[[':
        return this.readTest(start);
      default:
        return undefined;
    }
  }

  private readSubshell(start: number): ShellCommand {
    const open = this.advance();
    if (this.token.kind === 'operator' && this.token.text === '(' && this.token.start === open.end) {
      // `(( … ))` computes.
      const arithmetic = this.lexer.takeArithmetic();
      const end = this.token.end;
      this.token = this.lexer.next();
      return { kind: 'test', words: [], arithmetic, start, end };
    }
    const body = this.readList();
    if (!this.isOperator(')')) this.fail('the parenthesis is not closed');
    const { end } = this.token;
    if (this.isOperator(')')) this.advance();
    return this.finish({ kind: 'group', subshell: true, body, start, end });
  }

  /** Takes the redirections after a compound command. */
  private finish(command: ShellCommand, redirects: Redirect[] = []): ShellCommand {
    let { end } = command;
    while (this.token.kind === 'redirect') {
      const redirect = this.readRedirect();
      redirects.push(redirect);
      ({ end } = redirect);
    }
    return { ...command, end };
  }

  /** Takes a closing word; returns the offset after it. */
  private close(word: string): number {
    if (this.reserved === word) return this.advance().end;
    this.fail(`expected '${word}' before this`);
    return this.token.start;
  }

  private readIf(start: number): ShellCommand {
    const branches: { test: ShellList; body: ShellList }[] = [];
    let otherwise: ShellList | undefined;
    do {
      this.advance();
      const test = this.readList();
      this.close('then');
      branches.push({ test, body: this.readList() });
    } while (this.reserved === 'elif');
    if (this.reserved === 'else') {
      this.advance();
      otherwise = this.readList();
    }
    return this.finish({ kind: 'if', branches, otherwise, start, end: this.close('fi') });
  }

  private readFor(start: number): ShellCommand {
    this.advance();
    let variable = this.reserved ?? '';
    let words: ShellWord[] | undefined;
    let arithmetic: string | undefined;
    if (this.isOperator('(')) {
      arithmetic = this.lexer.takeArithmetic().replace(/^\(/, '');
      this.token = this.lexer.next();
      variable = '';
    } else {
      this.advance();
      this.skipNewlines();
      if (this.reserved === 'in') {
        this.advance();
        words = [];
        while (this.token.kind === 'word') {
          words.push(this.token.word);
          this.advance();
        }
      }
    }
    while (this.token.kind === 'newline' || this.isOperator(';')) this.advance();
    if (this.reserved === '{') {
      this.advance();
      const body = this.readList();
      return this.finish({ kind: 'for', variable, words, arithmetic, body, start, end: this.close('}') });
    }
    this.close('do');
    return this.finish({
      kind: 'for',
      variable,
      words,
      arithmetic,
      body: this.readList(),
      start,
      end: this.close('done'),
    });
  }

  private readCase(start: number): ShellCommand {
    this.advance();
    const subject = this.token.kind === 'word' ? this.token.word : { start, end: start, parts: [] };
    this.advance();
    this.skipNewlines();
    this.close('in');
    const items: CaseItem[] = [];
    for (;;) {
      this.skipNewlines();
      if (this.token.kind === 'end' || this.reserved === 'esac') break;
      if (this.isOperator('(')) this.advance();
      const patterns: ShellWord[] = [];
      while (this.token.kind === 'word') {
        patterns.push(this.token.word);
        this.advance();
        if (this.isOperator('|')) this.advance();
      }
      if (!this.isOperator(')')) {
        this.fail("expected ')' after the pattern of 'case'");
        break;
      }
      this.advance();
      const body = this.readList();
      const goesOn = this.isOperator(';&') ? 'next' : this.isOperator(';;&') ? 'matching' : 'end';
      items.push({ patterns, body, goesOn });
      if (this.isOperator(';;', ';&', ';;&')) this.advance();
      else if (this.reserved !== 'esac') break;
    }
    return this.finish({ kind: 'case', subject, items, start, end: this.close('esac') });
  }

  private readFunction(start: number, name: string): ShellCommand | undefined {
    this.skipNewlines();
    const body = this.readCommand();
    return body && { kind: 'function', name, body, start, end: body.end };
  }

  private readTest(start: number): ShellCommand {
    this.advance();
    const words: ShellWord[] = [];
    let end = start;
    while (this.token.kind !== 'end' && this.reserved !== ']]') {
      if (this.token.kind === 'newline' && words.length === 0) break;
      if (this.token.kind === 'word') words.push(this.token.word);
      else {
        // `&&`, `<` and parentheses compare inside of the brackets.
        const { start: from, end: to } = this.token;
        const text = this.text.slice(from, to);
        words.push({ start: from, end: to, parts: [{ kind: 'text', text, quoted: false, start: from, end: to }] });
      }
      end = this.token.end;
      this.advance();
    }
    if (this.reserved === ']]') end = this.advance().end;
    return { kind: 'test', words, start, end };
  }

  private readRedirect(): Redirect {
    const token = this.advance();
    const operator = token.kind === 'redirect' ? token.text : '';
    const target = this.token.kind === 'word' ? this.token.word : undefined;
    if (!target) return { operator, target, document: undefined, start: token.start, end: token.end };
    let document: Redirect['document'];
    if (operator === '<<' || operator === '<<-') {
      this.lexer.expectDocument(target, operator === '<<-', (found) => {
        document = found;
      });
    }
    this.advance();
    return {
      operator,
      target,
      // The lines follow after the line end, so they are known only when the whole command has been read.
      get document() {
        return document;
      },
      start: token.start,
      end: target.end,
    };
  }

  private readSimple(): ShellCommand | undefined {
    const { start } = this.token;
    const assignments: Assignment[] = [];
    const words: ShellWord[] = [];
    const redirects: Redirect[] = [];
    let end = start;
    for (;;) {
      const { token } = this;
      if (token.kind === 'redirect') {
        const redirect = this.readRedirect();
        redirects.push(redirect);
        end = redirect.end;
      } else if (token.kind === 'word') {
        const assignment =
          words.length === 0 || DECLARES.has(firstText(words)) ? this.readAssignment(token.word) : undefined;
        if (assignment) {
          assignments.push(assignment);
          end = assignment.end;
        } else {
          words.push(token.word);
          end = token.end;
          this.advance();
        }
      } else if (words.length === 1 && assignments.length === 0 && this.isOperator('(')) {
        const name = firstText(words);
        this.advance();
        if (this.isOperator(')')) {
          this.advance();
          return this.readFunction(start, name);
        }
        this.fail('unexpected parenthesis');
      } else break;
    }
    if (words.length === 0 && assignments.length === 0 && redirects.length === 0) return undefined;
    const command: SimpleCommand = { kind: 'simple', assignments, words, redirects, start, end };
    return command;
  }

  private readAssignment(word: ShellWord): Assignment | undefined {
    const [first, ...others] = word.parts;
    const written = this.text.slice(word.start, Math.min(word.end, word.start + ELEMENT_LENGTH));
    const [all, name = '', element] = /^([A-Za-z_]\w*)\[([^\]\n]*)\]\+?=/.exec(written) ?? [];
    if (all !== undefined && element !== undefined) {
      this.advance();
      const isPlain = first?.kind === 'text' && !first.quoted && first.text.startsWith(all) && !all.endsWith('+=');
      const start = word.start + all.length;
      const rest = isPlain ? [{ ...first, start, text: first.text.slice(all.length) }, ...others] : word.parts;
      const value = { start, end: word.end, parts: rest };
      return { name, append: false, element: isPlain ? element : '', value, start: word.start, end: word.end };
    }
    const head = first?.kind === 'text' && !first.quoted ? /^([A-Za-z_]\w*)(\+?)=/.exec(first.text) : null;
    if (first?.kind !== 'text' || !head) return undefined;
    const [before, variable = '', plus] = head;
    const rest = { ...first, start: first.start + before.length, text: first.text.slice(before.length) };
    const append = plus === '+';
    this.advance();
    if (rest.text === '' && others.length === 0 && this.isOperator('(') && this.token.start === word.end) {
      this.advance();
      const value: ShellWord[] = [];
      while (this.token.kind === 'word' || this.token.kind === 'newline') {
        if (this.token.kind === 'word') value.push(this.token.word);
        this.advance();
      }
      const { end } = this.token;
      if (this.isOperator(')')) this.advance();
      else this.fail('the list is not closed');
      return { name: variable, append, value, start: word.start, end };
    }
    const value = { start: rest.start, end: word.end, parts: [rest, ...others] };
    return { name: variable, append, value, start: word.start, end: word.end };
  }
}

/** How far the brackets of an element are looked for. */
const ELEMENT_LENGTH = 200;

const CLOSING: ReadonlySet<string> = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}']);
const DECLARES: ReadonlySet<string> = new Set(['export', 'local', 'readonly', 'declare', 'typeset']);

function firstText(words: readonly ShellWord[]): string {
  const part = words[0]?.parts[0];
  return part?.kind === 'text' ? part.text : '';
}
