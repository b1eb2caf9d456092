// Reports conditions that compare the host or the URL with a text that none can have.
import type { AnyNode, Literal } from 'acorn';
import type { Binding } from '../program/scopes.js';
import { isHostPlaceholder } from '../vocabulary/placeholders.js';
import { matchesNone } from './arriving-texts.js';
import type { CheckContext } from './context.js';
import { listBehind, listElements, patternOf, type TextTest, textTests } from './text-tests.js';
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
    if (!list) continue;
    const known = lists.get(list);
    if (known) known.push(test);
    else lists.set(list, [test]);
  }
  for (const [list, its] of lists) checkList(list, its, context);
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

/** An element of a list is wrong where no condition that goes through the list can meet it. */
function checkList(list: Binding, tests: readonly TextTest[], context: CheckContext): void {
  const elements = listElements(list, context);
  if (!elements || !isOnlyCompared(list, tests, context)) return;
  for (const element of elements) {
    const text = context.constantOf(element);
    if (text === undefined) continue;
    const telling = tests.find((test) => isUnmatchable(test, text));
    if (telling && tests.every((test) => isUnmatchable(test, text))) reportElement(element, telling, text, context);
  }
}

function reportElement(element: Literal, test: TextTest, text: string, context: CheckContext): void {
  if (!context.claim(element)) return;
  const { message, corrected } = reasonFor(test, text, context);
  const inside = context.insideOf(element);
  const fix =
    inside && corrected !== undefined
      ? { title: `Write "${corrected}"`, edits: [context.edit(inside, corrected)] }
      : undefined;
  context.report('pac-never-matches', inside ?? element, message, fix ? { fix } : {});
}

/** Whether a list and its elements are used in these conditions only: what else looks at them may understand the text. */
function isOnlyCompared(list: Binding, tests: readonly TextTest[], context: CheckContext): boolean {
  const patterns = new Set<AnyNode>(tests.map(({ pattern }) => pattern));
  const { parents } = context.tree;
  const variables = new Set<Binding>();
  for (const pattern of patterns) {
    const variable = pattern.type === 'Identifier' ? context.scopes.bindingOf.get(pattern) : undefined;
    if (variable) variables.add(variable);
  }
  if (![...variables].every(({ reads }) => reads.every((read) => patterns.has(read)))) return false;
  return list.reads.every((read) => {
    const parent = parents.get(read);
    if (parent?.type === 'ForOfStatement' || parent?.type === 'ForInStatement') return parent.right === read;
    if (parent?.type !== 'MemberExpression' || parent.object !== read) return false;
    if (!parent.computed)
      return (
        parent.property.type === 'Identifier' &&
        /^(?:length|some|every|forEach|find|filter)$/.test(parent.property.name)
      );
    return patterns.has(parent);
  });
}
