// Conversions between the types of JavaScript, as ECMA-262 defines them for primitive values.
import { javascriptRegex, type Language, NOTHING } from '../../../../model/text-language.js';
import { allOf, type Condition, not } from '../question/condition.js';
import type { OperationContext } from './context.js';
import { identity, whereNumber } from './numbers.js';
import { matches } from './sources.js';
import { subjectOf } from './subject.js';
import type { Text } from './text.js';
import { type Primitive, TracedNumber, Unknown } from './value.js';

export function looselyEqual(a: Primitive, b: Primitive): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  return typeof a === typeof b ? a === b : Number(a) === Number(b);
}

export function isLess(a: Primitive, b: Primitive): boolean {
  return typeof a === 'string' && typeof b === 'string' ? a < b : Number(a) < Number(b);
}

export function isAtMost(a: Primitive, b: Primitive): boolean {
  return typeof a === 'string' && typeof b === 'string' ? a <= b : Number(a) <= Number(b);
}

export function languageOf(source: string): Language {
  const reading = javascriptRegex(source, '');
  return reading.kind === 'language' ? reading.language : NOTHING;
}

const SMALL = '^0*[0-9]{1,3}$';
const BLANK = '^\\s*$';
const EXPONENT = '(?:[eE][-+]?[0-9]+)?';
const NUMERIC = `^\\s*(?:[-+]?(?:Infinity|[0-9]+\\.?[0-9]*${EXPONENT}|\\.[0-9]+${EXPONENT})|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)?\\s*$`;

/** The numbers that are read from texts: the whole text, as `Number` reads it, or its beginning, as `parseInt` does. */
export type NumberReading = 'Number' | 'parseInt' | 'parseFloat';

interface NumberCase {
  readonly when: Condition;
  readonly value: TracedNumber | number | Unknown;
}

/** A text as a number: the first case whose condition holds; the last one, which is unknown, where none does. */
export function numberCases(text: Text, reading: NumberReading, { node }: OperationContext): readonly NumberCase[] {
  const unknown = new Unknown(`reads a number from ${subjectOf(text.form)}`, node);
  const decimal = identity({ kind: 'decimal', text, leading: reading !== 'Number' });
  const rest: NumberCase = { when: { kind: 'always' }, value: unknown };
  if (reading === 'Number') {
    return [
      { when: matches(text, languageOf(SMALL)), value: decimal },
      { when: matches(text, languageOf(BLANK)), value: 0 },
      { when: not(matches(text, languageOf(NUMERIC))), value: Number.NaN },
      rest,
    ];
  }
  // Behind the digits there may be anything that does not belong to a number.
  const behind = reading === 'parseInt' ? '(?:[^0-9xX][^]*)?' : '(?:[^0-9.eE][^]*|\\.(?:[^0-9eE][^]*)?)?';
  return [
    { when: matches(text, languageOf(`^0*[0-9]{1,3}${behind}$`)), value: decimal },
    { when: not(matches(text, languageOf('^\\s*[-+]?\\.?[0-9I]'))), value: Number.NaN },
    rest,
  ];
}

/** Where a text, as a number, is one for which `holds`. */
export function whereNumberOf(
  text: Text,
  holds: (value: Primitive) => boolean,
  context: OperationContext,
): Condition[] {
  const conditions: Condition[] = [];
  const before: Condition[] = [];
  for (const { when, value } of numberCases(text, 'Number', context)) {
    conditions.push(allOf([...before, when, holdsFor(value, holds, context)]));
    before.push(not(when));
  }
  return conditions;
}

function holdsFor(
  value: TracedNumber | number | Unknown,
  holds: (value: Primitive) => boolean,
  context: OperationContext,
): Condition {
  if (value instanceof Unknown) return { kind: 'unknown', unknown: value };
  if (value instanceof TracedNumber) return whereNumber(value, holds, context);
  return { kind: holds(value) ? 'always' : 'never' };
}
