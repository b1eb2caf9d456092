// Regular expressions on traced texts.
import { patternAutomaton } from '../../../../model/javascript-regex.js';
import { parseJavascriptRegex } from '../../../../model/javascript-regex-parser.js';
import type { Pattern } from '../../../../model/javascript-regex-tree.js';
import { groupReplacement, patternReplacement } from '../../../../model/pattern-replacement.js';
import { containing, javascriptRegex, type Language, startingWith } from '../../../../model/text-language.js';
import { ALWAYS, allOf, type Condition, NEVER, not } from '../question/condition.js';
import { type AnyText, concatenated, drop, from, item, replaced, replacedPattern } from './building.js';
import type { OperationContext } from './context.js';
import { booleanOf, identity, whereNumber } from './numbers.js';
import { type Match, matchesOf } from './regexp-groups.js';
import { literalOf, nodeOf, stepsOf } from './regexp-steps.js';
import { whereFound } from './regexp-words.js';
import { firstIndex } from './searches.js';
import { matches } from './sources.js';
import { splitItems } from './splits.js';
import { subjectOf } from './subject.js';
import { alphabetOf, type Text } from './text.js';
import { expandedReplacement } from './text-changes.js';
import { Choice, ListOf, type OperationResult, SplitList, Unknown, type Value } from './value.js';

export interface PatternText {
  readonly source: string;
  readonly flags: string;
}

export type RegExpMethod = 'test' | 'exec' | 'match' | 'matchAll' | 'search' | 'replace' | 'split';

/** What is known of a call. */
interface Call {
  readonly pattern: Pattern;
  readonly written: PatternText;
  readonly text: Text;
  /** The texts in which the expression is found. */
  readonly language: Language;
  /** Where it is found in the text. */
  readonly found: Condition;
  readonly args: readonly Value[];
  readonly context: OperationContext;
  readonly unknown: Unknown;
}

/** A method of a regular expression, or of a text with one, as at the first call: from the start of the text on. */
export function callRegExp(
  method: RegExpMethod,
  written: PatternText,
  text: Text,
  args: readonly Value[],
  context: OperationContext,
): OperationResult {
  context.budget.spend(written.source.length);
  const reading = parseJavascriptRegex(written.source, written.flags);
  const found = javascriptRegex(written.source, written.flags);
  const subject = subjectOf(text.form);
  if (reading.kind !== 'pattern' || found.kind !== 'language') {
    // It reads after "the program".
    const reason = found.kind === 'unmodelled' ? found.reason.replace(/^has /, 'uses ') : '';
    return new Unknown(reason || `looks at ${subject} through ${method}`, context.node);
  }
  const unknown = new Unknown(`looks at ${subject} through ${method} with a regular expression`, context.node);
  return METHODS[method]({
    pattern: reading.pattern,
    written,
    text,
    language: found.language,
    found: whereFound(reading.pattern, text, found.language),
    args,
    context,
    unknown,
  });
}

const METHODS: Readonly<Record<RegExpMethod, (call: Call) => OperationResult>> = {
  test: ({ found }) => booleanOf(found),
  exec: matched,
  match: (call) => (call.pattern.flags.global ? allMatches(call) : matched(call)),
  matchAll: ({ unknown }) => new Unknown(unknown.reason, unknown.node, true),
  search,
  replace,
  split,
};

function search(call: Call): OperationResult {
  const { found, pattern, text, language } = call;
  const literal = literalOf(pattern, alphabetOf(text.form));
  if (literal !== undefined && !pattern.flags.sticky) return firstIndex(text, literal);
  if (!isAtStart(call)) return identity({ kind: 'search', text, language });
  return new Choice([
    { when: found, value: 0 },
    { when: ALWAYS, value: -1 },
  ]);
}

/** Whether a match can only be at the start of the text. */
function isAtStart({ pattern, text }: Call): boolean {
  const sequences = stepsOf(pattern, alphabetOf(text.form));
  return pattern.flags.sticky || sequences?.every(([first]) => first?.kind === 'start') === true;
}

/** Where a match begins, in a text that has one. */
function placeOf(call: Call): Value {
  const { pattern, text, language } = call;
  if (isAtStart(call)) return 0;
  const literal = literalOf(pattern, alphabetOf(text.form));
  return literal === undefined ? identity({ kind: 'search', text, language }) : firstIndex(text, literal);
}

