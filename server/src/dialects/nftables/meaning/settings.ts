// What the statements that set marks do: where they set what, and where their rule goes on.
import type { FilterAction } from '../../../model/filter.js';
import { type Register, type RegisterExpression, UNTRACKED } from '../../../model/registers.js';
import { EXCLUDING } from '../../shared/untracked.js';
import { registerOf, registerSetBy } from '../program/registers.js';
import type { EffectStatement, Expression, RuleStatement } from '../syntax/tree.js';
import { MARK, STATE_BITS } from '../vocabulary/data-types.js';
import { ALWAYS, both, type Condition, NO_TEXTS, opaqueCondition } from './condition.js';
import type { RuleContext } from './context.js';
import { trackedCondition } from './field-values.js';
import { readsStatus, withConnection } from './registers.js';
import { ValueReader } from './value-reader.js';
import { mapConditions } from './verdict-map.js';

/** What a statement does to a register: where it sets what, and where the rule goes on. */
export interface Setting {
  readonly changes: readonly { readonly when: Condition; readonly action: FilterAction & { readonly kind: 'set' } }[];
  readonly goesOn: Condition;
}

/** How many elements of a map are followed one by one. */
const ELEMENT_LIMIT = 256;

/** What `meta mark set …`, `ct mark set …` or `notrack` does; `undefined` for other statements. */
export function settingOf(statement: EffectStatement, context: RuleContext): Setting | undefined {
  const { value } = statement;
  const register = registerSetBy(statement);
  if (statement.name === 'notrack') return untrackingBy(context);
  if (!register || !value) return undefined;
  const { followsMarks } = context.environment;
  // Without a connection there is nothing to mark, and the rule goes on (nft_ct_set_eval of Linux).
  const marked = register === 'packet-mark' ? ALWAYS : withConnection(register, context);
  const changes = (entries: readonly { readonly when: Condition; readonly to: RegisterExpression }[]) =>
    followsMarks
      ? entries.map(({ when, to }) => ({ when: both(marked, when), action: { kind: 'set', register, to } as const }))
      : [];
  if (value.kind === 'map') {
    const { entries, goesOn } = mapSetting(value.key, value.map, register, context);
    return { changes: changes(entries), goesOn };
  }
  const to = numberOf(value, context);
  const goesOn = withConnection(to, context);
  return { changes: changes([{ when: goesOn, to }]), goesOn };
}

/** The status where it depends on the way to a chain whether a rule excludes the packet. */
const MAYBE_EXCLUDING: RegisterExpression = {
  operator: '|',
  left: 'status',
  right: { operator: '&', left: 'unknown', right: UNTRACKED },
};

/** A packet with a connection stays tracked; one without, which is invalid, does not (nft_notrack_eval of Linux). */
function untrackingBy({ environment }: RuleContext): Setting | undefined {
  if (!environment.followsTracking) return undefined;
  const isInvalid = (bits: number) => bits === STATE_BITS.invalid;
  const invalid = environment.isSurelyEarly ? ALWAYS : trackedCondition(environment, isInvalid);
  const to = invalid ? EXCLUDING : MAYBE_EXCLUDING;
  return { changes: [{ when: invalid ?? ALWAYS, action: { kind: 'set', register: 'status', to } }], goesOn: ALWAYS };
}

/** A number that an expression gives; `unknown` where the file does not show it. */
function numberOf(expression: Expression, context: RuleContext): RegisterExpression {
  const register = registerOf(expression);
  if (register !== undefined && !readsStatus(register)) return register;
  if (expression.kind !== 'number' && expression.kind !== 'binary') return 'unknown';
  if (!isConstant(expression)) return 'unknown';
  return new ValueReader(MARK, context, context.problems).constant(expression) ?? 'unknown';
}

function isConstant(expression: Expression): boolean {
  if (expression.kind === 'binary') return isConstant(expression.left) && isConstant(expression.right);
  return expression.kind === 'number';
}

/** A mark by a map. Where no element has the key, the rule ends. */
function mapSetting(
  key: Expression,
  map: Expression,
  register: Register,
  context: RuleContext,
): {
  readonly entries: readonly { readonly when: Condition; readonly to: RegisterExpression }[];
  readonly goesOn: Condition;
} {
  const elements = context.elementsOf(map);
  const of = registerOf(key);
  const isOfItself = of !== undefined && JSON.stringify(of).includes(register);
  if (!elements || elements.length > ELEMENT_LIMIT || isOfItself) {
    const goesOn = opaqueCondition(`${context.text(key)} is in the map`);
    return { entries: [{ when: goesOn, to: 'unknown' }], goesOn };
  }
  const entries = mapConditions({ key, map }, elements, context).map(({ element: { value }, condition }) => ({
    when: condition,
    to: value === undefined || value.kind === 'verdict' ? ('unknown' as const) : numberOf(value, context),
  }));
  return { entries, goesOn: entries.flatMap(({ when }) => when) };
}

/** The condition without what is known to hold once the rule has got here: what it tests may have been set since. */
export function withoutTests(condition: Condition): Condition {
  return condition.map(({ tests: _, ...alternative }) => ({ ...alternative, opaque: NO_TEXTS }));
}

/**
 * Whether the alternatives of a condition test different things of what the rest of a rule may set, so that an alternative may
 * hold only once that is set for another one.
 */
export function testsDiffer(condition: Condition, rest: readonly RuleStatement[]): boolean {
  const isSet = (register: Register) => rest.some((statement) => maySet(statement, register));
  const keys = condition.map(({ tests = [] }) =>
    tests.flatMap(({ text, test }) => (test && reads(test.of, isSet) ? `${text} ${test.values.key}` : [])).join(' '),
  );
  return new Set(keys).size > 1;
}

/** Whether a statement, or a chain to which it leads, may set a register. */
function maySet(statement: RuleStatement, register: Register): boolean {
  const { kind } = statement;
  if (kind === 'verdict') return statement.verdict === 'jump' || statement.verdict === 'goto';
  return kind === 'verdict-map' || kind === 'anonymous-chain' || registerSetBy(statement) === register;
}

function reads(expression: RegisterExpression, isWanted: (register: Register) => boolean): boolean {
  if (typeof expression === 'number' || expression === 'unknown') return false;
  if (typeof expression === 'string') return isWanted(expression);
  return reads(expression.left, isWanted) || reads(expression.right, isWanted);
}

/** A setting under conditions of which it is not followed which holds. */
export function asUnknown(
  setting: Setting,
  condition: Condition,
): { readonly setting: Setting; readonly condition: Condition } {
  const changes = setting.changes.map(({ when, action }) => ({ when, action: { ...action, to: 'unknown' as const } }));
  const open = condition.map(({ tests, ...alternative }) => {
    return tests ? { ...alternative, opaque: [...alternative.opaque, ...tests.map(({ text }) => text)] } : alternative;
  });
  return { setting: { changes, goesOn: setting.goesOn }, condition: open };
}
