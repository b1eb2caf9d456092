// Reads the pipelines of Go's text/template (https://pkg.go.dev/text/template#hdr-Pipelines), which put functions before operands.
import { type Expression, LEXEME_LIMIT, nameIn } from './expressions.js';

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|`[^`]*`)|(-?\d+(?:\.\d+)?)|(\$\w*(?:\.\w+)*|\.\w+(?:\.\w+)*|\.)|([A-Za-z_]\w*)|(:=|[|()=,]))/y;

/** Deeper parentheses are not followed. */
const DEPTH_LIMIT = 30;

/** Functions of templates and of Sprig whose operands stand in another order than those of Jinja's filters. */
const SWAPPED: ReadonlySet<string> = new Set(['default', 'join']);

const OPERATORS: Readonly<Record<string, string>> = { eq: '==', ne: '!=', lt: '<', gt: '>', le: '<=', ge: '>=' };

interface Lexeme {
  readonly kind: 'value' | 'path' | 'name' | 'sign';
  readonly text: string;
  readonly value?: unknown;
}

/** Reads a pipeline. Never throws: what is not understood is open. */
export function readPipeline(text: string): Expression {
  const lexemes = lexemesOf(text);
  const reader = lexemes && new Reader(lexemes);
  const found = reader?.pipeline();
  return found && reader?.isAtEnd ? found : { kind: 'open', text: nameIn(text) };
}

function lexemesOf(text: string): Lexeme[] | undefined {
  const lexemes: Lexeme[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match || lexemes.length === LEXEME_LIMIT) return undefined;
    const [, quoted, number, path, name, sign] = match;
    if (quoted !== undefined)
      lexemes.push({ kind: 'value', text: quoted, value: quoted.slice(1, -1).replace(/\\(.)/g, '$1') });
    else if (number !== undefined) lexemes.push({ kind: 'value', text: number, value: Number(number) });
    else if (path !== undefined) lexemes.push({ kind: 'path', text: path });
    else if (name === 'true' || name === 'false') lexemes.push({ kind: 'value', text: name, value: name === 'true' });
    else if (name !== undefined) lexemes.push({ kind: 'name', text: name });
    else lexemes.push({ kind: 'sign', text: sign ?? '' });
  }
  return lexemes;
}

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly lexemes: readonly Lexeme[]) {}

  get isAtEnd(): boolean {
    return this.at >= this.lexemes.length;
  }

  /** `undefined` where it is not understood. */
  pipeline(): Expression | undefined {
    if (++this.depth > DEPTH_LIMIT) return undefined;
    let value = this.command();
    while (value && this.sign('|')) value = this.command(value);
    this.depth--;
    return value;
  }

  private sign(text: string): boolean {
    const next = this.lexemes[this.at];
    const found = next?.kind === 'sign' && next.text === text;
    if (found) this.at++;
    return found;
  }

  private command(piped?: Expression): Expression | undefined {
    const first = this.lexemes[this.at];
    if (first?.kind !== 'name') return piped ? undefined : this.operand();
    this.at++;
    const operands: Expression[] = [];
    for (let operand = this.operand(); operand; operand = this.operand()) operands.push(operand);
    if (piped) operands.push(piped);
    return applied(first.text, operands);
  }

  private operand(): Expression | undefined {
    const next = this.lexemes[this.at];
    if (next?.kind === 'value') {
      this.at++;
      return { kind: 'value', value: next.value };
    }
    if (next?.kind === 'path') {
      this.at++;
      return pathOf(next.text);
    }
    if (!this.sign('(')) return undefined;
    const value = this.pipeline();
    return value && this.sign(')') ? value : undefined;
  }
}

function applied(name: string, operands: readonly Expression[]): Expression {
  if (name === 'and' || name === 'or') {
    const [first, ...others] = operands;
    return others.reduce<Expression>((all, one) => call(name, [all, one]), first ?? { kind: 'value', value: null });
  }
  if (SWAPPED.has(name) && operands.length === 2) return call(name, [...operands].reverse());
  if (name === 'list') return { kind: 'list', items: operands };
  return call(OPERATORS[name] ?? name, operands);
}

function call(name: string, operands: readonly Expression[]): Expression {
  return { kind: 'call', name, operands };
}

/** `.Values.port` begins at the present value, `$` at that of the whole template, `$name` at a variable. */
function pathOf(text: string): Expression {
  const [head = '', ...keys] =
    text === '.' ? ['.'] : text.startsWith('.') ? ['.', ...text.slice(1).split('.')] : text.split('.');
  return keys.reduce<Expression>((of, key) => ({ kind: 'get', of, key: { kind: 'value', value: key } }), {
    kind: 'name',
    name: head,
  });
}
