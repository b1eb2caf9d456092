// The expressions of templates, as far as they are evaluated, and the reader of those of Jinja, Ruby and Puppet, which agree in
// what is followed here: names, literals, comparisons, filters and methods.

export type Expression =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
  /** `isMember` is set for `of.key`, which calls a method in Ruby. */
  | { readonly kind: 'get'; readonly of: Expression; readonly key: Expression; readonly isMember?: true }
  | { readonly kind: 'choice'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
  /** An operator, a filter, a test, a function or a method: the first operand is what it is applied to. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly operands: readonly Expression[];
      readonly named?: readonly Named[];
    }
  /** What is not followed; `text` is how users know it. */
  | { readonly kind: 'open'; readonly text: string };

/** An argument that is given by its name. */
export type Named = readonly [name: string, value: Expression];

interface Arguments {
  readonly operands: readonly Expression[];
  readonly named: readonly Named[];
}

const NO_ARGUMENTS: Arguments = { operands: [], named: [] };

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|((?:[@$]{1,2}|::)?[A-Za-z_]\w*(?:::\w+)*(?:[?!](?!=))?)|(==|!=|<=|>=|&&|\|\||=~|[-+*/%~<>!?:|.,()[\]{}=&]))/y;

/** Deeper and longer expressions are not followed. */
const DEPTH_LIMIT = 40;
export const LEXEME_LIMIT = 1_000;

class NotFollowed extends Error {}

interface Lexeme {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
}

/** Reads an expression. Never throws: what is not understood is open. */
export function readExpression(text: string): Expression {
  try {
    return new Reader(lexemesOf(text)).whole();
  } catch (error) {
    if (error instanceof NotFollowed) return { kind: 'open', text: nameIn(text) };
    throw error;
  }
}

/** How users know what an expression depends on: the first name in it. */
export function nameIn(text: string): string {
  const name = /[@$]?[A-Za-z_][\w.]*/.exec(
    text.replace(/^\s*(?:not|!|lookup|if|case|while|until|unless)\b[\s(]*/, ''),
  )?.[0];
  return (name ?? text).replace(/^[@$]/, '').slice(0, 60);
}

function lexemesOf(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match || lexemes.length === LEXEME_LIMIT) throw new NotFollowed();
    const [, quoted, number, name, sign] = match;
    // Ruby and Puppet put values into texts.
    if (quoted?.startsWith('"') && /[#$]\{/.test(quoted)) throw new NotFollowed();
    if (quoted !== undefined) lexemes.push({ kind: 'text', text: unquoted(quoted) });
    else if (number !== undefined) lexemes.push({ kind: 'number', text: number });
    else if (name !== undefined) lexemes.push({ kind: 'name', text: name });
    else lexemes.push({ kind: 'sign', text: sign ?? '' });
  }
  return lexemes;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, (_, unit: string) => (unit === 'n' ? '\n' : unit === 't' ? '\t' : unit));
}

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
  ['nil', null],
  ['undef', null],
]);

const COMPARISONS = new Set(['==', '!=', '<', '>', '<=', '>=']);