/** The matches of an expression, first those that the engine tries first; `undefined` where there may be other ways. */
function waysOf({ pattern, text }: Call): readonly Match[] | undefined {
  const sequences = stepsOf(pattern, alphabetOf(text.form));
  if (!sequences || pattern.flags.sticky) return undefined;
  // Where nothing holds it at the start, the one that begins first is taken.
  if (sequences.length > 1 && !sequences.every(([first]) => first?.kind === 'start')) return undefined;
  const ways: Match[] = [];
  const before: Condition[] = [];
  for (const steps of sequences) {
    const own = matchesOf(text, steps);
    const reading = own && patternAutomaton({ ...pattern, node: nodeOf(steps) });
    if (!own || reading?.kind !== 'automaton') return undefined;
    const when = matches(text, { kind: 'automaton', automaton: reading.automaton });
    for (const way of own) ways.push({ ...way, when: allOf([...before, when, way.when]) });
    before.push(not(when));
  }
  return ways;
}

/** The array of a match: the whole match and its groups. */
function matched(call: Call): OperationResult {
  const { found, pattern, text, unknown, written } = call;
  const groups = written.source.includes('(?<') ? new Unknown(unknown.reason, unknown.node) : undefined;
  const properties = { index: placeOf(call), input: text, groups };
  const absent = { when: not(found), value: null };
  // A group that takes no part in the match is `undefined`.
  const unknownItem = (_: unknown, group: number): Value => new Unknown(unknown.reason, unknown.node, false, group > 0);
  const ways = waysOf(call);
  if (!ways) {
    const literal = literalOf(pattern, alphabetOf(text.form));
    const items = Array.from({ length: pattern.groupCount + 1 }, unknownItem);
    const list = new ListOf(literal === undefined ? items : [literal], properties);
    return new Choice([absent, { when: ALWAYS, value: list }], found);
  }
  const lists = ways.map(({ when, whole, groups }) => {
    const items = Array.from({ length: pattern.groupCount }, (_, index) => groups.get(index + 1));
    return { when, value: new ListOf([whole, ...items], properties) };
  });
  return new Choice([absent, ...lists], found);
}

const COUNT_LIMIT = 128;

/** `match` with the flag `g`: the list of all matches. */
function allMatches({ context, found, pattern, text, unknown }: Call): OperationResult {
  const absent = { when: not(found), value: null };
  const literal = literalOf(pattern, alphabetOf(text.form));
  const objects = { when: ALWAYS, value: new Unknown(unknown.reason, unknown.node, true) };
  if (literal === undefined || literal === '') return new Choice([absent, objects], found);
  const count = identity({ kind: 'count', text, what: literal });
  return new Choice(
    (function* () {
      yield absent;
      for (let times = 1; times <= COUNT_LIMIT; times++) {
        yield {
          when: whereNumber(count, (value) => value === times, context, times + 1),
          value: new ListOf(new Array<Value>(times).fill(literal)),
        };
      }
      yield objects;
    })(),
    found,
  );
}

function replace(call: Call): OperationResult {
  const { args, pattern, text, unknown, written } = call;
  const [by] = args;
  if (typeof by !== 'string') return unknown;
  const literal = literalOf(pattern, alphabetOf(text.form));
  if (literal !== undefined && !pattern.flags.sticky) {
    const expanded = expandedReplacement(by, literal);
    if (expanded !== undefined) return replaced(pattern.flags.global ? 'all' : 'first', text, literal, expanded);
  }
  const shorter = by === '' ? (withoutStart(call) ?? withoutRest(call)) : undefined;
  if (shorter) return shorter;
  const operation = patternReplacement(written.source, written.flags, by);
  if (operation) return replacedPattern(text, operation);
  const groups = replacedByGroups(call, by);
  if (groups) return groups;
  const preferred = groupReplacement(written.source, written.flags, by);
  return preferred ? replacedPattern(text, preferred) : unknown;
}

/**
 * `text.replace(/^[^.]*\./, "")`: what is behind the first dot, as `text.substring(text.indexOf(".") + 1)` gives it, which a walk over
 * the suffixes of a name follows with less work than a replacement.
 */
