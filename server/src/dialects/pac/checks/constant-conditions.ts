// Reports conditions that do not ask what they seem to ask: assignments, texts and functions among conditions.
import type { AnyNode, Expression, IfStatement, LogicalExpression } from 'acorn';
import { addAll } from '../../../kept/lists.js';
import { nodesOf } from '../syntax/tree.js';
import { HELPER_BY_NAME } from '../vocabulary/words.js';
import type { CheckContext } from './context.js';
import { calledMethod } from './text-tests.js';

export function checkConstantConditions(context: CheckContext): void {
  for (const condition of conditions(context)) {
    checkAssignment(condition, context);
    checkConstant(condition, context);
    checkFunction(condition, context);
    checkPosition(condition, context);
  }
  for (const node of nodesOf(context.tree, 'IfStatement')) checkEmptyStatement(node, context);
  for (const node of nodesOf(context.tree, 'LogicalExpression')) checkJoinedTexts(node, context);
  for (const node of nodesOf(context.tree, 'BinaryExpression')) checkComparedPosition(node, context);
}

/** `if (…); return "DIRECT";`: the semicolon is all that the condition decides about. */
function checkEmptyStatement(node: IfStatement, context: CheckContext): void {
  const { test, consequent, alternate } = node;
  if (consequent.type !== 'EmptyStatement' || alternate) return;
  const parent = context.tree.parents.get(node);
  const siblings: readonly AnyNode[] = parent && 'body' in parent && Array.isArray(parent.body) ? parent.body : [];
  const next = siblings[siblings.indexOf(node) + 1];
  if (!next || !/^\s*\)\s*$/.test(context.text.slice(test.end, consequent.start)) || !context.claim(consequent)) return;
  const message = 'The statement ends at this `;`: what follows applies to every request.';
  const fix = { title: 'Remove the semicolon', edits: [context.edit(consequent, '')] };
  context.report('pac-always-matches', consequent, message, { fix });
}

/** The expressions of which only the truth counts: tests, and the operands of `!`, `&&` and `||` in tests. */
function conditions({ tree }: CheckContext): Expression[] {
  const found: Expression[] = [];
  const pending: Expression[] = [];
  for (const { test } of nodesOf(tree, 'IfStatement', 'ConditionalExpression', 'WhileStatement', 'ForStatement'))
    if (test) pending.push(test);
  for (const { argument, operator } of nodesOf(tree, 'UnaryExpression')) if (operator === '!') pending.push(argument);
  const seen = new Set<Expression>();
  for (let one = pending.pop(); one; one = pending.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    if (one.type === 'LogicalExpression') pending.push(one.right, one.left);
    else if (one.type === 'ParenthesizedExpression') pending.push(one.expression);
    else if (one.type === 'SequenceExpression') addAll(pending, one.expressions.slice(-1));
    else found.push(one);
  }
  return found;
}

/** `if (host = "a.example")`. An assignment of what is computed can be meant: `while (match = pattern.exec(text))`. */
function checkAssignment(condition: Expression, context: CheckContext): void {
  if (condition.type !== 'AssignmentExpression' || condition.operator !== '=') return;
  const value = firstOf(condition.right);
  const text = context.constantOf(value);
  const literal = value.type === 'Literal' ? Boolean(value.value) : undefined;
  const truth = text === undefined ? literal : text !== '';
  if (truth === undefined || (value !== condition.right && !truth) || !context.claim(condition)) return;
  context.claim(value);
  const between = context.text.slice(condition.left.end, condition.right.start);
  const at = condition.left.end + between.indexOf('=');
  const fix = { title: 'Write ==', edits: [context.edit({ start: at, end: at + 1 }, '==')] };
  const code = truth ? 'pac-always-matches' : 'pac-never-matches';
  const message = `\`=\` assigns: the condition is ${truth ? 'always' : 'never'} true. \`==\` compares.`;
  context.report(code, condition, message, { fix });
}

/** In `host = "a" || …` the text is assigned: `=` binds least. */
function firstOf(value: Expression): Expression {
  let first = value;
  while (first.type === 'LogicalExpression' && first.operator === '||') first = first.left;
  return first;
}

/** `host == "a" || "b"`: a text by itself is true. */
function checkConstant(condition: Expression, context: CheckContext): void {
  const text = context.constantOf(condition);
  if (!text || condition.type !== 'Literal') return;
  const parent = context.tree.parents.get(condition);
  const other = parent?.type === 'LogicalExpression' ? comparisonBeside(condition, parent) : undefined;
  if (!context.claim(condition)) return;
  const rewritten = other && comparisonWith(other, condition, context);
  const fix = rewritten && { title: `Write ${rewritten}`, edits: [context.edit(condition, rewritten)] };
  const message = `A text by itself is always true: nothing is compared with "${text}".`;
  context.report('pac-always-matches', condition, message, fix ? { fix } : {});
}

/** The condition on the left of an operand of `||`: what the operand was meant to be compared like. */
function comparisonBeside(operand: Expression, chain: LogicalExpression): Expression | undefined {
  if (chain.operator !== '||' || chain.right !== operand) return undefined;
  let { left } = chain;
  while (left.type === 'LogicalExpression' && left.operator === '||') left = left.left;
  return left;
}

