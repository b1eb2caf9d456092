// Reads the values of concatenations: `{ 192.0.2.1 . 443, 198.51.100.0/24 . 80 }`.
import type { LineProblem } from '../../shared/line-problem.js';
import type { Expression } from '../syntax/tree.js';
import type { DataType } from '../vocabulary/data-types.js';
import { fieldInfo } from '../vocabulary/field-types.js';
import { ValueReader } from './value-reader.js';
import { type SetSource, type Tuple, unknownVariable } from './values.js';

/** The values that a concatenation is compared with. */
export interface TupleSet {
  readonly tuples: readonly Tuple[];
  readonly unknown: readonly string[];
}

/** The tuples that an expression of concatenations has. */
export function tuplesOf(
  types: readonly DataType[],
  expression: Expression,
  sets: SetSource,
  problems: LineProblem[],
): TupleSet {
  const tuples: Tuple[] = [];
  const unknown: string[] = [];
  const pending: Expression[] = [expression];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.kind === 'set') {
      for (const element of next.elements) {
        if (element.key === '*') unknown.push('every other value');
        else if (element.conditional) unknown.push('an element with a timeout or limit');
        else pending.push(element.key);
      }
      continue;
    }
    if (next.kind === 'variable') {
      unknown.push(unknownVariable(next));
      continue;
    }
    const tuple = tupleOf(types, next, sets, problems);
    if (tuple) tuples.push(tuple);
    else unknown.push('an invalid value');
  }
  return { tuples, unknown };
}

function tupleOf(
  types: readonly DataType[],
  expression: Expression,
  sets: SetSource,
  problems: LineProblem[],
): Tuple | undefined {
  const parts = expression.kind === 'concatenation' ? expression.parts : [expression];
  if (parts.length !== types.length) {
    const message = `expected ${types.length} values joined by '.', found ${parts.length}`;
    problems.push({ code: 'syntax-error', start: expression.start, end: expression.end, message });
    return undefined;
  }
  return parts.map((part, i) => {
    const reader = new ValueReader(types[i] ?? WORD_TYPE, sets, problems);
    reader.add(part);
    return reader.result();
  });
}

const WORD_TYPE = fieldInfo('').type;
