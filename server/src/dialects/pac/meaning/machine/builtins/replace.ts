// The methods of String.prototype that take a regular expression or a text to look for.
import { callRegExp, callTextMethod } from '../../values/operations.js';
import { Text } from '../../values/text.js';
import { Choice, ListOf, type OperationResult, SplitList, Unknown, type Value } from '../../values/value.js';
import type { NativeContext } from '../natives.js';
import { dataProperty, PacIterator, type PacObject } from '../objects.js';
import type { Realm } from '../realm.js';
import { buildCost, searchCost } from './costs.js';
import { listSteps } from './iterators.js';
import { findAll, groupsOf, makeRegExp, match, matchAll, namedGroups, PacRegExp, search } from './regexp.js';
import { textOfReceiver } from './string.js';
import { expandedLength, expandMarks, type Found } from './substitution.js';
import { define, isTraced } from './support.js';

export function installSearching(realm: Realm): void {
  const { stringPrototype } = realm;
  define(realm, stringPrototype, 'match', 1, (self, [pattern], context) => {
    const text = textOfReceiver(self, 'match', context);
    return match(patternOf(pattern, '', context), text, context);
  });
  define(realm, stringPrototype, 'search', 1, (self, [pattern], context) => {
    const text = textOfReceiver(self, 'search', context);
    return search(patternOf(pattern, '', context), text, context);
  });
  define(realm, stringPrototype, 'matchAll', 1, (self, [pattern], context) => {
    const text = textOfReceiver(self, 'matchAll', context);
    const expression = patternOf(pattern, 'g', context);
    if (!expression.isGlobal)
      throw context.error('TypeError', 'String.prototype.matchAll called with a non-global RegExp argument');
    const all = matchAll(expression, text, context);
    if (!(all instanceof ListOf)) return all;
    return new PacIterator(realm.iteratorPrototype, realm.heap, listSteps(all.items));
  });
}

/** What `match` and `search` look for: anything but a regular expression is made one. */
function patternOf(pattern: Value, flags: string, context: NativeContext): PacRegExp {
  if (pattern instanceof PacRegExp) return pattern;
  const source = pattern === undefined ? '' : context.toText(pattern);
  if (typeof source === 'string') return makeRegExp(source, flags, context);
  throw context.notFollowed('makes a regular expression from what is asked');
}

/** `text.replace(pattern, replacement)` with a text as replacement; with `all`, `replaceAll`. */
export function replaceByText(
  self: Value,
  pattern: Value,
  replacement: Value,
  all: boolean,
  context: NativeContext,
): OperationResult {
  const method = all ? 'replaceAll' : 'replace';
  const text = textOfReceiver(self, method, context);
  checkGlobal(pattern, all, context);
  const template = context.toText(replacement);
  if (pattern instanceof PacRegExp) {
    if (text instanceof Text) return callRegExp('replace', pattern.pattern, text, [template], context);
    if (isTraced(text)) return text;
    if (isTraced(template)) return new Unknown('replaces by what depends on what is asked', context.node);
    return replaceMatches(String(text), foundBy(pattern, String(text), context), String(template), context);
  }
  const what = context.toText(pattern);
  if (isTraced(text) || isTraced(what) || isTraced(template))
    return callTextMethod(text, method, [what, template], context);
  return replaceMatches(String(text), foundText(String(text), String(what), all, context), String(template), context);
}

function checkGlobal(pattern: Value, all: boolean, context: NativeContext): void {
  if (all && pattern instanceof PacRegExp && !pattern.isGlobal) {
    throw context.error('TypeError', 'replaceAll must be called with a global RegExp');
  }
}

function replaceMatches(text: string, matches: readonly Found[], template: string, context: NativeContext): string {
  const parts: string[] = [];
  let from = 0;
  context.budget.spend(buildCost(text.length));
  for (const found of matches) {
    context.budget.spend(buildCost(expandedLength(template, text.length)));
    parts.push(text.slice(from, found.start), expandMarks(template, found));
    from = found.end;
  }
  return parts.join('') + text.slice(from);
}

