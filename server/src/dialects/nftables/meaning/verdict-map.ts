// The conditions of the verdicts of a verdict map.
import type { LineProblem } from '../../shared/line-problem.js';
import { registerOf } from '../program/registers.js';
import type { Expression, SetElement, Span } from '../syntax/tree.js';
import type { FieldInfo } from '../vocabulary/field-types.js';
import { fieldsOf, tupleCondition } from './compare-concatenation.js';
import { noneOf } from './complement.js';
import { ALWAYS, both, type Condition, merge, opaqueCondition, type Restriction } from './condition.js';
import type { RuleContext } from './context.js';
import { fibMapConditions } from './fib.js';
import { requirements } from './field-values.js';
import { connectionsFor, registerMapConditions } from './registers.js';
import { tuplesOf } from './tuples.js';

/** The conditions of the elements of a map, in which packets are looked up by `key`. */
export function mapConditions(
  { key, map }: { readonly key: Expression; readonly map: Expression },
  elements: readonly SetElement[],
  context: RuleContext,
): { readonly element: SetElement; readonly condition: Condition }[] {
  // The defects of a named map are reported where its elements are.
  const problems: LineProblem[] = map.kind === 'set' ? context.problems : [];
  const register = registerOf(key);
  if (register !== undefined) return registerMapConditions(register, elements, key, context);
  const ofFib = fibMapConditions(key, elements, context);
  if (ofFib) return ofFib;
  const parts = key.kind === 'concatenation' ? key.parts : [key];
  const fields = fieldsOf(parts);
  const text = context.text(key);
  const result: { element: SetElement; condition: Condition }[] = [];
  const known: Condition[] = [];
  for (const element of elements) {
    if (element.key === '*') continue;
    const condition = fields ? elementCondition(fields, element, key, { context, problems }) : opaqueCondition(text);
    known.push(condition);
    result.push({ element, condition });
  }
  for (const element of elements) {
    if (element.key !== '*') continue;
    const needed = (fields ?? []).reduce<Restriction | undefined>(
      (all, info) => all && merge(all, requirements(info)),
      {},
    );
    if (needed) result.push({ element, condition: noneOf(known.flat(), needed, text) });
  }
  const connections = connectionsFor(fields ?? [], context);
  return result.map(({ element, condition }) => ({ element, condition: both(condition, connections) }));
}

function elementCondition(
  fields: readonly FieldInfo[],
  element: SetElement,
  span: Span,
  { context, problems }: { readonly context: RuleContext; readonly problems: LineProblem[] },
): Condition {
  if (element.key === '*') return ALWAYS;
  const { tuples, unknown } = tuplesOf(
    fields.map(({ type }) => type),
    element.key,
    context,
    problems,
  );
  if (unknown.length > 0 || element.conditional) return opaqueCondition(context.text(span));
  return tuples.flatMap((tuple) => tupleCondition(fields, tuple, span, context));
}