const OPERATORS: readonly (readonly string[])[] = [['+', '-'], ['~'], ['*', '/', '%']];

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly lexemes: readonly Lexeme[]) {}

  whole(): Expression {
    const value = this.choice();
    if (this.at < this.lexemes.length) throw new NotFollowed();
    return value;
  }

  private is(text: string, kind: Lexeme['kind'] = 'sign'): boolean {
    const next = this.lexemes[this.at];
    return next?.kind === kind && next.text === text;
  }

  private take(text: string, kind: Lexeme['kind'] = 'sign'): boolean {
    const found = this.is(text, kind);
    if (found) this.at++;
    return found;
  }

  private need(text: string): void {
    if (!this.take(text)) throw new NotFollowed();
  }

  private name(): string {
    const next = this.lexemes[this.at];
    if (next?.kind !== 'name') throw new NotFollowed();
    this.at++;
    return next.text;
  }

  private choice(): Expression {
    if (++this.depth > DEPTH_LIMIT) throw new NotFollowed();
    const value = this.either();
    this.depth--;
    if (this.take('if', 'name')) {
      const condition = this.either();
      const no: Expression = this.take('else', 'name') ? this.choice() : { kind: 'value', value: '' };
      return { kind: 'choice', condition, yes: value, no };
    }
    if (!this.take('?')) return value;
    const yes = this.choice();
    this.need(':');
    return { kind: 'choice', condition: value, yes, no: this.choice() };
  }

  private either(): Expression {
    let value = this.both();
    while (this.take('or', 'name') || this.take('||')) value = call('or', value, this.both());
    return value;
  }

  private both(): Expression {
    let value = this.negated();
    while (this.take('and', 'name') || this.take('&&')) value = call('and', value, this.negated());
    return value;
  }

  private negated(): Expression {
    if (++this.depth > DEPTH_LIMIT) throw new NotFollowed();
    const value = this.take('not', 'name') || this.take('!') ? call('not', this.negated()) : this.comparison();
    this.depth--;
    return value;
  }

  private comparison(): Expression {
    let value = this.sum();
    for (;;) {
      const next = this.lexemes[this.at];
      if (next?.kind === 'sign' && COMPARISONS.has(next.text)) {
        this.at++;
        value = call(next.text, value, this.sum());
      } else if (this.take('in', 'name')) value = call('in', value, this.sum());
      else if (this.is('not', 'name') && this.lexemes[this.at + 1]?.text === 'in') {
        this.at += 2;
        value = call('not', call('in', value, this.sum()));
      } else if (this.take('is', 'name')) {
        const isNegated = this.take('not', 'name');
        value = applied(`is ${this.name()}`, this.take('(') ? this.arguments() : NO_ARGUMENTS, value);
        if (isNegated) value = call('not', value);
      } else return value;
    }
  }

  /** Operators of one level, that of Jinja's: `+` and `-`, then `~`, then the others. */
  private sum(level = 0): Expression {
    const signs = OPERATORS[level];
    if (!signs) return this.operand();
    let value = this.sum(level + 1);
    for (;;) {
      const next = this.lexemes[this.at];
      if (next?.kind !== 'sign' || !signs.includes(next.text)) return value;
      this.at++;
      value = call(next.text, value, this.sum(level + 1));
    }
  }

  private operand(): Expression {
    let value = this.primary();
    for (;;) {
      if (this.take('.')) value = this.member(value);
      else if (this.take('[')) {
        value = { kind: 'get', of: value, key: this.choice() };
        this.need(']');
      } else if (this.take('|'))
        value = applied(this.filterName(), this.take('(') ? this.arguments() : NO_ARGUMENTS, value);
      else return value;
    }
  }

  private filterName(): string {
    let name = this.name();
    while (this.take('.')) name += `.${this.name()}`;
    return name;
  }

  private member(of: Expression): Expression {
    const next = this.lexemes[this.at];
    if (next?.kind === 'number') {
      this.at++;
      return { kind: 'get', of, key: { kind: 'value', value: Number(next.text) } };
    }
    const name = this.name();
    if (this.take('(')) return applied(`.${name}`, this.arguments(), of);
    return { kind: 'get', of, key: { kind: 'value', value: name }, isMember: true };
  }

  private primary(): Expression {
    const next = this.lexemes[this.at++];
    if (!next) throw new NotFollowed();
    if (next.kind === 'text') return { kind: 'value', value: next.text };
    if (next.kind === 'number') return { kind: 'value', value: Number(next.text) };
    if (next.kind === 'name') {
      if (CONSTANTS.has(next.text)) return { kind: 'value', value: CONSTANTS.get(next.text) };
      if (this.take('(')) return applied(`${next.text}()`, this.arguments());
      return { kind: 'name', name: next.text.replace(/^(?:[@$]+|::)/, '') };
    }
    if (next.text === '(') {
      const value = this.choice();
      this.need(')');
      return value;
    }
    if (next.text === '[') return { kind: 'list', items: this.items(']') };
    if (next.text === '{') return this.map();
    if (next.text === '-') return call('-', { kind: 'value', value: 0 }, this.operand());
    throw new NotFollowed();
  }

  private items(closing: string): Expression[] {
    const items: Expression[] = [];
    while (!this.take(closing)) {
      items.push(this.choice());
      if (!this.take(',') && !this.is(closing)) throw new NotFollowed();
    }
    return items;
  }

  private arguments(): Arguments {
    const operands: Expression[] = [];
    const named: Named[] = [];
    while (!this.take(')')) {
      if (this.lexemes[this.at]?.kind === 'name' && this.lexemes[this.at + 1]?.text === '=') {
        const name = this.name();
        this.need('=');
        named.push([name, this.choice()]);
      } else operands.push(this.choice());
      if (!this.take(',') && !this.is(')')) throw new NotFollowed();
    }
    return { operands, named };
  }

  private map(): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.take('}')) {
      const key = this.choice();
      if (!this.take(':')) {
        this.need('=');
        this.need('>');
      }
      entries.push([key, this.choice()]);
      if (!this.take(',') && !this.is('}')) throw new NotFollowed();
    }
    return { kind: 'map', entries };
  }
}

function call(name: string, ...operands: readonly Expression[]): Expression {
  return { kind: 'call', name, operands };
}

function applied(name: string, { operands, named }: Arguments, ...first: readonly Expression[]): Expression {
  return { kind: 'call', name, operands: [...first, ...operands], ...(named.length > 0 ? { named } : {}) };
}
