// Reports conditions on hosts that an earlier condition has already decided.
import type { AnyNode, Expression, IfStatement } from 'acorn';
import { endOfLine, startOfLine } from '../../../text/lines.js';
import type { TextRange } from '../../../text/range.js';
import { textOf } from '../program/constants.js';
import { alternatives, type HostTest, readHostTest, returnedBy } from '../program/host-tests.js';
import { oneLine } from '../syntax/quoted-line.js';
import { nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';

export function checkShadowedConditions(context: CheckContext): void {
  for (const node of nodesOf(context.tree, 'BlockStatement')) {
    if (context.functionAround(node)) checkBlock(node.body, context);
  }
}

interface DecidedHosts {
  readonly node: Expression;
  readonly returns: Expression | null | undefined;
}

/** Walks a block's `if (…) return …` statements in order. */
function checkBlock(statements: readonly AnyNode[], context: CheckContext): void {
  const exact = new Map<string, DecidedHosts>();
  const below = new Map<string, DecidedHosts>();
  for (const statement of statements) {
    if (statement.type !== 'IfStatement') continue;
    const returned = returnedBy(statement);
    if (returned === undefined) continue;
    const tests = alternatives(statement.test).flatMap((operand) => {
      const test = readHostTest(operand, context);
      // What no host meets decides none.
      return test && (test.kind === 'loose' || !context.isClaimed(test.node)) ? [test] : [];
    });
    for (const test of tests) {
      const earlier = test.kind === 'loose' ? undefined : coveredBy(test, exact, below);
      if (earlier) reportShadowed(test, earlier, { statement, returned }, context);
      const decided = { node: test.node, returns: returned };
      if (test.kind !== 'below' && !exact.has(test.name)) exact.set(test.name, decided);
      if (test.kind !== 'exact' && !below.has(test.name)) below.set(test.name, decided);
    }
  }
}

function coveredBy(
  { name, kind }: HostTest,
  exact: ReadonlyMap<string, DecidedHosts>,
  below: ReadonlyMap<string, DecidedHosts>,
): DecidedHosts | undefined {
  const same = (kind === 'exact' ? exact : below).get(name);
  if (same) return same;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const parent = below.get(name.slice(dot + 1));
    if (parent) return parent;
  }
  return undefined;
}

function reportShadowed(
  test: HostTest,
  earlier: DecidedHosts,
  { statement, returned }: { readonly statement: IfStatement; readonly returned: Expression | null },
  context: CheckContext,
): void {
  const shown = oneLine(context.textOf(earlier.node));
  const same =
    earlier.returns && returned
      ? (textOf(earlier.returns, context.scopes) ?? context.textOf(earlier.returns)) ===
        (textOf(returned, context.scopes) ?? context.textOf(returned))
      : false;
  const { start, end } = earlier.node;
  const related = [{ uri: context.tree.source.uri, range: { start, end }, message: 'This condition decides first.' }];
  const title = same ? 'Remove this: it changes nothing' : 'Remove this: it never decides';
  const more = { related, fix: { title, edits: [context.edit(rangeWithout(test.node, statement, context), '')] } };
  if (same) {
    const message = `Changes nothing: \`${shown}\` has already decided these hosts, with the same result.`;
    context.report('redundant-rule', test.node, message, more);
  } else {
    const message = `Never decides: \`${shown}\` has already decided these hosts.`;
    context.report('shadowed-rule', test.node, message, more);
  }
}

/** What to take out with an operand of the condition of a statement: an `||` beside it, or the whole statement where there is no other. */
function rangeWithout(operand: AnyNode, statement: IfStatement, { text }: CheckContext): TextRange {
  const operands = alternatives(statement.test);
  const index = operands.findIndex(({ start, end }) => start <= operand.start && operand.end <= end);
  const [previous, own, next] = [operands[index - 1], operands[index], operands[index + 1]];
  if (own && next) return { start: own.start, end: next.start };
  if (own && previous) return { start: previous.end, end: own.end };
  const lines = { start: startOfLine(text, statement.start), end: endOfLine(text, statement.end) };
  const isAlone =
    text.slice(lines.start, statement.start).trim() === '' && text.slice(statement.end, lines.end).trim() === '';
  return isAlone ? { start: lines.start, end: Math.min(text.length, lines.end + 1) } : statement;
}
