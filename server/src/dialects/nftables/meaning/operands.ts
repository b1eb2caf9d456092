// What the operands of statements that are no tests mean for a rule: a packet without the header that one names does not pass
// the statement (NFT_BREAK of Linux), and a header that one changes is another for what comes later.
import type { FilterAction } from '../../../model/filter.js';
import { changedPort } from '../program/effects.js';
import { expressionsOf } from '../program/rule-statements.js';
import type { EffectStatement, Expression, RuleStatement } from '../syntax/tree.js';
import { fieldInfo } from '../vocabulary/field-types.js';
import { HEADER_LAYERS } from '../vocabulary/headers.js';
import { singlePort } from './actions.js';
import { ALWAYS, BOTH, both, type Condition, FAMILY, inPhases, opaqueCondition } from './condition.js';
import type { RuleContext } from './context.js';
import { requirements } from './field-values.js';

/** The condition that packets have the operands of a statement that is no test. */
export function operandCondition(statement: RuleStatement, context: RuleContext): Condition {
  switch (statement.kind) {
    case 'effect': {
      const target = changedField(statement);
      const own = target === undefined ? ALWAYS : hasField(target);
      // What becomes of a mark that a map gives is followed element by element; see settings.ts.
      return both(own, allOperands(statement, context, target === undefined && isMark(statement)));
    }
    case 'condition':
      return allOperands(statement, context);
    case 'translate': {
      const { family } = statement;
      // Packets of the other family are not translated, and stay in the chain (nft_nat_inet_eval of Linux).
      return family === undefined ? ALWAYS : inPhases(BOTH, [FAMILY[family === 'ip' ? 4 : 6]]);
    }
    default:
      return ALWAYS;
  }
}

/** Why verdicts are undecided after a statement that changes what later rules test; `undefined` for others. */
export function headerChange(statement: RuleStatement, context: RuleContext): FilterAction | undefined {
  const end = changedPort(statement);
  const value = end && statement.kind === 'effect' ? statement.value : undefined;
  // A translation gives packets the ports of their connection again (nf_nat_proto.c).
  const ports = value && !context.environment.translated ? singlePort(value, context) : undefined;
  if (ports) return { kind: 'change', [end === 'source' ? 'sourcePorts' : 'destinationPorts']: ports };
  const field = changedField(statement);
  if (field === undefined || fieldInfo(field).dimension === undefined) return undefined;
  return { kind: 'undecided', reason: `${context.text(statement)} changes the packet` };
}

/** The header field that `tcp sport set 5` changes. */
function changedField(statement: RuleStatement): string | undefined {
  if (statement.kind !== 'effect' || statement.name !== 'set') return undefined;
  const [header = ''] = statement.target?.split(' ', 1) ?? [];
  return HEADER_LAYERS.has(header) ? statement.target : undefined;
}

function isMark({ name, target }: EffectStatement): boolean {
  return name === 'set' && (target === 'meta mark' || target === 'ct mark');
}

function allOperands(statement: RuleStatement, context: RuleContext, followsMaps = false): Condition {
  return expressionsOf(statement).reduce((all, one) => both(all, operand(one, context, followsMaps)), ALWAYS);
}

function operand(expression: Expression, context: RuleContext, followsMaps: boolean): Condition {
  switch (expression.kind) {
    case 'field':
      return hasField(expression.field);
    case 'concatenation':
      return expression.parts.reduce((all, part) => both(all, operand(part, context, followsMaps)), ALWAYS);
    case 'binary':
      return operand(expression.left, context, followsMaps);
    case 'map':
      // A packet without an element in the map does not pass.
      return followsMaps
        ? operand(expression.key, context, followsMaps)
        : both(operand(expression.key, context, followsMaps), opaqueCondition(context.text(expression)));
    default:
      return ALWAYS;
  }
}

function hasField(field: string): Condition {
  const restriction = requirements(fieldInfo(field));
  return Object.keys(restriction).length === 0 ? ALWAYS : inPhases(BOTH, [restriction]);
}
