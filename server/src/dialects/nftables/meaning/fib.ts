// The conditions of `fib`: whether there is a route back, and the type of an address.
import { IpSet } from '../../../model/ip.js';
import { numberInC } from '../../../text/c-numbers.js';
import { BROADCAST, MULTICAST, ROUTED, routedTypeAt } from '../../shared/address-types.js';
import type { FieldExpression, MatchStatement, SetElement, Span } from '../syntax/tree.js';
import { FIB_TYPE } from '../vocabulary/data-types.js';
import { ALWAYS, type Alternative, BOTH, type Condition, NEVER, NO_TEXTS, opaqueCondition } from './condition.js';
import type { RuleContext } from './context.js';
import { ValueReader } from './value-reader.js';
import { isNegated } from './values.js';

/** The condition of a test of `fib …`; `undefined` for tests of other things. */
export function fibCondition(match: MatchStatement, context: RuleContext): Condition | undefined {
  const { left, right, operator } = match;
  if (left.kind !== 'field' || !left.field.startsWith('fib ')) return undefined;
  const text = context.text(match);
  if (/^fib saddr(?: \. (?:mark|iif))* (?:oif|check)$/.test(left.field))
    return reversePath(match) ?? opaqueCondition(text);
  if (!isType(left) || !['implicit', '==', '!='].includes(operator)) return opaqueCondition(text);
  const reader = new ValueReader(FIB_TYPE, context, context.problems);
  reader.add(right);
  const { numbers, unknown } = reader.result();
  if (unknown.length > 0) return opaqueCondition(text);
  return typeCondition(left, (type) => numbers.has(type) !== isNegated(operator), context, text);
}

/** Packets are assumed to come by the interface that leads back to their source: one that does not would be spoofed. */
function reversePath({ right, operator }: MatchStatement): Condition | undefined {
  const isMissing =
    right.kind === 'number' ? numberInC(right.text) === 0 : right.kind === 'word' && right.text === 'missing';
  if (!isMissing && !(right.kind === 'word' && right.text === 'exists')) return undefined;
  return isMissing === isNegated(operator) ? ALWAYS : NEVER;
}

function isType({ field }: FieldExpression): boolean {
  return /^fib [sd]addr(?: \. (?:mark|iif|oif))* type$/.test(field);
}

/** The numbers of the types that the address itself or the hook shows (rtnetlink(7): RTN_UNICAST, RTN_LOCAL and so on). */
const TYPES = { unicast: 1, local: 2, broadcast: 3, multicast: 5 } as const;

/** The condition that the type of an address satisfies a test. */
function typeCondition(
  { field }: FieldExpression,
  test: (type: number) => boolean,
  context: RuleContext,
  text: string,
): Condition {
  const isSource = field.startsWith('fib saddr');
  const known = routedTypeAt(isSource ? 'src' : 'dst', context.environment.hooks);
  const within = (addresses: IpSet, opaque: readonly string[]): Alternative => {
    return { restrictions: [isSource ? { source: addresses } : { destination: addresses }], phases: BOTH, opaque };
  };
  if (isSource && context.environment.sourceUnknown) return opaqueCondition(text);
  const sure = [
    ...(test(TYPES.multicast) ? [MULTICAST] : []),
    ...(test(TYPES.broadcast) ? [BROADCAST] : []),
    ...(known !== undefined && test(TYPES[known]) ? [ROUTED] : []),
  ];
  const open = known === undefined ? [within(ROUTED, [text])] : [];
  return [...(sure.length > 0 ? [within(IpSet.join(sure), NO_TEXTS)] : []), ...open];
}

/** The conditions of the elements of a map by the type of an address; `undefined` where the key is something else. */
export function fibMapConditions(
  key: Span & { readonly kind: string },
  elements: readonly SetElement[],
  context: RuleContext,
): { readonly element: SetElement; readonly condition: Condition }[] | undefined {
  if (!isField(key) || !isType(key)) return undefined;
  const text = context.text(key);
  const named = new Set<number>();
  const read = elements.map((element) => {
    if (element.key === '*') return { element, types: undefined };
    const reader = new ValueReader(FIB_TYPE, context, context.problems);
    reader.add(element.key);
    const { numbers, unknown } = reader.result();
    for (const [first, last] of numbers.intervals) for (let type = first; type <= last; type++) named.add(type);
    return { element, types: unknown.length > 0 || element.conditional ? ('unknown' as const) : numbers };
  });
  const isUnclear = read.some(({ types }) => types === 'unknown');
  return read.map(({ element, types }) => {
    if (isUnclear || types === 'unknown') return { element, condition: opaqueCondition(text) };
    return { element, condition: typeCondition(key, (type) => types?.has(type) ?? !named.has(type), context, text) };
  });
}

function isField(expression: Span & { readonly kind: string }): expression is FieldExpression {
  return expression.kind === 'field';
}