function comparisonWith(model: Expression, literal: Expression, context: CheckContext): string | undefined {
  if (model.type === 'BinaryExpression' && /^===?$/.test(model.operator) && model.right.type === 'Literal')
    return context.text.slice(model.start, model.right.start) + context.textOf(literal);
  const last = model.type === 'CallExpression' ? model.arguments.at(-1) : undefined;
  if (model.type !== 'CallExpression' || model.arguments.length !== 2 || last?.type !== 'Literal') return undefined;
  return (
    context.text.slice(model.start, last.start) + context.textOf(literal) + context.text.slice(last.end, model.end)
  );
}

/** `if (isPlainHostName)`: a function that is not called. Those of Windows are asked for in this way, to see if they exist. */
function checkFunction(condition: Expression, context: CheckContext): void {
  if (condition.type !== 'Identifier') return;
  const helper = context.scopes.bindingOf.has(condition) ? undefined : HELPER_BY_NAME.get(condition.name);
  const binding = context.scopes.bindingOf.get(condition);
  const isOwn = binding?.kind === 'function' && binding.writes.length === 0;
  if ((!isOwn && (!helper || helper.microsoft)) || !context.claim(condition)) return;
  const message = `\`${condition.name}\` is not called here: a function by itself is always true.`;
  context.report('pac-always-matches', condition, message);
}

const POSITIONS: ReadonlySet<string> = new Set(['indexOf', 'lastIndexOf', 'search']);

/** `if (host.indexOf("x"))` is true for −1 too. With `!` before it, it means "begins with". */
function checkPosition(condition: Expression, context: CheckContext): void {
  if (condition.type !== 'CallExpression') return;
  const method = calledMethod(condition);
  const [argument] = condition.arguments;
  const parent = context.tree.parents.get(condition);
  if (!method || !argument || !POSITIONS.has(method.name)) return;
  if (parent?.type === 'UnaryExpression' || !context.claim(condition)) return;
  const wanted = context.textOf(argument);
  const message = `${method.name} gives -1 where it finds nothing, which is true: the condition is false only where ${wanted} is at the very start.`;
  const end = { start: condition.end, end: condition.end };
  const fix = { title: 'Write >= 0', edits: [context.edit(end, ' >= 0')] };
  context.report('pac-loose-host-match', condition, message, { fix });
}

/** `x.indexOf(y) >= -1` and the like: a position is -1 or more. */
function checkComparedPosition(node: AnyNode, context: CheckContext): void {
  if (node.type !== 'BinaryExpression' || node.left.type !== 'CallExpression') return;
  const method = calledMethod(node.left);
  const number = numberOf(node.right);
  if (!method || !POSITIONS.has(method.name) || number === undefined) return;
  const truth = positionTruth(node.operator, number);
  if (truth === undefined || !context.claim(node)) return;
  const code = truth ? 'pac-always-matches' : 'pac-never-matches';
  context.report(code, node, `${method.name} gives -1 or more: the condition is ${truth ? 'always' : 'never'} true.`);
}

function positionTruth(operator: string, number: number): boolean | undefined {
  switch (operator) {
    case '>':
      return number < -1 ? true : undefined;
    case '>=':
      return number <= -1 ? true : undefined;
    case '<':
      return number <= -1 ? false : undefined;
    case '<=':
    case '==':
    case '===':
      return number < -1 ? false : undefined;
    default:
      return undefined;
  }
}

function numberOf(node: AnyNode): number | undefined {
  if (node.type === 'UnaryExpression' && node.operator === '-') {
    const positive = numberOf(node.argument);
    return positive === undefined ? undefined : -positive;
  }
  return node.type === 'Literal' && typeof node.value === 'number' ? node.value : undefined;
}

/** `dnsDomainIs(host, ".a" || ".b")`: the first text is true, so the second is never looked at. */
function checkJoinedTexts(node: LogicalExpression, context: CheckContext): void {
  const parent = context.tree.parents.get(node);
  if (parent?.type === 'LogicalExpression' && parent.left === node) return;
  let { left } = node;
  while (left.type === 'LogicalExpression') left = left.left;
  const text = context.constantOf(left);
  if (!text || left.type !== 'Literal' || node.operator === '??' || context.isClaimed(left)) return;
  if (!context.claim(node, left)) return;
  const used = node.operator === '||' ? text : (context.constantOf(node.right) ?? context.textOf(node.right));
  const message = `Only "${used}" counts here: \`${node.operator}\` joins conditions, not texts.`;
  const rewritten = alternativesOf(node, parent, context);
  const fix =
    rewritten && parent?.type === 'CallExpression'
      ? { title: `Write ${rewritten.join(' || ')}`, edits: [context.replaceByAlternatives(parent, rewritten)] }
      : undefined;
  context.report('pac-never-matches', node, message, fix ? { fix } : {});
}

/** The calls that a call with joined texts was meant to be. */
function alternativesOf(
  node: LogicalExpression,
  parent: AnyNode | undefined,
  context: CheckContext,
): string[] | undefined {
  if (parent?.type !== 'CallExpression' || parent.callee === node || node.operator !== '||') return undefined;
  const texts: Expression[] = [];
  for (let one: Expression = node; ; one = one.left) {
    if (one.type !== 'LogicalExpression') {
      texts.unshift(one);
      break;
    }
    if (one.operator !== '||') return undefined;
    texts.unshift(one.right);
  }
  if (!texts.every(({ type }) => type === 'Literal')) return undefined;
  const [before, after] = [context.text.slice(parent.start, node.start), context.text.slice(node.end, parent.end)];
  return texts.map((text) => before + context.textOf(text) + after);
}
