// The meaning of one rule: the packets that it matches, and its actions.
import { addAll } from '../../../kept/lists.js';
import type { FilterAction, FilterRule, Phase } from '../../../model/filter.js';
import { ANY_PACKET, type PacketBox } from '../../../model/packets.js';
import type { LineProblem } from '../../shared/line-problem.js';
import { ownStatements } from '../program/rule-statements.js';
import { REFUSED_LINE, type RuleEntry } from '../program/ruleset.js';
import type { RuleBody, RuleStatement } from '../syntax/tree.js';
import { actionOf, verdictAction } from './actions.js';
import { matchCondition } from './compare-field.js';
import {
  ALWAYS,
  type Alternative,
  both,
  boxOf,
  type Condition,
  FIRST,
  NEVER,
  opaqueCondition,
  REPLY,
} from './condition.js';
import { RuleContext } from './context.js';
import type { Environment } from './environment.js';
import { namesInterface } from './interfaces.js';
import type { TableSets } from './named-sets.js';
import { headerChange, operandCondition } from './operands.js';
import { refusalsOf, testedFirst } from './refusals.js';
import { asUnknown, type Setting, settingOf, testsDiffer, withoutTests } from './settings.js';
import { mappedDestinations } from './translation-map.js';
import { mapConditions } from './verdict-map.js';

/** A part of the meaning of a rule; a rule with a map, or with a list of states, has several. */
export interface RulePart {
  readonly match: readonly PacketBox[];
  readonly phases: readonly Phase[];
  readonly limit?: FilterRule['limit'];
  readonly opaque: FilterRule['opaque'];
  readonly action: FilterAction | AnonymousChain;
}

/** `jump { … }`, which becomes a chain of the model. */
export interface AnonymousChain {
  readonly kind: 'anonymous-chain';
  /** `inline`: it is the rest of the rule. */
  readonly verdict: 'jump' | 'goto' | 'inline';
  readonly parts: readonly RulePart[];
}

export interface RuleMeaning {
  readonly parts: readonly RulePart[];
  readonly problems: readonly LineProblem[];
  /** It tests interfaces, which packets do not have at every hook. */
  readonly testsInterfaces: boolean;
}

/** The meaning of a rule in an environment; `sets` resolves its named sets. */
export function ruleMeaning(
  { body, node }: Pick<RuleEntry, 'body' | 'node'>,
  environment: Environment,
  sets: TableSets,
): RuleMeaning {
  const context = new RuleContext(environment, sets, node.text);
  const refusals = refusalsOf(body, environment.family);
  addAll(context.problems, refusals);
  const isRefused = refusals.length > 0 || node.problems.some(({ code }) => code === 'syntax-error');
  const parts = isRefused ? [REFUSED] : partsOf(body, context);
  const problems = context.problems.length === 0 ? NO_PROBLEMS : context.problems;
  return { parts, problems, testsInterfaces: parts.some(tests) };
}

/** nft loads nothing of a file with such a rule: what the rule is to be is open. */
const REFUSED: RulePart = {
  match: [ANY_PACKET],
  phases: ['first', 'reply'],
  opaque: [{ text: REFUSED_LINE }],
  action: { kind: 'undecided', reason: `it depends on ${REFUSED_LINE}` },
};

const CONTINUE: FilterAction = { kind: 'continue' };
const NO_PROBLEMS: readonly LineProblem[] = [];

function tests({ match, action }: RulePart): boolean {
  return match.some(namesInterface) || (action.kind === 'anonymous-chain' && action.parts.some(tests));
}

/** The parts of a rule, statement by statement: each applies to the packets that pass the preceding ones. */
function partsOf(body: RuleBody, context: RuleContext): RulePart[] {
  return partsOfStatements(ownStatements(body), testedFirst(body, context.environment.family), context);
}

