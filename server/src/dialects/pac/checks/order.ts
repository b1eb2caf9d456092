import type { AnyNode, Expression, IfStatement } from 'acorn';
import { alternatives, type HostTest, readHostTest } from '../program/host-tests.js';
import { entryFunction } from '../program/subjects.js';
import { calledHelper, textOf } from '../syntax/literals.js';
import { nodesOf } from '../syntax/parse.js';
import { functionAround } from '../syntax/scopes.js';
import { oneLine } from '../syntax/statements.js';
import type { CheckContext } from './context.js';

/** Finds conditions that earlier ones leave nothing to decide, and DNS lookups in front of decisions that need none. */
export function checkOrder(context: CheckContext): void {
  for (const node of nodesOf(context.tree, 'BlockStatement')) {
    if (functionAround(node, context.tree)) checkShadowing(node.body, context);
  }
  checkLookups(context);
}

interface Decided {
  readonly node: Expression;
  readonly returns: Expression | null | undefined;
}

/** Walks a block's `if (…) return …` statements in order. */
function checkShadowing(statements: readonly AnyNode[], context: CheckContext): void {
  const exact = new Map<string, Decided>();
  const below = new Map<string, Decided>();
  for (const statement of statements) {
    if (statement.type !== 'IfStatement') continue;
    const returned = returnedBy(statement);
    if (returned === undefined) continue;
    const tests = alternatives(statement.test).flatMap((operand) => {
      const test = readHostTest(operand, context.subjects, context.scopes);
      return test ? [test] : [];
    });
    for (const test of tests) {
      const earlier = test.kind === 'loose' ? undefined : coveredBy(test, exact, below);
      if (earlier) reportShadowed(test, earlier, returned, context);
      const decided = { node: test.node, returns: returned };
      if (test.kind !== 'below' && !exact.has(test.name)) exact.set(test.name, decided);
      if (test.kind !== 'exact' && !below.has(test.name)) below.set(test.name, decided);
    }
  }
}

/** What an `if` without `else` returns, if that is all it does; `null` for nothing. */
function returnedBy(statement: IfStatement): Expression | null | undefined {
  if (statement.alternate) return undefined;
  const { consequent } = statement;
  const last = consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent;
  return last?.type === 'ReturnStatement' ? (last.argument ?? null) : undefined;
}

function coveredBy(
  { name, kind }: HostTest,
  exact: ReadonlyMap<string, Decided>,
  below: ReadonlyMap<string, Decided>,
): Decided | undefined {
  const same = (kind === 'exact' ? exact : below).get(name);
  if (same) return same;
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const parent = below.get(name.slice(dot + 1));
    if (parent) return parent;
  }
  return undefined;
}

function reportShadowed(test: HostTest, earlier: Decided, returned: Expression | null, context: CheckContext): void {
  const shown = oneLine(context.textOf(earlier.node));
  const same =
    earlier.returns && returned
      ? (textOf(earlier.returns, context.scopes) ?? context.textOf(earlier.returns)) ===
        (textOf(returned, context.scopes) ?? context.textOf(returned))
      : false;
  const { start, end } = earlier.node;
  const related = [{ uri: context.tree.source.uri, range: { start, end }, message: 'This condition decides first.' }];
  if (same) {
    const message = `Changes nothing: \`${shown}\` has already decided these hosts, with the same result.`;
    context.report('redundant-rule', test.node, message, { related });
  } else {
    const message = `Never decides: \`${shown}\` has already decided these hosts.`;
    context.report('shadowed-rule', test.node, message, { related });
  }
}

const LOOKUPS: ReadonlySet<string> = new Set([
  'isResolvable',
  'isResolvableEx',
  'dnsResolve',
  'dnsResolveEx',
  'isInNet',
]);

/** The first lookup of the host that every call comes to, where a later condition on the name alone decides. */
function checkLookups(context: CheckContext): void {
  const entry = entryFunction(context.tree, context.scopes);
  if (entry?.body.type !== 'BlockStatement') return;
  const lookups = nodesOf(context.tree, 'CallExpression').filter(
    (node) => looksUpHost(node, context) && functionAround(node, context.tree) === entry,
  );
  const [first] = lookups;
  if (!first) return;
  const statements = entry.body.body;
  const position = statements.findIndex(({ start, end }) => start <= first.start && first.end <= end);
  const holder = statements[position];
  if (!holder || !isAlwaysReached(first, holder, context)) return;
  const operands = holder.type === 'IfStatement' ? alternatives(holder.test) : [];
  const later = [
    ...operands.filter(({ start }) => start > first.end),
    ...statements
      .slice(position + 1)
      .flatMap((statement) =>
        statement.type === 'IfStatement' && returnedBy(statement) !== undefined ? alternatives(statement.test) : [],
      ),
  ].find((operand) => isHostOnly(operand, context));
  if (!later) return;
  const { start, end } = later;
  const related = [
    {
      uri: context.tree.source.uri,
      range: { start, end },
      message: 'This condition needs no lookup and could come first.',
    },
  ];
  const message = `Looks the host up in DNS before \`${oneLine(context.textOf(later))}\`, which needs no lookup: its hosts wait for the answer, too.`;
  context.report('pac-dns-lookup', first, message, { related });
}

function looksUpHost(node: AnyNode, context: CheckContext): boolean {
  const call = calledHelper(node, context.scopes);
  return call !== undefined && LOOKUPS.has(call.name) && context.subjects.of(call.args[0]) === 'host';
}

/** Whether nothing in front of a call, inside its statement, can keep it from being made, but the names of other hosts. */
function isAlwaysReached(call: AnyNode, holder: AnyNode, context: CheckContext): boolean {
  const { parents } = context.tree;
  for (let node = call, parent = parents.get(node); node !== holder && parent; parent = parents.get(node)) {
    if (parent.type === 'LogicalExpression' && parent.right === node) {
      const others = alternatives(parent.left);
      if (parent.operator !== '||' || !others.every((operand) => isHostOnly(operand, context))) return false;
    }
    if (parent.type === 'ConditionalExpression' && parent.test !== node) return false;
    if (parent.type === 'IfStatement' && parent.test !== node) return false;
    node = parent;
  }
  return true;
}

function isHostOnly(operand: Expression, context: CheckContext): boolean {
  if (readHostTest(operand, context.subjects, context.scopes)) return true;
  const call = calledHelper(operand, context.scopes);
  const hostOnly = ['isPlainHostName', 'localHostOrDomainIs', 'shExpMatch', 'dnsDomainIs'];
  return call !== undefined && hostOnly.includes(call.name) && context.subjects.of(call.args[0]) !== undefined;
}
