// Evaluates the expressions of templates.
import { isMap, Open, truth, type Value } from './data.js';
import type { Expression, Named } from './expressions.js';
import { resultOf, SIZE_LIMIT } from './functions.js';
import type { TemplateLanguage } from './languages.js';

/** The variables that are known at a place of a template. */
export class Scope {
  private readonly own = new Map<string, Value>();

  constructor(
    readonly language: TemplateLanguage,
    private readonly parent?: Scope,
  ) {}

  set(name: string, value: Value): void {
    this.own.set(name, value);
  }

  /** A variable that nobody names is open: somebody may still give it a value. */
  get(name: string): Value {
    if (this.own.has(name)) return this.own.get(name);
    return this.parent ? this.parent.get(name) : new Open(name);
  }

  /** Sets a variable where it is, or here where there is none of that name; never what was known before the template. */
  assign(name: string, value: Value): void {
    let at: Scope = this;
    while (!at.own.has(name) && at.parent?.parent) at = at.parent;
    (at.own.has(name) ? at : this).set(name, value);
  }

  /** Makes a variable open, and every other name of the same list or map. */
  forget(name: string, because: string = name): void {
    const value = this.get(name);
    this.assign(name, new Open(because));
    if (typeof value !== 'object' || value === null || value instanceof Open) return;
    for (let at: Scope | undefined = this; at; at = at.parent)
      for (const [other, own] of at.own) if (own === value) this.assign(other, new Open(because));
  }

  inner(): Scope {
    return new Scope(this.language, this);
  }
}

export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'open':
      return new Open(expression.text);
    case 'name':
      return scope.get(expression.name);
    case 'list':
      return expression.items.map((item) => evaluate(item, scope));
    case 'map':
      return mapOf(expression.entries, scope);
    case 'get':
      return memberOf(expression, scope);
    case 'choice': {
      const isTrue = holds(expression.condition, scope);
      if (isTrue instanceof Open) return isTrue;
      return evaluate(isTrue ? expression.yes : expression.no, scope);
    }
    case 'call':
      return apply(expression, scope);
  }
}

/** Whether a condition holds. One operand of `and` and `or` may decide, whatever the other one is. */
export function holds(condition: Expression, scope: Scope): boolean | Open {
  if (condition.kind !== 'call' || (condition.name !== 'and' && condition.name !== 'or'))
    return truth(evaluate(condition, scope), scope.language);
  const deciding = condition.name === 'or';
  const operands = condition.operands.map((operand) => holds(operand, scope));
  if (operands.includes(deciding)) return deciding;
  return operands.find((operand) => operand instanceof Open) ?? !deciding;
}

function mapOf(entries: readonly (readonly [Expression, Expression])[], scope: Scope): Value {
  const pairs: [string, Value][] = [];
  for (const [key, value] of entries) {
    const name = evaluate(key, scope);
    if (name instanceof Open) return name;
    pairs.push([String(name), evaluate(value, scope)]);
  }
  return Object.fromEntries(pairs);
}

/** Ruby and Puppet call methods without parentheses. */
function methodOf(owner: Value, name: string, language: TemplateLanguage): Value {
  return resultOf(name, [owner], new Map(), language) ?? new Open(name);
}

function memberOf({ of, key, isMember }: Extract<Expression, { kind: 'get' }>, scope: Scope): Value {
  const { language } = scope;
  const owner = evaluate(of, scope);
  const name = evaluate(key, scope);
  if (owner instanceof Open) return name instanceof Open ? owner : new Open(pathOf(owner.name, name));
  if (name instanceof Open) return name;
  if (isMember && (language === 'erb' || language === 'epp')) return methodOf(owner, String(name), language);
  if (Array.isArray(owner) && Number.isInteger(Number(name))) return owner.at(Number(name));
  if (isMap(owner)) return Object.hasOwn(owner, String(name)) ? owner[String(name)] : undefined;
  return new Open(String(name));
}

function pathOf(owner: string, key: Value): string {
  if (owner === '.' || owner === '$') return String(key);
  return typeof key === 'number' ? owner : `${owner}.${String(key)}`.slice(0, 80);
}

interface Call {
  readonly name: string;
  readonly operands: readonly Expression[];
  readonly named?: readonly Named[];
}

function apply({ name, operands, named = [] }: Call, scope: Scope): Value {
  const { language } = scope;
  const [first, second] = operands;
  const left = first ? evaluate(first, scope) : undefined;
  switch (name) {
    case 'and':
    case 'or': {
      const isTrue = truth(left, language);
      if (isTrue instanceof Open) return isTrue;
      return isTrue === (name === 'or') ? left : second && evaluate(second, scope);
    }
    case 'not': {
      const isTrue = first ? holds(first, scope) : true;
      return isTrue instanceof Open ? isTrue : !isTrue;
    }
    case 'is defined':
      return left instanceof Open ? left : left !== undefined;
    case 'is undefined':
      return left instanceof Open ? left : left === undefined;
    case 'default':
    case 'd': {
      const isAbsent = left === undefined || (language === 'go' && truth(left, language) === false);
      const argument = (at: number, key: string) => operands[at] ?? named.find(([own]) => own === key)?.[1];
      const [fallback, boolean] = [argument(1, 'default_value'), argument(2, 'boolean')];
      const forFalse = boolean ? evaluate(boolean, scope) : false;
      if (forFalse instanceof Open) return forFalse;
      const isFalse = truth(forFalse, language) === true && truth(left, language) === false;
      return (isAbsent || isFalse) && fallback ? evaluate(fallback, scope) : left;
    }
  }
  const values = [left, ...operands.slice(1).map((operand) => evaluate(operand, scope))].slice(0, operands.length);
  const given = new Map(named.map(([key, value]) => [key, evaluate(value, scope)]));
  // A value that is not known at all makes what is made of it unknown, whatever is done with it.
  const open = values.find((value) => value instanceof Open);
  if (open) return open;
  const result = resultOf(name, values, given, language);
  if (result === undefined)
    return new Open(operands.map(nameOf).find((one) => one !== undefined) ?? name.replace(/[().]/g, ''));
  const size = typeof result === 'string' || Array.isArray(result) ? result.length : 0;
  return size > SIZE_LIMIT ? new Open(name) : result;
}

function nameOf(expression: Expression | undefined): string | undefined {
  if (expression?.kind === 'name') return expression.name;
  return expression?.kind === 'get' ? nameOf(expression.of) : undefined;
}
