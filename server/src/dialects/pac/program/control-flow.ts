// Determines whether a function can reach its end without a `return`.
import type { AnyNode, Statement } from 'acorn';

/**
 * Whether control can run past a statement (ECMA-262: normal completion). Conditions are not looked into, except for the
 * constants of endless loops.
 */
export function canComplete(statement: Statement | AnyNode): boolean {
  switch (statement.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return false;
    case 'BlockStatement':
      return statement.body.every(canComplete);
    case 'IfStatement':
      return canCompleteChain(statement);
    case 'TryStatement': {
      const { block, handler, finalizer } = statement;
      if (finalizer && !canComplete(finalizer)) return false;
      return canComplete(block) || (handler ? canComplete(handler.body) : false);
    }
    case 'SwitchStatement': {
      const bodies = statement.cases.map(({ consequent }) => consequent);
      if (!statement.cases.some(({ test }) => test === null || test === undefined)) return true;
      return (
        bodies.some((body) => body.some((one) => breaksOut(one, undefined))) || (bodies.at(-1) ?? []).every(canComplete)
      );
    }
    case 'WhileStatement':
      return !isTrue(statement.test) || breaksOut(statement.body, undefined);
    case 'DoWhileStatement':
      return !isTrue(statement.test) || breaksOut(statement.body, undefined);
    case 'ForStatement':
      return (
        !(statement.test === null || statement.test === undefined || isTrue(statement.test)) ||
        breaksOut(statement.body, undefined)
      );
    case 'LabeledStatement':
      return canComplete(statement.body) || breaksOut(statement.body, statement.label.name);
    case 'WithStatement':
      return canComplete(statement.body);
    default:
      return true;
  }
}

/** `if … else if …`, without recursion: such chains are as deep as they are long. */
function canCompleteChain(first: AnyNode): boolean {
  let statement: AnyNode = first;
  while (statement.type === 'IfStatement') {
    if (!statement.alternate || canComplete(statement.consequent)) return true;
    statement = statement.alternate;
  }
  return canComplete(statement);
}

function isTrue(test: AnyNode): boolean {
  return test.type === 'Literal' && Boolean(test.value);
}

/** Whether a `break` leaves the loop or `switch` around a statement, or the statement of a label. */
function breaksOut(statement: AnyNode, label: string | undefined): boolean {
  const pending: { node: AnyNode; inner: boolean }[] = [{ node: statement, inner: false }];
  for (let one = pending.pop(); one; one = pending.pop()) {
    const { node, inner } = one;
    if (node.type === 'BreakStatement') {
      if (node.label ? node.label.name === label : !inner && label === undefined) return true;
      continue;
    }
    for (const child of statementsIn(node)) pending.push({ node: child, inner: inner || isBreakable(node) });
  }
  return false;
}

function isBreakable({ type }: AnyNode): boolean {
  return (
    type.startsWith('For') || type === 'WhileStatement' || type === 'DoWhileStatement' || type === 'SwitchStatement'
  );
}

/** The statements directly within a statement. */
function statementsIn(node: AnyNode): readonly AnyNode[] {
  switch (node.type) {
    case 'BlockStatement':
      return node.body;
    case 'IfStatement':
      return node.alternate ? [node.consequent, node.alternate] : [node.consequent];
    case 'TryStatement':
      return [node.block, ...(node.handler ? [node.handler.body] : []), ...(node.finalizer ? [node.finalizer] : [])];
    case 'SwitchStatement':
      return node.cases.flatMap(({ consequent }) => consequent);
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'LabeledStatement':
    case 'WithStatement':
      return [node.body];
    default:
      return [];
  }
}
