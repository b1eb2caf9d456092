// Reports conditions that compare the host or the URL with a text that none can have.
import type { AnyNode, BinaryExpression, CallExpression, Expression, ForOfStatement } from 'acorn';
import { addTo } from '../../../kept/lists.js';
import { constantValue } from '../program/constants.js';
import type { Binding } from '../program/scopes.js';
import { isFunction, nodesOf } from '../syntax/tree.js';
import { isHostPlaceholder } from '../vocabulary/placeholders.js';
import { matchesNone } from './arriving-texts.js';
import type { CheckContext } from './context.js';
import { exactLookups, isAskedForPosition, type WrittenText, writtenTexts } from './exact-lookups.js';
import {
  calledMethod,
  GOES_THROUGH,
  listBehind,
  METHOD_SHAPES,
  patternOf,
  type TextTest,
  textTests,
} from './text-tests.js';
import { reasonFor, SHAPE_WORDS } from './unmatchable-reasons.js';

export function checkUnmatchable(context: CheckContext): void {
  const tests = textTests(context);
  const lists = new Map<Binding, TextTest[]>();
  for (const test of tests) {
    const text = context.constantOf(test.pattern);
    if (text !== undefined) {
      if (isUnmatchable(test, text)) reportUnmatched(test, text, context);
      else if (text === '') reportEmpty(test, context);
      continue;
    }
    const list = listBehind(test.pattern, context);
    if (list) addTo(lists, list, test);
  }
  for (const { test, list } of exactLookups(context)) {
    if (isAskedForPosition(test, context)) reportPosition(test, context);
    if (list) addTo(lists, list, test);
    else checkTexts(writtenTexts(test.pattern, context), [test], context);
  }
  for (const [list, its] of lists) checkList(list, its, context);
  for (const node of nodesOf(context.tree, 'BinaryExpression', 'CallExpression')) checkUpperCase(node, context);
}

/** Characters that the clients which turn patterns into regular expressions take as such; `shell-patterns.ts` has them. */
export const REGULAR = /[()|[\]\\^$+{}]/;

/** Whether no host, or no URL, can meet a condition with this text. */
function isUnmatchable({ shape, subject, how, cut }: TextTest, text: string): boolean {
  // Comparing with nothing is how files guard against a missing host.
  if (text === '' || (subject === 'host' && isHostPlaceholder(text))) return false;
  if (shape === 'shell' && REGULAR.test(text)) return false;
  // More than was cut off is never equal to it; less is where there was no more.
  if (cut !== undefined && text.length > cut) return true;
  if (cut !== undefined && text.length < cut) return matchesNone(patternOf('whole', text), subject);
  if (shape === 'local') return localNames(text).every((name) => matchesNone(patternOf('whole', name), subject));
  // A scheme is compared as `url.indexOf("https")`, too.
  if (how === 'lastIndexOf' && subject === 'url') return false;
  return matchesNone(patternOf(shape, text), subject);
}

/** What localHostOrDomainIs compares the host with: the name, and what stands before each of its dots. */
function localNames(text: string): string[] {
  const names = [text];
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) names.push(text.slice(0, dot));
  return names;
}

/** What is a text or a position, and no condition by itself that others could be joined to. */
const NOT_CONDITIONS: ReadonlySet<string> = new Set(['case', 'indexOf', 'lastIndexOf']);

/** Reports a condition that no host or URL meets with a text, and why. */
export function reportUnmatched(test: TextTest, text: string, context: CheckContext): void {
  const { node, pattern, negated } = test;
  if (!context.claim(node)) return;
  context.claim(pattern);
  const { message, corrected, rewritten } = reasonFor(test, text, context);
  const inside = context.insideOf(pattern);
  const fix =
    rewritten !== undefined && !NOT_CONDITIONS.has(test.how)
      ? { title: `Write ${rewritten.join(' || ')}`, edits: [context.replaceByAlternatives(node, rewritten)] }
      : corrected !== undefined && inside
        ? { title: `Write "${corrected}"`, edits: [context.edit(inside, corrected)] }
        : undefined;
  const code = negated ? 'pac-always-matches' : 'pac-never-matches';
  context.report(code, inside ?? pattern, message, fix ? { fix } : {});
}

/** `dnsDomainIs(host, "")`: every text begins with, ends with and contains the empty one. */
function reportEmpty({ node, pattern, shape, how, subject, cut }: TextTest, context: CheckContext): void {
  if (!EMPTY_ALWAYS.has(how) || cut !== undefined || !context.claim(node)) return;
  const what = subject === 'host' ? 'host' : 'URL';
  context.report('pac-always-matches', pattern, `Every ${what} ${SHAPE_WORDS[shape]} an empty text.`);
}

