// RegExp: its objects, and what they find in constant texts. Traced texts are the business of values/.
import { addAll } from '../../../../../kept/lists.js';
import { Memo } from '../../../../../kept/memo.js';
import { parseJavascriptRegex } from '../../../../../model/javascript-regex-parser.js';
import { callRegExp, type PatternText } from '../../values/operations.js';
import { Text } from '../../values/text.js';
import { Ipv6Value, ListOf, type OperationResult, Unknown, type Value } from '../../values/value.js';
import { type NativeContext, prototypeFor } from '../natives.js';
import { dataProperty, type PacArray, PacObject } from '../objects.js';
import type { Realm } from '../realm.js';
import { textCost } from './costs.js';
import { compilePattern, type PatternCode } from './pattern-code.js';
import { type Captures, findMatch, isPairAt } from './pattern-matcher.js';
import { checkOwn, constant, define, defineClass, defineGetter, isTraced, notTold } from './support.js';

/** A regular expression. `lastIndex` is a property like any other. */
export class PacRegExp extends PacObject {
  override get className(): string {
    return 'RegExp';
  }

  constructor(
    prototype: PacObject,
    realm: Realm,
    readonly source: string,
    readonly flags: string,
    readonly code: PatternCode,
  ) {
    super(prototype, realm.heap);
    this.setOwn('lastIndex', dataProperty(0, false, true, false));
  }

  override get remembers(): boolean {
    return /[gy]/.test(this.flags);
  }

  get pattern(): PatternText {
    return { source: this.source, flags: this.flags };
  }

  get isGlobal(): boolean {
    return this.code.pattern.flags.global;
  }

  get isSticky(): boolean {
    return this.code.pattern.flags.sticky;
  }
}

/** What making code of an expression costs, and reading each of its characters. */
const COMPILING_COST = 1500;
const READING_COST = 50;

/** The code of the expressions of a program, by flags and source. */
const codes = new Memo<Realm, Map<string, PatternCode>>();

/** Makes what a literal or the constructor stands for; throws the program's SyntaxError where it is not valid. */
export function makeRegExp(source: string, flags: string, context: NativeContext, prototype?: PacObject): PacRegExp {
  const { realm, budget } = context;
  const known = codes.of(realm, () => new Map());
  const key = `${flags}/${source}`;
  budget.spend(textCost(key.length));
  let code = known.get(key);
  if (!code) {
    budget.spend(COMPILING_COST + READING_COST * source.length);
    code = readPattern(source, flags, context);
    known.set(key, code);
  }
  return new PacRegExp(prototype ?? realm.regExpPrototype, realm, source, flags, code);
}

function readPattern(source: string, flags: string, context: NativeContext): PatternCode {
  const reading = parseJavascriptRegex(source, flags);
  if (reading.kind === 'invalid') throw context.error('SyntaxError', reading.reason);
  if (reading.kind === 'unmodelled') throw context.notFollowed(reading.reason);
  if (flags.includes('d')) throw context.notFollowed('has a regular expression with the flag d');
  return compilePattern(reading.pattern);
}

const FLAGS = {
  global: 'g',
  ignoreCase: 'i',
  multiline: 'm',
  dotAll: 's',
  unicode: 'u',
  sticky: 'y',
  hasIndices: 'd',
};

export function installRegExp(realm: Realm): void {
  const { regExpPrototype } = realm;
  realm.regExpConstructor = defineClass(
    realm,
    'RegExp',
    2,
    regExpPrototype,
    (_self, args, context) => {
      const [pattern, flags] = args;
      return pattern instanceof PacRegExp && flags === undefined ? pattern : constructed(args, context);
    },
    (_self, args, context) => constructed(args, context),
  );
  realm.regExpExec = define(realm, regExpPrototype, 'exec', 1, (self, [text], context) =>
    exec(thisPattern(self, 'exec', context), text, context),
  );
  define(realm, regExpPrototype, 'test', 1, (self, [text], context) =>
    test(thisPattern(self, 'test', context), text, context),
  );
  define(realm, regExpPrototype, 'toString', 0, (self, _args, context) => {
    const { source, flags } = thisPattern(self, 'toString', context);
    return `/${escapedSource(source)}/${flags}`;
  });
  define(realm, regExpPrototype, 'compile', 2, (_self, _args, context) => {
    throw context.notFollowed('compiles a regular expression anew');
  });
  defineGetter(realm, regExpPrototype, 'source', (self) =>
    self instanceof PacRegExp ? escapedSource(self.source) : '(?:)',
  );
  defineGetter(realm, regExpPrototype, 'flags', (self) =>
    self instanceof PacRegExp ? [...self.flags].sort().join('') : '',
  );
  for (const [name, flag] of Object.entries(FLAGS)) {
    defineGetter(realm, regExpPrototype, name, (self) =>
      self instanceof PacRegExp ? self.flags.includes(flag) : undefined,
    );
  }
}

