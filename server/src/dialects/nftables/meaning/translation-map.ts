// Destinations by a map: `dnat to tcp dport map { 8443 : 10.20.0.9 }`.
import type { FilterAction } from '../../../model/filter.js';
import type { Expression, TranslateStatement } from '../syntax/tree.js';
import { destinationOf } from './actions.js';
import type { Condition } from './condition.js';
import type { RuleContext } from './context.js';
import { mapConditions } from './verdict-map.js';

/** How many elements of a map are followed one by one. */
const ELEMENT_LIMIT = 256;

/**
 * The destination that each element gives, with its condition; `undefined` for other statements and unknown maps. Packets
 * without an element end the rule: its lookup fails.
 */
export function mappedDestinations(
  statement: TranslateStatement,
  context: RuleContext,
): readonly { readonly when: Condition; readonly action: FilterAction }[] | undefined {
  const { name, address, port, complex } = statement;
  if (name !== 'dnat' || complex || address?.kind !== 'map') return undefined;
  const elements = context.elementsOf(address.map);
  if (!elements || elements.length > ELEMENT_LIMIT) return undefined;
  return mapConditions(address, elements, context).map(({ element: { value }, condition }) => {
    const [to, toPort] = value && value.kind !== 'verdict' ? endOf(value, port) : [undefined, port];
    return { when: condition, action: destinationOf(statement, to, toPort, context) };
  });
}

/** The address and port of an element, which may give both. */
function endOf(value: Expression, port: Expression | undefined): readonly (Expression | undefined)[] {
  if (value.kind !== 'concatenation') return [value, port];
  const [address, own, more] = value.parts;
  return more ? [undefined, undefined] : [address, own];
}
