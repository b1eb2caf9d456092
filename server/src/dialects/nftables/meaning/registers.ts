// Marks of packets and connections, and the status of connections: what tests them, and what the statements that set them do.
import type { OpaqueCondition } from '../../../model/filter.js';
import { IntervalSet } from '../../../model/intervals.js';
import {
  complementOfValues,
  MAX_REGISTER,
  type RegisterExpression,
  readsConnection,
  TRANSLATED_DESTINATION,
} from '../../../model/registers.js';
import { registerNamed, registerOf } from '../program/registers.js';
import type { MatchStatement, SetElement, Span } from '../syntax/tree.js';
import { MARK, STATE_BITS } from '../vocabulary/data-types.js';
import { type FieldInfo, fieldInfo } from '../vocabulary/field-types.js';
import { ALWAYS, BOTH, both, type Condition, NEVER, NO_RESTRICTION, NO_TEXTS, opaqueCondition } from './condition.js';
import type { RuleContext } from './context.js';
import { decided, requirements } from './field-values.js';
import { ValueReader } from './value-reader.js';
import { isNegated, type Values } from './values.js';

/** The condition of a test of a mark or status; `undefined` for tests of other things. */
export function registerCondition(match: MatchStatement, context: RuleContext): Condition | undefined {
  const { left, operator, right, mask } = match;
  const of = registerOf(left);
  if (of === undefined) return undefined;
  const text = context.text(match);
  const needed = withConnection(of, context);
  if (needed.length === 0) return NEVER;
  const unknown = both(needed, opaqueCondition(text));
  if (mask) return unknown;
  if (readsStatus(of)) return both(needed, statusCondition(match, of, context));
  const reader = new ValueReader(MARK, context, context.problems);
  reader.add(right);
  const { numbers, unknown: why } = reader.result();
  if (why.length > 0) return unknown;
  const [min, max] = [numbers.min ?? 0, numbers.max ?? 0];
  const ordered = {
    '<': [0, min - 1],
    '<=': [0, min],
    '>': [max + 1, MAX_REGISTER],
    '>=': [max, MAX_REGISTER],
  } as const;
  if (operator === '<' || operator === '<=' || operator === '>' || operator === '>=') {
    const [from, to] = ordered[operator];
    return from > to ? NEVER : both(needed, testCondition({ text, test: { of, values: IntervalSet.of([from, to]) } }));
  }
  const values = isNegated(operator) ? complementOfValues(numbers) : numbers;
  return both(needed, testCondition({ text, test: { of, values } }));
}

/** The condition that a mark has one of some values; `undefined` for fields of other things, and where values are unknown. */
export function registerValuesCondition(
  { name }: FieldInfo,
  { numbers, unknown }: Values,
  span: Span,
  context: RuleContext,
): Condition | undefined {
  const of = registerNamed(name);
  if (of === undefined || of === 'status' || unknown.length > 0) return undefined;
  return testCondition({ text: context.text(span), test: { of, values: numbers } });
}

/** That a packet has a connection, where one of some fields is read from it. */
export function connectionsFor(fields: readonly FieldInfo[], context: RuleContext): Condition {
  return fields.reduce((all, { name }) => {
    const of = registerNamed(name);
    return of === undefined ? all : both(all, withConnection(of, context));
  }, ALWAYS);
}

function testCondition(test: OpaqueCondition): Condition {
  return [{ restrictions: NO_RESTRICTION, phases: BOTH, opaque: NO_TEXTS, tests: [test] }];
}

/** Of the status of a connection, only whether its destination was translated is followed. */
function statusCondition(match: MatchStatement, of: RegisterExpression, context: RuleContext): Condition {
  const text = context.text(match);
  const { operator, right, left } = match;
  const reader = new ValueReader(fieldInfo('ct status').type, context, context.problems);
  if (right.kind === 'set') reader.add(right);
  const value = right.kind === 'set' || right.kind === 'set-reference' ? undefined : reader.constant(right);
  const mask = left.kind === 'binary' && left.operator === '&' ? reader.constant(left.right) : undefined;
  const isFlag = left.kind === 'field' && (operator === 'implicit' || operator === '!');
  const own = isFlag ? value : mask;
  if (value === undefined || own !== TRANSLATED_DESTINATION) return opaqueCondition(text);
  const bit: RegisterExpression = isFlag ? { operator: '&', left: of, right: TRANSLATED_DESTINATION } : of;
  const wanted = IntervalSet.of([value, value]);
  return testCondition({ text, test: { of: bit, values: isNegated(operator) ? complementOfValues(wanted) : wanted } });
}

export function readsStatus(expression: RegisterExpression): boolean {
  if (typeof expression !== 'object') return expression === 'status';
  return readsStatus(expression.left) || readsStatus(expression.right);
}

/** That a packet has a connection, where an expression reads from it: without one the rule ends (nft_ct_get_eval of Linux). */
export function withConnection(expression: RegisterExpression, context: RuleContext): Condition {
  if (!readsConnection(expression)) return ALWAYS;
  const test = (bits: number) => (bits & (STATE_BITS.new | STATE_BITS.established | STATE_BITS.related)) !== 0;
  const state = fieldInfo('ct state');
  return decided(state, requirements(state), test, context) ?? opaqueCondition('whether the packet is tracked');
}

/** The conditions of the elements of a map with a register as its key. */
export function registerMapConditions(
  of: RegisterExpression,
  elements: readonly SetElement[],
  key: Span,
  context: RuleContext,
): { readonly element: SetElement; readonly condition: Condition }[] {
  const text = context.text(key);
  const needed = withConnection(of, context);
  let known: IntervalSet<number> | undefined = IntervalSet.empty<number>();
  const read = elements.map((element) => {
    if (element.key === '*') return { element, values: undefined };
    const reader = new ValueReader(MARK, context, context.problems);
    reader.add(element.key);
    const { numbers, unknown } = reader.result();
    const values = unknown.length > 0 || element.conditional || readsStatus(of) ? undefined : numbers;
    known = values && known?.union(values);
    return { element, values };
  });
  return read.map(({ element, values }) => {
    const own = element.key === '*' ? known && complementOfValues(known) : values;
    const condition = own ? testCondition({ text, test: { of, values: own } }) : opaqueCondition(text);
    return { element, condition: both(needed, condition) };
  });
}
