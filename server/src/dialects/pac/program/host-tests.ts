import type { AnyNode, Expression } from 'acorn';
import { calledHelper, textOf } from '../syntax/literals.js';
import type { Scopes } from '../syntax/scopes.js';
import type { Subjects } from './subjects.js';

/** Hosts that a condition asks for by a name in the file. */
export interface HostTest {
  /** The whole condition. */
  readonly node: Expression;
  /** The expression that spells the name. */
  readonly pattern: Expression;
  /** The helper, or `==`. */
  readonly how: string;
  readonly name: string;
  /** `exact` is the name alone, `below` what is below it, `loose` whatever ends with it. */
  readonly kind: 'exact' | 'below' | 'loose';
}

/** Reads a condition that asks whether the host is, or lies below, one name. */
export function readHostTest(node: AnyNode, subjects: Subjects, scopes: Scopes): HostTest | undefined {
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

/** The operands of a chain of `||`, in order; the expression itself where it is none. */
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
