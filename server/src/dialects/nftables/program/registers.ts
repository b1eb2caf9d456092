// Which expressions are about what rules set and later rules test: marks, and the status of connections.

import type { Register, RegisterExpression } from '../../../model/registers.js';
import { numberInC } from '../../../text/c-numbers.js';
import type { Expression, RuleStatement } from '../syntax/tree.js';
import { eachStatement, fieldsOf } from './rule-statements.js';
import type { Effects, Table } from './ruleset.js';

const REGISTERS: ReadonlyMap<string, Register> = new Map([
  ['meta mark', 'packet-mark'],
  ['ct mark', 'connection-mark'],
  ['ct status', 'status'],
]);

/** The register that a field is; `undefined` for fields of other things. */
export function registerNamed(field: string): Register | undefined {
  return REGISTERS.get(field);
}

/** An expression of registers and numbers; `undefined` for expressions that read anything else, or no register. */
export function registerOf(expression: Expression): RegisterExpression | undefined {
  if (expression.kind === 'field') return REGISTERS.get(expression.field);
  if (expression.kind !== 'binary') return undefined;
  const [left, right] = [operandOf(expression.left), operandOf(expression.right)];
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return undefined;
  return { operator: expression.operator, left, right };
}

function operandOf(expression: Expression): RegisterExpression | undefined {
  if (expression.kind === 'word') return expression.text === 'dnat' ? 0x20 : undefined;
  if (expression.kind !== 'number') return registerOf(expression);
  return numberInC(expression.text, 0xffff_ffff);
}

/** Whether a statement tests a register, or sets one. */
export function usesRegister(statement: RuleStatement): boolean {
  return testsRegister(statement) || registerSetBy(statement) !== undefined;
}

/** The register that a statement sets: `notrack` sets a bit of the status. */
export function registerSetBy(statement: RuleStatement): Register | undefined {
  if (statement.kind !== 'effect') return undefined;
  return statement.name === 'notrack' ? 'status' : REGISTERS.get(statement.target ?? '');
}

function testsRegister(statement: RuleStatement): boolean {
  if (statement.kind === 'match') return mentions(statement.left, () => true);
  return statement.kind === 'verdict-map' && mentions(statement.key, () => true);
}

/** Whether an expression contains the name of a register of some kind. */
function mentions(expression: Expression, isWanted: (register: Register) => boolean): boolean {
  for (const field of fieldsOf(expression)) {
    const register = REGISTERS.get(field);
    if (register !== undefined && isWanted(register)) return true;
  }
  return false;
}

/** Whether what rules set can change a verdict, and whether replies depend on what their connection remembers. */
export function registerEffects(tables: Iterable<Table>): Pick<Effects, 'followsMarks' | 'remembers'> {
  let [followsMarks, remembers] = [false, false];
  const ofConnection = (register: Register) => register !== 'packet-mark';
  for (const table of tables) {
    const statements = [...table.chains.values()].flatMap(({ dependentRules }) =>
      dependentRules.flatMap(({ body }) => [...eachStatement(body)]),
    );
    followsMarks ||= statements.some(testsRegister) && mayDeny(table);
    remembers ||= statements.some((statement) => {
      if (statement.kind === 'match') return mentions(statement.left, ofConnection);
      if (statement.kind === 'verdict-map') return mentions(statement.key, ofConnection);
      return statement.kind === 'effect' && statement.value !== undefined && mentions(statement.value, ofConnection);
    });
  }
  return { followsMarks, remembers: followsMarks && remembers };
}

/** Whether a table may do anything but accept. Jumps do not leave a table. */
function mayDeny({ chains, sets }: Table): boolean {
  const denies = (statement: RuleStatement): boolean =>
    statement.kind === 'reject' ||
    statement.kind === 'terminal' ||
    statement.kind === 'translate' ||
    statement.kind === 'verdict-map' ||
    (statement.kind === 'verdict' && statement.verdict === 'drop');
  return (
    [...sets.values()].some(({ isMap }) => isMap) ||
    [...chains.values()].some(
      ({ policy, rules }) =>
        policy === 'drop' || rules.some((rule) => !('body' in rule) || [...eachStatement(rule.body)].some(denies)),
    )
  );
}