function constructed([pattern, flags]: readonly Value[], context: NativeContext): PacRegExp {
  const prototype = prototypeFor(context, context.realm.regExpPrototype);
  const text = (value: Value, otherwise: string): string => {
    if (value === undefined) return otherwise;
    const made = context.toText(value);
    if (typeof made === 'string') return made;
    throw context.notFollowed('makes a regular expression from what is asked');
  };
  if (pattern instanceof PacRegExp) return makeRegExp(pattern.source, text(flags, pattern.flags), context, prototype);
  return makeRegExp(text(pattern, ''), text(flags, ''), context, prototype);
}

/** How an expression is written between slashes. */
function escapedSource(source: string): string {
  if (source === '') return '(?:)';
  let escaped = '';
  let isInClass = false;
  for (let at = 0; at < source.length; at++) {
    const unit = source[at] ?? '';
    if (unit === '\\') {
      escaped += unit + (LINE_ENDS[source[at + 1] ?? ''] ?? source[at + 1] ?? '').replace(/^\\/, '');
      at++;
      continue;
    }
    if (unit === '[') isInClass = true;
    else if (unit === ']') isInClass = false;
    escaped += unit === '/' && !isInClass ? '\\/' : (LINE_ENDS[unit] ?? unit);
  }
  return escaped;
}

const LINE_ENDS: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

function thisPattern(self: Value, name: string, context: NativeContext): PacRegExp {
  if (self instanceof PacRegExp) return self;
  throw context.error('TypeError', `RegExp.prototype.${name} called on what is no regular expression`);
}

/** All other methods call `exec`, whatever the program has made of it. */
function checkExec(context: NativeContext): void {
  const { regExpPrototype, regExpExec } = context.realm;
  if (context.ownValue(regExpPrototype, 'exec') !== regExpExec)
    throw context.notFollowed('uses a regular expression after changing RegExp.prototype.exec');
}

/** What was found: the ranges of the match and its groups. */
function find(pattern: PacRegExp, text: string, from: number, context: NativeContext): Captures | undefined {
  checkExec(context);
  return findMatch(pattern.code, text, from, context.budget);
}

/** The position where an expression with the flag g or y goes on. */
function lastIndexOf(pattern: PacRegExp, context: NativeContext): number {
  if (!pattern.isGlobal && !pattern.isSticky) return 0;
  const value = constant(
    pattern.getOwn('lastIndex')?.value,
    'number',
    'goes on after a match that depends on what is asked',
    context,
  );
  const index = Math.trunc(Number(value));
  return index > 0 ? index : 0;
}

function setLastIndex(pattern: PacRegExp, index: Value, context: NativeContext): void {
  if (Object.is(pattern.getOwn('lastIndex')?.value, index)) return;
  checkOwn(pattern, context);
  pattern.setOwn('lastIndex', dataProperty(index, false, true, false));
}

/** `RegExpBuiltinExec` on a constant text. */
function execute(pattern: PacRegExp, text: string, context: NativeContext): Captures | undefined {
  const from = lastIndexOf(pattern, context);
  const captures = from <= text.length ? find(pattern, text, from, context) : undefined;
  if (pattern.isGlobal || pattern.isSticky) setLastIndex(pattern, captures?.[1] ?? 0, context);
  return captures;
}

function exec(pattern: PacRegExp, value: Value, context: NativeContext): OperationResult {
  const text = context.toText(value);
  if (isTraced(text)) return askTraced('exec', pattern, text, [], context);
  const captures = execute(pattern, String(text), context);
  return captures ? matchArray(pattern, String(text), captures, context) : null;
}

function test(pattern: PacRegExp, value: Value, context: NativeContext): OperationResult {
  const text = context.toText(value);
  if (isTraced(text)) return askTraced('test', pattern, text, [], context);
  return execute(pattern, String(text), context) !== undefined;
}

type TracedMethod = Parameters<typeof callRegExp>[0];

/** Asks about a traced text. Where the expression is one that goes on where it stopped, nobody knows then where that is. */
function askTraced(
  method: TracedMethod,
  pattern: PacRegExp,
  text: Value,
  args: readonly Value[],
  context: NativeContext,
): OperationResult {
  if (!(text instanceof Text || text instanceof Ipv6Value))
    return text instanceof Unknown ? text : new Unknown(`calls ${method}`, context.node);
  checkExec(context);
  const goesOn = (method === 'exec' || method === 'test') && (pattern.isGlobal || pattern.isSticky);
  if (!goesOn) return callRegExp(method, pattern.pattern, text, args, context);
  if (lastIndexOf(pattern, context) > 0) throw notTold('goes on after a match');
  setLastIndex(pattern, new Unknown('goes on after a match that depends on what is asked', context.node), context);
  return callRegExp(method, { source: pattern.source, flags: pattern.flags.replace('g', '') }, text, args, context);
}

/** What a match costs in memory. */
const MATCH_COST = 15;

