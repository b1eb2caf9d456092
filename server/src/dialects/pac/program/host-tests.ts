// Recognises conditions that compare the host with a name, for checks and fixes.
import type { AnyNode, Expression, IfStatement } from 'acorn';
import { textOf } from './constants.js';
import { calledHelper } from './helper-calls.js';
import type { PacProgram } from './program.js';

/** A condition that compares the host with a name in the file. */
export interface HostTest {
  /** The whole condition. */
  readonly node: Expression;
  /** The expression that spells the name. */
  readonly pattern: Expression;
  /** The helper, or `==`. */
  readonly how: string;
  readonly name: string;
  /** `exact` is the name alone, `below` its subdomains, `loose` every name that ends with it. */
  readonly kind: 'exact' | 'below' | 'loose';
}

/** Reads a condition that tests whether the host is one name or a subdomain of it. */
export function readHostTest(node: AnyNode, { subjects, scopes }: PacProgram): HostTest | undefined {
  if (node.type === 'BinaryExpression' && (node.operator === '==' || node.operator === '===')) {
    const { left, right } = node;
    if (left.type === 'PrivateIdentifier') return undefined;
    const [subject, pattern] = subjects.of(left) ? [left, right] : [right, left];
    const name = textOf(pattern, scopes);
    if (subjects.of(subject) !== 'host' || !name) return undefined;
    return { node, pattern, how: '==', name, kind: 'exact' };
  }
  const call = calledHelper(node, scopes);
  const [subject, pattern] = call?.args ?? [];
  if (!call || !pattern || node.type !== 'CallExpression' || subjects.of(subject) !== 'host') return undefined;
  const text = textOf(pattern, scopes);
  if (text === undefined || text === '') return undefined;
  const found = (name: string, kind: HostTest['kind']): HostTest => ({ node, pattern, how: call.name, name, kind });
  switch (call.name) {
    case 'dnsDomainIs':
      return text.startsWith('.') ? found(text.slice(1), 'below') : found(text, 'loose');
    case 'shExpMatch': {
      const rest = text.replace(/^\*\.?/, '');
      if (!/^[\w.-]+$/.test(rest)) return undefined;
      return found(rest, text.startsWith('*.') ? 'below' : text.startsWith('*') ? 'loose' : 'exact');
    }
    default:
      return undefined;
  }
}

/** The operands of a chain of `||`, in order; the expression itself where it is not a chain. */
export function alternatives(expression: Expression): Expression[] {
  const operands: Expression[] = [];
  const pending: Expression[] = [expression];
  for (let one = pending.pop(); one; one = pending.pop()) {
    if (one.type === 'LogicalExpression' && one.operator === '||') pending.push(one.right, one.left);
    else if (one.type === 'ParenthesizedExpression') pending.push(one.expression);
    else operands.push(one);
  }
  return operands;
}

/** What an `if` without `else` returns, if that is all it does; `null` for nothing. */
export function returnedBy(statement: IfStatement): Expression | null | undefined {
  if (statement.alternate) return undefined;
  const { consequent } = statement;
  const last = consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent;
  return last?.type === 'ReturnStatement' ? (last.argument ?? null) : undefined;
}
