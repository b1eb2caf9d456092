// Reports DNS lookups before conditions that need none.
import type { AnyNode, CallExpression, Expression, IfStatement } from 'acorn';
import { entryFunction } from '../program/entry-function.js';
import { calledHelper } from '../program/helper-calls.js';
import { alternatives, readHostTest, returnedBy } from '../program/host-tests.js';
import { oneLine } from '../syntax/quoted-line.js';
import { nodesOf } from '../syntax/tree.js';
import { DNS_HELPERS } from '../vocabulary/words.js';
import type { CheckContext } from './context.js';

/**
 * Reports the first lookup of the host, and the first question for the client's address, that every call reaches, where a
 * later condition on the name alone decides.
 */
export function checkDnsLookups(context: CheckContext): void {
  const entry = entryFunction(context.tree, context.scopes);
  if (entry?.body.type !== 'BlockStatement') return;
  const { body } = entry.body;
  for (const [isLookup, what] of [
    [looksUpHost, 'Looks the host up in DNS'],
    [asksForClient, "Asks for the client's address"],
  ] as const) {
    const calls = nodesOf(context.tree, 'CallExpression').filter((node) => isLookup(node, context));
    const first = calls.find((node) => context.functionAround(node) === entry);
    if (first) reportLookup(first, body, what, context);
  }
  const atLoad = nodesOf(context.tree, 'CallExpression').find(
    (node) => asksForClient(node, context) && !context.functionAround(node),
  );
  if (atLoad) {
    const message =
      "Asks for the client's address once, when the file is loaded: the answer is kept while the client moves to another network.";
    context.report('pac-dns-lookup', atLoad, message);
  }
}

function reportLookup(
  first: CallExpression,
  statements: readonly AnyNode[],
  what: string,
  context: CheckContext,
): void {
  const position = statements.findIndex(({ start, end }) => start <= first.start && first.end <= end);
  const holder = statements[position];
  if (!holder || !isAlwaysReached(first, holder, context)) return;
  const operands = holder.type === 'IfStatement' ? alternatives(holder.test) : [];
  const later = [
    ...operands.filter(({ start }) => start > first.end),
    ...statements
      .slice(position + 1)
      .flatMap((statement) =>
        statement.type === 'IfStatement' && canComeFirst(statement, holder, context)
          ? alternatives(statement.test)
          : [],
      ),
  ].find((operand) => isHostOnly(operand, context));
  if (!later) return;
  const { start, end } = later;
  const related = [
    {
      uri: context.tree.source.uri,
      range: { start, end },
      message: 'This condition needs no lookup and could be evaluated first.',
    },
  ];
  const message = `${what} before \`${oneLine(context.textOf(later))}\`, which needs no lookup: requests for its hosts wait for the lookup too.`;
  context.report('pac-dns-lookup', first, message, { related });
}

/** Whether a later `if` may be evaluated before a statement: what both decide has the same result. */
function canComeFirst(later: IfStatement, holder: AnyNode, context: CheckContext): boolean {
  const result = returnedBy(later);
  if (result === undefined) return false;
  const earlier = holder.type === 'IfStatement' ? returnedBy(holder) : undefined;
  if (!earlier || !result) return true;
  const textFor = (node: Expression) => context.constantOf(node) ?? context.textOf(node);
  return textFor(earlier) === textFor(result);
}

function looksUpHost(node: CallExpression, context: CheckContext): boolean {
  const call = calledHelper(node, context.scopes);
  return call !== undefined && DNS_HELPERS.has(call.name) && context.subjects.of(call.args[0]) === 'host';
}

function asksForClient(node: CallExpression, context: CheckContext): boolean {
  const name = calledHelper(node, context.scopes)?.name;
  return name === 'myIpAddress' || name === 'myIpAddressEx';
}

/** Whether every call of the entry function reaches `call` in its statement, except for hosts that are decided by name. */
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
  if (readHostTest(operand, context)) return true;
  const call = calledHelper(operand, context.scopes);
  const hostOnly = ['isPlainHostName', 'localHostOrDomainIs', 'shExpMatch', 'dnsDomainIs'];
  return call !== undefined && hostOnly.includes(call.name) && context.subjects.of(call.args[0]) !== undefined;
}