export function groupsOf(text: string, captures: Captures): (string | undefined)[] {
  const groups: (string | undefined)[] = [];
  for (let at = 0; at < captures.length; at += 2) {
    const start = captures[at] ?? -1;
    groups.push(start < 0 ? undefined : text.slice(start, captures[at + 1]));
  }
  return groups;
}

/** The result of `exec`. */
function matchArray(pattern: PacRegExp, text: string, captures: Captures, context: NativeContext): PacArray {
  context.budget.spend(MATCH_COST + captures.length);
  const groups = groupsOf(text, captures);
  const match = context.realm.array(groups);
  match.setOwn('index', dataProperty(captures[0]));
  match.setOwn('input', dataProperty(text));
  match.setOwn('groups', dataProperty(namedGroups(pattern, groups, context)));
  return match;
}

/** The groups by their names. */
export function namedGroups(
  pattern: PacRegExp,
  groups: readonly (string | undefined)[],
  context: NativeContext,
): PacObject | undefined {
  const names = pattern.code.pattern.groupNames;
  if (names.size === 0) return undefined;
  const named = new PacObject(null, context.heap);
  for (const [name, group] of names) named.setOwn(name, dataProperty(groups[group]));
  return named;
}

/** All matches of an expression with the flag g; else the first one. As `String.prototype.replace` looks for them. */
export function findAll(pattern: PacRegExp, text: string, context: NativeContext): Captures[] {
  if (!pattern.isGlobal) {
    const captures = execute(pattern, text, context);
    return captures ? [captures] : [];
  }
  setLastIndex(pattern, 0, context);
  return matchesFrom(pattern, text, 0, context);
}

function matchesFrom(pattern: PacRegExp, text: string, first: number, context: NativeContext): Captures[] {
  const found: Captures[] = [];
  let from = first;
  for (let captures = find(pattern, text, from, context); captures; captures = find(pattern, text, from, context)) {
    context.budget.spend(MATCH_COST + captures.length);
    found.push(captures);
    const [start = 0, end = 0] = captures;
    from = end > start ? end : end + (pattern.code.pattern.flags.unicode && isPairAt(text, end) ? 2 : 1);
    if (from > text.length) break;
  }
  return found;
}

/** `text.match(pattern)`. */
export function match(pattern: PacRegExp, text: Value, context: NativeContext): OperationResult {
  if (isTraced(text)) return askTraced('match', pattern, text, [], context);
  if (!pattern.isGlobal) return exec(pattern, text, context);
  const all = findAll(pattern, String(text), context);
  return all.length === 0 ? null : new ListOf(all.map(([start, end]) => String(text).slice(start, end)));
}

/** `text.matchAll(pattern)`, as a list. */
export function matchAll(pattern: PacRegExp, text: Value, context: NativeContext): OperationResult {
  if (isTraced(text)) return askTraced('matchAll', pattern, text, [], context);
  const from = lastIndexOf(pattern, context);
  const all = matchesFrom(pattern, String(text), from, context);
  return new ListOf(all.map((captures) => matchArray(pattern, String(text), captures, context)));
}

/** `text.search(pattern)`. */
export function search(pattern: PacRegExp, text: Value, context: NativeContext): OperationResult {
  if (isTraced(text)) return askTraced('search', pattern, text, [], context);
  return find(pattern, String(text), 0, context)?.[0] ?? -1;
}

/** `text.split(pattern, limit)`. */
export function splitByPattern(pattern: PacRegExp, text: Value, limit: Value, context: NativeContext): OperationResult {
  if (isTraced(text)) return askTraced('split', pattern, text, limit === undefined ? [] : [limit], context);
  const most =
    limit === undefined
      ? 2 ** 32 - 1
      : Number(constant(limit, 'number', 'splits a text into a number of parts', context)) >>> 0;
  return new ListOf(splitParts(pattern, String(text), context, most));
}

function splitParts(pattern: PacRegExp, text: string, context: NativeContext, most: number): (string | undefined)[] {
  const parts: (string | undefined)[] = [];
  if (most === 0) return parts;
  if (text === '') return find(pattern, text, 0, context) ? [] : [''];
  const { unicode } = pattern.code.pattern.flags;
  const code = withoutSticky(pattern);
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const captures = findMatch(code, text, at, context.budget);
    const [start = 0, end = 0] = captures ?? [];
    if (!captures || start >= text.length) break;
    if (end === from || (end === start && end === from)) {
      at = start + (unicode && isPairAt(text, start) ? 2 : 1);
      continue;
    }
    context.budget.spend(MATCH_COST + captures.length);
    addAll(parts, [text.slice(from, start), ...groupsOf(text, captures).slice(1)]);
    if (parts.length >= most) return parts.slice(0, most);
    from = end;
    at = from;
  }
  parts.push(text.slice(from));
  return parts;
}

/** Splitting looks for a match at each position, so that the flag y has no meaning there. */
function withoutSticky({ code }: PacRegExp): PatternCode {
  const { pattern } = code;
  return pattern.flags.sticky ? { ...code, pattern: { ...pattern, flags: { ...pattern.flags, sticky: false } } } : code;
}
