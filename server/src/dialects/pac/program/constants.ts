// The values of constant expressions that are texts.
import type { AnyNode } from 'acorn';
import type { Scopes } from './scopes.js';

/** The value of an expression that is a text: a literal, a concatenation, a variable that is set once. */
export function textOf(expression: AnyNode | null | undefined, scopes: Scopes, depth = 8): string | undefined {
  if (!expression || depth === 0) return undefined;
  switch (expression.type) {
    case 'Literal':
      return typeof expression.value === 'string' ? expression.value : undefined;
    case 'TemplateLiteral':
      return expression.expressions.length === 0 ? (expression.quasis[0]?.value.cooked ?? undefined) : undefined;
    case 'ParenthesizedExpression':
      return textOf(expression.expression, scopes, depth);
    case 'BinaryExpression': {
      if (expression.operator !== '+') return undefined;
      const left = textOf(expression.left, scopes, depth - 1);
      const right = textOf(expression.right, scopes, depth - 1);
      return left === undefined || right === undefined ? undefined : left + right;
    }
    case 'Identifier':
      return textOf(constantValue(expression, scopes), scopes, depth - 1);
    default:
      return undefined;
  }
}

/** A number, a truth, a text or nothing, as it is written. */
export type Literal = undefined | null | boolean | number | string;

/** The value of a literal, or of `!0`, `-1` and the like. */
export function literalOf(expression: AnyNode): { readonly value: Literal } | undefined {
  if (expression.type === 'ParenthesizedExpression') return literalOf(expression.expression);
  if (expression.type === 'Literal') {
    const { value } = expression;
    const isPlain = value === null ? !('regex' in expression) && !('bigint' in expression) : typeof value !== 'object';
    return isPlain && typeof value !== 'bigint' ? { value: value as Literal } : undefined;
  }
  if (expression.type !== 'UnaryExpression') return undefined;
  const operand = literalOf(expression.argument);
  if (!operand) return undefined;
  switch (expression.operator) {
    case '!':
      return { value: !operand.value };
    case '-':
      return typeof operand.value === 'number' ? { value: -operand.value } : undefined;
    case 'void':
      return { value: undefined };
    default:
      return undefined;
  }
}

/** The expression that a name always has as its value: its only assignment. */
export function constantValue(expression: AnyNode, scopes: Scopes): AnyNode | undefined {
  if (expression.type !== 'Identifier') return expression;
  const binding = scopes.bindingOf.get(expression);
  const [write] = binding?.writes ?? [];
  return binding && binding.kind === 'variable' && binding.writes.length === 1 ? write?.value : undefined;
}