function foundBy(pattern: PacRegExp, text: string, context: NativeContext): Found[] {
  const { groupNames } = pattern.code.pattern;
  return findAll(pattern, text, context).map((captures) => ({
    text,
    start: captures[0] ?? 0,
    end: captures[1] ?? 0,
    groups: groupsOf(text, captures).slice(1),
    names: groupNames.size > 0 ? groupNames : undefined,
  }));
}

/** What an occurrence costs in memory. */
const FOUND_COST = 5;

function foundText(text: string, what: string, all: boolean, context: NativeContext): Found[] {
  const found: Found[] = [];
  context.budget.spend(searchCost(text, what));
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + Math.max(1, what.length))) {
    context.budget.spend(FOUND_COST);
    found.push({ text, start: at, end: at + what.length, groups: [], names: undefined });
    if (!all || at >= text.length) break;
  }
  return found;
}

/**
 * Whether there is anything that a function is called for: `true` where the text is known, since its matches are then looked for at once.
 */
export function isFound(text: Value, pattern: Value, context: NativeContext): OperationResult {
  if (!isTraced(text)) return isTraced(pattern) ? new Unknown(UNTOLD_PATTERN, context.node) : true;
  if (!(text instanceof Text)) return new Unknown(UNTOLD_TEXT, context.node);
  if (pattern instanceof PacRegExp) return callRegExp('test', pattern.pattern, text, [], context);
  return callTextMethod(text, 'includes', [pattern], context);
}

const UNTOLD_PATTERN = 'looks for what depends on what is asked';
const UNTOLD_TEXT = 'replaces parts of a text by the results of a function';

/**
 * The one match that a function is called for, as `exec` gives it. The path ends where there may be several in a text that is not known:
 * the function may change what the program does later, each time that it is called.
 */
export function onlyMatch(text: Value, pattern: Value, all: boolean, context: NativeContext): OperationResult {
  if (isTraced(pattern)) throw context.notFollowed(UNTOLD_PATTERN);
  if (!(text instanceof Text) || all || (pattern instanceof PacRegExp && pattern.isGlobal))
    throw context.notFollowed(UNTOLD_TEXT);
  if (pattern instanceof PacRegExp) return callRegExp('exec', pattern.pattern, text, [], context);
  const index = callTextMethod(text, 'indexOf', [pattern], context);
  if (index instanceof Choice || index instanceof ListOf || index instanceof SplitList)
    throw context.notFollowed(UNTOLD_TEXT);
  return new ListOf([pattern], { index });
}

/** What is looked for: a regular expression, or anything else as a text. */
export function whatToReplace(pattern: Value, all: boolean, context: NativeContext): Value {
  checkGlobal(pattern, all, context);
  return pattern instanceof PacRegExp ? pattern : context.toText(pattern);
}

/** The matches in a known text: a list of objects with `at`, `length` and the `arguments` of the call. */
export function matchesFor(text: Value, pattern: Value, all: boolean, context: NativeContext): OperationResult {
  const constantText = String(text);
  if (pattern instanceof PacRegExp) {
    const found = foundBy(pattern, constantText, context);
    return new ListOf(
      found.map((one) => callFor(one, namedGroups(pattern, [undefined, ...one.groups], context), context)),
    );
  }
  return new ListOf(
    foundText(constantText, String(pattern), all, context).map((one) => callFor(one, undefined, context)),
  );
}

function callFor(
  { text, start, end, groups }: Found,
  named: PacObject | undefined,
  { realm }: NativeContext,
): PacObject {
  const call = realm.object();
  const args: Value[] = [text.slice(start, end), ...groups, start, text];
  if (named) args.push(named);
  call.setOwn('at', dataProperty(start));
  call.setOwn('length', dataProperty(end - start));
  call.setOwn('arguments', dataProperty(realm.array(args)));
  return call;
}
