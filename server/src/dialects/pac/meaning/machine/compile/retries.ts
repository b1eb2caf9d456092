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
  return changesNothing(assignment.right, name)
    ? { name, operator: test.operator, bound, value: assignment.right }
    : undefined;
}

function numberOf(node: AnyNode): number | undefined {
  if (node.type === 'UnaryExpression' && node.operator === '-') {
    const value = numberOf(node.argument);
    return value === undefined ? undefined : -value;
  }
  return node.type === 'Literal' && typeof node.value === 'number' ? node.value : undefined;
}

/** Whether an expression only computes with functions of `Math`, and not with the number before. */
function changesNothing(expression: Expression, name: string): boolean {
  const pending: AnyNode[] = [expression];
  for (let node = pending.pop(); node; node = pending.pop()) {
    switch (node.type) {
      case 'Literal':
        break;
      case 'Identifier':
        if (node.name === name) return false;
        break;
      case 'BinaryExpression':
        pending.push(node.left, node.right);
        break;
      case 'UnaryExpression':
        if (node.operator === 'delete') return false;
        pending.push(node.argument);
        break;
      case 'MemberExpression':
        if (node.computed || !isNamed(node.property, 'length')) return false;
        pending.push(node.object);
        break;
      case 'CallExpression': {
        const { callee } = node;
        if (callee.type !== 'MemberExpression' || callee.computed || !isNamed(callee.object, 'Math')) return false;
        if (callee.property.type !== 'Identifier' || !DRAWING.has(callee.property.name)) return false;
        for (const one of node.arguments) pending.push(one);
        break;
      }
      default:
        return false;
    }
  }
  return true;
}
