// Loops that draw a random number again while it is one that they do not want: `while (i < 0) i = Math.ceil(n * Math.random()) - 1;`.
import type { AnyNode, Expression, WhileStatement } from 'acorn';
import { isNamed } from './character-functions.js';

export interface Retry {
  readonly name: string;
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '===' | '!=' | '!==';
  /** What the number is compared with. */
  readonly bound: number;
  /** The expression that draws it. */
  readonly value: Expression;
  /** The variables that it computes with, and those of whose value it takes the length. */
  readonly operands: readonly string[];
  readonly lists: readonly string[];
}

/** The functions of `Math` that may be called. */
export const DRAWING: ReadonlySet<string> = new Set(['random', 'floor', 'ceil', 'round', 'trunc', 'abs']);

const OPERATORS: readonly string[] = ['<', '<=', '>', '>=', '==', '===', '!=', '!=='];

function isOperator(operator: string): operator is Retry['operator'] {
  return OPERATORS.includes(operator);
}

export function retryOf({ test, body }: WhileStatement): Retry | undefined {
  const only = body.type === 'BlockStatement' && body.body.length === 1 ? body.body[0] : body;
  const assignment = only?.type === 'ExpressionStatement' ? only.expression : undefined;
  if (assignment?.type !== 'AssignmentExpression' || assignment.operator !== '=') return undefined;
  if (assignment.left.type !== 'Identifier' || test.type !== 'BinaryExpression') return undefined;
  const { name } = assignment.left;
  const bound = numberOf(test.right);
  if (!isNamed(test.left, name) || bound === undefined || !isOperator(test.operator)) return undefined;
  const read = readBy(assignment.right);
  if (!read || [...read.operands, ...read.lists].includes(name)) return undefined;
  return { name, operator: test.operator, bound, value: assignment.right, ...read };
}

function numberOf(node: AnyNode): number | undefined {
  if (node.type === 'UnaryExpression' && node.operator === '-') {
    const value = numberOf(node.argument);
    return value === undefined ? undefined : -value;
  }
  return node.type === 'Literal' && typeof node.value === 'number' ? node.value : undefined;
}

/** What an expression reads that only computes with numbers, lengths and functions of `Math`; `undefined` where it may do more. */
function readBy(expression: Expression): Pick<Retry, 'operands' | 'lists'> | undefined {
  const operands: string[] = [];
  const lists: string[] = [];
  const pending: AnyNode[] = [expression];
  for (let node = pending.pop(); node; node = pending.pop()) {
    switch (node.type) {
      case 'Literal':
        break;
      case 'Identifier':
        operands.push(node.name);
        break;
      case 'BinaryExpression':
        pending.push(node.left, node.right);
        break;
      case 'UnaryExpression':
        if (node.operator === 'delete') return undefined;
        pending.push(node.argument);
        break;
      case 'MemberExpression':
        if (node.computed || !isNamed(node.property, 'length') || node.object.type !== 'Identifier') return undefined;
        lists.push(node.object.name);
        break;
      case 'CallExpression': {
        const { callee } = node;
        if (callee.type !== 'MemberExpression' || callee.computed || !isNamed(callee.object, 'Math')) return undefined;
        if (callee.property.type !== 'Identifier' || !DRAWING.has(callee.property.name)) return undefined;
        for (const one of node.arguments) pending.push(one);
        break;
      }
      default:
        return undefined;
    }
  }
  return { operands, lists };
}
