// Evaluates the expressions of templates: to plain data, or to an open value that names what it depends on.
import type { Expression } from './expressions.js';
import type { TemplateLanguage } from './languages.js';

/** A value that is not known before somebody fills the template in. */
export class Open {
  constructor(
    /** The variable that it depends on. */
    readonly name: string,
  ) {}
}

/** Plain data, as YAML has it, or {@link Open}; `undefined` is a key that a known map does not have. */
export type Value = unknown;

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

  inner(): Scope {
    return new Scope(this.language, this);
  }
}

/** How many items a list may have that a function makes, and how long a text may get. */
const SIZE_LIMIT = 10_000;

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
      const holds = truth(evaluate(expression.condition, scope), scope.language);
      if (holds instanceof Open) return holds;
      return evaluate(holds ? expression.yes : expression.no, scope);
    }
    case 'call':
      return apply(expression.name, expression.operands, scope);
  }
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

function memberOf({ of, key }: Extract<Expression, { kind: 'get' }>, scope: Scope): Value {
  const owner = evaluate(of, scope);
  const name = evaluate(key, scope);
  if (owner instanceof Open) return name instanceof Open ? owner : new Open(pathOf(owner.name, name));
  if (name instanceof Open) return name;
  if (Array.isArray(owner)) return owner[Number(name)];
  if (isMap(owner)) return Object.hasOwn(owner, String(name)) ? owner[String(name)] : undefined;
  return new Open(String(name));
}

function pathOf(owner: string, key: Value): string {
  if (owner === '.' || owner === '$') return String(key);
  return typeof key === 'number' ? owner : `${owner}.${String(key)}`.slice(0, 80);
}

export function isMap(value: Value): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Open);
}

/** Whether a value counts as true in a condition. */
export function truth(value: Value, language: TemplateLanguage): boolean | Open {
  if (value instanceof Open) return value;
  if (value === undefined || value === null || value === false) return false;
  // Of the others Ruby and Puppet take everything for true.
  if (language === 'erb' || language === 'epp') return true;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (Array.isArray(value)) return value.length > 0;
  return isMap(value) ? Object.keys(value).length > 0 : true;
}

/** The first open value in some data, however deep. */
export function openIn(value: Value, depth = 0): Open | undefined {
  if (value instanceof Open) return value;
  if (depth > 20 || typeof value !== 'object' || value === null) return undefined;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    const open = openIn(item, depth + 1);
    if (open) return open;
  }
  return undefined;
}

/** The text that an output prints; open where it is not known. */
export function textOf(value: Value, language: TemplateLanguage): string | Open {
  const open = openIn(value);
  if (open) return open;
  if (value === undefined || value === null) return language === 'jinja' && value === null ? 'None' : '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return language === 'jinja' ? (value ? 'True' : 'False') : String(value);
  // How lists and maps are printed depends on the language and is never what a configuration needs.
  return new Open('a list');
}

function apply(name: string, operands: readonly Expression[], scope: Scope): Value {
  const { language } = scope;
  const [first, second] = operands;
  const left = first ? evaluate(first, scope) : undefined;
  switch (name) {
    case 'and':
    case 'or': {
      const holds = truth(left, language);
      const right = second ? evaluate(second, scope) : undefined;
      const other = truth(right, language);
      const deciding = name === 'or';
      if (holds instanceof Open) return other === deciding ? right : holds;
      return holds === deciding ? left : right;
    }
    case 'not': {
      const holds = truth(left, language);
      return holds instanceof Open ? holds : !holds;
    }
    case 'is defined':
      return left instanceof Open ? left : left !== undefined;
    case 'is undefined':
      return left instanceof Open ? left : left === undefined;
    case 'default':
    case 'd': {
      const isAbsent = left === undefined || (language === 'go' && truth(left, language) === false);
      const forFalse = operands[2] ? evaluate(operands[2], scope) : false;
      const applies = isAbsent || (forFalse === true && truth(left, language) === false);
      return applies && second ? evaluate(second, scope) : left;
    }
  }
  const values = [left, ...operands.slice(1).map((operand) => evaluate(operand, scope))];
  const open = openOperand(name, values);
  if (open) return open;
  const result = FUNCTIONS[name.replace(/^\./, '')]?.(values);
  if (result === undefined)
    return new Open(operands.map(nameOf).find((one) => one !== undefined) ?? name.replace(/[().]/g, ''));
  const size = typeof result === 'string' || Array.isArray(result) ? result.length : 0;
  return size > SIZE_LIMIT ? new Open(name) : result;
}

/** Functions that leave the items of a list as they are may be given open ones; all others need everything. */
const KEEPS_ITEMS: ReadonlySet<string> = new Set([
  'list',
  'length',
  'count',
  'size',
  '.size',
  '.length',
  'first',
  'last',
  '+',
  'flatten',
]);

function openOperand(name: string, values: readonly Value[]): Open | undefined {
  return KEEPS_ITEMS.has(name) ? (values.find((value) => value instanceof Open) as Open | undefined) : openIn(values);
}

