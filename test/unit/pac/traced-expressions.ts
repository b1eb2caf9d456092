// Evaluates expressions of JavaScript on a traced host, for comparison with the engine's own result.
import { type AnyNode, type Expression, parseExpressionAt } from 'acorn';
import { type Condition, not } from '../../../server/src/dialects/pac/meaning/question/condition.js';
import { solve } from '../../../server/src/dialects/pac/meaning/question/solve.js';
import { HOST } from '../../../server/src/dialects/pac/meaning/question/variables.js';
import * as operations from '../../../server/src/dialects/pac/meaning/values/operations.js';
import { Text } from '../../../server/src/dialects/pac/meaning/values/text.js';
import { TEXT_HELPERS } from '../../../server/src/dialects/pac/meaning/values/text-helpers.js';
import {
  Choice,
  ListOf,
  type OperationResult,
  SplitList,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from '../../../server/src/dialects/pac/meaning/values/value.js';
import { Budget } from '../../../server/src/model/budget.js';
import { forwardMachine } from '../../../server/src/model/machines.js';
import { automatonOf, type Language } from '../../../server/src/model/text-language.js';

type Result = Value | ListOf | SplitList;

/** One way through an expression: taken where all conditions hold. */
export interface Path {
  readonly conditions: readonly Condition[];
  readonly value: Result | 'throws';
}

type Next = (value: Result) => Path[];

const budget = new Budget(Number.POSITIVE_INFINITY);

/** The ways through an expression on the traced `host`, without overlap. */
export function pathsOf(source: string, urlParts: readonly (string | typeof HOST)[] = []): Path[] {
  const host = new Text({ kind: 'variable', variable: HOST });
  const url = new Text({
    kind: 'joined',
    parts: urlParts.map((part) => (typeof part === 'string' ? part : { kind: 'variable', variable: part })),
  });
  const names = new Map<string, Value>([
    ['host', host],
    ['url', url],
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
  ]);
  return evaluate(parseExpressionAt(source, 0, { ecmaVersion: 2022 }), names, (value) => [{ conditions: [], value }]);
}

function evaluate(node: AnyNode, names: ReadonlyMap<string, Value>, next: Next): Path[] {
  const context = { node, budget };
  switch (node.type) {
    case 'Literal':
      return next(node.value as Value);
    case 'Identifier':
      return next(names.get(node.name));
    case 'UnaryExpression':
      return evaluate(node.argument, names, (value) =>
        isTraced(value)
          ? followed(operations.unaryOperation(node.operator as '!', value, context), next)
          : next(Reflect.apply(new Function('x', `return ${node.operator} x`) as never, undefined, [value])),
      );
    case 'BinaryExpression':
      return evaluate(node.left as AnyNode, names, (left) =>
        evaluate(node.right, names, (right) =>
          isTraced(left) || isTraced(right)
            ? followed(operations.binaryOperation(node.operator, left as Value, right as Value, context), next)
            : next(new Function('a', 'b', `return a ${node.operator} b`)(left, right)),
        ),
      );
    case 'LogicalExpression':
    case 'ConditionalExpression':
      return branch(node, names, next);
    case 'MemberExpression':
      return evaluate(node.object as AnyNode, names, (object) => {
        if (object === undefined || object === null) return [{ conditions: [], value: 'throws' }];
        const withKey = (key: Result): Path[] => followed(member(object, key, context), next);
        return node.computed
          ? evaluate(node.property as AnyNode, names, withKey)
          : withKey((node.property as AnyNode & { name: string }).name);
      });
    case 'CallExpression':
      return call(node as Expression & { type: 'CallExpression' }, names, next);
    default:
      throw new Error(node.type);
  }
}

function isTraced(value: unknown): value is Text | TracedNumber | TracedBoolean | Unknown {
  return [Text, TracedNumber, TracedBoolean, Unknown].some((kind) => value instanceof kind);
}

function branch(node: AnyNode, names: ReadonlyMap<string, Value>, next: Next): Path[] {
  if (node.type === 'ConditionalExpression') {
    return evaluate(node.test, names, (test) =>
      split(
        test,
        () => evaluate(node.consequent, names, next),
        () => evaluate(node.alternate, names, next),
      ),
    );
  }
  if (node.type !== 'LogicalExpression') return [];
  return evaluate(node.left, names, (left) => {
    const right = (): Path[] => evaluate(node.right, names, next);
    return node.operator === '&&' ? split(left, right, () => next(left)) : split(left, () => next(left), right);
  });
}

function split(test: Result, whenTrue: () => Path[], whenFalse: () => Path[]): Path[] {
  if (!isTraced(test)) return test ? whenTrue() : whenFalse();
  const condition = operations.truthOf(test, { node: { type: 'EmptyStatement', start: 0, end: 0 }, budget });
  return [...under(condition, whenTrue()), ...under(not(condition), whenFalse())];
}

function under(condition: Condition, paths: readonly Path[]): Path[] {
  return paths.map(({ conditions, value }) => ({ conditions: [condition, ...conditions], value }));
}

function followed(result: OperationResult, next: Next): Path[] {
  if (!(result instanceof Choice)) return next(result);
  const paths: Path[] = [];
  const before: Condition[] = [];
  for (const { when, value } of result.alternatives) {
    if (when.kind === 'never') continue;
    for (const path of next(value))
      paths.push({ conditions: [...before, when, ...path.conditions], value: path.value });
    before.push(not(when));
    if (when.kind === 'always') break;
  }
  return paths;
}

function member(object: Result, key: Result, context: operations.OperationContext): OperationResult {
  if (object instanceof SplitList) {
    if (key === 'length') return operations.splitLength(object);
    return typeof key === 'number' || key instanceof TracedNumber
      ? operations.splitItem(object, key, context)
      : undefined;
  }
  if (object instanceof ListOf) return key === 'length' ? object.items.length : object.items[Number(key)];
  if (isTraced(object)) return operations.memberOf(object, key as Value, context);
  return Object(object)[key as string];
}

function call(node: Expression & { type: 'CallExpression' }, names: ReadonlyMap<string, Value>, next: Next): Path[] {
  const context = { node, budget };
  return argumentsOf(node.arguments as AnyNode[], names, (args) => {
    const { callee } = node;
    if (callee.type === 'Identifier') {
      const helper = TEXT_HELPERS.get(callee.name);
      return followed(helper ? helper(args, context) : operations.callFunction(callee.name, args, context), next);
    }
    if (callee.type !== 'MemberExpression') throw new Error(callee.type);
    const { name } = callee.property as AnyNode & { name: string };
    if (callee.object.type === 'Identifier' && callee.object.name === 'Math') {
      return followed(operations.callFunction(`Math.${name}`, args, context), next);
    }
    return evaluate(callee.object as AnyNode, names, (object) => {
      if (object === undefined || object === null) return [{ conditions: [], value: 'throws' }];
      return followed(callMethod(object, name, args, context), next);
    });
  });
}

function argumentsOf(
  nodes: readonly AnyNode[],
  names: ReadonlyMap<string, Value>,
  next: (args: Value[]) => Path[],
): Path[] {
  const [first, ...others] = nodes;
  if (!first) return next([]);
  return evaluate(first, names, (value) => argumentsOf(others, names, (rest) => next([value as Value, ...rest])));
}

function callMethod(
  object: Result,
  name: string,
  args: readonly Value[],
  context: operations.OperationContext,
): OperationResult {
  const [argument] = args as readonly unknown[];
  const pattern = object instanceof RegExp ? object : argument instanceof RegExp ? argument : undefined;
  const text = object instanceof RegExp ? argument : object;
  if (pattern && text instanceof Text) {
    const rest = object instanceof RegExp ? [] : args.slice(1);
    return operations.callRegExp(name as 'test', pattern, text, rest, context);
  }
  if (isTraced(object) || args.some(isTraced)) return operations.callTextMethod(object as Value, name, args, context);
  return Reflect.apply(Object(object)[name], object, args as never);
}

/** What a path gives for a host: `'unknown'` where that is not followed. */
export function resultFor(paths: readonly Path[], host: string): unknown {
  for (const { conditions, value } of paths) {
    let holds: boolean | 'unknown' = true;
    for (const condition of conditions) {
      holds = holdsFor(condition, host);
      if (holds !== true) break;
    }
    if (holds === 'unknown') return 'unknown';
    if (!holds) continue;
    if (value instanceof TracedBoolean) return holdsFor(value.condition, host);
    return isTraced(value) ? 'unknown' : value;
  }
  return 'no path';
}

export function holdsFor(condition: Condition, host: string): boolean | 'unknown' {
  switch (condition.kind) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'not': {
      const inner = holdsFor(condition.of, host);
      return inner === 'unknown' ? inner : !inner;
    }
    case 'and':
    case 'or': {
      const decisive = condition.kind === 'or';
      let result: boolean | 'unknown' = !decisive;
      for (const one of condition.of) {
        const holds = holdsFor(one, host);
        if (holds === decisive) return decisive;
        if (holds === 'unknown') result = holds;
      }
      return result;
    }
    case 'matches':
      return condition.text.form.kind === 'variable'
        ? accepts(condition.language, host)
        : holdsFor(solved(condition), host);
    default:
      return 'unknown';
  }
}

const solutions = new WeakMap<Condition, Condition>();

function solved(condition: Condition & { kind: 'matches' }): Condition {
  const known = solutions.get(condition);
  if (known) return known;
  const solution = solve(condition.text, condition.language, budget);
  solutions.set(condition, solution);
  return solution;
}

function accepts(language: Language, text: string): boolean {
  if (language.kind === 'words') return language.words.has(text);
  const machine = forwardMachine(automatonOf(language));
  let state = machine.start;
  for (let i = 0; i < text.length; i++) state = machine.next(state, text.charCodeAt(i));
  return machine.accepts(state);
}
