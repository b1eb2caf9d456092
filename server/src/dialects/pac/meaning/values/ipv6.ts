// Operations on the text of an IPv6 address: of all texts that one may be written as, which is decided where it is the same for all.
import { Memo } from '../../../../kept/memo.js';
import { Budget } from '../../../../model/budget.js';
import { HostSet } from '../../../../model/hosts.js';
import { IpSet } from '../../../../model/ip.js';
import type { Language } from '../../../../model/text-language.js';
import { type Condition, NEVER } from '../question/condition.js';
import { Region } from '../question/region.js';
import { PATH } from '../question/variables.js';
import type { OperationContext } from './context.js';
import { isOne } from './method.js';
import { Text } from './text.js';
import {
  Choice,
  Ipv6Text,
  Ipv6Value,
  ListOf,
  type OperationResult,
  TracedBoolean,
  TracedNumber,
  Unknown,
  type Value,
} from './value.js';

/** Stands for the address; never seen outside of this file, so that no URL is taken for it. */
const ADDRESS = new Text({ kind: 'variable', variable: PATH });

/** The text of the IPv6 address of a client, which is one of a language. */
export function ipv6Text(reason: string, language: Language, { node }: OperationContext): Ipv6Text {
  return new Ipv6Text(reason, node, ADDRESS, language);
}

/**
 * Does an operation on values of which some come from an IPv6 address, and all others are constant; `undefined` where there are none, or
 * others that are traced.
 */
export function onIpv6(
  values: readonly Value[],
  compute: (values: readonly Value[]) => OperationResult,
  context: OperationContext,
): { readonly result: OperationResult } | undefined {
  const one = values.find((value) => value instanceof Ipv6Value);
  if (!(one instanceof Ipv6Value)) return undefined;
  if (!values.every((value) => value instanceof Ipv6Value || typeof value !== 'object' || value === null))
    return undefined;
  const result = compute(values.map((value) => (value instanceof Ipv6Value ? value.value : value)));
  return { result: result === one.value ? one : settled(result, one, context) };
}

/** A condition on an IPv6 address, where it is the same for all that are possible. */
export function ipv6Condition(condition: Condition, from: Ipv6Value, context: OperationContext): Condition {
  return decided(condition, from, context) ?? { kind: 'unknown', unknown: new Unknown(from.reason, context.node) };
}

function decided(condition: Condition, { language }: Ipv6Value, { budget }: OperationContext): Condition | undefined {
  if (condition.kind === 'always' || condition.kind === 'never') return condition;
  const region = regions.of(language, regionOf);
  if (!region) return NEVER;
  const { holds, fails } = region.split(condition, budget);
  if (region.assumed.size === 0 && [...holds, ...fails].some(({ assumed }) => assumed.size > 0)) return undefined;
  if (holds.length > 0 && fails.length > 0) return undefined;
  return { kind: holds.length > 0 ? 'always' : 'never' };
}

/** The addresses are the same for all files. */
const UNLIMITED = new Budget(Number.POSITIVE_INFINITY);

const regions = new Memo<Language, Region | undefined>();

/** All texts of a language, as what is asked. */
function regionOf(language: Language): Region | undefined {
  const all = Region.of(HostSet.all, IpSet.all);
  return all.split({ kind: 'matches', text: ADDRESS, language }, UNLIMITED).holds[0];
}

function settled(result: OperationResult, from: Ipv6Value, context: OperationContext): OperationResult {
  if (result instanceof ListOf) return new ListOf(result.items.map((item) => settledValue(item, from, context)));
  if (result instanceof Choice) return chosen(result, from, context);
  return isOne(result) ? settledValue(result, from, context) : new Unknown(from.reason, context.node);
}

/** How many alternatives are tried. */
const CHOICE_LIMIT = 64;

/** The alternative that is the one for all addresses. */
function chosen({ alternatives }: Choice, from: Ipv6Value, context: OperationContext): OperationResult {
  let count = 0;
  for (const { when, value } of alternatives) {
    const condition = ++count > CHOICE_LIMIT ? undefined : decided(when, from, context);
    if (!condition) break;
    if (condition.kind === 'always') return settled(value, from, context);
  }
  return new Unknown(from.reason, context.node);
}

function settledValue(value: Value, from: Ipv6Value, context: OperationContext): Value {
  if (value instanceof TracedBoolean) {
    const condition = decided(value.condition, from, context);
    return condition ? condition.kind === 'always' : new Unknown(from.reason, context.node);
  }
  if (value instanceof Text || value instanceof TracedNumber)
    return new Ipv6Value(from.reason, context.node, value, from.language);
  return value instanceof Unknown ? new Unknown(from.reason, context.node) : value;
}
