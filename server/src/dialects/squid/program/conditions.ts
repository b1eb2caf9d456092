// Evaluates the conditions of `if`, which decide whether squid reads the lines inside.

import type { Segment, StatementLine } from './segments.js';

/** An `if` before its `endif`. */
export interface OpenCondition {
  readonly segment: Segment;
  readonly line: StatementLine;
  readonly text: string;
  /** Whether squid reads the following lines. */
  holds: boolean | 'unknown';
  /** Whether its gap has been recorded. */
  noted: boolean;
}

/** Whether squid reads the lines inside of all these conditions, as far as known. */
export function isRead(conditions: readonly OpenCondition[]): boolean {
  return conditions.every(({ holds }) => holds !== false);
}

/** A macro that squid replaces by the number of the process that reads the file. */
const PROCESS_NUMBER = '$' + '{process_number}';

/** `true`, `false`, or a comparison of two integers (`EvalBoolExpr`); unknown where it depends on the process number. */
export function evaluateCondition(text: string): boolean | 'unknown' | 'invalid' {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const operands = text.split('=').map((operand) => operand.trim());
  if (operands.length !== 2) return 'invalid';
  const numbers = operands.map((operand) => {
    if (operand === PROCESS_NUMBER) return 'unknown';
    return /^[-+]?(0x[0-9a-f]+|\d+)$/i.test(operand) ? Number(operand) : 'invalid';
  });
  if (numbers.includes('invalid')) return 'invalid';
  return numbers.includes('unknown') ? 'unknown' : numbers[0] === numbers[1];
}