function nameOf(expression: Expression | undefined): string | undefined {
  if (expression?.kind === 'name') return expression.name;
  return expression?.kind === 'get' ? nameOf(expression.of) : undefined;
}

type Function = (values: readonly Value[]) => Value;

const text = (value: Value) => String(value ?? '');
const items = (value: Value): readonly Value[] | undefined => {
  if (Array.isArray(value)) return value;
  return isMap(value) ? Object.keys(value) : undefined;
};

function ordered(test: (a: number, b: number) => boolean): Function {
  return ([a, b]) => (typeof a === 'number' && typeof b === 'number' ? test(a, b) : undefined);
}

function arithmetic(compute: (a: number, b: number) => number): Function {
  return ([a, b]) => (typeof a === 'number' && typeof b === 'number' ? compute(a, b) : undefined);
}

const length: Function = ([value]) => (typeof value === 'string' ? value.length : items(value)?.length);

/** A plain value as JSON would compare it. */
const same = (a: Value, b: Value) => JSON.stringify(a) === JSON.stringify(b);

/** The functions, filters, tests and operators that are evaluated; `undefined` where the operands are of another kind. */
const FUNCTIONS: Readonly<Record<string, Function | undefined>> = {
  '==': ([a, b]) => same(a, b),
  '!=': ([a, b]) => !same(a, b),
  '<': ordered((a, b) => a < b),
  '>': ordered((a, b) => a > b),
  '<=': ordered((a, b) => a <= b),
  '>=': ordered((a, b) => a >= b),
  '~': ([a, b]) => text(a) + text(b),
  '+': (values) => {
    const [a, b] = values;
    if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
    if (typeof a === 'string' && typeof b === 'string') return a + b;
    return arithmetic((x, y) => x + y)(values);
  },
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  in: ([a, b]) => {
    if (typeof b === 'string') return typeof a === 'string' ? b.includes(a) : undefined;
    return items(b)?.some((item) => same(item, a));
  },
  'is none': ([a]) => a === null,
  'is string': ([a]) => typeof a === 'string',
  'is number': ([a]) => typeof a === 'number',
  'is mapping': ([a]) => isMap(a),
  'is iterable': ([a]) => typeof a === 'string' || items(a) !== undefined,
  'is sequence': ([a]) => typeof a === 'string' || items(a) !== undefined,
  join: ([a, b = '']) => items(a)?.map(text).join(text(b)),
  'join()': ([a, b]) => items(b)?.map(text).join(text(a)),
  lower: ([a]) => text(a).toLowerCase(),
  downcase: ([a]) => text(a).toLowerCase(),
  upper: ([a]) => text(a).toUpperCase(),
  upcase: ([a]) => text(a).toUpperCase(),
  trim: ([a]) => text(a).trim(),
  strip: ([a]) => text(a).trim(),
  string: ([a]) => text(a),
  to_s: ([a]) => text(a),
  quote: ([a]) => (/["'\\]/.test(text(a)) ? undefined : `"${text(a)}"`),
  int: ([a]) => (/^-?\d+$/.test(text(a)) ? Number(a) : undefined),
  bool: ([a]) => (typeof a === 'boolean' ? a : /^(?:yes|true|on|1)$/i.test(text(a))),
  length,
  count: length,
  size: length,
  len: length,
  'empty?': ([a]) => length([a]) === 0,
  'any?': ([a]) => (length([a]) as number) > 0,
  'nil?': ([a]) => a === null,
  'include?': ([a, b]) => items(a)?.some((item) => same(item, b)),
  first: ([a]) => items(a)?.[0],
  last: ([a]) => items(a)?.at(-1),
  list: ([a]) => items(a),
  unique: ([a]) => items(a)?.filter((item, i, all) => all.findIndex((other) => same(item, other)) === i),
  uniq: ([a]) => items(a)?.filter((item, i, all) => all.findIndex((other) => same(item, other)) === i),
  sort: ([a]) => {
    const list = items(a);
    return list?.every((item) => typeof item === 'string') ? [...list].sort() : undefined;
  },
  flatten: ([a]) => (Array.isArray(a) ? a.flat() : undefined),
  split: ([a, b = ' ']) => (typeof a === 'string' ? a.split(text(b)) : undefined),
  replace: ([a, b, c]) => text(a).replaceAll(text(b), text(c)),
  mandatory: ([a]) => a,
  comment: ([a]) => `# ${text(a).replaceAll('\n', '\n# ')}`,
  items: ([a]) => (isMap(a) ? Object.entries(a) : undefined),
  dict2items: ([a]) => (isMap(a) ? Object.entries(a).map(([key, value]) => ({ key, value })) : undefined),
  values: ([a]) => (isMap(a) ? Object.values(a) : undefined),
  keys: ([a]) => (isMap(a) ? Object.keys(a) : undefined),
  'range()': ([a, b]) => {
    const [from, to] = typeof b === 'number' ? [Number(a), b] : [0, Number(a)];
    return to - from <= SIZE_LIMIT ? Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i) : undefined;
  },
};