function withoutStart({ pattern, text }: Call): Choice | undefined {
  const alphabet = alphabetOf(text.form);
  const [steps, ...ways] = stepsOf(pattern, alphabet) ?? [];
  if (!steps || ways.length > 0) return undefined;
  const [start, run, mark, ...more] = steps;
  if (start?.kind !== 'start' || run?.kind !== 'run' || mark?.kind !== 'one' || more.length > 0) return undefined;
  const [character, ...same] = mark.characters;
  if (character === undefined || same.length > 0 || run.min > 1) return undefined;
  const others = [...alphabet].filter((one) => one !== character && !run.characters.has(one));
  // What may run over the mark ends at the first one only where it is as short as can be.
  const endsAtFirst = !run.characters.has(character) || (run.lazy && run.min === 0);
  if (others.length > 0 || !endsAtFirst) return undefined;
  const present = matches(text, containing([character]));
  const isEmpty = run.min === 0 ? NEVER : matches(text, startingWith(character));
  return new Choice([
    { when: allOf([present, not(isEmpty)]), value: drop(from('first', text, character), 1) },
    { when: ALWAYS, value: text },
  ]);
}

/** What a dot and all that follows are taken away from: `text.split(".")[0]`, also where there is no dot. */
function withoutRest({ pattern, text }: Call): AnyText | undefined {
  const alphabet = alphabetOf(text.form);
  const [steps, ...ways] = stepsOf(pattern, alphabet) ?? [];
  if (!steps || ways.length > 0 || pattern.flags.sticky) return undefined;
  const [mark, run, end, ...more] = steps;
  if (mark?.kind !== 'one' || run?.kind !== 'run' || run.min > 0 || more.length > 0) return undefined;
  const reachesEnd = end ? end.kind === 'end' : !run.lazy;
  if (!reachesEnd || [...alphabet].some((one) => !run.characters.has(one))) return undefined;
  const [character, ...others] = mark.characters;
  // What no text of these characters has is never found.
  if (character === undefined) return text;
  return others.length === 0 ? item(text, character, 0) : undefined;
}

/** A replacement by what groups have matched, where there is one match. */
function replacedByGroups(call: Call, by: string): OperationResult | undefined {
  const { pattern, text } = call;
  const sequences = stepsOf(pattern, alphabetOf(text.form)) ?? [];
  // With the flag `g` there may be another match behind the first one.
  const isOnly = sequences.every((steps) => steps.at(-1)?.kind === 'end' && steps[0]?.kind === 'start');
  const ways = pattern.flags.global && !isOnly ? undefined : waysOf(call);
  if (!ways) return undefined;
  const alternatives: { readonly when: Condition; readonly value: AnyText }[] = [];
  for (const way of ways) {
    const middle = expanded(by, way, pattern.groupCount);
    if (middle === undefined) return undefined;
    alternatives.push({ when: way.when, value: concatenated([way.before, middle, way.after]) });
  }
  return new Choice([...alternatives, { when: ALWAYS, value: text }]);
}

function expanded(by: string, { groups, whole }: Match, groupCount: number): AnyText | undefined {
  const parts: AnyText[] = [];
  for (const piece of by.split(/(\$(?:\$|&|[1-9]))/)) {
    if (piece === '$$') parts.push('$');
    else if (piece === '$&') parts.push(whole);
    else if (/^\$[1-9]$/.test(piece)) {
      const index = Number(piece.slice(1));
      if (index > groupCount || groupCount > 9) return undefined;
      parts.push(groups.get(index) ?? '');
    } else if (piece.includes('$')) return undefined;
    else parts.push(piece);
  }
  return concatenated(parts);
}

function split({ args, context, pattern, text, unknown }: Call): OperationResult {
  const [limit] = args;
  if (pattern.groupCount > 0 || (limit !== undefined && typeof limit !== 'number')) return unknown;
  const sequences = stepsOf(pattern, alphabetOf(text.form));
  const literal = literalOf(pattern, alphabetOf(text.form));
  const [steps, ...others] = sequences ?? [];
  const [step, ...more] = steps ?? [];
  let list: SplitList | undefined;
  if (literal !== undefined) {
    list = new SplitList(text, literal);
  } else if (step?.kind === 'one' && more.length === 0 && others.length === 0) {
    // Each of some characters separates: as if all of them were the same one.
    const [first, ...rest] = step.characters;
    if (first === undefined) return new ListOf([text]);
    const same = rest.reduce<AnyText>((changed, character) => replaced('all', changed, character, first), text);
    if (typeof same !== 'string') list = new SplitList(same, first);
  }
  if (!list) return unknown;
  if (limit === undefined) return list;
  return limit === 0 ? new ListOf([]) : splitItems(list, context, limit);
}
