// Computes with whole numbers, as `$((…))`, `((…))` and `let` do (bash(1), ARITHMETIC EVALUATION).

import { textValue, type Value } from '../../../shared/script/value.js';
import { assignedIn } from '../../syntax/script/builtin-assignments.js';
import type { Variables } from './variables.js';

/** The value of an expression, with its assignments carried out; where it is unknown, so is what it assigns. */
export function compute(text: string, variables: Variables): number | undefined {
  const value = new Computation(text, variables).whole();
  if (value === undefined) variables.forget(assignedIn(text));
  return value;
}

/** The operators of two operands, from the ones that bind least. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** How deep parentheses, signs and assignments are followed; nobody writes more of them. */
const DEPTH_LIMIT = 100;

class Computation {
  private readonly tokens: readonly string[];
  private at = 0;
  private depth = 0;
  private failed = false;

  constructor(
    text: string,
    private readonly variables: Variables,
  ) {
    const pieces = text.match(/\s+|\$?\{?[A-Za-z_]\w*\}?|\$\d|\d\w*|\+\+|--|[-+*/%]=|[=!<>]=|&&|\|\||./gs) ?? [];
    this.tokens = pieces.filter((piece) => piece.trim() !== '');
    // Whether what stands behind these is carried out depends on what stands before them.
    const isPartly = this.tokens.some((token) => token === '&&' || token === '||');
    if (isPartly && this.tokens.some((token) => /^(?:[-+*/%]?=|\+\+|--)$/.test(token))) this.fail();
  }

  whole(): number | undefined {
    let value = 0;
    do value = this.assignment();
    while (this.accept(','));
    return this.failed || this.at < this.tokens.length || !Number.isSafeInteger(value) ? undefined : value;
  }

  private accept(...texts: readonly string[]): string | undefined {
    const token = this.tokens[this.at];
    if (token === undefined || !texts.includes(token)) return undefined;
    this.at++;
    return token;
  }

  private fail(): number {
    this.failed = true;
    // What follows is not looked at.
    this.at = this.tokens.length;
    return 0;
  }

  /** A part of an expression that may hold the same kind of part. */
  private nested(part: () => number): number {
    if (this.depth >= DEPTH_LIMIT) return this.fail();
    this.depth++;
    const value = part();
    this.depth--;
    return value;
  }

  private assignment(): number {
    const name = this.tokens[this.at] ?? '';
    const operator = this.tokens[this.at + 1] ?? '';
    if (!/^[A-Za-z_]\w*$/.test(name) || !/^[-+*/%]?=$/.test(operator)) return this.binary(0);
    this.at += 2;
    const right = this.nested(() => this.assignment());
    return this.assign(name, operator === '=' ? right : this.apply(operator.slice(0, -1), this.value(name), right));
  }

  private assign(name: string, value: number): number {
    if (!this.failed) this.variables.set(name, textValue(String(value)));
    return value;
  }

  private binary(level: number): number {
    const operators = LEVELS[level];
    if (!operators) return this.unary();
    let left = this.binary(level + 1);
    for (let found = this.accept(...operators); found !== undefined; found = this.accept(...operators))
      left = this.apply(found, left, this.binary(level + 1));
    return left;
  }

  private apply(operator: string, left: number, right: number): number {
    switch (operator) {
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return left * right;
      case '/':
        return right === 0 ? this.fail() : Math.trunc(left / right);
      case '%':
        return right === 0 ? this.fail() : left % right;
      default:
        return compare(operator, left, right) ? 1 : 0;
    }
  }

  private unary(): number {
    const sign = this.accept('-', '+', '!');
    if (sign !== undefined) {
      const value = this.nested(() => this.unary());
      return sign === '-' ? -value : sign === '+' ? value : Number(value === 0);
    }
    const step = this.accept('++', '--');
    if (step !== undefined) {
      const name = this.tokens[this.at++] ?? '';
      return this.assign(name, this.value(name) + (step === '++' ? 1 : -1));
    }
    if (this.accept('(')) {
      const inner = this.nested(() => this.assignment());
      return this.accept(')') ? inner : this.fail();
    }
    const token = this.tokens[this.at++] ?? '';
    // A number with a leading 0 is octal.
    if (/^(?:0|[1-9]\d{0,14})$/.test(token)) return Number(token);
    if (/^\$\d$/.test(token)) return this.number(this.variables.argument(token.charAt(1)));
    const name = /^(?:\$?([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\})$/.exec(token);
    if (!name) return this.fail();
    const variable = name[1] ?? name[2] ?? '';
    const before = this.value(variable);
    const after = token.startsWith('$') ? undefined : this.accept('++', '--');
    if (after !== undefined) this.assign(variable, before + (after === '++' ? 1 : -1));
    return before;
  }

  private value(name: string): number {
    return this.number(this.variables.get(name));
  }

  private number(value: Value | undefined): number {
    return value?.kind === 'text' && /^-?(?:0|[1-9]\d{0,14})$/.test(value.text) ? Number(value.text) : this.fail();
  }
}

function compare(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case '||':
      return left !== 0 || right !== 0;
    case '&&':
      return left !== 0 && right !== 0;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    default:
      return left > right;
  }
}
