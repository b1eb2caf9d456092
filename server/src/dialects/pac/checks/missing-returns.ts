// Reports results that are not returned, and paths that return none.
import type { AnyNode, CallExpression, Expression } from 'acorn';
import { canComplete } from '../program/control-flow.js';
import { entryFunction, functionOf } from '../program/entry-function.js';
import { type FunctionNode, isFunction, nodesOf } from '../syntax/tree.js';
import type { CheckContext } from './context.js';
import { calledMethod } from './text-tests.js';

export function checkMissingReturns(context: CheckContext): void {
  const deciding = decidingFunctions(context);
  for (const one of deciding) checkEnd(one, context);
  for (const node of nodesOf(context.tree, 'ExpressionStatement')) {
    if (!context.functionAround(node)) continue;
    checkStatement(node.expression, deciding, context);
    checkComparison(node.expression, context);
  }
  for (const node of nodesOf(context.tree, 'CallExpression')) checkCallback(node, context);
}

/** The entry function, and the functions of the file whose value it returns as its own. */
function decidingFunctions(context: CheckContext): Set<FunctionNode> {
  const { tree, scopes } = context;
  const deciding = new Set<FunctionNode>();
  const entry = entryFunction(tree, scopes);
  if (entry) deciding.add(entry);
  for (const one of deciding) {
    for (const { argument } of context.returnsOf(one)) {
      for (const value of argument ? branches(argument) : []) {
        const callee = value.type === 'CallExpression' && value.callee.type === 'Identifier' ? value.callee : undefined;
        const binding = callee && scopes.bindingOf.get(callee);
        const called = binding && functionOf(binding, tree);
        if (called) deciding.add(called);
      }
    }
  }
  return deciding;
}

/** The expressions of which one is the value of an expression, as far as `?:` chooses among them. */
function branches(expression: Expression): Expression[] {
  const found: Expression[] = [];
  const pending = [expression];
  for (let one = pending.pop(); one; one = pending.pop()) {
    if (one.type === 'ConditionalExpression') pending.push(one.alternate, one.consequent);
    else found.push(one);
  }
  return found;
}

function checkEnd(decider: FunctionNode, context: CheckContext): void {
  const { body } = decider;
  if (decider.generator || decider.async || body.type !== 'BlockStatement') return;
  const name = 'id' in decider && decider.id ? `\`${decider.id.name}\`` : 'the function';
  const reason = 'clients take the file as failed, or connect directly';
  if (canComplete(body) && (context.endsWithoutResult() ?? !endsInLoop(decider))) {
    const end = { start: body.end - 1, end: body.end };
    context.report('pac-invalid-result', end, `${capital(name)} can end here without a result: ${reason}.`);
  }
  for (const node of context.returnsOf(decider)) {
    if (!node.argument) context.report('pac-invalid-result', node, `Returns nothing: ${reason}.`);
  }
}

/** Whether the last that a function does is to go through a list, of which the last rule may be for everything. */
function endsInLoop({ body }: FunctionNode): boolean {
  if (body.type !== 'BlockStatement') return false;
  const last = body.body.filter(({ type }) => type !== 'FunctionDeclaration' && type !== 'EmptyStatement').at(-1);
  return last !== undefined && /^(?:For|While|DoWhile)/.test(last.type);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `"DIRECT";` or `decide(host);` as a statement: the result goes nowhere. */
function checkStatement(expression: Expression, deciding: ReadonlySet<FunctionNode>, context: CheckContext): void {
  const values = expression.type === 'ConditionalExpression' ? branches(expression) : [expression];
  const isResult = values.every((value) => isResultText(value, context)) || callsDecider(expression, deciding, context);
  if (!isResult || !context.claim(expression)) return;
  const { start } = expression;
  const fix = { title: 'Write return', edits: [context.edit({ start, end: start }, 'return ')] };
  context.report('pac-invalid-result', expression, 'Without `return` this result goes nowhere.', { fix });
}

/** `proxy == "DIRECT";` as a statement, which changes nothing. */
function checkComparison(expression: Expression, context: CheckContext): void {
  if (expression.type !== 'BinaryExpression' || !/^===?$/.test(expression.operator)) return;
  const { left, right, operator } = expression;
  const isVariable = left.type === 'Identifier' || left.type === 'MemberExpression';
  if (!isVariable || !isResultText(right, context) || !context.claim(expression)) return;
  const at = context.text.indexOf(operator, left.end);
  const fix = { title: 'Write =', edits: [context.edit({ start: at, end: at + operator.length }, '=')] };
  const message = `\`${operator}\` compares: this statement does nothing. \`=\` assigns.`;
  context.report('pac-invalid-result', expression, message, { fix });
}

/** `list.forEach(function (name) { … return "DIRECT"; })`: only the callback returns. */
function checkCallback(call: CallExpression, context: CheckContext): void {
  const [callback] = call.arguments;
  if (!callback || !isFunction(callback) || calledMethod(call)?.name !== 'forEach') return;
  for (const { argument, start, end } of context.returnsOf(callback)) {
    if (!argument || !branches(argument).every((value) => isResultText(value, context))) continue;
    if (!context.claim(argument)) continue;
    const message = 'Only the callback returns here: `forEach` goes on, and this result goes nowhere.';
    context.report('pac-invalid-result', { start, end }, message);
  }
}

function isResultText(node: AnyNode, context: CheckContext): boolean {
  const text = context.constantOf(node);
  if (text === undefined) return false;
  const entries = context.proxyListOf(text);
  return entries.length > 0 && entries.every(({ defect }) => defect === undefined);
}

/** A call of a function of the file that returns results. */
function callsDecider(node: AnyNode, deciding: ReadonlySet<FunctionNode>, context: CheckContext): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return false;
  const binding = context.scopes.bindingOf.get(node.callee);
  const called = binding && functionOf(binding, context.tree);
  return called !== undefined && (deciding.has(called) || returnsResult(called, context));
}

function returnsResult(called: FunctionNode, context: CheckContext): boolean {
  const values = context.returnsOf(called).flatMap(({ argument }) => (argument ? branches(argument) : []));
  return values.length > 0 && values.every((value) => isResultText(value, context));
}