function partsOfStatements(statements: readonly RuleStatement[], start: Condition, context: RuleContext): RulePart[] {
  const parts: RulePart[] = [];
  let condition = start;
  const add = (when: Condition, action: RulePart['action']) => {
    for (const alternative of when) {
      const part = partOf(alternative, action, context);
      if (part) parts.push(part);
    }
  };
  for (const [index, statement] of statements.entries()) {
    condition = both(condition, operandCondition(statement, context));
    const change = headerChange(statement, context);
    if (change?.kind === 'change') {
      return [...parts, ...partsOfChange(change, condition, statements.slice(index + 1), context)];
    }
    if (change) add(condition, change);
    switch (statement.kind) {
      case 'match':
        condition = both(condition, matchCondition(statement, context));
        break;
      case 'condition':
        condition = both(condition, opaqueCondition(context.text(statement)));
        break;
      case 'verdict-map': {
        const elements = context.elementsOf(statement.map);
        if (!elements) {
          const reason = `${context.text(statement)} depends on the elements of the map at run time`;
          add(condition, { kind: 'undecided', reason });
          break;
        }
        const passed: Condition[] = [];
        for (const { element, condition: key } of mapConditions(statement, elements, context)) {
          const action = verdictAction(element);
          const here = both(condition, key);
          if (action) add(here, action);
          else passed.push(here);
        }
        // Packets without an element, or with a verdict, do not reach the statements after the map.
        condition = passed.flat();
        break;
      }
      case 'anonymous-chain': {
        const inner = statement.rules.flatMap((rule) => partsOf(rule, context));
        add(condition, { kind: 'anonymous-chain', verdict: statement.verdict, parts: inner });
        // Packets that come back from a chain go on with the next rule.
        condition = NEVER;
        break;
      }
      case 'effect': {
        const setting = settingOf(statement, context);
        if (!setting) break;
        const rest = statements.slice(index + 1);
        const own = testsDiffer(condition, statements.slice(index))
          ? asUnknown(setting, condition)
          : { setting, condition };
        return [...parts, ...partsOfSetting(own.setting, own.condition, rest, context)];
      }
      case 'translate': {
        const mapped = mappedDestinations(statement, context);
        if (mapped) for (const { when, action } of mapped) add(both(condition, when), action);
        else add(condition, actionOf(statement, context) ?? CONTINUE);
        break;
      }
      default: {
        const action = actionOf(statement, context);
        if (action) add(condition, action);
        break;
      }
    }
    // The rest of a rule that matches nothing is read for what nft refuses in it.
  }
  return parts;
}

/** The parts of a statement that changes packets, and of those after it, which see them changed. */
function partsOfChange(
  change: FilterAction,
  condition: Condition,
  rest: readonly RuleStatement[],
  context: RuleContext,
): RulePart[] {
  const own = partsOfEach(ALWAYS, change, context);
  const after = partsOfStatements(rest, ALWAYS, context);
  if (after.length === 0) return partsOfEach(condition, change, context);
  return partsOfEach(condition, { kind: 'anonymous-chain', verdict: 'inline', parts: [...own, ...after] }, context);
}

function partsOfEach(condition: Condition, action: RulePart['action'], context: RuleContext): RulePart[] {
  return condition.flatMap((alternative) => partOf(alternative, action, context) ?? []);
}

/**
 * The parts of a statement that sets a register, and of those after it. These test what it has set, while those before it have
 * tested what was there: so the rest of the rule becomes a chain, which is entered once.
 */
function partsOfSetting(
  { changes, goesOn }: Setting,
  condition: Condition,
  rest: readonly RuleStatement[],
  context: RuleContext,
): RulePart[] {
  if (changes.length === 0) return partsOfStatements(rest, both(condition, goesOn), context);
  const partsFor = (before: Condition): RulePart[] =>
    changes.flatMap(({ when, action }) => both(before, when).flatMap((one) => partOf(one, action, context) ?? []));
  if (rest.length === 0) return partsFor(condition);
  return condition.flatMap((alternative): RulePart[] => {
    const inner = withoutTests([alternative]);
    const after = partsOfStatements(rest, both(inner, goesOn), context);
    if (after.length === 0) return partsFor([alternative]);
    const chain: AnonymousChain = { kind: 'anonymous-chain', verdict: 'inline', parts: [...partsFor(inner), ...after] };
    const part = partOf(alternative, chain, context);
    return part ? [part] : [];
  });
}

function partOf(
  { restrictions, phases, limit, opaque, tests }: Alternative,
  action: RulePart['action'],
  { environment: { family } }: RuleContext,
): RulePart | undefined {
  const own = family === 'ip' ? 4 : family === 'ip6' ? 6 : undefined;
  // Of packets that belong to no phase, only those with odd flags are compared with other rules.
  if ((phases & (FIRST | REPLY)) === 0 && limit?.segment === undefined && limit?.flags === undefined) return undefined;
  const match = restrictions.flatMap((restriction) => boxOf(restriction, own) ?? []);
  if (match.length === 0) return undefined;
  const texts = opaque.length === 0 ? NO_CONDITIONS : [...new Set(opaque)].map((text) => ({ text }));
  const conditions = tests ? [...texts, ...tests] : texts;
  return { match, phases: phasesOf(phases), limit, opaque: conditions, action };
}

export const NO_CONDITIONS: FilterRule['opaque'] = [];
export const BOTH_PHASES: readonly Phase[] = ['first', 'reply'];
const FIRST_PHASE: readonly Phase[] = ['first'];
const REPLY_PHASE: readonly Phase[] = ['reply'];
const NO_PHASE: readonly Phase[] = [];

function phasesOf(phases: number): readonly Phase[] {
  switch (phases & (FIRST | REPLY)) {
    case 0:
      return NO_PHASE;
    case FIRST:
      return FIRST_PHASE;
    case REPLY:
      return REPLY_PHASE;
    default:
      return BOTH_PHASES;
  }
}