const EMPTY_ALWAYS: ReadonlySet<string> = new Set(['dnsDomainIs', 'startsWith', 'endsWith', 'includes']);

/** An element of a list is wrong where no condition that goes through the list, or looks in it, can meet it. */
function checkList(list: Binding, tests: readonly TextTest[], context: CheckContext): void {
  const [name] = list.definitions;
  const texts = name ? writtenTexts(name, context) : [];
  if (texts.length > 0 && isOnlyCompared(list, tests, context)) checkTexts(texts, tests, context);
}

function checkTexts(texts: readonly WrittenText[], tests: readonly TextTest[], context: CheckContext): void {
  for (const { node, text } of texts) {
    const telling = tests.find((test) => isUnmatchable(test, text));
    if (telling && tests.every((test) => isUnmatchable(test, text))) reportElement(node, telling, text, context);
  }
}

/** `host in list` */
function reportPosition({ node, pattern, subjectNode }: TextTest, context: CheckContext): void {
  if (!context.claim(node)) return;
  const rewritten = `${context.textOf(pattern)}.indexOf(${context.textOf(subjectNode)}) >= 0`;
  const message = '`in` looks for a position of the list ("0", "1", …), not for an element.';
  const fix = { title: `Write ${rewritten}`, edits: [context.edit(node, rewritten)] };
  context.report('pac-never-matches', node, message, { fix });
}

function reportElement(element: Expression, test: TextTest, text: string, context: CheckContext): void {
  if (!context.claim(element)) return;
  const { message, corrected } = reasonFor(test, text, context);
  context.reportText('pac-never-matches', element, message, corrected);
}

/** Whether a list and its elements are used in these conditions only: what else looks at them may understand the text. */
function isOnlyCompared(list: Binding, tests: readonly TextTest[], context: CheckContext): boolean {
  const patterns = new Set<AnyNode>(tests.map(({ pattern }) => pattern));
  const { parents } = context.tree;
  const [name] = list.definitions;
  const isArray = name !== undefined && constantValue(name, context.scopes)?.type === 'ArrayExpression';
  return list.reads.every((read) => {
    if (patterns.has(read)) return true;
    const parent = parents.get(read);
    // The keys of a table are what it is asked for; those of a list are positions.
    if (parent?.type === 'ForInStatement') return isArray && parent.right === read;
    if (parent?.type === 'ForOfStatement') return parent.right === read && isComparedOnly(variableOf(parent.left));
    if (parent?.type !== 'MemberExpression' || parent.object !== read) return false;
    if (parent.computed) return patterns.has(parent);
    if (parent.property.type !== 'Identifier') return false;
    if (parent.property.name === 'length') return true;
    const call = parents.get(parent);
    const [callback] = call?.type === 'CallExpression' && call.callee === parent ? call.arguments : [];
    if (!callback || !GOES_THROUGH.has(parent.property.name) || !isFunction(callback)) return false;
    return callback.params.length < 3 && isComparedOnly(callback.params[0]);
  });

  function isComparedOnly(variable: AnyNode | undefined): boolean {
    const binding = variable?.type === 'Identifier' ? context.scopes.bindingOf.get(variable) : undefined;
    return binding?.reads.every((read) => patterns.has(read)) ?? false;
  }
}

function variableOf(left: ForOfStatement['left']): AnyNode | undefined {
  return left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left;
}

/** `host.toUpperCase() == "a.example.com"`: what is written in lower case is not in it. */
function checkUpperCase(node: BinaryExpression | CallExpression, context: CheckContext): void {
  const [subject, pattern] =
    node.type === 'BinaryExpression'
      ? /^[!=]==?$/.test(node.operator)
        ? [node.left, node.right]
        : []
      : [calledMethod(node)?.object, node.arguments[0]];
  const call = subject?.type === 'CallExpression' ? subject : undefined;
  const text = context.constantOf(pattern);
  if (!call || !pattern || text === undefined || !/[a-z]/.test(text)) return;
  if (calledMethod(call)?.name !== 'toUpperCase' || call.arguments.length > 0) return;
  const isMethod = node.type === 'CallExpression';
  if (isMethod && !METHOD_SHAPES.has(calledMethod(node)?.name ?? '')) return;
  if (!context.claim(node)) return;
  const code = !isMethod && node.operator.startsWith('!') ? 'pac-always-matches' : 'pac-never-matches';
  const message = `"${text}" has letters in lower case, which toUpperCase leaves none of.`;
  context.reportText(code, pattern, message, text.toUpperCase());
}
