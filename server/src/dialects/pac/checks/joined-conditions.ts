// Reports conditions on the host that exclude each other, joined by `&&`, and those of which one always holds, joined by `||`.
import type { Expression, LogicalExpression } from 'acorn';
import { HostSet } from '../../../model/hosts.js';
import {
  containing,
  endingWith,
  type Language,
  shellPattern,
  startingWith,
  words,
} from '../../../model/text-language.js';
import type { FileEdit } from '../../../text/edit.js';
import type { Problem } from '../../dialect.js';
import { nodesOf } from '../syntax/tree.js';
import { isHostPlaceholder } from '../vocabulary/placeholders.js';
import type { CheckContext } from './context.js';
import { PROOF_LIMIT } from './regular-expressions.js';
import { type TextTest, textTests } from './text-tests.js';

/** An operand that compares the host with a text. */
interface HostOperand {
  readonly node: Expression;
  readonly language: Language;
  /** Whether it holds for what is different. */
  readonly negated: boolean;
}

export function checkJoinedConditions(context: CheckContext): void {
  const chains = nodesOf(context.tree, 'LogicalExpression').filter((node) => isWholeChain(node, context));
  if (chains.length === 0) return;
  const tests = new Map(textTests(context).map((test) => [test.node, test]));
  let proofs = 0;
  const isProved = (chain: LogicalExpression, one: HostOperand, other: HostOperand) =>
    proofs++ < PROOF_LIMIT && clash(chain, one, other);
  for (const chain of chains) {
    const operands = operandsOf(chain).flatMap((operand) => hostOperand(operand, tests, context) ?? []);
    const found = clashing(chain, operands, isProved);
    if (found) report(chain, ...found, context);
    if (proofs >= PROOF_LIMIT) return;
  }
}

/**
 * The first two operands that clash. With `&&`, two that hold for what is different do not exclude each other; with `||`, two others leave
 * hosts out. So a long list of one kind has nothing to prove.
 */
function clashing(
  chain: LogicalExpression,
  operands: readonly HostOperand[],
  isProved: (chain: LogicalExpression, one: HostOperand, other: HostOperand) => boolean,
): [HostOperand, HostOperand] | undefined {
  const isAnd = chain.operator === '&&';
  const earlier: HostOperand[] = [];
  /** Those that may clash with any other. */
  const decisive: HostOperand[] = [];
  for (const later of operands) {
    const isDecisive = later.negated !== isAnd;
    const first = (isDecisive ? earlier : decisive).find((one) => isProved(chain, one, later));
    if (first) return [first, later];
    earlier.push(later);
    if (isDecisive) decisive.push(later);
  }
  return undefined;
}

function isWholeChain(node: LogicalExpression, { tree }: CheckContext): boolean {
  const parent = tree.parents.get(node);
  return node.operator !== '??' && !(parent?.type === 'LogicalExpression' && parent.operator === node.operator);
}

function operandsOf(chain: LogicalExpression): Expression[] {
  const operands: Expression[] = [];
  const pending: Expression[] = [chain];
  for (let one = pending.pop(); one; one = pending.pop()) {
    if (one.type === 'LogicalExpression' && one.operator === chain.operator) pending.push(one.right, one.left);
    else if (one.type === 'ParenthesizedExpression') pending.push(one.expression);
    else operands.push(one);
  }
  return operands;
}

function hostOperand(
  operand: Expression,
  tests: ReadonlyMap<Expression, TextTest>,
  context: CheckContext,
): HostOperand | undefined {
  let node = operand;
  let isInverted = false;
  while (node.type === 'ParenthesizedExpression' || (node.type === 'UnaryExpression' && node.operator === '!')) {
    if (node.type === 'UnaryExpression') isInverted = !isInverted;
    node = node.type === 'UnaryExpression' ? node.argument : node.expression;
  }
  const test = tests.get(node);
  if (test?.subject !== 'host' || context.isClaimed(node) || context.isClaimed(test.pattern)) return undefined;
  const text = context.constantOf(test.pattern);
  const language = text === undefined || isHostPlaceholder(text) ? undefined : languageOf(test, text);
  return language && { node: operand, language, negated: test.negated !== isInverted };
}

/** The texts for which a test holds that is a condition by itself. */
function languageOf({ shape, how, cut }: TextTest, text: string): Language | undefined {
  // Addresses of IPv6 are hosts as well, and no names.
  if (/[:[\]]/.test(text) || (cut !== undefined && cut !== text.length)) return undefined;
  switch (shape) {
    case 'whole':
      return words([text]);
    case 'start':
      return how === 'indexOf' || how === 'lastIndexOf' ? undefined : startingWith(text);
    case 'end':
      return endingWith(text);
    case 'within':
      return how === 'includes' ? containing([text]) : undefined;
    case 'shell': {
      const reading = shellPattern(text);
      return reading.kind === 'language' ? reading.language : undefined;
    }
    case 'local':
      return undefined;
  }
}

/** Whether it is proved that no host meets both (with `&&`), or that every host meets one (with `||`). */
function clash({ operator }: LogicalExpression, a: HostOperand, b: HostOperand): boolean {
  const isAnd = operator === '&&';
  // With `||`: no host fails both.
  const holds = ({ negated }: HostOperand) => negated !== isAnd;
  return HostSet.all.where(a.language, holds(a)).where(b.language, holds(b)).isEmpty;
}

function report(chain: LogicalExpression, earlier: HostOperand, later: HostOperand, context: CheckContext): void {
  if (!context.claim(chain)) return;
  const [a, b] = [earlier, later].map(({ node }) => `\`${context.textOf(node)}\``);
  const isAnd = chain.operator === '&&';
  const message = isAnd
    ? `No host meets both ${a} and ${b}: the condition is never true.`
    : `Every host meets ${a} or ${b}: the condition is always true.`;
  const fix = swap(chain, context);
  context.report(isAnd ? 'pac-never-matches' : 'pac-always-matches', chain, message, fix ? { fix } : {});
}

/** The other operator where it is what was meant: all operands are `host == "…"` with `&&`, or all `host != "…"` with `||`. */
function swap(chain: LogicalExpression, context: CheckContext): Problem['fix'] {
  const { parents } = context.tree;
  const wanted = chain.operator === '&&' ? /^===?$/ : /^!==?$/;
  // Another operator beside the chain could take an operand of it for its own.
  if (!/^(?:IfStatement|ReturnStatement|WhileStatement)$/.test(parents.get(chain)?.type ?? '')) return undefined;
  const operator = chain.operator === '&&' ? '||' : '&&';
  const edits: FileEdit[] = [];
  let before: Expression | undefined;
  for (const operand of operandsOf(chain)) {
    if (operand.type !== 'BinaryExpression' || !wanted.test(operand.operator)) return undefined;
    if (before) {
      const between = context.text.slice(before.end, operand.start);
      const at = before.end + between.indexOf(chain.operator);
      if (/[^\s()&|]/.test(between)) return undefined;
      edits.push(context.edit({ start: at, end: at + chain.operator.length }, operator));
    }
    before = operand;
  }
  return { title: `Write ${operator}`, edits };
}
